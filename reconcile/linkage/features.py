"""Records as columns of small integers: every distinct value parsed, normalised and encoded once.

Decides what of a record is compared. Invariant: rows are sorted by record id, and codes follow from them or from the
values, so that nothing downstream depends on the order rows came in. A code of -1 is a missing value.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.columns import Columns, Part, of_records
from reconcile.linkage.dates import Dates, encode_dates, no_dates
from reconcile.linkage.entries import Entries, encode_names
from reconcile.linkage.letters import Letters, letters_of
from reconcile.linkage.postcodes import Postcodes
from reconcile.linkage.together import Together
from reconcile.linkage.values import Codes, Numbered, encode, grouped, romanised, worded
from reconcile.values import placeholders

_compute: Any = pc
POSTCODES = 4
"""Postcodes of a record that are compared: the current one and the latest previous ones."""
SLOTS = 3
"""Values of one identifier scheme that are compared."""


@dataclass(frozen=True)
class Identifiers:
    """One scheme: ``codes`` int32 [n, SLOTS] into ``values``, an Arrow string array; ``valid`` bool alike, its check
    letter fits."""

    values: Any
    codes: NDArray[np.int32]
    valid: NDArray[np.bool_]

    @cached_property
    def letters(self) -> Letters:
        """The letters of the values, counted when they are first asked for."""
        return letters_of(self.values)


@dataclass(frozen=True)
class Features:
    """``n`` records sorted by id; every array's first axis is the record. ``ids`` is an Arrow string array."""

    ids: Any
    source: Codes
    names: Entries
    birth_date: Dates
    conviction_date: Dates
    sex: Codes
    court: Codes
    place_of_birth: Codes
    postcodes: NDArray[np.int32]
    postcode_values: Any
    town: Codes
    address: Codes
    typed: Mapping[str, Identifiers]
    opaque: Mapping[str, Codes]
    attributes: Mapping[str, Codes]

    @cached_property
    def postcode_forms(self) -> Postcodes:
        return Postcodes(self.postcode_values)

    @cached_property
    def together(self) -> Together:
        """What is counted of values that may go together, when it is first asked for."""
        first = self.names.start[:-1]
        return Together(
            {
                "given": self.names.given[first, 0],
                "middle": self.names.given[first, 1],
                "surname": self.names.surname[first],
                "place_of_birth": self.place_of_birth.codes,
                "court": self.court.codes,
                "town": self.town.codes,
                "birth_year": self.birth_date.years,
                "birthday": self.birth_date.birthdays,
            }
        )

    @property
    def n(self) -> int:
        return len(self.ids)


def prepare(records: pa.Table | Columns, source: str = "force") -> Features:
    """Encode records in ``schema.RECORDS``, or a subset of its columns with ``record_id``; ``source`` names a column.
    ``Columns`` have a source of their own.

    Raises:
        LinkInputError: there is no ``record_id`` column, or two records share an id.
    """
    found = records if isinstance(records, Columns) else of_records(records, source)
    n = len(found.ids)
    # two threads: parsing names holds the interpreter, everything else is mostly Arrow's
    with ThreadPoolExecutor(1) as beside:
        names = beside.submit(encode_names, found.names, n)
        postcodes, postcode_values = _postcodes(found.addresses, n)
        typed, opaque = _identifiers(found.identifiers, n)
        return Features(
            ids=found.ids,
            source=_encoded(found, "source"),
            birth_date=_dates(found, "birth_date"),
            conviction_date=_dates(found, "conviction_date"),
            court=_encoded(found, "conviction_court", romanised),
            sex=_encoded(found, "sex", _capitals),
            place_of_birth=_encoded(found, "place_of_birth", romanised),
            postcodes=postcodes,
            postcode_values=postcode_values,
            town=_current(found.addresses, "town", n, romanised),
            address=_current(found.addresses, "address", n, _address),
            typed=typed,
            opaque=opaque,
            attributes={name: _attribute(part, n) for name, part in found.attributes.items()},
            names=names.result(),
        )


def _missing(n: int) -> Codes:
    return Codes(pa.array([], pa.string()), np.full(n, -1, np.int32))


def _encoded(columns: Columns, name: str, normalise: Callable[[Any], Any] | None = None) -> Codes:
    return encode(columns.texts[name], normalise) if name in columns.texts else _missing(len(columns.ids))


def _dates(columns: Columns, name: str) -> Dates:
    found = columns.days.get(name)
    return no_dates(len(columns.ids)) if found is None else encode_dates(found.dates, found.codes)


def _current(part: Part | None, name: str, n: int, normalise: Callable[[Any], Any]) -> Codes:
    """A field of the first element of each record."""
    if part is None or name not in part.texts:
        return _missing(n)
    texts, codes = part.texts[name]
    first = np.full(n, -1, np.int32)
    first[part.owners[::-1]] = codes[::-1]
    return encode(Numbered(texts, first), normalise)


def _capitals(texts: Any) -> Any:
    return _compute.utf8_upper(_compute.utf8_trim_whitespace(texts))


def _valued(field: str, texts: Any) -> Any:
    """The texts, those that stand for no value emptied."""
    return _compute.if_else(placeholders.worthless(field, texts), "", texts)


def _postcode(texts: Any) -> Any:
    return _compute.utf8_upper(_compute.replace_substring_regex(_valued("postcode", texts), r"\s+", ""))


def _address(texts: Any) -> Any:
    shortened = table.words("address")
    return worded(romanised(_valued("address", texts)), lambda word: shortened.get(word, word))


def _postcodes(part: Part | None, n: int) -> tuple[NDArray[np.int32], Any]:
    if part is None or "postcode" not in part.texts:
        return np.full((n, 1), -1, np.int32), pa.array([], pa.string())
    found = encode(part.texts["postcode"], _postcode)
    return grouped(part.owners, found.codes, n, POSTCODES), found.values


def _identifiers(schemes: Mapping[str, Part], n: int) -> tuple[dict[str, Identifiers], dict[str, Codes]]:
    typed: dict[str, Identifiers] = {}
    opaque: dict[str, Codes] = {}
    for scheme, part in sorted(schemes.items()):
        known = scheme in table.identifier_schemes()
        checks, check = part.texts["check"]
        words = checks.to_pylist()
        standing = np.r_[[word == "placeholder" for word in words], False].astype(bool)[check]
        fits = np.r_[[word == "valid" for word in words], False].astype(bool)[check]
        found = encode(part.texts["value"], _compute.utf8_upper if known else _compute.utf8_lower)
        codes = np.where(standing, -1, found.codes)
        shared = np.bincount(codes[codes >= 0], minlength=len(found.values)) > table.limit("shared")
        codes = np.where(np.r_[shared, True][codes], -1, codes).astype(np.int32)
        slots = grouped(part.owners, codes, n, SLOTS if known else 1)
        if known:
            valid = np.zeros(len(found.values) + 1, bool)
            valid[codes[fits]] = True
            valid[-1] = False
            typed[scheme] = Identifiers(found.values, slots, valid[slots])
        else:
            opaque[scheme] = Codes(found.values, slots[:, 0].copy())
    return typed, opaque


def _attribute(part: Part, n: int) -> Codes:
    found = encode(part.texts["value"], romanised)
    return Codes(found.values, grouped(part.owners, found.codes, n, 1)[:, 0].copy())
