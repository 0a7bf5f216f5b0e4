"""From weights to probabilities that mean what they say.

Decides the probability of a weight. Invariant: the curve never falls, leaves the weights and their evidence as
they are, and is the identity until pairs with a known truth have been seen.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Curve = tuple[tuple[float, float], ...]
"""Knots of weight and log-odds, both in bits, rising; beyond the ends the last shift holds."""

KNOTS: Final = (-10.0, -8.0, -6.0, -5.0, *(step / 2 for step in range(-8, 9)), 5.0, 6.0, 8.0, 10.0)
HALF_WIDTH: Final = 1.0
HALF_WIDTHS: Final = (0.25, 0.5, HALF_WIDTH)
"""Bits to either side of a knot, as few as hold enough pairs."""
ENOUGH: Final = 500
FEWEST: Final = 50
"""Pairs around a knot below which it is left out."""


def fit(weight: NDArray[np.float64], same: NDArray[np.bool_]) -> Curve:
    """The curve of pairs whose truth is known: at each knot the observed odds of the pairs around it."""
    curve: list[tuple[float, float]] = []
    for knot in KNOTS:
        windows = (np.abs(weight - knot) <= half for half in HALF_WIDTHS)
        near = next((window for window in windows if window.sum() >= ENOUGH), np.abs(weight - knot) <= HALF_WIDTH)
        if near.sum() < FEWEST:
            continue
        # the mean weight stands for the window: pairs lie unevenly in it
        centre = float(weight[near].mean())
        odds = float(np.log2((same[near].sum() + 0.5) / ((~same[near]).sum() + 0.5)))
        if not curve or (centre > curve[-1][0] and odds > curve[-1][1]):
            curve.append((round(centre, 4), round(odds, 4)))
    return tuple(curve)


def calibrated(weight: NDArray[np.float64], curve: Curve) -> NDArray[np.float64]:
    """The log-odds in bits that weights in bits stand for."""
    if not curve:
        return weight
    x, y = (np.array(column) for column in zip(*curve, strict=True))
    return np.asarray(weight + np.interp(weight, x, y - x))


def probability(weight: NDArray[np.float64], curve: Curve) -> NDArray[np.float64]:
    bits = np.clip(calibrated(weight, curve), -1000, 1000)
    return np.asarray(1.0 / (1.0 + np.exp2(-bits)))


def weight_at(chance: float, curve: Curve) -> float:
    """The least weight, in steps of a hundredth of a bit, whose probability reaches ``chance``."""
    grid = np.arange(-4000, 4001) / 100
    reached = np.flatnonzero(probability(grid, curve) >= chance)
    return float(grid[reached[0]]) if len(reached) else float("inf")
