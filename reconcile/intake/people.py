"""The list columns of a record: names, addresses, identifiers, absent fields.

Decides which text is which kind of name and address. Invariant: names and addresses are kept as written, the
current one first; a word that stands for no name is no name, and stands among the absent fields; postcodes and
identifiers are in canonical form.
"""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake.absence import REASONS, UNKNOWN, Separated
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.distinct import whole
from reconcile.nested import Part, struct
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


def current_name(rows: Any) -> Part:
    """The current name in its parts where the force sends parts, otherwise as one text."""
    count = rows.num_rows
    given, surname = whole(rows["given_names"]), whole(rows["surname"])
    in_parts = pc.or_(pc.is_valid(given), pc.is_valid(surname))
    apart = struct(schema.NAME, count, kind="current", given=given, surname=surname)
    if rows["full_name"].null_count == count:
        return _valid(np.arange(count), apart, in_parts)
    together = whole(rows["full_name"])
    either = pc.if_else(in_parts, apart, written_name(together, "current", is_surname=False))
    return _valid(np.arange(count), either, pc.or_(in_parts, pc.is_valid(together)))


def further_names(rows: Any, field: str, profile: Profile) -> Part:
    """The names of one of ``OTHER_NAMES``; words that stand for no name are left out."""
    owners, texts, worthless = _elements_judged(rows, field, profile)
    kept = pc.invert(worthless)
    names = written_name(texts.filter(kept), OTHER_NAMES[field], is_surname=field == "maiden_name")
    return Part(owners[np.asarray(kept)], names)


def written_name(texts: Any, kind: str, *, is_surname: bool) -> Any:
    """Trimmed ``texts`` as ``schema.NAME``: "SURNAME, Given" in its parts, a lone birth surname as one, anything else
    as it stands."""
    nothing = pa.nulls(len(texts), pa.string())
    comma = pc.fill_null(pc.match_substring(texts, ","), False)
    surname = given = nothing
    if pc.any(comma).as_py():
        halves = pc.list_flatten(pc.split_pattern(texts.filter(comma), ",", max_splits=1))
        before, after = (pc.utf8_trim_whitespace(halves.take(pa.array(_every(halves, at)))) for at in (0, 1))
        surname, given = (pc.replace_with_mask(nothing, comma, half) for half in (before, after))
    both = pc.fill_null(pc.and_(_written(surname), _written(given)), False)
    full = pc.if_else(both, pa.scalar(None, pa.string()), texts)
    if is_surname:
        alone = pc.if_else(_written(surname), surname, pc.if_else(_written(given), given, texts))
        surname, full = pc.if_else(both, surname, alone), nothing
    else:
        surname = pc.if_else(both, surname, pa.scalar(None, pa.string()))
    given = pc.if_else(both, given, pa.scalar(None, pa.string()))
    return struct(schema.NAME, len(texts), kind=kind, given=given, surname=surname, full=full)


def current_address(rows: Any) -> Part:
    """The current address where any of it is known."""
    known = pc.is_valid(pc.coalesce(rows["address"], rows["town"], rows["postcode"]))
    owners = np.flatnonzero(np.asarray(known))
    own = rows.select(["address", "town", "postcode"])
    if len(owners) < rows.num_rows:
        own = own.filter(known)
    current = struct(
        schema.ADDRESS,
        len(owners),
        kind="current",
        address=own["address"],
        town=own["town"],
        postcode=places.postcode_column(whole(own["postcode"])),
    )
    return Part(owners, current)


def previous_postcodes(rows: Any, profile: Profile) -> Part:
    """The postcodes of earlier addresses."""
    owners, texts = elements(rows, "previous_postcodes", profile)
    postcodes = places.postcode_column(texts)
    return Part(owners, struct(schema.ADDRESS, len(owners), kind="previous", postcode=postcodes))


def identifiers(rows: Any, latest_year: int) -> list[Part]:
    """The identifiers in the order of the schemes; placeholders are kept and say so."""
    parts = []
    for field in sorted(name for name in rows.column_names if name.startswith(IDENTIFIER)):
        if rows[field].null_count < rows.num_rows:
            texts = whole(rows[field])
            owners = np.flatnonzero(np.asarray(pc.is_valid(texts)))
            read = whole(numbers.parse_column(field.removeprefix(IDENTIFIER), texts.drop_null(), latest_year))
            parts.append(_valid(owners, read, pc.is_valid(read)))
    return parts


def absent_fields(found: Separated, profile: Profile) -> list[Part]:
    """The absent fields in the order of their names, each with the reason and the force's own word."""
    parts = [(field, _absent(field, reasons, found.texts[field])) for field, reasons in found.absent.items()]
    for field in LISTS:
        if field in OTHER_NAMES:
            owners, texts, worthless = _elements_judged(found.rows, field, profile)
            if pc.any(worthless).as_py():
                said = texts.filter(worthless)
                missing = struct(schema.ABSENT, len(said), field=field, reason=REASONS[UNKNOWN], text=said)
                parts.append((field, Part(owners[np.asarray(worthless)], missing)))
    return [part for _field, part in sorted(parts, key=lambda named: named[0])]


def _absent(field: str, reasons: Any, texts: Any) -> Part:
    owners = np.flatnonzero(reasons)
    why = pa.array([None, *REASONS.values()], pa.string()).take(pa.array(reasons[owners]))
    return Part(owners, struct(schema.ABSENT, len(owners), field=field, reason=why, text=texts.take(pa.array(owners))))


def _elements_judged(rows: Any, field: str, profile: Profile) -> tuple[Any, Any, Any]:
    """As ``elements``, and which of the texts stand for no name."""
    owners, texts = elements(rows, field, profile)
    return owners, texts, placeholders.worthless("name", texts)


def elements(rows: Any, field: str, profile: Profile) -> tuple[Any, Any]:
    """The owners (int64) and trimmed texts of a field's elements, blank ones left out."""
    column = whole(rows[field])
    owners = np.flatnonzero(np.asarray(pc.is_valid(column)))
    texts = column.filter(pc.is_valid(column))
    if field in LISTS:
        split = pc.split_pattern(texts, profile.format.list_separator)
        owners, texts = owners[np.asarray(pc.list_parent_indices(split))], pc.list_flatten(split)
    texts = pc.utf8_trim_whitespace(texts)
    written = _written(texts)
    return owners[np.asarray(written)], texts.filter(written)


def _every(halves: Any, start: int) -> Any:
    return np.arange(start, len(halves), 2)


def _written(texts: Any) -> Any:
    return pc.fill_null(pc.not_equal(texts, pa.scalar("")), False)


def _valid(owners: Any, values: Any, kept: Any) -> Part:
    """The elements that ``kept`` marks, and their owners."""
    if pc.all(kept).as_py():
        return Part(owners, values)
    return Part(owners[np.asarray(kept)], values.filter(kept))
