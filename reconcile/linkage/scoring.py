"""Levels to weights: the evidence of a pair in bits, for the same person and for one household.

Decides the weight and probability of each pair under a model. Invariant: weight = prior + the bits of every
feature + the household's share, exactly; the probability is the weight's, by the model's calibration.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.calibration import probability
from reconcile.linkage.comparison import Compared
from reconcile.linkage.frequencies import Rarity
from reconcile.linkage.model import Model
from reconcile.linkage.table import Feature


@dataclass(frozen=True)
class Scores:
    """``bits`` float32 [pairs] per feature; ``household`` bits taken away by the chance of one household;
    ``prior`` bits; ``weight`` float64; ``probability`` float64."""

    bits: Mapping[str, NDArray[np.float32]]
    prior: float
    household: NDArray[np.float64]
    weight: NDArray[np.float64]
    probability: NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """What part of all pairs of records are of one person, and of one household."""

    match: float
    household: float

    @property
    def stranger(self) -> float:
        return 1.0 - self.match - self.household


def shares(model: Model, n: int, all_pairs: float) -> Shares:
    """The class shares the model expects among ``all_pairs`` pairs of ``n`` records."""
    match, household = (
        min(0.3, max(rate * n / all_pairs, 1e-15)) for rate in (model.matches_per_record, model.households_per_record)
    )
    return Shares(match, household)


def ratio(feature: Feature, which: str) -> NDArray[np.float64]:
    """log2 of m/u or h/u per level; a level both know nothing of is worth nothing."""
    top = feature.m if which == "m" else feature.h
    return np.log2(np.maximum(top, 1e-9) / np.maximum(feature.u, 1e-12))


def score(pairs: Compared, rarity: Rarity, model: Model, share: Shares) -> Scores:
    """Weigh every pair."""
    n = len(pairs.left)
    bits = {}
    total, home = np.zeros(n), np.zeros(n)
    for name, levels in pairs.levels.items():
        feature = model.feature(name)
        bits[name] = ratio(feature, "m").astype(np.float32)[levels]
        if name in rarity.match:
            bits[name] += rarity.match[name]
        home += ratio(feature, "h")[levels]
        if name in rarity.household:
            home += rarity.household[name]
        total += bits[name]
    prior = float(np.log2(share.match / share.stranger))
    home += np.log2(max(share.household, 1e-300) / share.stranger)
    household = -np.logaddexp2(0.0, home)
    weight = prior + total + household
    return Scores(bits, prior, household, weight, probability(weight, model.calibration))
