"""Records seen as people: which identity each record belongs to, and sums over an identity's records.

Invariant: records are taken in the order of their ids and identities in the order of theirs, so that no result
depends on the order rows came in.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile import schema
from reconcile.linkage.workers import workers
from reconcile.notification.columns import Bools, Ints, Strings, distinct, text

NOT_ASKED = (
    "local_id",
    "sex",
    "place_of_birth",
    "identifiers",
    "status_text",
    "episodes",
    "conviction_court",
    "conviction_country",
    "offence",
    "risk_tool",
    "risk_assessed_on",
    "as_sent",
)
"""Columns of ``schema.RECORDS`` no fact is judged by: left out, they are not carried through the sorting."""


@dataclass(frozen=True)
class People:
    """``records`` sorted by id, without the columns ``NOT_ASKED``; ``identity``: its row of ``national_ids``;
    ``firm`` as of ``firm``; ``claims``: open claims."""

    records: pa.Table
    national_ids: Any
    identity: Ints
    firm: Ints
    status: Strings
    claims: Bools

    @cached_property
    def by_identity(self) -> Ints:
        """The records in the order of their identities, those of one in the order of their ids."""
        return np.argsort(self.identity, kind="stable")

    def any_of(self, rows: Bools) -> Bools:
        """Which identities have at least one of ``rows``."""
        return np.bincount(self.identity[rows], minlength=len(self.national_ids)) > 0

    def greatest(self, values: npt.NDArray[np.int64], rows: Bools) -> Ints:
        """The greatest of ``values`` over an identity's ``rows``, 0 where it has none."""
        out = np.zeros(len(self.national_ids), dtype=np.int64)
        np.maximum.at(out, self.identity[rows], values[rows])
        return out

    def first_by(self, key: Ints) -> Ints:
        """For each identity, the row of its record with the smallest key, the lowest record id among equals."""
        order = np.lexsort((np.arange(len(key)), key, self.identity))
        firsts = np.searchsorted(self.identity[order], np.arange(len(self.national_ids)))
        return np.asarray(order[firsts])

    def force(self) -> Ints:
        """The force of each record, as a number."""
        encoded: Any = pc.dictionary_encode(self.records["force"]).combine_chunks()
        return np.asarray(encoded.indices, dtype=np.int64)

    def forces_claiming(self) -> Ints:
        """How many forces hold an open claim on each identity."""
        force = self.force()
        each = int(force.max(initial=0)) + 1
        claims = distinct(self.identity[self.claims] * each + force[self.claims])
        return np.bincount(claims // each, minlength=len(self.national_ids))


def people(records: pa.Table, identities: pa.Table) -> People:
    """Bring ``schema.RECORDS`` and ``schema.IDENTITIES`` together; every record must have its identity.

    Raises:
        ValueError: a record has no identity, which is a bug of the stage before.
    """
    records = records.drop_columns(list(NOT_ASKED)).combine_chunks()
    ids = records["record_id"].combine_chunks()
    if not pc.all(pc.less(ids[:-1], ids[1:])).as_py():
        order = pc.sort_indices(ids)
        with ThreadPoolExecutor(workers()) as pool:
            columns = list(pool.map(lambda column: column.take(order), records.columns))
        records = pa.table(columns, schema=records.schema).combine_chunks()
    national_ids = pc.unique(identities["national_id"]).sort()
    row = pc.index_in(records["record_id"], value_set=identities["record_id"])
    if row.null_count:
        raise ValueError(f"{row.null_count} records have no identity")
    identity = pc.index_in(identities["national_id"].take(row), value_set=national_ids)
    status = text(records["status"])
    identity_rows = identity.to_numpy().astype(np.int64)
    of_firm = firm(identities)[row.to_numpy().astype(np.int64)]
    return People(records, national_ids, identity_rows, of_firm, status, np.isin(status, schema.OPEN_CLAIMS))


def firm(identities: pa.Table) -> Ints:
    """The part of its identity each row belongs to that verified links and decisions alone hold together.

    A number a row; it is the same for two rows only where nothing between them is merely held from the last cycle.
    """
    encoded: Any = pc.dictionary_encode(identities["national_id"]).combine_chunks()
    held = pc.equal(identities["joined_by"], pa.scalar("held"))
    if not pc.any(held).as_py():
        return np.asarray(encoded.indices, dtype=np.int64)
    to: Any = pc.index_in(identities["joined_to"], value_set=identities["record_id"])
    joined = np.asarray(pc.and_(pc.is_valid(to), pc.invert(held)), dtype=bool)
    ends = np.flatnonzero(joined), np.asarray(pc.fill_null(to, 0), dtype=np.int64)[joined]
    graph = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(len(joined), len(joined)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
