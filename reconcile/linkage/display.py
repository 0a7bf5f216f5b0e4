"""A record's values as a person would read them, for the sentences of the evidence.

Decides how a value is shown. Invariant: names, addresses and places as they were sent, dates in words; nothing is
shown that was not compared.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage.columns import in_order
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
    kind: NDArray[np.object_]
    """Given names, surnames and kinds as sent, by ``Entries.origin``."""
    sent: Mapping[str, NDArray[np.object_]]
    """Current address, town, place of birth and court as sent, by record."""
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

    def kind_of(self, entry: int) -> str:
        """The kind of a name entry, one of ``schema.NAME_KINDS``; a surname after née is a maiden name."""
        origin = int(self.features.names.origin[entry])
        kind = str(self.kind[origin]) if origin >= 0 else ""
        first = int(self.features.names.start[self.features.names.record[entry]])
        return "maiden" if kind == "current" and entry != first else kind

    def current(self, entry: int) -> int:
        """The entry of the current name of the record that bears ``entry``."""
        return int(self.features.names.start[self.features.names.record[entry]])

    def value(self, feature: str, record: int) -> str:
        f = self.features
        if feature in self.sent:
            return " ".join(str(self.sent[feature][record]).split())
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
        column = f.opaque[name] if kind == "opaque" else f.attributes[name] if kind == "attribute" else f.sex
        code = int(column.codes[record])
        return str(column.values[code]) if code >= 0 else ""

    def postcode(self, code: int) -> str:
        text = str(self.features.postcode_values[code]) if code >= 0 else ""
        return f"{text[:-3]} {text[-3:]}" if 5 <= len(text) <= 7 and text[:1].isalpha() else text

    def identifiers(self, left: int, right: int) -> tuple[str, str, str]:
        """Both records' identifiers of the schemes they share, and those that are the same."""
        mine, theirs, shared = [], [], []
        for scheme, known in sorted(self.features.typed.items()):
            a = {str(known.values[code]) for code in known.codes[left] if code >= 0}
            b = {str(known.values[code]) for code in known.codes[right] if code >= 0}
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
    """Pair the encoded records with what was sent."""
    ordered = in_order(records)
    names, first = _elements(ordered, "names"), _elements(ordered, "addresses")
    given, surname, kind = (_texts(names.field(part)) if names else _NOTHING for part in ("given", "surname", "kind"))
    sent = {}
    if first:
        current = _current(ordered.column("addresses"))
        sent = {part: _texts(first.field(part).take(current)) for part in ("address", "town")}
    for name, column in (("place_of_birth", "place_of_birth"), ("court", "conviction_court")):
        if column in ordered.column_names:
            sent[name] = _texts(ordered.column(column).combine_chunks().cast(pa.string()))
    return Values(features, given, surname, kind, sent)


_NOTHING = np.zeros(0, object)


def _elements(records: pa.Table, name: str) -> Any:
    """The flattened structs of a list column, None where there is no such column."""
    if name not in records.column_names or pa.types.is_null(records.column(name).type):
        return None
    return pc.list_flatten(records.column(name).combine_chunks())


def _current(column: Any) -> Any:
    """The place of each record's first element in the flattened list, null where it has none."""
    sizes = pc.fill_null(pc.list_value_length(column.combine_chunks()), 0).to_numpy(zero_copy_only=False)
    return pa.array(np.cumsum(sizes) - sizes, mask=sizes == 0)


def _texts(column: Any) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = pc.fill_null(column, "").to_numpy(zero_copy_only=False)
    return texts
