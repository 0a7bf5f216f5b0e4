"""The verb that trains: on synthetic people, on a workspace's records, by its decisions; and what it refuses."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile import cycle, publication, settings
from reconcile.cli import main
from reconcile.demo import truth_decisions, write_scenario
from reconcile.linkage import model as models
from reconcile.linkage import training_report
from reconcile.review.decisions import from_table

pytestmark = pytest.mark.slow

Train = Callable[..., dict[str, object]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trained") / "workspace"
    write_scenario("national", root, seed=5, people=300)
    cycle.run(settings.load(root))
    return root


@pytest.fixture
def train(run: Path, tmp_path: Path, monkeypatch, capsys) -> Train:
    """What the verb answers as JSON, or with ``code`` 2 what it complains of."""

    def call(*arguments: str, code: int = 0) -> dict[str, object]:
        given = ["train", "--date", "2026-12-01", "-w", str(run), "--out", str(tmp_path / "models"), "--json"]
        monkeypatch.setattr(sys, "argv", ["reconcile", *given, *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        told = capsys.readouterr()
        assert stop.value.code == code, told.err
        return {"said": told.err} if code == 2 else json.loads(told.out)

    return call


def test_synthetic_people_train_calibrate_and_test_a_model_with_a_page_beside_it(train: Train) -> None:
    told = train("--people", "400", "--seed", "3")
    model, page = Path(str(told["model"])), Path(str(told["page"]))
    assert (model.parent, model.stem) == (page.parent, page.stem)
    assert models.load(model).trained["source"]["people"] == 400
    assert "a register of 400 further synthetic people (seed 5)" in page.read_text(encoding="utf-8")


def test_a_workspace_trains_on_its_records_and_its_truth_is_not_known(train: Train, run: Path) -> None:
    told = train()
    source = told["trained"]["source"]
    assert (source["kind"], source["cycle"], source["synthetic"]) == ("workspace", settings.load(run).cycle, True)
    assert told["trained"]["records"] == cycle.table(settings.load(run), "records").num_rows
    assert "Not measured." in Path(str(told["page"])).read_text(encoding="utf-8")


def test_a_training_that_was_stopped_exits_1_and_still_writes_and_says_so(train: Train, monkeypatch) -> None:
    fit = training_report.fit

    def stopped(pairs: training_report.Pairs) -> models.Model:
        fitted = fit(pairs)
        return replace(fitted, trained={**fitted.trained, "converged": False})

    monkeypatch.setattr(training_report, "fit", stopped)
    told = train(code=1)
    assert told["trained"]["converged"] is False
    assert "did not converge" in Path(str(told["page"])).read_text(encoding="utf-8")


def test_decisions_move_the_shipped_model_and_none_is_one_line_and_exit_2(train: Train, run: Path) -> None:
    assert str(train("--from-decisions", code=2)["said"]).splitlines()[-1].startswith("reconcile: no link is decided")
    chosen = settings.load(run)
    links = cycle.table(chosen, "links")
    publication.decide(chosen, from_table(truth_decisions(run, links), "tester"))
    counts = train("--from-decisions")["trained"]["decisions"]
    assert counts["began_from"] == models.load().name
    assert 0 < counts["same"] + counts["different"] <= links.num_rows
    assert counts["calibrated"] is (counts["same"] + counts["different"] >= counts["needed_to_calibrate"])


@pytest.mark.parametrize("arguments", [("--people", "300", "--from-decisions"), ("--date", "tomorrow")])
def test_what_a_person_can_mend_is_one_line_and_exit_2(train: Train, arguments) -> None:
    said = str(train(*arguments, code=2)["said"])
    assert said.startswith("reconcile: ")
    assert said.count("\n") == 1
