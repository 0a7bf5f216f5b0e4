"""A column's distinct values judged once each and spread back over its rows.

Decides nothing. Invariant: the result of a row depends on its own value alone; a null stays null.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa


def each(column: Any, judge: Callable[[str], Any], kind: Any) -> Any:
    """``judge`` of every cell of a string column, as an Arrow array of type ``kind``."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded: Any = whole.cast(pa.string()).dictionary_encode()
    return pa.array([judge(text) for text in encoded.dictionary.to_pylist()], kind).take(encoded.indices)
