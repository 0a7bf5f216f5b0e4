"""
### Resubmission
Takes in one force's late or corrected extract and compiles the national list with it. What the force sent before
stays under its hash and is written over by nothing. **Owner:** the national coordinators, with the data engineers
on call.

Put the new extract in the place of the old one, then trigger this with the force's slug. Nothing is published: trigger
`national_reconciliation`, or clear `compile_list` of its run that waits at `sign_off` and answer it anew once the
counts in `outcome` are checked: a sign-off of a list compiled before is refused. Tasks and verbs that write one
workspace wait for each other, a quarter of an hour at most.

**When a task fails**
* `intake`: the extract was rejected, its source refused the credentials or showed an unknown host key (the log and
  the force's receipt say why), or it could not be reached in three tries. The list is compiled as a full run would
  compile it, and the run fails so that it is seen.
* Any other: the log ends in one line saying what to do, or in a bug's traceback. Mend it and clear the task.

An extract in state HELD differs much from the last accepted one and does not count: a person looks at it and says
`reconcile accept` or has the force send another. Only counts and forces' slugs pass through Airflow.
"""

import os
from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, TriggerRule, chain, dag, task
from tags import Tag

from reconcile.forces import forces

UNREACHABLE = RetryRule("builtins.OSError", RetryAction.RETRY, timedelta(minutes=5), "the source cannot be reached")
HOPELESS = RetryRule("reconcile.errors.ReconcileError", RetryAction.FAIL, reason="trying again would give the same")
OWNER = {"owner": "national coordinators"}
FOLDER = os.environ.get("RECONCILE_WORKSPACE", "workspace")
SLUGS = [force.slug for force in forces()]
PARAMS = {
    "workspace": Param(FOLDER, type="string", title="Workspace", description="The folder of reconcile.toml"),
    "force": Param(SLUGS[0], type="string", enum=SLUGS, title="Force", description="Whose extract came"),
}


def stage(name, **options):
    """A task that runs ``reconcile.tasks``' function of that name, imported only when it runs."""

    @task(task_id=name, **options)
    def run(params):
        from reconcile import tasks

        return getattr(tasks, name)(params["workspace"])

    return run()


@task(retries=2, retry_policy=ExceptionRetryPolicy(rules=[HOPELESS, UNREACHABLE]))
def intake(params):
    from connections import of_airflow

    from reconcile import tasks

    return tasks.intake(params["workspace"], params["force"], of_airflow)


@task
def outcome(receipt, shown):
    from reconcile import tasks

    return tasks.outcome(receipt, shown)


@dag(
    schedule=None,
    max_active_runs=1,
    default_args=OWNER,
    tags=sorted({Tag.NATIONAL, Tag.RESUBMISSION}),
    doc_md=__doc__,
    params=PARAMS,
)
def resubmission():
    received = intake()
    compiled = stage("compile_list")
    gathered = stage("gather", trigger_rule=TriggerRule.ALL_DONE)
    chain(received, gathered, stage("link"), stage("resolve"), stage("assess"), compiled)
    gathered >> stage("acceptance")
    compiled >> stage("notify")
    outcome(received, compiled)


resubmission()
