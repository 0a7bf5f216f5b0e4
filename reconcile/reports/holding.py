"""What holds now of the records and links that forces were told.

Decides why a link that was told is held no longer: told different, taken back, its evidence another, no longer
verified, or its records parted. Invariant: one link has one reason, and it depends on the tables alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS, judged, parted
from reconcile.reports.material import ABOUT
from reconcile.review.decisions import UNDO
from reconcile.review.restricted import Restricted

Row = Mapping[str, Any]
Pair = tuple[str, str]

DIFFERENT: Final = "decided_different"
PARTED: Final = "apart"


@dataclass(frozen=True)
class Holding:
    """``records``: RECORDS by id, of those asked for that are in the cycle, and ``identity`` their national ids;
    ``broken``: why a pair asked for is not held to be one person, a code of corrections.toml; one that is not in it is
    held, or has an end that is not in the cycle; ``counted``: the slugs of the forces whose extract is counted."""

    records: Mapping[str, Row]
    identity: Mapping[str, str]
    broken: Mapping[Pair, str]
    restricted: Restricted
    counted: frozenset[str]


def holding(
    told: pa.Table,
    *,
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    decision_lines: pa.Table,
    restricted: Restricted,
    counted: Iterable[str],
) -> Holding:
    """What holds of all that the ledger says was told.

    Args:
        told: ``told.LINES``.
        records, identities, links, decisions: the tables of one cycle in their schemas.
        decision_lines: the decision log, ``review.decisions.LINES``.
        counted: the slugs of the forces whose extract is counted.
    """
    about = {str(each) for name in ("own", "others") for each in pc.list_flatten(told[name]).to_pylist()}
    told_pairs: list[Any] = told["pairs"].to_pylist()
    pairs = {(left, right) for found in told_pairs for left, right in found}
    wanted = pa.array(sorted(about | {end for pair in pairs for end in pair}), pa.string())
    here = records.filter(pc.is_in(records["record_id"], value_set=wanted)).select(list(ABOUT))
    of = identities.filter(pc.is_in(identities["record_id"], value_set=wanted))
    identity = {row["record_id"]: row["national_id"] for row in of.select(["record_id", "national_id"]).to_pylist()}
    said = _Said.of(_touching(links, wanted), _touching(decisions, wanted), _touching(decision_lines, wanted))
    found = {pair: why for pair in sorted(pairs) if (why := said.why_not(pair, identity))}
    return Holding(
        records={row["record_id"]: row for row in here.to_pylist()},
        identity=identity,
        broken=found,
        restricted=restricted,
        counted=frozenset(counted),
    )


@dataclass(frozen=True)
class _Said:
    """What links and people say of pairs: those parted, verified, judged on what evidence, and taken back."""

    different: frozenset[Pair]
    verified: frozenset[Pair]
    applies: Mapping[Pair, str]
    judged: Mapping[Pair, str]
    taken_back: frozenset[Pair]

    @classmethod
    def of(cls, links: pa.Table, decisions: pa.Table, lines: pa.Table) -> "_Said":
        known = judged(links, decisions).select([*ENDS, "strength", "guard", "judgement"]).to_pylist()
        linked = {_pair(row) for row in known}
        standing = decisions.select([*ENDS, "judgement", "evidence_hash"]).to_pylist()
        # A decision applies to its link's evidence, or without a link where it needed none.
        applies = {_pair(row): row["judgement"] for row in known if row["judgement"]}
        free = (row for row in standing if _pair(row) not in linked and not row["evidence_hash"])
        applies |= {_pair(row): row["judgement"] for row in free}
        return cls(
            different=frozenset(_pair(row) for row in parted(links, decisions).to_pylist()),
            verified=frozenset(_pair(row) for row in known if row["strength"] == "verified" and not row["guard"]),
            applies=applies,
            judged={_pair(row): row["judgement"] for row in standing},
            taken_back=_taken_back(lines),
        )

    def why_not(self, pair: Pair, identity: Mapping[str, str]) -> str | None:
        """Why a pair is not held to be one person; None where it is, or where nothing can be said of it."""
        left, right = (identity.get(end) for end in pair)
        if pair in self.different:
            return DIFFERENT
        if self.applies.get(pair) == "same" or pair in self.verified:
            return PARTED if left and right and left != right else None
        if pair in self.judged:
            return "cannot_tell" if pair in self.applies else "evidence_changed"
        if pair in self.taken_back:
            return "taken_back"
        return "not_verified" if left and right else None


def _taken_back(lines: pa.Table) -> frozenset[Pair]:
    """The pairs of which a judgement that they are one person was taken back."""
    rows = lines.select(["number", *ENDS, "judgement", "undoes"]).to_pylist()
    undone = {row["undoes"] for row in rows if row["judgement"] == UNDO}
    return frozenset(_pair(row) for row in rows if row["judgement"] == "same" and row["number"] in undone)


def _pair(row: Row) -> Pair:
    return row["left"], row["right"]


def _touching(table: pa.Table, wanted: Any) -> pa.Table:
    """The rows of pairs both ends of which were told."""
    both: Any = pc.and_(*(pc.is_in(table[end], value_set=wanted) for end in ENDS))
    return table.filter(both)
