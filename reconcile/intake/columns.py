"""A force's own columns under their canonical names.

Decides which column of the extract is which, by heading alone. Invariant: a column the profile does not map, or that
is never taken whatever the profile says, is told in the receipt and goes no further; several source columns of one
field are joined with a space; where a table lacks the column of a list it sends, that is not known, and not blank.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.forces.lists import LISTS
from reconcile.forces.profile import COLUMNS
from reconcile.intake import headings, spreadsheet
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER, notes_of
from reconcile.intake.receipt import Reason

IDENTIFIER: Final = "identifier."
"""Before the scheme, in the name of an identifier's column."""
REQUIRED: Final = ("local_id", "status")
NOT_SENT: Final = "not in the extract"
"""Stands in the cells of a column of a list that is not in the extract, where others of the list are filled."""
TABULAR: Final = ("csv", "xlsx")
"""Kinds of extract in which a column without a single value has a heading; in XML and JSON it is just not there."""
NAMES: Final = ("full_name", "surname", "given_names")


_SPACE_BEGINS: Final = np.isin(np.arange(256), [*range(0x21), 0xC2, 0xE1, 0xE2, 0xE3])
_ASCII: Final = 0x80
_SPACE_ENDS: Final = np.isin(np.arange(256), [*range(0x21), *range(0x80, 0xC0)])


@dataclass(frozen=True)
class Mapped:
    """``rows``: every canonical column as string, null where blank or not sent; ``row_number`` int32 and ``row_fault``
    string, null where the row is whole. ``notes``: of the file, its columns, and what a spreadsheet did to them."""

    rows: pa.Table
    notes: tuple[Reason, ...]


def map_columns(rows: Any, profile: Profile) -> Mapped:
    """Give the columns of an extract their canonical names.

    Args:
        rows: as ``reconcile.intake.read`` gives them.

    Raises:
        ExtractError: a column no record can do without is missing.
    """
    sent = [name for name in rows.column_names if name not in (ROW_NUMBER, ROW_FAULT)]
    refused = {name: kind for name in sent if (kind := headings.refused(name)) is not None}
    present = {name.casefold(): name for name in sent if name not in refused}
    wanted = {**profile.columns, **{IDENTIFIER + scheme: (name,) for scheme, name in profile.identifiers.items()}}
    found = {
        field: [present[name.casefold()] for name in sources if name.casefold() in present]
        for field, sources in wanted.items()
    }
    lacking = [field for field in REQUIRED if not found.get(field)]
    if not any(found.get(field) for field in NAMES):
        lacking.append(next((field for field in ("surname", *NAMES) if wanted.get(field)), "surname"))
    if lacking:
        expected = [name for field in lacking for name in wanted.get(field, (field,))]
        if never := [name for name in expected if (kind := headings.refused(name)) is not None]:
            raise ExtractError(
                f"the profile takes {', '.join(lacking)} from {', '.join(never)}, never taken: change it"
            )
        many, them = ("columns", "them") if len(expected) > 1 else ("column", "it")
        raise ExtractError(f"the extract has no {many} {', '.join(expected)}: send {them}, or change the profile")
    blank = pa.chunked_array([pa.nulls(rows.num_rows, pa.string())])
    fields = [*sorted(COLUMNS), *(IDENTIFIER + scheme for scheme in sorted(profile.identifiers))]
    columns = [_joined(rows, found[field]) if found.get(field) else blank for field in fields]
    named: dict[str, Any] = dict(zip(fields, columns, strict=True))
    in_part = _lists_in_part(profile, found, named) if profile.format.kind in TABULAR else []
    fault = rows[ROW_FAULT] if ROW_FAULT in rows.column_names else blank
    table = pa.table([*named.values(), rows[ROW_NUMBER], fault], names=[*named, ROW_NUMBER, ROW_FAULT])
    numbers = ["local_id", *(IDENTIFIER + scheme for scheme in sorted(profile.identifiers))]
    changed = [note for field in numbers for note in spreadsheet.notes(field.removeprefix(IDENTIFIER), table[field])]
    not_sent = _not_sent(wanted, {*present, *map(str.casefold, refused)})
    return Mapped(table, (*notes_of(rows), *not_sent, *in_part, *_not_stored(sent, found, refused), *changed))


