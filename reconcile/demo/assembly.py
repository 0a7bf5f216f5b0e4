"""From arrays of one place a record to the canonical Arrow table.

Decides nothing. Invariant: the table has exactly ``schema.RECORDS`` and is sorted by record id.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from reconcile import schema
from reconcile.demo.people import Days
from reconcile.demo.tables import Ints, Texts

Column = Any  # an Arrow array: its stubs know neither nulls nor struct lists
pc: Any = pyarrow.compute
arrow: Any = pa


def text_column(values: Texts) -> Column:
    """Text with "" as null."""
    column = arrow.array(values, pa.string())
    return pc.if_else(pc.equal(column, ""), arrow.scalar(None, pa.string()), column)


def date_column(days: Days, text: Texts | None = None, last: Days | None = None) -> Column:
    """PARTIAL_DATE of each day; NaT without ``text`` is a blank. ``text`` where not "" replaces the ISO text, ``last``
    where not NaT the end of the interval."""
    lo = arrow.array(days.astype("datetime64[D]"), pa.date32())
    hi = lo if last is None else arrow.array(np.where(np.isnat(last), days, last).astype("datetime64[D]"), pa.date32())
    words = pc.cast(lo, pa.string())
    if text is not None:
        own = text_column(text)
        words = pc.if_else(pc.is_valid(own), own, words)
    mask = pc.is_null(words)
    return arrow.StructArray.from_arrays([lo, hi, words], fields=list(schema.PARTIAL_DATE), mask=mask)


def list_column(kind: pa.StructType, count: int, entries: list[tuple[Ints, int, dict[str, Any]]]) -> Column:
    """A list of structs for each record. An entry is (record of each, rank within the record, the struct's fields)."""
    record = np.concatenate([where for where, _, _ in entries])
    rank = np.concatenate([np.full(len(where), rank) for where, rank, _ in entries])
    order = arrow.array(np.lexsort((rank, record)))
    columns = [
        arrow.concat_arrays(
            [_entry(fields.get(field.name), len(where), field.type) for where, _, fields in entries]
        ).take(order)
        for field in kind
    ]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(record, minlength=count))]).astype(np.int32)
    return arrow.ListArray.from_arrays(arrow.array(offsets), arrow.StructArray.from_arrays(columns, fields=list(kind)))


def _entry(values: Any, count: int, kind: pa.DataType) -> Column:
    if values is None:
        return arrow.nulls(count, kind)
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, str):
        return arrow.repeat(arrow.scalar(values), count)
    return text_column(values)


def table(columns: dict[str, Any], schema_: pa.Schema = schema.RECORDS) -> pa.Table:
    """The table of these columns; a column not given is null, or an empty list where it is a list."""
    count = len(columns["record_id"])
    filled = []
    for field in schema_:
        values = columns.get(field.name)
        if values is None and pa.types.is_list(field.type):
            values = arrow.array([[]] * count, field.type)
        elif values is None:
            values = arrow.nulls(count, field.type)
        elif not isinstance(values, pa.Array):
            values = text_column(values)
        filled.append(values)
    made: pa.Table = arrow.Table.from_arrays(filled, schema=schema_)
    return made


def in_order(records: pa.Table, *beside: pa.Table) -> tuple[pa.Table, ...]:
    """The tables sorted by the record id of the first."""
    order = pc.sort_indices(records["record_id"])
    return tuple(each.take(order).combine_chunks() for each in (records, *beside))


def months_column(months: NDArray[np.int64]) -> Column:
    return arrow.array(months.astype(np.int32), pa.int32(), mask=months < 0)
