"""Who is restricted, and from whom."""

import pyarrow as pa
import pytest

from reconcile.review.access import Visitor
from reconcile.review.restricted import NOBODY, Restricted, hidden, may_see, restricted, shown
from tests.small_tables import facts, identities

COORDINATOR = Visitor("Ada", frozenset({"coordinator"}))
TRUSTED = Visitor("Bea", frozenset({"reviewer", "protected"}))
KENT = Visitor("Cal", frozenset({"force"}), force="kent")
PEOPLE = identities("essex:1 kent:1", "kent:2", "kent:3 surrey:3", "essex:4")
AGES = facts("""
| of       | id | fact     | value       | reason | day | days |
| essex:1  | P1 | under_18 | NO          |        |     |      |
| kent:1   | P1 | under_18 | NO          |        |     |      |
| kent:2   | P2 | under_18 | YES         |        |     |      |
| kent:3   | P3 | under_18 | NO          |        |     |      |
| surrey:3 | P3 | under_18 | CANNOT_TELL |        |     |      |
| essex:4  | P4 | age_band | 18_to_24    |        |     |      |
""")


def protected(*records: str) -> pa.Table:
    return pa.table({"record_id": pa.array(records, pa.string())})


def test_who_is_or_may_be_under_18_is_restricted_with_every_record() -> None:
    found = restricted(PEOPLE, AGES, protected())
    assert found.record_ids == {"kent:2", "kent:3", "surrey:3", "essex:4"}
    assert found.national_ids == {"P2", "P3", "P4"}


def test_one_protected_record_restricts_the_person() -> None:
    found = restricted(PEOPLE, AGES, protected("kent:1", "wiltshire:9"))
    assert {"P1"} < found.national_ids
    assert {"essex:1", "kent:1", "wiltshire:9"} < found.record_ids


def test_nobody_is_restricted_where_everybody_is_grown_up() -> None:
    grown_up = facts("""
    | of      | id | fact     | value | reason | day | days |
    | essex:4 | P4 | under_18 | NO    |        |     |      |
    """)
    assert (
        restricted(PEOPLE.filter(pa.array([False, False, False, False, False, True])), grown_up, protected()) == NOBODY
    )


@pytest.mark.parametrize(
    ("visitor", "ids", "kept_from"),
    [
        (COORDINATOR, ("essex:1", "kent:1"), False),
        (COORDINATOR, ("essex:1", "kent:2"), True),
        (COORDINATOR, ("P2",), True),
        (COORDINATOR, (None,), False),
        (TRUSTED, ("P2", "kent:2"), False),
        (KENT, ("kent:2",), False),
        (KENT, ("kent:3", "surrey:3"), True),
        (KENT, ("P2",), True),
    ],
)
def test_from_whom(visitor: Visitor, ids: tuple[str | None, ...], kept_from: bool) -> None:
    assert hidden(visitor, restricted(PEOPLE, AGES, protected()), *ids) is kept_from


def test_rows_that_may_be_shown_and_the_count_of_the_others() -> None:
    held = restricted(PEOPLE, AGES, protected())
    links = pa.table({"left": ["essex:1", "kent:2", "kent:2"], "right": ["kent:1", "kent:9", "surrey:3"]})
    lists = pa.table({"records": [["essex:1"], ["essex:1", "kent:2"], [], None]})
    for visitor, pairs, rows in ((COORDINATOR, 1, 3), (KENT, 2, 4), (TRUSTED, 3, 4)):
        kept, left_out = shown(visitor, held, links, "left", "right")
        assert (len(kept), left_out) == (pairs, 3 - pairs)
        kept, left_out = shown(visitor, held, lists, "records")
        assert (len(kept), left_out) == (rows, 4 - rows)
    assert shown(COORDINATOR, NOBODY, links, "left", "right") == (links, 0)


def test_only_the_permission_opens() -> None:
    assert may_see(TRUSTED)
    assert not may_see(COORDINATOR)
    assert Restricted(frozenset({"P1"}), frozenset()).holds("x", "P1")
