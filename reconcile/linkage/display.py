"""A record's values as a person would read them, for the sentences of the evidence.

Decides how a value is shown. Invariant: names, addresses and places as they were sent, dates in words; nothing is
shown that was not compared.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage.dates import Dates
from reconcile.linkage.features import Features

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def day(date: dt.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


@dataclass(frozen=True)
class Values:
    """The records' values by place in the sorted records."""

    features: Features
    given: NDArray[np.object_]
    surname: NDArray[np.object_]
    """Given names and surnames as sent, by ``Entries.origin``."""
    days: dict[tuple[str, int], str] = field(default_factory=dict)
    """Dates in words, made once."""

    def name(self, entry: int) -> tuple[str, str]:
        """Given names and surname of a name entry as sent; a borrowed half comes from the compared words."""
        names = self.features.names
        origin = int(names.origin[entry])
        given, surname = (self.given[origin], self.surname[origin]) if origin >= 0 else ("", "")
        if not given:
            words = names.given_words.words
            given = " ".join(words[code].title() for code in names.given[entry] if code >= 0)
        if not surname and names.surname[entry] >= 0:
            surname = names.surname_words.words[names.surname[entry]].title()
        return given, surname

    def value(self, feature: str, record: int) -> str:
        f = self.features
        if feature in ("birth_date", "conviction_date"):
            dates = f.birth_date if feature == "birth_date" else f.conviction_date
            code = int(dates.codes[record])
            if (feature, code) not in self.days:
                self.days[feature, code] = _date(dates, code)
            return self.days[feature, code]
        if feature == "postcode":
            return self.postcode(int(f.postcodes[record, 0]))
        if feature == "middle":
            first = int(f.names.start[record])
            words = f.names.given_words.words
            return " ".join(words[code].title() for code in f.names.given[first, 1:] if code >= 0)
        kind, _, name = feature.partition(":")
        column = (
            f.opaque[name]
            if kind == "opaque"
            else f.attributes[name]
            if kind == "attribute"
            else {"town": f.town, "address": f.address, "place_of_birth": f.place_of_birth, "sex": f.sex}[feature]
        )
        code = int(column.codes[record])
        text = column.values[code] if code >= 0 else ""
        return text if kind in ("opaque", "attribute") else text.title()

    def postcode(self, code: int) -> str:
        text = self.features.postcode_values[code] if code >= 0 else ""
        return f"{text[:-3]} {text[-3:]}" if 5 <= len(text) <= 7 and text[:1].isalpha() else text

    def identifiers(self, left: int, right: int) -> tuple[str, str, str]:
        """Both records' identifiers of the schemes they share, and those that are the same."""
        mine, theirs, shared = [], [], []
        for scheme, known in sorted(self.features.typed.items()):
            a = {known.values[code] for code in known.codes[left] if code >= 0}
            b = {known.values[code] for code in known.codes[right] if code >= 0}
            if a and b:
                label = scheme.upper().replace("_", " ")
                mine.append(f"{label} {', '.join(sorted(a))}")
                theirs.append(f"{label} {', '.join(sorted(b))}")
                shared += [f"{label} {value}" for value in sorted(a & b)]
        return "; ".join(mine), "; ".join(theirs), " and ".join(shared)


def _date(dates: Dates, code: int) -> str:
    if code < 0:
        return ""
    if dates.texts[code]:
        return dates.texts[code]
    epoch = dt.date(1970, 1, 1)
    first, last = (epoch + dt.timedelta(days=int(days)) for days in (dates.lo[code], dates.hi[code]))
    if first == last:
        return day(first)
    whole_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_year and first.year == last.year:
        return str(first.year)
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return f"{day(first)} to {day(last)}"


def values(records: pa.Table, features: Features) -> Values:
    """Pair the encoded records with the names as sent."""
    if "names" not in records.column_names or pa.types.is_null(records.column("names").type):
        return Values(features, np.zeros(0, object), np.zeros(0, object))
    ordered = records.select(["record_id", "names"])
    ordered = ordered.take(pc.sort_indices(ordered, sort_keys=[("record_id", "ascending")]))
    written: Any = pc.list_flatten(ordered.column("names").combine_chunks())
    given, surname = (
        pc.fill_null(written.field(name), "").to_numpy(zero_copy_only=False) for name in ("given", "surname")
    )
    return Values(features, given, surname)
