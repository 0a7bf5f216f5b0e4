"""Workbooks a force opens in Excel: typed columns, filters, a frozen heading, the marking on every sheet.

Decides how a table becomes a sheet, and which of its cells can be filled in. Invariant: text is written as text,
whatever it begins with, so that no cell is ever a formula or a link; the bytes depend on the arguments alone; what is
cut says so; a sheet that is to be filled in lets nothing else be changed by mistake.
"""

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reconcile.workspace import write_bytes

Kind = Literal["text", "long", "date", "number", "decimal"]

ABOUT_WIDTH: Final = 90
SHEET_WIDTH: Final = 190
"""Characters of width that still can be read when printed on one A4 sheet."""
LONGEST: Final = 32_767
"""Characters a cell can hold."""
CUT: Final = " … (cut here: the page has the whole)"
FIRST_DATE: Final = dt.date(1900, 3, 1)
"""Before it, Excel's day numbers are off by one; such a date is written as text."""


LISTS: Final = "Lists"
"""The sheet, hidden, with the lists that cells to be filled in choose from."""
EARLIEST: Final = dt.date(2000, 1, 1)
"""Before it no day is taken in a cell to be filled in."""


@dataclass(frozen=True)
class Column:
    """A column's heading, its kind (``long`` is wrapped text), and its width in characters (0: by its content).

    ``fill``: its cells are to be filled in; what stands there is a start. ``choices``: with what, one list for every
    row or, by place, one for each; a date is one up to today; a text has at most ``longest`` characters, 0 for any.
    ``prompt``: what a person is told who chooses such a cell, of at most 255 characters.
    """

    title: str
    kind: Kind = "text"
    width: int = 0
    fill: bool = False
    choices: tuple[str, ...] | Sequence[tuple[str, ...]] = ()
    longest: int = 0
    prompt: str = ""

    def list_of(self, row: int) -> tuple[str, ...]:
        """The list of the row at this place, from 0; () where anything can be written."""
        if not self.choices or isinstance(self.choices[0], str):
            return tuple(map(str, self.choices))
        return tuple(map(str, self.choices[row]))


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``name`` of at most 31 characters, columns, and rows of as many values; None is an empty cell."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Properties:
    """What the workbook says of itself: on its first sheet ``About``, and in its document properties.

    ``created`` stands for the time of creation, so that the same content gives the same bytes.
    """

    title: str
    marking: str
    synthetic: bool
    created: dt.date
    about: tuple[tuple[str, str], ...]


