"""Average linkage in many small components at once.

Decides which groups of a component join: the two with the highest average over the pairs between them, again and
again, while that reaches the component's threshold. Invariant: two records told apart never meet; sums are of whole
numbers and equals are taken by their least records, so the result does not depend on the order of the pairs.

Each round joins every two groups that are each other's best. The average between a union and a third group is
never above the better of its parts, so where every pair can join this is what joining the best pair of all, one after
another, comes to.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST: Final = -6.0
MOST: Final = 12.0
"""Bits a single pair can say against or for a group."""
UNITS: Final = float(2**20)
"""Units a bit."""

Ints = NDArray[np.int64]
Bits = NDArray[np.float64]
Mask = NDArray[np.bool_]


def units(weight: Bits) -> Ints:
    """What pairs of ``weight`` bits say of a group, in whole units, int64 [p]."""
    return np.rint(np.clip(weight, LEAST, MOST) * UNITS).astype(np.int64)


def reaches(total: Ints, count: Ints, threshold: float | Bits) -> Mask:
    """Whether averages, ``total`` units over ``count`` pairs, are at least ``threshold`` bits."""
    return np.asarray(total / count >= np.rint(np.asarray(threshold) * UNITS))


@dataclass(frozen=True)
class Pairs:
    """Pairs between records or groups, a row each [p].

    ``left``, ``right``: int64, records or the least records of groups. ``total``: what they say in units, of
    ``count`` pairs. ``joins``: whether they can join two groups, or only count in the averages. ``owner``: the
    component, 0 to c - 1, each of them connected to no other.
    """

    left: Ints
    right: Ints
    total: Ints
    count: Ints
    joins: Mask
    owner: Ints

    def of(self, rows: Mask | Ints) -> "Pairs":
        return Pairs(
            self.left[rows], self.right[rows], self.total[rows], self.count[rows], self.joins[rows], self.owner[rows]
        )


def join(pairs: Pairs, threshold: Bits, told: Ints) -> tuple[Ints, Ints]:
    """Join groups of records until no average reaches its component's threshold.

    Args:
        pairs: of one or many components.
        threshold: bits float64 [c], by component.
        told: int64 [t, 2], records that must not meet.
    Returns:
        The distinct records of ``pairs``, sorted, and for each the least record of its group; int64 [r] each.
    """
    records = np.sort(np.concatenate([pairs.left, pairs.right]))
    records = records[np.r_[True, records[1:] != records[:-1]][: len(records)]]  # np.unique hashes, which is slower
    n = len(records)
    barred = np.searchsorted(records, told[np.isin(told, records).all(axis=1)]).astype(np.int64)
    left, right = (np.searchsorted(records, end).astype(np.int64) for end in (pairs.left, pairs.right))
    now = grouped(Pairs(left, right, pairs.total, pairs.count, pairs.joins, pairs.owner))
    into = np.arange(n)
    while len(best := _each_others_best(now, threshold[now.owner], _barred(now, barred, n), n)):
        into[now.right[best]] = now.left[best]
        busy = np.zeros(len(threshold), bool)
        busy[now.owner[best]] = True
        now, barred = grouped(now.of(busy[now.owner]), into), into[barred]
    while not np.array_equal(into, into[into]):
        into = into[into]
    return records, records[into]


def grouped(pairs: Pairs, into: Ints | None = None) -> Pairs:
    """One row each two groups, ``left`` < ``right`` and sorted; ``into`` is the new group of each group."""
    ends = np.stack([pairs.left, pairs.right])
    if into is not None:
        ends = into[ends]
        pairs, ends = pairs.of(ends[0] != ends[1]), ends[:, ends[0] != ends[1]]
    low, high = ends.min(axis=0), ends.max(axis=0)
    code = low * (int(high.max(initial=0)) + 1) + high
    order = np.argsort(code, kind="stable")
    low, high, code = low[order], high[order], code[order]
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]][: len(code)])
    if not len(first):
        return pairs
    return Pairs(
        low[first],
        high[first],
        np.add.reduceat(pairs.total[order], first),
        np.add.reduceat(pairs.count[order], first),
        np.logical_or.reduceat(pairs.joins[order], first),
        pairs.owner[order[first]],
    )


def _each_others_best(now: Pairs, threshold: Bits, barred: Mask, n: int) -> Ints:
    """The rows whose two groups have no better row by which they may join."""
    may = np.flatnonzero(now.joins & ~barred & reaches(now.total, now.count, threshold))
    order = may[np.argsort(-(now.total[may] / now.count[may]), kind="stable")]
    best = np.full(n, -1, np.int64)
    worst_first = order[::-1]
    ends = np.stack([now.left[worst_first], now.right[worst_first]], axis=1)
    best[ends.ravel()] = np.repeat(worst_first, 2)  # of several assignments to one group the last stays
    return np.asarray(order[(best[now.left[order]] == order) & (best[now.right[order]] == order)])


def _barred(now: Pairs, barred: Ints, n: int) -> Mask:
    if not len(barred):
        return np.zeros(len(now.left), bool)
    return np.isin(now.left * n + now.right, barred.min(axis=1) * n + barred.max(axis=1))
