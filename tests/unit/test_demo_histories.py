"""The histories synthetic forces send: plausible, sent by about half of them, and beside everything else."""

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.demo import population
from reconcile.demo.scenario import build
from reconcile.forces import forces, profile
from reconcile.forces.lists import LIST_COLUMNS, LISTS

pytestmark = pytest.mark.slow

SCALARS = ("first_notified", "released_on", "residence", "last_reviewed", "circulated", "transferred_to")
HISTORY = {*SCALARS, *LISTS}


@pytest.fixture(scope="module")
def records() -> pa.Table:
    return population.register(6000, 5)[0]


def day(date: dict[str, Any] | None) -> dt.date | None:
    return date and date["lo"]


def in_order(*dates: dict[str, Any] | None) -> bool:
    days = [found for date in dates if (found := day(date))]
    return days == sorted(days)


def test_histories_are_drawn_beside_everything_else(records: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.demo.population.HISTORIES", 84)
    other = population.register(6000, 5)[0]
    differ = {name for name in records.column_names if not records[name].equals(other[name])}
    assert differ == {*HISTORY, "last_notified"}
    rows = zip(*(table.select(["last_notified", "residence"]).to_pylist() for table in (records, other)), strict=True)
    changed = [one for one, two in rows if one["last_notified"] != two["last_notified"]]
    assert len(changed) < 0.02 * records.num_rows


def test_histories_are_in_order_and_before_the_extract(records: pa.Table) -> None:
    told: Counter[str] = Counter()
    for row in records.to_pylist():
        assert in_order(row["released_on"], row["first_notified"], row["last_notified"])
        for kind, earlier, later in (
            ("exemptions", "start", "end"),
            ("episodes", "start", "end"),
            ("stays", "start", "end"),
            ("travels", "left", "returned"),
        ):
            told[kind] += len(row[kind])
            assert all(in_order(each[earlier], each[later], {"lo": row["as_of"]}) for each in row[kind])
        told["events"] += len(row["events"])
        assert all(in_order(each["happened"], each["notified"], row["last_notified"]) for each in row["events"])
        is_open = [each for each in row["episodes"] if each["end"] is None]
        claim = row["status"] in schema.OPEN_CLAIMS and row["missing_since"] is not None
        assert [each["start"] for each in is_open] == [row["missing_since"]] * claim
        assert row["transferred_to"] is None or row["status"] == "transferred"
        assert row["transferred_to"] != row["force"]
    assert set(told) == set(LISTS)
    assert min(told.values()) > 50


def test_nobody_is_overdue_abroad_who_would_move_a_figure() -> None:
    """The grades of the survey are the plan's: a return is overdue only where the force says so or nobody asks."""
    made = build("survey-2018", seed=2018)
    person = dict(zip(made.people["record_id"].to_pylist(), made.people["person"].to_pylist(), strict=True))
    many = Counter(person.values())
    overdue = 0
    for row in made.records.to_pylist():
        if any(each["returned"] is None for each in row["travels"]):
            overdue += 1
            claim = row["status"] in schema.OPEN_CLAIMS
            assert row["overseas_evidence"] == "travel_return_overdue" if claim else many[person[row["record_id"]]] == 1
    assert overdue > 20


def test_some_were_handed_over_and_never_taken_on() -> None:
    records, truth = population.register(6000, 5)
    person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    held = {(person[row["record_id"]], row["force"]) for row in records.select(["record_id", "force"]).to_pylist()}
    handed = records.select(["record_id", "transferred_to"]).to_pylist()
    taken_on = [(person[row["record_id"]], row["transferred_to"]) in held for row in handed if row["transferred_to"]]
    assert 3 <= taken_on.count(False) < len(taken_on) / 4


@pytest.mark.parametrize("column", [*SCALARS, *LIST_COLUMNS])
def test_about_half_of_the_forces_send_each_column(column: str) -> None:
    sent = sum(column in profile(force.slug).columns for force in forces())
    assert 15 <= sent <= 32
