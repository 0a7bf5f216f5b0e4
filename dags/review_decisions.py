"""
### Review decisions
Takes in the answers to match reports that lie in the forces' inboxes (`inbox/<force>/answers/`; what was refused tells
`reconcile answer --inbox`), and applies what people have decided on the review pages: compiles the national list again
from the links at hand with every decision recorded so far, and shows in counts what signing off would now change. Then
tells the forces concerned, the same day: what they were told before and no longer is so, and leads to somebody of high
risk. **Owner:** the national coordinators, with the data engineers on call.

No list is published and no extract taken in: trigger `national_reconciliation`, or clear `compile_list` of its run that
waits at `sign_off`, and answer it anew; a sign-off of a list compiled before is refused. "Apply them" on the home page
of Review does the same. Tasks, verbs and pages that write one workspace wait for each other, a quarter of an hour at
most.

**When a task fails** the log ends in one line saying what to do, as where a run broke off and the tables do not
belong together, or in a bug's traceback. Mend it and clear the task: decisions stay recorded, the list compiled before
stays whole or is refused until it is compiled again, and no force is told anything twice. Only counts and forces'
slugs pass through Airflow.
"""

import os

from airflow.sdk import Param, dag, task
from tags import Tag

OWNER = {"owner": "national coordinators"}
FOLDER = os.environ.get("RECONCILE_WORKSPACE", "workspace")
PARAMS = {"workspace": Param(FOLDER, type="string", title="Workspace", description="The folder of reconcile.toml")}


@task
def take_answers(params):
    from reconcile import tasks

    return tasks.take_answers(params["workspace"])


@task
def apply_decisions(params):
    from reconcile import tasks

    return tasks.apply_decisions(params["workspace"])


@task
def notify(params):
    from reconcile import tasks

    return tasks.notify(params["workspace"])


@dag(
    schedule=None,
    max_active_runs=1,
    default_args=OWNER,
    tags=sorted({Tag.NATIONAL, Tag.REVIEW}),
    doc_md=__doc__,
    params=PARAMS,
)
def review_decisions():
    take_answers() >> apply_decisions() >> notify()


review_decisions()
