"""Training with labels: what people decided of links moves m, and with enough decisions the calibration.

Decides how far a decision moves the model. Invariant: without a decision the model is the very one given; u, h, the
shares and the bands stay; and the calibration curve still never falls.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from reconcile.linkage import calibration, table
from reconcile.linkage.comparison import Compared
from reconcile.linkage.features import Features
from reconcile.linkage.model import Model
from reconcile.linkage.scoring import Scores
from reconcile.linkage.sense import sensible
from reconcile.linkage.weighing import PerRecord, scores

SYNTHETIC = "calibrated on synthetic records"


@dataclass(frozen=True)
class Labels:
    """Decided pairs: places ``left`` < ``right`` int32 of the sorted records; ``same`` is what a person held."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    same: NDArray[np.bool_]


@cache
def _table() -> Mapping[str, float]:
    return tomllib.loads(resources.files(__package__).joinpath("decisions.toml").read_text(encoding="utf-8"))


def needed() -> int:
    """How many decisions, same or different, it takes to fit the calibration again."""
    return int(_table()["calibrate_from"])


def prior_pairs() -> int:
    """How many decided pairs the model's own m is worth."""
    return int(_table()["prior_pairs"])


def answered(judged_links: pa.Table) -> pa.Table:
    """The links people decided same or different, of ``schema.LINKS`` with a column ``judgement``."""
    return judged_links.filter(pc.is_in(judged_links["judgement"], value_set=pa.array(["same", "different"])))


def labels(features: Features, judged_links: pa.Table) -> Labels:
    """The links decided same or different; ``judged_links`` is ``schema.LINKS`` with a column ``judgement``.

    A link whose evidence changed since a person judged it has no judgement there, and is no label. Pairs a person
    joined that no link proposed are left out too: only ``same`` is ever said of them, which would bend the calibration.
    """
    said = answered(judged_links)
    ids = features.ids
    ends: list[Any] = [pc.index_in(said[end], value_set=ids) for end in ("left", "right")]
    here = pc.and_(pc.is_valid(ends[0]), pc.is_valid(ends[1]))
    left, right = (np.asarray(end.filter(here), dtype=np.int32) for end in ends)
    return Labels(left, right, np.asarray(said["judgement"].filter(here).to_pylist(), dtype=object) == "same")


def train(
    features: Features, pairs: Compared, same: NDArray[np.bool_], model: Model, fitted: PerRecord | None = None
) -> Model:
    """``model`` as far as the decided ``pairs`` move it; ``same`` bool [pairs] is what people held.

    Each feature's m becomes the levels among the pairs decided same, with the model's own m worth so many pairs; the
    calibration moves once there are ``needed()`` pairs. ``fitted`` are the shares of the classes that linking these
    records found, and with which the pairs were weighed. What happened stands in ``trained["decisions"]``.
    """
    if not len(same):
        return model
    moved = replace(
        model,
        features={**model.features, **{name: _m(model, name, levels[same]) for name, levels in pairs.levels.items()}},
    )
    # people decide what is doubtful: what that teaches of m is held to sense too, u and h stay
    held = sensible(moved).features
    moved = replace(moved, features={name: replace(each, m=held[name].m) for name, each in moved.features.items()})
    enough = len(same) >= needed()
    if enough:
        moved = replace(moved, calibration=_calibration(scores(features, pairs, moved, fitted), same, moved))
    told = {
        "same": int(same.sum()),
        "different": int((~same).sum()),
        "needed_to_calibrate": needed(),
        "calibrated": enough,
        "began_from": model.name,
    }
    return replace(moved, trained={**model.trained, "decisions": told})


def note(model: Model, decisions: int | None = None) -> str:
    """What the probabilities of ``model`` are calibrated on; ``decisions`` is how many are recorded by now."""
    if not model.calibration:
        return "not calibrated"
    told = model.trained.get("decisions", {})
    made = int(told.get("same", 0)) + int(told.get("different", 0))
    if told.get("calibrated"):
        return f"{SYNTHETIC} and {made:,} decisions"
    count = made if decisions is None else decisions
    if count >= needed():
        return f"{SYNTHETIC}; {count:,} decisions have not moved it yet"
    return f"{SYNTHETIC}; {count:,} of {needed():,} decisions"


def _m(model: Model, name: str, levels: NDArray[np.uint8]) -> Any:
    feature = model.feature(name)
    counts = np.bincount(levels, minlength=len(feature.levels))
    return replace(feature, m=table.normal(counts + feature.m * prior_pairs()))


def _calibration(weighed: Scores, same: NDArray[np.bool_], model: Model) -> calibration.Curve:
    """The curve moved at each knot by the odds observed near it over those it foretold there."""
    curve = model.calibration or tuple((knot, knot) for knot in calibration.KNOTS)
    worth = float(_table()["knot_pairs"])
    odds, weights = [], []
    for knot, believed in curve:
        near = np.abs(weighed.weight - knot) <= calibration.HALF_WIDTH
        stands = 1 / (1 + np.exp2(-believed))
        foretold = weighed.probability[near].sum()
        observed = same[near].sum()
        others = near.sum() - np.array([observed, foretold])
        moved = np.log2((np.array([observed, foretold]) + worth * stands) / (others + worth * (1 - stands)))
        odds.append(believed + moved[0] - moved[1])
        weights.append(near.sum() + worth)
    level = isotonic_regression(odds, weights=weights).x
    return tuple((knot, round(float(bits), 4)) for (knot, _), bits in zip(curve, level, strict=True))
