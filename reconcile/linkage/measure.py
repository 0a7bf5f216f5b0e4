"""Precision, recall and F1 of links and of groups against a known truth.

Decides how linkage is scored. Invariant: both are counted in pairs of records: for groups, all pairs that share
an identity against all that share the truth; a record without a truth is left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Measure:
    """``found`` pairs, of which ``right``, of ``true`` true ones."""

    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0

    def to_json(self) -> dict[str, float | int]:
        return {
            "found": self.found,
            "right": self.right,
            "true": self.true,
            "precision": round(self.precision, 6),
            "recall": round(self.recall, 6),
            "f1": round(self.f1, 6),
        }


def _together(*labels: NDArray[np.int64], source: NDArray[np.int64] | None) -> int:
    """Pairs of records equal in every label; with ``source`` only those across sources."""
    _, counts = np.unique(np.stack(labels, axis=1), axis=0, return_counts=True)
    pairs = int((counts.astype(np.int64) * (counts - 1) // 2).sum())
    return pairs - _together(*labels, source, source=None) if source is not None else pairs


def of_groups(group: NDArray[np.int64], truth: NDArray[np.int64], source: NDArray[np.int64] | None = None) -> Measure:
    """Score groups: int64 labels per record, truth -1 where not known; ``source`` counts pairs across it alone."""
    known = truth >= 0
    group, truth = group[known], truth[known]
    source = source[known] if source is not None else None
    return Measure(
        _together(group, source=source), _together(group, truth, source=source), _together(truth, source=source)
    )


def of_pairs(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    truth: NDArray[np.int64],
    source: NDArray[np.int64] | None = None,
) -> Measure:
    """Score joined pairs (places of records) against the truth."""
    known = (truth[left] >= 0) & (truth[right] >= 0)
    agreed = int((truth[left] == truth[right])[known].sum())
    kept = truth >= 0
    true = _together(truth[kept], source=source[kept] if source is not None else None)
    return Measure(int(known.sum()), agreed, true)
