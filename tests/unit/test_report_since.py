"""What changed since a force's last report, the digest it is told by, and the day an answer is asked by."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reconcile.reports.holding import Holding
from reconcile.reports.item import Item
from reconcile.reports.notices import notice
from reconcile.reports.report import Report
from reconcile.reports.told import ToldLog, told_of
from reconcile.review.restricted import NOBODY
from tests import told_country
from tests.told_country import ON, link, of_kind, reports

DAY = 86_400_000
AT = 1_520_000_000_000  # 2 March 2018


@pytest.fixture
def ledger(tmp_path: Path) -> ToldLog:
    clock = iter(range(AT, AT + 100 * DAY, DAY))
    return ToldLog(f"sqlite:///{tmp_path}/d.sqlite", clock=lambda: next(clock))


def tell(ledger: ToldLog, report: Report, document: str, kind: str = "report", items: Sequence[Item] = ()) -> None:
    ledger.record(told_of(items or report.items, force=report.force.slug, document=document, document_kind=kind))


def with_row(changed: str, **columns: Any) -> list[dict[str, Any]]:
    return [{**row, **columns} if row["record_id"] == changed else row for row in told_country.RECORDS]


def test_a_first_report_says_nothing_of_before(ledger: ToldLog) -> None:
    assert reports(told=ledger.lines())["kent"].since is None


def test_nothing_changed_is_said_so(ledger: ToldLog) -> None:
    first = reports()["kent"]
    tell(ledger, first, "2018-02-bbbb")
    since = reports(told=ledger.lines())["kent"].since
    assert since is not None
    assert (since.document, since.on) == ("2018-02-bbbb", dt.date(2018, 3, 2))
    assert (since.new, since.changed, since.gone, since.same) == ((), (), (), len(first.items))


def test_new_changed_and_gone_items_are_told_by_id(ledger: ToldLog) -> None:
    before = reports()["kent"]
    tell(ledger, before, "2018-02-bbbb")
    rows = [
        row
        for row in with_row("surrey:2", status="deceased")
        if row["record_id"] not in {"essex:1", "kent:7", "surrey:7"}
    ]
    links = [link(*pair, "verified") for pair in told_country.VERIFIED if "essex:1" not in pair]
    links.append(link("essex:12", "kent:12", "verified"))
    now = reports(rows, links, told=ledger.lines())["kent"]
    since = now.since
    assert since is not None
    lead = next(item for item in of_kind(now, "found_elsewhere") if item.others[0].reference == "essex:12")
    dead = next(item for item in of_kind(now, "found_elsewhere") if item.others[0].reference == "surrey:2")
    assert lead.id in since.new
    assert since.changed == (dead.id,)
    gone = {item.id for item in before.items} - {item.id for item in now.items}
    assert set(since.gone) == gone
    assert {"found_elsewhere", "shared_identifier"} <= {item.kind for item in before.items if item.id in gone}
    assert since.same == len(now.items) - len(since.new) - 1


def test_the_last_report_is_that_of_another_release_and_no_notice(ledger: ToldLog) -> None:
    kent = reports()["kent"]
    tell(ledger, kent, "2018-01-cccc", items=kent.items[:1])
    tell(ledger, kent, "2018-02-bbbb", items=kent.items[:2])
    tell(ledger, kent, "lead-1", "notice", items=kent.items[2:3])
    tell(ledger, kent, "2018-03-aaaa")
    since = reports(told=ledger.lines())["kent"].since
    assert since is not None
    assert (since.document, since.same) == ("2018-02-bbbb", 2)
    assert len(since.new) == len(kent.items) - 2


def test_where_the_last_report_told_a_force_of_nothing_all_is_new(ledger: ToldLog) -> None:
    """Reports are written for all forces at once: the ledger has no line of a force that was told nothing."""
    tell(ledger, reports()["surrey"], "2018-02-bbbb")
    kent = reports(told=ledger.lines())["kent"]
    assert kent.since is not None
    assert (kent.since.document, kent.since.same) == ("2018-02-bbbb", 0)
    assert kent.since.new == tuple(item.id for item in kent.items)


def test_a_correction_is_no_item_that_is_gone(ledger: ToldLog) -> None:
    kent = reports()["kent"]
    tell(ledger, kent, "2018-02-bbbb")
    (line,) = told_of(kent.items[:1], force="kent", document="2018-02-bbbb", document_kind="report")
    ledger.record([dataclasses.replace(line, item="WRONG", kind="correction", reason="changed", digest="c" * 64)])
    since = reports(told=ledger.lines())["kent"].since
    assert since is not None
    assert since.gone == ()


def test_an_item_keeps_the_day_it_was_first_to_be_answered_by(ledger: ToldLog) -> None:
    earlier = ON - dt.timedelta(days=28)
    tell(ledger, reports(on=earlier)["kent"], "2018-02-bbbb")
    kept = reports(told=ledger.lines())["kent"]
    assert [item.due for item in kept.items] == [item.due for item in reports(on=earlier)["kent"].items]


def test_a_lead_of_a_notice_keeps_its_day_and_one_that_became_pressing_gets_a_nearer(ledger: ToldLog) -> None:
    kent = reports()["kent"]
    tell(ledger, kent, "2018-02-bbbb", items=kent.items[1:])
    lead = dataclasses.replace(kent.items[0], due=ON - dt.timedelta(days=3))
    tell(ledger, kent, "lead-1", "notice", items=[lead])
    now = reports(with_row("kent:9", risk_level="very_high"), told=ledger.lines())["kent"]
    assert now.items[0].due == lead.due
    (review,) = of_kind(now, "stale_review")
    assert review.due == ON + dt.timedelta(days=3)


def test_what_was_withdrawn_since_and_is_told_anew_has_a_day_of_its_own(ledger: ToldLog) -> None:
    """It was overdue on arrival: nobody could answer what was withdrawn."""
    kent = reports()["kent"]
    first, second = kent.items[:2]
    early = [dataclasses.replace(each, due=ON - dt.timedelta(days=9)) for each in (first, second)]
    tell(ledger, kent, "2018-02-bbbb", items=early)
    for item, reason in ((first, "decided_different"), (second, "changed")):
        (line,) = told_of([item], force="kent", document="n-1", document_kind="notice")
        ledger.record([dataclasses.replace(line, kind="correction", reason=reason, digest=reason, due=None)])
    now = reports(told=ledger.lines())["kent"]
    assert [each.due for each in now.items[:2]] == [first.due, early[1].due]


def test_a_first_report_keeps_the_day_a_notice_gave_an_item_before(ledger: ToldLog) -> None:
    kent = reports()["kent"]
    lead = dataclasses.replace(kent.items[0], due=ON - dt.timedelta(days=3))
    tell(ledger, kent, "lead-1", "notice", items=[lead])
    first = reports(told=ledger.lines())["kent"]
    assert first.items[0].due == lead.due
    assert [item.due for item in first.items[1:]] == [item.due for item in kent.items[1:]]
    assert first.since is None, "a notice is no report to be compared with"


def test_a_notice_keeps_the_day_of_what_it_tells_again_and_not_of_what_was_withdrawn(ledger: ToldLog) -> None:
    (item, *_) = reports()["kent"].items
    lead = dataclasses.replace(item, kind="found_elsewhere", risk="high", strength="decided", due=ON)
    before = dataclasses.replace(lead, due=ON - dt.timedelta(days=9))
    tell(ledger, reports()["kent"], "2018-02-bbbb", items=[before])
    rows = ledger.lines("kent").to_pylist()
    kent = next(force for force in told_country.FORCES if force.slug == "kent")
    nobody: dict[str, Any] = {"records": {}, "identity": {}, "broken": {}, "restricted": NOBODY, "counted": frozenset()}
    holding = Holding(**nobody)
    wrong = {
        **rows[0],
        "number": 2,
        "kind": "correction",
        "reason": "decided_different",
        "document": "n-1",
        "due": None,
    }
    again = notice(kent, [lead], 0, [*rows, wrong], holding=holding, answers={}, cycle="2018-03")
    assert again is not None
    assert [each.due for each in again.items] == [ON], "told anew it has a day of its own"
    changed = dataclasses.replace(lead, kind="double_claim", words={"owner": "Essex"})
    told = {**rows[0], "kind": "double_claim", "others_as_told": "what they said then"}
    now = notice(kent, [changed], 0, [told], holding=holding, answers={}, cycle="2018-03")
    assert now is not None
    assert [each.due for each in now.items] == [before.due]


def test_what_a_later_report_withdrew_and_an_older_release_current_again_tells_is_told_anew(ledger: ToldLog) -> None:
    """Data that were published before are that release again: its report tells what the report between took back."""
    (item, *_) = reports()["kent"].items
    (told,) = told_of([item], force="kent", document="2018-02-bbbb", document_kind="report")
    wrong = dataclasses.replace(told, document="2018-03-aaaa", kind="correction", digest="c" * 64)
    for given in ([told], [told], [wrong], [told], [told]):
        ledger.record(given)
    assert [(row["document"], row["kind"]) for row in ledger.lines("kent").to_pylist()] == [
        ("2018-02-bbbb", item.kind),
        ("2018-03-aaaa", "correction"),
        ("2018-02-bbbb", item.kind),
    ], "once for each time it is the last word"
    assert ledger.latest("kent")[item.id]["kind"] == item.kind


def test_the_digest_changes_with_what_is_told_and_with_nothing_else() -> None:
    by_id = {item.id: item.digest for item in reports()["kent"].items}
    later = [{**row, "as_of": dt.date(2018, 3, 2)} for row in told_country.RECORDS]
    moved = reports(later, on=ON + dt.timedelta(days=9), contacts={})["kent"].items
    assert {item.id: item.digest for item in moved} == by_id, "days that pass are no change"
    named = with_row("surrey:2", names=[{"kind": "current", "given": "P", "surname": "Braun", "full": None}])
    changed = [item.kind for item in reports(named)["kent"].items if item.digest != by_id[item.id]]
    assert changed == ["found_elsewhere"]


def test_what_a_document_says_again_after_it_said_something_else_is_its_last_line(ledger: ToldLog) -> None:
    """Written again and back to what it said, its file bears what the ledger has last: answers are checked by that."""
    (item, *_) = reports()["kent"].items
    other = dataclasses.replace(item, note="otherwise").digested()
    for told in (item, other, item, item):
        tell(ledger, reports()["kent"], "2018-03-aaaa", items=[told])
    assert ledger.lines("kent")["digest"].to_pylist() == [item.digest, other.digest, item.digest]
    assert ledger.latest("kent")[item.id]["digest"] == item.digest
    tell(ledger, reports()["kent"], "2018-06-bbbb", items=[item])
    tell(ledger, reports()["kent"], "2018-03-aaaa", items=[item])
    assert len(ledger.lines("kent")) == 4, "each document by itself"


def test_an_item_and_its_correction_in_one_document_are_told_once_however_often_it_is_written(ledger: ToldLog) -> None:
    (item, *_) = reports()["kent"].items
    (told,) = told_of([item], force="kent", document="2018-03-aaaa", document_kind="report")
    first, second = (dataclasses.replace(told, kind="correction", digest=each * 64) for each in "ab")
    for given in ([first, told], [first, told], [first, second, told], [first, second, told]):
        ledger.record(given)
    digests = ["a" * 64, item.digest, "b" * 64, item.digest]
    assert ledger.lines("kent")["digest"].to_pylist() == digests, "the item stands last, as in the document"
