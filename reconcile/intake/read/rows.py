"""Columns of texts as one table with row numbers, the same for every format.

Decides which headings an extract may have. Invariant: headings are distinct and none is ``row_number``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from reconcile.errors import ExtractError

ROW_NUMBER: Final = "row_number"


def headings(names: Sequence[str]) -> list[str]:
    """The headings trimmed; one that is blank is called by its place.

    Raises:
        ExtractError: a heading stands twice, or there is none at all.
    """
    plain = [" ".join(name.split()) or f"column {place}" for place, name in enumerate(names, start=1)]
    if not any(name.strip() for name in names):
        raise ExtractError("the extract has no heading row: send it with one")
    places: dict[str, list[str]] = {}
    for place, name in enumerate(plain, start=1):
        places.setdefault(name.casefold(), []).append(str(place))
    # Named by place: where the heading row is missing, what stands in its place is somebody's data.
    if twice := [" and ".join(found) for found in places.values() if len(found) > 1]:
        raise ExtractError(f"columns {'; '.join(twice)} have the same heading: give each column its own")
    return [f"{name} (as sent)" if name.casefold() == ROW_NUMBER else name for name in plain]


def table(names: Sequence[str], columns: Iterable[Any]) -> Any:
    """The table of ``columns`` under checked ``headings``, with row numbers."""
    try:
        arrays = [
            column if isinstance(column, pa.ChunkedArray) else pa.array(column, pa.string()) for column in columns
        ]
        "".join(names).encode()
    except UnicodeEncodeError:
        raise ExtractError("the extract holds halves of characters: check its encoding") from None
    count = len(arrays[0]) if arrays else 0
    if count == 0:
        raise ExtractError("the extract has no rows: send a NIL manifest if there is nothing to send")
    numbers = pa.array(range(1, count + 1), pa.int32())
    return pa.table([*arrays, numbers], names=[*headings(names), ROW_NUMBER])


def from_records(records: Sequence[Mapping[str, str]]) -> Any:
    """The table of records that each name their own fields; a field a record lacks is null."""
    names = list(Counter(name for record in records for name in record))
    return table(names, [[record.get(name) for record in records] for name in names] if names else [])


def text(value: object) -> str:
    """A typed cell as the text a person would read: whole numbers without a point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
