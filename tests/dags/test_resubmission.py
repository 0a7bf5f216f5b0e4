"""The resubmission DAG: its wiring with the stages replaced, and one force's correction for real."""

import json
import shutil
import sys
import types
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, forces, tasks
from reconcile.demo import write_scenario
from reconcile.errors import ExtractError
from reconcile.settings import load

STAGES = ["gather", "link", "resolve", "assess", "compile_list"]


@pytest.fixture
def resubmission(dags: Any) -> Any:
    found = dags["resubmission"]
    for rule in found.get_task("intake").retry_policy.rules:
        rule.retry_delay = timedelta(0)
    return found


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Replaces what the tasks do; gives the calls made, in order."""
    made: list[tuple[str, ...]] = []
    replaced: Any = types.ModuleType("reconcile.tasks")

    def intake(workspace: str, force: str, connections: Any) -> dict[str, Any]:
        assert connections.__name__ == "of_airflow"
        made.append(("intake", workspace, force))
        if force == "essex":
            raise ExtractError("essex: its extract was rejected: it is no table: ask the force for another")
        if force == "kent":
            raise ConnectionError("no route to the source")
        return {"state": "HELD", "accepted": 7, "quarantined": 0}

    replaced.intake, replaced.outcome = intake, tasks.outcome
    for name in [*STAGES, "acceptance", "notify"]:
        setattr(replaced, name, lambda workspace, name=name: (made.append((name, workspace)), {"Cycle": "2018-03"})[1])
    monkeypatch.setitem(sys.modules, "reconcile.tasks", replaced)
    monkeypatch.setattr("reconcile.tasks", replaced, raising=False)
    return made


def states(run: Any) -> dict[str, str]:
    return {ti.task_id: ti.state for ti in run.get_task_instances()}


@pytest.mark.slow
def test_one_force_is_taken_in_and_the_list_compiled(resubmission: Any, calls: list) -> None:
    run = resubmission.test(run_conf={"workspace": "somewhere", "force": "surrey"})
    assert run.state == "success"
    assert set(states(run).values()) == {"success"}
    assert ("acceptance", "somewhere") in calls
    for beside in ("acceptance", "notify"):
        calls.remove((beside, "somewhere"))
    assert calls == [("intake", "somewhere", "surrey"), *((name, "somewhere") for name in STAGES)]
    (last,) = (ti for ti in run.get_task_instances() if ti.task_id == "outcome")
    assert last.xcom_pull(task_ids="outcome") == {"Extract": "HELD", "Cycle": "2018-03"}


@pytest.mark.slow
@pytest.mark.parametrize(("force", "tries"), [("essex", 1), ("kent", 3)])
def test_what_cannot_be_taken_fails_the_run_and_the_list_is_as_a_whole_run_gives_it(
    resubmission: Any, calls: list, force: str, tries: int
) -> None:
    run = resubmission.test(run_conf={"workspace": "somewhere", "force": force})
    assert run.state == "failed"
    after = states(run)
    assert (after["intake"], after["compile_list"], after["outcome"]) == ("failed", "success", "upstream_failed")
    assert [call[0] for call in calls if call[0] not in ("acceptance", "notify")] == ["intake"] * tries + STAGES


def test_the_dag_says_whose_it_is_and_what_to_do(resubmission: Any) -> None:
    assert "**Owner:**" in resubmission.doc_md
    assert "**When a task fails**" in resubmission.doc_md
    assert resubmission.tags == {"national", "resubmission"}
    assert resubmission.max_active_runs == 1
    assert resubmission.params.get_param("force").schema["enum"] == [force.slug for force in forces.forces()]


@pytest.mark.slow
def test_a_correction_for_real(resubmission: Any, tmp_path: Path) -> None:
    write_scenario("national", tmp_path, seed=5, people=300)
    for folder in (tmp_path / "inbox").iterdir():
        if folder.name not in ("durham", "kent"):
            shutil.rmtree(folder)
    settings = load(tmp_path)
    before = cycle.run(settings)
    (extract,) = (path for path in (tmp_path / "inbox" / "kent").iterdir() if "manifest" not in path.name)
    lines = extract.read_bytes().splitlines(keepends=True)
    extract.write_bytes(b"".join(lines[:-1]))
    manifest = extract.with_name(extract.name + ".manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"record_count": len(lines) - 2}))
    run = resubmission.test(run_conf={"workspace": str(tmp_path), "force": "kent"})
    assert run.state == "success"
    after = cycle.statistics_of(settings)
    assert after["forces_corrected"] == ["Kent Police"]
    assert after["rows"]["in"] == before["rows"]["in"] - 1
