"""How large a workbook would grow once opened, looked at before it is.

Decides which workbooks are too large to open. Invariant: nothing is opened that would need more memory than a register
of any force does: a reader lays out every cell from the first filled one to the last, and a few bytes can name a last
cell that fills any machine. The size a sheet declares is never trusted.
"""

import io
import re
from typing import Final
from zipfile import BadZipFile, ZipFile

from reconcile.errors import ExtractError
from reconcile.intake.read.limits import OF_EXTRACT, Share, limit

_CHUNK: Final = 1 << 20
_PART: Final = b"PK\x01\x02"
"""Begins the entry of each part in a ZIP file's directory."""
_LONGEST: Final = 40
"""Bytes kept from one chunk for the next, so that no reference is cut in two."""
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)["']""")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_NOT_COMPUTED: Final = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)")


def check(content: bytes, share: Share = OF_EXTRACT) -> int:
    """Look at a workbook's parts one chunk at a time.

    Returns:
        How many formulas hold no value, as the workbook was written by a program that does not compute them.

    Raises:
        ExtractError: unpacked it would be too large.
        zipfile.BadZipFile, zlib.error: it is no whole ZIP file, or lies about the size of a part.
    """
    empty = cells = 0
    if content.count(_PART) > limit("workbook_parts"):
        # Looked for before the directory is read, which takes ten times its bytes.
        raise ExtractError("the workbook is of too many parts: save its sheet alone as a new workbook")
    with ZipFile(io.BytesIO(content)) as parts:
        # The reader would try other kinds of workbook, whose cells are placed otherwise than looked for here.
        names = set(parts.namelist())
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
            raise BadZipFile
        size = sum(part.file_size for part in parts.infolist())
        if size > limit(share.unpacked) or size > max(len(content), _CHUNK) * limit("packed_ratio"):
            raise ExtractError("the workbook is too large once unpacked: send it without pictures and other sheets")
        for part in parts.infolist():
            with parts.open(part) as opened:
                rows, columns, kept = 1, 1, b""
                while chunk := opened.read(_CHUNK):
                    text = kept + chunk
                    for letters, digits in set(_PLACE.findall(text)):
                        rows, columns = max(rows, _number(digits)), max(columns, _column(letters))
                    if rows * columns > limit(share.cells):
                        raise ExtractError("a sheet has a cell far from its rows: delete the empty rows and columns")
                    # Cells that name no place follow one another, however many there are.
                    cells += len(_CELL.findall(chunk))
                    empty += len(_NOT_COMPUTED.findall(text))
                    kept = text[-_LONGEST:]
                if cells > limit(share.cells):
                    raise ExtractError("the workbook has too many cells: send the register's sheet alone")
    return empty


def _number(digits: bytes) -> int:
    return int(digits[:9] or b"1")


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters[:9].upper():
        place = place * 26 + letter - ord("A") + 1
    return max(place, 1)
