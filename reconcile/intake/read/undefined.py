"""Bytes that are no character in the encoding of their file: a few cost the rows that hold them, many the whole file.

Decides how many are few, by ``limits.toml``, and which rows hold one. Invariant: no cell with such a byte is taken; it
carries a mark that nothing else in the text is until the rows are known, and its row carries a fault from then on.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.errors import ExtractError
from reconcile.intake import headings
from reconcile.intake.read.limits import limit
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER, UNDEFINED, notes_of
from reconcile.intake.read.rows import table as rows_table
from reconcile.intake.receipt import Reason

MARKS: Final = tuple(map(chr, range(0xFDD0, 0xFDF0)))
"""Code points that Unicode keeps from ever being characters."""
SHOWN: Final = "\ufffd"
"""What stands for such a byte in a row that is held back, once the row is known."""
_ESCAPED: Final = re.compile("[\udc80-\udcff]+")
_CHUNK: Final = 1 << 22


@dataclass(frozen=True)
class Marked:
    """A text in UTF-8 in which ``mark`` stands for each run of bytes that are no character in ``encoding``."""

    text: bytes
    mark: str
    encoding: str


def marked(content: bytes, encoding: str) -> Marked | None:
    """The content of a file in UTF-8, its undefined bytes marked; None where they are more than the limit.

    Args:
        encoding: one in which a byte that is no character leaves the ASCII beside it as it is.
    """
    mark = next((each for each in MARKS if each.encode() not in content), "")
    found, pieces = 0, []
    parts = (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
    for part in codecs.iterdecode(parts, encoding, errors="surrogateescape"):
        text, count = _ESCAPED.subn(mark, part)
        found += count
        if not mark or found > limit("undefined_bytes"):
            return None
        pieces.append(text.encode())
    return Marked(b"".join(pieces), mark, encoding)


def told(
    columns: Sequence[Any], faults: Any | None, names: Sequence[str], of: Marked
) -> tuple[list[Any], Any, tuple[Reason, ...]]:
    """The columns without marks, the fault of each row that held one, and a note that says where they stand.

    Args:
        columns: Arrow string columns of one length, in the order of the headings ``names``.
        faults: of each row, where any has one already; such a one stays.

    Raises:
        ExtractError: a heading holds one.
    """
    if any(of.mark in name for name in names):
        raise ExtractError(f"a heading holds a byte that is no character in {of.encoding}: save the extract anew in it")
    here = [pc.fill_null(pc.match_substring(column, of.mark), False) for column in columns]
    held: Any = here[0]
    for each in here[1:]:
        held = pc.or_(held, each)
    before = pa.nulls(len(columns[0]), pa.string()) if faults is None else faults
    after = pc.coalesce(before, pc.if_else(held, pa.scalar(UNDEFINED), pa.scalar(None, pa.string())))
    holding = [bool(pc.any(each).as_py()) for each in here]
    clean = [
        pc.replace_substring(column, of.mark, SHOWN) if holds else column
        for column, holds in zip(columns, holding, strict=True)
    ]
    told_of = [name for name, holds in zip(names, holding, strict=True) if holds]
    return clean, after, (_note(of, told_of, names),)


def told_of(table: Any, of: Marked) -> Any:
    """A table as ``rows.table`` gives it, with what ``told`` makes of its columns.

    Raises:
        ExtractError: the name of a field holds a mark.
    """
    names = [name for name in table.column_names if name not in (ROW_NUMBER, ROW_FAULT)]
    faults = table[ROW_FAULT] if ROW_FAULT in table.column_names else None
    columns, faults, notes = told([table[name] for name in names], faults, names, of)
    return rows_table(names, columns, (*notes_of(table), *notes), faults)


def where(of: Marked) -> str:
    """The lines on which bytes stand that are no character, as the beginning of a sentence."""
    lines = _lines(of)
    on = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))} of the file"
    return f"bytes that are no character in {of.encoding} stand on {on}"


def _note(of: Marked, holding: Sequence[str], names: Sequence[str]) -> Reason:
    plain = [" ".join(name.split()) for name in names]
    quoted, places = headings.said([" ".join(name.split()) for name in holding], plain)
    columns = [*quoted, *(f"column {place}" for place in places)]
    within = f", in {', '.join(columns)}" if columns else ""
    said = where(of)
    return (
        "undefined_bytes",
        len(_lines(of)),
        f"{said[0].upper()}{said[1:]}{within}; a row that holds one is held back. "
        "Should other names look wrong too, the whole file is in another encoding than its profile says.",
    )


def _lines(of: Marked) -> list[int]:
    """The lines, from 1, that hold a mark, counted as an editor counts them."""
    mark, end = of.mark.encode(), b"\n" if b"\n" in of.text else b"\r"
    found: dict[int, None] = {}
    line, last, place = 1, 0, of.text.find(mark)
    while place >= 0:
        line, last = line + of.text.count(end, last, place), place
        found[line] = None
        place = of.text.find(mark, place + 1)
    return list(found)
