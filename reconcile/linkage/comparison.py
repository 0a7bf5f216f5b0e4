"""Pairs of records to small integers: for every feature the level the pair reaches.

Decides which level; what a level is worth is the model's. Invariant: symmetric in the two records, and a level of
0 is always a missing value, never a disagreement.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cpdist

from reconcile.linkage import table
from reconcile.linkage.dates import compare_dates
from reconcile.linkage.features import Features
from reconcile.linkage.identifiers_compared import compare_opaque, compare_typed
from reconcile.linkage.names_compared import NameLevels, compare_names
from reconcile.linkage.values import Codes, per_distinct
from reconcile.linkage.workers import workers

POSTCODE, TOWN, ADDRESS = table.parts("place")


Alike = Callable[[Codes, NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]]
Scorer = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


@dataclass(frozen=True)
class Compared:
    """Pairs ``left`` < ``right`` int32 (places in the sorted records) with ``levels`` uint8 per feature."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    levels: Mapping[str, NDArray[np.uint8]]
    names: NameLevels
    postcode: NDArray[np.int32]
    """The postcode code the two share, -1 where none."""
    checked: NDArray[np.bool_]
    """Whether the two share an identifier whose check letter is valid on both."""


_CHUNK: Final = 1 << 18
"""Pairs compared at once: few enough that what is gathered stays in the cache."""


def compare(records: Features, left: NDArray[np.int32], right: NDArray[np.int32]) -> Compared:
    """Compare the records ``left`` with ``right`` on every feature they have."""
    starts = range(0, max(len(left), 1), _CHUNK)
    with ThreadPoolExecutor(workers()) as pool:
        parts = list(pool.map(lambda at: _compare(records, left[at : at + _CHUNK], right[at : at + _CHUNK]), starts))
    return joined(parts)


def joined(parts: Sequence[Compared]) -> Compared:
    """Parts of the pairs, one after the other."""
    if len(parts) == 1:
        return parts[0]

    def whole(of: Callable[[Compared], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([of(part) for part in parts])

    names = {each.name: whole(attrgetter(f"names.{each.name}")) for each in fields(NameLevels)}
    return Compared(
        left=whole(attrgetter("left")),
        right=whole(attrgetter("right")),
        levels={name: whole(lambda part, name=name: part.levels[name]) for name in parts[0].levels},  # type: ignore[misc]
        names=NameLevels(**names),
        postcode=whole(attrgetter("postcode")),
        checked=whole(attrgetter("checked")),
    )


def _compare(records: Features, left: NDArray[np.int32], right: NDArray[np.int32]) -> Compared:
    names = compare_names(records.names, left, right)
    postcode, shared = _postcodes(records, left, right)
    town = _closeness(records.town, left, right, _same_word)
    address = _closeness(records.address, left, right, _same_address)
    identifier, checked = compare_typed(records.typed, left, right)
    place = (postcode * np.uint8(len(TOWN)) + town) * np.uint8(len(ADDRESS)) + address
    levels = {
        "name": names.level,
        "middle": names.middle,
        "birth_date": compare_dates(records.birth_date, *_of(records.birth_date.codes, left, right)),
        "place": place,
        "conviction_date": compare_dates(records.conviction_date, *_of(records.conviction_date.codes, left, right)),
        "court": _closeness(records.court, left, right, _same_word),
        "place_of_birth": _closeness(records.place_of_birth, left, right, _same_word),
        "sex": _equal(records.sex, left, right),
        "identifier": identifier,
    }
    for scheme, codes in records.opaque.items():
        levels[f"opaque:{scheme}"] = compare_opaque(codes, left, right)
    for name, codes in records.attributes.items():
        levels[f"attribute:{name}"] = _closeness(codes, left, right, _same_word)
    return Compared(left, right, levels, names, shared, checked)


def _of(codes: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32]) -> tuple[NDArray[np.int32], ...]:
    return codes[left], codes[right]


def _winkler(a: list[str], b: list[str]) -> NDArray[np.float32]:
    return np.asarray(cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float32))


WORD: Final = 0.88
"""Jaro-Winkler similarity from which two words are close."""
ADDRESS_LINE: Final = 0.8
"""Normalised indel similarity from which two addresses are close; in any order of words a little more."""


def _same_word(column: Codes, x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[np.bool_]:
    def close(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(_winkler(column.at(x), column.at(y)) >= WORD)

    return _where(column.letters.reaches_winkler(x, y, WORD), x, y, len(column.values), close)


def _same_address(column: Codes, x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[np.bool_]:
    def close(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.bool_]:
        a, b = column.at(x), column.at(y)
        alike = np.asarray(cpdist(a, b, scorer=Indel.normalized_similarity, dtype=np.float32)) >= ADDRESS_LINE
        return np.asarray(alike | (np.asarray(cpdist(a, b, scorer=token_sort_ratio, dtype=np.float32)) >= 85))

    return _where(column.letters.reaches_indel(x, y, ADDRESS_LINE), x, y, len(column.values), close)


def _where(
    worth: NDArray[np.bool_], x: NDArray[np.int32], y: NDArray[np.int32], size: int, close: Scorer
) -> NDArray[np.bool_]:
    """``close`` of the pairs worth comparing, False elsewhere."""
    rows = np.flatnonzero(worth)
    result = np.zeros(len(x), bool)
    if len(rows):
        result[rows] = per_distinct(x[rows], y[rows], size, close)
    return result


def _closeness(column: Codes, left: NDArray[np.int32], right: NDArray[np.int32], close: Alike) -> NDArray[np.uint8]:
    """missing, exact, close, different."""
    a, b = _of(column.codes, left, right)
    result = np.zeros(len(left), np.uint8)
    result[(a == b) & (a >= 0)] = 1
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if len(rest):
        result[rest] = np.where(close(column, a[rest], b[rest]), 2, 3)
    return result


def _equal(column: Codes, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.uint8]:
    a, b = _of(column.codes, left, right)
    return np.where((a < 0) | (b < 0), 0, np.where(a == b, 1, 2)).astype(np.uint8)


def _postcodes(
    records: Features, left: NDArray[np.int32], right: NDArray[np.int32]
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    codes = records.postcodes
    a, b = codes[left, 0], codes[right, 0]
    result = np.zeros(len(left), np.uint8)
    shared = np.where((a == b) & (a >= 0), a, -1).astype(np.int32)
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if len(rest):
        x, y = a[rest], b[rest]
        found = np.full(len(rest), POSTCODE.index("different"), np.uint8)
        found[records.postcode_forms.same_outward(x, y)] = POSTCODE.index("outward")
        found[records.postcode_forms.slip(x, y)] = POSTCODE.index("slip")
        result[rest] = found
    for one in range(codes.shape[1]):
        for other in range(codes.shape[1]):
            if one or other:
                same = (codes[left, one] == codes[right, other]) & (codes[left, one] >= 0) & (shared < 0)
                result[same] = POSTCODE.index("previous")
                shared[same] = codes[left[same], one]
    result[(a == b) & (a >= 0)] = POSTCODE.index("exact")
    return result, shared
