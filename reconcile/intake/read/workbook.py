"""A sheet of an XLSX workbook, its first filled row the headings.

Decides the text of typed cells: dates as yyyy-mm-dd, whole numbers without a point. Invariant: wholly blank rows
are no rows.
"""

import io
import zlib
from typing import Any, Final
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import extent, rows

LOCKED: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a workbook with a password begins: it is no ZIP file, and the reader says which of both it is."""


def read(content: bytes, layout: Format) -> Any:
    """See ``reconcile.intake.read.read``."""
    try:
        if not content.startswith(LOCKED):
            extent.check(content)
        cells = _cells(content, layout.sheet)
    except PasswordError:
        raise ExtractError("the workbook is locked with a password: send it without one") from None
    except (CalamineError, BadZipFile, NotImplementedError, RuntimeError, zlib.error, OSError, ValueError):
        raise ExtractError("the extract is no whole XLSX workbook: send it again, or change its profile") from None
    filled = [row for row in cells if any(cell.strip() for cell in row)]
    if not filled:
        raise ExtractError("the sheet is empty: send a NIL manifest if there is nothing to send")
    header, *data = filled
    # A column without a heading and without a value is a margin of the sheet.
    kept = [place for place, name in enumerate(header) if name.strip() or any(row[place].strip() for row in data)]
    return rows.table([header[place] for place in kept], [[row[place] for row in data] for place in kept])


def _cells(content: bytes, name: str) -> list[list[str]]:
    """The texts of a sheet, of the first where no name is given."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if name and name not in book.sheet_names:
        raise ExtractError(f"the workbook has no sheet {name!r}: name its sheet so, or change its profile")
    sheet = book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)
    return [[rows.text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
