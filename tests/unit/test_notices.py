"""Notices in a workspace: who gets one when, what it is, and that nothing is told twice."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reconcile import cycle, made_from, notifying, protecting, publication, schema
from reconcile.audit import AuditLog
from reconcile.notifying import Sent
from reconcile.reports import document
from reconcile.reports.told import ToldLog
from reconcile.review import acts
from reconcile.review.decisions import Decision
from reconcile.settings import Settings
from reconcile.workspace import write_table
from tests import loop_country
from tests.review_country import ANN, BOB

pytestmark = pytest.mark.slow

LEAD = ("essex:1", "kent:1")
LOW = ("essex:2", "kent:2")
ITEM = "link:essex:1~kent:1"


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    """Released and reported once, and every lead of high risk told, of which there is none yet."""
    settings = loop_country.released(tmp_path / "workspace")
    publication.report(settings)
    assert notifying.notify(settings) == ()
    return settings


def decide(settings: Settings, pair: tuple[str, str], judgement: str) -> None:
    publication.decide(settings, [Decision(*pair, judgement, None, "coordinator-1", "fingerprints")])


def release_and_report(settings: Settings) -> dict[str, str]:
    """Each force's page of the next report."""
    publication.release(settings, signed_by="operator", role="national coordinator", reason="counts checked")
    paths = publication.report(settings)
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
    again = {path.parent.name: path.read_text() for path in publication.report(made) if path.suffix == ".html"}
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


def test_a_later_cycle_in_which_the_counterpart_says_otherwise_is_told(made: Settings) -> None:
    decide(made, LEAD, "same")
    notifying.notify(made)
    rows = cycle.table(made, "records").to_pylist()
    for row in rows:
        row["status"] = "in_custody" if row["record_id"] == "kent:1" else row["status"]
    write_table(made.workspace.stage(made.cycle, "records.parquet"), pa.Table.from_pylist(rows, schema.RECORDS))
    made_from.note(made, "links")
    cycle.reconsider(made)
    sent = notifying.notify(made)
    assert counts(sent) == {"essex": (1, 0)}
    (path,) = (made.workspace.notices / sent[0].document / "essex").glob("*.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert "kent:1 says: in custody" in found["corrections"][0]["now"]
    assert [(item["id"], item["new"]) for item in found["items"]] == [(found["corrections"][0]["item"], False)]
