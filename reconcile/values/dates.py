"""Dates as forces write them, read as the interval of days they can mean.

Decides what a text can mean given its column's order of day, month and year. Invariant: a text that contradicts
itself or the order gives no date, never a guess; its words are kept.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile import schema
from reconcile.values import text_bytes

ORDERS: Final = ("dmy", "mdy", "ymd")
LATEST_YEAR: Final = 2049
"""Two-digit years are of the 2000s up to this one where the caller knows no better."""
YEARS: Final = (1800, 9999)

_MONTHS: Final = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_UNKNOWN: Final = frozenset({"0", "00", "x", "xx", "?", "??"})

_TIME: Final = re.compile(r"(?<=\d)[t ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?( ?(z|utc|[+-]\d{2}:?\d{2}))?$")
_ORDINAL: Final = re.compile(r"(?<=\d)(st|nd|rd|th)\b")
_WEEKDAY: Final = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b[, ]*")
_CIRCA: Final = re.compile(r"^(circa|about|approx(imately)?|abt|est(imated)?|ca?)\.?\s*(?=\d|[a-z]+ \d{4}$)")
_DECADE: Final = re.compile(r"(\d{3}0)'?s")
_YEAR_RANGE: Final = re.compile(r"(\d{4}) ?(?:-|/|to) ?(\d{4})")
_EIGHT: Final = re.compile(r"\d{8}")
_RUN_TOGETHER: Final = re.compile(r"(\d{1,2})([a-z]{3,9})(\d{4}|\d{2})")
_PART: Final = re.compile(r"[\s/.\-]+")


@dataclass(frozen=True)
class PartialDate:
    """The days a text can mean, ``lo`` to ``hi`` inclusive, both None where it is no date; ``text`` as sent."""

    lo: dt.date | None
    hi: dt.date | None
    text: str


Interval = tuple[dt.date, dt.date]


def parse(text: str, order: str, latest_year: int = LATEST_YEAR) -> PartialDate | None:
    """Read ``text``; None where it is blank.

    Args:
        text: a day ("05/03/2012", "5-Mar-12", "20120305", "2012-03-05 00:00:00"), a month ("Mar 2012",
            "03/2012"), a year ("2012", "circa 2012": a year either side), or anything else.
        order: dmy, mdy or ymd: how the column writes all-figure dates whose year is not first.
        latest_year: the latest year a two-digit year can mean.
    """
    if order not in ORDERS:
        raise ValueError(f"{order} is no order of day, month and year: write one of {', '.join(ORDERS)}")
    plain = " ".join(text.split()).casefold()
    if not plain:
        return None
    interval = _interval(_TIME.sub("", plain), order, latest_year)
    lo, hi = interval or (None, None)
    return PartialDate(lo, hi, text.strip())


@lru_cache(maxsize=1 << 16)
def _interval(plain: str, order: str, latest_year: int) -> Interval | None:
    plain = _ORDINAL.sub("", _WEEKDAY.sub("", plain)).replace(",", " ")
    if circa := _CIRCA.match(plain):
        near = _interval(plain[circa.end() :], order, latest_year) if circa.end() < len(plain) else None
        return _years(near[0].year - 1, near[1].year + 1) if near else None
    if found := _DECADE.fullmatch(plain):
        return _years(int(found[1]), int(found[1]) + 9)
    if found := _YEAR_RANGE.fullmatch(plain):
        return _years(int(found[1]), int(found[2]))
    if _EIGHT.fullmatch(plain):
        return _eight(plain, order)
    if found := _RUN_TOGETHER.fullmatch(plain):
        plain = " ".join(found.groups())
    return _parts([part for part in _PART.split(plain) if part], order, latest_year)


def _parts(parts: list[str], order: str, latest_year: int) -> Interval | None:
    if len(parts) == 1 and len(parts[0]) == 4 and parts[0].isdecimal():
        return _years(int(parts[0]), int(parts[0]))
    if len(parts) == 2:
        return _month(parts, latest_year)
    return _day(parts, order, latest_year) if len(parts) == 3 else None


def _eight(digits: str, order: str) -> Interval | None:
    """Year first, or last as the column's order has it: never both, as 19 and 20 are no months."""
    first = _make(digits[:4], digits[4:6], digits[6:])
    if first or order == "ymd":
        return first
    one, two, year = digits[:2], digits[2:4], digits[4:]
    return _make(year, two, one) if order == "dmy" else _make(year, one, two)


def _month(parts: list[str], latest_year: int) -> Interval | None:
    year, month = parts if len(parts[0]) == 4 and parts[0].isdecimal() else parts[::-1]
    if len(year) == 2 and month in _MONTHS:
        year = _century(year, latest_year)
    return _make(year, month, "00") if len(year) == 4 else None


def _day(parts: list[str], order: str, latest_year: int) -> Interval | None:
    if len(parts[0]) == 4 and parts[0].isdecimal():
        year, month, day = parts
    elif parts[0] in _MONTHS:
        month, day, year = parts
    elif parts[1] in _MONTHS and order != "ymd":
        day, month, year = parts
    elif parts[1] in _MONTHS:
        day, month, year = parts if len(parts[2]) == 4 else parts[::-1]
    elif order == "ymd":
        year, month, day = parts
    elif order == "dmy":
        day, month, year = parts
    else:
        month, day, year = parts
    return _make(_century(year, latest_year), month, day)


