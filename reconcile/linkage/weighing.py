"""Compared pairs under a model as it stands: its levels, its rates, and the shares of the classes it was fitted with.

Decides nothing of its own. Invariant: nothing is fitted here, so that a pair weighs the same alone and among others.
"""

from dataclasses import dataclass, replace

from reconcile.linkage.comparison import Compared
from reconcile.linkage.features import Features
from reconcile.linkage.frequencies import rarity
from reconcile.linkage.model import Model, sized
from reconcile.linkage.scoring import Scores, Shares, score, shares


@dataclass(frozen=True)
class PerRecord:
    """The shares of the classes as fitted to a set of records, in pairs per record."""

    matches: float
    households: float


def all_pairs(features: Features) -> float:
    """How many pairs of records there are."""
    return max(1.0, features.n * (features.n - 1) / 2)


def expected_shares(features: Features, model: Model, fitted: PerRecord | None = None) -> Shares:
    """What part of all pairs are of one person and of one household, by ``fitted`` or else by the model's own word."""
    if fitted is not None:
        model = replace(model, matches_per_record=fitted.matches, households_per_record=fitted.households)
    return shares(model, features.n, all_pairs(features))


def scores(features: Features, pairs: Compared, model: Model, fitted: PerRecord | None = None) -> Scores:
    """Weigh ``pairs``; ``fitted`` are the shares that linking these very records found."""
    offsets = rarity(features, pairs, model.rates, model.matches_per_record)
    return score(pairs, offsets, sized(model, features.n), expected_shares(features, model, fitted))
