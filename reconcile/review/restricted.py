"""Who is restricted: protected persons, and who is or may be under 18.

Decides whose records other forces and most visitors are not shown. Invariant: what is not known guards as a child's;
where one record of a person is restricted the person and all of their records are; what is left out is counted.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.review.access import Visitor

PERMISSION: Final = "see_protected"


@dataclass(frozen=True)
class Restricted:
    """The restricted people of a cycle: their national ids, and the ids of all of their records."""

    national_ids: frozenset[str]
    record_ids: frozenset[str]

    def holds(self, *ids: str | None) -> bool:
        """Whether any of ``ids``, national or of records, is restricted; None is nobody's."""
        return any(each in self.record_ids or each in self.national_ids for each in ids)

    @cached_property
    def ids(self) -> Any:
        """All of them as a column of text."""
        return pa.array(sorted(self.national_ids | self.record_ids), pa.string())


NOBODY: Final = Restricted(frozenset(), frozenset())


def restricted(identities: pa.Table, facts: pa.Table, protected: pa.Table) -> Restricted:
    """Who is restricted: whose every record is not certainly 18 or over, and who has a protected record.

    Args:
        identities: IDENTITIES.
        facts: FACTS; of them only ``under_18`` is read. A record it says nothing of may be a child's.
        protected: any table with a column record_id, such as ``protections.PROTECTED``.
    """
    grown_up = facts.filter(pc.and_(_is(facts["fact"], "under_18"), _is(facts["value"], "NO")))["record_id"]
    guarded = pc.or_(
        pc.invert(pc.is_in(identities["record_id"], value_set=_values(grown_up))),
        pc.is_in(identities["record_id"], value_set=_values(protected["record_id"])),
    )
    people: Any = identities["national_id"].filter(guarded)
    theirs = identities.filter(pc.is_in(identities["national_id"], value_set=_values(people)))
    # Protected before the record came, or while it is missing from this cycle: it stays protected.
    known = frozenset(map(str, protected["record_id"].to_pylist()))
    return Restricted(
        frozenset(map(str, people.to_pylist())), known | frozenset(map(str, theirs["record_id"].to_pylist()))
    )


def may_see(visitor: Visitor) -> bool:
    """Whether the visitor is shown restricted people."""
    return visitor.may(PERMISSION)


def hidden(visitor: Visitor, held: Restricted, *ids: str | None) -> bool:
    """Whether an item that shows ``ids``, national or of records, is kept from the visitor.

    A force sees its own records whoever they are of; what joins them to another force's it does not.
    """
    if may_see(visitor):
        return False
    own = f"{visitor.force}:" if visitor.force else None
    return held.holds(*(each for each in ids if each and not (own and each.startswith(own))))


def shown(visitor: Visitor, held: Restricted, table: pa.Table, *columns: str) -> tuple[pa.Table, int]:
    """The rows of ``table`` the visitor may see, judged by its ``columns`` of ids or lists of ids, and how many not."""
    if may_see(visitor) or not len(held.ids):
        return table, 0
    kept: Any = np.ones(len(table), bool)
    for name in columns:
        column: Any = table[name].combine_chunks()
        listed = pa.types.is_list(column.type)
        ids: Any = pc.list_flatten(column) if listed else column
        kept_from: Any = pc.is_in(ids, value_set=held.ids)
        if visitor.force:
            kept_from = pc.and_not(kept_from, pc.fill_null(pc.starts_with(ids, f"{visitor.force}:"), False))
        rows: Any = pc.list_parent_indices(column) if listed else np.arange(len(table))
        kept[np.asarray(rows)[np.asarray(kept_from)]] = False
    return table.filter(pa.array(kept)), int(len(table) - kept.sum())


def _is(column: Any, value: str) -> Any:
    return pc.is_in(column, value_set=pa.array([value]))


def _values(column: Any) -> Any:
    """A column as the values to look among; without rows its type may be that of nothing."""
    return pa.array(column.to_pylist(), pa.string()) if not len(column) else column.cast(pa.string())
