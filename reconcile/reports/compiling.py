"""Compiling every force's report from one cycle's tables.

Decides what stands in a report beside its items: the force's claims, its quarantined rows, its extract against the
national median, what changed since its last report. Invariant: nothing is written here, and a report holds rows of its
own force and ``item.Party`` of others.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from reconcile.national.claims import open_claims
from reconcile.reports import acceptance
from reconcile.reports.item import Contact
from reconcile.reports.items import items
from reconcile.reports.material import Row, gather
from reconcile.reports.national_completeness import NationalCompleteness, national_completeness
from reconcile.reports.report import QualityLine, Report
from reconcile.reports.since import compared, days_told, earlier, kept_due
from reconcile.review.restricted import Restricted

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt


def reports(
    *,
    receipts: Sequence["Receipt"],
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    missing_list: pa.Table,
    facts: pa.Table,
    quarantine: pa.Table,
    forces: Sequence["Force"],
    restricted: Restricted,
    release: str = "",
    on: dt.date | None = None,
    contacts: Mapping[str, Contact] | None = None,
    told: pa.Table | None = None,
    names_added: pa.Table | None = None,
) -> Iterator[Report]:
    """Every force's report, in the order of slugs; one is compiled as it is asked for.

    Args:
        receipts, records, identities, links, decisions, missing_list, facts, quarantine: the cycle's, in their schemas.
        restricted: the people of whom nothing is told.
        release: the release's name.
        on: the release's day, from which the days to answer are counted; None where no item is to have one.
        contacts: by slug, whom other forces are told to ask.
        told: ``told.LINES``, what forces were told before; None where that is not asked.
        names_added: the names by which records were linked beside their own; None where there are none.
    """
    names = {force.slug: force.name for force in forces}
    material = gather(
        records=records,
        identities=identities,
        links=links,
        decisions=decisions,
        missing_list=missing_list,
        facts=facts,
        restricted=restricted,
        names_added=names_added,
    )
    claims = _by_force(open_claims(records, identities))
    rows = _by_force(quarantine.sort_by([("force", "ascending"), ("row_number", "ascending")]))
    held = {receipt.force: receipt for receipt in receipts}
    national = national_completeness(receipts, acceptance.words()["matched"]["least"])
    for force in sorted(forces, key=lambda force: force.slug):
        receipt = held.get(force.slug)
        before = earlier(told, force.slug, release)
        found, left_out = items(force.slug, material, names, contacts=contacts, on=on)
        yield Report(
            force=force,
            receipt=receipt if receipt and receipt.state != "NOT_RECEIVED" else None,
            items=kept_due(found, days_told(told, force.slug, release)),
            claims=claims.get(force.slug, ()),
            quarantine=rows.get(force.slug, ()),
            ended=material.facts.ended.get(force.slug, frozenset()),
            undecided=material.undecided.get(force.slug, 0),
            restricted=left_out,
            since=compared(found, before),
            quality=quality(receipt, national),
            contact=(contacts or {}).get(force.slug),
        )


def quality(receipt: "Receipt | None", national: NationalCompleteness) -> tuple[QualityLine, ...]:
    """The extract's fields against the national median, as its acceptance report has them; none without records."""
    if receipt is None or not receipt.accepted:
        return ()
    return tuple(
        QualityLine(
            field=each.name,
            label=each.label,
            filled=each.share("filled") if each.sent else None,
            median=each.median,
            low=each.low,
        )
        for each in acceptance.completeness(receipt, national)
        if each.sent or each.median is not None
    )


def _by_force(table: pa.Table) -> dict[str, tuple[Row, ...]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        rows[row["force"]].append(row)
    return {force: tuple(own) for force, own in rows.items()}
