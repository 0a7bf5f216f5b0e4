"""What a force gets back: every row accounted for, nothing but keys of its rows, the same in three forms."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.forces import forces
from reconcile.intake.checking import check
from reconcile.intake.receipt import STATES, Receipt
from reconcile.reports import acceptance_files
from reconcile.reports.acceptance import Acceptance, acceptance, words
from reconcile.reports.national_completeness import national_completeness
from tests.unit.dialect import KENT, csv_bytes

SCHEMA = Path(__file__).parents[2] / "docs" / "acceptance_report.schema.json"
MARKS: Any = {"marking": "OFFICIAL-SENSITIVE", "synthetic": True}
MANIFEST = {"force": "kent", "as_of": "2018-03-01", "nil": False}
PEOPLE = (
    {"Ref": "K1", "Surname": "Quillfeather", "PNC": "99/99999X", "Offence": "refused", "Town": "Hythemarsh"},
    {"Ref": "K2", "Surname": "Brackwater", "DOB": "31/02/1970", "Status": "gone", "Street": "4 Larkspur Row"},
    {"Ref": "=K3", "Surname": "Ambersley", "Status": "Lost", "Postcode": "nowhere", "AKA": "Vandermolen, Ivo"},
    {"Ref": "K4", "Surname": "Pennyquick", "Sex": "n/k", "Bank card": "4929000011112222", "Shoe size": "tenandahalf"},
)
CELLS = ("Quillfeather", "Hythemarsh", "Ambersley", "Vandermolen", "Pennyquick", "99/99999", "nowhere", "05/03/1971")
"""Cells of accepted rows that are no ordinary words."""


def report(*people: dict[str, str], count: int | None = None) -> Acceptance:
    content = csv_bytes(*people)
    manifest = json.dumps(MANIFEST | {"record_count": len(people) if count is None else count}).encode()
    found = check(content, manifest, KENT, name="register_1.csv", today=dt.date(2026, 1, 1))
    national = national_completeness([found.receipt] * 3, 3)
    return acceptance(found.receipt, found.quarantine, found.findings, KENT.force, national, cycle="2018-03")


@pytest.fixture(scope="module")
def kent() -> Acceptance:
    return report(*PEOPLE)


@pytest.fixture(scope="module")
def written(kent: Acceptance, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return acceptance_files.write(kent, tmp_path_factory.mktemp("acceptance") / "kent", **MARKS)


def of_state(state: str) -> Acceptance:
    reasons = (("extract_readable", 0, "the extract is not written in utf-16"),) if state == "REJECTED" else ()
    none = schema.QUARANTINE.empty_table()
    return acceptance(Receipt("kent", state, reasons=reasons), none, none, KENT.force, None, cycle="2018-03")


def test_every_row_is_accepted_or_named_with_its_reasons(kent: Acceptance) -> None:
    (row,) = kent.quarantine
    assert (row.key.row_number, row.key.local_id) == (2, "K2")
    assert row.rules == ("birth_date_readable", "status_known")
    assert kent.receipt.rows_in == kent.receipt.accepted + len(kent.quarantine) == 4


def test_a_warning_names_the_rows_it_speaks_of(kent: Acceptance) -> None:
    named = {each.rule: [key.local_id for key in each.rows] for each in kent.warnings}
    assert named == {"claim_dated": ["=K3"], "pnc_check_letter": ["K1"], "postcode_form": ["=K3"]}
    assert all(each.count == len(each.rows) for each in kent.warnings)


def test_columns_are_told_apart_from_warnings(kent: Acceptance) -> None:
    said = {rule: sentence for rule, _count, sentence in kent.columns}
    assert "Bank card" in said["columns_never_taken"]
    assert "Shoe size" in said["columns_known"]


def test_completeness_tells_filled_blank_unknown_and_withheld_apart(kent: Acceptance) -> None:
    counts = {field.name: (field.filled, field.blank, field.unknown, field.withheld) for field in kent.fields}
    assert counts["offence"] == (0, 2, 0, 1)
    assert counts["sex"] == (2, 0, 1, 0)
    assert counts["postcode"] == (1, 2, 0, 0)
    assert all(sum(parts) == 3 for parts in counts.values())


def test_no_cell_of_a_row_but_its_own_reference_is_in_any_form(written: list[Path]) -> None:
    page, book, data = written
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(book) for row in sheet for cell in row]
    for text in (page.read_text("utf-8"), data.read_text("utf-8"), "\n".join(cells)):
        assert "K2" in text
        assert not [cell for cell in (*CELLS, "Brackwater", "Larkspur", "31/02", "4929", "tenanda") if cell in text]


def test_files_are_named_by_slug_or_slug_and_hash_never_as_sent(kent: Acceptance, written: list[Path]) -> None:
    assert [path.name for path in written] == ["kent.html", "kent.xlsx", "kent.json"]
    assert acceptance_files.checked_stem(kent) == f"kent-{kent.receipt.sha256[:12]}"
    assert not [path for path in written if b"register_1" in path.read_bytes()]


def test_the_json_is_of_the_schema_in_every_state(kent: Acceptance) -> None:
    shape = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(shape)
    validator = jsonschema.Draft202012Validator(shape)
    for each in (kent, report(*PEOPLE, count=9), *(of_state(state) for state in STATES)):
        validator.validate(json.loads(json.dumps(acceptance_files.to_json(each, **MARKS))))


def test_the_schema_refuses_what_is_no_report(kent: Acceptance) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    good = acceptance_files.to_json(kent, **MARKS)
    assert not validator.is_valid(good | {"surname": "Farrow"})
    assert not validator.is_valid(good | {"state": "FINE"})
    assert not validator.is_valid({name: value for name, value in good.items() if name != "next"})


def test_the_workbook_has_typed_columns_filters_a_frozen_heading_and_no_formula(written: list[Path]) -> None:
    book = openpyxl.load_workbook(written[1])
    assert book.sheetnames == ["About", "Quarantined rows", "Warnings", "Rows to look at", "Columns", "Completeness"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    keys = list(book["Rows to look at"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert sorted(keys) == [(1, "K1"), (3, "=K3"), (3, "=K3")]
    numbers = [row[2] for row in book["Completeness"].iter_rows(min_row=2, values_only=True) if row[1] == "yes"]
    assert numbers
    assert all(isinstance(number, int | float) for number in numbers)


def test_the_same_report_gives_the_same_bytes(kent: Acceptance, written: list[Path], tmp_path: Path) -> None:
    again = acceptance_files.write(kent, tmp_path / "kent", **MARKS)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_said_in_words_with_something_to_do(state: str) -> None:
    told = of_state(state)
    assert told.headline != state
    assert told.meaning
    assert told.next
    assert told.headline.casefold() in acceptance_files.render(told, **MARKS).casefold()


def test_an_extract_used_again_is_told_from_one_that_is_old() -> None:
    none = schema.QUARANTINE.empty_table()
    old, again = (
        acceptance(Receipt("kent", "STALE", taken_from=cycle), none, none, KENT.force, None, cycle="2018-03")
        for cycle in ("", "2018-02")
    )
    assert old.headline != again.headline
    assert "stands in" in again.meaning
    assert again.next == (words()["next"]["none"],)


def test_a_band_that_holds_an_extract_is_said_once() -> None:
    none = schema.QUARANTINE.empty_table()
    band = ("rows_in_band", 0, "It holds half as many rows as the one before.")
    held = Receipt("kent", "HELD", rows_in=4, accepted=4, bands=(band,), why=(band,))
    told = acceptance(held, none, none, KENT.force, None, cycle="2018-03")
    assert told.why == (band,)
    assert told.next[0] == words()["next"]["held"]


def test_a_rejected_extract_is_told_why_and_what_to_do() -> None:
    told = report(*PEOPLE, count=9)
    assert told.receipt.state == "REJECTED"
    assert "manifest says" in told.why[0][2]
    assert "send the whole extract again" in told.next[0]
    assert (told.quarantine, told.warnings, told.fields) == ((), (), ())


def test_a_spotless_extract_is_asked_for_nothing() -> None:
    everything = dict.fromkeys((name for sources in KENT.columns.values() for name in sources), "") | dict.fromkeys(
        KENT.identifiers.values(), ""
    )
    assert report(
        everything | {"Ref": "K1", "Surname": "F", "DOB": "05/03/1971", "Status": "At home", "Sex": "1"}
    ).next == (words()["next"]["nothing"],)


def receipt(force: str, filled: int, rows: int = 10, state: str = "RECEIVED", field: str = "pnc") -> Receipt:
    counts = {"filled": filled, "blank": rows - filled, "unknown": 0, "withheld": 0}
    return Receipt(force, state, rows_in=rows, accepted=rows, completeness={field: counts})


def test_the_national_median_is_of_the_forces_that_answered_and_send_the_field() -> None:
    every = [receipt("essex", 2), receipt("kent", 4), receipt("surrey", 9), receipt("dorset", 10, field="cro")]
    silent = [receipt("gwent", 10, state="REJECTED"), Receipt("durham", "NIL"), Receipt("norfolk", "NOT_RECEIVED")]
    found = national_completeness([*every, *silent], 3)
    assert found.forces == 4
    assert (found.medians["pnc"].filled, found.medians["pnc"].forces) == (40.0, 3)
    assert (found.medians["cro"].filled, found.medians["cro"].forces) == (None, 1)


def test_a_field_filled_far_less_often_than_elsewhere_is_asked_for() -> None:
    national = national_completeness([receipt("essex", 6), receipt("surrey", 8), receipt("dorset", 9)], 3)
    none: pa.Table = schema.QUARANTINE.empty_table()
    low, fine = (
        acceptance(receipt("kent", filled), none, none, KENT.force, national, cycle="2018-03") for filled in (6, 8)
    )
    assert low.fields[0].low
    assert "PNC number" in low.next[-1]
    assert not fine.fields[0].low
    assert fine.next == (words()["next"]["nothing"],)


def test_every_field_of_every_profile_has_a_name_a_person_reads() -> None:
    from reconcile.forces import profile

    known = set(words()["fields"]) | {"local_id"}
    for force in forces():
        assert {*profile(force.slug).columns, *profile(force.slug).identifiers} <= known
