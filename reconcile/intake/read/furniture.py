"""Lines of a sheet that are no rows: blank ones, headings repeated by page breaks, totals, the end of a report.

Decides which lines are none, by one table with its reasons: ``furniture.toml``. Invariant: a line is taken out only
whole and is counted in a note; one with more than three cells that is no heading again is a row.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.intake.read.heading import Heading
from reconcile.intake.read.limits import limit
from reconcile.intake.read.rows import FIELDS_EXTRA
from reconcile.intake.receipt import Reason
from reconcile.values import text_bytes

CELLS: Final = 3
"""Filled cells a line of furniture has at most."""

_FIGURE: Final = re.compile(r"[\d,.%£ ]+")
_RULE: Final = re.compile(r"[-=_*]{2,}")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    source = resources.files(__package__).joinpath("furniture.toml").read_text(encoding="utf-8")
    return tuple(re.compile(line["pattern"], re.IGNORECASE) for line in tomllib.loads(source)["line"])


def is_furniture(cells: Sequence[str]) -> bool:
    """Whether a line's cells are no row: all of them rules, or a few of which the first says what the line is."""
    filled = [" ".join(cell.split()) for cell in cells if cell and cell.strip()]
    if not filled:
        return False
    if all(_RULE.fullmatch(cell) for cell in filled):
        return True
    first, *rest = filled
    if len(rest) >= CELLS or not all(_FIGURE.fullmatch(cell) for cell in rest):
        return False
    return any(pattern.fullmatch(first) for pattern in _patterns())


def taken_out(
    columns: Sequence[Any], heading: Heading, faults: Any | None = None
) -> tuple[NDArray[np.bool_], tuple[Reason, ...]]:
    """Which lines below a heading are rows, as a mask, and notes that count the others.

    Args:
        columns: Arrow string columns of one length, as sent; null is blank.
        heading: of the sheet.
        faults: of each line, where any has one; a line with fields that ``columns`` do not hold is a row.
    """
    count = len(columns[0])
    filled = np.zeros(count, np.int16)
    if faults is not None:
        filled[_mask(pc.equal(faults, pa.scalar(FIELDS_EXTRA)))] = limit("columns")
    for column in columns:
        filled += _filled(column)
    rows = np.ones(count, bool)
    again = _repeats(columns, heading, filled)
    rows[again] = False
    blank = furniture = 0
    suspects = np.flatnonzero((filled <= CELLS) | _ruled(columns[0]) & (filled <= len(columns)))
    taken = [_cells(column, suspects) for column in columns]
    for place, cells in zip(suspects, zip(*taken, strict=True), strict=True):
        if not any(cell and cell.strip() for cell in cells):
            blank, rows[place] = blank + 1, False
        elif rows[place] and is_furniture([cell or "" for cell in cells]):
            furniture, rows[place] = furniture + 1, False
    return rows, tuple(_notes(blank, len(again), furniture))


def _filled(column: Any) -> NDArray[np.bool_]:
    """Which cells of a column hold anything, a space as well."""
    found = [np.zeros(0, bool)]
    for chunk in _chunks(column):
        starts, _octets = text_bytes.spread(chunk)
        # A null need not be empty in its bytes.
        held = starts[1:] > starts[:-1]
        found.append(held & np.asarray(pc.is_valid(chunk)) if chunk.null_count else held)
    return np.concatenate(found)


def _cells(column: Any, places: NDArray[np.int64]) -> list[str | None]:
    """The cells at ascending ``places``."""
    cells: list[str | None] = []
    start = 0
    # Arrow would put all of a column together first.
    for chunk in _chunks(column) if len(places) else ():
        first, last = np.searchsorted(places, (start, start + len(chunk)))
        if first < last:
            cells += chunk.take(pa.array(places[first:last] - start)).to_pylist()
        start += len(chunk)
    return cells


def _chunks(column: Any) -> Sequence[Any]:
    chunks: Sequence[Any] = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return chunks


def _ruled(column: Any) -> NDArray[np.bool_]:
    """Rows whose first cell begins as a line of dashes does, which databases print below a heading."""
    return _mask(pc.starts_with(column, "--"))


def _mask(found: Any) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(found, False))


def _repeats(columns: Sequence[Any], heading: Heading, filled: NDArray[np.int16]) -> NDArray[np.int64]:
    """The places of lines that are a line of the heading again, cell for cell."""
    found = [np.zeros(0, np.int64)]
    for line in heading.lines:
        same = filled == sum(bool(cell) for cell in line)
        for column, cell in zip(columns, line, strict=False):
            if cell and same.any():
                same &= _mask(pc.equal(column, pa.scalar(cell)))
        found.append(np.flatnonzero(same))
    return np.unique(np.concatenate(found))


def _notes(blank: int, again: int, furniture: int) -> list[Reason]:
    said = {
        "blank_lines": (blank, "are blank"),
        "heading_repeated": (again, "repeat the heading"),
        "lines_of_a_report": (furniture, "are titles, totals or page feet"),
    }
    return [
        (rule, count, f"Lines of the extract {what}; they are no rows and were passed over.")
        for rule, (count, what) in said.items()
        if count
    ]
