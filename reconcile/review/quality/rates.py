"""Shares and their intervals.

Decides which interval a share gets and from how many on there is one. Invariant: where every item weighs the same, the
weighted interval is Clopper and Pearson's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, binomtest

from reconcile.review.quality.thresholds import confidence, numbers


@dataclass(frozen=True)
class Rate:
    """``count`` of ``of`` items, as they are; ``value`` in [0, 1] and its interval ``low`` to ``high``.

    ``value`` is None, and the interval all there is, where ``of`` is fewer than is asked for.
    """

    count: int
    of: int
    value: float | None
    low: float = 0.0
    high: float = 1.0


def rate(count: int, of: int, least: int | None = None) -> Rate:
    """``count`` of ``of`` items, with Wilson's interval; ``least``: see ``quality.toml``, ``least.answers``."""
    if of < _least(least):
        return Rate(count, of, None)
    interval = binomtest(count, of).proportion_ci(confidence_level=confidence(), method="wilson")
    return Rate(count, of, count / of, float(interval.low), float(interval.high))


def weighted(right: Sequence[bool], weights: Sequence[float], least: int | None = None) -> Rate:
    """The share of all items of a frame that are right, from some drawn with unlike probabilities.

    The share is Hájek's, each item drawn standing for ``weights`` (one over the probability it was drawn with). The
    interval is Clopper and Pearson's for as many items as the weights leave (Kish: (sum w)² / sum w²), after Korn and
    Graubard (1998), "Confidence intervals for proportions with small expected number of positive counts estimated from
    survey data", Survey Methodology 24, 193-201.

    Args:
        right: of each item drawn. weights: likewise, above 0.
    """
    count, of = int(np.sum(right)), len(right)
    if of < max(_least(least), 1):
        return Rate(count, of, None)
    weight = np.asarray(weights, dtype=float)
    value = float(weight @ np.asarray(right, dtype=float) / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    hits, tail = value * effective, (1 - confidence()) / 2
    low = float(beta.ppf(tail, hits, effective - hits + 1)) if count else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, effective - hits)) if count < of else 1.0
    return Rate(count, of, value, low, high)


def _least(least: int | None) -> int:
    return int(numbers()["least"]["answers"]) if least is None else least
