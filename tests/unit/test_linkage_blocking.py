"""Blocking: no single change hides a person, and what is stopped is said."""

import pytest

from reconcile.linkage import table as limits
from reconcile.linkage.blocking import candidates
from reconcile.linkage.features import prepare
from tests.linkage_records import record, table


@pytest.mark.parametrize(
    "other",
    [
        record("b:1", "Peter", "Nowak", "1971-03-04", convicted="2004-05-06"),
        record("b:1", "Peter", "Nowak", "1971-03-04", address="1 Hill Rd"),
        record("b:1", "Peter", "Nowak", "1982-11-30", pnc="2001/9000001A"),
        record("b:1", "Cole", "John", "1971-03-05"),
        record("b:1", "Jack", "Cole", "1971-04-03"),
        record("b:1", "John", "Kole", "1971-03-14"),
        record("b:1", "John", "Cole-Nowak", "1971-03-04"),
        record("b:1", "Peter", "Nowak", "1982-11-30", also=(("John", "Cole"),)),
    ],
)
def test_one_change_does_not_hide_a_person(other: dict[str, object]) -> None:
    first = record(
        "a:1", "John", "Cole", "1971-03-04", convicted="2004-05-06", address="1 Hill Rd", pnc="2001/9000001A"
    )
    found = candidates(prepare(table(first, other)))
    assert (found.left.tolist(), found.right.tolist()) == ([0], [1])


def test_between_compares_only_across_sources() -> None:
    people = [record(f"{force}:{n}", "John", "Cole", "1971-03-04") for force in "ab" for n in (1, 2)]
    records = prepare(table(*people))
    assert len(candidates(records).left) == 6
    assert len(candidates(records, between=True).left) == 4


def test_a_block_too_large_is_stopped_and_reported() -> None:
    people = [record(f"a:{n:03}", "John", "Cole") for n in range(limits.block_cap() + 1)]
    report = {key.key: key for key in candidates(prepare(table(*people))).report}
    assert report["full name"].stopped_blocks == 1
    assert report["full name"].pairs == 0


def test_pairs_are_distinct_sorted_and_ordered() -> None:
    people = [record(f"a:{n}", "John", "Cole", "1971-03-04", address="1 Hill Rd") for n in range(9)]
    found = candidates(prepare(table(*people)))
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(left < right for left, right in pairs)
    assert len(pairs) == 36
