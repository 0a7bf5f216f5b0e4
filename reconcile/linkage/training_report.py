"""What a training did, in figures: the pairs it saw, what the model makes of them, whether what it says comes true.

Decides which figures stand beside a model. Invariant: what a model says is held only against records it was neither
trained nor calibrated on, or against decisions made before they moved it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import binomtest

from reconcile.linkage import training
from reconcile.linkage.blocking import Candidates, KeyReport, candidates
from reconcile.linkage.comparison import Compared, compare
from reconcile.linkage.features import Features, prepare
from reconcile.linkage.model import Model, load
from reconcile.linkage.weighing import all_pairs, scores

EDGES: Final = (0.0, 0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.98, 1.0)
"""Where the bands of probability begin that are held against what came true."""
BINS: Final = (-12, 40, 2)
"""The weights counted apart, in bits: from, to and step; what lies beyond is counted in one bin at either end."""


@dataclass(frozen=True)
class Said:
    """``pairs`` said to be one person with a probability in [``low``, ``high``], ``said`` on average.

    ``observed`` is the share that were, ``least`` to ``most`` its 95 % interval (Wilson).
    """

    low: float
    high: float
    pairs: int
    said: float
    observed: float
    least: float
    most: float


@dataclass(frozen=True)
class Bin:
    """Candidate pairs of a weight in [``low``, ``high``) bits: how many are of one person, and how many not."""

    low: float
    high: float
    matches: float
    others: float


@dataclass(frozen=True)
class Pairs:
    """Records encoded, and their candidate pairs compared."""

    features: Features
    found: Candidates
    compared: Compared


@dataclass(frozen=True)
class Seen:
    """What a model makes of the candidate pairs of a set of records; ``all_pairs`` is how many there could be."""

    records: int
    pairs: int
    all_pairs: float
    blocking: tuple[KeyReport, ...]
    histogram: tuple[Bin, ...]


def compared(records: pa.Table) -> Pairs:
    """Encode ``records`` (``schema.RECORDS`` or a subset) and compare what blocking brings together."""
    features = prepare(records)
    found = candidates(features)
    return Pairs(features, found, compare(features, found.left, found.right))


def fit(pairs: Pairs) -> Model:
    """Train without labels, as ``training.train`` does; the calibration stays the shipped model's."""
    return training.calibrated_as(training.fit(pairs.features, pairs.compared), load())


def seen(pairs: Pairs, model: Model) -> Seen:
    """Weigh the candidate pairs under ``model`` and count them by weight."""
    weighed = scores(pairs.features, pairs.compared, model)
    return Seen(
        records=pairs.features.n,
        pairs=len(pairs.found.left),
        all_pairs=all_pairs(pairs.features),
        blocking=pairs.found.report,
        histogram=histogram(weighed.weight, weighed.probability),
    )


def histogram(weight: NDArray[np.float64], probability: NDArray[np.float64]) -> tuple[Bin, ...]:
    """Pairs by weight, each counted as a match by its probability and as another by the rest of it."""
    first, last, step = BINS
    inner = np.arange(first, last + step, step, dtype=np.float64)
    place = np.searchsorted(inner, weight, side="right")
    matches = np.bincount(place, weights=probability, minlength=len(inner) + 1)
    others = np.bincount(place, weights=1 - probability, minlength=len(inner) + 1)
    edges = [-np.inf, *inner, np.inf]
    return tuple(
        Bin(float(low), float(high), float(same), float(rest))
        for low, high, same, rest in zip(edges[:-1], edges[1:], matches, others, strict=True)
    )


def foretold(model: Model, records: pa.Table, truth: pa.Table) -> tuple[Said, ...]:
    """What ``model`` says of records whose persons are known, against the truth (``record_id``, ``person``)."""
    pairs = compared(records)
    person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    known = np.unique(
        np.array([str(person[record]) for record in pairs.features.ids.to_pylist()]), return_inverse=True
    )[1]
    same = known[pairs.found.left] == known[pairs.found.right]
    return held_against(scores(pairs.features, pairs.compared, model).probability, same)


def held_against(probability: NDArray[np.float64], same: NDArray[np.bool_]) -> tuple[Said, ...]:
    """What was said against what is so, band by band; a band without pairs is left out."""
    return tuple(_bands(probability, same))


def _bands(probability: NDArray[np.float64], same: NDArray[np.bool_]) -> Iterator[Said]:
    place = np.clip(np.searchsorted(EDGES, probability, side="right") - 1, 0, len(EDGES) - 2)
    for at, (low, high) in enumerate(pairwise(EDGES)):
        here = place == at
        count, right = int(here.sum()), int(same[here].sum())
        if count:
            interval = binomtest(right, count).proportion_ci(method="wilson")
            said = float(probability[here].mean())
            yield Said(low, high, count, said, right / count, float(interval.low), float(interval.high))
