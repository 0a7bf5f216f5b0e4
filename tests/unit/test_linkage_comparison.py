"""Comparison levels: what two records are said to agree on."""

from typing import Any

import numpy as np
import pytest

from reconcile.linkage import table as levels_table
from reconcile.linkage.comparison import compare
from reconcile.linkage.features import prepare
from reconcile.linkage.guards import guarded
from tests.linkage_records import record, table


def level(feature: str, left: dict[str, Any], right: dict[str, Any]) -> str:
    found = compare(prepare(table(left, right)), np.array([0], np.int32), np.array([1], np.int32))
    return levels_table.feature(feature).levels[int(found.levels[feature][0])]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1971-03-04", "1971-03-04", "exact"),
        ("1971-03-04", "1971-04-03", "turned"),
        ("1971-03-04", "1971-03-05", "digit"),
        ("1971-03-14", "19710341", "transposed"),
        ("1971-03-24", "1971-03-13", "transposed"),
        ("1979-03-24", "1980-03-24", "year_off"),
        ("1971", "1971-03-24", "partial"),
        ("1971", "1985-03-24", "far"),
        ("1971-03-24", "1974-11-02", "near"),
        ("1951-03-24", "1984-11-02", "far"),
        (None, "1984-11-02", "missing"),
        ("1900-01-01", "1900-01-01", "missing"),
        ("19560431", "19560431", "exact"),
        ("19560431", "1956-04-30", "digit"),
        ("19560441", "1956-04-30", "transposed"),
    ],
)
def test_birth_dates(left: str | None, right: str | None, expected: str) -> None:
    a, b = record("a:1", "A", "B", left), record("b:1", "A", "B", right)
    assert level("birth_date", a, b) == expected
    assert level("birth_date", record("a:1", "A", "B", right), record("b:1", "A", "B", left)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (("John", "Smith"), ("JOHN", "smith"), "exact/exact"),
        (("Bill", "Smith"), ("William", "Smith"), "equivalent/exact"),
        (("Smith", "John"), ("John", "Smith"), "swapped"),
        (("Mary", "Smith-Jones"), ("Mary", "Jones"), "exact/compound"),
        (("John Paul", "Smith"), ("Paul", "Smith"), "shared/exact"),
        (("Mary", "Jones"), ("Mary", "Okafor"), "exact/different"),
        (("Mary", None), ("Mary", "Okafor"), "exact/missing"),
    ],
)
def test_names(left: tuple[str, str | None], right: tuple[str, str | None], expected: str) -> None:
    assert level("name", record("a:1", *left), record("b:1", *right)) == expected


def test_alias_lifts_a_pair_and_never_lowers_one() -> None:
    plain = record("b:1", "Peter", "Nowak")
    assert level("name", record("a:1", "John", "Smith", also=(("Peter", "Nowak"),)), plain) == "alias"
    assert level("name", record("a:1", "John", "Smith", also=(("Petr", "Novak"),)), plain) == "alias_close"
    assert level("name", record("a:1", "Peter", "Nowak", also=(("Ian", "Cole"),)), plain) == "exact/exact"


def test_maiden_name_after_nee_is_another_name() -> None:
    assert level("name", record("a:1", "Mary", "Jones née Okafor"), record("b:1", "Mary", "Okafor")) == "alias"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (("2001/9000001A", "valid"), ("2001/9000001A", "valid"), "checked"),
        (("2001/9000001A", "invalid"), ("2001/9000001A", "valid"), "checked"),
        (("2001/9000001A", "valid"), ("2001/9000010A", "invalid"), "slip"),
        (("2001/9000001A", "valid"), ("1987/9345678B", "valid"), "clash"),
        (("2001/9000001A", "placeholder"), ("2001/9000001A", "placeholder"), "missing"),
        ((None, "none"), ("1987/9345678B", "valid"), "missing"),
    ],
)
def test_identifiers(left: tuple[str | None, str], right: tuple[str | None, str], expected: str) -> None:
    a = record("a:1", "A", "B", pnc=left[0], check=left[1])
    b = record("b:1", "A", "B", pnc=right[0], check=right[1])
    assert level("identifier", a, b) == expected


def test_no_fixed_abode_is_no_place() -> None:
    a = record("a:1", "A", "B", address="N.F.A.", postcode="NF1 1NF")
    b = record("b:1", "C", "D", address="NFA", postcode="NF1 1NF")
    assert level("place", a, b) == "missing/missing/missing"


def test_levels_do_not_depend_on_which_record_comes_first() -> None:
    a = record("a:1", "Jon", "Smyth", "1971-03-04", postcode="AB1 2IK", town="Leeds", sex="M")
    b = record("b:1", "John Paul", "Smith", "1971-03-05", postcode="AB1 3IK", town="Leeds", sex="M")
    records = prepare(table(a, b))
    one = compare(records, np.array([0], np.int32), np.array([1], np.int32))
    other = compare(records, np.array([1], np.int32), np.array([0], np.int32))
    assert {name: int(found[0]) for name, found in one.levels.items()} == {
        name: int(found[0]) for name, found in other.levels.items()
    }


HOME = {"address": "1 Hill Rd", "town": "Leeds", "postcode": "LS1 1IK"}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (
            record("a:1", "Darren", "Cole", "1971-03-04", **HOME),
            record("b:1", "Wayne", "Cole", "1971-03-04", **HOME),
            "possible_twins",
        ),
        (
            record("a:1", "John", "Cole", "1941-03-04", **HOME),
            record("b:1", "John", "Cole", "1971-05-09", **HOME),
            "same_household",
        ),
        (
            record("a:1", "John", "Cole", "1941-03-04", pnc="2001/9000001A"),
            record("b:1", "Peter", "Nowak", "1971-05-09", pnc="2001/9000001A"),
            "mis_keyed_identifier",
        ),
        (
            record("a:1", "John", "Cole", "1941-03-04", pnc="2001/9000001A", sex="M"),
            record("b:1", "Ann", "Nowak", "1941-03-04", pnc="2001/9000001A", sex="F"),
            "mis_keyed_identifier",
        ),
        (
            record("a:1", "John", "Cole", "1971-03-04", pnc="2001/9000001A", **HOME),
            record("b:1", "Peter", "Cole", "1971-03-04", pnc="2001/9000001A", **HOME),
            "",
        ),
        (
            record("a:1", "Bill", "Cole", "1971-03-04", **HOME),
            record("b:1", "William", "Cole", "1971-03-04", **HOME),
            "",
        ),
    ],
)
def test_guards(left: dict[str, Any], right: dict[str, Any], expected: str) -> None:
    found = compare(prepare(table(left, right)), np.array([0], np.int32), np.array([1], np.int32))
    assert guarded(found)[0] == expected
