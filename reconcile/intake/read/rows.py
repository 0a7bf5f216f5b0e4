"""Columns of texts as one table with row numbers, the same for every format.

Decides which headings an extract may have. Invariant: headings are distinct and none is one of the reader's own
columns; what a reader has to say of the file goes with its table and is never lost on the way.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from reconcile.errors import ExtractError
from reconcile.intake.read.limits import limit
from reconcile.intake.receipt import Reason

ROW_NUMBER: Final = "row_number"
ROW_FAULT: Final = "row_fault"
"""Why a row cannot be read as a record, one of ``FAULTS``; null where it can."""
FIELDS_LACKING, FIELDS_EXTRA, NO_RECORD, UNDEFINED = FAULTS = (
    "fields_lacking",
    "fields_extra",
    "no_record",
    "undefined_bytes",
)
"""Fewer fields than there are headings; more; a line of JSON Lines that is no record; a cell with a byte that is no
character in the encoding of the file."""

_NOTES: Final = b"reconcile.notes"


def headings(names: Sequence[str]) -> list[str]:
    """The headings trimmed; one that is blank is called by its place.

    Raises:
        ExtractError: a heading stands twice, there is none at all, or there are too many.
    """
    plain = [" ".join(name.split()) or f"column {place}" for place, name in enumerate(names, start=1)]
    if not any(name.strip() for name in names):
        raise ExtractError("the extract has no heading row: send it with one")
    if len(names) > limit("columns"):
        raise ExtractError(f"the extract has more than {limit('columns')} columns: send those the profile names")
    places: dict[str, list[str]] = {}
    for place, name in enumerate(plain, start=1):
        places.setdefault(name.casefold(), []).append(str(place))
    # Named by place: where the heading row is missing, what stands in its place is somebody's data.
    if twice := [" and ".join(found[:3]) for found in places.values() if len(found) > 1]:
        raise ExtractError(f"columns {'; '.join(twice[:3])} have the same heading: give each column its own")
    return [f"{name} (as sent)" if name.casefold() in (ROW_NUMBER, ROW_FAULT) else name for name in plain]


def table(names: Sequence[str], columns: Iterable[Any], notes: Sequence[Reason] = (), faults: Any | None = None) -> Any:
    """The table of ``columns`` under checked ``headings``, with row numbers, and ``faults`` where any row has one."""
    try:
        arrays = [
            column if isinstance(column, pa.ChunkedArray | pa.Array) else pa.array(column, pa.string())
            for column in columns
        ]
        "".join(names).encode()
    except UnicodeEncodeError:
        raise ExtractError("the extract holds halves of characters: check its encoding") from None
    count = len(arrays[0]) if arrays else 0
    if count == 0:
        raise ExtractError("the extract has no rows: send a NIL manifest if there is nothing to send")
    arrays.append(pa.array(np.arange(1, count + 1, dtype=np.int32)))
    whole = [*headings(names), ROW_NUMBER]
    if faults is not None and faults.null_count < count:
        arrays.append(faults)
        whole.append(ROW_FAULT)
    return with_notes(pa.table(arrays, names=whole), notes)


def with_notes(rows: Any, notes: Sequence[Reason]) -> Any:
    """``rows`` that also say ``notes`` of the file they are from."""
    said = [*notes_of(rows), *notes]
    return rows.replace_schema_metadata({_NOTES: json.dumps(said).encode()} if said else None)


def beside_records(count: int) -> tuple[Reason, ...]:
    """That ``count`` elements, or records of other lists, stand where the records do and were not read."""
    if not count:
        return ()
    sentence = "Beside the records the profile names, others stand in the extract; they were not read: check them."
    return (("records_beside", count, sentence),)


def notes_of(rows: Any) -> tuple[Reason, ...]:
    """What the readers had to say of the file these rows are from; none of it is of a cell."""
    said = (rows.schema.metadata or {}).get(_NOTES, b"[]")
    return tuple((rule, count, sentence) for rule, count, sentence in json.loads(said))


def from_records(records: Sequence[Mapping[str, str]], notes: Sequence[Reason] = (), faults: Any | None = None) -> Any:
    """The table of records that each name their own fields; a field a record lacks is null."""
    names = list(Counter(name for record in records for name in record))
    if len(names) > limit("columns"):
        raise ExtractError(f"the extract has more than {limit('columns')} fields: send those the profile names")
    columns = [[record.get(name) for record in records] for name in names] if names else []
    return table(names, columns, notes, faults)


def text(value: object) -> str:
    """A typed cell as the text a person would read: whole numbers without a point, days without a time."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
