"""Sealed documents brought to the outboxes of the forces they are for.

Decides what is put where, and what is not put twice. Invariant: only a ``Sealed`` is put anywhere, into the outbox of
the force that it was sealed for, after a line of the audit log says so; each attempt is a line of the ledger of
deliveries; what fails for one force stops no other.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from reconcile import protecting
from reconcile.audit import AuditLog, Entry
from reconcile.cycle_log import ACTOR
from reconcile.errors import DeliveryError, ReconcileError, ReleaseError
from reconcile.forces import forces
from reconcile.national.release import current
from reconcile.reports import compiled, notification
from reconcile.reports.compiled import CompiledLog, Document
from reconcile.reports.deliveries import DELIVERED, FAILED, WITHHELD, Attempt, DeliveryLog
from reconcile.reports.force_report import kinds
from reconcile.reports.said import told_of
from reconcile.reports.sealing import Sealed, Sealer
from reconcile.reports.told import NOTICE, REPORT, ToldLog
from reconcile.review.restricted import Restricted
from reconcile.settings import Settings
from reconcile.sources import SourceUnreachable
from reconcile.sources.outbox import Outbox, outbox
from reconcile.sources.source import persistently

ALREADY: Final = "already"
WOULD: Final = "would be delivered"
STATES: Final = {
    DELIVERED: "delivered",
    WOULD: "would be delivered",
    ALREADY: "delivered before",
    WITHHELD: "not sent",
    FAILED: "failed",
}
"""Every state of a receipt, and how a count of them is said."""
TAKEN_BACK: Final = "it was taken back before it went: later documents tell what still has to be told"
BROKEN_OFF: Final = "making it broke off before it was told: `reconcile notify` tells what still has to be"
"""Why a notice that tells nothing is not sent."""
BESIDE: Final = ".notice.txt"
"""How the name of the notification ends."""


@dataclass(frozen=True)
class Receipt:
    """What became of one document for one force.

    ``state`` is DELIVERED, FAILED, ALREADY (it lies there since ``reason``, a moment), WITHHELD (nothing in it is still
    to be told: ``reason`` says why) or WOULD; ``heals`` says of a failure whether trying again may help. ``file``,
    ``sha256`` and ``size`` (bytes) are of the sealed file.
    """

    force: str
    document: str
    state: str
    file: str = ""
    sha256: str = ""
    size: int = 0
    recipients: tuple[str, ...] = ()
    reason: str = ""
    heals: bool = False


class Delivery:
    """Delivers documents of one workspace.

    Args:
        by: who has it delivered, for the audit log.

    Raises:
        ProfileError: two forces have the same key, or a profile is none: nobody is sent anything.
    """

    def __init__(self, settings: Settings, by: str = ACTOR) -> None:
        self._settings, self._by = settings, by
        self._log = DeliveryLog(settings.database_url)
        self._audit, self._told = AuditLog(settings.database_url), ToldLog(settings.database_url)
        self._sealer = Sealer(settings, self._log.keys())

    def deliver(self, document: Document, *, again: bool = False, dry_run: bool = False) -> Receipt:
        """Seal a document for its force and put it into that force's outbox.

        Args:
            again: also where the same document lies there already.
            dry_run: say what would become of it; nothing is put anywhere or noted.
        """
        receipt = Receipt(document.force, document.name, FAILED, self._sealer.file_of(document) + ".age")
        try:
            self._need_unrestricted(document)
            sealed = self._sealer.seal(document)
        except ReconcileError as error:
            receipt = replace(receipt, reason=str(error))
            return receipt if dry_run else self._noted(receipt, document.kind)
        sealed_as = {"sha256": sealed.sha256, "size": len(sealed.content), "recipients": sealed.recipients}
        receipt = replace(receipt, **sealed_as)  # type: ignore[arg-type]
        before = self._log.delivered(document.force, document.name)
        if before and before["archive"] == sealed.archive and not again:
            return replace(receipt, state=ALREADY, reason=before["delivered_at"].strftime("%Y-%m-%d %H:%M UTC"))
        if dry_run:
            return replace(receipt, state=WOULD)
        return self._delivered(sealed, receipt)

    def refused(self, force: str, document: str, error: ReconcileError, *, dry_run: bool = False) -> Receipt:
        """The receipt of a document that is not there to be sealed."""
        receipt = Receipt(force, document, FAILED, reason=str(error))
        return receipt if dry_run else self._noted(receipt, REPORT)

    def withheld(self, force: str, document: str, why: str, *, dry_run: bool = False) -> Receipt:
        """The receipt of a notice that is not sent, noted once."""
        receipt = Receipt(force, document, WITHHELD, reason=why)
        return receipt if dry_run else self._noted(receipt, NOTICE)

    def _delivered(self, sealed: Sealed, receipt: Receipt) -> Receipt:
        try:
            persistently(lambda: self._put(sealed))
        except (ReconcileError, SourceUnreachable) as error:
            heals = isinstance(error, SourceUnreachable)
            return self._noted(replace(receipt, reason=str(error), heals=heals), sealed.kind, sealed.archive)
        return self._noted(replace(receipt, state=DELIVERED), sealed.kind, sealed.archive)

    def _put(self, sealed: Sealed) -> None:
        """Into the outbox of the force it is sealed for, the notification after what it speaks of."""
        sealed.need_intact()
        there = self._outbox(sealed.force)
        self._disclosed(sealed)
        there.put(sealed.file, sealed.content)
        counts, made = self._counts(sealed.force, sealed.document), self._made(sealed.force, sealed.document)
        said = notification.text(self._settings, sealed, force=_names()[sealed.force], counts=counts, made=made)
        there.put(sealed.file.removesuffix(".age") + BESIDE, said.encode())

    def _outbox(self, force: str) -> Outbox:
        desk, workspace = self._sealer.desk(force), self._settings.workspace
        if not desk.outbox:
            (workspace.outboxes / force).mkdir(parents=True, exist_ok=True)
        uri = desk.outbox or f"{workspace.outboxes.name}/{force}"
        if "://" not in uri:  # a relative folder lies in the workspace
            uri = str(workspace.root / uri)
        return outbox(uri, desk.connection, self._settings.connections)

    def _disclosed(self, sealed: Sealed) -> None:
        """Logged before anything is put: a delivery nobody accounts for harms more than one that did not arrive."""
        recipient = ", ".join([sealed.force, *(f"key {each}" for each in sealed.recipients)])
        entry = Entry(
            "disclosure",
            actor=self._by,
            role="system" if self._by == ACTOR else "national coordinator",
            purpose=self._settings.purpose,
            justification=f"delivery of {sealed.kind} {sealed.document}, sha256 {sealed.sha256}",
            subjects=sealed.told,
            recipient=recipient,
            count=len(sealed.told),
            run=self._settings.cycle,
        )
        self._audit.append_many([entry])

    def _counts(self, force: str, document: str) -> str:
        lines = self._told.lines(force, document=document).to_pylist()
        last = {line["item"]: line["kind"] for line in lines}
        return notification.counted(last.values(), kinds())

    def _made(self, force: str, document: str) -> dt.datetime | None:
        """When the document was last compiled; None where only its caller knows it."""
        line = CompiledLog(self._settings.database_url).latest(document, force).get(force)
        return dt.datetime.fromtimestamp(line["compiled_at"] / 1000, dt.UTC) if line else None

    def _noted(self, receipt: Receipt, kind: str, archive: str | None = None) -> Receipt:
        desk = self._sealer.desks[receipt.force]
        self._log.record(
            Attempt(
                receipt.force,
                receipt.document,
                kind,
                receipt.file,
                archive,
                receipt.sha256 or None,
                receipt.size,
                receipt.recipients,
                desk.outbox or f"{self._settings.workspace.outboxes.name}/{receipt.force}",
                receipt.state,
                receipt.reason,
            )
        )
        return receipt

    def _need_unrestricted(self, document: Document) -> None:
        """Refuse what tells of another force's person who has been protected since it was compiled."""
        others = [each for each in document.told if not each.startswith(f"{document.force}:")]
        if others and self._restricted.holds(*others):
            raise DeliveryError(
                "it tells of a person who is restricted since it was compiled: `reconcile report` writes a report again"
            )

    @cached_property
    def _restricted(self) -> Restricted:
        return protecting.restricted_as_known(self._settings)


