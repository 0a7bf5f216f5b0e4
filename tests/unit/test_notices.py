"""Notices in a workspace: who gets one when, what it is, and that nothing is told twice."""

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reconcile import cycle, made_from, notifying, protecting, publication, release_erasure, reporting, schema
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.notifying import Sent
from reconcile.reports import delivery, document, sealing
from reconcile.reports.told import ToldLog
from reconcile.review import acts
from reconcile.review.decisions import Decision
from reconcile.settings import Settings
from reconcile.workspace import write_json, write_table
from tests import desks, force_country, loop_country
from tests.review_country import ANN, BOB

pytestmark = pytest.mark.slow

LEAD = ("essex:1", "kent:1")
LOW = ("essex:2", "kent:2")
ITEM = "link:essex:1~kent:1"


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    """Released and reported once, and every lead of high risk told, of which there is none yet."""
    settings = loop_country.released(tmp_path / "workspace")
    reporting.report(settings)
    assert notifying.notify(settings) == ()
    return settings


def decide(settings: Settings, pair: tuple[str, str], judgement: str) -> None:
    publication.decide(settings, [Decision(*pair, judgement, None, "coordinator-1", "fingerprints")])


def keys_for(settings: Settings, *every: str) -> None:
    """A key for each force, without which no notice reaches it."""
    for force in every:
        desks.desk(settings, force, desks.identity())


def release_and_report(settings: Settings) -> dict[str, str]:
    """Each force's page of the next report."""
    publication.release(settings, signed_by="operator", role="national coordinator", reason="counts checked")
    paths = reporting.report(settings)
    return {path.parent.name: path.read_text(encoding="utf-8") for path in paths if path.suffix == ".html"}


def counts(sent: tuple[Sent, ...]) -> dict[str, tuple[int, int]]:
    return {each.force: (each.corrections, each.leads) for each in sent}


def files(settings: Settings) -> dict[str, list[Path]]:
    """The files of all notices, by force."""
    found: dict[str, list[Path]] = {}
    for path in sorted(settings.workspace.notices.rglob("*.*")):
        if path.is_file():
            found.setdefault(path.parent.name, []).append(path)
    return found


