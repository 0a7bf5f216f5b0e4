"""Moving the date of an extract by one day changes exactly the facts that turn on that day, and no other.

``moving_as_of.csv`` names situations on the last day before something turns, in the notation of ``facts/README.md``,
and every fact that changes overnight. ``*`` stands for any two different words.
"""

import csv
import datetime as dt
import functools
from pathlib import Path
from typing import Any

import pytest

from tests import fact_cases

with (Path(__file__).parent / "moving_as_of.csv").open(newline="", encoding="utf-8") as lines:
    SITUATIONS = list(csv.DictReader(lines))

Told = dict[str, dict[str, Any]]


@functools.cache
def both_days() -> dict[str, tuple[Told, Told]]:
    """id → the facts on the day and on the day after, all asked at once."""
    asked = []
    for one in SITUATIONS:
        day = dt.date.fromisoformat(one["as_of"])
        for number in range(2):
            asked.append((f"{one['id']}+{number}", one["where"], str(day + dt.timedelta(days=number)), one["inputs"]))
    out: dict[str, tuple[Told, Told]] = {one["id"]: ({}, {}) for one in SITUATIONS}
    for (key, fact), row in fact_cases.told(fact_cases.asked(asked)).items():
        name, _, number = key.partition("+")
        out[name][int(number)][fact] = row
    return out


def expected(changes: str) -> dict[str, tuple[str, str]]:
    """``periodic_overdue: NO -> YES; …`` by fact; "nothing" is none."""
    parts = [] if changes == "nothing" else changes.split(";")
    found = {}
    for part in parts:
        fact, _, turn = part.strip().partition(": ")
        before, _, after = turn.partition(" -> ")
        found[fact] = (before, after)
    return found


@pytest.mark.parametrize("one", SITUATIONS, ids=[one["id"] for one in SITUATIONS])
def test_exactly_these_facts_change(one: dict[str, str]) -> None:
    before, after = both_days()[one["id"]]
    assert set(before) == set(after)
    changed = {
        fact: (before[fact]["value"], after[fact]["value"])
        for fact in before
        if before[fact]["value"] != after[fact]["value"]
    }
    wanted = expected(one["changes"])
    any_word = {fact: changed[fact] for fact, turn in wanted.items() if turn == ("*", "*") and fact in changed}
    if changed != wanted | any_word:
        pytest.fail(f"\n{one['id']} {one['tried']}\n  expected: {wanted}\n  changed:  {changed}", pytrace=False)


@pytest.mark.parametrize("one", SITUATIONS, ids=[one["id"] for one in SITUATIONS])
def test_days_over_grow_by_one_at_most(one: dict[str, str]) -> None:
    before, after = both_days()[one["id"]]
    for fact in before:
        was, now = before[fact]["days"], after[fact]["days"]
        if None not in (was, now):
            assert now - was in (0, 1), f"{one['id']} {fact}: {was} days, then {now}"


def test_every_situation_is_named_once_and_some_day_turns_nothing() -> None:
    assert len({one["id"] for one in SITUATIONS}) == len(SITUATIONS)
    assert any(one["changes"] == "nothing" for one in SITUATIONS)
