"""Telling forces the same day what cannot wait for their next report: corrections, and leads of high risk.

Decides who is told, from the ledger alone: whoever was told what is corrected, and whose lead it is. Invariant: a
disclosure is a line of the audit log before its files are written and lines of the ledger before they leave the
workspace; saying it again tells nothing twice.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, database, made_from, protecting
from reconcile.audit import AuditLog, Entry
from reconcile.cycle import Progress, quiet
from reconcile.cycle_log import ACTOR
from reconcile.errors import ReconcileError
from reconcile.forces import forces
from reconcile.national import release as releases
from reconcile.national.coverage import answered
from reconcile.reports import ledger_lines, notices, undelivered
from reconcile.reports.answers import AnswerLog
from reconcile.reports.compiled import CompiledLog, Document
from reconcile.reports.contacts import contacts
from reconcile.reports.corrections import Correction, Row, since_the_report
from reconcile.reports.deliveries import DELIVERED
from reconcile.reports.delivery import ALREADY, Delivery
from reconcile.reports.holding import Holding, holding
from reconcile.reports.items import items
from reconcile.reports.material import ABOUT, Material, gather
from reconcile.reports.notices import Notice
from reconcile.reports.report import Report
from reconcile.reports.said import told_of
from reconcile.reports.told import LINES, NOTICE, REPORT, Told, ToldLog
from reconcile.reports.undelivered import Waiting
from reconcile.review.decisions import DecisionLog
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

TABLES = ("records", "identities", "links", "decisions", "missing_list", "facts", "names_added")


@dataclass(frozen=True)
class Sent:
    """One force's notice: its name, how many corrections and leads it holds, whether it was delivered, and ``how``, in
    words: why it was not where it was not."""

    force: str
    document: str
    corrections: int
    leads: int
    delivered: bool = False
    how: str = ""


def notify(settings: Settings, progress: Progress = quiet, *, dry_run: bool = False) -> tuple[Sent, ...]:
    """Tell every force what it has to be told now, from the list as last compiled; returns one entry a notice, in
    order of slug. While the cycle's extracts are not those of the current release, what they alone changed waits.

    ``dry_run``: say what would be told and write nothing.

    Raises:
        ReconcileError: the list is not made from the records that are there, as where a run broke off.
    """
    progress("notices", 0.0)
    on = dt.datetime.fromtimestamp(database.milliseconds() / 1000, dt.UTC).date()
    sent: list[Sent] = []
    left = True
    while left:  # somebody of a force was shown meanwhile what was to be taken back: it is told by what it knows now
        left = False
        found = list(_notices(settings, on))
        office = _Office(settings) if found and not dry_run else None
        for place, (force, notice, back, material) in enumerate(found, start=1):
            if notice:
                told = office.tell(notice, back, material) if office else _sent(notice)
                sent += [told] if told else []
                left |= told is None
            elif office:
                left |= not undelivered.take_back(settings.database_url, force, back)
            progress("notices", place / len(found))
    progress("notices", 1.0)
    return tuple(sorted(sent, key=lambda each: each.force))


def notify_after(settings: Settings, progress: Progress = quiet) -> tuple[tuple[Sent, ...], str]:
    """The same after an act that is done and stays so: what cannot be told now is no error of it.

    Returns:
        The notices, and why there are none: a sentence, "" where they went; whoever says it again tells what is left.
    """
    try:
        return notify(settings, progress), ""
    except ReconcileError as error:
        return (), why_not(error)


def why_not(error: ReconcileError) -> str:
    """Why nobody was told of an act that is done, as a sentence without its stop."""
    return f"no force was told of it: {error}; then say `reconcile notify`"


def counted(sent: tuple[Sent, ...]) -> dict[str, int]:
    """How many notices, corrections and leads, and how many notices were delivered."""
    return {
        "Notices": len(sent),
        "Corrections": sum(each.corrections for each in sent),
        "Leads of high risk": sum(each.leads for each in sent),
        "Delivered": sum(each.delivered for each in sent),
    }


def corrections_of(settings: Settings, told: pa.Table, document: str) -> Callable[[Report], tuple[Correction, ...]]:
    """What a force's report named ``document`` begins with: all that was corrected since the report before it.

    Args:
        told: the ledger, ``told.LINES``, as it stands before the report is told.
    """
    now, answers, lines = _holding(settings, told), _answers(settings), _by_force(told)

    def of(report: Report) -> tuple[Correction, ...]:
        slug = report.force.slug
        own, given = lines.get(slug, []), answers.get(slug, {})
        return since_the_report(slug, own, report.items, now, given, document=document)

    return of


def lines_of(report: Report, records: pa.Table, document: str) -> list[Told]:
    """The ledger's lines of a report named ``document``: corrections first, so that what holds again stands last.

    Args:
        records: RECORDS.
    """
    slug = report.force.slug
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(report.records, pa.string())))
    by_id = {row["record_id"]: row for row in held.select(list(ABOUT)).to_pylist()}
    corrected = [each.line(slug, document, REPORT) for each in report.corrections]
    told = ledger_lines.lines_of(report.items, by_id, force=slug, document=document, document_kind=REPORT)
    return [*corrected, *told]


def _holding(settings: Settings, told: pa.Table) -> Holding:
    return holding(
        told,
        **{name: cycle.table(settings, name) for name in ("records", "identities", "links", "decisions")},
        decision_lines=DecisionLog(settings.database_url).lines(),
        restricted=protecting.restricted_in(settings),
        counted={receipt.force for receipt in answered(cycle.receipts(settings))},
    )


def _answers(settings: Settings) -> dict[str, dict[str, str]]:
    """The standing answers of every force: a code of answers.toml by slug and item."""
    found: dict[str, dict[str, str]] = {}
    for (force, item), row in AnswerLog(settings.database_url).standing().items():
        found.setdefault(force, {})[item] = row["answer"]
    return found


def _by_force(told: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in told.to_pylist():
        found.setdefault(row["force"], []).append(row)
    return found


Back = tuple[str, ...]
"""The names of a force's notices that never went and are taken back."""


