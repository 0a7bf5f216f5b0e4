"""Pairs of records to small integers: for every feature the level the pair reaches.

Decides which level; what a level is worth is the model's. Invariant: symmetric in the two records, and a level of
0 is always a missing value, never a disagreement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cpdist

from reconcile.linkage import table
from reconcile.linkage.dates import compare_dates
from reconcile.linkage.features import Features
from reconcile.linkage.identifiers_compared import compare_opaque, compare_typed
from reconcile.linkage.names_compared import NameLevels, compare_names
from reconcile.linkage.values import Codes, per_distinct

POSTCODE, TOWN, ADDRESS = table.parts("place")
CATEGORY: Final = table.feature("attribute").levels


Alike = Callable[[list[str], list[str]], NDArray[np.bool_]]


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


def compare(records: Features, left: NDArray[np.int32], right: NDArray[np.int32]) -> Compared:
    """Compare the records ``left`` with ``right`` on every feature they have."""
    names = compare_names(records.names, left, right)
    postcode, shared = _postcodes(records, left, right)
    town = _closeness(records.town, left, right, _same_word)
    address = _closeness(records.address, left, right, _same_address)
    identifier, checked = compare_typed(records.typed, left, right)
    place = (postcode.astype(np.int64) * len(TOWN) + town) * len(ADDRESS) + address
    levels = {
        "name": names.level,
        "middle": names.middle,
        "birth_date": compare_dates(records.birth_date, *_of(records.birth_date.codes, left, right)),
        "place": place.astype(np.uint8),
        "conviction_date": compare_dates(records.conviction_date, *_of(records.conviction_date.codes, left, right)),
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


def _same_word(a: list[str], b: list[str]) -> NDArray[np.bool_]:
    return np.asarray(_winkler(a, b) >= 0.88)


def _same_address(a: list[str], b: list[str]) -> NDArray[np.bool_]:
    alike = np.asarray(cpdist(a, b, scorer=Indel.normalized_similarity, dtype=np.float32)) >= 0.8
    sorted_ = np.asarray(cpdist(a, b, scorer=token_sort_ratio, dtype=np.float32)) >= 85
    return alike | sorted_


def _closeness(column: Codes, left: NDArray[np.int32], right: NDArray[np.int32], close: Alike) -> NDArray[np.uint8]:
    """missing, exact, close, different."""
    a, b = _of(column.codes, left, right)
    result = np.zeros(len(left), np.uint8)
    result[(a == b) & (a >= 0)] = 1
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if len(rest):
        values = column.values
        result[rest] = per_distinct(
            a[rest], b[rest], len(values), lambda x, y: np.where(close(values[x].tolist(), values[y].tolist()), 2, 3)
        )
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
        values = records.postcode_values

        def relation(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.uint8]:
            one, other = values[x].tolist(), values[y].tolist()
            slip = np.asarray(cpdist(one, other, scorer=OSA.distance, score_cutoff=1, dtype=np.int32)) <= 1
            outward = np.array([len(p) > 4 and p[:-3] == q[:-3] for p, q in zip(one, other, strict=True)], bool)
            found = np.full(len(x), POSTCODE.index("different"), np.uint8)
            found[outward] = POSTCODE.index("outward")
            found[slip] = POSTCODE.index("slip")
            return found

        result[rest] = per_distinct(a[rest], b[rest], len(values), relation)
    for one in range(codes.shape[1]):
        for other in range(codes.shape[1]):
            if one or other:
                same = (codes[left, one] == codes[right, other]) & (codes[left, one] >= 0) & (shared < 0)
                result[same] = POSTCODE.index("previous")
                shared[same] = codes[left[same], one]
    result[(a == b) & (a >= 0)] = POSTCODE.index("exact")
    return result, shared
