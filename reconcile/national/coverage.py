"""Who answered: the part of a figure that says how much of the country it covers.

Decides which forces' figures are in the counts. Invariant: a NIL return is an answer and a missing one is not; a force
whose extract waits, was refused or rejected is named as such and never counted as zero; what is old is named with its
date.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national.claims import cuts

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

_COLUMNS: list[tuple[str, Any]] = [
    ("force", pa.string()),
    ("name", pa.string()),
    ("state", pa.string()),
    ("answered", pa.bool_()),
    ("as_of", pa.string()),
    ("rows_in", pa.int64()),
    ("accepted", pa.int64()),
    ("quarantined", pa.int64()),
    ("reasons", pa.list_(pa.string())),
    ("warnings", pa.list_(pa.string())),
    ("withheld", pa.list_(pa.string())),
    ("why", pa.list_(pa.string())),
    ("corrected", pa.int64()),
    ("used_again", pa.bool_()),
]
COVERAGE = pa.schema(_COLUMNS)
UNCOUNTED: Final = ("REJECTED", "HELD", "REFUSED")
"""The states of what came and is not in the counts."""


def answered(receipts: "Iterable[Receipt]") -> "tuple[Receipt, ...]":
    """The receipts of extracts whose figures are in the counts."""
    return tuple(receipt for receipt in receipts if receipt.state in cuts()["coverage"]["answered"])


def coverage(receipts: "Sequence[Receipt]", forces: "Sequence[Force]") -> dict[str, Any]:
    """The keys of the statistics that say how many forces answered, which did not, as of when, with how many rows."""
    heard = {receipt.force: receipt for receipt in answered(receipts)}
    state = {receipt.force: receipt.state for receipt in receipts}
    days = sorted(receipt.as_of for receipt in heard.values() if receipt.as_of)
    return {
        "forces_total": len(forces),
        "forces_answered": sum(force.slug in heard for force in forces),
        "forces_nil": [force.name for force in forces if force.slug in heard and heard[force.slug].state == "NIL"],
        "forces_late": [force.name for force in forces if state.get(force.slug) == "LATE"],
        "forces_stale": {
            force.name: _day(heard[force.slug])
            for force in forces
            if force.slug in heard and state[force.slug] == "STALE"
        },
        "forces_corrected": [force.name for force in forces if force.slug in heard and heard[force.slug].supersedes],
        **{
            f"forces_{word.lower()}": [force.name for force in forces if state.get(force.slug) == word]
            for word in UNCOUNTED
        },
        "forces_silent": [force.name for force in forces if force.slug not in heard],
        "as_of": {
            "first": days[0].isoformat() if days else None,
            "last": days[-1].isoformat() if days else None,
            "spread_days": (days[-1] - days[0]).days if days else 0,
        },
        "rows": {
            "in": sum(receipt.rows_in for receipt in receipts),
            "accepted": sum(receipt.accepted for receipt in heard.values()),
            "quarantined": sum(receipt.quarantined for receipt in heard.values()),
            "rejected": sum(receipt.rows_in for receipt in receipts if receipt.state == "REJECTED"),
            "held": sum(receipt.rows_in for receipt in receipts if receipt.state == "HELD"),
        },
    }


def rests_on(claims: pa.Table, records: pa.Table) -> dict[str, dict[str, Any]]:
    """For each figure that needs a field, for how many claims it was given, and by how many of the claiming forces."""
    own = records.take(pc.index_in(claims["record_id"], value_set=records["record_id"]))
    out = {}
    for figure, name in cuts()["rests_on"].items():
        column = own[name]
        if column.type == schema.PARTIAL_DATE:
            column = pc.struct_field(column, "lo")
        given = own["force"].filter(pc.is_valid(column))
        out[figure] = {
            "field": name,
            "given": len(given),
            "of": len(claims),
            "forces": len(pc.unique(given)),
            "of_forces": len(pc.unique(own["force"])),
        }
    return out


def by_force(receipts: "Sequence[Receipt]", forces: "Sequence[Force]") -> list[dict[str, Any]]:
    """What became of each force's extract, without the hash of its file, sorted as ``forces``."""
    known = {receipt.force: receipt for receipt in receipts}
    out = []
    for force in forces:
        receipt = known.get(force.slug)
        out.append(
            {
                "force": force.slug,
                "name": force.name,
                "state": receipt.state if receipt else "NOT_RECEIVED",
                "answered": receipt is not None and bool(answered([receipt])),
                "as_of": _day(receipt),
                "rows_in": receipt.rows_in if receipt else None,
                "accepted": receipt.accepted if receipt else None,
                "quarantined": receipt.quarantined if receipt else None,
                "reasons": [list(reason) for reason in receipt.reasons] if receipt else [],
                "warnings": [list(reason) for reason in receipt.warnings] if receipt else [],
                "withheld": dict(sorted(receipt.withheld.items())) if receipt else {},
                "why": [list(reason) for reason in receipt.why] if receipt else [],
                "corrected": len(receipt.supersedes) if receipt else 0,
                "used_again": bool(receipt and receipt.taken_from),
            }
        )
    return out


def _day(receipt: "Receipt | None") -> str | None:
    return receipt.as_of.isoformat() if receipt and receipt.as_of else None


def as_table(entries: "Sequence[dict[str, Any]]") -> pa.Table:
    """``by_force`` as a flat table; reasons and warnings as sentences, what was withheld as field and count."""
    return pa.Table.from_pylist(
        [
            {
                **entry,
                "reasons": [f"{count}: {sentence}" for _rule, count, sentence in entry["reasons"]],
                "warnings": [f"{count}: {sentence}" for _rule, count, sentence in entry["warnings"]],
                "why": [sentence for _rule, _count, sentence in entry["why"]],
                "withheld": [f"{field}: {count}" for field, count in entry["withheld"].items()],
            }
            for entry in entries
        ],
        COVERAGE,
    )
