"""A run killed at any step leaves nothing that is published or built upon as if it had ended."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, forces, made_from, publication, reporting, settings
from reconcile.audit import AuditLog
from reconcile.demo import write_scenario
from reconcile.errors import ReconcileError
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.settings import Settings

SIGNED = {"signed_by": "A. Coordinator", "role": "national coordinator", "reason": "reviewed"}
FILES = sorted({file for files in made_from.INPUTS.values() for file in files})


@pytest.fixture
def few(tmp_path: Path) -> Settings:
    """The stages' files of a cycle, each with some bytes, and every table noted as made from them."""
    chosen = settings.Settings(settings.Workspace(tmp_path), "2018-03", "APD-1", "DPIA-1")
    chosen.workspace.stage("2018-03", "").mkdir(parents=True)
    for file in FILES:
        chosen.workspace.stage("2018-03", file).write_text(file)
    for name in made_from.INPUTS:
        made_from.note(chosen, name)
    return chosen


@pytest.mark.parametrize("file", FILES)
def test_what_a_changed_file_was_put_into_is_refused_and_nothing_else(few: Settings, file: str) -> None:
    few.workspace.stage("2018-03", file).write_text("of another run")
    for name, files in made_from.INPUTS.items():
        if file in files:
            with pytest.raises(
                ReconcileError, match=re.escape(f"{name}.parquet of cycle 2018-03 was not made from the {file}")
            ):
                made_from.need(few, name)
        else:
            made_from.need(few, name)
    few.workspace.stage("2018-03", file).write_text(file)
    for name in made_from.INPUTS:
        made_from.need(few, name)


def test_a_table_of_which_nobody_noted_what_it_was_made_from_is_refused(few: Settings) -> None:
    few.workspace.stage("2018-03", "links.made_from.json").unlink()
    with pytest.raises(ReconcileError, match="reconcile run"):
        made_from.need(few, "links")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Durham's and Kent's extracts compiled, and a correction of Kent's that lies in the inbox."""
    root = tmp_path_factory.mktemp("compiled")
    write_scenario("national", root, seed=5, people=300)
    for folder in (root / "inbox").iterdir():
        if folder.name not in ("durham", "kent"):
            shutil.rmtree(folder)
    chosen = settings.load(root)
    cycle.run(chosen)
    (path,) = (path for path in (root / "inbox" / "kent").iterdir() if "manifest" not in path.name)
    encoding = forces.profile("kent").format.encoding
    lines = path.read_bytes().decode(encoding).splitlines(keepends=True)
    path.write_bytes("".join(lines[:-1]).encode(encoding))
    manifest = path.with_name(path.name + ".manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"record_count": len(lines) - 2}))
    return chosen


@pytest.fixture
def run(compiled: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(compiled.workspace.root, tmp_path / "workspace")
    return settings.load(tmp_path / "workspace")


class KilledError(BaseException):
    """What no handler of errors catches, as nothing runs after a kill."""


def correct_kent_killed_after(run: Settings, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Take in Kent's correction in a run that dies right after it has written the file ``name`` of its stages."""

    def dying(write: Callable[..., None]) -> Callable[..., None]:
        def written(path: Path, value: Any) -> None:
            write(path, value)
            if path.name == name:
                raise KilledError

        return written

    with monkeypatch.context() as patched:
        patched.setattr(cycle, "write_table", dying(cycle.write_table))
        patched.setattr(cycle, "write_json", dying(cycle.write_json))
        with pytest.raises(KilledError):
            cycle.take_in_again(run, "kent")


@pytest.mark.slow
@pytest.mark.parametrize(
    "last",
    [
        "records.parquet",
        "receipts.json",
        "links.parquet",
        "model.json",
        "identities.parquet",
        "facts.parquet",
        "missing_list.parquet",
        "statistics.json",
    ],
)
def test_a_list_beside_the_records_of_a_run_that_was_killed_is_not_published(
    run: Settings, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """The corrected extract's records once went into a release beside the list of the extract before."""
    correct_kent_killed_after(run, monkeypatch, last)
    lines = len(AuditLog(run.database_url).export())
    with pytest.raises(ReconcileError, match=r"missing_list.parquet .* a run broke off.* `reconcile run`"):
        publication.release(run, **SIGNED)
    assert publication.current(run) is None
    assert len(AuditLog(run.database_url).export()) == lines, "nothing is said to have been disclosed"
    cycle.take_in_again(run, "kent")
    assert publication.release(run, **SIGNED).is_dir()


@pytest.mark.slow
def test_a_decision_on_links_of_other_records_is_not_recorded(run: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = sorted(cycle.table(run, "records")["record_id"].to_pylist())[:2]
    decided = [Decision(one, other, "different", None, "reviewer-1", "two people")]
    publication.decide(run, decided)
    correct_kent_killed_after(run, monkeypatch, "receipts.json")
    log = DecisionLog(run.database_url)
    lines = len(log.lines())
    with pytest.raises(ReconcileError, match=r"links\.parquet"):
        publication.decide(run, decided)
    with pytest.raises(ReconcileError, match=r"links\.parquet"):
        publication.undo(run, one, other, reviewer="reviewer-1", reason="wrong")
    assert len(log.lines()) == lines


@pytest.mark.slow
def test_reports_of_a_release_are_not_written_from_the_records_of_a_run_that_was_killed(
    run: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.release(run, **SIGNED)
    correct_kent_killed_after(run, monkeypatch, "links.parquet")
    with pytest.raises(ReconcileError, match="a run broke off"):
        reporting.report(run)
