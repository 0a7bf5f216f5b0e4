"""Records grouped by average linkage inside the connected components of the links.

Decides which records are joined when links are taken at a threshold, and which joins of the last cycle still hold.
Invariant: a group never holds two records told apart by a cannot-link; the average runs over candidate pairs only,
pairs never compared are not held against a group; the result does not depend on the order of the pairs.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from reconcile.linkage.average_linkage import MOST, Bits, Ints, Mask, Pairs, grouped, join, reaches, units

LARGEST: Final = 400
"""Components of more records are first split at a higher threshold."""
STEP: Final = 2.0
"""Bits by which that threshold rises until the pieces are small enough."""

Ends = NDArray[np.int32] | NDArray[np.int64]


def cluster(
    n: int,
    left: Ends,
    right: Ends,
    weight: Bits,
    *,
    threshold: float,
    apart: Iterable[tuple[int, int]] = (),
    joins: Mask | None = None,
    held: tuple[Ends, Ends] | None = None,
    break_at: float | None = None,
) -> Ints:
    """Group ``n`` records.

    Args:
        left, right, weight: candidate pairs int [p] with weights in bits.
        threshold: bits at or above which a pair, or the average between two groups, joins.
        apart: pairs that must not share a group.
        joins: bool [p], the pairs by which two groups can join; the others only count in the averages. All if None.
        held: ends int [h] of pairs joined in the last cycle. What they connect stays joined while the average
            between its groups is at least ``break_at`` bits; where no candidate pair is left, it does not.
    Returns:
        int64 [n]: for each record the least record of its group.
    """
    told = np.array(sorted({(min(pair), max(pair)) for pair in apart}), np.int64).reshape(-1, 2)
    can_join = np.ones(len(left), bool) if joins is None else joins
    seeds = weight >= threshold if joins is None else joins
    label = components(n, left[seeds], right[seeds])
    inside = np.flatnonzero(label[left] == label[right])
    troubled = _troubled(label, left[inside[weight[inside] < threshold]], told)
    groups = np.where(troubled[label], np.arange(n), first_of(label)[label])
    rows = inside[troubled[label[left[inside]]]]
    if len(rows):
        pairs = pairs_of(left[rows], right[rows], weight[rows], can_join[rows], label[left[rows]])
        parts, thresholds, huge = _split(pairs, weight[rows], threshold)
        records, heads = join(parts, thresholds, told)
        groups[records] = heads
        groups = _strongest(groups, pairs.of(huge), told)
    if held is not None and break_at is not None:
        still = still_held(groups, left, right, weight, held=held, break_at=break_at)
        ends = groups[left[still]], groups[right[still]]
        groups = joined_again(groups, pairs_of(*ends, weight[still], can_join[still]), told)
    return groups


def components(n: int, left: Ends, right: Ends) -> NDArray[np.int32]:
    """The connected component of each of ``n`` records, int32 [n], numbered in the order of their least records."""
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(n, n))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels


def first_of(label: Ends) -> Ints:
    """The least record of each label 0, 1, 2 ..., int64 by label."""
    first = np.zeros(int(label.max()) + 1 if len(label) else 0, np.int64)
    first[label[::-1]] = np.arange(len(label))[::-1]  # of several assignments to one label the last stays
    return first


def still_held(
    groups: Ints, left: Ends, right: Ends, weight: Bits, *, held: tuple[Ends, Ends], break_at: float
) -> Mask:
    """Which pairs lie between two groups that were one in the last cycle and, by their average, may stay so.

    Args:
        groups: int64 [n], the least record of each record's group.
        left, right, weight: candidate pairs [p].
        held: ends of pairs joined in the last cycle; what they connect was one group.
        break_at: bits the average of all pairs between two groups must reach.
    Returns:
        bool [p].
    """
    found = np.zeros(len(left), bool)
    ends = np.sort(np.stack([groups[left], groups[right]]), axis=0)
    crossing = np.flatnonzero(ends[0] != ends[1])
    code = ends[0, crossing] * len(groups) + ends[1, crossing]
    were_one = np.isin(code, _were_one(groups, *held))
    crossing = crossing[were_one]
    _, place, count = np.unique(code[were_one], return_inverse=True, return_counts=True)
    total = np.zeros(len(count), np.int64)
    np.add.at(total, place, units(weight[crossing]))
    found[crossing] = reaches(total, count, break_at)[place]
    return found


def joined_again(groups: Ints, pairs: Pairs, told: Ints) -> Ints:
    """Join the groups between which one of ``pairs`` joins, the highest average first, never two told apart.

    Args:
        groups: int64 [n], the least record of each record's group.
        pairs: between the least records of groups.
        told: int64 [t, 2], records told apart.
    Returns:
        int64 [n].
    """
    between = grouped(pairs)
    between = between.of(between.joins)
    best_first = np.argsort(-(between.total / between.count), kind="stable")
    into = dict(zip(between.left.tolist(), between.left.tolist(), strict=True))
    into |= dict(zip(between.right.tolist(), between.right.tolist(), strict=True))
    apart: dict[int, set[int]] = {one: set() for one in into}
    for a, b in groups[told].tolist():
        apart.setdefault(a, set()).add(b)
        apart.setdefault(b, set()).add(a)
    for a, b in zip(between.left[best_first].tolist(), between.right[best_first].tolist(), strict=True):
        one, other = sorted((_head(into, a), _head(into, b)))
        if one == other or other in apart[one]:
            continue
        into[other] = one
        for third in apart.pop(other):
            apart[third].discard(other)
            apart[third].add(one)
            apart[one].add(third)
    changed = np.array(sorted(into), np.int64)
    heads = np.arange(len(groups))
    heads[changed] = [_head(into, one) for one in changed.tolist()]
    return heads[groups]


def _head(into: dict[int, int], one: int) -> int:
    while into[one] != one:
        one = into[one]
    return one


def _were_one(groups: Ints, left: Ends, right: Ends) -> Ints:
    """The pairs of groups that hold records of one group of the last cycle, as codes ``less * n + more``."""
    n = len(groups)
    before = components(n, left, right)
    several = (np.bincount(before, minlength=1) > 1)[before]
    old, new = np.divmod(np.unique(before[several].astype(np.int64) * n + groups[several]), max(n, 1))
    codes: list[Ints] = []
    for step in range(1, len(old)):
        same = np.flatnonzero(old[step:] == old[:-step])
        if not len(same):
            break
        codes.append(new[same] * n + new[same + step])
    return np.unique(np.concatenate(codes)) if codes else np.zeros(0, np.int64)


def _troubled(label: NDArray[np.int32], against: Ends, told: Ints) -> Mask:
    """The components that are not simply one group: a pair speaks ``against``, a cannot-link, or too many records."""
    troubled = np.bincount(label, minlength=1) > LARGEST
    troubled[label[against]] = True
    one, other = label[told[:, 0]], label[told[:, 1]]
    troubled[one[one == other]] = True
    return np.asarray(troubled)


def pairs_of(left: Ends, right: Ends, weight: Bits, joins: Mask, owner: Ends | None = None) -> Pairs:
    """``Pairs`` of pairs [p] with weights in bits; of one component where no ``owner`` is named."""
    count = np.ones(len(left), np.int64)
    owners = np.zeros(len(left), np.int64) if owner is None else owner.astype(np.int64)
    return Pairs(left.astype(np.int64), right.astype(np.int64), units(weight), count, joins, owners)


def _strongest(groups: Ints, huge: Pairs, told: Ints) -> Ints:
    """Join what is too large even at ``MOST`` bits, where an average is reached only if every pair reaches it."""
    sure = huge.total >= units(np.array(MOST))
    against = np.stack([huge.left[~sure], huge.right[~sure]], axis=1)
    return joined_again(groups, huge.of(sure), np.concatenate([told, against])) if len(huge.left) else groups


def _split(pairs: Pairs, weight: Bits, threshold: float) -> tuple[Pairs, Bits, Ints]:
    """Components numbered from 0, those too large cut at a rising threshold; the threshold of each; and the rows of
    those that no threshold makes small enough."""
    _, owner = np.unique(pairs.owner, return_inverse=True)
    thresholds = [threshold] * (int(owner.max()) + 1)
    many = np.flatnonzero(np.bincount(owner) >= LARGEST)  # of more records there are at least so many pairs
    waiting = [(np.flatnonzero(owner == one), threshold) for one in many]
    owner[np.isin(owner, many)] = -1
    huge = [np.zeros(0, np.int64)]
    while waiting:
        rows, bits = waiting.pop()
        members, place = np.unique(np.stack([pairs.left[rows], pairs.right[rows]]), return_inverse=True)
        if len(members) <= LARGEST:
            owner[rows] = len(thresholds)
            thresholds.append(bits)
            continue
        if bits >= MOST:
            huge.append(rows)
            continue
        bits = min(bits + STEP, MOST)
        a, b = place.reshape(2, -1)
        strong = pairs.joins[rows] & (weight[rows] >= bits)
        label = components(len(members), a[strong], b[strong])
        within = label[a] == label[b]
        inner, rows = label[a][within], rows[within]
        order = np.argsort(inner, kind="stable")
        pieces = np.split(rows[order], np.flatnonzero(np.diff(inner[order])) + 1)
        waiting += [(piece, bits) for piece in pieces if len(piece)]
    kept = owner >= 0
    parts = replace(pairs.of(kept), owner=owner[kept].astype(np.int64))
    return parts, np.array(thresholds), np.concatenate(huge)
