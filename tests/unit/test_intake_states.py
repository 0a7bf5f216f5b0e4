"""Extracts of one force one after another, within a cycle and from cycle to cycle: what counts, waits and stays."""

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile import intake
from reconcile.errors import DecisionError
from reconcile.intake import judgements
from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table, write_json
from tests.unit.dialect import KENT, csv_bytes, send, settings

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def kent(monkeypatch) -> None:
    monkeypatch.setattr("reconcile.intake.force.profile_of", lambda *_given: KENT)


@pytest.fixture
def run(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def inbox(run: Settings) -> Path:
    return run.workspace.root / "inbox" / "kent"


def people(count: int, **cells: str) -> bytes:
    return csv_bytes(*({"Ref": f"K{place}", "Surname": f"Farrow{place}"} | cells for place in range(count)))


def take_in(run: Settings, count: int, *, manifest: dict[str, Any] | None = None, **cells: str) -> Receipt:
    send(inbox(run), people(count, **cells), count, **(manifest or {}))
    return intake.intake_force(run, "kent")


def counted(run: Settings) -> int:
    return intake.gather(run)[0].num_rows


def kept(run: Settings, receipt: Receipt) -> Path:
    return run.workspace.extracts(run.cycle, "kent") / receipt.sha256


def test_a_corrected_extract_takes_the_place_of_the_earlier_one_and_writes_over_nothing(run: Settings) -> None:
    first = take_in(run, 30)
    before = {
        path: path.read_bytes()
        for path in run.workspace.root.rglob("*")
        if path.is_file() and first.sha256 in str(path)
    }
    assert {"records.parquet", "provenance.parquet", "receipt.json"} < {path.name for path in before}
    second = take_in(run, 31)
    assert (second.state, second.supersedes, counted(run)) == ("RECEIVED", (first.sha256,), 31)
    assert {path: path.read_bytes() for path in before} == before
    third = take_in(run, 30)
    assert (third.sha256, third.supersedes, counted(run)) == (first.sha256, (second.sha256,), 30)


def test_an_extract_whose_place_another_took_is_superseded_and_its_receipt_stays(run: Settings) -> None:
    first, second = take_in(run, 30), take_in(run, 31)
    (replaced,) = intake.superseded(run, second)
    assert (replaced.state, replaced.sha256, replaced.accepted) == ("SUPERSEDED", first.sha256, 30)
    assert intake.superseded(run, first) == ()
    assert '"RECEIVED"' in (kept(run, first) / "receipt.json").read_text()


def test_the_same_extract_twice_supersedes_nothing(run: Settings) -> None:
    first = take_in(run, 30)
    assert take_in(run, 30) == first
    assert first.supersedes == ()


def test_an_extract_that_differs_much_waits_apart_until_a_person_accepts_it(run: Settings) -> None:
    first = take_in(run, 100)
    held = take_in(run, 50)
    assert (held.state, held.accepted, counted(run)) == ("HELD", 50, 0)
    assert [rule for rule, _count, _sentence in held.why] == ["band.records"]
    assert "50" in held.why[0][2]
    assert "100" in held.why[0][2]
    assert read_table(kept(run, held) / "records.parquet").num_rows == 50
    assert take_in(run, 50) == held
    judgements.record(run, held, judgements.ACCEPT, by="coordinator-1", reason="two units merged")
    accepted = intake.intake_force(run, "kent")
    assert (accepted.state, accepted.supersedes, counted(run)) == ("RECEIVED", (first.sha256,), 50)
    assert [rule for rule, _count, _sentence in accepted.bands] == ["band.records"]
    assert "coordinator-1" not in json.dumps(accepted.to_json())


def test_what_was_held_is_no_measure_for_the_next(run: Settings) -> None:
    take_in(run, 100)
    assert take_in(run, 50).state == "HELD"
    assert take_in(run, 51).state == "HELD"
    assert take_in(run, 99).state == "RECEIVED"


def test_a_person_holds_an_extract_back_and_takes_it_in_again(run: Settings) -> None:
    first = take_in(run, 30)
    judgements.record(run, first, judgements.HOLD, by="coordinator-1", reason="of a test system")
    held = intake.intake_force(run, "kent")
    assert (held.state, counted(run)) == ("HELD", 0)
    judgements.record(run, held, judgements.ACCEPT, by="coordinator-1", reason="it is not")
    assert intake.intake_force(run, "kent").state == "RECEIVED"
    assert counted(run) == 30
    files = sorted((kept(run, first) / "judgements").iterdir())
    assert [read_json(path)["act"] for path in files] == ["hold", "accept"]


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("who", " ")])
def test_a_judgement_needs_who_and_why(run: Settings, by: str, reason: str) -> None:
    with pytest.raises(DecisionError, match="who judged"):
        judgements.record(run, take_in(run, 3), judgements.HOLD, by=by, reason=reason)


