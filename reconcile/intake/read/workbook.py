"""Sheets of an XLSX or XLS workbook: the one the profile names, or every visible one with the register's columns.

Decides the text of typed cells: dates as yyyy-mm-dd in either of Excel's date systems, whole numbers without a point.
Invariant: wholly blank rows are no rows; a sheet with the register's columns that is not read is said to be so.
"""

import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zipfile import BadZipFile

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.intake.read import extent, furniture, heading, rows, xls
from reconcile.intake.read.heading import Heading
from reconcile.intake.read.limits import OF_EXTRACT, Share, limit
from reconcile.intake.receipt import Reason

OLD: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an XLS workbook begins, or an XLSX one with a password: the reader says which of both it is."""
EVERY: Final = "*"
"""As the sheet of a profile: every visible sheet with the columns of the first that has the register's."""

Lines = list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """One sheet's filled lines; ``place`` from 1 among the workbook's sheets, which are named by it alone."""

    name: str
    place: int
    hidden: bool
    heading: Heading
    lines: Lines


def read(content: bytes, profile: Profile) -> Any:
    """See ``reconcile.intake.read.read``."""
    every, empty = opened(content)
    taken, notes = _taken(_sheets(every, profile), profile)
    if empty:
        sentence = "Formulas hold no value and were read as blank: open the workbook, let it compute, and save it."
        notes.append(("formulas_computed", empty, sentence))
    names = max((sheet.heading.names for sheet in taken), key=len)
    tables = [_laid_out(sheet, len(names), notes) for sheet in taken]
    columns = [pa.chunked_array(parts) for parts in zip(*tables, strict=True)]
    if not columns or not len(columns[0]):
        raise ExtractError("the sheet is empty: send a NIL manifest if there is nothing to send")
    # A column without a heading and without a value is a margin of the sheet.
    kept = [place for place, name in enumerate(names) if name.strip() or _has_text(columns[place])]
    return rows.table([names[place] for place in kept], [columns[place] for place in kept], notes)


def opened(content: bytes, share: Share = OF_EXTRACT) -> tuple[list[tuple[str, bool, Lines]], int]:
    """The name of every sheet, whether it is hidden, and its filled lines; and how many formulas hold no value.

    Args:
        share: what the workbook may take; any but an XLSX extract is read in a process of its own.

    Raises:
        ExtractError: the workbook is damaged, locked, or takes more than ``limits.toml`` allows.
    """
    try:
        old = content.startswith(OLD)
        empty = 0 if old else extent.check(content, share)
        every = xls.sheets(content, share) if old or share != OF_EXTRACT else _cells(content)
        return [(name, hidden, _lines(cells)) for name, hidden, cells in every], empty
    except PasswordError:
        raise ExtractError("the workbook is locked with a password: send it without one") from None
    except (CalamineError, BadZipFile, NotImplementedError, RuntimeError, zlib.error, OSError, ValueError, EOFError):
        raise ExtractError("the extract is no whole XLSX workbook: send it again, or change its profile") from None
    except BaseException as error:
        # The reader's library is written in another language, whose faults are no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ExtractError("the extract is no whole XLSX workbook: send it again, or change its profile") from None


def _sheets(every: Sequence[tuple[str, bool, Lines]], profile: Profile) -> list[Sheet]:
    """The sheets that have any line."""
    named = profile.format.sheet
    if named not in (EVERY, "") and named not in [name for name, _hidden, _lines in every]:
        raise ExtractError(f"the workbook has no sheet {named!r}: name its sheet so, or change its profile")
    wanted, found = heading.known(profile), []
    for place, (name, hidden, lines) in enumerate(every, start=1):
        if lines:
            found.append(Sheet(name, place, hidden, heading.find(lines[: limit("heading_lines")], wanted), lines))
    if not found or (named not in (EVERY, "") and named not in [sheet.name for sheet in found]):
        raise ExtractError("the sheet is empty: send a NIL manifest if there is nothing to send")
    return found


def _cells(content: bytes) -> Iterator[tuple[str, bool, Iterable[list[Any]]]]:
    """Name, whether it is hidden, and the cells of every sheet, of which one at a time is laid out."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if len(book.sheets_metadata) > limit("workbook_sheets"):
        raise ExtractError(f"the workbook has more than {limit('workbook_sheets')} sheets: send the register's alone")
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height * sheet.width > limit("cells"):
                raise ExtractError("a sheet has a cell far from its rows: delete the empty rows and columns")
            yield about.name, about.visible != SheetVisibleEnum.Visible, sheet.iter_rows()


def _lines(cells: Iterable[list[Any]]) -> Lines:
    """The filled lines of a sheet as texts."""
    text = rows.text
    texts = ([cell if type(cell) is str else text(cell) for cell in row] for row in cells)
    return [row for row in texts if any(row) and any(cell.strip() for cell in row)]


def _taken(sheets: Sequence[Sheet], profile: Profile) -> tuple[list[Sheet], list[Reason]]:
    """The sheets that are read, and notes of those with the same columns that are not."""
    named = profile.format.sheet
    visible = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    if named == EVERY:
        first = max(visible, key=lambda sheet: (sheet.heading.recognised, -sheet.place))
        taken = [sheet for sheet in visible if _columns(sheet) == _columns(first)]
    else:
        taken = [next((sheet for sheet in sheets if sheet.name == named), visible[0])]
    alike = [sheet for sheet in sheets if sheet not in taken and _columns(sheet) == _columns(taken[0])]
    notes: list[Reason] = []
    for sheet in alike:
        what = "is hidden and" if sheet.hidden else "has the register's columns but"
        below = len(sheet.lines) - sheet.heading.after
        notes.append(("sheets_read", below, f"Sheet {sheet.place} of the workbook {what} was not read."))
    if any(sheet.hidden for sheet in taken):
        notes.append(("sheet_visible", 0, "The sheet that was read is hidden."))
    return taken, notes


def _columns(sheet: Sheet) -> tuple[str, ...]:
    names = [heading.plain(name) for name in sheet.heading.names]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _laid_out(sheet: Sheet, width: int, notes: list[Reason]) -> list[Any]:
    """``width`` columns of a sheet's rows; what is passed over is added to ``notes``."""
    if sheet.heading.place:
        sentence = "Lines above the heading are no rows and were passed over."
        notes.append(("lines_above_heading", sheet.heading.place, sentence))
    below = sheet.lines[sheet.heading.after :]
    columns = [pa.array(column, pa.string()) for column in zip(*below, strict=True)] if below else []
    count = len(below)
    columns += [pa.nulls(count, pa.string()) for _ in range(width - len(columns))]
    if below:
        kept, passed = furniture.taken_out(columns, sheet.heading)
        columns = [column.filter(pa.array(kept)) for column in columns]
        notes += passed
    return columns


def _has_text(column: Any) -> bool:
    return any(text and text.strip() for text in column.to_pylist())