def _century(year: str, latest_year: int) -> str:
    if len(year) != 2 or not year.isdecimal():
        return year
    return str(latest_year - (latest_year - int(year)) % 100)


def _make(year: str, month: str, day: str) -> Interval | None:
    """The interval of a year, a month by number or name, and a day; an unknown month or day widens it."""
    if len(year) != 4 or not year.isdecimal() or not YEARS[0] <= int(year) <= YEARS[1]:
        return None
    if month in _UNKNOWN:
        return _years(int(year), int(year)) if day in _UNKNOWN or _number(day) in range(1, 32) else None
    of_year = _MONTHS.get(month, _number(month))
    if of_year not in range(1, 13):
        return None
    last = calendar.monthrange(int(year), of_year)[1]
    if day in _UNKNOWN:
        return dt.date(int(year), of_year, 1), dt.date(int(year), of_year, last)
    if _number(day) not in range(1, last + 1):
        return None
    return (found := dt.date(int(year), of_year, _number(day))), found


def _number(part: str) -> int:
    return int(part) if part.isascii() and part.isdecimal() and len(part) <= 2 else -1


def _years(first: int, last: int) -> Interval | None:
    if not YEARS[0] <= first <= last <= YEARS[1]:
        return None
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


_LAYOUTS: Final = {
    "dmy": ("dd mm yyyy", "dd mm yy"),
    "mdy": ("mm dd yyyy", "mm dd yy"),
    "ymd": ("yy mm dd",),
}
"""How the orders write a day in figures, a sign a letter, whatever stands between them."""


def parse_column(column: Any, order: str, latest_year: int = LATEST_YEAR) -> Any:
    """Read an Arrow string array into a struct array of ``schema.PARTIAL_DATE``; a blank cell gives a null."""
    texts = pc.cast(column, pa.string())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    lo = hi = days_in_figures(texts, order, latest_year)
    odd = pc.and_(pc.is_null(lo), pc.is_valid(texts))
    if pc.any(odd).as_py():
        lo, hi, texts = _odd_ones_read(lo, texts, odd, order, latest_year)
    return pa.StructArray.from_arrays([lo, hi, texts], fields=list(schema.PARTIAL_DATE), mask=pc.is_null(texts))


def _odd_ones_read(days: Any, texts: Any, odd: Any, order: str, latest_year: int) -> tuple[Any, Any, Any]:
    """The first and last days and the texts; those that ``odd`` marks are read one by one, each distinct one once."""
    encoded = texts.filter(odd).dictionary_encode()
    read = [parse(text, order, latest_year) for text in encoded.dictionary.to_pylist()]

    def put(before: Any, values: list[Any]) -> Any:
        return pc.replace_with_mask(before, odd, pa.array(values, before.type).take(encoded.indices))

    lo, hi = (
        put(days, [one.lo if one else None for one in read]),
        put(days, [one.hi if one else None for one in read]),
    )
    return lo, hi, put(texts, [one.text if one else None for one in read])


_SEPARATORS: Final = np.isin(np.arange(256), [ord(sign) for sign in "/.- "])


@cache
def _month_starts() -> NDArray[np.int32]:
    """The first day, from 1970, of every month of ``YEARS``, and of the month that follows them."""
    months = np.arange(f"{YEARS[0]}-01", f"{YEARS[1] + 1}-02", dtype="datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int32)


def days_in_figures(texts: Any, order: str, latest_year: int = LATEST_YEAR) -> Any:
    """date32 of the texts that are a real day in two figures each, the year in two or four; null elsewhere."""
    days = np.zeros(len(texts), np.int32)
    there = np.zeros(len(texts), bool)
    starts = _month_starts()
    for layout in ("yyyy mm dd", *_LAYOUTS[order]):
        places, content = text_bytes.of_length(texts, len(layout))
        fits = np.ones(len(places), bool)
        for place in (place for place, sign in enumerate(layout) if sign == " "):
            fits &= _SEPARATORS[content[:, place]]
            if not fits.any():
                break
        else:
            day, month, short = (_two_figures(content, layout.rindex(sign * 2), fits) for sign in "dmy")
            if "yyyy" in layout:
                year = _two_figures(content, layout.index("yyyy"), fits).astype(np.int32) * 100 + short
            else:
                year = latest_year - (latest_year - short.astype(np.int32)) % 100
            at = (year - YEARS[0]) * 12 + month - 1
            fits &= (year >= YEARS[0]) & (year <= YEARS[1]) & (month >= 1) & (month <= 12)
            if not fits.all():
                places, at, day = places[fits], at[fits], day[fits]
            first = starts[at]
            real = (day >= 1) & (day <= starts[at + 1] - first)
            days[places] = np.where(real, first + day - 1, 0)
            there[places] = real
    return pa.array(days, mask=~there).cast(pa.date32())


def _two_figures(content: NDArray[np.uint8], place: int, fits: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The number that two figures of each row are; ``fits`` is cleared, in place, where they are none."""
    tens, ones = (content[:, at] - np.uint8(ord("0")) for at in (place, place + 1))
    fits &= np.maximum(tens, ones) < 10
    return tens * np.uint8(10) + ones
