"""The release's workbook: what the page says, in typed sheets."""

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from reconcile.national import list_workbook
from tests.pages.showing import MARKS
from tests.pages.survey import Survey


def write(survey: Survey, path: Path) -> Path:
    list_workbook.write_workbook(path, survey.statistics, survey.missing_list, survey.receipts, survey.forces, **MARKS)
    return path


@pytest.fixture(scope="module")
def book(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write(survey, tmp_path_factory.mktemp("book") / "list.xlsx"))


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


def test_every_figure_has_its_definition(book, survey: Survey) -> None:
    assert survey.statistics.keys() <= list_workbook.definitions().keys()
    assert all(column(book, "Statistics", "Definition"))


def test_the_same_inputs_in_any_order_give_the_same_bytes(survey: Survey, tmp_path: Path) -> None:
    turned = dataclasses.replace(survey, receipts=survey.receipts[::-1], forces=survey.forces[::-1])
    one, other = write(survey, tmp_path / "a.xlsx"), write(turned, tmp_path / "b.xlsx")
    assert one.read_bytes() == other.read_bytes()


def test_a_first_release_says_so_on_the_sheet_of_changes(book) -> None:
    assert column(book, "Changes", "Change") == ["first release: nothing to compare"]
