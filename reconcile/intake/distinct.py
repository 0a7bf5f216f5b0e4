"""A column's distinct values judged once each and spread back over its rows.

Decides nothing. Invariant: the result of a row depends on its own value alone; a null stays null.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa


def each(column: Any, judge: Callable[[str], Any], kind: Any) -> Any:
    """``judge`` of every cell of a string column, as an Arrow array of type ``kind``."""
    found = whole(column)
    if found.null_count == len(found):
        return pa.nulls(len(found), kind)
    return spread(found, lambda texts: pa.array([judge(text) for text in texts.to_pylist()], kind))


def spread(column: Any, judge: Callable[[Any], Any]) -> Any:
    """``judge`` of a string column, which is given the distinct values as an array and gives an array as long."""
    encoded: Any = whole(column).cast(pa.string()).dictionary_encode()
    return judge(encoded.dictionary).take(encoded.indices)


def whole(column: Any) -> Any:
    """A column as one Arrow array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
