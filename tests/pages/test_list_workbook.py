"""The release's workbook: what the page says, in typed sheets."""

import dataclasses
import datetime as dt
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from reconcile.national import list_workbook
from tests.pages.showing import ANSWERS, MARKS
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow


def write(survey: Survey, path: Path, **named: Any) -> Path:
    shown = (survey.statistics, survey.missing_list, survey.receipts, survey.forces)
    list_workbook.write_workbook(path, *shown, **MARKS, **named)
    return path


def listed(survey: Survey) -> list[dict]:
    return survey.missing_list.to_pylist()


@pytest.fixture(scope="module")
def book(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write(survey, tmp_path_factory.mktemp("book") / "list.xlsx", answers=ANSWERS))


def column(book: openpyxl.Workbook, sheet: str, title: str) -> list[object]:
    heading, *rows = book[sheet].iter_rows(values_only=True)
    return [row[heading.index(title)] for row in rows]


def test_one_line_a_person_and_one_a_claim(book, survey: Survey) -> None:
    assert column(book, "Missing list", "National id") == survey.missing_list["national_id"].to_pylist()
    assert len(column(book, "Claims", "Reference")) == survey.statistics["gross_claims"]


def test_the_headline_stands_on_the_first_sheet(book) -> None:
    assert "29 of 45 forces reported 372 open claims" in str(list(book["About"].values))


def test_a_silent_force_has_no_number(book, survey: Survey) -> None:
    said = dict(zip(column(book, "Coverage", "Force"), column(book, "Coverage", "Open claims"), strict=True))
    assert len(said) == 45
    assert {said[name] for name in survey.statistics["forces_silent"]} == {None}
    assert {said[name] for name in survey.statistics["forces_nil"]} == {0}


def test_undecided_links_stand_apart_with_their_evidence(book, survey: Survey) -> None:
    others = [other for row in survey.missing_list.to_pylist() for other in row["possibly_same_as"]]
    evidence = column(book, "Undecided", "Evidence")
    assert len(evidence) == len(others) > 0
    assert all("The same PNC ID" in text for text in evidence)


def test_dates_are_dates_and_counts_are_numbers(book, survey: Survey) -> None:
    rows = survey.missing_list.to_pylist()
    for title, field in (("Missing since (first day)", "missing_since"), ("Born (first day)", "birth_date")):
        expected = [row[field] and row[field]["lo"] for row in rows]
        assert [value and value.date() for value in column(book, "Missing list", title)] == expected
    due = [value for value in column(book, "Missing list", "Notification due") if value]
    assert due
    assert {value.year for value in due} == {2018}
    assert {value.date() for value in column(book, "Missing list", "Notification period ends")} == {dt.date(2024, 5, 2)}
    assert set(column(book, "Missing list", "Links that carry it")) == {0, 1}


def test_each_sheet_can_be_filtered_and_keeps_its_heading_in_sight(book) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2", sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title


def test_every_force_has_its_own_date_and_words(book, survey: Survey) -> None:
    claims = [claim for row in survey.missing_list.to_pylist() for claim in row["claims"]]
    assert column(book, "Claims", "The force’s own words") == [claim["status_text"] for claim in claims]
    assert [value.date() for value in column(book, "Claims", "As of")] == [claim["as_of"] for claim in claims]


def test_the_links_that_carry_a_line_say_who_decided_when(book, survey: Survey) -> None:
    carried = [link for row in survey.missing_list.to_pylist() for link in row["carried_by"]]
    assert len(column(book, "Links", "Record")) == len(carried) > 0
    decided = [who for who in column(book, "Links", "Decided by") if who]
    assert decided == ["reviewer-1"]
    (when,) = (day for day in column(book, "Links", "Decided on") if day)
    assert when.date() == dt.date(2018, 3, 7)


def test_every_fact_on_the_lines_has_its_row(book, survey: Survey) -> None:
    facts = [fact for row in survey.missing_list.to_pylist() for fact in row["facts"]]
    assert column(book, "Facts", "Record") == [fact["record_id"] for fact in facts]
    assert [value and value.date() for value in column(book, "Facts", "Day")] == [fact["day"] for fact in facts]


def test_every_column_of_every_sheet_is_explained(book) -> None:
    told = set(zip(column(book, "Columns", "Sheet"), column(book, "Columns", "Column"), strict=True))
    sheets = [sheet for sheet in book.worksheets[1:] if sheet.title != "Columns"]
    assert told == {(sheet.title, cell.value) for sheet in sheets for cell in sheet[1]}
    assert all(column(book, "Columns", "What it says"))


