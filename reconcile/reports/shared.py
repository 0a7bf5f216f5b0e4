"""One identifier on records that cannot be one person's: what a mis-keyed number looks like.

Decides which shared numbers a force is told of. Invariant: records held to be one person, or that an open proposal
says may be, are never told here; a number on many people is no person's number and is left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS, open_proposals

CHECKS_OUT: Final = ("valid", "none")
MOST: Final = 4
"""Records a number may stand on and still be taken for one person's."""


@dataclass(frozen=True)
class Shared:
    """A typed identifier and the contradicting records it stands on, sorted."""

    scheme: str
    value: str
    records: tuple[str, ...]


def shared_identifiers(
    records: pa.Table, identities: pa.Table, links: pa.Table, decisions: pa.Table
) -> tuple[Shared, ...]:
    """The identifiers on two to ``MOST`` records of which some contradict each other, sorted by scheme and value."""
    numbers = _numbers(records)
    if not numbers:
        return ()
    wanted = pa.array(sorted({record for found in numbers.values() for record in found}), pa.string())
    national = _column(identities, wanted, "national_id")
    held = records.filter(pc.is_in(records["record_id"], value_set=wanted))
    about = {row["record_id"]: row for row in held.select(["record_id", "birth_date", "sex"]).to_pylist()}
    proposed = open_proposals(links, decisions).select(ENDS)
    open_pairs = set(zip(*(proposed[end].to_pylist() for end in ENDS), strict=True))
    found = []
    for (scheme, value), sharing in sorted(numbers.items()):
        against = {
            record
            for pair in combinations(sharing, 2)
            if national[pair[0]] != national[pair[1]] and pair not in open_pairs and _contradict(*map(about.get, pair))
            for record in pair
        }
        if against:
            found.append(Shared(scheme, value, tuple(sorted(against))))
    return tuple(found)


def _numbers(records: pa.Table) -> dict[tuple[str, str], Sequence[str]]:
    """The identifiers that stand on two to ``MOST`` records, with those records sorted."""
    each = pc.list_flatten(records["identifiers"])
    owner: Any = records["record_id"].take(pc.list_parent_indices(records["identifiers"]))
    scheme, value, check = (pc.struct_field(each, name) for name in ("scheme", "value", "check"))
    flat = pa.table({"record": owner, "scheme": scheme, "value": value})
    flat = flat.filter(pc.is_in(check, value_set=pa.array(CHECKS_OUT)))
    counted = flat.group_by(["scheme", "value"]).aggregate([("record", "count_distinct")])
    few = counted.filter(pc.is_in(counted["record_count_distinct"], value_set=pa.array(range(2, MOST + 1), pa.int64())))
    sharing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in flat.join(few.select(["scheme", "value"]), ["scheme", "value"], join_type="inner").to_pylist():
        sharing[row["scheme"], row["value"]].add(row["record"])
    return {key: sorted(found) for key, found in sharing.items()}


def _column(table: pa.Table, record_ids: Any, name: str) -> dict[str, Any]:
    values = table[name].take(pc.index_in(record_ids, value_set=table["record_id"]))
    return dict(zip(record_ids.to_pylist(), values.to_pylist(), strict=True))


def _contradict(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> bool:
    """Whether the birth dates cannot be one day, or the sexes differ."""
    if left is None or right is None:
        return False
    one, other = left["birth_date"], right["birth_date"]
    if one and other and one["lo"] and other["lo"] and (one["hi"] < other["lo"] or other["hi"] < one["lo"]):
        return True
    return bool(left["sex"] and right["sex"] and left["sex"] != right["sex"])