def told(settings: Settings, force: str) -> dict[str, Any]:
    """The one notice of a force, as its JSON says it."""
    (path,) = (path for path in files(settings)[force] if path.suffix == ".json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator(document.notice_schema(), format_checker=FormatChecker()).validate(found)
    return found


def test_a_lead_of_high_risk_goes_to_both_forces_once_decided_and_before_any_release(made: Settings) -> None:
    decide(made, LEAD, "same")
    sent = notifying.notify(made)
    assert counts(sent) == {"essex": (0, 1), "kent": (0, 1)}
    (item,) = told(made, "essex")["items"]
    assert (item["kind"], item["risk"], item["new"], item["link"]) == ("found_elsewhere", "high", True, "decided")
    assert [party["reference"] for party in (*item["own"], *item["others"])] == list(LEAD)
    (item,) = told(made, "kent")["items"]
    assert item["kind"] == "held_here"
    assert told(made, "kent")["confirm"].startswith("Confirm identity, by fingerprint")
    assert notifying.notify(made) == (), "said again it tells nothing twice"
    assert set(files(made)) == {"essex", "kent"}


def test_a_lead_that_was_told_by_a_notice_is_new_to_no_later_one_and_stands_in_the_report(made: Settings) -> None:
    decide(made, LEAD, "same")
    notifying.notify(made)
    pages = release_and_report(made)
    assert notifying.notify(made) == ()
    assert "kent:1" in pages["essex"]
    assert 'id="corrections"' not in pages["essex"]


def test_what_is_of_no_high_risk_waits_for_the_report(made: Settings) -> None:
    decide(made, LOW, "same")
    assert notifying.notify(made) == ()
    assert not made.workspace.notices.exists(), "nothing to tell, nothing written"
    assert "kent:2" in release_and_report(made)["essex"]


def test_the_first_of_two_answers_sends_nothing_and_the_second_both_notices(made: Settings) -> None:
    def judge(visitor: Any) -> str:
        row = acts.item_of(made, visitor, ITEM)
        assert row is not None
        given = {"evidence_hash": row["evidence_hash"], "reason_code": "identifier"}
        return acts.judge(made, visitor, ITEM, "same", **given).became

    assert judge(ANN) == "second"
    acts.apply(made)
    assert acts.notify(made) == (0, "")
    assert judge(BOB) == "decided"
    assert acts.notify(made) == (0, ""), "decided and not applied yet"
    acts.apply(made)
    assert acts.notify(made) == (2, "")


def test_decided_different_after_the_report_is_told_the_same_day_to_its_two_forces_alone(made: Settings) -> None:
    keys_for(made, "essex", "kent")
    decide(made, LOW, "same")
    release_and_report(made)
    decide(made, LOW, "different")
    sent = notifying.notify(made)
    assert counts(sent) == {"essex": (1, 0), "kent": (1, 0)}
    assert set(files(made)) == {"essex", "kent"}, "surrey was never told of it"
    (correction,) = told(made, "essex")["corrections"]
    assert (correction["reason"], correction["change"]) == ("decided_different", "withdrawn")
    assert "kent:2" not in json.dumps(told(made, "essex"))
    assert notifying.notify(made) == ()
    pages = release_and_report(made)
    for force in ("essex", "kent"):
        assert "By a notice on" in pages[force]
        assert pages[force].index('id="corrections"') < pages[force].index("Before you act")
    assert 'id="corrections"' not in pages["surrey"]
    assert notifying.notify(made) == ()


def test_a_report_that_comes_first_tells_the_correction_and_no_notice_follows(made: Settings) -> None:
    decide(made, LOW, "same")
    release_and_report(made)
    decide(made, LOW, "different")
    pages = release_and_report(made)
    assert 'id="corrections"' in pages["essex"]
    assert "By a notice on" not in pages["essex"]
    assert notifying.notify(made) == ()


def test_a_report_written_anew_says_the_same(made: Settings) -> None:
    decide(made, LOW, "same")
    release_and_report(made)
    decide(made, LOW, "different")
    notifying.notify(made)
    pages = release_and_report(made)
    again = {path.parent.name: path.read_text() for path in reporting.report(made) if path.suffix == ".html"}
    assert again == pages


def test_who_is_protected_since_is_withdrawn_from_the_other_force_without_a_word_of_why(made: Settings) -> None:
    decide(made, LOW, "same")
    release_and_report(made)
    protecting.protect(made, "kent:2", by="keeper", reason="witness")
    sent = notifying.notify(made)
    assert counts(sent) == {"essex": (1, 0), "kent": (1, 0)}
    found = told(made, "essex")
    assert found.pop("restricted") == 0, "a count would give away why"
    said = json.dumps(found)
    assert "It is withdrawn." in said
    assert not [each for each in ("kent:2", "Baker", "restricted", "protected", "witness") if each in said]
    assert notifying.notify(made) == ()


def test_each_disclosure_is_a_line_of_the_audit_log_and_the_ledger_says_what_went(
    made: Settings, tmp_path: Path
) -> None:
    decide(made, LEAD, "same")
    sent = notifying.notify(made)
    AuditLog(made.database_url).export_csv(tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.DictReader(file) if row["justification"].startswith("notice ")]
    assert [(row["operation"], row["recipient"]) for row in lines] == [("disclosure", "essex"), ("disclosure", "kent")]
    assert all(record in lines[0]["subjects"] for record in LEAD)
    ledger = [row for row in ToldLog(made.database_url).lines().to_pylist() if row["document_kind"] == "notice"]
    assert [(row["force"], row["document"]) for row in ledger] == [(each.force, each.document) for each in sent]
    assert all(row["pairs"] == [list(LEAD)] for row in ledger)


def test_nothing_is_told_where_the_audit_log_cannot_say_so(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(made, LEAD, "same")

    def fails(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(AuditLog, "append_many", fails)
    with pytest.raises(OSError, match="no space"):
        notifying.notify(made)
    assert files(made) == {}
    monkeypatch.undo()
    assert counts(notifying.notify(made)) == {"essex": (0, 1), "kent": (0, 1)}


def test_a_dry_run_says_who_would_be_told_and_writes_nothing(made: Settings) -> None:
    decide(made, LEAD, "same")
    lines = len(ToldLog(made.database_url).lines())
    assert counts(notifying.notify(made, dry_run=True)) == {"essex": (0, 1), "kent": (0, 1)}
    assert (files(made), len(ToldLog(made.database_url).lines())) == ({}, lines)


def test_files_bear_the_marking_and_the_force_and_no_person(made: Settings) -> None:
    decide(made, LEAD, "same")
    sent = {each.force: each.document for each in notifying.notify(made)}
    for force, paths in files(made).items():
        stem = f"OFFICIAL-SENSITIVE-SYNTHETIC_2018-03_{force}_notice-{sent[force].rsplit('-', 1)[-1]}"
        assert sorted(path.name for path in paths) == [f"{stem}.html", f"{stem}.json"]
        page = next(path for path in paths if path.suffix == ".html").read_text(encoding="utf-8")
        assert page.count("OFFICIAL-SENSITIVE") >= 2
        assert "Confirm identity, by fingerprint where possible" in page


def test_an_act_that_is_done_stays_done_where_nobody_can_be_told(made: Settings) -> None:
    made.workspace.stage(made.cycle, "missing_list.parquet").unlink()
    sent, why_not = notifying.notify_after(made)
    assert sent == ()
    assert why_not.startswith("no force was told of it: ")
    assert why_not.endswith("then say `reconcile notify`")


def sends(settings: Settings, force: str, record: str, **cells: str) -> None:
    """Take in another extract of a force, in which ``record`` says otherwise, and compile the list with it."""
    rows = cycle.table(settings, "records").to_pylist()
    for row in rows:
        row.update(cells if row["record_id"] == record else {})
    write_table(settings.workspace.stage(settings.cycle, "records.parquet"), pa.Table.from_pylist(rows, schema.RECORDS))
    receipts = [replace(each, sha256="5" * 64) if each.force == force else each for each in cycle.receipts(settings)]
    path = settings.workspace.stage(settings.cycle, "receipts.json")
    write_json(path, [each.to_json() for each in receipts])
    made_from.note(settings, "links")
    cycle.reconsider(settings)


def test_what_a_later_extract_changed_is_told_once_it_is_signed_off_and_before_any_report(made: Settings) -> None:
    keys_for(made, "essex", "kent")
    decide(made, LEAD, "same")
    notifying.notify(made)
    sends(made, "kent", "kent:1", status="in_custody")
    assert notifying.notify(made) == (), "nobody has signed the list off that says so"
    publication.release(made, signed_by="operator", role="national coordinator", reason="counts checked")
    sent = notifying.notify(made)
    assert counts(sent) == {"essex": (1, 0)}
    (path,) = (made.workspace.notices / sent[0].document / "essex").glob("*.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert "kent:1 says: in custody" in found["corrections"][0]["now"]
    assert [(item["id"], item["new"]) for item in found["items"]] == [(found["corrections"][0]["item"], False)]


def test_what_people_decide_or_protect_is_told_the_same_day_whatever_waits_to_be_signed_off(made: Settings) -> None:
    decide(made, LEAD, "same")
    decide(made, LOW, "same")
    release_and_report(made)
    sends(made, "kent", "kent:1", status="in_custody")
    decide(made, LOW, "different")
    sent = {each.force: each for each in notifying.notify(made)}
    assert counts(tuple(sent.values())) == {"essex": (1, 0), "kent": (1, 0)}
    assert [each["reason"] for each in told(made, "essex")["corrections"]] == ["decided_different"]
    protecting.protect(made, "kent:1", by="keeper", reason="witness")
    assert counts(notifying.notify(made)) == {"essex": (1, 0), "kent": (1, 0)}


def test_a_lead_of_high_risk_that_nobody_has_decided_waits_for_the_report(tmp_path: Path) -> None:
    settings = force_country.released(tmp_path / "workspace")
    assert notifying.notify(settings) == (), "verified by the machine alone"
    decide(settings, LEAD, "same")
    assert counts(notifying.notify(settings)) == {"essex": (0, 1), "kent": (0, 1)}


def test_a_notice_is_sealed_for_its_force_and_put_into_its_outbox_where_it_has_a_key(made: Settings) -> None:
    secret = desks.identity()
    desks.desk(made, "essex", secret)
    decide(made, LEAD, "same")
    sent = {each.force: each for each in notifying.notify(made)}
    assert (sent["essex"].delivered, sent["kent"].delivered) == (True, False)
    assert "no public key is known" in sent["kent"].how
    assert files(made).keys() == {"essex", "kent"}, "what could not be delivered lies in the workspace"
    (sealed,) = (made.workspace.root / "outbox" / "essex").glob("*.age")
    envelope, opened = sealing.opened(sealed.read_bytes(), [secret])
    assert (envelope["force"], envelope["kind"], envelope["document"]) == ("essex", "notice", sent["essex"].document)
    assert set(opened) == {path.name for path in files(made)["essex"]}
    desks.desk(made, "kent", desks.identity())
    assert [(each.force, each.state) for each in delivery.deliver_waiting(made)] == [("kent", "delivered")]
    assert notifying.notify(made) == ()


def test_no_profile_keeps_a_notice_from_being_written(made: Settings) -> None:
    secret = desks.identity()
    for force in ("essex", "kent"):
        desks.desk(made, force, secret)
    decide(made, LEAD, "same")
    sent = notifying.notify(made)
    assert [each.delivered for each in sent] == [False, False]
    assert set(files(made)) == {"essex", "kent"}


@pytest.fixture
def say(made: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a verb: its exit code, what it printed, and what it said on the way."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["reconcile", *arguments, "-w", str(made.workspace.root)])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return run


def test_the_verb_says_who_is_told_what_and_that_nobody_has_to_be(made: Settings, say: Any) -> None:
    code, out, _err = say("notify")
    assert (code, out.strip()) == (
        0,
        "no force has to be told anything: nothing it was told has changed, and every lead of high risk is told",
    )
    decide(made, LEAD, "same")
    code, out, _err = say("notify", "--dry-run")
    assert code == 0
    assert "essex" in out
    assert "0 corrections, 1 lead of high risk" in out
    assert "2 notices would be written" in out
    code, out, err = say("notify", "--json")
    assert (json.loads(out)["Notices"], json.loads(out)["Leads of high risk"]) == (2, 2)
    assert say("notify", "--json")[1:] != (out, err)
    assert files(made).keys() == {"essex", "kent"}


def test_decisions_are_read_from_a_file(made: Settings, say: Any, tmp_path: Path) -> None:
    """They once were not: the empty pair of the arguments was taken for a decision first."""
    file = tmp_path / "decisions.csv"
    file.write_text(f"left,right,judgement,reason\n{LEAD[0]},{LEAD[1]},same,fingerprints\n")
    code, _out, err = say("decide", "--file", str(file))
    assert (code, "needs two people by the four-eyes table" in err) == (2, True)
    code, out, _err = say("decide", "--file", str(file), "--second", "ben")
    assert (code, out.splitlines()[0]) == (0, "1 decision recorded")
    code, _out, err = say("decide", "--file", str(tmp_path / "none.csv"))
    assert (code, "there is no file none.csv" in err) == (2, True)


def test_decide_says_which_forces_got_a_notice_of_it(made: Settings, say: Any) -> None:
    code, _out, err = say("decide", *LEAD, "same", "--reason", "fingerprints")
    assert (code, "needs two people by the four-eyes table" in err) == (2, True)
    code, out, _err = say("decide", *LEAD, "same", "--reason", "fingerprints", "--second", "ben")
    assert code == 0
    assert "2 notices to forces: essex, kent; 2 not delivered: `reconcile deliver` tries again" in out
    keys_for(made, "essex", "kent")
    assert {each.state for each in delivery.deliver_waiting(made)} == {"delivered"}
    code, out, _err = say("decide", *LEAD, "undo", "--reason", "not their fingerprints", "--second", "ben")
    assert "2 notices to forces: essex, kent" in out
    (correction,) = (
        each
        for path in files(made)["essex"]
        if path.suffix == ".json"
        for each in json.loads(path.read_text(encoding="utf-8"))["corrections"]
    )
    assert correction["reason"] == "taken_back"


def test_who_was_told_to_nobody_is_protected_without_a_notice(made: Settings, say: Any) -> None:
    _code, out, err = say("protect", "essex:4", "--reason", "witness")
    assert "protected" in out
    assert "notice" not in out + err, "no force was ever told of this person"


def test_notices_of_a_closed_cycle_go_with_the_people_of_its_release(made: Settings) -> None:
    first = publication.current(made)
    assert first is not None
    decide(made, LEAD, "same")
    notifying.notify(made)
    release_and_report(made)
    release_erasure.erase(made, first.name, reason="review", actor="A", people=True)
    assert files(made).keys() == {"essex", "kent"}, "the cycle is open"
    decide(made, LOW, "same")
    second = publication.current(made)
    assert second is not None
    release_and_report(made)
    later = replace(made, cycle="2018-06")
    release_erasure.erase(later, second.name, reason="review", actor="A", people=True)
    assert files(made) == {}
