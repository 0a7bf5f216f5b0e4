"""What the stages of a cycle write into the audit log.

Decides which operations of DPA 2018 s.62 a stage is. Invariant: an entry names extracts and records by their ids and
says how many, never whom.
"""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.audit import AuditLog, Entry
from reconcile.intake import Receipt
from reconcile.intake.retention import came
from reconcile.reports import acceptance as acceptances
from reconcile.settings import Settings
from reconcile.workspace import read_table

ACTOR: Final = "pipeline"


def log_collections(settings: Settings, received: Iterable[Receipt]) -> None:
    """Log every extract received (DPA 2018 s.62(1)(a))."""
    AuditLog(settings.database_url).append_many(
        Entry(
            "collection",
            actor=ACTOR,
            role="system",
            force=receipt.force,
            purpose=settings.purpose,
            justification=f"extract of cycle {settings.cycle}",
            subjects=f"extract {receipt.sha256}",
            count=receipt.rows_in,
            run=settings.cycle,
        )
        for receipt in received
        if came(settings, receipt)
    )


def log_acceptances(settings: Settings, reports: Iterable[acceptances.Acceptance]) -> None:
    """Log, before it is written, that each force is told of rows of its own (DPA 2018 s.62(1)(d))."""
    AuditLog(settings.database_url).append_many(
        Entry(
            "disclosure",
            actor=ACTOR,
            role="system",
            force=report.force.slug,
            purpose=settings.purpose,
            justification=f"acceptance report of cycle {settings.cycle}",
            subjects=f"extract {report.receipt.sha256}",
            recipient=report.force.slug,
            count=len(report.named),
            run=settings.cycle,
        )
        for report in reports
        if report.named
    )


def log_combinations(settings: Settings, resolved: pa.Table, links: pa.Table, model: str) -> None:
    """Log each join of several records that this cycle has not held before (DPA 2018 s.62(1)(e))."""
    path = settings.workspace.stage(settings.cycle, "identities.parquet")
    known = _joined(read_table(path)) if path.is_file() else frozenset()
    weights = _weights(resolved, links)
    AuditLog(settings.database_url).append_many(
        Entry(
            "combination",
            actor=ACTOR,
            role="system",
            purpose=settings.purpose,
            justification=f"verified, decided or held links of {weights.get(join[0], 'no')} bits, model {model}",
            subjects=join,
            count=len(join) - 1,
            run=settings.cycle,
        )
        for join in sorted(_joined(resolved) - known)
    )


def _weights(resolved: pa.Table, links: pa.Table) -> dict[str, str]:
    """The weights in bits of the links inside each identity, by national id."""
    held: list[Any] = [
        resolved["national_id"].take(pc.index_in(links[end], value_set=resolved["record_id"]))
        for end in ("left", "right")
    ]
    inside = pc.equal(*held)
    found: dict[str, list[str]] = {}
    for national_id, weight in zip(
        held[0].filter(inside).to_pylist(), links["weight"].filter(inside).to_pylist(), strict=True
    ):
        found.setdefault(national_id, []).append(f"{weight:.1f}")
    return {national_id: ", ".join(weights) for national_id, weights in found.items()}


def _joined(resolved: pa.Table) -> frozenset[tuple[str, ...]]:
    """The identities of several records, each as its national id and its record ids."""
    founding = pc.equal(resolved["joined_by"], pa.scalar("founding"))
    several = resolved["national_id"].filter(pc.invert(founding))
    rows = resolved.filter(pc.is_in(resolved["national_id"], value_set=pc.unique(several)))
    members: dict[str, list[str]] = {}
    for national_id, record_id in zip(*(rows[name].to_pylist() for name in ("national_id", "record_id")), strict=True):
        members.setdefault(national_id, []).append(record_id)
    return frozenset((one, *sorted(many)) for one, many in members.items())
