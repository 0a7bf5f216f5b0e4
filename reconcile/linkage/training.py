"""Training without labels: how strangers agree is counted, how one person's records agree is learned by EM.

Decides m, u, h and the shares of the classes. Invariant: EM runs on the distinct comparison patterns of the
candidate pairs against the number of all pairs; u never comes from candidate pairs; the shares are bounded, and
the model says whether training converged or was stopped.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile.linkage import calibration, table
from reconcile.linkage.blocking import candidates
from reconcile.linkage.chance import counted, sample_pairs
from reconcile.linkage.comparison import Compared, compare
from reconcile.linkage.features import Features, prepare
from reconcile.linkage.frequencies import Rarity, rarity, rates
from reconcile.linkage.model import Model, believed, load
from reconcile.linkage.scoring import Shares, ratio, score, shares
from reconcile.linkage.sense import sensible
from reconcile.linkage.table import Feature

ROUNDS: Final = 60
SHARE_ROUNDS: Final = 25
CLOSE: Final = 1e-4
"""EM has converged when no share and no level moves by more."""


@dataclass(frozen=True)
class Patterns:
    """Distinct rows of levels: ``levels`` uint8 [k, features], ``count`` pairs of each, mean offsets in bits."""

    names: tuple[str, ...]
    levels: NDArray[np.uint8]
    count: NDArray[np.float64]
    match: NDArray[np.float64]
    household: NDArray[np.float64]


def train(records: pa.Table, *, between: bool = False) -> Model:
    """Fit a model to records without labels (``schema.RECORDS`` or a subset of its columns).

    The bands are those of ``levels.toml``; the calibration, which needs a known truth, stays the shipped model's.
    """
    features = prepare(records)
    found = candidates(features, between=between)
    fitted = fit(features, compare(features, found.left, found.right), between=between)
    return calibrated_as(fitted, load())


def calibrated_as(model: Model, other: Model) -> Model:
    """``model`` with the calibration of another, and the number of records that speaks of."""
    size = {
        name: other.trained[name] for name in ("calibrated_on_records", "bits_per_doubling") if name in other.trained
    }
    return replace(model, calibration=other.calibration, trained={**model.trained, **size})


def calibrate(model: Model, records: pa.Table, truth: pa.Table, *smaller: tuple[pa.Table, pa.Table]) -> Model:
    """``model`` with its probabilities made to mean what they say on records whose persons are known.

    ``truth`` has ``record_id`` and ``person``; the records must not be those the model was trained on. From ``smaller``
    sets of records and truths it is learned how many bits a weight loses where the records double.
    """
    n, weight, same = _known(model, records, truth)
    curve = calibration.fit(weight, same)
    told = {**model.trained, "calibrated_on_records": n}
    if smaller:
        lost = [_gained(curve, n, *_known(model, *each)) for each in smaller]
        told["bits_per_doubling"] = round(float(np.mean(lost)), 4)
    return replace(model, calibration=curve, trained=told)


def _known(model: Model, records: pa.Table, truth: pa.Table) -> tuple[int, NDArray[np.float64], NDArray[np.bool_]]:
    """How many records there are, the weight of every candidate pair, and whether the two are one person's."""
    features = prepare(records)
    found = candidates(features)
    pairs = compare(features, found.left, found.right)
    total = all_pairs(features, between=False)
    offsets = rarity(features, pairs, model.rates, model.matches_per_record)
    share = estimate_shares(patterns(pairs, offsets), model, shares(model, features.n, total), total, features.n)
    scores = score(pairs, offsets, model, share)
    person = dict(zip(truth.column("record_id").to_pylist(), truth.column("person").to_pylist(), strict=True))
    known = np.unique(np.array([str(person[record]) for record in features.ids.to_pylist()]), return_inverse=True)[1]
    return features.n, scores.weight, known[pairs.left] == known[pairs.right]


DOUBTFUL: Final = (-4.0, 6.0)
"""Bits between which a weight leaves room for doubt."""


