"""Facts of records: dates told more closely never turn a YES into a NO or back; the order of rows changes nothing."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconcile import notification, schema
from tests.small_tables import identities, links

pytestmark = pytest.mark.slow

AS_OF = dt.date(2018, 3, 1)
FORCES = ("kent", "police-scotland", "psni")
TOLD = {"YES", "NO"}
WORDS = {"age_band", "national_status", "owner_force", "suspected_overseas", "cohort_year", "located_elsewhere"}


def days(first: int, last: int) -> st.SearchStrategy[Any]:
    """A date some days from the extract's, of one day or of several, and a day or two within it."""

    def spread(drawn: tuple[int, int, int]) -> dict[str, dict[str, Any] | None]:
        start, width, inside = drawn
        lo, hi = AS_OF + dt.timedelta(days=start), AS_OF + dt.timedelta(days=start + width)
        closer = lo + dt.timedelta(days=inside % (width + 1))
        return {"wide": _date(lo, hi), "close": _date(closer, closer)}

    return st.tuples(st.integers(first, last), st.sampled_from([0, 0, 2, 9, 40]), st.integers(0, 40)).map(spread)


def _date(lo: dt.date, hi: dt.date) -> dict[str, Any]:
    return {"lo": lo, "hi": hi, "text": ""}


def perhaps(date: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(date, date, st.just({"wide": None, "close": None}))


def structs(kind: Any, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    none = {kind.field(place).name: st.none() for place in range(kind.num_fields)}
    return st.lists(st.fixed_dictionaries({**none, **fields}), max_size=2)


recent = days(-60, 2)
records = st.fixed_dictionaries(
    {
        "force": st.sampled_from(FORCES),
        "status": st.sampled_from(schema.STATUSES),
        "residence": st.sampled_from([*schema.RESIDENCES, None]),
        "disposal": st.sampled_from(["caution", "fine", "life", "imprisonment", None]),
        "risk_level": st.sampled_from(["high", "low", None]),
        "birth_date": perhaps(days(-6_600, -6_540)),
        "conviction_date": perhaps(st.one_of(days(-5_500, -5_450), days(-60, 2), days(-750, -700))),
        "first_notified": perhaps(st.one_of(days(-5_500, -5_450), recent)),
        "last_notified": perhaps(st.one_of(days(-400, -340), recent)),
        "released_on": perhaps(recent),
        "missing_since": perhaps(recent),
        "last_reviewed": perhaps(recent),
        "period_end": perhaps(recent),
        "order_end": perhaps(recent),
        "exemptions": structs(
            schema.EXEMPTION, kind=st.sampled_from(schema.EXEMPTIONS), start=perhaps(recent), end=perhaps(recent)
        ),
        "events": structs(
            schema.EVENT,
            kind=st.sampled_from(schema.EVENTS),
            happened=perhaps(recent),
            notified=perhaps(recent),
            advance=perhaps(recent),
        ),
        "stays": structs(schema.STAY, place=st.sampled_from(["a", "b"]), start=perhaps(recent), end=perhaps(recent)),
        "travels": structs(schema.TRAVEL, left=recent, return_due=recent, returned=perhaps(recent)),
    }
)


def told(value: Any, how: str) -> Any:
    """A drawn row with each date as it was told: wide, or a day within."""
    if isinstance(value, dict) and "wide" in value:
        return value[how]
    if isinstance(value, dict):
        return {key: told(one, how) for key, one in value.items()}
    return [told(one, how) for one in value] if isinstance(value, list) else value


def table(drawn: list[dict[str, Any]], how: str) -> pa.Table:
    rows = [
        {"record_id": f"{row['force']}:{number:03}", "as_of": AS_OF, **told(row, how)}
        for number, row in enumerate(drawn)
    ]
    return pa.Table.from_pylist(rows, schema.RECORDS)


def people(held: pa.Table) -> pa.Table:
    """Two records a person."""
    ids = held["record_id"].to_pylist()
    return identities(*(" ".join(ids[start : start + 2]) for start in range(0, len(ids), 2)))


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(records, min_size=20, max_size=30))
def test_a_date_told_more_closely_turns_no_answer(drawn: list[dict[str, Any]]) -> None:
    wide, close = (
        notification.assess(held, people(held), links()).to_pylist()
        for held in (table(drawn, "wide"), table(drawn, "close"))
    )
    later = {(row["national_id"], row["record_id"], row["fact"]): row for row in close}
    for row in wide:
        if row["value"] in TOLD and row["fact"] not in WORDS:
            found = later.get((row["national_id"], row["record_id"], row["fact"]))
            assert found is None or found["value"] not in TOLD - {row["value"]}, (row, found)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(records, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn: list[dict[str, Any]], shuffle: Any) -> None:
    held = table(drawn, "wide")
    grouped = people(held)
    order, other = list(range(held.num_rows)), list(range(grouped.num_rows))
    shuffle.shuffle(order)
    shuffle.shuffle(other)
    found = notification.assess(held.take(order), grouped.take(other), links())
    assert found.equals(notification.assess(held, grouped, links()))
    assert all(row["reason"] for row in found.to_pylist() if row["value"] == "CANNOT_TELL")
