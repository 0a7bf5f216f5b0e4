"""How the answers to one question become rows of the facts table.

Invariant: a row names its rule, and its inputs are record ids, each once and sorted.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.notification.columns import Strings
from reconcile.notification.people import Ints, People
from reconcile.notification.rules import rule_id
from reconcile.notification.verdict import Bools


def fact_rows(
    who: People,
    fact: str,
    value: Strings,
    reason: Strings | None = None,
    *,
    records: Bools,
    extra: tuple[Ints, Ints] | None = None,
    only: Bools | None = None,
) -> pa.Table:
    """``schema.FACTS`` rows of one fact.

    Args:
        who: the people.
        fact: its name, a key of the rules.
        value: the answer for each identity.
        reason: its reason for each identity, "" for none.
        records: which records the answers rest on, each on those of its own identity.
        extra: rows of identities and of records of others that they rest on too.
        only: which identities are asked; all of them where None.
    """
    asked = np.ones(len(value), dtype=bool) if only is None else only
    identity, record = _pairs(who, records, extra)
    kept = asked[identity]
    counts = np.bincount(identity[kept], minlength=len(value))[asked]
    offsets: Any = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    ids = who.records["record_id"].combine_chunks().take(pa.array(record[kept]))
    said = np.full(len(value), "", dtype=object) if reason is None else reason
    given = pa.array(said[asked], pa.string())
    columns = {
        "national_id": who.national_ids.filter(pa.array(asked)),
        "record_id": pa.nulls(int(asked.sum()), pa.string()),
        "fact": pa.repeat(fact, int(asked.sum())),
        "value": pa.array(value[asked], pa.string()),
        "reason": pc.if_else(pc.equal(given, pa.scalar("")), pa.scalar(None, pa.string()), given),
        "rule": pa.repeat(rule_id(fact), int(asked.sum())),
        "rule_set": pa.nulls(int(asked.sum()), pa.string()),
        "day": pa.nulls(int(asked.sum()), pa.date32()),
        "days": pa.nulls(int(asked.sum()), pa.int32()),
        "inputs": pa.ListArray.from_arrays(offsets, ids),
    }
    return pa.table(columns, schema=schema.FACTS)


def _pairs(who: People, records: Bools, extra: tuple[Ints, Ints] | None) -> tuple[Ints, Ints]:
    """Identities and the records their answers rest on, each pair once, sorted."""
    rows = np.flatnonzero(records)
    if extra is None:
        by_identity = rows[np.argsort(who.identity[rows], kind="stable")]
        return who.identity[by_identity], by_identity
    identity, record = np.concatenate([who.identity[rows], extra[0]]), np.concatenate([rows, extra[1]])
    each = max(len(who.identity), 1)
    return np.divmod(np.unique(identity * each + record), each)
