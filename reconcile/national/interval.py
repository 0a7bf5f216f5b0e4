"""How few and how many people the open claims can be.

Decides the honest bounds of the headline. Invariant: low <= high <= gross; answering an open proposal as the other
answers imply moves the bounds towards each other and never outside what they were.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile import schema
from reconcile.linkage.identities import resolve
from reconcile.notification.standing import Ints, open_proposals, rows


def distinct_people(records: pa.Table, links: pa.Table, decisions: pa.Table) -> tuple[int, int]:
    """The fewest and the most people the open claims can be.

    ``high`` counts identities: records merged by verified links nobody decided different and by what a person
    decided same. ``low`` merges identities by every open proposal that passes the guards too. Both merge over all
    records, so that two claims joined through a third force's record are one person, and count those with a claim.

    Args:
        records: ``schema.RECORDS``, or its columns record_id and status.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
    """
    ids = records["record_id"]
    claims = np.asarray(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS)), dtype=bool)
    identity = identities(ids, links, decisions)
    widest = components(len(ids), identity[rows(ids, open_proposals(links, decisions))])
    return _people(widest[identity], claims), _people(identity, claims)


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


def _people(person: Ints, claims: npt.NDArray[np.bool_]) -> int:
    return len(np.unique(person[claims]))
