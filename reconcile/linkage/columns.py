"""What of people is compared, as columns, whether they come as records or as the rows of a file.

Decides nothing of meaning: it names the parts. Invariant: rows are people sorted by record id; every text is kept once
and its rows are numbers into it, so that what is read, cleaned and compared later is done once a distinct text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.errors import LinkInputError
from reconcile.linkage.values import Numbered, numbered

_compute: Any = pc
TEXTS: Final = ("sex", "place_of_birth", "conviction_court")
DATES: Final = ("birth_date", "conviction_date")


@dataclass(frozen=True)
class Part:
    """Elements of which a row may have none or several: ``owners`` int64, rising; ``texts`` of each, by field."""

    owners: NDArray[np.int64]
    texts: Mapping[str, Numbered]


@dataclass(frozen=True)
class Days:
    """A column of dates: an Arrow array of ``PARTIAL_DATE`` and each row's place in it, int32 [n], -1 where blank."""

    dates: Any
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Columns:
    """``ids``: Arrow string array [n], sorted, no two the same. ``texts``: source, sex, place_of_birth,
    conviction_court. ``names``: parts with given, surname or full, the first holding each row's current name.
    ``addresses``: address, town, postcode, the current first. ``identifiers`` by scheme: value and check.
    ``attributes`` by name: value."""

    ids: Any
    texts: Mapping[str, Numbered] = field(default_factory=dict)
    days: Mapping[str, Days] = field(default_factory=dict)
    names: Sequence[Part] = ()
    addresses: Part | None = None
    identifiers: Mapping[str, Part] = field(default_factory=dict)
    attributes: Mapping[str, Part] = field(default_factory=dict)


def of_records(records: pa.Table, source: str = "force") -> Columns:
    """The columns of records in ``schema.RECORDS``, or a subset of its columns with ``record_id``.

    Raises:
        LinkInputError: there is no ``record_id`` column, or two records share an id.
    """
    if "record_id" not in records.column_names:
        raise LinkInputError("the records have no record_id column: map one")
    records = in_order(records)
    ids = whole(records.column("record_id"))
    if ids.null_count or _compute.any(_compute.equal(ids[1:], ids[:-1])).as_py():
        raise LinkInputError("record_id is empty or repeated in the records: give every record its own")
    listed = {name: _listed(records, name) for name in ("names", "addresses", "identifiers", "attributes")}
    names, addresses, identifiers, attributes = (found for found in listed.values())
    return Columns(
        ids=ids,
        texts={
            name: numbered(whole(records.column(column)))
            for name, column in {"source": source, **{name: name for name in TEXTS}}.items()
            if column in records.column_names
        },
        days={
            name: Days(whole(records.column(name)), np.arange(records.num_rows, dtype=np.int32))
            for name in DATES
            if name in records.column_names and not pa.types.is_null(records.column(name).type)
        },
        names=[_part(*names, ("given", "surname", "full"))] if names else [],
        addresses=_part(*addresses, ("address", "town", "postcode")) if addresses else None,
        identifiers=_by(*identifiers, "scheme", ("value", "check")) if identifiers else {},
        attributes=_by(*attributes, "name", ("value",)) if attributes else {},
    )


def in_order(records: pa.Table) -> pa.Table:
    """The records sorted by record id; the table itself where it already is."""
    ids: Any = records.column("record_id")
    if _compute.all(_compute.less(ids[:-1], ids[1:])).as_py() is not False and not ids.null_count:
        return records
    return records.take(pc.sort_indices(records, sort_keys=[("record_id", "ascending")]))


def whole(column: Any) -> Any:
    """A column as one array."""
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _listed(records: pa.Table, name: str) -> tuple[NDArray[np.int64], Any] | None:
    """The record of each list element, and the flattened structs; None where there is no such column."""
    if name not in records.column_names or pa.types.is_null(records.column(name).type):
        return None
    column = whole(records.column(name))
    return _compute.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64), pc.list_flatten(column)


def _part(owners: NDArray[np.int64], structs: Any, fields: Sequence[str]) -> Part:
    return Part(owners, {name: numbered(structs.field(name)) for name in fields})


def _by(owners: NDArray[np.int64], structs: Any, key: str, fields: Sequence[str]) -> dict[str, Part]:
    """The elements of each value of a key."""
    kinds, codes = numbered(structs.field(key))
    found = {}
    for code, kind in enumerate(kinds.to_pylist()):
        chosen = np.flatnonzero(codes == code)
        found[kind] = _part(owners[chosen], structs.take(pa.array(chosen)), fields)
    return dict(sorted(found.items()))
