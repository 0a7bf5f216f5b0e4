"""Postcodes as two numbers each, so that millions of pairs are compared at once.

Decides the relation of two different postcodes: one slip apart, one outward code, or neither. Invariant: symmetric;
a slip is one insertion, deletion, exchange or swap of neighbours (optimal string alignment), as for any other text.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reconcile.linkage.values import numbered, texts_at
from reconcile.values.text_bytes import spread

_WIDTH: Final = 8


@dataclass(frozen=True)
class Postcodes:
    """``values``: Arrow string array of distinct postcodes without spaces."""

    values: Any

    @cached_property
    def _bytes(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int32]]:
        """The bytes packed from the front and from the back, and the length; -1 where a text is too long or has
        letters of several bytes."""
        compute: Any = pc
        start, content = spread(self.values)
        length = np.diff(start).astype(np.int32)
        short = (length <= _WIDTH) & compute.string_is_ascii(self.values).to_numpy(zero_copy_only=False)
        front, back = (np.zeros((len(length), _WIDTH), np.uint8) for _ in range(2))
        for place in range(_WIDTH):
            rows = np.flatnonzero(short & (length > place))
            front[rows, place] = content[start[rows] + place]
            back[rows, place] = content[start[rows + 1] - 1 - place]
        return front.view("<u8").ravel(), back.view("<u8").ravel(), np.where(short, length, -1).astype(np.int32)

    @cached_property
    def _outward(self) -> NDArray[np.int32]:
        """A number for what stands before the last three characters; -1 where nothing does."""
        compute: Any = pc
        long = compute.greater(compute.utf8_length(self.values), 4)
        return numbered(compute.if_else(long, compute.utf8_slice_codeunits(self.values, 0, -3), None)).codes

    def same_outward(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
        return np.asarray((self._outward[a] == self._outward[b]) & (self._outward[a] >= 0))

    def slip(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether two different postcodes are one slip apart."""
        front, back, length = self._bytes
        one, other = length[a], length[b]
        ahead = _agreeing(front[a] ^ front[b])
        behind = _agreeing(back[a] ^ back[b])
        longer = np.maximum(one, other)
        exchanged = (one == other) & (ahead + behind >= one - 1)
        dropped = (np.abs(one - other) == 1) & (ahead + behind >= longer - 1)
        result: NDArray[np.bool_] = exchanged | dropped
        swapped = np.flatnonzero((one == other) & (ahead + behind == one - 2))
        odd = np.flatnonzero((one < 0) | (other < 0))
        for rows in (swapped, odd):
            x, y = texts_at(self.values, a[rows]), texts_at(self.values, b[rows])
            result[rows] = np.asarray(cpdist(x, y, scorer=OSA.distance, score_cutoff=1, dtype=np.int32)) <= 1
        return result


def _agreeing(apart: NDArray[np.uint64]) -> NDArray[np.int32]:
    """How many of the first bytes agree, eight where all do."""
    lowest = apart & (~apart + np.uint64(1))
    below = np.where(apart == 0, np.uint64(0xFFFFFFFFFFFFFFFF), lowest - np.uint64(1))
    return (np.bitwise_count(below) // 8).astype(np.int32)
