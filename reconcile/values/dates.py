"""Dates as forces write them, read as the interval of days they can mean.

Decides what a text can mean given its column's order of day, month and year. Invariant: a text that contradicts
itself or the order gives no date, never a guess; its words are kept.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    encoded = pc.dictionary_encode(pc.cast(column, pa.string()))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    days = _days_in_figures(encoded.dictionary, order, latest_year)
    odd = pc.is_null(days)
    read = [parse(text, order, latest_year) for text in encoded.dictionary.filter(odd).to_pylist()]
    whole = pa.StructArray.from_arrays([days, days, encoded.dictionary], fields=list(schema.PARTIAL_DATE))
    parsed = pa.array([vars(found) if found else None for found in read], type=schema.PARTIAL_DATE)
    # the odd ones stand behind the whole ones, each taken from its place
    place = np.where(odd.to_numpy(zero_copy_only=False), len(days) + np.cumsum(odd) - 1, np.arange(len(days)))
    both: Any = pa.concat_arrays([whole, parsed])
    return both.take(pa.array(place)).take(encoded.indices)


_SEPARATORS: Final = np.isin(np.arange(256), [ord(sign) for sign in "/.- "])


def _days_in_figures(texts: Any, order: str, latest_year: int) -> Any:
    """date32 of the texts that are a real day in two figures each, the year in two or four; null elsewhere."""
    days = np.zeros(len(texts), np.int32)
    there = np.zeros(len(texts), bool)
    for layout in {"yyyy mm dd", *_LAYOUTS[order]}:
        places, content = text_bytes.of_length(texts, len(layout))
        fits = np.ones(len(places), bool)
        figures = {"y": np.zeros(len(places), np.int32)}
        for place, sign in enumerate(layout):
            if sign == " ":
                fits &= _SEPARATORS[content[:, place]]
                continue
            digit = content[:, place] - np.uint8(ord("0"))
            fits &= digit < 10
            figures[sign] = figures.get(sign, np.int32(0)) * 10 + digit
        year, month, day = (figures[sign][fits] for sign in "ymd")
        if "yyyy" not in layout:
            year = latest_year - (latest_year - year) % 100
        real = (year >= YEARS[0]) & (year <= YEARS[1]) & (month >= 1) & (month <= 12)
        first = np.where(real, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
        starts = first.astype("datetime64[D]").astype(np.int32)
        real &= (day >= 1) & (day <= (first + 1).astype("datetime64[D]").astype(np.int32) - starts)
        rows = places[fits][real]
        days[rows] = (starts + day - 1)[real]
        there[rows] = True
    return pa.array(days, mask=~there).cast(pa.date32())
