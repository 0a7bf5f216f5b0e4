"""One match report a force: a page that prints as a document, and a workbook to work from.

Decides what stands in a report and what its files are called. Invariant: a report holds records of its own force
and ``items.Party`` of others, nothing else; file names carry the marking and the force's slug, never a person.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reconcile.national.claims import open_claims
from reconcile.national.contents import marking
from reconcile.render import look, workbook
from reconcile.reports import sheets
from reconcile.reports.items import items
from reconcile.reports.material import Row, gather
from reconcile.reports.report import Answered, Correction, QualityLine, Report, Since
from reconcile.review.restricted import Restricted
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

CONFIRM = "Confirm identity, by fingerprint where possible, before any action."


__all__ = ["Answered", "Correction", "QualityLine", "Report", "Since", "kinds", "render", "write"]


def write(
    settings: Settings,
    out: Path,
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
    disclose: Callable[[str, tuple[str, ...]], object] = lambda _force, _told: None,
) -> list[Path]:
    """Write every force's report as ``out/<force>/<marking>_<cycle>_<force>_match-report`` .html and .xlsx.

    The tables are the cycle's, in their schemas; ``restricted`` are the people of whom no force is told another's
    records; ``release`` is the release's name, told in the report. Before a force's files are written, ``disclose`` is
    given its slug and the ids of the records they tell it of. Returns the paths written, the page before the workbook,
    forces in order of slug.
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
    )
    claims = _by_force(open_claims(records, identities))
    rows = _by_force(quarantine.sort_by([("force", "ascending"), ("row_number", "ascending")]))
    held = {receipt.force: receipt for receipt in receipts}
    last = max((receipt.as_of for receipt in receipts if receipt.as_of), default=dt.date(2000, 1, 1))
    paths = []
    for force in sorted(forces, key=lambda force: force.slug):
        receipt = held.get(force.slug)
        told, left_out = items(force.slug, material, names)
        report = Report(
            force=force,
            receipt=receipt if receipt and receipt.state != "NOT_RECEIVED" else None,
            items=told,
            claims=claims.get(force.slug, ()),
            quarantine=rows.get(force.slug, ()),
            ended=material.ended.get(force.slug, frozenset()),
            undecided=material.undecided.get(force.slug, 0),
            restricted=left_out,
        )
        disclose(force.slug, report.records)
        page, book = _paths(settings, out, force.slug)
        write_bytes(page, render(report, settings, release=release, as_of=last).encode())
        workbook.write(book, sheets.sheets(report, kinds()), _properties(report, settings, release, last))
        paths += [page, book]
    return paths


def render(report: Report, settings: Settings, *, release: str, as_of: dt.date) -> str:
    """The report as one self-contained page."""
    return look.page(
        "reports/force_report.html",
        marking=settings.marking,
        synthetic=settings.synthetic,
        report=report,
        groups=[(kind, told, [item for item in report.items if item.kind == kind]) for kind, told in kinds().items()],
        urgent=sum(kinds()[item.kind]["urgent"] for item in report.items),
        confirm=CONFIRM,
        cycle=settings.cycle,
        release=release,
        as_of=as_of,
    )


@cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """The kinds of item in their order, as kinds.toml has them."""
    return loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))


def _properties(report: Report, settings: Settings, release: str, created: dt.date) -> workbook.Properties:
    receipt = report.receipt
    return workbook.Properties(
        title=f"Match report for {report.force.name}",
        marking=settings.marking,
        synthetic=settings.synthetic,
        created=created,
        about=(
            ("Before anything else", CONFIRM),
            ("Cycle", settings.cycle),
            ("Release", release or "not released"),
            ("Your extract", look.word(receipt.state, "state") if receipt else "nothing was received"),
            ("Items", str(len(report.items))),
            ("Undecided", f"Proposals that wait for a decision and are not told here: {report.undecided}."),
            ("Restricted", f"Items not told because they concern a person who is restricted: {report.restricted}."),
            ("For", f"{report.force.name} only. Do not pass on what is said of another force’s record."),
        ),
    )


def _paths(settings: Settings, out: Path, slug: str) -> tuple[Path, Path]:
    parts = (marking(settings), settings.cycle, slug, "match-report")
    stem = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", part) for part in parts)
    return out / slug / f"{stem}.html", out / slug / f"{stem}.xlsx"


def _by_force(table: pa.Table) -> dict[str, tuple[Row, ...]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        rows[row["force"]].append(row)
    return {force: tuple(own) for force, own in rows.items()}
