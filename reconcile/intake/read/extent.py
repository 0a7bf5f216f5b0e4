"""How large a workbook would grow once opened, looked at before it is.

Decides which workbooks are too large to open. Invariant: nothing is opened that would need more memory than a register
of any force does: a reader lays out every cell from the first filled one to the last, and a few bytes can name a last
cell that fills any machine.
"""

import io
import re
from typing import Final
from zipfile import BadZipFile, ZipFile

from reconcile.errors import ExtractError

LARGEST_BYTES: Final = 1 << 29
"""Of all parts unpacked; a register of 50,000 people is a tenth of it."""
LARGEST_CELLS: Final = 10_000_000
"""Rows by columns; 100,000 rows of 100 columns."""

_CHUNK: Final = 1 << 20
_LONGEST: Final = 40
"""Bytes kept from one chunk for the next, so that no reference is cut in two."""
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)["']""")


def check(content: bytes) -> None:
    """Look at a workbook's parts one chunk at a time.

    Raises:
        ExtractError: unpacked it would be too large.
        zipfile.BadZipFile, zlib.error: it is no whole ZIP file, or lies about the size of a part.
    """
    with ZipFile(io.BytesIO(content)) as parts:
        # The reader would try other kinds of workbook, whose cells are placed otherwise than looked for here.
        names = set(parts.namelist())
        if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
            raise BadZipFile
        if sum(part.file_size for part in parts.infolist()) > LARGEST_BYTES:
            raise ExtractError("the workbook is too large once unpacked: send it without pictures and other sheets")
        for part in parts.infolist():
            with parts.open(part) as opened:
                rows, columns, kept = 1, 1, b""
                while chunk := opened.read(_CHUNK):
                    for letters, digits in set(_PLACE.findall(kept + chunk)):
                        rows, columns = max(rows, _number(digits)), max(columns, _column(letters))
                    if rows * columns > LARGEST_CELLS:
                        raise ExtractError("a sheet has a cell far from its rows: delete the empty rows and columns")
                    kept = chunk[-_LONGEST:]


def _number(digits: bytes) -> int:
    return int(digits[:9] or b"1")


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters[:9].upper():
        place = place * 26 + letter - ord("A") + 1
    return max(place, 1)
