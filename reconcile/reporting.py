"""The forces' match reports of the current release: written, told and noted.

Decides that a report is of what was released. Invariant: each disclosure is a line of the audit log, and of the ledger
of what was told, before the files that make it are written.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from reconcile import cycle, made_from, notifying, protecting, publication
from reconcile.audit import AuditLog
from reconcile.cycle_log import ACTOR
from reconcile.errors import ReleaseError
from reconcile.forces import forces
from reconcile.national import release as releases
from reconcile.reports import answered, compiled, force_report, told
from reconcile.reports.contacts import contacts
from reconcile.reports.report import Report
from reconcile.reports.told import ToldLog
from reconcile.settings import Settings

UNREPORTED: Final = ("provenance", "lineage")
"""Tables a release holds and no report draws on."""


def report(settings: Settings) -> list[Path]:
    """Write every force's match report from the current release; returns the paths.

    Raises:
        ReconcileError: the list is not made from the records that are there, as where a run broke off.
        ReleaseError: nothing is released, or the cycle was compiled anew since.
    """
    published = releases.current(settings)
    if published is None:
        raise ReleaseError("nothing is released yet: sign the cycle off with `reconcile release`")
    made_from.need(settings, "missing_list")
    names = [name for name in publication.TABLES if name not in UNREPORTED]
    tables: dict[str, Any] = {name: cycle.table(settings, name) for name in names}
    if not publication.same_list(settings, published, tables):
        raise ReleaseError(f"the list has changed since {published.name}: sign it off with `reconcile release` first")
    about: dict[str, tuple[str, ...]] = {}
    log, ledger = AuditLog(settings.database_url), ToldLog(settings.database_url)
    notifying.take_back_waiting(settings)
    known = ledger.lines()
    corrected = notifying.corrections_of(settings, known, published.name)
    on = releases.signed_on(published)
    with_answers = answered.completing(settings.database_url, published.name, on)

    def disclose(report: Report) -> None:
        about[report.force.slug] = report.records
        why = f"match report of {published.name}"
        log.append_many(
            [publication.entry(settings, "disclosure", ACTOR, why, report.records, recipient=report.force.slug)]
        )
        ledger.record(notifying.lines_of(report, tables["records"], published.name))

    paths = force_report.write(
        settings,
        settings.workspace.reports / published.name,
        **tables,
        quarantine=cycle.table(settings, "quarantine"),
        receipts=cycle.receipts(settings),
        forces=forces(),
        restricted=protecting.restricted_in(settings),
        release=published.name,
        on=on,
        contacts=contacts(settings.workspace.profiles, synthetic=settings.synthetic),
        told=known,
        complete=lambda report: replace(with_answers(report), corrections=corrected(report)),
        disclose=disclose,
    )
    compiled.note(settings.database_url, published.name, told.REPORT, paths, about)
    return paths
