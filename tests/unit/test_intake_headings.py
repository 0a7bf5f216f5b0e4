"""Which columns are never taken, and which headings are told by their place alone."""

from dataclasses import replace

import pyarrow as pa
import pytest

from reconcile.errors import ExtractError
from reconcile.forces import forces, profile
from reconcile.intake import headings
from reconcile.intake.columns import map_columns
from tests.unit.dialect import KENT, PERSON, table


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("BANK_ACCOUNT_NO", "bank"),
        ("bankAccountNumber", "bank"),
        ("sortcode", "bank"),
        ("Credit cards", "bank"),
        ("Photo", "photo"),
        ("CustodyImageRef", "photo"),
        ("PHOTOGRAPHS", "photo"),
        ("Mental health flag", "health"),
        ("NHSNumber", "health"),
        ("medication", "health"),
        ("DNA profile", "biometric"),
        ("In hospital", None),
        ("Westbank Road", None),
        ("HEALTHIER", None),
        ("Index offence", None),
        ("accountable officer", None),
    ],
)
def test_a_column_is_never_taken_by_the_words_of_its_heading(heading: str, kind: str | None) -> None:
    found = headings.refused(heading)
    assert (found and found.kind) == kind


def test_every_kind_says_why_and_no_column_of_a_shipped_profile_is_of_any() -> None:
    for kind in headings.never_taken():
        assert "DPA 2018" in kind.reason
    for force in forces():
        dialect = profile(force.slug)
        mapped = [name for sources in dialect.columns.values() for name in sources] + list(dialect.identifiers.values())
        assert not [name for name in mapped if headings.refused(name)], force.slug


@pytest.mark.parametrize(
    "text",
    ["05/03/1971", "1971-03-05", "ME14 2AA", "81/34U", "AB123456C", "A1234BC", "0042", "K1", "a@b.uk", "12 Mar 1971"],
)
def test_a_value_looks_like_data(text: str) -> None:
    assert headings.looks_like_data(text)


@pytest.mark.parametrize(
    "text", ["ADDRESS_1", "Given name 2", "May", "S.40(2) flag", "Date of birth", "column 7", "DOB"]
)
def test_a_heading_does_not(text: str) -> None:
    assert not headings.looks_like_data(text)


def test_no_column_of_a_shipped_profile_looks_like_data() -> None:
    for force in forces():
        dialect = profile(force.slug)
        mapped = [name for sources in dialect.columns.values() for name in sources] + list(dialect.identifiers.values())
        assert not [name for name in mapped if headings.looks_like_data(name)], force.slug


def test_beside_one_heading_that_looks_like_data_none_is_quoted() -> None:
    sent = ["Ref", "Farrow", "05/03/1971", "Shoe size"]
    assert headings.said(["Farrow", "Shoe size"], sent) == ([], [2, 4])
    assert headings.said(["Shoe size"], ["Ref", "Shoe size"]) == (["Shoe size"], [])


def test_a_heading_that_is_a_text_is_not_quoted() -> None:
    long, odd = "lives with his brother " * 5, "=HYPERLINK(evil)"
    assert headings.said([long, odd], ["Ref", long, odd]) == ([], [2, 3])


def note(rule: str, notes: tuple) -> str:
    return next(sentence for found, _count, sentence in notes if found == rule)


def test_a_row_of_data_among_the_headings_is_told_by_place() -> None:
    rows = table({"Ref": "K7"}).append_column("Marlow", pa.array(["x"])).append_column("12/11/1960", pa.array(["x"]))
    mapped = map_columns(rows, KENT)
    said = note("columns_known", mapped.notes)
    assert "Marlow" not in said
    assert "1960" not in said
    assert "a heading that looks like data (column 7), a heading that looks like data (column 8)" in said


def test_a_column_never_taken_is_dropped_though_the_profile_maps_it() -> None:
    greedy = replace(KENT, columns=KENT.columns | {"town": ("Bank town",), "offence": ("Offence",)})
    mapped = map_columns(table(PERSON | {"Bank town": "Hythe", "Offence": "x"}), greedy)
    assert mapped.rows["town"].null_count == 1
    assert "Bank town" in note("columns_never_taken", mapped.notes)
    assert "DPA 2018 s.37" in note("columns_never_taken", mapped.notes)
    assert "Bank town" not in note("columns_sent", mapped.notes)


def test_a_profile_that_takes_the_local_id_from_one_is_told_to_change() -> None:
    greedy = replace(KENT, columns=KENT.columns | {"local_id": ("NHS number",)})
    with pytest.raises(ExtractError, match="never taken: change it"):
        map_columns(table(PERSON | {"NHS number": "4"}), greedy)
