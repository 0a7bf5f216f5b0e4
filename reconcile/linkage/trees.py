"""By what each record of an identity is joined to it.

Decides the one join that brings each record in. Invariant: the joins of an identity are a tree from its founding
record, made of a person's decisions as far as they reach, then verified links, then what is held; no weight is
asked, so training the model anew changes no join.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from reconcile import schema
from reconcile.linkage.average_linkage import Ints, Mask

KINDS: Final = schema.JOINED_BY


@dataclass(frozen=True)
class Edges:
    """What joins records, a row each [e]: ``left`` < ``right``; ``kind``, a place in ``KINDS``; whether it is
    ``known``, a join of the last cycle, and so taken before others of its kind."""

    left: Ints
    right: Ints
    kind: Ints
    known: Mask


def joined(n: int, edges: Edges, founders: Ints) -> tuple[Ints, Ints]:
    """How each of ``n`` records is joined to its group.

    Args:
        edges: within groups, connecting each of them.
        founders: the founding record of each group, any order.
    Returns:
        The place in ``KINDS`` of each record's join and the record it is joined to, -1 for a founder; int64 [n].
    """
    kind, to = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    if not len(edges.left):
        return kind, to
    order = np.lexsort((edges.right, edges.left, ~edges.known, edges.kind))
    code = edges.left[order] * n + edges.right[order]
    _, best = np.unique(code, return_index=True)
    chosen = order[np.sort(best)]
    records = np.flatnonzero(np.bincount(np.concatenate([edges.left[chosen], edges.right[chosen]]), minlength=n))
    left, right = (np.searchsorted(records, end[chosen]) for end in (edges.left, edges.right))
    m, rank = len(records), np.arange(1.0, len(chosen) + 1)
    tree: Any = minimum_spanning_tree(coo_matrix((rank, (left, right)), shape=(m, m)).tocsr()).tocoo()
    roots = np.searchsorted(records, founders[np.isin(founders, records)])
    parent = _parents(m, tree.row, tree.col, roots)
    below = np.flatnonzero((parent >= 0) & (parent < m))
    used = np.sort(np.stack([below, parent[below]]), axis=0)
    known = np.sort(np.stack([tree.row, tree.col]).astype(np.int64), axis=0)
    known_code, used_code = known[0] * m + known[1], used[0] * m + used[1]
    place = np.argsort(known_code)
    found = place[np.searchsorted(known_code, used_code, sorter=place)]
    kind[records[below]] = edges.kind[chosen[tree.data[found].astype(np.int64) - 1]]
    to[records[below]] = records[parent[below]]
    return kind, to


def _parents(m: int, row: NDArray[Any], column: NDArray[Any], roots: Ints) -> Ints:
    """The record before each on the way from its root; ``m`` for a root."""
    ends = np.r_[row, roots], np.r_[column, np.full(len(roots), m)]
    graph = coo_matrix((np.ones(len(ends[0])), ends), shape=(m + 1, m + 1)).tocsr()
    return np.asarray(breadth_first_order(graph, m, directed=False, return_predecessors=True)[1], dtype=np.int64)