def take_back_waiting(settings: Settings) -> None:
    """Take back the notices that never went, before reports tell what is in them: none says then that it was told."""
    for force, waits in undelivered.waiting(settings.database_url).items():
        for each in waits:
            if each.never_went:
                undelivered.take_back(settings.database_url, force, [each.name])


def _notices(settings: Settings, on: dt.date) -> Iterator[tuple[str, Notice | None, Back, Material]]:
    """By force what it has to be told, and which notices that wait are taken back for it."""
    made_from.need(settings, "missing_list")
    url = settings.database_url
    told, waits = ToldLog(url).standing(), undelivered.waiting(url)
    # What waits may be made anew, as if it had never been told: by what was told of it before.
    before = {
        force: told_of(url, (item for each in every for item in each.items), force) for force, every in waits.items()
    }
    now = _holding(settings, pa.concat_tables([told, *(pa.Table.from_pylist(rows, LINES) for rows in before.values())]))
    answers, lines = _answers(settings), _by_force(told)
    tables: dict[str, Any] = {name: cycle.table(settings, name) for name in TABLES}
    material = gather(**tables, restricted=now.restricted)
    names, asked = (
        {force.slug: force.name for force in forces()},
        contacts(settings.workspace.profiles, synthetic=settings.synthetic),
    )
    signed = releases.of_these_extracts(settings, cycle.receipts(settings))
    for force in sorted(forces(), key=lambda force: force.slug):
        every, left_out = items(force.slug, material, names, contacts=asked, on=on)
        own = lines.get(force.slug, [])
        tell = partial(
            notices.notice,
            force,
            every,
            left_out,
            holding=now,
            answers=answers.get(force.slug, {}),
            cycle=settings.cycle,
            signed=signed,
        )
        if force.slug in waits:
            found, back = _with_waiting(force.slug, tell, own, before[force.slug], waits[force.slug], now)
        else:
            found, back = tell(own), ()
        if found or back:
            yield force.slug, found, back, material


def _with_waiting(  # noqa: PLR0917 - what is told, and what waits
    force: str,
    tell: Callable[..., Notice | None],
    own: Sequence[Row],
    before: Sequence[Row],
    waits: Sequence[Waiting],
    now: Holding,
) -> tuple[Notice | None, Back]:
    """What ``force`` has to be told where notices wait, and which of these are taken back for it."""
    found, items = tell(own), frozenset(row["item"] for row in before)
    lines = sorted((*(row for row in own if row["item"] not in items), *before), key=lambda row: int(row["number"]))
    anew = undelivered.anew(force, lines, waits, found.tells if found else frozenset(), now.restricted)
    if anew is None:
        return found, ()
    made = tell(anew.lines, waited=anew.corrected)
    waits_as_it_is = made and anew.taken_back == (made.name,)
    return (None, ()) if waits_as_it_is else (made, anew.taken_back)


class _Office:
    """Writes and delivers the notices of one workspace."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._delivery: Delivery | None
        try:
            self._delivery, self._shut = Delivery(settings), ""
        except ReconcileError as error:  # no profile may keep a notice from being written
            self._delivery, self._shut = None, str(error)

    def tell(self, notice: Notice, back: Back, material: Material) -> Sent | None:
        """Write a notice, and deliver it where its force has a key; ``back`` is what it takes the place of. None where
        one of those may have arrived since it was made: then it is not told."""
        settings, slug, now = self._settings, notice.force.slug, database.milliseconds()
        url = settings.database_url
        if back and undelivered.Arrivals(url).any_of(slug, back):
            return None
        content = tuple(notices.files(notice, settings, at=dt.datetime.fromtimestamp(now / 1000, dt.UTC)).items())
        made = Document(slug, notice.name, NOTICE, content, notice.records)
        AuditLog(url).append_many([_disclosure(settings, notice)])
        for name, data in made.files:
            write_bytes(settings.workspace.notices / notice.name / slug / name, data)
        # One moment in the ledgers and on the page: a later correction names the notice by it.
        CompiledLog(url, lambda: now).record([made])
        # The ledger after the files: what broke off in between is told again, and never taken for told. What it takes
        # the place of goes with the same commit: by what waited alone is known what was official already.
        lines = notice.lines(material.records)
        if not back:
            ToldLog(url, lambda: now).record(lines)
        elif not undelivered.take_back(url, slug, back, telling=lines, clock=lambda: now):
            return None
        return self._delivered(notice, made)

    def _delivered(self, notice: Notice, made: Document) -> Sent:
        if self._delivery is None:
            return _sent(notice, how=self._shut)
        receipt = self._delivery.deliver(made)
        delivered = receipt.state in (DELIVERED, ALREADY)
        return _sent(
            notice, delivered=delivered, how=f"in its outbox as {receipt.file}" if delivered else receipt.reason
        )


def _sent(notice: Notice, *, delivered: bool = False, how: str = "") -> Sent:
    return Sent(notice.force.slug, notice.name, len(notice.corrections), len(notice.leads), delivered, how)


def _disclosure(settings: Settings, notice: Notice) -> Entry:
    return Entry(
        "disclosure",
        actor=ACTOR,
        role="system",
        purpose=settings.purpose,
        justification=f"notice {notice.name}",
        subjects=notice.records,
        recipient=notice.force.slug,
        count=len(notice.records),
        run=settings.cycle,
    )
