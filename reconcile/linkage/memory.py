"""What the last cycle and the lineage before it say of this cycle's records.

Decides which records were one by verified links, and which ids may go on or come back. Invariant: a join a person
made and has taken back leaves no trace here; an id that ended comes back only to records it ended with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.linkage.average_linkage import Ints
from reconcile.linkage.clusters import components
from reconcile.linkage.joins import rows_of
from reconcile.linkage.national_ids import HELD, PARTED, RETURNED, Claims

ENDED: Final = {"retired": RETURNED, "merged_into": PARTED}
"""What ends an id, and by which kind of claim it comes back."""
BY_MACHINE: Final = ("verified", "held")


@dataclass(frozen=True)
class Memory:
    """``identity``: which identity of the last cycle each record was in, int64 [n], -1 where in none. ``were_one``:
    ends [h] of pairs that verified links, directly or through others, held together. ``edges``: those of them that
    stand in the table as such, as codes ``less * n + more``. ``claims``: on the ids of last cycle and before."""

    identity: Ints
    were_one: tuple[Ints, Ints]
    edges: Ints
    claims: Claims


def memory(ids: Any, previous: pa.Table | None, lineage: pa.Table | None) -> Memory:
    """Read the last cycle's IDENTITIES and the LINEAGE up to it against this cycle's sorted record ``ids``."""
    before = schema.IDENTITIES.empty_table() if previous is None else previous
    names = pc.unique(before["national_id"])
    (record,) = rows_of(ids, before["record_id"])
    name = pc.index_in(before["national_id"], value_set=names).to_numpy().astype(np.int64)
    here = np.flatnonzero(record >= 0)
    identity = np.full(len(ids), -1, np.int64)
    identity[record[here]] = name[here]
    joined_to = _joined_to(before)
    machine = np.flatnonzero((joined_to >= 0) & _among(before["joined_by"], BY_MACHINE))
    label = components(len(before), machine, joined_to[machine])
    first = np.full(len(before), -1, np.int64)
    first[label[here[::-1]]] = record[here[::-1]]
    ends = np.sort(np.stack([record[machine], record[joined_to[machine]]]), axis=0)
    edges = ends[:, ends[0] >= 0]
    claims = _claims(ids, names, (record[here], name[here]), lineage, identity)
    return Memory(identity, (record[here], first[label[here]]), edges[0] * len(ids) + edges[1], claims)


def _joined_to(before: pa.Table) -> Ints:
    """The row of ``before`` each record was joined to, -1 for a founding record.

    Releases written before IDENTITIES said so are read as if each record had been joined to the founding one.
    """
    if "joined_to" in before.column_names:
        return rows_of(pa.chunked_array(before["record_id"]).combine_chunks(), before["joined_to"])[0]
    founding = np.flatnonzero(_among(before["joined_by"], ("founding",)))
    founded: Any = before.take(founding)["national_id"]
    (place,) = rows_of(founded.combine_chunks(), before["national_id"])
    to = np.where(place >= 0, founding[place] if len(founding) else -1, -1)
    return np.where(to == np.arange(len(before)), -1, to)


def _claims(ids: Any, names: Any, held: tuple[Ints, Ints], lineage: pa.Table | None, identity: Ints) -> Claims:
    record, name = held
    if lineage is None or not len(lineage):
        return Claims(record, name, np.full(len(record), HELD), names.to_pylist(), names)
    ended = _ended(lineage, names)
    owner = pc.list_parent_indices(ended["records"]).to_numpy().astype(np.int64)
    (once,) = rows_of(ids, pc.list_flatten(ended["records"]))
    kind = np.where(_among(ended["event"], ("retired",)), RETURNED, PARTED)[owner]
    counts = (once >= 0) & ((kind == PARTED) | (identity[once] < 0))
    return Claims(
        np.r_[record, once[counts]],
        np.r_[name, owner[counts] + len(names)],
        np.r_[np.full(len(record), HELD), kind[counts]],
        names.to_pylist() + ended["national_id"].to_pylist(),
        pa.concat_arrays([names, *lineage["national_id"].chunks]),
    )


def _ended(lineage: pa.Table, alive: Any) -> pa.Table:
    """The last row of each id, where it says that the id ended and no identity of the last cycle has it."""
    encoded: Any = pc.dictionary_encode(lineage["national_id"]).combine_chunks()
    code = np.asarray(encoded.indices)
    last = np.zeros(len(encoded.dictionary), np.int64)
    last[code] = np.arange(len(code))  # of several assignments to one id the last stays
    rows = lineage.take(np.sort(last))
    over = pc.and_(
        pc.is_in(rows["event"], value_set=pa.array(list(ENDED))),
        pc.invert(pc.is_in(rows["national_id"], value_set=alive)),
    )
    return rows.filter(over)


def _among(column: Any, values: Sequence[str]) -> Any:
    return np.asarray(pc.is_in(column, value_set=pa.array(values)), dtype=bool)
