"""How often two strangers agree by chance: u, from value frequencies and random pairs.

Decides u before training. Invariant: candidate pairs are never looked at; exact agreement comes from the exact
frequencies of values, and the rare cells of joint features from the product of their parts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.comparison import ADDRESS, POSTCODE, TOWN, Compared
from reconcile.linkage.features import Features
from reconcile.linkage.table import Feature

SAMPLE: Final = 400_000
"""Random pairs looked at; all pairs where there are no more."""

BELIEF: Final = 100.0
"""How many random pairs the table's own u is worth."""


def sample_pairs(features: Features, between: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    n = features.n
    if n * (n - 1) // 2 <= SAMPLE:
        left, right = np.triu_indices(n, 1)
    else:
        random = np.random.default_rng(n)
        left, right = random.integers(0, n, SAMPLE), random.integers(0, n, SAMPLE)
        left, right = np.minimum(left, right)[left != right], np.maximum(left, right)[left != right]
    if between:
        across = features.source.codes[left] != features.source.codes[right]
        left, right = left[across], right[across]
    return left.astype(np.int32), right.astype(np.int32)


def counted(feature: Feature, sample: Compared, rate: Mapping[str, float]) -> Feature:
    """``feature`` with u from the sample, exact agreement from value frequencies, rare cells from their parts."""
    levels = sample.levels[feature.name]
    n = max(len(levels), 1)
    counts = np.bincount(levels, minlength=len(feature.levels)).astype(np.float64)
    if feature.name == "name":
        expected = _expected_names(sample, rate)
    elif feature.name == "place":
        expected = _expected_places(sample, rate)
    else:
        expected = _blended(counts, feature.u, rate.get(feature.name))
        for level in feature.fixed:
            expected[level] = feature.u[level]
        return replace(feature, u=table.normal(np.maximum(expected, 1e-12)))
    shrunk = expected * (counts + 5) / (n * expected + 5)
    return replace(feature, u=table.normal(np.maximum(shrunk, 1e-12)))


def _marginal(levels: NDArray[Any], believed_: NDArray[np.float64], exact: float | None) -> NDArray[np.float64]:
    return _blended(np.bincount(levels, minlength=len(believed_)).astype(np.float64), believed_, exact)


def _blended(counts: NDArray[np.float64], believed_: NDArray[np.float64], exact: float | None) -> NDArray[np.float64]:
    """Shares of levels among random pairs; few pairs lean on what was believed, exact agreement on frequencies."""
    n = counts.sum()
    if exact:
        counts = counts.copy()
        counts[1] = exact * n
    return np.asarray((counts + believed_ * BELIEF) / (n + BELIEF))


def _expected_names(sample: Compared, rate: Mapping[str, float]) -> NDArray[np.float64]:
    given = _marginal(sample.names.given, table.part("name", "given", "u"), rate.get("given"))
    surname = _marginal(sample.names.surname, table.part("name", "surname", "u"), rate.get("surname"))
    extra = table.setting("name", "extra_u")
    return np.concatenate([np.outer(given, surname).ravel(), extra])


def _expected_places(sample: Compared, rate: Mapping[str, float]) -> NDArray[np.float64]:
    level = sample.levels["place"].astype(np.int64)
    address = _marginal(level % len(ADDRESS), table.part("place", "address", "u"), rate.get("address"))
    town = _marginal(level // len(ADDRESS) % len(TOWN), table.part("place", "town", "u"), rate.get("town"))
    postcode = _marginal(
        level // (len(ADDRESS) * len(TOWN)), table.part("place", "postcode", "u"), rate.get("postcode")
    )
    joint = postcode[:, None, None] * town[None, :, None] * address[None, None, :]
    near_town = table.setting("place", "town_given_postcode") * (1 - town[0])
    near_address = table.setting("place", "address_given_postcode") * (1 - address[0])
    near_town[0], near_address[0] = town[0], address[0]
    for name in ("exact", "previous"):
        row = POSTCODE.index(name)
        joint[row] = postcode[row] * near_town[:, None] * near_address[None, :]
    return joint.ravel()
