"""Records as columns of small integers: every distinct value parsed, normalised and encoded once.

Decides what of a record is compared. Invariant: rows are sorted by record id and codes by value, so that nothing
downstream depends on the order rows came in. A code of -1 is a missing value.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.errors import LinkInputError
from reconcile.linkage import table
from reconcile.linkage.dates import Dates, encode_dates
from reconcile.linkage.entries import Entries, encode_names
from reconcile.linkage.letters import Letters, letters_of
from reconcile.linkage.postcodes import Postcodes
from reconcile.linkage.together import Together
from reconcile.linkage.values import Codes, encode, grouped, romanised, worded
from reconcile.values import placeholders

_compute: Any = pc
POSTCODES = 4
"""Postcodes of a record that are compared: the current one and the latest previous ones."""
SLOTS = 3
"""Values of one identifier scheme that are compared."""


@dataclass(frozen=True)
class Identifiers:
    """One scheme: ``codes`` int32 [n, SLOTS] into ``values``; ``valid`` bool alike, its check letter fits."""

    values: NDArray[np.object_]
    codes: NDArray[np.int32]
    valid: NDArray[np.bool_]

    @cached_property
    def letters(self) -> Letters:
        """The letters of the values, counted when they are first asked for."""
        return letters_of(self.values)


@dataclass(frozen=True)
class Features:
    """``n`` records sorted by id; every array's first axis is the record."""

    ids: NDArray[np.object_]
    source: Codes
    names: Entries
    birth_date: Dates
    conviction_date: Dates
    sex: Codes
    court: Codes
    place_of_birth: Codes
    postcodes: NDArray[np.int32]
    postcode_values: NDArray[np.object_]
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


def prepare(records: pa.Table, source: str = "force") -> Features:
    """Encode records in ``schema.RECORDS``, or a subset of its columns with ``record_id``; ``source`` names a column.

    Raises:
        LinkInputError: there is no ``record_id`` column, or two records share an id.
    """
    if "record_id" not in records.column_names:
        raise LinkInputError("the records have no record_id column: map one")
    records = in_order(records)
    ids = records.column("record_id").to_numpy()
    if len(ids) and (records.column("record_id").null_count or (ids[1:] == ids[:-1]).any()):
        raise LinkInputError("record_id is empty or repeated in the records: give every record its own")
    n = len(ids)
    places = _list(records, "addresses", n)
    current = _first(places, n)
    # two threads: parsing names holds the interpreter, everything else is mostly Arrow's
    with ThreadPoolExecutor(1) as beside:
        names = beside.submit(encode_names, _list(records, "names", n), n)
        postcodes, postcode_values = _postcodes(places, n)
        typed, opaque = _identifiers(records, n)
        return Features(
            ids=ids,
            source=encode(_column(records, source)),
            birth_date=encode_dates(_column(records, "birth_date")),
            conviction_date=encode_dates(_column(records, "conviction_date")),
            court=encode(_column(records, "conviction_court"), romanised),
            sex=encode(_column(records, "sex"), _capitals),
            place_of_birth=encode(_column(records, "place_of_birth"), romanised),
            postcodes=postcodes,
            postcode_values=postcode_values,
            town=encode(_field(places, "town", current), romanised),
            address=encode(_field(places, "address", current), _address),
            typed=typed,
            opaque=opaque,
            attributes=_attributes(records, n),
            names=names.result(),
        )


def in_order(records: pa.Table) -> pa.Table:
    """The records sorted by record id; the table itself where it already is."""
    ids: Any = records.column("record_id")
    compute: Any = pc
    if compute.all(compute.less(ids[:-1], ids[1:])).as_py() is not False and not ids.null_count:
        return records
    return records.take(pc.sort_indices(records, sort_keys=[("record_id", "ascending")]))


def _column(records: pa.Table, name: str) -> Any:
    if name not in records.column_names:
        return pa.nulls(records.num_rows)
    column = records.column(name).combine_chunks()
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _list(records: pa.Table, name: str, n: int) -> tuple[NDArray[np.int64], Any]:
    """The record of each list element, and the flattened struct array."""
    column = _column(records, name)
    if pa.types.is_null(column.type):
        return np.zeros(0, np.int64), None
    return pc.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64), pc.list_flatten(column)


def _first(items: tuple[NDArray[np.int64], Any], n: int) -> NDArray[np.int64]:
    """For each record the place of its first list element, -1 where it has none."""
    first = np.full(n, -1, np.int64)
    records, _ = items
    first[records[::-1]] = np.arange(len(records))[::-1]
    return first


def _field(items: tuple[NDArray[np.int64], Any], name: str, places: NDArray[np.int64]) -> Any:
    if items[1] is None:
        return pa.nulls(len(places))
    return items[1].field(name).take(pa.array(places, mask=places < 0))


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


def _postcodes(items: tuple[NDArray[np.int64], Any], n: int) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    if items[1] is None:
        return np.full((n, 1), -1, np.int32), np.zeros(0, object)
    found = encode(items[1].field("postcode"), _postcode)
    return grouped(items[0], found.codes, n, POSTCODES), found.values


def _identifiers(records: pa.Table, n: int) -> tuple[dict[str, Identifiers], dict[str, Codes]]:
    owners, items = _list(records, "identifiers", n)
    if items is None:
        return {}, {}
    schemes = encode(items.field("scheme"))
    check = items.field("check")
    placeholder, fits = (
        _compute.fill_null(_compute.equal(check, word), False).to_numpy(zero_copy_only=False)
        for word in ("placeholder", "valid")
    )
    typed: dict[str, Identifiers] = {}
    opaque: dict[str, Codes] = {}
    for scheme, code in sorted((scheme, code) for code, scheme in enumerate(schemes.values)):
        chosen = np.flatnonzero((schemes.codes == code) & ~placeholder)
        known = scheme in table.identifier_schemes()
        found = encode(
            items.field("value").take(pa.array(chosen)), _compute.utf8_upper if known else _compute.utf8_lower
        )
        shared = np.bincount(found.codes[found.codes >= 0], minlength=len(found.values)) > table.limit("shared")
        codes = np.where((found.codes >= 0) & shared[found.codes], -1, found.codes) if len(shared) else found.codes
        slots = grouped(owners[chosen], codes.astype(np.int32), n, SLOTS if known else 1)
        if known:
            valid = np.zeros(len(found.values), bool)
            valid[found.codes[fits[chosen] & (found.codes >= 0)]] = True
            typed[scheme] = Identifiers(
                found.values, slots, (slots >= 0) & (valid[slots] if len(valid) else np.zeros(slots.shape, bool))
            )
        else:
            opaque[scheme] = Codes(found.values, slots[:, 0].copy())
    return typed, opaque


def _attributes(records: pa.Table, n: int) -> dict[str, Codes]:
    owners, items = _list(records, "attributes", n)
    if items is None:
        return {}
    names = encode(items.field("name"))
    result = {}
    for name, code in sorted((name, code) for code, name in enumerate(names.values)):
        chosen = np.flatnonzero(names.codes == code)
        found = encode(items.field("value").take(pa.array(chosen)), romanised)
        result[name] = Codes(found.values, grouped(owners[chosen], found.codes, n, 1)[:, 0].copy())
    return result
