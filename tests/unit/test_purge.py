"""What was sent is erased once nothing waits for it; what still waits, records and releases are never touched."""

import datetime as dt
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, erasure, intake
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.errors import ReconcileError, SettingsError
from reconcile.intake import Receipt, erased_on, judgements
from reconcile.intake.arrivals import BESIDE
from reconcile.intake.retention import DAY
from reconcile.settings import Settings, load
from reconcile.workspace import read_json, read_table, write_json
from tests.unit.dialect import KENT, csv_bytes, send, settings

pytestmark = pytest.mark.slow

GOOD = csv_bytes({"Ref": "K1"}, {"Ref": "K2"})
FAULTY = csv_bytes({"Ref": "K1"}, {"Ref": "K2", "DOB": "31/02/1970"})


@pytest.fixture(autouse=True)
def kent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.intake.force.profile_of", lambda *_given: KENT)


@pytest.fixture
def run(tmp_path: Path) -> Settings:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\n')
    return load(tmp_path)


def take_in(run: Settings, content: bytes, count: int = 2, name: str = "register_2018.csv") -> Receipt:
    for path in (run.workspace.root / "inbox" / "kent").glob("*"):
        path.unlink()
    send(run.workspace.root / "inbox" / "kent", content, count, name=name)
    receipt = cycle.intake_force(run, "kent")
    cycle.gather(run)
    return receipt


def purge(run: Settings, days: int = 15, **options: object) -> erasure.Purge:
    later = erasure.database.milliseconds() + days * DAY
    return erasure.purge(run, clock=lambda: later, **options)


def sent(run: Settings) -> list[str]:
    """The bytes as sent that lie anywhere in the workspace."""
    inbox = [path.name for path in (run.workspace.root / "inbox").rglob("*") if path.is_file()]
    landed = run.workspace.landed(run.cycle, "kent")
    return sorted(inbox + [path.name for path in landed.glob("?" * 64 + ".*") if not path.name.endswith(BESIDE)])


def kents(reports: list[Path]) -> list[Path]:
    """Kent's acceptance report: page, workbook and JSON."""
    return [path for path in reports if path.stem == "kent"]


def everything_else(run: Settings) -> dict[str, bytes]:
    kept = {path for path in run.workspace.root.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(run.workspace.root)): path.read_bytes()
        for path in kept
        if "decisions.sqlite" not in path.name and not {"landed", "inbox"} & set(path.parts)
    }


def test_an_accepted_extract_is_kept_for_its_days_and_then_erased_wherever_it_lies(run: Settings) -> None:
    receipt = take_in(run, GOOD)
    before = everything_else(run)
    early = purge(run, days=13)
    assert (early.erased, len(early.kept), len(sent(run))) == ((), 1, 4)
    assert early.kept[0].why.startswith("kept until 20")
    done = purge(run)
    assert [(each.sha256, each.files, each.why) for each in done.erased] == [(receipt.sha256, 4, "nothing of it waits")]
    assert done.erased[0].bytes >= 2 * len(GOOD)
    assert sent(run) == []
    assert everything_else(run) == before, "records and stages stay byte for byte"


def test_a_purge_is_idempotent_and_a_dry_run_touches_nothing(run: Settings) -> None:
    take_in(run, GOOD)
    files = sent(run)
    lines = AuditLog(run.database_url).head().number
    would = purge(run, dry_run=True)
    assert (sent(run), AuditLog(run.database_url).head().number) == (files, lines)
    assert purge(run) == would
    head = AuditLog(run.database_url).head()
    assert purge(run) == erasure.Purge((), ())
    assert AuditLog(run.database_url).head() == head


def test_each_erasure_is_logged_with_hash_and_counts(run: Settings) -> None:
    receipt = take_in(run, GOOD)
    purge(run)
    log = AuditLog(run.database_url)
    (line,) = (line for line in log.export().to_pylist() if line["operation"] == "erasure")
    assert (line["query"], line["force"], line["count"]) == (f"extract {receipt.sha256}", "kent", 2)
    assert "files as sent 4, quarantined rows 0: nothing of it waits" in line["justification"]
    assert log.verify().holds


