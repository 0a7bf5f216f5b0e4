"""Workbooks: typed, marked, the same bytes each time, and never a formula from somebody's data."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from reconcile.render.workbook import CUT, LONGEST, Column, Properties, Sheet, write

ABOUT = Properties("A title", "OFFICIAL-SENSITIVE", True, dt.date(2018, 3, 6), (("Cycle", "2018-03"),))
COLUMNS = (Column("Text"), Column("Day", "date"), Column("Count", "number"), Column("Long", "long"))


def written(path: Path, rows: list[list[object]], about: Properties = ABOUT) -> openpyxl.Workbook:
    write(path, [Sheet("People", COLUMNS, rows)], about)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "{=1}", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    cell = written(tmp_path / "a.xlsx", [[text, None, None, text]])["People"]["A2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_an_address_of_a_page_is_no_link_and_a_number_in_text_no_number(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [["https://example.org", None, None, "007"]])["People"]
    assert sheet["A2"].hyperlink is None
    assert sheet["D2"].value == "007"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert not any("externalLink" in name or name.endswith("sheet2.xml.rels") for name in book.namelist())


def test_columns_are_typed_and_blanks_are_empty(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [["x", dt.date(2018, 3, 6), 1234, None], ["", None, 0, "y"]])["People"]
    assert sheet["B2"].value.date() == dt.date(2018, 3, 6)
    assert sheet["B2"].number_format == "dd/mm/yyyy"
    assert (sheet["C2"].value, sheet["C3"].value) == (1234, 0)
    assert (sheet["A3"].value, sheet["D2"].value) == (None, None)


def test_a_date_excel_cannot_count_is_written_as_text(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xlsx", [["x", dt.date(1899, 5, 1), 1, ""]])["People"]["B2"].value == "1899-05-01"


def test_text_longer_than_a_cell_says_that_it_was_cut(tmp_path: Path) -> None:
    value = written(tmp_path / "a.xlsx", [["x", None, None, "y" * (LONGEST + 1)]])["People"]["D2"].value
    assert len(value) == LONGEST
    assert value.endswith(CUT)


def test_the_heading_is_frozen_and_can_be_filtered(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [["x", None, 1, ""], ["y", None, 2, ""]])["People"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:D3"


def test_the_marking_stands_on_every_sheet_and_first(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", [])
    assert book.sheetnames[0] == "About"
    assert book["About"]["A1"].value == "OFFICIAL-SENSITIVE"
    assert book["About"]["A2"].value == "SYNTHETIC"
    for sheet in book:
        assert "OFFICIAL-SENSITIVE - SYNTHETIC" in sheet.oddHeader.center.text
        assert "OFFICIAL-SENSITIVE - SYNTHETIC" in sheet.oddFooter.center.text


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = [["x", dt.date(2018, 3, 6), 1, "y"]]
    written(tmp_path / "a.xlsx", rows)
    written(tmp_path / "b.xlsx", rows)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_row_that_does_not_fit_its_columns_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        write(tmp_path / "a.xlsx", [Sheet("People", COLUMNS[:2], [["x", None, "extra"]])], ABOUT)
    assert not (tmp_path / "a.xlsx").exists()


ONE, OTHER = ("Yes, and more", "No"), ("No", "Perhaps")


def fillable(path: Path, count: int = 3) -> openpyxl.Workbook:
    columns = (
        Column("Id"),
        Column("Answer", fill=True, choices=[ONE, ONE, OTHER][:count], prompt="Choose one."),
        Column("Day", "date", fill=True),
        Column("Note", "long", fill=True, longest=9),
    )
    write(
        path,
        [Sheet("People", COLUMNS, []), Sheet("Fill", columns, [[n, None, None, None] for n in range(count)])],
        ABOUT,
    )
    return openpyxl.load_workbook(path)


def test_a_cell_to_be_filled_in_takes_what_it_is_for(tmp_path: Path) -> None:
    book = fillable(tmp_path / "a.xlsx")
    rules = {str(rule.sqref): rule for rule in book["Fill"].data_validations.dataValidation}
    assert set(rules) == {"B2:B3", "B4", "C2:C4", "D2:D4"}
    lists = {
        place: [cell.value for row in book["Lists"][rules[place].formula1.split("!")[1]] for cell in row]
        for place in ("B2:B3", "B4")
    }
    assert lists == {"B2:B3": list(ONE), "B4": list(OTHER)}
    assert book["Lists"].sheet_state == "hidden"
    assert (rules["C2:C4"].type, rules["C2:C4"].operator, rules["C2:C4"].formula2) == ("date", None, "TODAY()")
    assert (rules["D2:D4"].type, rules["D2:D4"].formula1) == ("textLength", "9")
    assert rules["B4"].prompt == "Choose one."


def test_nothing_but_those_cells_is_changed_by_mistake_and_they_stand_out(tmp_path: Path) -> None:
    sheet = fillable(tmp_path / "a.xlsx")["Fill"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [True, False, False, False]
    assert sheet["A2"].fill.fgColor.rgb != sheet["B2"].fill.fgColor.rgb == sheet["D2"].fill.fgColor.rgb
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:D4")


def test_a_sheet_that_nobody_fills_in_is_not_protected_and_has_no_lists(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", [["x", None, 1, ""]])
    assert not book["People"].protection.sheet
    assert "Lists" not in book.sheetnames


def test_a_sheet_to_be_filled_in_may_be_empty(tmp_path: Path) -> None:
    assert fillable(tmp_path / "a.xlsx", 0)["Fill"].max_row == 1
