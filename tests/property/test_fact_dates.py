"""What holds of every fact: the order of the rows decides nothing, and a partial date answers for each of its days.

The situations are those of the spec table, where every rule is near its edge; their dates are widened to months and
years and narrowed again to days.
"""

import calendar
import datetime as dt
import functools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.forces.lists import LISTS
from tests import fact_cases
from tests.fact_cases import Asked

Row = dict[str, Any]
Change = Callable[[Row], Row]
SPANS = {"exemptions": ("start", "end"), "stays": ("start", "end"), "travels": ("left", "return_due")}
seeds = st.integers(0, 2**32 - 1)
a_few = settings(max_examples=10, deadline=None)


@functools.cache
def situations() -> Asked:
    folder = Path(__file__).parents[1] / "spec" / "facts"
    return fact_cases.asked((case.id, case.where, case.as_of, case.inputs) for case in fact_cases.cases(folder))


@a_few
@given(seeds)
def test_the_order_of_the_rows_decides_nothing(seed: int) -> None:
    chance, of = random.Random(seed), situations()

    def turned(rows: list[Any]) -> list[Any]:
        return chance.sample(rows, len(rows))

    lists = ("exemptions", "events", "stays", "travels", "episodes", "addresses")
    records = [{**row, **{name: turned(row[name]) for name in lists}} for row in turned(of.records)]
    again = fact_cases.facts(Asked(records, turned(of.people), turned(of.links)))
    assert again.equals(fact_cases.facts(of))


@pytest.mark.slow
@a_few
@given(seeds)
def test_an_answer_on_partial_dates_holds_on_every_day_of_them(seed: int) -> None:
    chance, of = random.Random(seed), situations()
    wide = [with_dates(row, lambda date: widened(date, chance)) for row in of.records]
    partial = fact_cases.told(Asked(wide, of.people, of.links))
    certain = {key: said for key, said in partial.items() if said["value"] in ("YES", "NO")}
    assert len(certain) > len(of.records)  # the widening leaves something to hold
    for pick in (lambda date: date["lo"], lambda date: date["hi"], *[lambda date: within(date, chance)] * 3):
        narrow = [narrowed(row, sent, pick) for row, sent in zip(wide, of.records, strict=True)]
        full = fact_cases.told(Asked(narrow, of.people, of.links))
        broken = [
            f"{key[0]} {key[1]}: {said['value']} {said['day']} on partial dates, {_brief(full.get(key))} on full ones"
            for key, said in certain.items()
            if key not in full or full[key]["value"] != said["value"] or said["day"] not in (None, full[key]["day"])
        ]
        assert not broken, "\n".join(broken[:20])


@pytest.mark.slow
@a_few
@given(seeds)
def test_an_answer_without_what_cannot_be_read_is_the_one_with_it(seed: int) -> None:
    chance, of = random.Random(seed), situations()
    full = fact_cases.told(of)
    said = fact_cases.told(Asked([obscured(row, chance) for row in of.records], of.people, of.links))
    # What contradicts itself (the cases of D22) has no one answer of which a part could be hidden.
    certain = {key: row for key, row in said.items() if row["value"] in ("YES", "NO") and not key[0].startswith("D22")}
    assert len(certain) > len(of.records)
    broken = [
        f"{key[0]} {key[1]}: {row['value']} {row['day']} unread, {_brief(full.get(key))} as it was"
        for key, row in certain.items()
        if key in full and (full[key]["value"] != row["value"] or row["day"] not in (None, full[key]["day"]))
    ]
    assert not broken, "\n".join(broken[:20])


def obscured(row: Row, chance: random.Random) -> Row:
    """The record with some of its dates illegible, some kinds not understood, some of its lists kept back."""
    out: Row = with_dates(row, lambda date: chance.choice([date] * 7 + [{"lo": None, "hi": None, "text": "see file"}]))
    for name, listed in LISTS.items():
        # The last notification, where it is sent, is by its meaning that of all changes and stays.
        told = name in ("events", "stays") and out.get("last_notified")
        if out[name] and not told and not chance.randrange(8):
            out[name], out["absent"] = [], [*out["absent"], {"field": listed.leads, "reason": "withheld", "text": ""}]
        for entry in out[name]:
            for word in entry.keys() & {"kind", "place"}:
                entry[word] = chance.choice([entry[word]] * 7 + [None])
    return out


def _brief(said: Row | None) -> str:
    return f"{said['value']} {said['day']}" if said else "not asked"


def with_dates(value: Any, change: Change) -> Any:
    """``value`` with every known partial date in it changed, however deep it lies."""
    if isinstance(value, list):
        return [with_dates(one, change) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"lo", "hi", "text"}:
        return change(value) if value["lo"] else value
    return {name: with_dates(one, change) for name, one in value.items()}


def widened(date: Row, chance: random.Random) -> Row:
    """The date, or its months, or its years."""
    lo, hi, how = date["lo"], date["hi"], chance.choice(("day", "day", "month", "year"))
    if how == "month":
        lo, hi = lo.replace(day=1), hi.replace(day=calendar.monthrange(hi.year, hi.month)[1])
    if how == "year":
        lo, hi = dt.date(lo.year, 1, 1), dt.date(hi.year, 12, 31)
    return {"lo": lo, "hi": hi, "text": ""}


def within(date: Row, chance: random.Random) -> dt.date:
    return date["lo"] + dt.timedelta(days=chance.randint(0, (date["hi"] - date["lo"]).days))


def narrowed(row: Row, sent: Row, pick: Callable[[Row], dt.date]) -> Row:
    """One full day for each partial date; a time that would end before it began keeps its days as sent."""

    def one_day(date: Row) -> Row:
        day = pick(date)
        return {"lo": day, "hi": day, "text": ""}

    out: Row = with_dates(row, one_day)
    for name, (first, last) in SPANS.items():
        for span, original in zip(out[name], sent[name], strict=True):
            if span[last] and span[first]["lo"] and span[last]["lo"] and span[first]["lo"] > span[last]["lo"]:
                span[first], span[last] = (with_dates(original[end], one_sent) for end in (first, last))
    return out


def one_sent(date: Row) -> Row:
    return {"lo": date["lo"], "hi": date["lo"], "text": ""}
