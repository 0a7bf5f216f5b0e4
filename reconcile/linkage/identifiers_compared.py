"""Identifiers compared: typed ones over all their schemes together, opaque ones each by itself.

Decides the levels of the ``identifier`` and ``opaque`` features. Invariant: symmetric; numbers of different
schemes are never compared, and a shared number outweighs a clash of another scheme in the level.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.linkage import table
from reconcile.linkage.features import Identifiers
from reconcile.linkage.values import Codes, per_distinct, texts_at

IDENTIFIER: Final = table.feature("identifier").levels
FAR: Final = 9
"""Edits said of two numbers more than two apart."""
OPAQUE: Final = table.feature("opaque").levels


def compare_typed(
    schemes: Mapping[str, Identifiers], left: NDArray[np.int32], right: NDArray[np.int32]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The best agreement over all schemes with how many clash, and where a checked identifier is shared."""
    n = len(left)
    checked, same = np.zeros(n, bool), np.zeros(n, bool)
    nearest, clashes = np.full(n, 99, np.int32), np.zeros(n, np.int32)
    for scheme in sorted(schemes):
        known = schemes[scheme]
        agree, valid, edits = np.zeros(n, bool), np.zeros(n, bool), np.full(n, 99, np.int32)
        for one in range(known.codes.shape[1]):
            for other in range(known.codes.shape[1]):
                a, b = known.codes[left, one], known.codes[right, other]
                equal = (a == b) & (a >= 0)
                agree |= equal
                valid |= equal & known.valid[left, one] & known.valid[right, other]
                rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
                edits[rest] = np.minimum(edits[rest], FAR)
                rest = rest[known.letters.within_edits(a[rest], b[rest], 2)]
                if len(rest):
                    found = per_distinct(a[rest], b[rest], len(known.values), partial(_edits, known.values))
                    edits[rest] = np.minimum(edits[rest], found)
        checked |= valid
        same |= agree
        nearest = np.where(agree, nearest, np.minimum(nearest, edits))
        clashes += ~agree & (edits > 2) & (edits < 99)
    result = np.zeros(n, np.uint8)
    for holds, name in (
        (clashes == 1, "clash"),
        (clashes > 1, "clash_many"),
        (nearest == 2, "near"),
        (nearest <= 1, "slip"),
        (same, "unchecked"),
        (checked, "checked"),
        ((same | checked) & (clashes > 0), "both"),
    ):
        result[holds] = IDENTIFIER.index(name)
    return result, checked


def _edits(words: Any, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int32]:
    a, b = texts_at(words, x), texts_at(words, y)
    found = cpdist(a, b, scorer=OSA.distance, score_cutoff=2, dtype=np.int32)
    return np.minimum(np.asarray(found, np.int32), np.int32(FAR))


def compare_opaque(column: Codes, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.uint8]:
    """missing, exact, stem (what stands before an @), slip, close, different."""
    a, b = column.codes[left], column.codes[right]
    result = np.zeros(len(left), np.uint8)
    result[(a == b) & (a >= 0)] = OPAQUE.index("exact")
    rest = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if not len(rest):
        return result
    values = column.values
    stems = np.array([text.split("@")[0] if "@" in text else "" for text in values.to_pylist()], object)

    def relation(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.uint8]:
        one, other = column.at(x), column.at(y)
        found = np.full(len(x), OPAQUE.index("different"), np.uint8)
        alike = np.asarray(cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float32))
        edits = np.asarray(cpdist(one, other, scorer=OSA.distance, score_cutoff=2, dtype=np.int32))
        found[alike >= 0.88] = OPAQUE.index("close")
        found[edits <= 2] = OPAQUE.index("slip")
        found[(stems[x] == stems[y]) & (stems[x] != "")] = OPAQUE.index("stem")
        return found

    result[rest] = per_distinct(a[rest], b[rest], len(values), relation)
    return result