def next_cycle(run: Settings, cycle: str = "2018-04", **changes: Any) -> Settings:
    return replace(run, cycle=cycle, **changes)


def test_a_band_is_held_against_the_last_cycle(run: Settings) -> None:
    take_in(run, 100)
    later = next_cycle(run)
    held = take_in(later, 50, manifest={"as_of": "2018-04-01"})
    assert (held.state, counted(later), counted(run)) == ("HELD", 0, 100)
    assert take_in(next_cycle(run, "2018-02"), 50, manifest={"as_of": "2018-02-01"}).state == "RECEIVED"


def test_where_nothing_new_comes_the_last_extract_is_used_again_and_says_so(run: Settings) -> None:
    first = take_in(run, 30)
    later = next_cycle(run, reuse_days=92)
    again = intake.intake_force(later, "kent")
    assert (again.state, again.sha256, again.taken_from, counted(later)) == ("STALE", first.sha256, "2018-03", 30)
    assert str(again.as_of) == "2018-03-01"
    assert "1 March 2018" in again.why[0][2]
    for path in inbox(run).iterdir():
        path.unlink()
    assert intake.intake_force(later, "kent") == again
    much_later = next_cycle(run, "2018-09", reuse_days=92)
    assert (intake.intake_force(much_later, "kent").state, counted(much_later)) == ("NOT_RECEIVED", 0)
    assert intake.intake_force(next_cycle(run), "kent").state == "NOT_RECEIVED"


def test_an_unreachable_source_leaves_the_last_extract_to_be_used_again(run: Settings, monkeypatch) -> None:
    take_in(run, 30)
    later = next_cycle(run, reuse_days=92)

    def lost(*_given: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("reconcile.intake.force.pull", lost)
    (receipt,) = intake.intake_forces(later, ["kent"])
    assert (receipt.state, counted(later)) == ("STALE", 30)
    assert "could not be reached" in receipt.warnings[-1][2]
    other = next_cycle(run, "2018-05", reuse_days=92)
    with pytest.raises(ConnectionError):
        intake.intake_force(other, "kent")
    assert counted(other) == 30


def test_what_comes_after_the_cut_off_is_late_and_stays_so(run: Settings) -> None:
    late = replace(run, cut_off=dt.datetime(2018, 3, 5, 17, tzinfo=dt.UTC))
    for hour, state in ((16, "RECEIVED"), (18, "LATE")):
        send(inbox(run), people(30 + hour), 30 + hour)
        at = dt.datetime(2018, 3, 5, hour, tzinfo=dt.UTC).timestamp()
        for path in inbox(run).iterdir():
            os.utime(path, (at, at))
        receipt = intake.intake_force(late, "kent")
        assert (receipt.state, counted(late)) == (state, 30 + hour)
        for path in inbox(run).iterdir():
            path.touch()
        assert intake.intake_force(late, "kent") == receipt
    assert "5 March 2018" in receipt.why[0][2]


def test_a_refusal_is_neither_silence_nor_nobody(run: Settings) -> None:
    inbox(run).mkdir(parents=True)
    entry = {"force": "kent", "as_of": "2018-03-01", "refused": "the force's counsel advises against it"}
    (inbox(run) / "refused.manifest.json").write_text(json.dumps(entry))
    receipt = intake.intake_force(run, "kent")
    assert (receipt.state, counted(run)) == ("REFUSED", 0)
    assert receipt.why == (("refused", 0, entry["refused"]),)
    (inbox(run) / "nil.manifest.json").write_text(json.dumps(entry))
    assert "take one away" in intake.intake_force(run, "kent").reasons[0][2]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"refused": "a\nb"}, "no reason in one line"),
        ({"refused": "x" * 201}, "no reason in one line"),
        ({"refused": True}, "no reason in one line"),
        ({"refused": "no", "nil": True, "record_count": 0}, "answers nonetheless"),
        ({"refused": "no", "record_count": 3}, "answers nonetheless"),
        ({"refused": "no", "record_count": 0}, "contradict"),
        ({"withheld": "sex"}, "no list of fields"),
        ({"withheld": ["status"]}, "withholds status"),
        ({"withheld": ["shoe size"]}, "does not map"),
    ],
)
def test_a_manifest_that_contradicts_itself_rejects_the_extract(run: Settings, manifest: Any, said: str) -> None:
    receipt = take_in(run, 3, manifest=manifest)
    assert receipt.state == "REJECTED"
    assert said in receipt.reasons[0][2]