def write(path: Path, sheets: Sequence[Sheet], properties: Properties) -> None:
    """Write a workbook in one step: the sheet ``About``, then ``sheets`` in order.

    Raises:
        ValueError: a row is not as long as its sheet has columns.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties(
        {
            "title": properties.title,
            "subject": _mark(properties),
            "keywords": properties.marking,
            "created": dt.datetime.combine(properties.created, dt.time()),
        }
    )
    formats = _formats(book)
    _about(book, properties, formats)
    lists = _lists(sheets)
    for sheet in sheets:
        page = _sheet(book, sheet, properties, formats)
        if any(column.fill for column in sheet.columns):
            _filled_in(page, sheet, lists)
    if lists:
        _write_lists(book, lists, properties, formats)
    book.close()
    write_bytes(path, content.getvalue())


def _formats(book: Any) -> Mapping[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    return {
        "text": book.add_format(base),
        "long": book.add_format(base | {"text_wrap": True}),
        "date": book.add_format(base | {"num_format": "dd/mm/yyyy", "align": "left"}),
        "number": book.add_format(base | {"num_format": "#,##0"}),
        "decimal": book.add_format(base | {"num_format": "0.0"}),
        "head": book.add_format(
            base | {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bg_color": "#E3EDF8"}
        ),
        "title": book.add_format(base | {"bold": True, "font_size": 16, "text_wrap": True}),
        "mark": book.add_format(base | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0F1418"}),
        "synthetic": book.add_format(base | {"bold": True, "bg_color": "#FFDD00", "text_wrap": True}),
        "label": book.add_format(base | {"bold": True}),
        **{f"fill {kind}": book.add_format(base | _FILL | more) for kind, more in _FILLED.items()},
        "fill head": book.add_format(
            base | {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bg_color": "#FFDD00"}
        ),
    }


_FILL: Final[dict[str, Any]] = {"locked": False, "bg_color": "#FFF7CC", "border": 1, "border_color": "#B1A14E"}
_FILLED: Final[dict[str, dict[str, Any]]] = {
    "text": {"num_format": "@"},
    "long": {"num_format": "@", "text_wrap": True},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
}


def _about(book: Any, properties: Properties, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet("About")
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, ABOUT_WIDTH)
    lines = [("mark", properties.marking, "")]
    if properties.synthetic:
        lines.append(("synthetic", "SYNTHETIC", "Every person, address and number in this workbook is invented."))
    lines.append(("title", "", properties.title))
    for place, (look, label, text) in enumerate(lines):
        page.write_string(place, 0, label, formats[look])
        page.write_string(place, 1, text, formats[look])
    for place, (label, text) in enumerate(properties.about, start=len(lines) + 1):
        page.write_string(place, 0, label, formats["label"])
        page.write_string(place, 1, text, formats["long"])
        page.set_row(place, 14 * max(1, math.ceil(len(text) / ABOUT_WIDTH)))
    _printed(page, properties, ABOUT_WIDTH)


def _sheet(book: Any, sheet: Sheet, properties: Properties, formats: Mapping[str, Any]) -> Any:
    page = book.add_worksheet(sheet.name)
    widths = [
        column.width or _width(column, [row[at] for row in sheet.rows]) for at, column in enumerate(sheet.columns)
    ]
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, widths[place], formats[column.kind])
        page.write_string(0, place, column.title, formats["fill head" if column.fill else "head"])
    for number, row in enumerate(sheet.rows, start=1):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            if column.fill:
                page.write_blank(number, place, None, formats[f"fill {column.kind}"])
            _cell(page, (number, place), f"fill {column.kind}" if column.fill else column.kind, value, formats)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.repeat_rows(0)
    page.repeat_columns(0)
    _printed(page, properties, sum(widths))
    return page


def _lists(sheets: Sequence[Sheet]) -> dict[tuple[str, ...], int]:
    """Each list that cells choose from, once, with its place on the sheet of lists."""
    found: dict[tuple[str, ...], int] = {}
    for sheet in sheets:
        for column in sheet.columns:
            for row in range(len(sheet.rows)):
                if choices := column.list_of(row):
                    found.setdefault(choices, len(found))
    return found


def _filled_in(page: Any, sheet: Sheet, lists: Mapping[tuple[str, ...], int]) -> None:
    """What can be written in the cells that are to be filled in, and that nothing else can be changed by mistake."""
    for place, column in enumerate(sheet.columns):
        if column.fill:
            for first, last in _runs(column, len(sheet.rows)):
                if rule := _rule(column, column.list_of(first), lists):
                    page.data_validation(first + 1, place, last + 1, place, rule)
    # Without a password: it is to keep from mistakes, and who wants to change the rest can.
    page.protect(
        "",
        {
            "autofilter": True,
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
            "select_locked_cells": True,
            "select_unlocked_cells": True,
        },
    )


def _runs(column: Column, count: int) -> list[tuple[int, int]]:
    """The first and last row of each run of rows that choose from one list."""
    runs: list[tuple[int, int]] = []
    for row in range(count):
        if runs and column.list_of(row) == column.list_of(runs[-1][0]):
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _rule(column: Column, choices: tuple[str, ...], lists: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    said: dict[str, Any] = {"error_title": column.title[:32]}
    if column.prompt:
        said |= {"input_title": column.title[:32], "input_message": column.prompt[:255]}
    if choices:
        # By their cells, not by their words: a list of words is cut at commas, and at 255 characters.
        letter = xl_col_to_name(lists[choices], col_abs=True)
        source = f"={LISTS}!{letter}$1:{letter}${len(choices)}"
        return {"validate": "list", "source": source, "error_message": "Choose one from the list.", **said}
    if column.kind == "date":
        between = {"criteria": "between", "minimum": EARLIEST, "maximum": "=TODAY()"}
        return {"validate": "date", **between, "error_message": "Give a day up to today, as dd/mm/yyyy.", **said}
    if column.longest:
        most = {"criteria": "<=", "value": column.longest}
        return {"validate": "length", **most, "error_message": f"At most {column.longest:,} characters.", **said}
    return {"validate": "any", **said} if column.prompt else {}


def _write_lists(
    book: Any, lists: Mapping[tuple[str, ...], int], properties: Properties, formats: Mapping[str, Any]
) -> None:
    page = book.add_worksheet(LISTS)
    for choices, place in lists.items():
        for row, choice in enumerate(choices):
            page.write_string(row, place, choice, formats["text"])
    page.hide()
    _printed(page, properties, ABOUT_WIDTH)


def _printed(page: Any, properties: Properties, width: int) -> None:
    mark = _mark(properties).replace("&", "&&")
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(math.ceil(width / SHEET_WIDTH), 0)
    page.set_header(f'&C&"Arial,Bold"{mark}')
    page.set_footer(f'&L&A&C&"Arial,Bold"{mark}&RPage &P of &N')


def _mark(properties: Properties) -> str:
    return f"{properties.marking} - SYNTHETIC" if properties.synthetic else properties.marking


def _cell(page: Any, place: tuple[int, int], kind: str, value: Any, formats: Mapping[str, Any]) -> None:
    fill = "fill " if kind.startswith("fill ") else ""
    if value is None or value == "":
        return
    if isinstance(value, dt.date) and value >= FIRST_DATE:
        page.write_datetime(*place, dt.datetime.combine(value, dt.time()), formats[f"{fill}date"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(*place, value, formats[kind])
    else:
        text = str(value)
        text = text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
        long = kind.endswith("long") or "\n" in text
        page.write_string(*place, text, formats[f"{fill}long" if long else f"{fill}text"])


def _width(column: Column, values: Sequence[Any]) -> int:
    """Wide enough for the heading's longest word and for what most cells hold, within reason."""
    if column.kind == "long":
        return 60
    heading = max((len(word) for word in column.title.split()), default=0) + 4
    content = max(
        (10 if isinstance(value, dt.date) else len(str(value)) for value in values if value is not None), default=0
    )
    return max(8, heading, min(content + 2, 44))