def deliver(
    settings: Settings,
    force: str,
    files: Iterable[tuple[str, bytes]],
    document: str,
    *,
    kind: str = REPORT,
    told: Iterable[str] = (),
    again: bool = False,
    by: str = ACTOR,
) -> Receipt:
    """Note ``files``, by name, as compiled for ``force``, seal them for it and put them into its outbox.

    Args:
        force: the slug; each file's name bears it between underscores.
        document: its name; the same name and content are delivered once, unless ``again``.
        kind: one of ``told.DOCUMENTS``.
        told: the ids of the records it tells of.

    Raises:
        ProfileError: two forces have the same key.
        ValueError: a file is another force's.
    """
    made = Document(force, document, kind, tuple(files), tuple(sorted(told)))
    CompiledLog(settings.database_url).record([made])
    return Delivery(settings, by).deliver(made, again=again)


def deliver_reports(
    settings: Settings,
    only: Iterable[str] = (),
    *,
    again: bool = False,
    dry_run: bool = False,
    by: str = ACTOR,
    progress: Callable[[str, float], None] = lambda _what, _share: None,
) -> list[Receipt]:
    """Deliver the match reports of the current release, of ``only`` these forces or of all; a receipt for each.

    Raises:
        ReleaseError: nothing is released, or its reports were not written.
        ProfileError: two forces have the same key.
    """
    release = current(settings)
    if release is None:
        raise ReleaseError("nothing is released yet: sign the cycle off with `reconcile release`")
    return deliver_document(settings, release.name, only, again=again, dry_run=dry_run, by=by, progress=progress)


