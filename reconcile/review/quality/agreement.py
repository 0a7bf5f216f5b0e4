"""How far people who looked at the same item agree, beyond chance.

Decides how agreement is measured: Cohen's kappa for two people, Krippendorff's alpha for many who did not all see the
same items. Invariant: 1 is full agreement and 0 what chance would give; where everybody always gives the same answer
neither can be told, and none is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from reconcile.review.quality.thresholds import confidence, numbers

Floats = NDArray[np.float64]
SEED = 20180301
"""Of the resampling: the same answers give the same interval."""


@dataclass(frozen=True)
class Agreement:
    """``agreed`` of ``items`` had the same answer; ``value`` beyond chance with its interval, None where none is told.

    ``people``: how many gave the answers.
    """

    items: int
    agreed: int
    people: int
    value: float | None = None
    low: float = -1.0
    high: float = 1.0


def cohen(pairs: Sequence[tuple[str, str]], least: int | None = None) -> Agreement:
    """Cohen's kappa of two people's answers on the same items, each pair in the order of the people.

    The interval rests on the large-sample variance of Fleiss, Cohen and Everitt (1969), "Large sample standard errors
    of kappa and weighted kappa", Psychological Bulletin 72, 323-327, as in Fleiss, Levin and Paik, formula 18.15.
    """
    agreed = sum(one == other for one, other in pairs)
    bare = Agreement(len(pairs), agreed, 2)
    if len(pairs) < _least(least):
        return bare
    known = sorted({answer for pair in pairs for answer in pair})
    table = np.zeros((len(known), len(known)))
    for one, other in pairs:
        table[known.index(one), known.index(other)] += 1
    table /= len(pairs)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, expected = float(np.trace(table)), float(rows @ columns)
    if expected >= 1:
        return bare
    kappa = (observed - expected) / (1 - expected)
    on = np.diag(table) @ (1 - (rows + columns) * (1 - kappa)) ** 2
    off = table * (columns[:, None] + rows[None, :]) ** 2
    beside = (1 - kappa) ** 2 * (off.sum() - np.trace(off))
    variance = (on + beside - (kappa - expected * (1 - kappa)) ** 2) / (len(pairs) * (1 - expected) ** 2)
    reach = float(norm.ppf(0.5 + confidence() / 2)) * float(np.sqrt(max(variance, 0.0)))
    return Agreement(len(pairs), agreed, 2, kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0))


def alpha(units: Sequence[Sequence[str]], people: int, least: int | None = None) -> Agreement:
    """Krippendorff's alpha of nominal answers; a unit holds the answers on one item, those with fewer than two say
    nothing.

    The interval is the percentile one over items drawn again with replacement. Krippendorff (2011), "Computing
    Krippendorff's alpha-reliability", section C.
    """
    kinds = Counter(tuple(sorted(unit)) for unit in units if len(unit) > 1)
    count = sum(kinds.values())
    agreed = sum(number for answers, number in kinds.items() if len(set(answers)) == 1)
    bare = Agreement(count, agreed, people)
    if count < max(_least(least), 1):
        return bare
    known = sorted({answer for unit in kinds for answer in unit})
    held = np.array([[unit.count(answer) for answer in known] for unit in kinds], dtype=float)
    numbers_of = np.array(list(kinds.values()), dtype=float)
    (value,) = _alpha(held, numbers_of[None, :])
    if np.isnan(value):
        return bare
    # Items with the same answers are alike: how often each kind is drawn says all about a sample.
    drawn = np.random.default_rng(SEED).multinomial(count, numbers_of / count, int(numbers()["interval"]["resamples"]))
    again = _alpha(held, drawn.astype(float))
    tail = 50 * (1 - confidence())
    low, high = np.nanpercentile(again, [tail, 100 - tail]) if np.isfinite(again).any() else (value, value)
    return Agreement(count, agreed, people, float(value), float(low), float(high))


def _alpha(held: Floats, numbers_of: Floats) -> Floats:
    """Alpha of each sample; ``held`` [kinds, answers], ``numbers_of`` [samples, kinds]."""
    answers = held.sum(axis=1)
    differing = (answers**2 - (held**2).sum(axis=1)) / (answers - 1)
    totals, each = numbers_of @ answers, numbers_of @ held
    observed = numbers_of @ differing / totals
    expected = (totals**2 - (each**2).sum(axis=1)) / (totals * (totals - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(expected > 0, 1 - observed / expected, np.nan)
    return result


def _least(least: int | None) -> int:
    return int(numbers()["least"]["items"]) if least is None else least
