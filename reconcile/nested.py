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
    """Elements and the rows they belong to: ``owners`` int64 and ``values`` a struct array, of one length."""

    owners: NDArray[np.int64]
    values: Any


def lists(count: int, parts: Sequence[Part], kind: Any) -> Any:
    """A list array of ``count`` rows of ``kind`` structs."""
    parts = [part for part in parts if len(part.owners)]
    owners = np.concatenate([np.zeros(0, np.int64), *(part.owners for part in parts)])
    values = pa.concat_arrays([pa.array([], kind), *(_of_kind(part.values, kind) for part in parts)])
    ends = np.cumsum(np.bincount(owners, minlength=count))
    offsets: Any = pa.array(np.concatenate([[0], ends]).astype(np.int32))
    if (owners[1:] < owners[:-1]).any():
        values = values.take(pa.array(np.argsort(owners, kind="stable")))
    return pa.ListArray.from_arrays(offsets, values)


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
