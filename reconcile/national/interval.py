"""How few and how many people the open claims can be.

Decides the honest bounds of the headline. Invariant: low <= high <= gross; answering an open proposal as the other
answers imply moves the bounds towards each other and never outside what they were; whatever an open proposal or a
person ever said to be one person may be one in ``low``, and whom a person parted are two.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile import schema
from reconcile.linkage.identities import resolve
from reconcile.linkage.joins import judged
from reconcile.notification.standing import ENDS, Ints, open_proposals, parted, rows


def distinct_people(
    records: pa.Table, links: pa.Table, decisions: pa.Table, held: pa.Table | None = None
) -> tuple[int, int]:
    """The fewest and the most people the open claims can be.

    ``high`` counts identities: records merged by verified links nobody decided different, weak bridges apart, by what
    a person decided same, and by what is held from the last cycle. ``low`` merges identities by every open proposal
    that passes the guards too, and by what a person decided same on evidence that has changed or is gone since; of a
    group so merged it counts as many people as a person has decided to be all different from each other, taking for
    one person what people decided same and not what a verified link alone joins. Both merge over all records, so that
    two claims joined through a third force's record are one person, and count those with a claim.

    Args:
        records: ``schema.RECORDS``, or its columns record_id and status.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
        held: ``schema.IDENTITIES``; where None, those of the links and decisions without a last cycle.
    """
    ids = records["record_id"]
    claims = np.asarray(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS)), dtype=bool)
    identity = identities(ids, resolve(ids, links, decisions) if held is None else held)
    same = decisions.filter(pc.equal(decisions["judgement"], pa.scalar("same")))
    joins = np.concatenate([rows(ids, open_proposals(links, decisions)), rows(ids, same)])
    widest = components(len(ids), identity[joins])
    decided = components(len(ids), _decided_same(ids, links, decisions))
    apart = _apart(decided[rows(ids, parted(links, decisions))], decided[claims], widest[identity[claims]])
    more = sum(_most_apart(each) - 1 for each in apart.values())
    return _people(widest[identity], claims) + more, _people(identity, claims)


def identities(ids: Any, held: pa.Table) -> Ints:
    """The identity each of ``ids`` belongs to, as a number below ``len(ids)``."""
    names = held["national_id"].take(pc.index_in(ids, value_set=held["record_id"]))
    encoded: Any = pc.dictionary_encode(names).combine_chunks()
    return np.asarray(encoded.indices, dtype=np.int64)


def components(count: int, pairs: Ints) -> Ints:
    """The component each of ``count`` things belongs to under ``pairs``, shape (n, 2)."""
    graph = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _people(person: Ints, claims: npt.NDArray[np.bool_]) -> int:
    return len(np.unique(person[claims]))


def _decided_same(ids: Any, links: pa.Table, decisions: pa.Table) -> Ints:
    """The pairs people decided same on evidence that stands, as rows of ``ids``, shape (n, 2)."""
    said = judged(ids, links, decisions)
    return rows(ids, pa.table({end: said.ids.take(pa.array(said.same[:, side])) for side, end in enumerate(ENDS)}))


def _apart(pairs: Ints, claimed: Ints, group: Ints) -> dict[int, dict[int, set[int]]]:
    """For each group of the widest merge, which of the people ``claimed`` in it a person holds apart from which."""
    where = dict(zip(claimed.tolist(), group.tolist(), strict=True))
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for one, other in pairs.tolist():
        if one != other and one in where and where[one] == where.get(other):
            found[where[one]][one].add(other)
            found[where[one]][other].add(one)
    return found


def _most_apart(apart: Mapping[int, set[int]]) -> int:
    """How many can be found of whom each is held apart from every other (Bron and Kerbosch 1973, with a pivot)."""
    best = 0
    waiting = [(0, set(apart), set[int]())]
    while waiting:
        size, can, done = waiting.pop()
        best = max(best, size)
        if size + len(can) <= best:
            continue
        pivot = max(sorted(can | done), key=lambda one: len(apart[one] & can))
        for one in sorted(can - apart[pivot]):
            waiting.append((size + 1, can & apart[one], done & apart[one]))
            can = can - {one}
            done = done | {one}
    return best
