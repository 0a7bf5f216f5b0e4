"""Taking records out of an identity, as one act that blocks their coming back.

Decides which pairs an unmerge decides different. Invariant: every record taken out is told apart from every record
that stays, so that no link found later can bring the two sides together again; what is taken back is taken back for
the records named, and for no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.errors import DecisionError
from reconcile.review.decisions import UNDO, Decision


@dataclass(frozen=True)
class Unmerge:
    """``out``: the records taken out of the identity; ``stay``: the others; both sorted."""

    national_id: str
    out: tuple[str, ...]
    stay: tuple[str, ...]

    @property
    def note(self) -> str:
        """What marks the decisions of this act in the log."""
        return f"unmerge {self.national_id}"

    def decisions(self, reviewer: str, reason: str) -> list[Decision]:
        """Different, for each record taken out and each that stays."""
        return [
            Decision(one, other, "different", None, reviewer, reason, note=self.note)
            for one in self.out
            for other in self.stay
        ]


def planned(resolved: pa.Table, national_id: str, records: Sequence[str]) -> Unmerge:
    """The unmerge of ``records`` from an identity of IDENTITIES.

    Raises:
        DecisionError: there is no such identity, a record is not of it, or none or all of its records are named.
    """
    of_it = resolved.filter(pc.equal(resolved["national_id"], pa.scalar(national_id)))
    held = {str(record) for record in of_it["record_id"].to_pylist()}
    if not held:
        raise DecisionError(f"no identity {national_id} in this cycle: nothing was recorded; see the missing list")
    out = set(records)
    if strangers := sorted(out - held):
        raise DecisionError(
            f"not of {national_id}: {', '.join(strangers[:3])}{' ...' if len(strangers) > 3 else ''}: "
            "nothing was recorded; name records of that identity"
        )
    if not out or out == held:
        raise DecisionError(f"{national_id} has {len(held)} records: name some of them, but not all, to take them out")
    return Unmerge(national_id, tuple(sorted(out)), tuple(sorted(held - out)))


def standing_pairs(lines: pa.Table, national_id: str, records: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs an unmerge of ``records`` from an identity decided different and nobody judged anew since.

    Args:
        lines: the decision log, ``review.decisions.LINES``.
    """
    note, out = Unmerge(national_id, (), ()).note, set(records)
    rows = lines.select(["number", "left", "right", "judgement", "undoes", "note"]).to_pylist()
    undone = {row["undoes"] for row in rows}
    stands: dict[tuple[str, str], Any] = {}
    for row in rows:
        if row["judgement"] != UNDO and row["number"] not in undone:
            stands[row["left"], row["right"]] = row["note"]
    return [pair for pair, by in sorted(stands.items()) if by == note and len(out & set(pair)) == 1]


def with_decisions(decisions: pa.Table, given: Sequence[Decision]) -> pa.Table:
    """DECISIONS as it will stand once ``given`` are recorded; they say when nobody has decided yet."""
    said = {(each.left, each.right): each for each in given}
    rows = [row for row in decisions.to_pylist() if (row["left"], row["right"]) not in said]
    rows += [{name: getattr(each, name, None) for name in schema.DECISIONS.names} for each in said.values()]
    return pa.Table.from_pylist(rows, schema.DECISIONS)