def test_quarantined_rows_stay_until_the_force_has_answered(run: Settings) -> None:
    first = take_in(run, FAULTY)
    assert [each.why for each in purge(run, days=9000).kept] == [
        "the force has not answered for its quarantined rows, 1 of them"
    ]
    corrected = take_in(run, GOOD)
    done = purge(run)
    assert {each.sha256 for each in done.erased} == {first.sha256, corrected.sha256}
    assert sent(run) == []


def test_bytes_that_came_with_two_manifests_are_erased_once_with_both(run: Settings) -> None:
    receipt = take_in(run, FAULTY)
    manifest = next((run.workspace.root / "inbox" / "kent").glob("*.manifest.json"))
    manifest.write_text(manifest.read_text().replace("2018-03-01", "2018-03-05"))
    corrected = cycle.intake_force(run, "kent")
    cycle.gather(run)
    assert (corrected.sha256, corrected.supersedes) == (receipt.sha256, (receipt.key,))
    (done,) = purge(run, answered="kent", reason="withdrawn", actor="coordinator").erased
    assert (done.sha256, done.files, done.quarantined_rows) == (receipt.sha256, 5, 1)
    assert sent(run) == []
    lists = list(run.workspace.cycle(run.cycle).rglob("quarantine.parquet"))
    assert len([path for path in lists if "extracts" in path.parts]) == 2
    assert {read_table(path).num_rows for path in lists} == {0}


def test_a_later_cycles_accepted_extract_answers_for_an_earlier_one(run: Settings, tmp_path: Path) -> None:
    first = take_in(run, FAULTY)
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-04"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\n')
    take_in(load(tmp_path), GOOD)
    done = {each.sha256: each for each in purge(run).erased}
    assert done[first.sha256].why == "a later extract of the force was accepted"
    assert done[first.sha256].quarantined_rows == 1
    own = read_table(run.workspace.force_stage("2018-03", "kent", "quarantine.parquet"))
    gathered = read_table(run.workspace.stage("2018-03", "quarantine.parquet"))
    assert (own.num_rows, gathered.num_rows) == (0, 0)
    records = read_table(run.workspace.force_stage("2018-03", "kent", "records.parquet"))
    assert records["local_id"].to_pylist() == ["K1"]


def test_the_report_says_that_the_quarantined_rows_it_counts_were_purged_and_when(run: Settings) -> None:
    take_in(run, FAULTY)

    def told() -> tuple[dict[str, Any], str]:
        page, _book, data = kents(cycle.acceptance(run))
        return json.loads(data.read_text()), page.read_text()

    listed, page = told()
    assert [row["local_id"] for row in listed["quarantine"]] == ["K2"]
    assert (listed["quarantine_purged_on"], "purged" in page) == (None, False)
    assert any("Correct the quarantined row" in step for step in listed["next"])
    noon = int(dt.datetime(2031, 5, 4, 12, tzinfo=dt.UTC).timestamp() * 1000)
    erasure.purge(run, answered="kent", reason="withdrawn", actor="coordinator", clock=lambda: noon)
    for _again in range(2):  # also after the cycle is run again
        counted, page = told()
        assert (counted["rows"]["quarantined"], counted["quarantine"]) == (1, [])
        assert counted["quarantine_purged_on"] == "2031-05-04"
        assert "The 1 quarantined row was purged on 4 May 2031, its fault being answered" in page
        assert not any("Correct" in step for step in counted["next"])
        cycle.intake_force(run, "kent")
        cycle.gather(run)


def test_a_ledger_of_erasures_without_days_is_read_and_stays_so(run: Settings) -> None:
    receipt = take_in(run, FAULTY)
    ledger = run.workspace.landed(run.cycle, "kent") / "erased.json"
    ledger.write_text(json.dumps(["ab" * 32]))
    purge(run, days=0, answered="kent", reason="withdrawn", actor="coordinator")
    written = json.loads(ledger.read_text())
    assert (written["ab" * 32], sorted(written)) == ("", sorted(["ab" * 32, receipt.sha256]))
    assert erased_on(run, receipt) is not None
    assert erased_on(run, replace(receipt, sha256="ab" * 32)) is None


