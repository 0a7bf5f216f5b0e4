"""The list columns of a record: names, addresses, identifiers, absent fields.

Decides which text is which kind of name and address. Invariant: names and addresses are kept as written, the
current one first; a word that stands for no name is no name; postcodes and identifiers are in canonical form.
"""

import datetime as dt
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake.absence import REASONS, Separated
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.distinct import each
from reconcile.nested import Part, lists, struct
from reconcile.values import identifier_columns as numbers
from reconcile.values import placeholders, places

OTHER_NAMES: Final = {
    "maiden_name": "maiden",
    "deed_poll_name": "deed_poll",
    "previous_names": "previous",
    "aliases": "alias",
}
"""Columns of further names, in the order they follow the current one, and their kind."""
LISTS: Final = ("previous_names", "aliases", "previous_postcodes")


def names(found: Separated, profile: Profile, _as_of: dt.date) -> Any:
    """``list<schema.NAME>``: the current name, then each name of ``OTHER_NAMES``."""
    rows = found.rows
    parts = [_current(rows)]
    for field, kind in OTHER_NAMES.items():
        owners, texts = _elements(rows, field, profile)
        read = each(texts, partial(_named, kind=kind, is_surname=field == "maiden_name"), schema.NAME)
        parts.append(_valid(owners, read))
    return lists(rows.num_rows, parts, schema.NAME)


def addresses(found: Separated, profile: Profile, _as_of: dt.date) -> Any:
    """``list<schema.ADDRESS>``: the current address where any of it is known, then previous postcodes."""
    rows = found.rows
    known = pc.is_valid(pc.coalesce(rows["address"], rows["town"], rows["postcode"]))
    owners = np.flatnonzero(known.to_numpy(zero_copy_only=False))
    own = rows.take(owners)
    current = struct(
        schema.ADDRESS,
        len(owners),
        kind="current",
        address=own["address"],
        town=own["town"],
        postcode=each(own["postcode"], places.postcode, pa.string()),
    )
    before, texts = _elements(rows, "previous_postcodes", profile)
    previous = struct(schema.ADDRESS, len(before), kind="previous", postcode=each(texts, places.postcode, pa.string()))
    return lists(rows.num_rows, [Part(owners, current), Part(before, previous)], schema.ADDRESS)


def identifiers(found: Separated, _profile: Profile, as_of: dt.date) -> Any:
    """``list<schema.IDENTIFIER>`` in the order of the schemes; placeholders are kept and say so."""
    rows = found.rows
    parts = []
    for field in sorted(name for name in rows.column_names if name.startswith(IDENTIFIER)):
        read = numbers.parse_column(field.removeprefix(IDENTIFIER), rows[field], as_of.year)
        parts.append(_valid(np.arange(rows.num_rows), _whole(read)))
    return lists(rows.num_rows, parts, schema.IDENTIFIER)


def absent(found: Separated, _profile: Profile, _as_of: dt.date) -> Any:
    """``list<schema.ABSENT>`` in the order of the fields' names."""
    parts = []
    for field, reasons in sorted(found.absent.items()):
        owners = np.flatnonzero(reasons)
        why = pa.array([REASONS[int(reason)] for reason in reasons[owners]], pa.string())
        parts.append(Part(owners, struct(schema.ABSENT, len(owners), field=field, reason=why)))
    return lists(found.rows.num_rows, parts, schema.ABSENT)


def _current(rows: Any) -> Part:
    """The current name in its parts where the force sends parts, otherwise as one text."""
    whole = each(rows["full_name"], partial(_named, kind="current", is_surname=False), schema.NAME)
    given, surname = _whole(rows["given_names"]), _whole(rows["surname"])
    in_parts = pc.or_(pc.is_valid(given), pc.is_valid(surname))
    count = rows.num_rows
    apart = struct(schema.NAME, count, kind="current", given=given, surname=surname)
    return _valid(np.arange(count), pc.if_else(in_parts, apart, whole))


def _named(text: str, kind: str, is_surname: bool) -> dict[str, str | None] | None:
    """One name: "SURNAME, Given" in its parts, a lone birth surname as one, anything else as it stands."""
    if placeholders.is_placeholder("name", text):
        return None
    surname, comma, given = (part.strip() for part in text.partition(","))
    if comma and surname and given:
        return {"kind": kind, "given": given, "surname": surname, "full": None}
    if is_surname:
        return {"kind": kind, "given": None, "surname": surname or given, "full": None}
    return {"kind": kind, "given": None, "surname": None, "full": text.strip()}


def _elements(rows: Any, field: str, profile: Profile) -> tuple[Any, Any]:
    """The owners (int64) and trimmed texts of a field's elements, blank ones left out."""
    column = _whole(rows[field])
    if field in LISTS:
        split = pc.split_pattern(column, profile.format.list_separator)
        owners, texts = pc.list_parent_indices(split), pc.utf8_trim_whitespace(pc.list_flatten(split))
    else:
        owners, texts = pa.array(np.arange(len(column))), pc.utf8_trim_whitespace(column)
    written = pc.fill_null(pc.not_equal(texts, pa.scalar("")), False)
    return owners.filter(written).to_numpy().astype(np.int64), texts.filter(written)


def _valid(owners: Any, values: Any) -> Part:
    kept = pc.is_valid(values)
    return Part(owners[kept.to_numpy(zero_copy_only=False)], values.filter(kept))


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
