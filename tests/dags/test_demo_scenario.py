"""The national DAG on the demo scenario, for real, with one force's extract garbage and another's source lost."""

from pathlib import Path
from typing import Any

import pytest

from reconcile.audit import AuditLog
from reconcile.demo import write_scenario
from reconcile.forces import forces
from reconcile.intake import pull
from reconcile.national import release as releases
from reconcile.reports import identities, sealing
from reconcile.settings import Settings, load
from reconcile.workspace import read_json, read_table

REJECTED, LOST = "humberside", "kent"
PLANTED = "Quillfeather"


def spoil(root: Path) -> None:
    """Replaces one force's extract by garbage that holds a name."""
    extract = next(path for path in sorted((root / "inbox" / REJECTED).iterdir()) if path.suffix != ".json")
    extract.write_bytes(b"\x00\xff<" + PLANTED.encode() + b'>\x00,"\n' * 40)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_scenario("survey-2018", tmp_path)
    spoil(tmp_path)
    made = load(tmp_path)
    for force in forces():
        identities.make_for_demo(made, force.slug)
    return made


@pytest.mark.slow
def test_the_national_list_goes_on_without_two_forces(
    dag: Any, answering: Any, settings: Settings, airflow_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = pull._fetch

    def lose(source: str, profile: Any, folder: Path) -> Any:
        if profile.force.slug == LOST:
            raise ConnectionError("no route to the source")
        return fetch(source, profile, folder)

    monkeypatch.setattr(pull, "_fetch", lose)
    shown = answering("Approve", "the demo's counts were checked")
    run = dag.test(run_conf={"workspace": str(settings.workspace.root)})
    assert run.state == "success"
    failed = {ti.rendered_map_index or ti.task_id for ti in run.get_task_instances() if ti.state != "success"}
    assert failed == {REJECTED, LOST}

    published = releases.current(settings)
    assert published is not None
    figures = read_json(published / "statistics.json")
    assert {"Humberside Police", "Kent Police"} <= set(figures["forces_silent"])
    assert figures["forces_answered"] == 27
    assert f"| Open claims | {figures['gross_claims']} |" in shown[1]
    signed = read_json(published / "signoff.json")
    assert (signed["signed_by"], signed["reason"]) == ("coordinator-1", "the demo's counts were checked")
    assert AuditLog(settings.database_url).verify().holds
    reports = sorted(settings.workspace.outboxes.glob("*/*_match-report-*.age"))
    assert [path.parent.name for path in reports] == [force.slug for force in forces()]
    sealed = sorted(settings.workspace.outboxes.glob("*/*.age"))
    assert sealed == reports, "nobody decided anything: verified leads wait for the report"
    for path in sealed:
        secrets = identities.read(tmp_path / identities.FOLDER / f"{path.parent.name}.txt")
        assert sealing.opened(path.read_bytes(), secrets)[0]["force"] == path.parent.name
    assert_no_person_in(airflow_home, settings)


def assert_no_person_in(home: Path, settings: Settings) -> None:
    """Neither Airflow's database nor its logs hold a name or a record id from the list, or the planted name."""
    listed = read_table(settings.workspace.stage(settings.cycle, "missing_list.parquet"))
    words = {PLANTED} | set(listed["name"].to_pylist()) | {id_ for ids in listed["records"].to_pylist() for id_ in ids}
    assert len(words) > 300
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name == "airflow.db" for path in files)
    for path in files:
        content = path.read_bytes().lower()
        found = [word for word in words if word and word.encode().lower() in content]
        assert not found, f"{path.name} holds {len(found)} words that tell of persons"
