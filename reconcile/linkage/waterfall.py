"""A pair's weight as a waterfall: from the prior, bar by bar, to the total.

Decides in what order evidence is shown and what part of it is owed to a rare value. Invariant: each bar starts where
the one before it ends, and the last ends at the weight; a guard is no bar of bits, for it takes none away.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from reconcile.linkage.calibration import weight_at
from reconcile.linkage.model import Model
from reconcile.linkage.scoring import ratio

FIRST: Final = "prior"
LAST: Final = ("household", "not_known")
"""What follows the evidence: the alternative that the two are of one household, and what one of them does not say."""

CLOSE: Final = 1e-6
"""Bits by which the bars may miss the weight: more than the rounding of their sum, and less than anybody reads."""


@dataclass(frozen=True)
class Bar:
    """One piece of evidence. ``bits`` lead the running total from ``start`` to ``end``.

    ``kind`` is prior, evidence, household or not_known. ``rarity`` is the part of ``bits`` owed to how rare the
    shared value is, None where it cannot be told apart.
    """

    kind: str
    feature: str
    level: str
    sentence: str
    bits: float
    rarity: float | None
    start: float
    end: float


@dataclass(frozen=True)
class Guard:
    """The guard a pair does not pass, and what it says."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Waterfall:
    """``left`` < ``right`` are record ids; ``weight`` in bits, prior included; ``strength`` empty below every band.

    ``possible`` and ``proposed`` are the weights in bits from which those bands begin, None where the model that
    weighed the pair is not at hand.
    """

    left: str
    right: str
    bars: tuple[Bar, ...]
    weight: float
    probability: float
    strength: str
    guard: Guard | None
    possible: float | None
    proposed: float | None


def waterfall(link: Mapping[str, Any], model: Model | None) -> Waterfall:
    """The waterfall of a row of ``schema.LINKS`` (or of the same shape), weighed under ``model``.

    Raises:
        ValueError: the evidence does not add up to the weight.
    """
    weight = float(link["weight"])
    bars = _bars(link["evidence"], model)
    if not math.isclose(math.fsum(bar.bits for bar in bars), weight, rel_tol=0, abs_tol=CLOSE):
        raise ValueError("the evidence of a pair does not add up to its weight")
    name = link["guard"]
    return Waterfall(
        left=link["left"],
        right=link["right"],
        bars=bars,
        weight=weight,
        probability=float(link["probability"]),
        strength=link["strength"] or "",
        guard=Guard(name, guard_sentence(name)) if name else None,
        possible=_from(model, "possible"),
        proposed=_from(model, "proposed"),
    )


def guard_sentence(name: str) -> str:
    """What a coordinator reads of a guard; empty for a guard the table does not know."""
    return str(_sentences().get(name, ""))


@cache
def _sentences() -> Mapping[str, str]:
    text = resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["guard"])


def _from(model: Model | None, band: str) -> float | None:
    if model is None:
        return None
    bits = weight_at(getattr(model, band), model.calibration)
    return bits if math.isfinite(bits) else None


def _bars(evidence: Sequence[Mapping[str, Any]], model: Model | None) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    for entry in sorted(evidence, key=_place):
        start = math.fsum(bar.bits for bar in bars)
        bits = float(entry["weight"])
        feature = str(entry["feature"])
        kind = feature if feature == FIRST or feature in LAST else "evidence"
        bars.append(
            Bar(
                kind,
                feature,
                entry["level"] or "",
                entry["sentence"] or "",
                bits,
                _rarity(feature, entry["level"], bits, model) if kind == "evidence" else None,
                start,
                math.fsum([*(bar.bits for bar in bars), bits]),
            )
        )
    return tuple(bars)


def _place(entry: Mapping[str, Any]) -> tuple[int, float, str]:
    feature = entry["feature"]
    if feature in LAST:
        return 2 + LAST.index(feature), 0.0, ""
    return (0 if feature == FIRST else 1), -abs(float(entry["weight"])), feature


def _rarity(feature: str, level: str, bits: float, model: Model | None) -> float | None:
    """What the level alone does not account for; null where the level is not the model's."""
    if model is None:
        return None
    trained = model.feature(feature)
    if level not in trained.levels:
        return None
    return round(bits - float(ratio(trained, "m")[trained.levels.index(level)]), 4) + 0.0  # never a negative nought
