"""Dates as a relation of two intervals: the same, turned round, a digit off, compatible, or in conflict.

Decides the level of a pair of dates. Invariant: symmetric; text that is no date is compared digit by digit where it
has eight, and says nothing elsewhere; a partial date never clashes with a day inside it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage.values import numbered
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
"""``turned``: day and month swapped. ``digit``: one digit differs. ``transposed``: two digits differ, as
where neighbours were swapped. ``year_off``: same day and month, the year off by at most ten. ``partial``: the intervals
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

    @cached_property
    def packed(self) -> NDArray[np.uint32]:
        """The digits four bits each, the first highest; ``_UNWRITTEN`` where not known."""
        places = np.arange(28, -4, -4, dtype=np.uint32)
        packed = np.bitwise_or.reduce(self.digits.astype(np.uint32) << places, axis=1)
        return np.asarray(np.where(self.digits[:, 0] == 255, _UNWRITTEN, packed), np.uint32)


_NONE: Final = np.iinfo(np.int32).min
_UNWRITTEN: Final = np.uint32(0xFFFFFFFF)
_EARLIEST: Final = -800_000
"""Days before 1970 that no date precedes."""
_SPAN: Final = 1 << 23
_NO_DATE: Final = np.iinfo(np.int64).min


def no_dates(n: int) -> Dates:
    """The dates of ``n`` records that have none."""
    empty = np.zeros(0, np.int64)
    nothing = np.zeros((0, 8), np.uint8), np.zeros((0, 3), np.int32)
    return Dates(np.full(n, -1, np.int32), empty, empty, *nothing, np.zeros(0, bool), ())


def encode_dates(column: Any, places: NDArray[np.int32]) -> Dates:
    """Encode an Arrow array of PARTIAL_DATE and each record's place in it, -1 where it has none."""
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
    codes, distinct = np.r_[place.reshape(-1) - missing, -1].astype(np.int32)[places], distinct[missing:]
    dated = distinct >= 0
    rows = np.full((len(distinct), 3), -1, np.int64)
    rows[dated, 0] = distinct[dated] // _SPAN + _EARLIEST
    rows[dated, 1] = rows[dated, 0] + distinct[dated] % _SPAN
    rows[~dated, :2] = _NONE
    rows[~dated, 2] = distinct[~dated] + len(words)
    dates = _tabulate(codes, rows, words)
    days: Any = pa.array(np.where(dates.full, dates.lo, 0).astype(np.int32)).cast(pa.date32()).cast(pa.string())
    empty = placeholders.worthless("birth_date", days).to_numpy(zero_copy_only=False) & dates.full
    codes[np.r_[empty, False][codes]] = -1
    unread = np.r_[(dates.lo == _NONE) & (dates.digits[:, 0] == 255), False]
    codes[unread[codes]] = -1  # neither a date nor written as one: it says nothing
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
        result[rest] = _relation(dates, left[rest], right[rest])
    return result


def _relation(dates: Dates, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
    result = np.full(len(a), LEVELS.index("far"), np.uint8)
    known = (dates.lo != _NONE)[a] & (dates.lo != _NONE)[b]
    lo, hi = (np.where(ends == _NONE, 0, ends).astype(np.int32) for ends in (dates.lo, dates.hi))
    gap = np.maximum(lo[a], lo[b]) - np.minimum(hi[a], hi[b])
    both = dates.full[a] & dates.full[b]
    one, other = dates.packed[a], dates.packed[b]
    written = (one != _UNWRITTEN) & (other != _UNWRITTEN)
    off = _digits_apart(one, other)
    years = np.abs(dates.parts[:, 0][a] - dates.parts[:, 0][b])
    days_apart = _digits_apart(one & np.uint32(0xFFFF), other & np.uint32(0xFFFF))
    same_month = (one ^ other) & np.uint32(0xFF00) == 0
    same_day = (one ^ other) & np.uint32(0xFF) == 0
    same = (years == 0).astype(np.uint8) + same_month + same_day
    turned = (other & np.uint32(0xFFFF0000)) | (other & np.uint32(0xFF)) << np.uint32(8)
    turned |= (other >> np.uint32(8)) & np.uint32(0xFF)
    for holds, name in (
        (known & (gap <= 5 * 366), "near"),
        (both & (same == 2), "two_parts"),
        (written & (off == 2), "transposed"),
        (both & (days_apart == 0) & (years <= 10), "year_off"),
        (written & (off == 1), "digit"),
        (written & (one == turned), "turned"),
        (known & ~both & (gap <= 0), "partial"),
    ):
        result[holds] = LEVELS.index(name)
    return result


def _digits_apart(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """How many of eight packed digits differ."""
    apart = one ^ other
    apart |= apart >> np.uint32(1)
    apart |= apart >> np.uint32(2)
    return np.asarray(np.bitwise_count(apart & np.uint32(0x11111111)))
