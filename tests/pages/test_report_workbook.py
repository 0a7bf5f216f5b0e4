"""The workbook of a match report: what it asks to be filled in, and that what a force wrote stays text."""

import dataclasses
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.reports import answers
from tests.pages.showing import write_reports
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow

FILLED = ["Answer", "Officer role", "Date", "Located on", "Place kind", "Note"]


def book_of(reports: Path, force: str) -> Path:
    (path,) = (reports / force).glob("*.xlsx")
    return path


def rules(book: openpyxl.Workbook) -> dict[str, tuple[str, str]]:
    found = book["Items"].data_validations.dataValidation
    return {str(rule.sqref): (rule.type, rule.formula1) for rule in found}


def test_each_item_can_be_answered_as_its_kind_can_be(reports: Path) -> None:
    book = openpyxl.load_workbook(book_of(reports, "metropolitan"))
    sheet = book["Items"]
    heading = [cell.value for cell in sheet[1]]
    assert heading[-len(FILLED) :] == FILLED
    titles = {entry["title"]: code for code, entry in answers.codes().items()}
    item, answer = heading.index("Item"), heading.index("Answer")
    kinds = {}
    for rule in sheet.data_validations.dataValidation:
        for place in rule.sqref.ranges if rule.type == "list" else ():
            if place.min_col == answer + 1:
                listed = [cell.value for row in book["Lists"][rule.formula1.split("!")[1]] for cell in row]
                for row in range(place.min_row, place.max_row + 1):
                    kinds[sheet.cell(row, item + 1).value] = tuple(titles[title] for title in listed)
    assert len(kinds) == sheet.max_row - 1 > 10
    assert set(kinds.values()) > {answers.of_kind("double_claim"), answers.of_kind("found_elsewhere")}


def test_the_sheet_of_instructions_has_every_answer_and_kind_of_place(reports: Path) -> None:
    book = openpyxl.load_workbook(book_of(reports, "kent"))
    said = {row[2] for row in book["How to answer"].iter_rows(values_only=True)}
    assert {entry["title"] for entry in answers.codes().values()} <= said
    assert set(answers.place_kinds().values()) <= said


def test_an_answer_of_the_rules_reads_as_words_and_not_as_its_code(reports: Path) -> None:
    sheet = openpyxl.load_workbook(book_of(reports, "metropolitan"))["Your open claims"]
    heading, *rows = sheet.iter_rows(values_only=True)
    said = {row[heading.index("Over ten years")] for row in rows}
    assert {"yes", "no"} <= said <= {"yes", "no", "cannot tell"}


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_force_wrote_is_never_a_formula(survey: Survey, tmp_path: Path, text: str) -> None:
    rows = survey.records.to_pylist()
    for row in rows:
        row["names"] = [{"kind": "current", "given": "", "surname": text, "full": text}]
        row["status_text"] = text
    turned = dataclasses.replace(survey, records=pa.Table.from_pylist(rows, schema.RECORDS))
    made = openpyxl.load_workbook(book_of(write_reports(turned, tmp_path), "metropolitan"))
    cells = [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert text in {cell.value for cell in cells}
    assert made["Items"]["A2"].value


@pytest.mark.needs("libreoffice")
def test_libreoffice_reads_every_sheet_and_keeps_the_lists(reports: Path, tmp_path: Path) -> None:
    path = book_of(reports, "metropolitan")
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "mark the test with needs('libreoffice')"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = [program, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out"]
    subprocess.run([*asked, path], check=True, capture_output=True, timeout=120)
    one, other = (openpyxl.load_workbook(each) for each in (path, tmp_path / "out" / path.name))
    assert other.sheetnames == one.sheetnames
    for sheet in one.sheetnames[1:]:
        assert list(other[sheet].iter_rows(values_only=True)) == list(one[sheet].iter_rows(values_only=True)), sheet
    kept = {place: (kind, told.replace("$", "")) for place, (kind, told) in rules(other).items() if kind == "list"}
    assert kept == {
        place: (kind, told.replace("$", "")) for place, (kind, told) in rules(one).items() if kind == "list"
    }
    assert {kind for kind, _told in rules(other).values()} == {"list", "date", "textLength"}
    assert other["Items"].protection.sheet
    unlocked = [cell.protection.locked for cell in other["Items"][2]][-len(FILLED) :]
    assert unlocked == [False] * len(FILLED)
