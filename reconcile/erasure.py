"""Erasing what was sent once nothing waits for it, with a line in the audit log for each extract.

Decides in which order it is done: logged, then erased. Invariant: bytes as sent and quarantined rows go, and nothing
else: releases, reports and the stages of accepted records stay byte for byte, and a release is re-run from these; run
again, nothing more is erased.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import database
from reconcile.audit import AuditLog, Entry
from reconcile.errors import ReconcileError
from reconcile.intake import arrivals, retention
from reconcile.intake.retention import Fate, Landed, Rule
from reconcile.settings import Settings
from reconcile.workspace import read_table, write_json, write_table

ACTOR = "pipeline"
QUARANTINE = "quarantine.parquet"
BROKE_OFF = "a fetch of it broke off"


@dataclass(frozen=True)
class Erased:
    """What was erased of one extract, or would be: files, bytes, and rows of the list of quarantined rows."""

    cycle: str
    force: str
    sha256: str
    files: int
    bytes: int
    quarantined_rows: int
    why: str


@dataclass(frozen=True)
class Kept:
    """An extract whose bytes stay, and why."""

    cycle: str
    force: str
    sha256: str
    why: str


@dataclass(frozen=True)
class Purge:
    erased: tuple[Erased, ...]
    kept: tuple[Kept, ...]


def purge(
    settings: Settings,
    *,
    dry_run: bool = False,
    answered: str = "",
    reason: str = "",
    actor: str = ACTOR,
    clock: Callable[[], int] = database.milliseconds,
) -> Purge:
    """Erase the landed bytes of every cycle that nothing waits for, as ``settings.keep_raw_days`` says.

    Args:
        dry_run: say what would be erased and touch nothing.
        answered: a force whose faults in this cycle are answered, as ``actor`` says with a ``reason``; what waited
            for that is erased at once.

    Raises:
        ReconcileError: the force said to have answered has nothing that waits for an answer, or its extract is held.
    """
    log = AuditLog(settings.database_url, clock)
    every = retention.landed(settings)
    found = retention.fates(
        every,
        log.first_logged("collection"),
        retention.receipts(settings),
        Rule(settings.keep_raw_days, clock(), answered, settings.cycle),
    )
    if answered:
        _need_faults(settings, answered, found)
    erased = []
    for fate in found:
        if not fate.keep:
            # The same bytes may have come again in a later cycle, and wait there.
            waits = frozenset(
                each.landed.cycle for each in found if each.keep and each.landed.subject == fate.landed.subject
            )
            inbox = () if waits else retention.in_inbox(settings, fate.landed)
            erased.append(_measured(settings, fate, inbox))
            if not dry_run:
                # Logged first: a line too many after a crash harms less than an erasure that no line accounts for.
                log.append_many([_entry(settings, fate, erased[-1], actor, reason)])
                _erase(settings, fate.landed, inbox, waits, clock())
    erased += _left_over(settings, log, dry_run, clock())
    kept = tuple(
        Kept(each.landed.cycle, each.landed.force, each.landed.sha256, each.keep) for each in found if each.keep
    )
    return Purge(tuple(erased), kept)


def _left_over(settings: Settings, log: AuditLog, dry_run: bool, now: int) -> list[Erased]:
    """Erase what lies half fetched: it is no extract, but holds rows as a force sent them."""
    found = []
    for path in retention.left_over(settings, now):
        cycle, force = path.parent.parent.parent.name, path.parent.name
        found.append(Erased(cycle, force, "", 1, path.stat().st_size, 0, BROKE_OFF))
        if not dry_run:
            entry = Entry(
                "erasure",
                actor=ACTOR,
                role="system",
                force=force,
                purpose=settings.purpose,
                justification=f"files as sent 1: {BROKE_OFF}",
                subjects="part of an extract",
                run=cycle,
            )
            log.append_many([entry])
            path.unlink(missing_ok=True)
    return found


def _need_faults(settings: Settings, force: str, found: tuple[Fate, ...]) -> None:
    own = [fate for fate in found if (fate.landed.force, fate.landed.cycle) == (force, settings.cycle)]
    if any(fate.landed.is_held for fate in own):
        raise ReconcileError(f"the extract of {force} is held: accept or refuse it first, nothing was erased")
    if not any(fate.why == retention.ANSWERED for fate in own):
        raise ReconcileError(
            f"nothing of {force} in cycle {settings.cycle} waits for an answer: see `reconcile status`"
        )


def _measured(settings: Settings, fate: Fate, inbox: tuple[Path, ...]) -> Erased:
    each = fate.landed
    return Erased(
        each.cycle,
        each.force,
        each.sha256,
        files=len(each.paths) + len(inbox),
        bytes=each.bytes + sum(path.stat().st_size for path in inbox),
        quarantined_rows=_set_aside(settings, each),
        why=fate.why,
    )


def _entry(settings: Settings, fate: Fate, erased: Erased, actor: str, reason: str) -> Entry:
    each = fate.landed
    justification = f"files as sent {erased.files}, quarantined rows {erased.quarantined_rows}: {fate.why}"
    return Entry(
        "erasure",
        actor=actor,
        role="system" if actor == ACTOR else "national coordinator",
        force=None if each.force == retention.LISTS else each.force,
        purpose=settings.purpose,
        justification=f"{justification}: {reason}" if reason else justification,
        subjects=each.subject,
        count=each.receipt.rows_in if each.receipt and each.is_current else 0,
        run=each.cycle,
    )


def _erase(settings: Settings, each: Landed, inbox: tuple[Path, ...], waits: frozenset[str], now: int) -> None:
    for path in _quarantines(settings, each, waits):
        table = read_table(path)
        left = table.filter(pc.invert(_of(table, each)))
        if left.num_rows < table.num_rows:
            write_table(path, left)
    ledger = settings.workspace.landed(each.cycle, each.force) / retention.ERASED
    known = retention.erasures(settings, each.cycle, each.force)
    day = dt.datetime.fromtimestamp(now / 1000, dt.UTC).date().isoformat()
    # Before the bytes go: without it, a run in between would take the force for one that sent nothing.
    write_json(ledger, dict(sorted({**known, each.sha256: day}.items())))
    arrivals.forget_name(settings.workspace.landed(each.cycle, each.force), each.sha256)
    for path in (*inbox, *each.paths):
        path.unlink(missing_ok=True)


def _quarantines(settings: Settings, each: Landed, waits: frozenset[str] = frozenset()) -> tuple[Path, ...]:
    """The tables in which the extract's quarantined rows are listed: its own, and the force's and the cycle's of every
    cycle that may have used it again, but for those in which it ``waits``."""
    workspace = settings.workspace
    cycles = sorted(path.name for path in workspace.cycle("").glob("*") if path.name >= each.cycle)
    places = list(_own(settings, each))
    for cycle in cycles:
        if cycle not in waits:
            places += [workspace.force_stage(cycle, each.force, QUARANTINE), workspace.stage(cycle, QUARANTINE)]
    return tuple(path for path in places if path.is_file())


def _set_aside(settings: Settings, each: Landed) -> int:
    """How many rows of the extract are listed as quarantined."""
    paths = _own(settings, each) or _quarantines(settings, each)[:1]
    tables = [table.filter(_of(table, each)) for table in map(read_table, paths)]
    return len(pc.unique(pa.concat_tables(tables)["row_number"])) if tables else 0


def _own(settings: Settings, each: Landed) -> tuple[Path, ...]:
    """The lists of quarantined rows of what was made of these bytes, a list for each manifest they came with."""
    folder = settings.workspace.extracts(each.cycle, each.force)
    return tuple(sorted(folder.glob(f"{each.sha256}*/{QUARANTINE}")))


def _of(table: pa.Table, each: Landed) -> Any:
    return pc.equal(table["extract_sha256"], pa.scalar(each.sha256))
