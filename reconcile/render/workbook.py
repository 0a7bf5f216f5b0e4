"""Workbooks a force opens in Excel: typed columns, filters, a frozen heading, the marking on every sheet.

Decides how a table becomes a sheet. Invariant: text is written as text, whatever it begins with, so that no cell
is ever a formula or a link; the bytes depend on the arguments alone; what is cut says so.
"""

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import xlsxwriter

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


@dataclass(frozen=True)
class Column:
    """A column's heading, its kind (``long`` is wrapped text), and its width in characters (0: by its content)."""

    title: str
    kind: Kind = "text"
    width: int = 0


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
    for sheet in sheets:
        _sheet(book, sheet, properties, formats)
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


def _sheet(book: Any, sheet: Sheet, properties: Properties, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(sheet.name)
    widths = [
        column.width or _width(column, [row[at] for row in sheet.rows]) for at, column in enumerate(sheet.columns)
    ]
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, widths[place], formats[column.kind])
        page.write_string(0, place, column.title, formats["head"])
    for number, row in enumerate(sheet.rows, start=1):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(page, (number, place), column.kind, value, formats)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.repeat_rows(0)
    page.repeat_columns(0)
    _printed(page, properties, sum(widths))


def _printed(page: Any, properties: Properties, width: int) -> None:
    mark = _mark(properties).replace("&", "&&")
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(math.ceil(width / SHEET_WIDTH), 0)
    page.set_header(f'&C&"Arial,Bold"{mark}')
    page.set_footer(f'&L&A&C&"Arial,Bold"{mark}&RPage &P of &N')


def _mark(properties: Properties) -> str:
    return f"{properties.marking} - SYNTHETIC" if properties.synthetic else properties.marking


def _cell(page: Any, place: tuple[int, int], kind: Kind, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date) and value >= FIRST_DATE:
        page.write_datetime(*place, dt.datetime.combine(value, dt.time()), formats["date"])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(*place, value, formats[kind])
    else:
        text = str(value)
        text = text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
        page.write_string(*place, text, formats["long" if kind == "long" or "\n" in text else "text"])


def _width(column: Column, values: Sequence[Any]) -> int:
    """Wide enough for the heading's longest word and for what most cells hold, within reason."""
    if column.kind == "long":
        return 60
    heading = max((len(word) for word in column.title.split()), default=0) + 4
    content = max(
        (10 if isinstance(value, dt.date) else len(str(value)) for value in values if value is not None), default=0
    )
    return max(8, heading, min(content + 2, 44))