def test_the_forces_own_name_of_a_file_is_told_to_it_alone_and_goes_with_the_bytes(
    run: Settings, caplog, capfd
) -> None:
    caplog.set_level("DEBUG")
    receipt = take_in(run, GOOD, name="register_Quillfeather Zebedee.csv")
    page, book, data = kents(cycle.acceptance(run))
    assert json.loads(data.read_text())["file"] == "register_Quillfeather Zebedee.csv"
    assert "register_Quillfeather Zebedee.csv" in page.read_text()

    def holding() -> set[str]:
        files = [path for path in run.workspace.root.rglob("*") if path.is_file() and "inbox" not in path.parts]
        assert not any("quillfeather" in path.name.casefold() for path in files)
        return {path.name for path in files if b"quillfeather" in path.read_bytes().lower()}

    assert holding() == {page.name, data.name, f"{receipt.sha256}.sent_as.json"}
    assert receipt.file_name == f"kent-{receipt.sha256[:12]}.csv"
    said = str(AuditLog(run.database_url).export().to_pylist()) + caplog.text + "".join(capfd.readouterr())
    assert "quillfeather" not in said.casefold()
    purge(run)
    cycle.acceptance(run)
    assert holding() == set()
    assert json.loads(data.read_text())["file"] is None
    assert book.is_file()


def test_a_person_says_that_faults_are_answered_and_why(run: Settings) -> None:
    receipt = take_in(run, FAULTY)
    done = purge(run, days=0, answered="kent", reason="the row was a duplicate and is withdrawn", actor="coordinator")
    assert [(each.sha256, each.quarantined_rows) for each in done.erased] == [(receipt.sha256, 1)]
    line = AuditLog(run.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["actor"]) == ("erasure", "coordinator")
    assert line["justification"].endswith("its faults were answered: the row was a duplicate and is withdrawn")
    assert cycle.receipts(run)[0].force
    assert sum(each.quarantined for each in cycle.receipts(run)) == 1, "figures stay"


@pytest.mark.parametrize("answered", ["", "kent"])
def test_what_is_held_is_never_erased(run: Settings, answered: str) -> None:
    receipt = take_in(run, GOOD)
    path = run.workspace.force_stage(run.cycle, "kent", "receipt.json")
    write_json(path, read_json(path) | {"state": "HELD"})
    if answered:
        with pytest.raises(ReconcileError, match="is held: accept or refuse it first"):
            purge(run, days=9000, answered=answered, reason="x", actor="coordinator")
    else:
        assert [(each.sha256, each.why) for each in purge(run, days=9000).kept] == [
            (receipt.sha256, "the extract is held for a person")
        ]
    assert len(sent(run)) == 4


def test_a_rejected_extract_waits_for_the_force(run: Settings) -> None:
    take_in(run, GOOD, count=3)
    assert purge(run, days=9000).kept[0].why == "the extract was rejected and the force has not answered"
    take_in(run, csv_bytes({"Ref": "K1"}), count=1)
    assert len(purge(run).erased) == 2


def test_bytes_whose_collection_nobody_logged_stay(run: Settings) -> None:
    send(run.workspace.root / "inbox" / "kent", GOOD, 2)
    intake.intake_force(run, "kent")
    assert "not in the audit log" in purge(run, days=9000).kept[0].why


