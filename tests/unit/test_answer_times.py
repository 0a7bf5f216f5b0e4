"""Time to answer: each item told is counted once, and days by the clocks of the logs."""

import datetime as dt
from pathlib import Path

import pytest

from reconcile.reports.answer_times import NOTHING, answer_times
from reconcile.reports.answers import Answer, AnswerLog
from reconcile.reports.told import NOTICE, REPORT, Told, ToldLog

FIRST = dt.datetime(2018, 4, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'logs.sqlite'}"


def tell(
    url: str, day: int, document: str, *items: str, force: str = "kent", due: str | None = "2018-04-10", **other: str
) -> None:
    given = {"document_kind": REPORT, "kind": "double_claim", "digest": "a" * 64} | other
    lines = [Told(force, document, item=item, own=(), others=(), pairs=(), due=due, **given) for item in items]
    ToldLog(url, clock=lambda: at(day)).record(lines)


def reply(
    url: str, day: float, item: str, answer: str = "not_same", digest: str = "a" * 64, force: str = "kent"
) -> None:
    on = (FIRST + dt.timedelta(days=day)).date()
    given = Answer(force, item, "R1", digest, answer, "Sergeant", on, None, None, "", "xlsx", "ann")
    AnswerLog(url, clock=lambda: at(day)).record([given])


def at(day: float) -> int:
    return int((FIRST + dt.timedelta(days=day)).timestamp() * 1000)


def test_every_item_told_is_counted_once(url: str) -> None:
    tell(url, 0, "R1", "A", "B", "C", "GONE")
    tell(url, 0, "R1", "X", force="essex", due="2018-05-01")
    reply(url, 2, "A")
    reply(url, 3, "A", "need_more")
    reply(url, 7.2, "B", "confirmed_same")
    tell(url, 10, "R2", "A", "C")
    tell(url, 10, "R2", "B", digest="b" * 64)  # its link is a decided one now
    tell(url, 11, "N1", "D", document_kind=NOTICE, due="2018-04-30")
    tell(url, 11, "N2", "E", document_kind=NOTICE, kind="correction", due=None)
    found = answer_times(url, dt.date(2018, 4, 20))
    assert found == {
        "as_of": "2018-04-20",
        "by_force": {
            "Essex Police": {
                "told": 1,
                "answered": 0,
                "open": 0,
                "overdue": 0,
                "lapsed": 1,  # its last report told it of nothing
                "median_days": None,
            },
            "Kent Police": {
                "told": 6,
                "answered": 2,
                "open": 1,
                "overdue": 1,
                "lapsed": 2,
                "median_days": 4.6,
            },
        },
    }


@pytest.mark.parametrize(
    ("answer", "digest", "answered"),
    [
        ("not_same", "a" * 64, 1),
        ("not_same", "b" * 64, 0),
        ("taken_back", "a" * 64, 0),
        ("confirmed_same", "b" * 64, 1),
    ],
)
def test_an_answer_taken_back_or_to_other_content_is_none(url: str, answer: str, digest: str, answered: int) -> None:
    tell(url, 0, "R1", "A")
    reply(url, 1, "A", "not_same")
    reply(url, 2, "A", answer, digest)
    assert answer_times(url, dt.date(2018, 4, 5))["by_force"]["Kent Police"]["answered"] == answered


def test_before_any_report_there_is_nothing_to_count(url: str) -> None:
    assert answer_times(url) == NOTHING
