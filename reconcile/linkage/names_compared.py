"""The joint comparison of two records' names: the given names' relation by the surnames', either order, any alias.

Decides the level of the ``name`` and ``middle`` features. Invariant: symmetric, and never worse for a record that
has more names: an alias can only lift a pair whose current names do not agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.linkage import table
from reconcile.linkage.entries import Entries
from reconcile.linkage.letters import Letters
from reconcile.linkage.values import per_distinct
from reconcile.names.compare import GIVEN, SURNAME, Lexicon, given_relations, surname_relations

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
_LEAST_WINKLER: Final = 0.8
"""No relation of two words but sound, initial and equivalence reaches below this Jaro-Winkler similarity."""

Alike = Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]]
Relate = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.uint8]]


@dataclass(frozen=True)
class NameLevels:
    """``level`` uint8 of the joint feature; ``given`` and ``surname`` uint8 relations of the current names;
    ``middle`` uint8; ``entries`` int32 [p, 2]: the entries whose alignment decided the level."""

    level: NDArray[np.uint8]
    given: NDArray[np.uint8]
    surname: NDArray[np.uint8]
    middle: NDArray[np.uint8]
    entries: NDArray[np.int32]


def compare_names(names: Entries, left: NDArray[np.int32], right: NDArray[np.int32]) -> NameLevels:
    """Compare the names of records ``left`` with those of ``right``."""
    a, b = names.start[left], names.start[right]
    given, surname = relations(names, a, b)
    level = (given * len(SURNAME) + surname).astype(np.uint8)
    entries = np.stack([a, b], axis=1).astype(np.int32)
    agreed = _GIVEN_SAME[given] & (surname == _S["exact"])
    _turned(names, a, b, ~agreed, level)
    _aliases(names, left, right, open_=~agreed, level=level, entries=entries)
    return NameLevels(level, given, surname, _middle(names, a, b), entries)


def relations(
    names: Entries, a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The given and surname relations of name entries ``a`` with ``b``."""
    first_a, first_b = names.given[a, 0], names.given[b, 0]
    given = _given(names, first_a, first_b)
    last_a, last_b = names.surname[a], names.surname[b]
    surname = _surname(names, last_a, last_b)
    loose = np.flatnonzero((given == _G["different"]) | (given == _G["near"]))
    mine, theirs = names.given[a[loose]], names.given[b[loose]]
    shared = (mine[:, :1] == theirs[:, 1:]) | (theirs[:, :1] == mine[:, 1:])
    given[loose[shared.any(axis=1)]] = _G["shared"]
    loose = np.flatnonzero((surname == _S["different"]) | (surname == _S["near"]))
    loose = loose[(names.parts[a[loose], 0] >= 0) | (names.parts[b[loose], 0] >= 0)]
    mine, theirs = (np.column_stack([names.surname[end[loose]], names.parts[end[loose]]]) for end in (a, b))
    halves = np.zeros(len(loose), bool)
    for one, other in ((1, 0), (2, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)):
        halves |= (mine[:, one] == theirs[:, other]) & (mine[:, one] >= 0)
    surname[loose[halves]] = _S["compound"]
    return given, surname


def _given(names: Entries, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
    alike = partial(_alike, names.given_words, names.given_letters)
    return _related(a, b, GIVEN, alike, partial(given_relations, names.given_words))


def _surname(names: Entries, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
    alike = partial(_alike, names.surname_words, names.surname_letters)
    return _related(a, b, SURNAME, alike, partial(surname_relations, names.surname_words))


def _related(
    a: NDArray[np.int32], b: NDArray[np.int32], relations: tuple[str, ...], alike: Alike, relate: Relate
) -> NDArray[np.uint8]:
    """``relate`` of each pair of word codes; those that cannot be ``alike`` are told different at once."""
    result = np.zeros(len(a), np.uint8)
    result[(a == b) & (a >= 0)] = relations.index("exact")
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    result[rest] = relations.index("different")
    rest = rest[alike(a[rest], b[rest])]
    if len(rest):
        result[rest] = per_distinct(a[rest], b[rest], int(max(a.max(), b.max())) + 1, relate)
    return result


def _alike(words: Lexicon, letters: Letters, x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[np.bool_]:
    alike = letters.reaches_winkler(x, y, _LEAST_WINKLER) | letters.within_edits(x, y, 1)
    alike |= (words.skeletons[x] == words.skeletons[y]) | (words.sounds[x] == words.sounds[y])
    alike |= np.minimum(letters.length[x], letters.length[y]) == 1
    if len(words.equivalents):
        known = np.zeros(len(words.words), bool)
        known[words.equivalents // len(words.words)] = known[words.equivalents % len(words.words)] = True
        alike |= known[x] & known[y]
    return alike


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
    entries: NDArray[np.int32],
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
    given, surname = relations(names, a, b)
    close = _GIVEN_CLOSE[given] & _SURNAME_CLOSE[surname]
    rank = close.astype(np.int64) + (_GIVEN_SAME[given] & (surname == _S["exact"]))
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
    further = np.flatnonzero(both & (relation != _G["exact"]))
    further = further[(names.given[a[further], 2] >= 0) | (names.given[b[further], 2] >= 0)]
    mine, theirs = names.given[a[further], 1:], names.given[b[further], 1:]
    crossed = (mine[:, :, None] == theirs[:, None, :]) & (mine[:, :, None] >= 0)
    result[further[crossed.any(axis=(1, 2))]] = MIDDLE.index("exact")
    return result
