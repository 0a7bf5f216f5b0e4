"""An answer on a partial date is that of every day it can mean; where the days disagree it is CANNOT_TELL."""

import calendar
import datetime as dt

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import notification, schema
from tests.small_tables import alone, links

DAY = dt.timedelta(days=1)
MONTHS = {"caution": (24, 12), "fine": (60, 30), "hospital": (84, 42)}
"""Adult and under-18 months of SOA 2003 s.82, written down again for the test."""


def days_of(first: dt.date, count: int) -> list[dt.date]:
    return [first + number * DAY for number in range(count)]


def forward(start: dt.date, months: int) -> tuple[dt.date, bool]:
    """``start`` moved by whole months and whether that day exists; if not, the last day of the month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, length)), start.day <= length


def anniversary(start: dt.date, months: int) -> dt.date:
    moved, exists = forward(start, months)
    return moved if exists else moved + DAY


def over_a_decade(since: dt.date, as_of: dt.date) -> str:
    return "YES" if as_of > forward(since, 120)[0] else "NO"


def ended(disposal: str, relevant: dt.date, born: dt.date, as_of: dt.date) -> str:
    adult = relevant >= anniversary(born, 216)
    return "YES" if as_of >= anniversary(relevant, MONTHS[disposal][0 if adult else 1]) else "NO"


def told(answers: set[str]) -> str:
    return answers.pop() if len(answers) == 1 else "CANNOT_TELL"


def interval(first: dt.date, count: int) -> dict:
    return {"lo": first, "hi": first + (count - 1) * DAY, "text": ""}


def answers(fact: str, rows: list[dict]) -> list[str]:
    """What the product says of each row, all asked at once."""
    fixed = {"force": "kent", "status": "wanted"}
    named = [{"record_id": f"kent:{number:05}", **fixed, **row} for number, row in enumerate(rows)]
    table = pa.Table.from_pylist(named, schema.RECORDS)
    found = notification.assess(table, alone(table), links()).to_pylist()
    said = {row["inputs"][0]: row["value"] for row in found if row["fact"] == fact}
    return [said[row["record_id"]] for row in named]


near_the_decade = st.dates(dt.date(2008, 2, 1), dt.date(2008, 4, 15))
ten_years_on = st.dates(dt.date(2018, 2, 15), dt.date(2018, 4, 15))
widths = st.sampled_from([1, 2, 5, 31])
a_few = settings(max_examples=30, deadline=None)


@a_few
@given(st.lists(st.tuples(near_the_decade, widths, ten_years_on), min_size=20, max_size=60))
def test_over_a_decade(cases: list) -> None:
    rows = [{"as_of": as_of, "missing_since": interval(since, width)} for since, width, as_of in cases]
    expected = [told({over_a_decade(day, as_of) for day in days_of(since, width)}) for since, width, as_of in cases]
    assert answers("over_a_decade", rows) == expected


around_the_birthday = st.tuples(
    st.sampled_from(sorted(MONTHS)),
    st.dates(dt.date(2008, 1, 1), dt.date(2016, 12, 31)),
    widths,
    st.integers(-40, 40),  # days from the 18th birthday to the relevant date
    widths,
    st.booleans(),
    st.integers(-35, 35),  # days from the end of the period to the extract
)


@a_few
@given(st.lists(around_the_birthday, min_size=20, max_size=40))
def test_requirement_ended(cases: list) -> None:
    rows, expected = [], []
    for disposal, relevant, width, from_birthday, born_width, minor, from_end in cases:
        born = forward(relevant, -216)[0] + from_birthday * DAY
        as_of = anniversary(relevant, MONTHS[disposal][1 if minor else 0]) + from_end * DAY
        dates = {"conviction_date": interval(relevant, width), "birth_date": interval(born, born_width)}
        rows.append({"as_of": as_of, "disposal": disposal, **dates})
        each = [(on, birth) for on in days_of(relevant, width) for birth in days_of(born, born_width)]
        expected.append(told({ended(disposal, on, birth, as_of) for on, birth in each}))
    assert answers("requirement_ended", rows) == expected


@settings(max_examples=10, deadline=None)
@given(st.tuples(near_the_decade, widths))
def test_a_later_extract_never_turns_back(case: tuple) -> None:
    rows = [{"as_of": as_of, "missing_since": interval(*case)} for as_of in days_of(dt.date(2018, 1, 25), 140)]
    said = answers("over_a_decade", rows)
    assert said == sorted(said, key=("NO", "CANNOT_TELL", "YES").index)
    assert {"NO", "YES"} <= set(said)
