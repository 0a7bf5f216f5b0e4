"""Dates as a relation of two intervals: the same, turned round, a digit off, compatible, or in conflict.

Decides the level of a pair of dates. Invariant: symmetric; a date that is text only is compared as it is written,
digit by digit, and a partial date never clashes with a day inside it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage.values import numbered, per_distinct
from reconcile.values import placeholders

LEVELS: Final = (
    "missing",
    "exact",
    "turned",
    "digit",
    "transposed",
    "year_off",
    "partial",
    "two_parts",
    "near",
    "far",
)
"""``turned``: day and month swapped. ``digit``: one digit differs. ``transposed``: two neighbouring digits swapped
or two digits differ. ``year_off``: same day and month, the year off by at most ten. ``partial``: the intervals
overlap and are no full dates. ``two_parts``: two of day, month and year agree. ``near``: within five years."""
COMPATIBLE: Final = ("missing", "exact", "turned", "digit", "transposed", "year_off", "partial")
"""Levels that are no clash."""


@dataclass(frozen=True)
class Dates:
    """``codes`` int32 [n]; per distinct date: days since 1970 ``lo`` and ``hi``, ``digits`` uint8 [v, 8] (255 where
    not known), ``parts`` int32 [v, 3] of year, month, day, ``full`` bool, ``texts`` as written."""

    codes: NDArray[np.int32]
    lo: NDArray[np.int64]
    hi: NDArray[np.int64]
    digits: NDArray[np.uint8]
    parts: NDArray[np.int32]
    full: NDArray[np.bool_]
    texts: tuple[str, ...]

    def counts(self) -> NDArray[np.int64]:
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.lo))


_NONE: Final = np.iinfo(np.int32).min
_EARLIEST: Final = -800_000
"""Days before 1970 that no date precedes."""
_SPAN: Final = 1 << 23
_NO_DATE: Final = np.iinfo(np.int64).min


def encode_dates(column: Any) -> Dates:
    """Encode an Arrow array of PARTIAL_DATE, or of nulls."""
    n = len(column)
    if pa.types.is_null(column.type):
        empty = np.zeros(0, np.int64)
        return Dates(
            np.full(n, -1, np.int32),
            empty,
            empty,
            np.zeros((0, 8), np.uint8),
            np.zeros((0, 3), np.int32),
            np.zeros(0, bool),
            (),
        )
    lo = _days(pc.struct_field(column, "lo"))
    hi = _days(pc.struct_field(column, "hi"))
    # a date is one number; text that is no date is numbered below all dates
    key = (lo - _EARLIEST) * _SPAN + (hi - lo)
    odd = np.flatnonzero(lo == _NONE)
    texts: Any = pc.utf8_trim_whitespace(pc.struct_field(column, "text").take(pa.array(odd)))
    written, which = numbered(texts)
    words = written.to_numpy(zero_copy_only=False)
    blank = np.r_[words == "", True].astype(bool)
    key[odd] = np.where(blank[which], _NO_DATE, which.astype(np.int64) - len(words))
    distinct, place = np.unique(key, return_inverse=True)
    missing = int(len(distinct) > 0 and distinct[0] == _NO_DATE)
    codes, distinct = (place.reshape(-1) - missing).astype(np.int32), distinct[missing:]
    dated = distinct >= 0
    rows = np.full((len(distinct), 3), -1, np.int64)
    rows[dated, 0] = distinct[dated] // _SPAN + _EARLIEST
    rows[dated, 1] = rows[dated, 0] + distinct[dated] % _SPAN
    rows[~dated, :2] = _NONE
    rows[~dated, 2] = distinct[~dated] + len(words)
    dates = _tabulate(codes, rows, words)
    empty_codes = [
        code
        for code, (full, lo) in enumerate(zip(dates.full, dates.lo, strict=True))
        if full
        and (found := placeholders.find("birth_date", str(np.datetime64(int(lo), "D"))))
        and found.weight == "none"
    ]
    codes[np.isin(codes, empty_codes)] = -1
    return dates


def _days(column: Any) -> NDArray[np.int64]:
    days: NDArray[np.int64] = (
        pc.fill_null(column.cast(pa.int32()), _NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    return days


def _tabulate(codes: NDArray[np.int32], distinct: NDArray[np.int64], words: NDArray[np.object_]) -> Dates:
    lo, hi, text = distinct[:, 0], distinct[:, 1], distinct[:, 2]
    full = (lo == hi) & (lo != _NONE)
    days = np.where(full, lo, 0).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    parts = np.where(full[:, None], np.stack([year, month, day], axis=1), -1).astype(np.int32)
    digits = np.full((len(lo), 8), 255, np.uint8)
    packed = year * 10000 + month * 100 + day
    for place in range(8):
        digits[:, 7 - place] = np.where(full, packed // 10**place % 10, 255)
    texts = []
    for row in range(len(lo)):
        if text[row] >= 0:
            written = str(words[text[row]])
            found = [int(letter) for letter in written if letter.isascii() and letter.isdigit()]
            if len(found) == 8:
                digits[row] = found
            texts.append(written)
        else:
            texts.append("")
    return Dates(codes, lo, hi, digits, parts, full, tuple(texts))


def compare_dates(dates: Dates, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The level of each pair of codes, as an index into ``LEVELS``."""
    result = np.zeros(len(left), np.uint8)
    result[(left == right) & (left >= 0)] = LEVELS.index("exact")
    rest = np.flatnonzero((left != right) & (left >= 0) & (right >= 0))
    if len(rest):
        result[rest] = per_distinct(left[rest], right[rest], len(dates.lo), lambda a, b: _relation(dates, a, b))
    return result


def _relation(dates: Dates, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.uint8]:
    result = np.full(len(a), LEVELS.index("far"), np.uint8)
    known = (dates.lo[a] != _NONE) & (dates.lo[b] != _NONE)
    gap = np.maximum(dates.lo[a], dates.lo[b]) - np.minimum(dates.hi[a], dates.hi[b])
    both = dates.full[a] & dates.full[b]
    written = (dates.digits[a, 0] != 255) & (dates.digits[b, 0] != 255)
    differing = dates.digits[a] != dates.digits[b]
    off = differing.sum(axis=1)
    same = dates.parts[a] == dates.parts[b]
    years = np.abs(dates.parts[a, 0] - dates.parts[b, 0])
    neighbours = np.zeros(len(a), bool)
    for place in range(7):
        neighbours |= (
            (dates.digits[a, place] == dates.digits[b, place + 1])
            & (dates.digits[a, place + 1] == dates.digits[b, place])
            & (off == 2)
            & differing[:, place]
            & differing[:, place + 1]
        )
    turned = (
        (dates.digits[a, :4] == dates.digits[b, :4]).all(axis=1)
        & (dates.digits[a, 4:6] == dates.digits[b, 6:]).all(axis=1)
        & (dates.digits[a, 6:] == dates.digits[b, 4:6]).all(axis=1)
    )
    for holds, name in (
        (known & (gap <= 5 * 366), "near"),
        (both & (same.sum(axis=1) == 2), "two_parts"),
        (written & ((off == 2) | neighbours), "transposed"),
        (both & same[:, 1] & same[:, 2] & (years <= 10), "year_off"),
        (written & (off == 1), "digit"),
        (written & turned, "turned"),
        (known & ~both & (gap <= 0), "partial"),
    ):
        result[holds] = LEVELS.index(name)
    return result
