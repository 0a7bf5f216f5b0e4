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
from reconcile.notification.standing import ENDS, Ints, open_proposals, parted, rows


def distinct_people(records: pa.Table, links: pa.Table, decisions: pa.Table) -> tuple[int, int]:
    """The fewest and the most people the open claims can be.

    ``high`` counts identities: records merged by verified links nobody decided different and by what a person
    decided same. ``low`` merges identities by every open proposal that passes the guards too, and by what a person
    decided same on evidence that has changed or is gone since; of a group so merged it counts as many people as a
    person has decided to be all different from each other. Both merge over all records, so that two claims joined
    through a third force's record are one person, and count those with a claim.

    Args:
        records: ``schema.RECORDS``, or its columns record_id and status.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
    """
    ids = records["record_id"]
    claims = np.asarray(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS)), dtype=bool)
    identity = identities(ids, links, decisions)
    same = decisions.filter(pc.equal(decisions["judgement"], pa.scalar("same")))
    joins = np.concatenate([rows(ids, open_proposals(links, decisions)), rows(ids, same)])
    widest = components(len(ids), identity[joins])
    settled = _settled(identity, joins, rows(ids, _standing(links, same)))
    apart = _apart(
        settled[rows(ids, parted(links, decisions))], np.unique(settled[claims]), _of(settled, widest[identity])
    )
    more = sum(_most_apart(each) - 1 for each in apart.values())
    return _people(widest[identity], claims) + more, _people(identity, claims)


def identities(ids: Any, links: pa.Table, decisions: pa.Table) -> Ints:
    """The identity each of ``ids`` belongs to, as a number below ``len(ids)``."""
    held = resolve(ids.to_pylist(), links, decisions)
    names = held["national_id"].take(pc.index_in(ids, value_set=held["record_id"]))
    encoded: Any = pc.dictionary_encode(names).combine_chunks()
    return np.asarray(encoded.indices, dtype=np.int64)


def components(count: int, pairs: Ints) -> Ints:
    """The component each of ``count`` things belongs to under ``pairs``, shape (n, 2)."""
    graph = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _standing(links: pa.Table, same: pa.Table) -> pa.Table:
    """The pairs a person holds to be the same, on evidence that is still there or on none."""
    shown = links.select([*ENDS, "evidence_hash"]).rename_columns([*ENDS, "shown"])
    joined = same.select([*ENDS, "evidence_hash"]).join(shown, ENDS, join_type="left outer")
    holds: Any = pc.or_kleene(pc.is_null(joined["evidence_hash"]), pc.equal(joined["shown"], joined["evidence_hash"]))
    return joined.filter(pc.fill_null(holds, False)).select(ENDS)


def _settled(identity: Ints, joins: Ints, same: Ints) -> Ints:
    """Of whom each record certainly is: its identity, where no open proposal leads out of that.

    Where one does, a verified link within may prove wrong, and only what people decided same is certain.
    """
    leads_out = identity[joins[:, 0]] != identity[joins[:, 1]]
    doubtful = np.isin(identity, identity[joins[leads_out]])
    return np.where(doubtful, len(identity) + components(len(identity), same), identity)


def _of(settled: Ints, group: Ints) -> Ints:
    """The group each settled person lies in, by number."""
    found = np.zeros(int(settled.max(initial=0)) + 1, dtype=np.int64)
    found[settled] = group
    return found


def _people(person: Ints, claims: npt.NDArray[np.bool_]) -> int:
    return len(np.unique(person[claims]))


def _apart(pairs: Ints, claimed: Ints, widest: Ints) -> dict[int, dict[int, set[int]]]:
    """For each group of ``widest``, which of its claimed people a person holds apart from which."""
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    kept = np.isin(pairs, claimed).all(axis=1) & (widest[pairs[:, 0]] == widest[pairs[:, 1]])
    for one, other in pairs[kept & (pairs[:, 0] != pairs[:, 1])].tolist():
        found[int(widest[one])][one].add(other)
        found[int(widest[one])][other].add(one)
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