def test_a_field_withheld_whole_is_withheld_on_every_record_that_lacks_it(run: Settings) -> None:
    receipt = take_in(run, 3, manifest={"withheld": ["birth_date", "pnc"]}, DOB="")
    assert receipt.state == "RECEIVED"
    assert receipt.completeness["birth_date"] == {"filled": 0, "blank": 0, "unknown": 0, "withheld": 3}
    assert receipt.completeness["pnc"]["withheld"] == receipt.withheld["pnc"] == 3
    assert receipt.completeness["offence"]["blank"] == 3
    absent = intake.gather(run)[0]["absent"].to_pylist()
    why = {"reason": "withheld", "text": "withheld by the manifest"}
    assert absent == [[{"field": "birth_date", **why}, {"field": "pnc", **why}]] * 3


def test_findings_are_kept_with_the_keys_of_their_rows(run: Settings) -> None:
    take_in(run, 2, PNC="02/73319Z")
    found = read_table(run.workspace.force_stage(run.cycle, "kent", "findings.parquet"))
    assert found.select(["row_number", "local_id", "rule"]).to_pylist() == [
        {"row_number": 1, "local_id": "K0", "rule": "pnc_once"},
        {"row_number": 2, "local_id": "K1", "rule": "pnc_once"},
    ]


def test_an_extract_a_person_accepts_is_taken_from_what_was_landed(run: Settings) -> None:
    """Its source emptied, out of reach or known to Airflow alone, the accepted extract once became NOT_RECEIVED."""
    first, held = take_in(run, 100), take_in(run, 50)
    for path in inbox(run).iterdir():
        path.unlink()
    judgements.record(run, held, judgements.ACCEPT, by="coordinator-1", reason="two units merged")
    accepted = intake.settle_again(run, "kent")
    assert (accepted.state, accepted.supersedes, counted(run)) == ("RECEIVED", (first.sha256,), 50)
    judgements.record(run, accepted, judgements.HOLD, by="coordinator-1", reason="they did not")
    assert (intake.settle_again(run, "kent").state, counted(run)) == ("HELD", 0)


def emptied(run: Settings) -> None:
    for path in inbox(run).iterdir():
        path.unlink()


def test_what_waits_for_a_person_waits_on_where_its_source_is_emptied(run: Settings) -> None:
    """It once became NOT_RECEIVED with the next run, and there was nothing left to judge."""
    first, held = take_in(run, 100), take_in(run, 50)
    emptied(run)
    assert intake.intake_force(run, "kent") == held
    assert intake.intake_force(replace(run, reuse_days=92), "kent") == held, "nothing is used again in its place"
    judgements.record(run, held, judgements.ACCEPT, by="coordinator-1", reason="two units merged")
    accepted = intake.settle_again(run, "kent")
    assert (accepted.state, accepted.supersedes) == ("RECEIVED", (first.sha256,))
    assert (intake.intake_force(run, "kent"), counted(run)) == (accepted, 50), "a person's word outlasts the source"


def test_what_waits_for_a_person_waits_no_longer_once_something_else_came(run: Settings) -> None:
    take_in(run, 100)
    assert take_in(run, 50).state == "HELD"
    assert take_in(run, 99).state == "RECEIVED"
    emptied(run)
    assert (intake.intake_force(run, "kent").state, counted(run)) == ("NOT_RECEIVED", 0)


