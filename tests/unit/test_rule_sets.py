"""The table of rule sets: which row a day falls under, and what is not in force."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from reconcile.forces.profile import JURISDICTIONS
from reconcile.notification.columns import Coded, Span
from reconcile.notification.rule_sets import RuleSets, read, shipped
from reconcile.notification.rules import periods
from tests.small_duties import answer, record, said


def on(duty: str, jurisdiction: str, day: str, sets: RuleSets | None = None) -> str:
    sets = sets or shipped()
    (place,) = sets.on(duty, Coded(np.zeros(1, np.int32), (jurisdiction,)), np.array([day], "datetime64[D]"))
    return sets.names[place] if place >= 0 else ""


def commenced(rule_set: str, day: str) -> RuleSets:
    """The shipped table with one row's day of commencement entered."""
    live = {"valid_from": dt.date.fromisoformat(day), "status": "in_force"}
    return RuleSets(tuple(replace(row, **live) if row.rule_set == rule_set else row for row in shipped().rows))


def test_every_row_says_where_when_whence_and_how_sure() -> None:
    rows = shipped().rows
    assert len({row.rule_set for row in rows}) == len(rows)
    assert {row.jurisdiction for row in rows} == set(JURISDICTIONS)
    assert all(row.source and row.certainty in ("K-high", "K-med", "K-low") for row in rows)
    assert all(row.valid_from for row in rows if row.status == "in_force")
    assert all((row.days is None) != (row.months is None) or row.duty == "stay" for row in rows)


def test_the_periods_of_a_disposal_in_a_place_leave_no_day_between_them() -> None:
    for disposal, place in {(row.disposal, place) for row in periods() for place in row.jurisdictions}:
        rows = [row for row in periods() if row.disposal == disposal and place in row.jurisdictions]
        assert len({(row.relevant_from, row.relevant_to) for row in rows}) == 1, (disposal, place)


@pytest.mark.parametrize(
    ("jurisdiction", "before", "first"),
    [
        ("england-and-wales", "2012-08-12", "2012-08-13"),
        ("scotland", "2013-07-07", "2013-07-08"),
        ("northern-ireland", "2014-06-23", "2014-06-24"),
    ],
)
def test_the_weekly_cycle_begins_on_its_day_in_each_place(jurisdiction: str, before: str, first: str) -> None:
    weekly = {row.rule_set for row in shipped().rows if row.duty == "regularly_found" and row.days == 7}
    assert on("regularly_found", jurisdiction, before) not in weekly
    assert on("regularly_found", jurisdiction, first) in weekly


def test_what_is_enacted_and_not_commenced_applies_to_nobody() -> None:
    waiting = [row for row in shipped().rows if row.status == "enacted_not_commenced"]
    assert {(row.duty, row.days, row.counted) for row in waiting} == {
        ("name", 7, "before"),
        ("absence", 5, "more_than"),
    }
    assert on("absence", "england-and-wales", "2026-11-26") == ""
    assert on("absence", "northern-ireland", "2026-11-26") == "ni/absence/2014"
    assert on("name", "england-and-wales", "2026-11-26") == "ew/name/2003"


def test_entering_the_day_of_commencement_makes_a_duty_live() -> None:
    sets = commenced("ew/name/2026", "2018-01-10")
    assert [on("name", "england-and-wales", day, sets) for day in ("2018-01-09", "2018-01-10")] == [
        "ew/name/2003",
        "ew/name/2026",
    ]
    assert on("absence", "england-and-wales", "2018-01-10", commenced("ew/absence/2026", "2018-01-10"))
    used = record(events=[("name", "2018-01-10", "2018-01-12")])
    assert said("change_late", used) == ("NO", "", None)
    assert said("change_late", used, sets=sets) == ("YES", "2018-01-03", 9)
    assert answer("change_late", used, sets=sets)["rule_set"] == "ew/name/2026"
    a_week_before = record(events=[("name", "2018-01-10", "2018-01-03")])
    assert said("change_late", a_week_before, sets=sets)[0] == "NO"
    assert (
        said("change_late", record("police-scotland:1", events=[("name", "2018-01-10", "2018-01-12")]), sets=sets)[0]
        == "NO"
    )


def test_an_event_that_may_lie_on_both_sides_of_a_change_of_the_rule_has_both_ends() -> None:
    event = Span(np.array(["2004-04-20"], "datetime64[D]"), np.array(["2004-05-10"], "datetime64[D]"))
    due = shipped().due("address", Coded(np.zeros(1, np.int32), ("scotland",)), event)
    assert [str(due.day.lo[0]), str(due.day.hi[0])] == ["2004-05-03", "2004-05-13"]
    assert due.rule_set[0] == -1


def test_before_the_first_rule_nothing_is_due() -> None:
    event = Span(*(np.array(["1997-08-31"], "datetime64[D]") for _ in range(2)))
    assert not shipped().due("initial", Coded(np.zeros(1, np.int32), ("scotland",)), event).day.known[0]


def test_a_row_of_no_known_status_is_refused() -> None:
    heading = "rule_set,jurisdiction,duty,valid_from,valid_to,status,days,months,minor_months,counted,source,certainty"
    with pytest.raises(ValueError, match="x/y"):
        read(f"{heading}\nx/y,scotland,name,2004-05-01,,repealed,3,,,after,s,K-high\n")
