"""A cycle goes on without the force that fails, and says which one it was."""

import json
import shutil
from pathlib import Path

import pytest

from reconcile import cycle, forces, intake, publication, settings
from reconcile.audit import AuditLog
from reconcile.demo import write_scenario
from reconcile.errors import DecisionError, ReconcileError
from reconcile.intake import bands, pull
from reconcile.settings import Settings


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A workspace to which only Durham and Kent have sent anything."""
    write_scenario("national", tmp_path, seed=5, people=300)
    for folder in (tmp_path / "inbox").iterdir():
        if folder.name not in ("durham", "kent"):
            shutil.rmtree(folder)
    return settings.load(tmp_path)


def test_a_source_that_cannot_be_reached_stops_no_other_force(small, monkeypatch) -> None:
    """One lost connection once ended the run of all 45 forces in a traceback."""
    reach = pull.pull

    def lost(chosen, profile):
        if profile.force.slug == "kent":
            raise ConnectionError
        return reach(chosen, profile)

    monkeypatch.setattr("reconcile.intake.force.pull", lost)
    states = {receipt.force: receipt for receipt in cycle.intake_forces(small)}
    assert states["durham"].state == "RECEIVED"
    assert states["kent"].state == "NOT_RECEIVED"
    assert "could not be reached" in states["kent"].reasons[0][2]
    with pytest.raises(ConnectionError):
        intake.intake_force(small, "kent")


def test_a_country_in_which_nobody_answers_has_a_list_of_nobody(small) -> None:
    """No records at all once divided by zero in the linkage."""
    shutil.rmtree(small.workspace.root / "inbox")
    figures = cycle.run(small)
    assert figures["forces_answered"] == 0
    assert figures["gross_claims"] == 0
    assert figures["distinct_people"] == {"low": 0, "high": 0}


def test_an_extract_of_which_no_row_can_be_accepted_is_rejected_not_taken_for_nobody_missing(small) -> None:
    """Swapped columns once made a force answer with nobody missing."""
    (path,) = (path for path in (small.workspace.root / "inbox" / "durham").iterdir() if "manifest" not in path.name)
    profile = forces.profile("durham")
    text = path.read_bytes().decode(profile.format.encoding)
    (birth,), (status,) = profile.columns["birth_date"], profile.columns["status"]
    swapped = text.replace(birth, "\0").replace(status, birth).replace("\0", status)
    path.write_bytes(swapped.encode(profile.format.encoding))
    receipt = intake.intake_force(small, "durham")
    assert receipt.state == "REJECTED"
    assert receipt.reasons[0][0] == "rows_acceptable"
    assert receipt.reasons[1:]


def shorten(run: Settings, slug: str, keep: int) -> None:
    """Cut a force's extract, a table of lines, to its heading and ``keep`` rows, and its manifest with it."""
    (path,) = (path for path in (run.workspace.root / "inbox" / slug).iterdir() if "manifest" not in path.name)
    encoding = forces.profile(slug).format.encoding
    lines = path.read_bytes().decode(encoding).splitlines(keepends=True)
    path.write_bytes("".join(lines[: keep + 1]).encode(encoding))
    manifest = path.with_name(path.name + ".manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"record_count": keep}))


def stages(run: Settings) -> dict[str, bytes]:
    folder = run.workspace.stage(run.cycle, "")
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_one_force_taken_in_again_gives_the_list_a_whole_run_gives(small) -> None:
    cycle.run(small)
    before = cycle.statistics_of(small)
    rows = {receipt.force: receipt.rows_in for receipt in cycle.receipts(small)}["kent"]
    shorten(small, "kent", rows - 1)
    receipt = cycle.take_in_again(small, "kent")
    assert (receipt.state, receipt.rows_in, len(receipt.supersedes)) == ("RECEIVED", rows - 1, 1)
    after = stages(small)
    figures = cycle.run(small)
    assert stages(small) == after
    assert figures["forces_corrected"] == ["Kent Police"]
    assert figures["rows"]["in"] == before["rows"]["in"] - 1
    assert f"extract {receipt.sha256}" in AuditLog(small.database_url).export()["query"].to_pylist()


@pytest.mark.slow
def test_an_extract_that_waits_counts_nowhere_and_is_no_zero(small, monkeypatch) -> None:
    shipped = bands.table()
    sooner = {**shipped, "records": {**shipped["records"], "at_least": 1}}
    monkeypatch.setattr(bands, "table", lambda: sooner)
    before = cycle.run(small)
    shorten(small, "kent", 2)
    receipt = cycle.take_in_again(small, "kent")
    held = cycle.statistics_of(small)
    assert (receipt.state, held["forces_held"]) == ("HELD", ["Kent Police"])
    assert "Kent Police" in held["forces_silent"]
    assert "Kent Police" not in held["by_force"]
    assert held["rows"]["held"] == 2
    assert held["rows"]["in"] == sum(held["rows"][part] for part in ("accepted", "quarantined", "rejected", "held"))
    accepted = publication.judge_extract(small, "kent", "accept", reviewer="coordinator-1", reason="the force moved")
    figures = cycle.statistics_of(small)
    assert (accepted.state, figures["forces_held"]) == ("RECEIVED", [])
    assert figures["forces_answered"] == before["forces_answered"]
    with pytest.raises(DecisionError, match="nothing to accept"):
        publication.judge_extract(small, "kent", "accept", reviewer="coordinator-1", reason="again")
    assert publication.judge_extract(small, "kent", "hold", reviewer="coordinator-1", reason="no").state == "HELD"
    with pytest.raises(DecisionError, match="no extract"):
        publication.judge_extract(small, "essex", "hold", reviewer="coordinator-1", reason="no")
    before = len(AuditLog(small.database_url).export())
    for reviewer, reason in (("coordinator-1", " "), (" ", "no")):
        with pytest.raises(DecisionError, match="needs who judged and a reason"):
            publication.judge_extract(small, "kent", "accept", reviewer=reviewer, reason=reason)
    assert len(AuditLog(small.database_url).export()) == before, "what is refused is not logged as done"
    lines = AuditLog(small.database_url).export().to_pylist()
    judged = [line for line in lines if line["operation"] == "alteration"]
    said = [(line["actor"], line["query"]) for line in judged]
    assert said == [("coordinator-1", f"extract {receipt.sha256}")] * 2


def test_a_cycle_that_was_not_run_takes_in_no_force_alone(small) -> None:
    with pytest.raises(ReconcileError, match="reconcile run"):
        cycle.take_in_again(small, "kent")