def test_what_a_person_holds_back_waits_on_where_its_source_is_emptied(run: Settings) -> None:
    first = take_in(run, 30)
    judgements.record(run, first, judgements.HOLD, by="coordinator-1", reason="of a test system")
    held = intake.settle_again(run, "kent")
    emptied(run)
    assert (held.state, intake.intake_force(run, "kent")) == ("HELD", held)


def test_what_came_is_told_from_what_stands(run: Settings, monkeypatch) -> None:
    """So that whoever asks for a correction that is not there is told."""
    received = take_in(run, 100)
    assert intake.nothing_new(run, received) == ""
    later = next_cycle(run, reuse_days=92)
    assert "is used again" in intake.nothing_new(later, intake.intake_force(later, "kent"))
    held = take_in(run, 50)
    assert (held.state, intake.nothing_new(run, held)) == ("HELD", "")
    emptied(run)
    still = intake.intake_force(run, "kent")
    assert (still.state, intake.nothing_new(run, still)[:30]) == ("HELD", "nothing lies at its source: pu")
    monkeypatch.setattr("reconcile.intake.force.pull", lambda *_given: (_ for _ in ()).throw(ConnectionError()))
    (unreached,) = intake.intake_forces(run, ["kent"])
    assert "could not be reached" in intake.nothing_new(run, unreached)


def everything(run: Settings, *folders: str) -> dict[Path, bytes]:
    """Every file below ``folders`` of the cycle but for the receipt of the last pull and the list of what counted."""
    found = (path for folder in folders for path in (run.workspace.cycle(run.cycle) / folder).rglob("*"))
    return {path: path.read_bytes() for path in found if path.is_file() and path.parent.name != "kent"} | {
        path: path.read_bytes()
        for path in run.workspace.landed(run.cycle, "kent").iterdir()
        if path.name not in ("receipt.json", "erased.json")
    }


def test_the_same_bytes_with_a_corrected_manifest_write_over_nothing(run: Settings) -> None:
    """The first manifest, its records and its receipt were once written over by those of the second."""
    first = take_in(run, 30)
    before = everything(run, "landed", "extracts")
    second = take_in(run, 30, manifest={"as_of": "2018-03-05", "withheld": ["offence"]})
    assert (second.sha256, str(first.as_of), str(second.as_of)) == (first.sha256, "2018-03-01", "2018-03-05")
    assert (second.state, second.supersedes, counted(run)) == ("RECEIVED", (first.key,), 30)
    assert (first.key, second.key[:65]) == (first.sha256, first.sha256 + ".")
    (replaced,) = intake.superseded(run, second)
    assert (replaced.state, replaced.as_of, replaced.key) == ("SUPERSEDED", first.as_of, first.key)
    assert {path: path.read_bytes() for path in before} == before
    assert take_in(run, 30, manifest={"as_of": "2018-03-05", "withheld": ["offence"]}) == second
    manifests = run.workspace.landed(run.cycle, "kent").glob("*.manifest.json")
    assert sorted(read_json(path)["as_of"] for path in manifests) == ["2018-03-01", "2018-03-05"]
    third = take_in(run, 30)
    assert (third.key, third.as_of, third.supersedes) == (first.key, first.as_of, (second.key,))
    assert set(intake.gather(run)[0]["as_of"].to_pylist()) == {first.as_of}


def test_a_judgement_on_an_extract_is_none_on_the_same_bytes_with_another_manifest(run: Settings) -> None:
    first = take_in(run, 30)
    judgements.record(run, first, judgements.HOLD, by="coordinator-1", reason="of the wrong day")
    assert intake.settle_again(run, "kent").state == "HELD"
    assert take_in(run, 30, manifest={"as_of": "2018-03-05"}).state == "RECEIVED"
    assert take_in(run, 30).state == "HELD"