def _gained(curve: calibration.Curve, n: int, few: int, weight: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """How many bits more doubtful weights mean among ``few`` records than among ``n``, for each doubling between."""
    doubtful = (weight >= DOUBTFUL[0]) & (weight <= DOUBTFUL[1])
    said = calibration.calibrated(weight[doubtful], curve)
    steps = np.arange(-400, 401) / 100
    expected = np.array([(1 / (1 + np.exp2(-said - step))).sum() for step in steps])
    return float(steps[np.abs(expected - same[doubtful].sum()).argmin()] / np.log2(n / few))


def all_pairs(features: Features, between: bool) -> float:
    """How many pairs of records there are to compare."""
    n = features.n
    if not between:
        return max(1.0, n * (n - 1) / 2)
    counts = np.bincount(features.source.codes + 1).astype(np.float64)
    return float(max(1.0, (n * n - (counts**2).sum()) / 2))


def fit(features: Features, pairs: Compared, *, between: bool = False) -> Model:
    """Fit a model to compared candidate pairs; with nothing to compare it stays what was believed."""
    if not len(pairs.left):
        return replace(believed(), name="trained", trained={"records": features.n, "converged": False})
    total = all_pairs(features, between)
    sample = sample_pairs(features, between)
    seen = compare(features, *sample)
    rate = rates(features)
    model = replace(believed(), rates=rate)
    everywhere = {name: counted(table.feature(name), seen, rate) for name in pairs.levels}
    model = replace(model, features=everywhere)
    found = patterns(pairs, rarity(features, pairs, rate, model.matches_per_record))
    model, share, rounds, converged = _learn(found, model, total, features.n)
    cleaned = {name: _without_matches(model.features[name], everywhere[name].u, share) for name in model.features}
    model = replace(model, features=cleaned)
    model, share, rounds, converged = _learn(found, model, total, features.n)
    return replace(
        sensible(model),
        name="trained",
        matches_per_record=share.match * total / features.n,
        households_per_record=share.household * total / features.n,
        trained={
            "records": features.n,
            "candidate_pairs": len(pairs.left),
            "sampled_pairs": len(sample[0]),
            "rounds": rounds,
            "converged": converged,
            "bounded": share.match * total / features.n >= 0.99 * table.classes("most_matches_per_record"),
        },
    )


def _without_matches(feature: Feature, everywhere: NDArray[np.float64], share: Shares) -> Feature:
    """``feature`` with the share that is pairs of one person taken out of what was counted over all pairs."""
    cleaned = (everywhere - share.match * feature.m) / (1 - share.match)
    least = 0.005 if feature.name.startswith("opaque:") else 0.05
    cleaned = np.maximum(cleaned, everywhere * least)
    for level in feature.fixed:
        cleaned[level] = everywhere[level]
    return replace(feature, u=table.normal(cleaned))


def patterns(pairs: Compared, offsets: Rarity) -> Patterns:
    """The distinct rows of levels, offsets rounded to whole bits, in a fixed order."""
    names = tuple(sorted(pairs.levels))
    match = np.zeros(len(pairs.left), np.float32)
    household = np.zeros(len(pairs.left), np.float32)
    for bits, parts in ((match, offsets.match), (household, offsets.household)):
        for name in sorted(parts):
            np.add(bits, parts[name], out=bits)
        np.clip(np.rint(bits, out=bits), -60, 60, out=bits)
    columns = [pairs.levels[name] for name in names]
    columns += [(bits + 64).astype(np.uint8) for bits in (match, household)]
    key = np.zeros(len(pairs.left), np.int64)
    packed = []
    size = 1
    for column in columns:
        width = int(column.max()) + 1 if len(column) else 1
        if size > 2**62 // width:
            packed.append(key)
            key, size = np.zeros(len(pairs.left), np.int64), 1
        key *= width
        key += column
        size *= width
    packed.append(key)
    order = np.argsort(packed[0]) if len(packed) == 1 else np.lexsort(packed)
    changed = np.zeros(len(order), bool)
    changed[:1] = True
    for part in packed:
        changed[1:] |= part[order][1:] != part[order][:-1]
    first = np.flatnonzero(changed)
    rows = order[first]
    return Patterns(
        names,
        np.stack([pairs.levels[name][rows] for name in names], axis=1),
        np.diff(np.r_[first, len(order)]).astype(np.float64),
        match[rows].astype(np.float64),
        household[rows].astype(np.float64),
    )


def estimate_shares(seen: Patterns, model: Model, share: Shares, total: float, n: int) -> Shares:
    """The class shares that fit the data, the model's levels held fixed: bounded.

    Households are held near the model's share: with levels that fit other data better they would take the matches.
    """
    most_homes = table.classes("household_drift") * model.households_per_record * n / total
    for _ in range(SHARE_ROUNDS):
        match, household = _posteriors(seen, model, share)
        share = _bounded((seen.count * match).sum(), (seen.count * household).sum(), total, n)
        share = replace(share, household=min(share.household, most_homes))
    return share


def _learn(seen: Patterns, model: Model, total: float, n: int) -> tuple[Model, Shares, int, bool]:
    start = {name: table.feature(name) for name in seen.names}
    share = shares(model, n, total)
    for done in range(1, ROUNDS + 1):
        match, household = _posteriors(seen, model, share)
        fresh = {}
        moved = 0.0
        for place, name in enumerate(seen.names):
            feature = model.features[name]
            m = _relearned(seen, place, match, start[name].m, table.classes("prior_weight"))
            h = feature.h
            if feature.relearn:
                h = _relearned(seen, place, household, start[name].h, table.classes("household_weight"))
            moved = max(moved, float(np.abs(m - feature.m).max()), float(np.abs(h - feature.h).max()))
            fresh[name] = replace(feature, m=m, h=h)
        model = replace(model, features={**model.features, **fresh})
        before = share
        share = _bounded((seen.count * match).sum(), (seen.count * household).sum(), total, n)
        moved = max(moved, abs(share.match / before.match - 1) * 0.1)
        if moved < CLOSE * 10:
            return model, share, done, True
    return model, share, ROUNDS, False


def _posteriors(seen: Patterns, model: Model, share: Shares) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    match = np.log2(share.match / share.stranger) + seen.match
    household = np.log2(max(share.household, 1e-300) / share.stranger) + seen.household
    for place, name in enumerate(seen.names):
        feature = model.feature(name)
        match = match + ratio(feature, "m")[seen.levels[:, place]]
        household = household + ratio(feature, "h")[seen.levels[:, place]]
    whole = np.logaddexp2(np.logaddexp2(match, household), 0.0)
    return np.exp2(match - whole), np.exp2(household - whole)


def _relearned(
    seen: Patterns, place: int, posterior: NDArray[np.float64], start: NDArray[np.float64], worth: float
) -> NDArray[np.float64]:
    counts = np.bincount(seen.levels[:, place], weights=seen.count * posterior, minlength=len(start))
    return table.normal(counts + start * worth)


def _bounded(matches: float, households: float, total: float, n: int) -> Shares:
    most = table.classes("most_matches_per_record") * n
    most_homes = table.classes("most_households_per_record") * n
    return Shares(
        float(min(max(matches, 0.001 * n, 0.5), most, 0.3 * total) / total),
        float(min(max(households, 1e-6 * n), most_homes, 0.3 * total) / total),
    )
