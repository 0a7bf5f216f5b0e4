"""A force's extract through all four stages, and every way it can go wrong."""

import hashlib
import json
from pathlib import Path

import pytest

from reconcile import intake, schema
from reconcile.forces import Profile
from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table, write_table
from tests.unit.dialect import KENT, csv_bytes, send, settings


@pytest.fixture(autouse=True)
def kent(monkeypatch) -> None:
    def profile_of(slug: str, _own: Path) -> Profile:
        assert slug == "kent"
        return KENT

    monkeypatch.setattr("reconcile.intake.force.profile_of", profile_of)


@pytest.fixture
def run(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def inbox(run: Settings) -> Path:
    return run.workspace.root / "inbox" / "kent"


def test_what_was_kept_before_records_had_a_column_is_still_gathered_and_settled(run: Settings) -> None:
    send(inbox(run), csv_bytes({"Ref": "K1"}, {"Ref": "K2", "Surname": "Hale"}), 2)
    receipt = intake.intake_force(run, "kent")
    added = ["first_notified", "residence", "exemptions", "events", "episodes", "transferred_to"]
    for path in run.workspace.root.rglob("records.parquet"):
        write_table(path, read_table(path).drop_columns(added))
    assert intake.settle_again(run, "kent") == receipt
    for folder in run.workspace.root.rglob("stages/forces/kent"):
        write_table(folder / "records.parquet", read_table(folder / "records.parquet").drop_columns(added))
    records = intake.gather(run)[0]
    assert records.schema == schema.RECORDS
    assert [records[name].to_pylist() for name in ("residence", "episodes")] == [[None, None], [[], []]]


def tables(run: Settings) -> list[int]:
    names = ("records.parquet", "provenance.parquet", "quarantine.parquet")
    return [read_table(run.workspace.force_stage(run.cycle, "kent", name)).num_rows for name in names]


def test_received(run: Settings) -> None:
    content = csv_bytes(
        {"Ref": "K1", "Offence": "refused"}, {"Ref": "K2", "DOB": "no"}, {"Ref": "K3", "PNC": "99/99999X"}
    )
    sent = send(inbox(run), content, 3)
    receipt = intake.intake_force(run, "kent")
    assert (receipt.state, receipt.rows_in, receipt.accepted, receipt.quarantined) == ("RECEIVED", 3, 2, 1)
    assert (receipt.file_name, str(receipt.as_of)) == (f"kent-{receipt.sha256[:12]}.csv", "2018-03-01")
    assert intake.name_as_sent(run, receipt) == sent.name
    assert [(rule, count) for rule, count, _ in receipt.reasons] == [("birth_date_readable", 1)]
    assert ("pnc_check_letter", 1) in [(rule, count) for rule, count, _ in receipt.warnings]
    assert receipt.withheld == {"offence": 1}
    assert receipt.completeness["offence"] == {"filled": 0, "blank": 1, "unknown": 0, "withheld": 1}
    assert receipt.statuses == {"located": 2}
    assert tables(run) == [2, 2, 1]
    landed = run.workspace.landed(run.cycle, "kent")
    assert (landed / f"{receipt.sha256}.csv").read_bytes() == content
    assert receipt.sha256 == hashlib.sha256(content).hexdigest()
    assert (landed / f"{receipt.sha256}.manifest.json").is_file()
    assert Receipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt
    written = read_json(run.workspace.force_stage(run.cycle, "kent", "receipt.json"))
    assert Receipt.from_json(written) == receipt


def test_what_may_be_no_local_id_is_not_told_as_one(run: Settings) -> None:
    whole = csv_bytes({"Ref": "K1"}, {"Ref": "K2"})
    shifted = whole.replace(b"K2;", b"")
    send(inbox(run), shifted, 2)
    receipt = intake.intake_force(run, "kent")
    assert ("row_whole", 1) in [(rule, count) for rule, count, _ in receipt.reasons]
    quarantine = read_table(run.workspace.force_stage(run.cycle, "kent", "quarantine.parquet"))
    assert quarantine.select(["row_number", "local_id", "rule"]).to_pylist() == [
        {"row_number": 2, "local_id": None, "rule": "row_whole"}
    ], "its cells stand in other columns than their own, so nothing else is told of it"
    assert not [each for each in receipt.warnings if each[1]]


def test_a_field_withheld_is_not_one_unknown_nor_one_left_blank(run: Settings) -> None:
    people = [{"Risk": "s.40"}, {"Risk": "N/K"}, {"Risk": ""}, {"Risk": "VH", "PNC": "02/73319Z"}, {"Risk": "Refused"}]
    send(inbox(run), csv_bytes(*({"Ref": f"K{place}"} | cells for place, cells in enumerate(people))), 5)
    counts = intake.intake_force(run, "kent").completeness
    assert counts["risk_level"] == {"filled": 1, "blank": 1, "unknown": 1, "withheld": 2}
    assert counts["pnc"] == {"filled": 1, "blank": 4, "unknown": 0, "withheld": 0}
    assert set(counts) == {*KENT.columns, *KENT.identifiers}
    assert {sum(each.values()) for each in counts.values()} == {5}


def test_running_again_gives_the_same_bytes(run: Settings) -> None:
    send(inbox(run), csv_bytes({"Ref": "K1"}, {"Ref": "K2", "Status": "?"}), 2)
    folder = run.workspace.force_stage(run.cycle, "kent", "")
    intake.intake_force(run, "kent")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    intake.intake_force(run, "kent")
    assert first == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(first) == 5


def test_nothing_came(run: Settings) -> None:
    assert intake.intake_force(run, "kent") == Receipt("kent", "NOT_RECEIVED")
    assert tables(run) == [0, 0, 0]


def test_a_nil_return_is_an_answer(run: Settings) -> None:
    folder = inbox(run)
    send(folder, b"", 0, name="nil", nil=True)
    (folder / "nil").unlink()
    receipt = intake.intake_force(run, "kent")
    assert (receipt.state, receipt.rows_in, str(receipt.as_of)) == ("NIL", 0, "2018-03-01")
    assert receipt.sha256


def test_what_came_before_leaves_no_trace_when_nothing_comes(run: Settings) -> None:
    sent = send(inbox(run), csv_bytes({"Ref": "K1"}), 1)
    intake.intake_force(run, "kent")
    assert intake.gather(run)[0].num_rows == 1
    sent.unlink()
    assert intake.intake_force(run, "kent").state == "NOT_RECEIVED"
    assert tables(run) == [0, 0, 0]
    assert intake.gather(run)[0].num_rows == 0


@pytest.mark.parametrize(
    ("content", "count", "manifest", "said"),
    [
        (csv_bytes({"Ref": "K1"}), 2, {}, "manifest says"),
        (b"Ref;Surname\nK1;Farrow\n", 1, {}, "no column Status"),
        (b"Surname;Status\nFarrow;Lost\n", 1, {}, "no column Ref"),
        (b"Ref;Status\nK1;Lost\n", 1, {}, "no column Surname"),
        (b"Ref;Ref;Surname;Status\nK1;K1;Farrow;Lost\n", 1, {}, "same heading"),
        (b"", 0, {}, "empty"),
        (b"Ref;Surname;Status\n", 0, {}, "no rows"),
        (csv_bytes({"Ref": "K1"}), 1, {"force": "essex"}, "not of kent"),
        (csv_bytes({"Ref": "K1"}), 1, {"as_of": "1 March"}, "as_of"),
        (csv_bytes({"Ref": "K1"}), 1, {"record_count": "1"}, "no whole number"),
        (csv_bytes({"Ref": "K1"}), 0, {"nil": True}, "contradict"),
    ],
)
def test_rejected(run: Settings, content: bytes, count: int, manifest: dict, said: str) -> None:
    send(inbox(run), content, count, **manifest)
    receipt = intake.intake_force(run, "kent")
    assert receipt.state == "REJECTED"
    [(_rule, _count, sentence)] = receipt.reasons
    assert said in sentence
    assert "\n" not in sentence
    assert receipt.sha256 == hashlib.sha256(content).hexdigest()
    assert (receipt.accepted, receipt.quarantined, tables(run)) == (0, 0, [0, 0, 0])


def test_rejected_without_a_manifest_or_with_more_than_one_answer(run: Settings) -> None:
    sent = send(inbox(run), csv_bytes({"Ref": "K1"}), 1)
    manifest = sent.with_name(sent.name + ".manifest.json")
    saved = manifest.read_bytes()
    manifest.unlink()
    assert "send both" in intake.intake_force(run, "kent").reasons[0][2]
    manifest.write_bytes(saved)
    send(inbox(run), b"x", 1, name="register_again.csv")
    assert "2 files match" in intake.intake_force(run, "kent").reasons[0][2]
    (inbox(run) / "register_again.csv").unlink()
    (inbox(run) / "nil.manifest.json").write_bytes(saved)
    assert "take one away" in intake.intake_force(run, "kent").reasons[0][2]


def test_a_manifest_nested_without_end_is_rejected(run: Settings) -> None:
    sent = send(inbox(run), csv_bytes({"Ref": "K1"}), 1)
    sent.with_name(sent.name + ".manifest.json").write_bytes(b"[" * 100_000)
    assert intake.intake_force(run, "kent").state == "REJECTED"


def test_answers_to_a_match_report_are_no_misnamed_extract(run: Settings) -> None:
    (inbox(run) / "answers").mkdir(parents=True)
    receipt = intake.intake_force(run, "kent")
    assert (receipt.state, receipt.reasons) == ("NOT_RECEIVED", ())
    send(inbox(run), csv_bytes({"Ref": "K1"}), 1)
    assert intake.intake_force(run, "kent").state == "RECEIVED"


def test_a_link_in_the_inbox_is_not_followed(run: Settings, tmp_path: Path) -> None:
    sent = send(inbox(run), csv_bytes({"Ref": "K1"}), 1)
    sent.rename(tmp_path / "elsewhere.csv")
    for target in (tmp_path / "elsewhere.csv", tmp_path / "nowhere.csv"):
        sent.unlink(missing_ok=True)
        sent.symlink_to(target)
        receipt = intake.intake_force(run, "kent")
        assert (receipt.state, receipt.rows_in, receipt.sha256) == ("REJECTED", 0, "")
        assert "link" in receipt.reasons[0][2]


def test_a_file_of_another_name_is_not_passed_over_in_silence(run: Settings) -> None:
    send(inbox(run), csv_bytes({"Ref": "K1"}), 1, name="Secretname.csv")
    receipt = intake.intake_force(run, "kent")
    assert receipt.state == "NOT_RECEIVED"
    assert "none has the name" in receipt.reasons[0][2]
    assert "Secretname" not in str(receipt)


def test_an_inbox_may_be_any_filesystem(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    content = csv_bytes({"Ref": "K1"})
    memory.pipe("/drop/kent/register_2018.csv", content)
    manifest = {"force": "kent", "as_of": "2018-03-01", "record_count": 1, "nil": False}
    memory.pipe("/drop/kent/register_2018.csv.manifest.json", json.dumps(manifest).encode())
    try:
        assert intake.intake_force(settings(tmp_path, inbox="memory://drop"), "kent").accepted == 1
    finally:
        memory.rm("/drop", recursive=True)


def test_gathering_has_a_receipt_for_each_of_the_45(run: Settings) -> None:
    send(inbox(run), csv_bytes({"Ref": "K2"}, {"Ref": "K1"}, {"Ref": "K0", "Status": ""}), 3)
    intake.intake_forces(run, ["kent"])
    records, provenance, quarantine, receipts = intake.gather(run)
    assert (records.schema, provenance.schema, quarantine.schema) == (
        schema.RECORDS,
        schema.PROVENANCE,
        schema.QUARANTINE,
    )
    assert records["record_id"].to_pylist() == provenance["record_id"].to_pylist() == ["kent:K1", "kent:K2"]
    assert [receipt.force for receipt in receipts] == sorted(receipt.force for receipt in receipts)
    assert len(receipts) == 45
    assert {receipt.force for receipt in receipts if receipt.state != "NOT_RECEIVED"} == {"kent"}
    assert quarantine["row_number"].to_pylist() == [3]


def test_a_receipt_written_before_it_had_all_its_keys_is_still_read() -> None:
    kept = Receipt("kent", "RECEIVED", rows_in=1, accepted=1).to_json()
    for key in ("completeness", "statuses", "bands", "why", "supersedes", "taken_from"):
        del kept[key]
    assert Receipt.from_json(kept) == Receipt("kent", "RECEIVED", rows_in=1, accepted=1)


def test_a_receipt_that_does_not_add_up_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="3 rows in"):
        Receipt("kent", "RECEIVED", rows_in=3, accepted=1, quarantined=1)
    with pytest.raises(ValueError, match="no state"):
        Receipt("kent", "FINE")