@pytest.mark.parametrize("sidecar", [None, b"no manifest", b" " * 2_000_000])
def test_the_same_bytes_without_a_manifest_write_over_nothing(run: Settings, sidecar: bytes | None) -> None:
    first = take_in(run, 30)
    before = everything(run, "landed", "extracts")
    (path,) = inbox(run).glob("*.manifest.json")
    path.write_bytes(sidecar) if sidecar else path.unlink()
    rejected = intake.intake_force(run, "kent")
    assert (rejected.state, rejected.sha256, counted(run)) == ("REJECTED", first.sha256, 0)
    assert rejected.key != first.key
    assert {path: path.read_bytes() for path in before} == before
    assert (take_in(run, 30), counted(run)) == (first, 30)


def test_a_manifest_of_which_the_first_was_erased_is_still_told_from_it(run: Settings) -> None:
    first = take_in(run, 30)
    for path in run.workspace.landed(run.cycle, "kent").glob(f"{first.sha256}.*"):
        if "arrival" not in path.name:
            path.unlink()
    assert take_in(run, 30, manifest={"as_of": "2018-03-05"}).supersedes == (first.key,)
    assert str(intake.superseded(run, intake.settle_again(run, "kent"))[0].as_of) == "2018-03-01"


def test_an_extract_used_again_is_held_back_and_used_again(run: Settings) -> None:
    take_in(run, 30)
    later = next_cycle(run, reuse_days=92)
    again = intake.intake_force(later, "kent")
    judgements.record(later, again, judgements.HOLD, by="coordinator-1", reason="too old")
    held = intake.settle_again(later, "kent")
    assert (held.state, counted(later)) == ("HELD", 0)
    judgements.record(later, held, judgements.ACCEPT, by="coordinator-1", reason="it will do")
    assert (intake.settle_again(later, "kent"), counted(later)) == (again, 30)


@pytest.mark.parametrize("count", [50, 99])
def test_an_intake_that_breaks_off_leaves_no_receipt_for_other_tables(run: Settings, monkeypatch, count: int) -> None:
    """A held extract's empty tables once stood under the receipt of the accepted one before: a force of no rows."""
    take_in(run, 100)
    stage = run.workspace.force_stage(run.cycle, "kent", "receipt.json")

    def killed(path: Path, value: Any) -> None:
        if path == stage:
            raise KeyboardInterrupt
        write_json(path, value)

    monkeypatch.setattr("reconcile.intake.kept.write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        take_in(run, count)
    monkeypatch.undo()
    monkeypatch.setattr("reconcile.intake.force.profile_of", lambda *_given: KENT)
    records, _provenance, _quarantine, receipts = intake.gather(run)
    (receipt,) = (each for each in receipts if each.force == "kent")
    assert (receipt.state, receipt.accepted, records.num_rows) == ("NOT_RECEIVED", 0, 0)
    assert take_in(run, count).state == ("HELD" if count == 50 else "RECEIVED")


def test_a_source_that_cannot_be_asked_takes_back_nothing_of_the_cycle(run: Settings, monkeypatch) -> None:
    first = take_in(run, 30)

    def lost(*_given: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("reconcile.intake.force.pull", lost)
    (receipt,) = intake.intake_forces(run, ["kent"])
    assert (receipt.state, receipt.sha256, counted(run)) == ("RECEIVED", first.sha256, 30)
    assert "could not be reached" in receipt.warnings[-1][2]
    assert intake.intake_forces(run, ["kent"]) == (receipt,)


def test_a_judgement_that_breaks_off_leaves_none(run: Settings, monkeypatch) -> None:
    """Half of one once stood in the way of every later intake."""
    first = take_in(run, 30)
    monkeypatch.setattr("reconcile.intake.judgements.json.dumps", lambda *_given, **_options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        judgements.record(run, first, judgements.HOLD, by="coordinator-1", reason="a test")
    monkeypatch.undo()
    assert list((kept(run, first) / "judgements").iterdir()) == []
    monkeypatch.setattr("reconcile.intake.judgements._paths", lambda _folder: [])
    judgements.record(run, first, judgements.HOLD, by="coordinator-1", reason="a test")
    with pytest.raises(DecisionError, match="somebody else judged"):
        judgements.record(run, first, judgements.ACCEPT, by="coordinator-2", reason="no test")
    (found,) = (kept(run, first) / "judgements").iterdir()
    assert read_json(found)["by"] == "coordinator-1"
