"""What each kind of cell becomes in a record."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.intake.columns import map_columns
from reconcile.intake.specification import as_page
from reconcile.intake.standardise import SPECIFICATION, standardise
from tests.unit.dialect import KENT, canonical, table

AS_OF = dt.date(2018, 3, 1)


def record(**cells: str) -> dict:
    rows = canonical({name.replace("_", " "): text for name, text in cells.items()})
    return standardise(rows, KENT, AS_OF, "ab" * 32)[0].to_pylist()[0]


def name(kind: str, given: str | None = None, surname: str | None = None, full: str | None = None) -> dict:
    return {"kind": kind, "given": given, "surname": surname, "full": full}


def test_a_plain_row() -> None:
    found = record()
    assert found["record_id"] == "kent:K1"
    assert (found["force"], found["local_id"], found["as_of"]) == ("kent", "K1", AS_OF)
    assert found["names"] == [name("current", "Iain", "Farrow")]
    assert (found["sex"], found["status"], found["status_text"]) == ("M", "located", "At home")
    assert found["birth_date"] == {"lo": dt.date(1971, 3, 5), "hi": dt.date(1971, 3, 5), "text": "05/03/1971"}
    assert (found["addresses"], found["identifiers"], found["absent"], found["missing_since"]) == ([], [], [], None)


def test_names_of_every_kind_current_first() -> None:
    found = record(
        Middle="Ross",
        Nee="Ó Dálaigh",
        Deed_poll="MOSS, Ivo",
        Formerly="FARROW-HAY, I|N/K",
        AKA="Ian Farrow| ?|FARO, Jan",
    )
    assert found["names"] == [
        name("current", "Iain Ross", "Farrow"),
        name("maiden", None, "Ó Dálaigh"),
        name("deed_poll", "Ivo", "MOSS"),
        name("previous", "I", "FARROW-HAY"),
        name("alias", full="Ian Farrow"),
        name("alias", "Jan", "FARO"),
    ]


def test_a_whole_name_counts_where_no_parts_are_sent() -> None:
    assert record(Surname="", Forename="", Whole_name="FARROW, Iain")["names"] == [name("current", "Iain", "FARROW")]
    assert record(Surname="", Forename="", Whole_name="Iain Farrow")["names"] == [name("current", full="Iain Farrow")]
    assert record(Whole_name="Somebody Else")["names"] == [name("current", "Iain", "Farrow")]


def test_a_name_part_that_stands_for_none_is_not_known() -> None:
    found = record(Forename="UNKNOWN")
    assert found["names"] == [name("current", None, "Farrow")]
    assert found["absent"] == [{"field": "given_names", "reason": "unknown", "text": "UNKNOWN"}]


def test_a_placeholder_among_other_names_is_kept_and_flagged() -> None:
    found = record(AKA="N/K|Ian Farrow|?", Formerly="not known", Middle="Ross")
    assert found["names"] == [name("current", "Iain Ross", "Farrow"), name("alias", full="Ian Farrow")]
    assert found["absent"] == [
        {"field": "aliases", "reason": "unknown", "text": "N/K"},
        {"field": "aliases", "reason": "unknown", "text": "?"},
        {"field": "previous_names", "reason": "unknown", "text": "not known"},
    ]


def test_a_number_a_spreadsheet_took_for_a_date_is_kept_and_worth_nothing() -> None:
    found = record(PNC="2003-03-01", CRO="Mar-03", ViSOR="4.71E+11")
    assert {(each["scheme"], each["check"]) for each in found["identifiers"]} == {
        ("pnc", "placeholder"),
        ("cro", "placeholder"),
        ("visor", "placeholder"),
    }


def test_addresses_current_then_previous() -> None:
    found = record(House="4", Street="Elm Road", Town="Hythe", Postcode="ct213ci", Old_postcodes="me11ci|Paris 75008")
    empty = {"address": None, "town": None}
    assert found["addresses"] == [
        {"kind": "current", "address": "4 Elm Road", "town": "Hythe", "postcode": "CT21 3CI"},
        {"kind": "previous", "postcode": "ME1 1CI", **empty},
        {"kind": "previous", "postcode": "Paris 75008", **empty},
    ]


def test_identifiers_are_typed_and_placeholders_say_so() -> None:
    assert record(PNC="81/34u", CRO="000000/00Z", ViSOR="x1")["identifiers"] == [
        {"scheme": "cro", "value": "000000/00Z", "check": "placeholder"},
        {"scheme": "pnc", "value": "1981/0000034U", "check": "valid"},
        {"scheme": "visor", "value": "X1", "check": "none"},
    ]


def test_what_reads_otherwise_than_it_was_sent_is_kept_as_sent_too() -> None:
    found = record(
        Sex="1",
        Risk="so-so",
        Months="3 years",
        Postcode="me44tz",
        Old_postcodes="ME4 4TZ|ct11ci",
        PNC="81/34u",
        CRO="n/k",
    )
    assert [(each["field"], each["text"]) for each in found["as_sent"]] == [
        ("risk_level", "so-so"),
        ("sex", "1"),
        ("sentence_months", "3 years"),
        ("pnc", "81/34u"),
        ("postcode", "me44tz"),
        ("previous_postcodes", "ct11ci"),
    ]
    assert record(Sex="M", Months="18", Postcode="ME4 4TZ", PNC="1981/0000034U")["as_sent"] == []


def test_withheld_unknown_and_blank_are_three_things() -> None:
    found = record(Offence=" Refused ", PNC="n/k", Missing_from="S.40", Town="", DOB="01/01/1900")
    assert found["absent"] == [
        {"field": "birth_date", "reason": "unknown", "text": "01/01/1900"},
        {"field": "missing_since", "reason": "withheld", "text": "S.40"},
        {"field": "offence", "reason": "withheld", "text": "Refused"},
        {"field": "pnc", "reason": "unknown", "text": "n/k"},
    ]
    assert (found["offence"], found["missing_since"], found["birth_date"]) == (None, None, None)
    assert found["identifiers"] == []


@pytest.mark.parametrize(("text", "year"), [("01/02/17", 1917), ("01/02/08", 2008), ("01/02/09", 1909)])
def test_nobody_is_born_within_ten_years_of_the_extract(text: str, year: int) -> None:
    assert record(DOB=text)["birth_date"]["lo"].year == year


def test_an_order_may_end_in_the_years_to_come_and_in_words() -> None:
    assert record(Order_ends="01/02/30")["order_end"]["lo"] == dt.date(2030, 2, 1)
    assert record(Order_ends="until further order")["order_end"] == {
        "lo": None,
        "hi": None,
        "text": "until further order",
    }


@pytest.mark.parametrize(
    ("text", "months"), [("18", 18), ("18 months", 18), ("3 years 6 months", 42), ("2 yrs", 24), ("life", None)]
)
def test_sentence_months(text: str, months: int | None) -> None:
    assert record(Months=text)["sentence_months"] == months


def test_a_closed_list_of_words_takes_codes_and_canonical_words_only() -> None:
    assert (record(Risk="VH")["risk_level"], record(Risk="very high")["risk_level"]) == ("very_high", "very_high")
    assert (record(Risk="so-so")["risk_level"], record(Abroad="Exit")["overseas_evidence"]) == (None, "border_exit")


def test_the_order_of_rows_leaves_no_trace_but_the_row_number() -> None:
    people = [{"Ref": ref, "Surname": f"Name {ref}", "AKA": "A|B"} for ref in ("K3", "K1", "K10", "K2")]
    records, provenance = standardise(canonical(*people), KENT, AS_OF, "ab" * 32)
    again, shuffled = standardise(canonical(*people[::-1]), KENT, AS_OF, "ab" * 32)
    assert records.equals(again)
    assert records["local_id"].to_pylist() == ["K1", "K10", "K2", "K3"]
    assert records.schema == schema.RECORDS
    assert provenance.schema == schema.PROVENANCE
    assert (provenance["row_number"].to_pylist(), shuffled["row_number"].to_pylist()) == ([2, 3, 4, 1], [3, 2, 1, 4])


def test_columns_are_found_by_heading_whatever_its_case_and_the_rest_is_left() -> None:
    rows = table({"Ref": "K7", "Bank card": "4929", "Shoe size": "9 wide"})
    rows = rows.rename_columns([*(name.upper() for name in rows.column_names[:-1]), "row_number"])
    mapped = map_columns(rows, KENT)
    assert mapped.rows["local_id"].to_pylist() == ["K7"]
    assert not [cell for cell in ("4929", "9 wide") if cell in str(mapped.rows.to_pylist())]
    notes = {rule: sentence for rule, _count, sentence in mapped.notes}
    assert "SHOE SIZE" in notes["columns_known"]
    assert "BANK CARD" in notes["columns_never_taken"]
    assert "BANK CARD" not in notes["columns_known"]
    assert "Postcode" in notes["columns_sent"]


def test_a_cell_that_is_all_blanks_is_blank_and_joined_parts_skip_it() -> None:
    rows = canonical(
        {"House": " ", "Street": "Elm Road"},
        {"House": "4", "Street": ""},
        {"House": "", "Street": " "},
        {"House": "4", "Street": "Elm"},
    )
    assert rows["address"].to_pylist() == ["Elm Road", "4", None, "4 Elm"]
    assert isinstance(rows, pa.Table)


def test_every_column_of_a_record_has_steps_and_every_step_says_what_it_does() -> None:
    assert list(SPECIFICATION) == schema.RECORDS.names
    assert all(step.reads for steps in SPECIFICATION.values() for step in steps)
    page = (Path(__file__).parents[2] / "docs" / "standardising.md").read_text(encoding="utf-8")
    assert page == as_page(), "run python -m reconcile.intake.specification > docs/standardising.md"


def test_what_a_spreadsheet_did_to_numbers_is_noted_and_not_mended() -> None:
    people = [
        {"Ref": "00417", "PNC": "03/3Y"},
        {"Ref": "00418", "PNC": "03-Mar"},
        {"Ref": "419", "ViSOR": "1.2E+11"},
        {"Ref": "420", "ViSOR": "2003-03-01"},
    ]
    mapped = map_columns(table(*people), KENT)
    notes = [(rule, count) for rule, count, sentence in mapped.notes if rule.startswith(("numbers", "leading"))]
    assert notes == [
        ("leading_zeros_kept", 2),
        ("numbers_not_dates", 1),
        ("numbers_not_dates", 1),
        ("numbers_whole", 1),
    ]
    assert mapped.rows["local_id"].to_pylist() == ["00417", "00418", "419", "420"]
    assert "03-Mar" not in str(mapped.notes)


@pytest.mark.parametrize(
    "text", ["01/01/1900", "01011970", "1970-01-01", "1 Jan 70", "01/01/70 00:00+0000", "11.11.1911"]
)
def test_a_default_birth_date_is_known_however_it_is_written(text: str) -> None:
    found = record(DOB=text)
    assert found["birth_date"] is None
    assert found["absent"] == [{"field": "birth_date", "reason": "unknown", "text": text}]


@pytest.mark.parametrize("text", ["02/01/1970", "1970", "Jan 1970", "01/01/1971", "1900s"])
def test_a_birth_date_near_a_default_one_is_a_birth_date(text: str) -> None:
    assert record(DOB=text)["birth_date"]["text"] == text
