"""One match report a force: a page that prints as a document, a workbook to work from and answer in, and JSON.

Decides what its files are called and in which order a reader meets its parts. Invariant: all three are written from one
``Report``; file names carry the marking and the force's slug, never a person.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconcile.national.contents import marking
from reconcile.render import look, workbook
from reconcile.reports import compiling, document, sheets
from reconcile.reports.answer_columns import FOR, RELEASE
from reconcile.reports.answers import codes
from reconcile.reports.corrections import Correction
from reconcile.reports.kinds import kinds
from reconcile.reports.report import Answered, QualityLine, Report, Since
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

if TYPE_CHECKING:
    from reconcile.intake import Receipt

__all__ = ["Answered", "Correction", "QualityLine", "Report", "Since", "kinds", "render", "write"]

CONFIRM = document.CONFIRM


def _as_it_is(report: Report) -> Report:
    return report


def write(
    settings: Settings,
    out: Path,
    *,
    receipts: Sequence["Receipt"],
    release: str = "",
    complete: Callable[[Report], Report] = _as_it_is,
    disclose: Callable[[Report], object] = lambda _report: None,
    **tables: Any,
) -> list[Path]:
    """Write every force's report as ``out/<force>/<marking>_<cycle>_<force>_match-report`` .html, .xlsx and .json.

    Args:
        receipts, release: as ``compiling.reports`` takes them.
        complete: brings in what a report is not compiled from: the state of answers, corrections.
        disclose: given each report before its files are written.
        tables: the other arguments of ``compiling.reports``.

    Returns:
        The paths written, the page before the workbook and that before the JSON, forces in order of slug.
    """
    last = max((receipt.as_of for receipt in receipts if receipt.as_of), default=dt.date(2000, 1, 1))
    paths = []
    for compiled in compiling.reports(receipts=receipts, release=release, **tables):
        report = complete(compiled)
        disclose(report)
        page, book, data = _paths(settings, out, report.force.slug)
        write_bytes(page, render(report, settings, release=release, as_of=last).encode())
        workbook.write(book, sheets.sheets(report, kinds()), _properties(report, settings, release, last))
        write_bytes(data, document.text(report, settings, release=release, as_of=last).encode())
        paths += [page, book, data]
    return paths


def render(report: Report, settings: Settings, *, release: str, as_of: dt.date) -> str:
    """The report as one self-contained page."""
    states = {kind: Counter(_states(report, kind)) for kind in kinds()}
    waits = {kind: _first_due(report, kind) for kind in kinds()}
    return look.page(
        "reports/force_report.html",
        marking=settings.marking,
        synthetic=settings.synthetic,
        report=report,
        groups=[(kind, told, [item for item in report.items if item.kind == kind]) for kind, told in kinds().items()],
        urgent=sum(kinds()[item.kind]["urgent"] for item in report.items if report.answer(item.id).state != "answered"),
        first_due=min((first for first in waits.values() if first), default=None),
        first_due_of=waits,
        states=sum(states.values(), Counter()),
        answered_of=states,
        answers=codes(),
        confirm=CONFIRM,
        cycle=settings.cycle,
        release=release,
        as_of=as_of,
    )


def _states(report: Report, kind: str) -> list[str]:
    return [report.answer(item.id).state for item in report.items if item.kind == kind]


def _first_due(report: Report, kind: str) -> dt.date | None:
    """The first day by which an item of ``kind`` that nobody has answered is to be."""
    waiting = [item for item in report.items if item.kind == kind and report.answer(item.id).state != "answered"]
    return min((item.due for item in waiting if item.due), default=None)


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
            (RELEASE, release or "not released"),
            ("Your extract", look.word(receipt.state, "state") if receipt else "nothing was received"),
            ("Items", str(len(report.items))),
            ("Undecided", f"Proposals that wait for a decision and are not told here: {report.undecided}."),
            ("Restricted", f"Items not told because they concern a person who is restricted: {report.restricted}."),
            (FOR, f"{report.force.name} only. Do not pass on what is said of another force’s record."),
        ),
    )


def _paths(settings: Settings, out: Path, slug: str) -> tuple[Path, Path, Path]:
    parts = (marking(settings), settings.cycle, slug, "match-report")
    stem = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", part) for part in parts)
    page, book, data = (out / slug / f"{stem}.{kind}" for kind in ("html", "xlsx", "json"))
    return page, book, data
