"""Records grouped by average linkage inside the connected components of the links.

Decides which records are joined when links are taken at a threshold. Invariant: a group never holds two records
told apart by a cannot-link; the average runs over candidate pairs only, pairs never compared are not held against
a group; the result does not depend on the order of the pairs.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

LEAST: Final = -6.0
MOST: Final = 12.0
"""Bits a single pair can say against or for a group."""
LARGEST: Final = 400
"""Components of more records are first split at a higher threshold."""


def cluster(
    n: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    weight: NDArray[np.float64],
    *,
    threshold: float,
    apart: Iterable[tuple[int, int]] = (),
) -> NDArray[np.int64]:
    """Group ``n`` records.

    Args:
        left, right, weight: candidate pairs int32 [p] with weights in bits.
        threshold: bits at or above which a pair, or the average between two groups, joins.
        apart: pairs that must not share a group.
    Returns:
        int64 [n]: for each record the least record of its group.
    """
    barred: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        barred[a].add(b)
        barred[b].add(a)
    groups = np.arange(n, dtype=np.int64)
    label = _components(n, left, right, weight >= threshold)
    inside = np.flatnonzero(label[left] == label[right])
    troubled = np.zeros(int(label.max()) + 1 if n else 0, bool)
    troubled[label[left[inside[weight[inside] < threshold]]]] = True
    troubled |= np.bincount(label, minlength=len(troubled)) > LARGEST
    for a in barred:
        troubled[label[a]] = True
    first = np.full(len(troubled), n, np.int64)
    np.minimum.at(first, label, np.arange(n))
    groups = first[label]
    chosen = inside[troubled[label[left[inside]]]]
    chosen = chosen[np.lexsort((right[chosen], left[chosen], label[left[chosen]]))]
    owner = label[left[chosen]]
    bounds = np.flatnonzero(np.r_[len(owner) > 0, owner[1:] != owner[:-1], len(owner) > 0])
    for begin, end in pairwise(bounds.tolist()):
        rows = chosen[begin:end]
        edges = [(int(a), int(b), float(w)) for a, b, w in zip(left[rows], right[rows], weight[rows], strict=True)]
        for record, head in _split(edges, threshold, barred).items():
            groups[record] = head
    return groups


def _components(
    n: int, left: NDArray[np.int32], right: NDArray[np.int32], kept: NDArray[np.bool_]
) -> NDArray[np.int32]:
    graph = coo_matrix((np.ones(int(kept.sum()), np.int8), (left[kept], right[kept])), shape=(n, n))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels


def _split(edges: list[tuple[int, int, float]], threshold: float, barred: dict[int, set[int]]) -> dict[int, int]:
    members = sorted({record for a, b, _ in edges for record in (a, b)})
    if len(members) > LARGEST and threshold < MOST:
        return _split_large(edges, members, threshold, barred)
    return _average(edges, members, threshold, barred)


def _split_large(
    edges: list[tuple[int, int, float]], members: list[int], threshold: float, barred: dict[int, set[int]]
) -> dict[int, int]:
    """Cut a large component at a threshold two bits higher, then treat each piece by itself."""
    higher = threshold + 2.0
    place = {record: index for index, record in enumerate(members)}
    a = np.array([place[edge[0]] for edge in edges], np.int32)
    b = np.array([place[edge[1]] for edge in edges], np.int32)
    label = _components(len(members), a, b, np.array([edge[2] >= higher for edge in edges]))
    pieces: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for edge, x, y in zip(edges, a, b, strict=True):
        if label[x] == label[y]:
            pieces[int(label[x])].append(edge)
    result = {record: record for record in members}
    for piece in pieces.values():
        result |= _split(piece, higher, barred)
    return result


def _average(
    edges: list[tuple[int, int, float]], members: list[int], threshold: float, barred: dict[int, set[int]]
) -> dict[int, int]:
    """Merge the two groups with the highest average weight until none reaches the threshold."""
    sums: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
    queue: list[tuple[float, int, int]] = []
    for a, b, weight in edges:
        held = min(max(weight, LEAST), MOST)
        if b in barred.get(a, ()):
            held = -np.inf
        sums[a][b] = sums[b][a] = (held, 1)
        queue.append((-held, min(a, b), max(a, b)))
    heapq.heapify(queue)
    groups = {record: {record} for record in members}
    version: dict[tuple[int, int], float] = {(a, b): score for score, a, b in queue}
    while queue:
        score, a, b = heapq.heappop(queue)
        if -score < threshold:
            break
        if a not in groups or b not in groups or version.get((a, b)) != score:
            continue
        if any(not barred.get(record, set()).isdisjoint(groups[b]) for record in groups[a]):
            continue
        groups[a] |= groups.pop(b)
        for other, (total, count) in sums.pop(b).items():
            sums[other].pop(b, None)
            if other == a:
                continue
            before = sums[a].get(other, (0.0, 0))
            merged = (before[0] + total, before[1] + count)
            sums[a][other] = sums[other][a] = merged
        for other, (total, count) in sums[a].items():
            pair = (min(a, other), max(a, other))
            version[pair] = -total / count
            heapq.heappush(queue, (-total / count, *pair))
    return {record: min(group) for group in groups.values() for record in group}
