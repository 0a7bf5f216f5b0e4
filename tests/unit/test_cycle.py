"""A cycle goes on without the force that fails, and says which one it was."""

import shutil
from pathlib import Path

import pytest

from reconcile import cycle, forces, intake, settings
from reconcile.demo import write_scenario
from reconcile.intake import pull
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