def deliver_document(
    settings: Settings,
    name: str,
    only: Iterable[str] = (),
    *,
    again: bool = False,
    dry_run: bool = False,
    by: str = ACTOR,
    progress: Callable[[str, float], None] = lambda _what, _share: None,
) -> list[Receipt]:
    """Deliver the reports that were compiled as ``name`` and lie in ``reports/<name>/<force>/``.

    Raises:
        ReleaseError: nothing was compiled under that name.
        ProfileError: two forces have the same key.
    """
    log = CompiledLog(settings.database_url)
    known = log.latest(name)
    if not known:
        raise ReleaseError(f"the reports of {name} were not written: write them with `reconcile report`")
    office, wanted = Delivery(settings, by), sorted(only) or sorted(known)
    receipts = []
    for done, force in enumerate(wanted):
        progress("deliver the reports", done / len(wanted))
        folder = settings.workspace.reports / name / force
        receipts.append(_deliver_from(office, log, folder, name, force, again=again, dry_run=dry_run))
    progress("deliver the reports", 1.0)
    return receipts


def deliver_waiting(
    settings: Settings, only: Iterable[str] = (), *, dry_run: bool = False, by: str = ACTOR
) -> list[Receipt]:
    """Deliver the notices that never reached their force, of ``only`` these forces or of all; a receipt for each.

    They lie in the workspace's ``notices/<name>/<force>/`` and go in the order in which they were compiled. One that
    the ledger of what was told does not know, or of any item of which a later document tells, is not sent: said once.

    Raises:
        ProfileError: two forces have the same key.
    """
    log, deliveries, chosen = CompiledLog(settings.database_url), DeliveryLog(settings.database_url), frozenset(only)
    done, said, told = deliveries.reached(), deliveries.reached(WITHHELD), ToldLog(settings.database_url)
    # Of what was withheld once what tells nothing needs no look at: over the years that becomes nearly all of it.
    tells, back = told.notices(), told.taken_back()
    passed = done | (said - tells)
    waiting = [
        (force, name)
        for (force, name), kind in log.known().items()
        if kind == NOTICE and (force, name) not in passed and (not chosen or force in chosen)
    ]
    office, receipts = Delivery(settings, by), []
    for force, name in waiting:
        if (force, name) in tells:
            why = _why_not(settings.database_url, force, name)
        else:
            why = TAKEN_BACK if (force, name) in back else BROKEN_OFF
        if not why:
            folder = settings.workspace.notices / name / force
            receipts.append(_deliver_from(office, log, folder, name, force, dry_run=dry_run))
        elif (force, name) not in said:
            receipts.append(office.withheld(force, name, why, dry_run=dry_run))
    return receipts


def _why_not(url: str, force: str, name: str) -> str:
    """Why a notice that tells something is not sent, by the ledger of what its force was told; "" where it is."""
    items = {line["item"] for line in ToldLog(url).lines(force, document=name).to_pylist()}
    last = {line["item"]: line["document"] for line in told_of(url, items, force)}
    later = sum(document != name for document in last.values())
    if later == len(items):
        return "later documents tell all that is in it"
    return "later documents tell part of it: `reconcile notify` tells the rest anew" if later else ""


def _deliver_from(
    office: Delivery, log: CompiledLog, folder: Path, name: str, force: str, *, again: bool = False, dry_run: bool
) -> Receipt:
    try:
        document = compiled.of_force(log, folder, name, force)
    except ReleaseError as error:
        return office.refused(force, name, error, dry_run=dry_run)
    return office.deliver(document, again=again, dry_run=dry_run)


def _names() -> Mapping[str, str]:
    return {force.slug: force.name for force in forces()}
