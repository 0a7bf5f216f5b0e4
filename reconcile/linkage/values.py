"""Strings to codes: each distinct value normalised once, codes in the order in which the sorted records name them.

Invariant: equal normalised values get equal codes, and codes do not depend on row order, as records are sorted
before they are encoded; -1 is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage.letters import Letters, letters_of
from reconcile.names.romanise import romanise

_compute: Any = pc


_SMALL: Final = 1 << 22
"""Pairs of distinct values up to which a table of them all is cheaper than sorting those at hand."""


class Numbered(NamedTuple):
    """A column as its distinct texts, an Arrow string array, and their places, int32 [n], -1 where there is none."""

    texts: Any
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Codes:
    """``codes`` int32 [n] into ``values``, an Arrow string array of distinct texts."""

    values: Any
    codes: NDArray[np.int32]

    def at(self, places: NDArray[np.integer]) -> list[str]:
        """The texts at some places of ``values``."""
        return texts_at(self.values, places)

    @cached_property
    def letters(self) -> Letters:
        """The letters of the values, counted when they are first asked for."""
        return letters_of(self.values)


def texts_at(values: Any, places: NDArray[np.integer]) -> list[str]:
    """The texts of an Arrow string array at some places."""
    found: list[str] = values.take(pa.array(places)).to_numpy(zero_copy_only=False).tolist()
    return found


def encode(column: Any, normalise: Callable[[Any], Any] | None = None) -> Codes:
    """Encode an Arrow string array, or one already ``Numbered``; an empty normalised value is missing.

    ``normalise`` is given the distinct values as an Arrow array and gives them back in normal form.
    """
    distinct, codes = column if isinstance(column, Numbered) else numbered(column)
    if normalise is not None:
        normal = normalise(distinct)
        if not normal.equals(distinct):
            distinct, again = numbered(normal)
            codes = np.r_[again, -1].astype(np.int32)[codes]
    empty = _compute.index(distinct, "").as_py()
    if empty >= 0:
        codes = np.where(codes == empty, -1, codes - (codes > empty)).astype(np.int32)
        distinct = pa.concat_arrays([distinct[:empty], distinct[empty + 1 :]])
    return Codes(distinct, codes)


def numbered(column: Any) -> Numbered:
    """The distinct values of an Arrow string array in the order they come, and int32 codes into them; -1 is null."""
    encoded = _compute.dictionary_encode(column.cast(pa.string()))
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return Numbered(encoded.dictionary, _compute.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False))


def romanised(texts: Any) -> Any:
    """``names.romanise`` of every text of an Arrow string array."""
    plain = _compute.replace_substring_regex(_compute.ascii_lower(texts), "['`]", "")
    plain = _compute.utf8_trim(_compute.replace_substring_regex(plain, "[^a-z0-9]+", " "), " ")
    odd = _compute.fill_null(_compute.invert(_compute.string_is_ascii(texts)), False)
    read = [romanise(text) for text in texts.filter(odd).to_pylist()]
    return _compute.replace_with_mask(plain, odd, pa.array(read, pa.string())) if read else plain


def worded(texts: Any, change: Callable[[str], str]) -> Any:
    """Every word of every text of an Arrow string array through ``change``, each distinct word once."""
    words = _compute.split_pattern(texts, " ")
    distinct, codes = numbered(words.flatten())
    changed: Any = pa.array([change(word) for word in distinct.to_pylist()], pa.string())
    return _compute.binary_join(pa.ListArray.from_arrays(words.offsets, changed.take(pa.array(codes))), " ")


def grouped(owners: NDArray[np.int64], codes: NDArray[np.int32], n: int, most: int) -> NDArray[np.int32]:
    """Spread list elements over columns: int32 [n, slots], the first ``most`` distinct codes of each owner.

    ``owners`` rises.
    """
    keep = codes >= 0
    owners, codes = owners[keep], codes[keep]
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(owners, minlength=n), out=starts[1:])
    several = np.flatnonzero((np.diff(starts) > 1)[owners]) if len(owners) else np.zeros(0, np.int64)
    if len(several):
        order = several[np.lexsort((codes[several], owners[several]))]  # lexsort is stable
        again = (owners[order][1:] == owners[order][:-1]) & (codes[order][1:] == codes[order][:-1])
        once = np.ones(len(owners), bool)
        once[order[1:][again]] = False
        owners, codes = owners[once], codes[once]
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
    key = low * size + high
    if size * size <= _SMALL:
        seen = np.zeros(size * size, bool)
        seen[key] = True
        distinct = np.flatnonzero(seen)
        found = score(distinct // size, distinct % size)
        spread = np.zeros(size * size, found.dtype)
        spread[distinct] = found
        return np.asarray(spread[key])
    order = np.argsort(key)
    ordered = key[order]
    first = np.ones(len(key), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    distinct = ordered[first]
    found = score(distinct // size, distinct % size)
    result = np.empty(len(key), found.dtype)
    result[order] = found[np.cumsum(first) - 1]
    return result
