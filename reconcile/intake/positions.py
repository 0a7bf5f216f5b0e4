"""Columns whose cells are lists that belong together, put side by side position by position.

Decides how many entries a row has and which columns can be matched to them. Invariant: where the lengths differ no
position is guessed: what cannot be matched is told apart and never stands beside an entry it may not belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.forces.lists import Listed
from reconcile.intake.distinct import whole

_compute: Any = pc
_ANY: int = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Matched:
    """The entries of one list: ``owners`` int64, the row of each, ascending; ``texts`` by column a string an entry,
    null where its position is blank. ``unmatched`` by column the rows (int64) whose cell is of another length."""

    owners: NDArray[np.int64]
    texts: Mapping[str, Any]
    unmatched: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class _Column:
    """One column's positions: of each row where they ``start``, and how many there are at least and at most; a blank
    cell is as many blanks as are wanted, and blanks at the end may be signs too many."""

    texts: Any
    start: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]


def match(rows: Any, listed: Listed, separator: str) -> Matched | None:
    """The entries of a list in canonical ``rows`` whose absent cells are null; None where no cell is filled."""
    columns = {name: whole(rows[name]) for name in listed.columns if rows[name].null_count < rows.num_rows}
    if not columns:
        return None
    filled = np.flatnonzero(np.logical_or.reduce([np.asarray(_compute.is_valid(each)) for each in columns.values()]))
    taken: Any = pa.array(filled)
    split = {name: _split(column.take(taken), separator) for name, column in columns.items()}
    longest = np.maximum.reduce([each.least for each in split.values()])
    led = split[listed.leads].most if listed.leads in split else _ANY
    count = np.minimum(longest, led)
    owner = np.repeat(np.arange(len(filled)), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    texts, unmatched = {}, {}
    for name, each in split.items():
        fits = (each.least <= count) & (count <= each.most)
        there = fits[owner] & (place < each.most[owner]) & (each.most[owner] < _ANY)
        texts[name] = each.texts.take(pa.array(np.where(there, each.start[owner] + place, 0), mask=~there))
        if not fits.all():
            unmatched[name] = filled[~fits]
    said = np.logical_or.reduce([np.asarray(_compute.is_valid(each)) for each in texts.values()])
    if not said.all():
        owner, texts = owner[said], {name: each.filter(pa.array(said)) for name, each in texts.items()}
    return Matched(filled[owner], texts, unmatched)


def _split(cells: Any, separator: str) -> _Column:
    apart = _compute.split_pattern(cells, separator)
    lengths = np.asarray(_compute.fill_null(_compute.list_value_length(apart), 0)).astype(np.int64)
    start = np.cumsum(lengths) - lengths
    texts = _compute.utf8_trim_whitespace(_compute.list_flatten(apart))
    written = _compute.not_equal(texts, "")
    least = np.zeros(len(lengths), np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    spoken = np.flatnonzero(np.asarray(written))
    # Ascending, so that the last position that says something is what stays.
    least[row[spoken]] = spoken - start[row[spoken]] + 1
    most = np.where(np.asarray(_compute.is_valid(cells)), lengths, _ANY)
    return _Column(_compute.if_else(written, texts, pa.scalar(None, pa.string())), start, least, most)
