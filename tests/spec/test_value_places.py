"""Postcodes in one form, and the values that stand for none or for many people."""

import pytest

from reconcile.values import places
from reconcile.values.placeholders import find, is_placeholder, table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sw1a1aa", "SW1A 1AA"),
        (" M1  1ae", "M1 1AE"),
        ("B3 3CI", "B3 3CI"),
        ("gir0aa", "GIR 0AA"),
        ("SW1A", "SW1A"),
        ("AB1 23C", "AB1 23C"),
        ("75008 Paris", "75008 Paris"),
        ("", ""),
    ],
)
def test_postcode(text: str, expected: str) -> None:
    assert places.postcode(text) == expected


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("NFA", ""),
        ("N.F.A.", ""),
        ("of no fixed abode", ""),
        ("c/o his sister", ""),
        ("HMP Durham", ""),
        ("Elm Road Approved Premises", ""),
        ("bail hostel, 3 Elm Road", ""),
        ("", "nf1 1nf"),
        ("", "NF11FA"),
        ("", "ZZ99 3VZ"),
    ],
)
def test_generic(address: str, code: str) -> None:
    assert places.is_generic(address, code)


@pytest.mark.parametrize("address", ["3 Elm Road", "12 Vanbrugh Street", "4 Tent Lane", "9 Prisoners Walk"])
def test_not_generic(address: str) -> None:
    assert not places.is_generic(address, "B3 3CI")


@pytest.mark.parametrize(
    ("field", "text", "nothing"),
    [
        ("birth_date", "1900-01-01", True),
        ("birth_date", "1970-01-01", True),
        ("birth_date", "9999-12-31", True),
        ("birth_date", "1980-01-01", False),
        ("birth_date", "1980-01-02", False),
        ("name", "Unknown", True),
        ("name", " N/K ", True),
        ("name", "?", True),
        ("name", "MIG_ERROR_4711", True),
        ("name", "Ng", False),
        ("name", "Ó", False),
        ("address", "HMP Leeds", False),
    ],
)
def test_placeholder(field: str, text: str, nothing: bool) -> None:
    assert is_placeholder(field, text) is nothing


def test_an_estimated_birth_date_says_little_but_something() -> None:
    found = find("birth_date", "1980-01-01")
    assert found is not None
    assert found.weight == "low"


def test_every_line_of_the_table_has_a_reason_and_something_it_covers() -> None:
    assert all(line.reason and line.weight in ("none", "low") and (line.equals or line.pattern) for line in table())
    assert all(text == text.casefold() for line in table() for text in line.equals)
