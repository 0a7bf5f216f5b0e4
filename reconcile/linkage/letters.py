"""The letters of each distinct value, counted: a bound from above on how alike two values can be.

Decides which pairs of values are worth comparing letter by letter. Invariant: a pair left out could not have
reached the similarity asked for; no more than its letters in common can agree, in whatever order.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile.values.text_bytes import spread

_GROUPS: Final = ("e", "a", "i", "o", "n", "r", "l", "s", "t", "cdh", "mguy", "bpfvwkjxqz", "0369", "147", "258")
"""Letters counted together; every other byte is of one further group."""
_MOST: Final = 15
LONGEST: Final = 60
"""Bytes beyond which a value is not bounded, as its counts would not fit; nor is one with more than ``_MOST`` letters
of a group, or beyond ASCII."""


def _group_of_byte() -> NDArray[np.int64]:
    groups = np.full(256, len(_GROUPS), np.int64)
    for place, letters in enumerate(_GROUPS):
        for letter in letters:
            groups[[ord(letter), ord(letter.upper())]] = place
    return groups


@dataclass(frozen=True)
class Letters:
    """``counts`` complex128 [values]: sixteen uint8 counts seen as one number, to be gathered at once;
    ``length`` int32 in bytes; ``first`` uint8, the first byte, 0 where empty; ``free`` bool, not bounded."""

    counts: NDArray[np.complex128]
    length: NDArray[np.int32]
    first: NDArray[np.uint8]
    free: NDArray[np.bool_]

    def common(self, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.int32]:
        """At least as many letters as values ``a`` and ``b`` have in common, int32 [pairs]."""
        least = np.minimum(self.counts[a].view(np.uint8), self.counts[b].view(np.uint8)).view(np.uint64)
        sums = ((least[::2] + least[1::2]) * np.uint64(0x0101010101010101)) >> np.uint64(56)
        common: NDArray[np.int32] = sums.astype(np.int32)
        if self.free.any():
            free = self.free[a] | self.free[b]
            common[free] = np.maximum(self.length[a], self.length[b])[free]
        return common

    def within_edits(self, a: NDArray[np.integer], b: NDArray[np.integer], edits: int) -> NDArray[np.bool_]:
        """Whether the two can be ``edits`` or fewer insertions, deletions, exchanges or swaps apart."""
        return np.asarray(self.common(a, b) >= np.maximum(self.length[a], self.length[b]) - edits)

    def reaches_indel(self, a: NDArray[np.integer], b: NDArray[np.integer], least: float) -> NDArray[np.bool_]:
        """Whether the normalised indel similarity, in any order of words, can be ``least``."""
        return np.asarray(2 * self.common(a, b) >= least * (self.length[a] + self.length[b]))

    def reaches_winkler(self, a: NDArray[np.integer], b: NDArray[np.integer], least: float) -> NDArray[np.bool_]:
        """Whether the Jaro-Winkler similarity can be ``least``: a common start of four lifts it most."""
        common = self.common(a, b).astype(np.float32)
        jaro = np.where(self.first[a] == self.first[b], (least - 0.4) / 0.6, least)
        return np.asarray(common / self.length[a] + common / self.length[b] >= 3 * jaro - 1.001)


def letters_of(values: Any) -> Letters:
    """Count the letters of an Arrow string array or a sequence of strings."""
    offsets, content = spread(values if isinstance(values, pa.Array) else pa.array(values, pa.string()))
    n = len(offsets) - 1
    length = np.diff(offsets).astype(np.int32)
    groups = _group_of_byte()
    counts = np.empty((n, len(_GROUPS) + 1), np.uint8)
    crowded = np.zeros(n, bool)
    step = 1 << 17
    for begin in range(0, n, step):
        end = min(begin + step, n)
        row = np.repeat(np.arange(end - begin), length[begin:end])
        cell = row * 16 + groups[content[offsets[begin] : offsets[end]]]
        found = np.bincount(cell, minlength=(end - begin) * 16)
        counts[begin:end] = np.minimum(found, _MOST).reshape(-1, 16)
        crowded[begin:end] = (found > _MOST).reshape(-1, 16).any(axis=1)
    first = np.zeros(n, np.uint8)
    first[length > 0] = content[offsets[:-1][length > 0]]
    beyond = np.r_[0, np.cumsum(content >= 128)]
    free = (length > LONGEST) | crowded | (beyond[offsets[1:]] > beyond[offsets[:-1]])
    return Letters(counts.view(np.complex128).ravel(), np.maximum(length, 1), first, free)
