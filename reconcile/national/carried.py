"""The links inside an identity: what holds its records together, how strong it is, and who decided.

Decides which pairs stand on a line as carrying it. Invariant: every join of the identity is among them, each pair
once; a link that fails a guard is told only where a person has judged it.
"""

from collections import defaultdict
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS, judged

Row = dict[str, Any]
Pair = tuple[str, str]

STRENGTH_FIRST: Final = ("decided", "verified", "held", "proposed", "possible")
BLANK: Final = dict.fromkeys(("strength", "weight", "probability", "judgement", "reviewer", "decided_at"))


def carried(links: pa.Table, decisions: pa.Table, identities: pa.Table) -> dict[str, list[Row]]:
    """By national id the rows of ``schema.CARRIED``: what joins first, then by strength and weight.

    Args:
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
        identities: ``schema.IDENTITIES``, those of interest.
    """
    identity: dict[Any, Any] = dict(
        zip(identities["record_id"].to_pylist(), identities["national_id"].to_pylist(), strict=True)
    )
    joins = _joins(identities)
    found = {pair: {**BLANK} for pair in joins}
    known = judged(_inside(links, identity), decisions)
    known = known.filter(pc.or_(pc.is_null(known["guard"]), pc.is_valid(known["judgement"])))
    for link in known.select([*ENDS, "strength", "weight", "probability", "judgement"]).to_pylist():
        found[link["left"], link["right"]] = BLANK | link
    for said in _inside(decisions, identity).to_pylist():
        pair = said["left"], said["right"]
        link = found.get(pair, BLANK)
        # A decision bound to evidence that has changed since holds no longer, unless the join rests on it.
        if said["evidence_hash"] is None or link["judgement"] == said["judgement"] or joins.get(pair) == "decided":
            found[pair] = link | {name: said[name] for name in ("judgement", "reviewer", "decided_at")}
    out: dict[str, list[Row]] = defaultdict(list)
    for pair in sorted(found):
        out[identity[pair[0]]].append(_row(pair, found[pair], joins.get(pair)))
    return {one: sorted(rows, key=_order) for one, rows in out.items()}


def _row(pair: Pair, link: Row, join: str | None) -> Row:
    strength = "decided" if link["judgement"] == "same" else join or link["strength"]
    return {**link, "left": pair[0], "right": pair[1], "strength": strength, "joins": join is not None}


def _order(row: Row) -> tuple[Any, ...]:
    known = STRENGTH_FIRST.index(row["strength"]) if row["strength"] else len(STRENGTH_FIRST)
    return (not row["joins"], known, -(row["weight"] or 0), row["left"], row["right"])


def _joins(identities: pa.Table) -> dict[Pair, str]:
    """The pairs that join, with what joins them."""
    joined = identities.filter(pc.is_valid(identities["joined_to"]))
    rows = joined.select(["record_id", "joined_to", "joined_by"]).to_pylist()
    return {
        (min(row["record_id"], row["joined_to"]), max(row["record_id"], row["joined_to"])): row["joined_by"]
        for row in rows
    }


def _inside(pairs: pa.Table, identity: dict[Any, Any]) -> pa.Table:
    """The rows of ``pairs`` whose two ends are one identity."""
    of = pa.array(list(identity), pa.string())
    national = pa.array(list(identity.values()), pa.string())
    ends: list[Any] = [national.take(pc.index_in(pairs[end], value_set=of)) for end in ENDS]
    same: Any = pc.fill_null(pc.equal(*ends), False)
    return pairs.filter(same)