def test_running_again_after_a_purge_keeps_the_accepted_records(run: Settings) -> None:
    """Without its bytes an accepted extract once looked like a force that sends nothing any more."""
    before = take_in(run, GOOD)
    purge(run)
    collections = AuditLog(run.database_url).first_logged("collection")
    records = cycle.gather(run)
    assert cycle.intake_force(run, "kent") == before
    assert cycle.gather(run) == records
    assert cycle.table(run, "records").num_rows == 2
    assert AuditLog(run.database_url).first_logged("collection") == collections
    lines = [line["operation"] for line in AuditLog(run.database_url).export().to_pylist()]
    assert lines.count("collection") == 1, "nothing was collected the second time"
    send(run.workspace.root / "inbox" / "kent", csv_bytes({"Ref": "K9"}), 1)
    assert cycle.intake_force(run, "kent").accepted == 1, "what comes afterwards is taken in"


def test_a_misnamed_correction_after_a_purge_is_not_passed_over_in_silence(run: Settings) -> None:
    take_in(run, GOOD)
    purge(run)
    send(run.workspace.root / "inbox" / "kent", GOOD, 2, name="other.csv")
    for _ in range(2):
        receipt = cycle.intake_force(run, "kent")
        assert [rule for rule, _count, _sentence in receipt.warnings].count("extract_named") == 1
    assert receipt.accepted == 2


def test_a_source_elsewhere_is_its_owners_to_empty(run: Settings, tmp_path: Path) -> None:
    drop = tmp_path.parent / f"{tmp_path.name}-drop"
    outside = settings(tmp_path, inbox=str(drop), database_url=run.database_url)
    kept = send(drop / "kent", GOOD, 2)
    cycle.intake_force(outside, "kent")
    assert purge(outside).erased[0].files == 2
    assert kept.is_file()


def test_a_nil_return_is_erased_too(run: Settings) -> None:
    folder = run.workspace.root / "inbox" / "kent"
    send(folder, b"", 0, name="nil", nil=True)
    (folder / "nil").unlink()
    content = (folder / "nil.manifest.json").read_bytes()
    cycle.intake_force(run, "kent")
    assert [each.sha256 for each in purge(run).erased] == [hashlib.sha256(content).hexdigest()]
    assert sent(run) == []
    assert cycle.intake_force(run, "kent").state == "NIL"


def test_lists_of_name_changes_as_landed_go_when_their_days_are_over(run: Settings) -> None:
    folder = run.workspace.root / "inbox" / "name_changes"
    folder.mkdir(parents=True)
    (folder / "one.csv").write_text(
        "old_given,old_surname,new_given,new_surname,birth_date\nTrevor,Pickles,Adam,Storm,1958-09-02\n"
    )
    take_in(run, GOOD)
    assert "name_changes" in {each.force for each in purge(run).erased}
    assert (folder / "one.csv").is_file(), "an operator's own folder"


