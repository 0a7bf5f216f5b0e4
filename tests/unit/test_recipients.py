"""Who received what, by record, person, item, document and force, so that a correction reaches exactly those."""

from pathlib import Path

import pytest

from reconcile.reports.compiled import CompiledLog
from reconcile.reports.delivery import deliver
from reconcile.reports.recipients import received
from reconcile.reports.told import Told, ToldLog
from reconcile.settings import Settings
from reconcile.workspace import write_table
from tests.desks import RELEASE, document, office
from tests.small_tables import identities


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Kent was told of essex:7 in a report and a notice, Essex of kent:2 in a report nobody could deliver."""
    made, _ = office(tmp_path, "kent", "surrey")
    told = [
        Told("kent", RELEASE, "report", "aa11", "found_elsewhere", "d1", ("kent:2",), ("essex:7",), ()),
        Told("kent", RELEASE, "report", "bb22", "within_force", "d2", ("kent:3", "kent:4"), (), ()),
        Told("kent", "lead-1", "notice", "aa11", "found_elsewhere", "d3", ("kent:2",), ("essex:7",), ()),
        Told("essex", RELEASE, "report", "cc33", "held_here", "d4", ("essex:7",), ("kent:2",), ()),
    ]
    ToldLog(made.database_url).record(told)
    deliver(
        made, "kent", document("kent", told=()).files, RELEASE, told=["kent:2", "kent:3", "kent:4", "kent:5", "essex:7"]
    )
    deliver(made, "essex", document("essex").files, RELEASE, told=["essex:7", "kent:2"])
    notice = [("OFFICIAL-SENSITIVE_2018-03_kent_notice.html", b"kent: lead")]
    deliver(made, "kent", notice, "lead-1", kind="notice", told=["kent:2", "essex:7"])
    CompiledLog(made.database_url).record([document("surrey", told=("surrey:1",))])
    return made


def found(settings: Settings, **asked: str) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    rows = received(settings, **asked).to_pylist()
    return {(row["force"], row["document"]): (row["state"], tuple(row["items"])) for row in rows}


def test_by_record_everybody_who_was_told_of_it(settings: Settings) -> None:
    assert found(settings, record="essex:7") == {
        ("kent", RELEASE): ("delivered", ("aa11",)),
        ("kent", "lead-1"): ("delivered", ("aa11",)),
        ("essex", RELEASE): ("failed", ("cc33",)),
    }
    assert found(settings, record="kent:5") == {("kent", RELEASE): ("delivered", ())}, "an own claim is no item"
    assert found(settings, record="kent:9") == {}


def test_of_a_notice_that_was_taken_back_nobody_was_told(settings: Settings) -> None:
    ledger, item = ToldLog(settings.database_url), {"item": "dd44"}
    notice = [("OFFICIAL-SENSITIVE_2018-03_essex_notice.html", b"essex: lead")]
    ledger.record([Told("essex", "lead-2", "notice", "dd44", "held_here", "d5", ("essex:7",), ("kent:2",), ())])
    deliver(settings, "essex", notice, "lead-2", kind="notice", told=["essex:7", "kent:2"])
    assert found(settings, **item) == {("essex", "lead-2"): ("failed", ("dd44",))}
    assert ledger.take_back("essex", "lead-2") == 1
    assert found(settings, **item) == {}
    assert found(settings, record="kent:2")["essex", "lead-2"] == ("withheld", ())
    assert ledger.take_back("essex", "lead-2") == 0, "once"
    ledger.record([Told("essex", "lead-2", "notice", "dd44", "held_here", "d5", ("essex:7",), ("kent:2",), ())])
    assert found(settings, **item) == {("essex", "lead-2"): ("failed", ("dd44",))}, "told again it is told"


def test_what_was_delivered_stays_so_whatever_the_ledger_took_back(settings: Settings) -> None:
    ToldLog(settings.database_url).take_back("kent", "lead-1")
    assert found(settings, force="kent", document="lead-1") == {("kent", "lead-1"): ("delivered", ())}


def test_by_person_the_records_that_are_and_were_of_it(settings: Settings) -> None:
    write_table(settings.workspace.stage(settings.cycle, "identities.parquet"), identities("kent:3 kent:4", "essex:7"))
    people = received(settings, record="P1")
    assert people.num_rows == 1
    assert people["items"].to_pylist() == [["bb22"]]


def test_by_item_document_and_force(settings: Settings) -> None:
    assert set(found(settings, item="aa11")) == {("kent", RELEASE), ("kent", "lead-1")}
    assert set(found(settings, item="aa11", document="lead-1")) == {("kent", "lead-1")}
    assert set(found(settings, document=RELEASE)) == {("essex", RELEASE), ("kent", RELEASE), ("surrey", RELEASE)}
    assert found(settings, force="surrey") == {("surrey", RELEASE): ("written", ())}
    assert found(settings, item="zz99") == {}
    assert found(settings, record="essex:7", force="surrey") == {}


def test_a_delivered_document_comes_with_its_hash_time_and_keys(settings: Settings) -> None:
    (row,) = received(settings, force="kent", document="lead-1").to_pylist()
    assert row["file"].endswith("_kent_notice-lead-1.age")
    assert len(row["sha256"]) == 64
    assert row["delivered_at"] is not None
    assert len(row["recipients"]) == 1
    (row,) = received(settings, force="essex").to_pylist()
    assert (row["delivered_at"], row["recipients"]) == (None, [])
