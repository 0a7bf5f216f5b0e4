"""The DAG that applies decisions: what it says, and one decision for real."""

from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from reconcile import cycle
from reconcile.review.decisions import Decision, DecisionLog
from tests import desks, loop_country
from tests.small_workspace import compiled


@pytest.fixture
def review_decisions(dags: Any) -> Any:
    return dags["review_decisions"]


def test_the_dag_says_whose_it_is_and_what_to_do(review_decisions: Any) -> None:
    assert "**Owner:**" in review_decisions.doc_md
    assert "**When a task fails**" in review_decisions.doc_md
    assert review_decisions.owner == "national coordinators"
    assert review_decisions.tags == {"national", "review"}
    assert review_decisions.max_active_runs == 1


@pytest.mark.slow
def test_what_was_decided_is_applied_and_only_counts_are_handed_on(
    review_decisions: Any, tmp_path: Path, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    settings = compiled(tmp_path / "workspace")
    (link,) = cycle.table(settings, "links").filter(pc.field("left") == "essex:2").to_pylist()
    decided = Decision(link["left"], link["right"], "same", link["evidence_hash"], "ann", "fingerprints")
    DecisionLog(settings.database_url).record([decided])
    run = review_decisions.test(run_conf={"workspace": str(settings.workspace.root)})
    assert run.state == "success"
    shown, told = handed_on(run)
    assert shown["Decisions applied"] == 1
    assert told == {"Notices": 0, "Corrections": 0, "Leads of high risk": 0, "Delivered": 0}
    assert (shown["Cycle"], shown["Changes"]) == ("2018-03", "first release")
    identities = {row["record_id"]: row["national_id"] for row in cycle.table(settings, "identities").to_pylist()}
    assert identities[link["left"]] == identities[link["right"]]
    said = str(shown)
    assert not [word for word in ("Clark", "kent:3", link["right"], identities[link["left"]]) if word in said]
    again = review_decisions.test(run_conf={"workspace": str(settings.workspace.root)})
    assert handed_on(again)[0]["Decisions applied"] == 0


@pytest.mark.slow
def test_a_lead_of_high_risk_that_was_decided_goes_to_both_forces_the_same_day(
    review_decisions: Any, tmp_path: Path, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    settings = loop_country.released(tmp_path / "workspace")
    for force in ("essex", "kent"):
        desks.desk(settings, force, desks.identity())
    (link,) = cycle.table(settings, "links").filter(pc.field("left") == "essex:1").to_pylist()
    decided = Decision(link["left"], link["right"], "same", link["evidence_hash"], "ann", "fingerprints")
    DecisionLog(settings.database_url).record([decided])
    run = review_decisions.test(run_conf={"workspace": str(settings.workspace.root)})
    assert run.state == "success"
    _shown, told = handed_on(run)
    assert (told["Notices"], told["Leads of high risk"], told["Corrections"]) == (2, 2, 0)
    written = {path.parent.name for path in settings.workspace.notices.rglob("*.html")}
    assert written == {"essex", "kent"}
    DecisionLog(settings.database_url).undo(link["left"], link["right"], "ann", "not their fingerprints")
    _shown, told = handed_on(review_decisions.test(run_conf={"workspace": str(settings.workspace.root)}))
    assert (told["Notices"], told["Leads of high risk"], told["Corrections"]) == (2, 0, 2)
    _shown, told = handed_on(review_decisions.test(run_conf={"workspace": str(settings.workspace.root)}))
    assert told["Notices"] == 0


def handed_on(run: Any) -> tuple[dict[str, Any], dict[str, int]]:
    """What the tasks of a run handed on that apply and tell."""
    names = ("apply_decisions", "notify")
    taken = run.get_task_instance("take_answers").xcom_pull(task_ids="take_answers")
    assert set(taken) == {"Files", "Files that cannot be used", "Answers taken", "Answers refused"}
    of = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in run.get_task_instances()}
    assert set(of) == {"take_answers", *names}
    return of[names[0]], of[names[1]]