def test_the_verb_says_what_it_erased_and_what_waits(run: Settings, monkeypatch, capsys) -> None:
    receipt = take_in(run, FAULTY)

    def said(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["reconcile", "purge", "-w", str(run.workspace.root), *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 0
        return capsys.readouterr().out

    assert "0 extracts would be erased, 1 kept" in said("--dry-run")
    told = said("--answered", "kent", "--reason", "withdrawn")
    assert receipt.sha256[:12] in told
    assert "4 files" in told
    assert "quarantined rows 1" in told
    assert "1 extract erased, 0 kept" in told


@pytest.mark.parametrize("days", ['"14"', "-1", "true", "1.5"])
def test_days_to_keep_are_a_whole_number(run: Settings, days: str) -> None:
    path = run.workspace.root / "reconcile.toml"
    path.write_text(path.read_text() + f"keep_raw_days = {days}\n")
    with pytest.raises(SettingsError, match="whole number"):
        load(run.workspace.root)


def test_nothing_is_kept_where_no_day_is(run: Settings) -> None:
    path = run.workspace.root / "reconcile.toml"
    path.write_text(path.read_text() + "keep_raw_days = 0\n")
    take_in(run, GOOD)
    assert len(purge(load(run.workspace.root), days=0).erased) == 1


def test_what_a_person_judges_of_an_extract_still_counts_when_its_bytes_are_gone(run: Settings) -> None:
    take_in(run, GOOD)
    purge(run)
    held = judgements.HOLD
    judgements.record(run, cycle.intake_force(run, "kent"), held, by="coordinator", reason="the force asks for it")
    assert cycle.intake_force(run, "kent").state == "HELD"
    cycle.gather(run)
    assert cycle.table(run, "records").num_rows == 0
    judgements.record(run, cycle.intake_force(run, "kent"), judgements.ACCEPT, by="coordinator", reason="it was right")
    assert cycle.intake_force(run, "kent").accepted == 2
    cycle.gather(run)
    assert cycle.table(run, "records").num_rows == 2


def test_a_rejection_a_person_says_is_answered_stays_a_rejection(run: Settings) -> None:
    take_in(run, GOOD, count=3)
    purge(run, days=0, answered="kent", reason="withdrawn", actor="coordinator")
    assert sent(run) == []
    receipt = cycle.intake_force(run, "kent")
    assert (receipt.state, receipt.reasons[0][0]) == ("REJECTED", "record_count")


def test_what_a_fetch_left_that_broke_off_is_erased_a_day_later_and_told(run: Settings) -> None:
    take_in(run, GOOD)
    rest = run.workspace.landed(run.cycle, "kent") / ".incoming.0123abcd"
    rest.write_bytes(GOOD[:20])
    assert purge(run, days=0).erased == ()
    (found,) = purge(run, days=2, dry_run=True).erased
    assert (found.force, found.bytes, found.why) == ("kent", 20, "a fetch of it broke off")
    assert rest.is_file()
    assert purge(run, days=2).erased == (found,)
    assert not rest.exists()
    assert purge(run, days=2).erased == ()
    assert AuditLog(run.database_url).first_logged("erasure").keys() == {"part of an extract"}


def next_cycle(run: Settings) -> Settings:
    (run.workspace.root / "reconcile.toml").write_text(
        'cycle = "2018-04"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\nreuse_days = 92\n'
    )
    return load(run.workspace.root)


def test_the_same_bytes_sent_anew_and_held_keep_what_lies_in_the_inbox(run: Settings) -> None:
    """Erasing the earlier cycle's once took the held one out of the inbox: accepted, it was NOT_RECEIVED."""
    take_in(run, GOOD)
    later = replace(next_cycle(run), reuse_days=None)
    judgements.record(later, take_in(later, GOOD), judgements.HOLD, by="coordinator", reason="the force asks for it")
    held = cycle.intake_force(later, "kent")
    assert held.state == "HELD"
    done = purge(later)
    assert [(each.cycle, each.files) for each in done.erased] == [("2018-03", 2)]
    assert [each.cycle for each in done.kept] == ["2018-04"]
    judgements.record(later, held, judgements.ACCEPT, by="coordinator", reason="it was right")
    assert cycle.intake_force(later, "kent").accepted == 2


def test_the_same_bytes_of_another_day_are_not_erased_before_they_are_taken_in(run: Settings) -> None:
    take_in(run, GOOD)
    (manifest,) = (run.workspace.root / "inbox" / "kent").glob("*.manifest.json")
    write_json(manifest, read_json(manifest) | {"as_of": "2018-03-02"})
    assert [each.files for each in purge(run).erased] == [2]
    assert len(sent(run)) == 2


def test_quarantined_rows_of_an_extract_used_again_go_from_the_later_cycle_too(run: Settings) -> None:
    take_in(run, FAULTY)
    later = next_cycle(run)
    for path in (run.workspace.root / "inbox" / "kent").iterdir():
        path.unlink()
    assert cycle.intake_force(later, "kent").taken_from == "2018-03"
    cycle.gather(later)
    places = [
        later.workspace.force_stage("2018-04", "kent", "quarantine.parquet"),
        later.workspace.stage("2018-04", "quarantine.parquet"),
    ]
    assert [read_table(path).num_rows for path in places] == [1, 1]
    purge(run, days=0, answered="kent", reason="withdrawn", actor="coordinator")
    assert [read_table(path).num_rows for path in places] == [0, 0]
