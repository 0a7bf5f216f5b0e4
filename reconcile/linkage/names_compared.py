"""The joint comparison of two records' names: the given names' relation by the surnames', either order, any alias.

Decides the level of the ``name`` and ``middle`` features. Invariant: symmetric, and never worse for a record that
has more names: an alias can only lift a pair whose current names do not agree.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.linkage import table
from reconcile.linkage.entries import Entries
from reconcile.linkage.values import per_distinct
from reconcile.names.compare import GIVEN, SURNAME, given_relations, surname_relations

_G: Final = {name: place for place, name in enumerate(GIVEN)}
_S: Final = {name: place for place, name in enumerate(SURNAME)}
CELLS: Final = len(GIVEN) * len(SURNAME)
SWAPPED: Final = CELLS
SWAPPED_CLOSE: Final = CELLS + 1
ALIAS: Final = CELLS + 2
ALIAS_CLOSE: Final = CELLS + 3
MIDDLE: Final = table.feature("middle").levels
_GIVEN_CLOSE: Final = np.isin(
    np.arange(len(GIVEN)), [_G[n] for n in ("exact", "equivalent", "shared", "slip", "sound")]
)
_GIVEN_SAME: Final = np.isin(np.arange(len(GIVEN)), [_G["exact"], _G["equivalent"]])
_SURNAME_CLOSE: Final = np.isin(np.arange(len(SURNAME)), [_S[n] for n in ("exact", "compound", "slip", "sound")])
_CHUNK: Final = 2_000_000


@dataclass(frozen=True)
class NameLevels:
    """``level`` uint8 of the joint feature; ``given`` and ``surname`` uint8 relations of the current names;
    ``middle`` uint8; ``entries`` int64 [p, 2]: the entries whose alignment decided the level."""

    level: NDArray[np.uint8]
    given: NDArray[np.uint8]
    surname: NDArray[np.uint8]
    middle: NDArray[np.uint8]
    entries: NDArray[np.int64]


def compare_names(names: Entries, left: NDArray[np.int32], right: NDArray[np.int32]) -> NameLevels:
    """Compare the names of records ``left`` with those of ``right``."""
    a, b = names.start[left], names.start[right]
    given, surname = relations(names, a, b)
    level = (given * len(SURNAME) + surname).astype(np.uint8)
    entries = np.stack([a, b], axis=1)
    agreed = _GIVEN_SAME[given] & (surname == _S["exact"])
    _turned(names, a, b, ~agreed, level)
    _aliases(names, left, right, open_=~agreed, level=level, entries=entries)
    return NameLevels(level, given, surname, _middle(names, a, b), entries)


def relations(
    names: Entries, a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The given and surname relations of name entries ``a`` with ``b``."""
    given = _given(names, names.given[a, 0], names.given[b, 0])
    surname = _surname(names, names.surname[a], names.surname[b])
    loose = (given == _G["different"]) | (given == _G["near"])
    shared = np.zeros(len(a), bool)
    for place in range(1, names.given.shape[1]):
        shared |= (names.given[a, 0] == names.given[b, place]) | (names.given[b, 0] == names.given[a, place])
    given[loose & shared] = _G["shared"]
    loose = (surname == _S["different"]) | (surname == _S["near"])
    halves = np.zeros(len(a), bool)
    for one in range(2):
        halves |= (names.parts[a, one] == names.surname[b]) & (names.surname[b] >= 0)
        halves |= (names.parts[b, one] == names.surname[a]) & (names.surname[a] >= 0)
        for other in range(2):
            halves |= (names.parts[a, one] == names.parts[b, other]) & (names.parts[a, one] >= 0)
    surname[loose & halves] = _S["compound"]
    return given, surname