def test_nothing_is_explained_that_no_sheet_has(book) -> None:
    text = Path(list_workbook.__file__).with_name("list_columns.toml").read_text(encoding="utf-8")
    there = {sheet.title: {cell.value for cell in sheet[1]} for sheet in book.worksheets}
    there["every sheet"] = {title for titles in there.values() for title in titles}
    for sheet, columns in tomllib.loads(text).items():
        assert columns.keys() <= there[sheet], sheet


def test_who_is_or_may_be_a_child_is_named_on_no_sheet(survey: Survey, tmp_path: Path) -> None:
    names = [row["name"] for row in survey.missing_list.to_pylist() if row["under_18"] != "NO"]
    rows = [row | {"name": row["name"].upper()} if row["under_18"] != "NO" else row for row in listed(survey)]
    turned = dataclasses.replace(survey, missing_list=pa.Table.from_pylist(rows, survey.missing_list.schema))
    assert len(names) == 2
    for shown in (False, True):
        path = tmp_path / f"{shown}.xlsx"
        made = openpyxl.load_workbook(write(turned, path, name_under_18=shown))
        cells = {cell for sheet in made.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
        assert all((name.upper() in cells) == shown for name in names)
        assert ("Restricted: under 18" in cells) != shown


def test_what_a_force_wrote_is_never_a_formula(survey: Survey, tmp_path: Path) -> None:
    rows = listed(survey)
    rows[0] |= {"name": "=1+1", "offence": "@SUM(A1)", "other_names": ["-1"]}
    rows[0]["claims"][0]["status_text"] = "+44"
    turned = dataclasses.replace(survey, missing_list=pa.Table.from_pylist(rows, survey.missing_list.schema))
    made = openpyxl.load_workbook(write(turned, tmp_path / "a.xlsx"))
    assert column(made, "Missing list", "Name")[0] == "=1+1"
    assert not [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.slow
@pytest.mark.needs("libreoffice")
def test_libreoffice_reads_every_sheet_as_it_was_written(survey: Survey, tmp_path: Path) -> None:
    path = write(survey, tmp_path / "list.xlsx")
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "mark the test with needs('libreoffice')"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = [program, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out"]
    subprocess.run([*asked, path], check=True, capture_output=True, timeout=120)
    one, other = (openpyxl.load_workbook(each) for each in (path, tmp_path / "out" / "list.xlsx"))
    assert other.sheetnames == one.sheetnames
    for sheet in one.sheetnames[1:]:
        assert list(other[sheet].iter_rows(values_only=True)) == list(one[sheet].iter_rows(values_only=True)), sheet


def test_every_figure_has_its_definition(book, survey: Survey) -> None:
    assert survey.statistics.keys() <= list_workbook.definitions().keys()
    assert all(column(book, "Statistics", "Definition"))


def test_the_same_inputs_in_any_order_give_the_same_bytes(survey: Survey, tmp_path: Path) -> None:
    turned = dataclasses.replace(survey, receipts=survey.receipts[::-1], forces=survey.forces[::-1])
    one, other = write(survey, tmp_path / "a.xlsx"), write(turned, tmp_path / "b.xlsx")
    assert one.read_bytes() == other.read_bytes()


def test_a_first_release_says_so_on_the_sheet_of_changes(book) -> None:
    assert column(book, "Changes", "Change") == ["first release: nothing to compare"]


def test_each_force_stands_with_how_it_answered_most_overdue_first(book, survey: Survey) -> None:
    names = column(book, "Answers", "Force")
    assert names[:4] == [
        "Metropolitan Police Service",
        "Kent Police",
        "Police Service of Northern Ireland",
        "Essex Police",
    ]
    assert sorted(names) == sorted(force.name for force in survey.forces)
    assert column(book, "Answers", "Overdue") == [66, 3, 1, 0, *[0] * 41]
    assert column(book, "Answers", "Median days to answer") == [6.1, 11.0, None, 2.5, *[None] * 41]
    assert {value.date() for value in column(book, "Answers", "Counted on")} == {dt.date(2018, 6, 2)}
    assert "of 1,426 items told to 4 forces, 1,313 are answered, 38 open, 70 overdue" in str(list(book["About"].values))


def test_before_any_report_the_sheet_of_answers_says_so(survey: Survey, tmp_path: Path) -> None:
    made = openpyxl.load_workbook(write(survey, tmp_path / "a.xlsx", answers={"as_of": None, "by_force": {}}))
    (said,) = column(made, "Answers", "Force")
    assert str(said).startswith("No report had gone to any force")
    assert column(made, "Answers", "Told") == [None]
