"""Strings to codes: each distinct value normalised once, codes in the order of the normalised values.

Invariant: equal normalised values get equal codes, and codes do not depend on row order; -1 is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True)
class Codes:
    """``codes`` int32 [n] into the sorted ``values``."""

    values: tuple[str, ...]
    codes: NDArray[np.int32]

    def counts(self) -> NDArray[np.int64]:
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


def encode(column: Any, normalise: Callable[[str], str] = str) -> Codes:
    """Encode an Arrow string array; an empty normalised value is missing."""
    n = len(column)
    if pa.types.is_null(column.type):
        return Codes((), np.full(n, -1, np.int32))
    encoded = pc.dictionary_encode(column.cast(pa.string()))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    distinct = [normalise(text) for text in encoded.dictionary.to_pylist()]
    values = tuple(sorted({value for value in distinct if value}))
    place = {value: code for code, value in enumerate(values)}
    table = np.array([place.get(value, -1) for value in distinct] + [-1], np.int32)
    indices = pc.fill_null(encoded.indices, len(distinct)).to_numpy(zero_copy_only=False)
    return Codes(values, table[indices])


def grouped(owners: NDArray[np.int64], codes: NDArray[np.int32], n: int, most: int) -> NDArray[np.int32]:
    """Spread list elements over columns: int32 [n, slots], the first ``most`` distinct codes of each owner."""
    keep = codes >= 0
    owners, codes = owners[keep], codes[keep]
    order = np.lexsort((np.arange(len(codes)), codes, owners))
    first = np.ones(len(order), bool)
    first[1:] = (owners[order][1:] != owners[order][:-1]) | (codes[order][1:] != codes[order][:-1])
    kept = np.sort(order[first])
    owners, codes = owners[kept], codes[kept]
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=n), out=starts[1:])
    slot = np.arange(len(owners)) - starts[owners]
    width = min(most, int(slot.max()) + 1 if len(slot) else 1)
    result = np.full((n, width), -1, np.int32)
    inside = slot < width
    result[owners[inside], slot[inside]] = codes[inside]
    return result


def per_distinct(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    size: int,
    score: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[Any]],
) -> NDArray[Any]:
    """Score the distinct unordered pairs of codes (neither -1) once and spread the scores back."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    distinct, place = np.unique(low * size + high, return_inverse=True)
    return score(distinct // size, distinct % size)[place]