def _lists_in_part(profile: Profile, found: Mapping[str, list[str]], columns: dict[str, Any]) -> list[Reason]:
    """Write ``NOT_SENT`` into the cells of list columns that a table lacks, in place, beside others that are filled."""
    lacking: list[str] = []
    for listed in LISTS.values():
        others = [columns[name] for name in listed.columns if found.get(name)]
        for member in listed.members if others else ():
            if member.needed and member.column in profile.columns and not found[member.column]:
                lacking += profile.columns[member.column]
                columns[member.column] = pc.if_else(
                    pc.is_valid(pc.coalesce(*others)), pa.scalar(NOT_SENT), pa.scalar(None, pa.string())
                )
    sentence = f"Columns of lists were not sent and what they would say is taken as not known: {', '.join(lacking)}."
    return [("lists_whole", 0, sentence)] if lacking else []


def _joined(rows: Any, names: list[str]) -> Any:
    first, *rest = (_cleaned(rows[name]) for name in names)
    for part in rest:
        # Not with null_handling="skip": that gives no element at all where all parts are null.
        first = pc.coalesce(pc.binary_join_element_wise(first, part, " "), first, part)
    return first


def _cleaned(column: Any) -> Any:
    """The cells trimmed, null where nothing is left."""
    return pa.chunked_array([_trimmed(chunk) for chunk in column.chunks], pa.string())


def _whole_cells(cells: Any) -> Any | None:
    """``cells`` with nulls for the empty ones and no text copied; None where any may have to be trimmed."""
    _validity, places, texts = cells.buffers()
    if cells.offset or cells.null_count or not len(cells) or texts is None or not texts.size:
        return None
    bounds, octets = np.frombuffer(places, np.int32)[: len(cells) + 1], np.frombuffer(texts, np.uint8)
    # An empty cell shows its neighbours' letters, which are looked at anyway.
    first, last = (octets.take(at, mode="clip") for at in (bounds[:-1], bounds[1:] - 1))
    # Every space of Unicode begins with one of these bytes, and ends with one that only continues a character.
    if _has_any(first, _SPACE_BEGINS) or _has_any(last, _SPACE_ENDS):
        return None
    filled = bounds[1:] > bounds[:-1]
    valid = None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little").tobytes())
    return pa.StringArray.from_buffers(len(cells), places, texts, valid)


def _has_any(letters: NDArray[np.uint8], wanted: NDArray[np.bool_]) -> bool:
    # Most columns have only letters and figures of ASCII at their ends: two looks at all of them, and none at each.
    return bool((letters.min() <= ord(" ") or letters.max() >= _ASCII) and wanted[letters].any())


def _trimmed(cells: Any) -> Any:
    whole = _whole_cells(cells)
    if whole is not None:
        return whole
    column = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(column, pa.scalar("")), pa.scalar(None, pa.string()), column)


def _not_sent(wanted: Mapping[str, Sequence[str]], sent: Collection[str]) -> list[Reason]:
    absent = sorted({name for sources in wanted.values() for name in sources if name.casefold() not in sent})
    sentence = f"Columns the profile names were not sent: {', '.join(absent)}."
    return [("columns_sent", 0, sentence)] if absent else []


def _not_stored(
    sent: Sequence[str], found: Mapping[str, list[str]], refused: Mapping[str, headings.Refused]
) -> list[Reason]:
    """Every column that goes no further, by its heading or its place, and why."""
    notes = []
    for kind in headings.never_taken():
        if dropped := [name for name, why in refused.items() if why is kind]:
            told = _told(dropped, sent)
            notes.append(("columns_never_taken", 0, f"Columns of {kind.called} were not stored: {told}. {kind.reason}"))
    stored = {name for names in found.values() for name in names}
    if unknown := [name for name in sent if name not in stored and name not in refused]:
        told = _told(unknown, sent)
        notes.append(("columns_known", 0, f"Columns the profile does not map were not stored: {told}."))
    return notes


def _told(names: Collection[str], sent: Sequence[str]) -> str:
    quoted, places = headings.said(names, sent)
    return ", ".join([*quoted, *(f"a heading that looks like data (column {place})" for place in places)])
