"""List columns put together from parts: names, addresses, identifiers, absent fields.

Decides nothing but the order inside a list: that of the parts, then that of the elements within a part. Invariant:
a row without elements has an empty list, never a null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """Elements and the rows they belong to: ``owners`` int64, never falling, and ``values`` a struct array.

    ``places`` says which of the values each element is, where several are the same one; None where each is its own.
    """

    owners: NDArray[np.int64]
    values: Any
    places: NDArray[np.int32] | None = None


def lists(count: int, parts: Sequence[Part], kind: Any) -> Any:
    """A list array of ``count`` rows of ``kind`` structs."""
    parts = [part for part in parts if len(part.owners)]
    owners = np.concatenate([np.zeros(0, np.int64), *(part.owners for part in parts)])
    values = pa.concat_arrays([pa.array([], kind), *(_of_kind(part.values, kind) for part in parts)])
    ends = np.cumsum(np.bincount(owners, minlength=count))
    offsets: Any = pa.array(np.concatenate([[0], ends]).astype(np.int32))
    in_order = bool((owners[1:] >= owners[:-1]).all())
    if not in_order or any(part.places is not None for part in parts):
        places = _places(parts)
        values = _taken(values, pa.array(places if in_order else places[np.argsort(owners, kind="stable")]))
    return pa.ListArray.from_arrays(offsets, values)


def _taken(values: Any, places: Any) -> Any:
    """Structs by their places; a field that none has is not looked at."""
    fields = list(values.type)
    columns = [
        pa.nulls(len(places), each.type) if each.null_count == len(each) else each.take(places)
        for each in (values.field(field.name) for field in fields)
    ]
    return pa.StructArray.from_arrays(columns, fields=fields)


def _places(parts: Sequence[Part]) -> NDArray[np.int32]:
    """Which of all parts' values, one part's after the other's, each element is."""
    starts = np.cumsum([0, *(len(part.values) for part in parts)])
    own = (np.arange(len(part.values), dtype=np.int32) if part.places is None else part.places for part in parts)
    return np.concatenate([np.int32(start) + each for start, each in zip(starts[:-1], own, strict=True)])


def _of_kind(values: Any, kind: Any) -> Any:
    return values if values.type == kind else values.cast(kind)


def struct(kind: Any, count: int, /, **columns: Any) -> Any:
    """A struct array of ``count`` elements; a field not given is null, a single text stands in every element."""
    arrays = []
    for place in range(kind.num_fields):
        field = kind.field(place)
        column = columns.get(field.name)
        if column is None:
            column = pa.nulls(count, field.type)
        elif isinstance(column, str):
            column = pa.repeat(column, count)
        elif isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        arrays.append(column)
    return pa.StructArray.from_arrays(arrays, fields=[kind.field(place) for place in range(kind.num_fields)])