def _given(names: Entries, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
    words = names.given_words
    result = np.zeros(len(a), np.uint8)
    result[(a == b) & (a >= 0)] = _G["exact"]
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if len(rest):
        result[rest] = per_distinct(a[rest], b[rest], len(words.words), lambda x, y: given_relations(words, x, y))
    return result


def _surname(names: Entries, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
    words = names.surname_words
    result = np.zeros(len(a), np.uint8)
    result[(a == b) & (a >= 0)] = _S["exact"]
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if len(rest):
        result[rest] = per_distinct(a[rest], b[rest], len(words.words), lambda x, y: surname_relations(words, x, y))
    return result


def _turned(
    names: Entries, a: NDArray[np.int64], b: NDArray[np.int64], open_: NDArray[np.bool_], level: NDArray[np.uint8]
) -> None:
    """Lift pairs whose given name is the other's surname."""
    if not len(names.as_surname):
        return
    spelt_a = np.where(names.given[a, 0] >= 0, names.as_surname[names.given[a, 0]], -1)
    spelt_b = np.where(names.given[b, 0] >= 0, names.as_surname[names.given[b, 0]], -1)
    one = (spelt_a == names.surname[b]) & (spelt_a >= 0)
    other = (spelt_b == names.surname[a]) & (spelt_b >= 0)
    level[open_ & one & other] = SWAPPED
    half = np.flatnonzero(open_ & (one != other))
    if not len(half):
        return
    first = one[half]
    given = np.where(first, names.given[b[half], 0], names.given[a[half], 0])
    surname = np.where(first, names.surname[a[half]], names.surname[b[half]])
    known = (given >= 0) & (surname >= 0)
    words = np.array([*names.given_words.words, ""], object)[given[known]].tolist()
    spelt = np.array([*names.surname_words.words, ""], object)[surname[known]].tolist()
    close = np.asarray(cpdist(words, spelt, scorer=JaroWinkler.similarity, dtype=np.float32)) >= 0.8
    level[half[known][close]] = SWAPPED_CLOSE


def _aliases(
    names: Entries,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    *,
    open_: NDArray[np.bool_],
    level: NDArray[np.uint8],
    entries: NDArray[np.int64],
) -> None:
    """Lift pairs where a name of the one agrees with a name of the other, current names aside."""
    count = np.diff(names.start)
    chosen = np.flatnonzero(open_ & (count[left] * count[right] > 1) & (level != SWAPPED))
    if not len(chosen):
        return
    sizes = count[left[chosen]] * count[right[chosen]]
    pair = np.repeat(np.arange(len(chosen)), sizes)
    inside = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    wide = count[right[chosen]][pair]
    a = names.start[left[chosen]][pair] + inside // wide
    b = names.start[right[chosen]][pair] + inside % wide
    rank = np.zeros(len(pair), np.int64)
    for begin in range(0, len(pair), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        given, surname = relations(names, a[part], b[part])
        close = _GIVEN_CLOSE[given] & _SURNAME_CLOSE[surname]
        rank[part] = close.astype(np.int64) + (_GIVEN_SAME[given] & (surname == _S["exact"]))
    best = np.zeros(len(chosen), np.int64)
    np.maximum.at(best, pair, rank)
    top = np.flatnonzero((rank == best[pair]) & (rank > 0))[::-1]
    where = np.zeros(len(chosen), np.int64)
    where[pair[top]] = top
    full = best == 2
    current_close = (
        _GIVEN_CLOSE[np.minimum(level[chosen] // len(SURNAME), len(GIVEN) - 1)]
        & _SURNAME_CLOSE[level[chosen] % len(SURNAME)]
        & (level[chosen] < CELLS)
    )
    partly = (best == 1) & ~current_close & (level[chosen] != SWAPPED_CLOSE)
    level[chosen[full]] = ALIAS
    level[chosen[partly]] = ALIAS_CLOSE
    lifted = np.flatnonzero(full | partly)
    entries[chosen[lifted], 0] = a[where[lifted]]
    entries[chosen[lifted], 1] = b[where[lifted]]


def _middle(names: Entries, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.uint8]:
    one, other = names.given[a, 1], names.given[b, 1]
    result = np.zeros(len(a), np.uint8)
    result[(one >= 0) != (other >= 0)] = MIDDLE.index("one_missing")
    relation = _given(names, one, other)
    close = np.isin(relation, [_G["equivalent"], _G["slip"], _G["sound"]])
    both = (one >= 0) & (other >= 0)
    result[both] = MIDDLE.index("different")
    result[both & close] = MIDDLE.index("close")
    result[both & (relation == _G["initial"])] = MIDDLE.index("initial")
    result[relation == _G["exact"]] = MIDDLE.index("exact")
    crossed = np.zeros(len(a), bool)
    for x in range(1, names.given.shape[1]):
        for y in range(1, names.given.shape[1]):
            crossed |= (names.given[a, x] == names.given[b, y]) & (names.given[a, x] >= 0)
    result[both & crossed] = MIDDLE.index("exact")
    return result
