"""
### National reconciliation
One cycle: takes the extract of each of the 45 forces, links their records, compiles the national list of registered
offenders whose whereabouts are unknown and, once a person has signed it off, publishes it, writes each force its report
and puts it, encrypted for that force alone, into its outbox. Each force is told the same day what became of its
extract and, once the list is signed off, what it was told before and no longer is so, and its leads to people of high
risk that somebody decided; at the end, what was sent is erased once nothing waits for it.
**Owner:** the national coordinators, with the data engineers on call.

**When a task fails**
* `intake` of a force: its extract was rejected, its source refused the credentials or showed an unknown host key (the
  log and the force's receipt say why), or it could not be reached in three tries. The list is compiled without it and
  says so. Once that is mended, trigger `resubmission` for that force, or a new run. Credentials are Airflow
  connections, named by the forces' profiles.
* `deliver` of a force: it has no public key, its outbox refused the credentials or is not there, or it could not be
  reached in three tries (the log says which). The others have theirs. Mend it and clear the task: what was delivered is
  not delivered twice.
* Any other: the log ends in one line saying what to do, or in a bug's traceback. Mend it and clear the task.
  Where somebody else wrote the workspace for longer than a quarter of an hour, the line says who. A release is whole
  or absent; until it is whole, the one before it stays current. `release` is refused where figures left their bands
  and the sign-off did not say why that is right: clear `sign_off` and answer it anew.

`sign_off` waits for a person for as long as it takes; *Reject* publishes nothing and the current release stays.
Only counts and forces' slugs pass through Airflow; records stay in the workspace.
"""

import os
from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, TriggerRule, chain, dag, task
from tags import Tag

from reconcile.forces import forces

UNREACHABLE = RetryRule("builtins.OSError", RetryAction.RETRY, timedelta(minutes=5), "it cannot be reached")
HOPELESS = RetryRule("reconcile.errors.ReconcileError", RetryAction.FAIL, reason="trying again would give the same")
OWNER = {"owner": "national coordinators"}
FOLDER = os.environ.get("RECONCILE_WORKSPACE", "workspace")
PARAMS = {"workspace": Param(FOLDER, type="string", title="Workspace", description="The folder of reconcile.toml")}
REASON = Param(
    "the counts shown were checked",
    type="string",
    minLength=1,
    title="Reason",
    description="Needed: it goes into the sign-off. Say more where there is more to say; name no person.",
)
ACCEPT = Param(
    "",
    type="string",
    title="Why figures outside their bands are right",
    description="Needed only where the row says so: it goes into the sign-off and on the page; name no person.",
)
COUNTS = """| | |
|---|---|
{% for name, count in ti.xcom_pull(task_ids='compile_list').items() %}| {{ name }} | {{ count }} |
{% endfor %}"""


def stage(name, **options):
    """A task that runs ``reconcile.tasks``' function of that name, imported only when it runs."""

    @task(task_id=name, **options)
    def run(params):
        from reconcile import tasks

        return getattr(tasks, name)(params["workspace"])

    return run()


@task(
    map_index_template="{{ task.op_kwargs['force'] }}",
    max_active_tis_per_dagrun=4,
    retries=2,
    retry_policy=ExceptionRetryPolicy(rules=[HOPELESS, UNREACHABLE]),
)
def intake(force, params):
    from connections import of_airflow

    from reconcile import tasks

    return tasks.intake(params["workspace"], force, of_airflow)


@task(
    map_index_template="{{ task.op_kwargs['force'] }}",
    max_active_tis_per_dagrun=4,
    retries=2,
    retry_policy=ExceptionRetryPolicy(rules=[HOPELESS, UNREACHABLE]),
)
def deliver(force, params):
    from connections import of_airflow

    from reconcile import tasks

    return tasks.deliver(params["workspace"], force, of_airflow)


@task
def release(answer, shown, params):
    from reconcile import tasks

    return tasks.release(params["workspace"], answer, shown)


@dag(
    schedule=None,
    max_active_runs=1,
    default_args=OWNER,
    tags=sorted({Tag.NATIONAL, Tag.CYCLE, Tag.SIGN_OFF}),
    doc_md=__doc__,
    params=PARAMS,
)
def national_reconciliation():
    subject = "Release the national list of cycle {{ ti.xcom_pull(task_ids='compile_list')['Cycle'] }}?"
    sign_off = ApprovalOperator(
        task_id="sign_off", subject=subject, body=COUNTS, params={"reason": REASON, "accept_bands": ACCEPT}
    )
    slugs = [force.slug for force in forces()]
    intakes = intake.expand(force=slugs)
    gathered = stage("gather", trigger_rule=TriggerRule.ALL_DONE)
    compiled = stage("compile_list")
    chain(intakes, gathered, stage("link"), stage("resolve"), stage("assess"), compiled, sign_off)
    gathered >> stage("acceptance")
    reported = stage("report")
    chain(release(sign_off.output, compiled), stage("notify"), reported, stage("purge"))
    reported >> deliver.expand(force=slugs)


national_reconciliation()
