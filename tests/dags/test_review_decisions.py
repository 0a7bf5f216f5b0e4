"""The DAG that applies decisions: what it says, and one decision for real."""

from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from reconcile import cycle
from reconcile.review.decisions import Decision, DecisionLog
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
    (task,) = run.get_task_instances()
    shown = task.xcom_pull(task_ids="apply_decisions")
    assert shown["Decisions applied"] == 1
    assert (shown["Cycle"], shown["Changes"]) == ("2018-03", "first release")
    identities = {row["record_id"]: row["national_id"] for row in cycle.table(settings, "identities").to_pylist()}
    assert identities[link["left"]] == identities[link["right"]]
    said = str(shown)
    assert not [word for word in ("Clark", "kent:3", link["right"], identities[link["left"]]) if word in said]
    again = review_decisions.test(run_conf={"workspace": str(settings.workspace.root)})
    (task,) = again.get_task_instances()
    assert task.xcom_pull(task_ids="apply_decisions")["Decisions applied"] == 0
