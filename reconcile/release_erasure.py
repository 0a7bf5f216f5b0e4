"""Erasing what a release is run again from, and the people in it, so that its proofs stay.

Decides what is erased of a release and in which order: logged, noted beside it, then erased. Invariant: manifest,
hashes, sign-off, statistics, coverage and the changes in numbers stay; the current release keeps its people, since the
next one is told from them; run again, nothing more is erased.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from reconcile import database, holdings
from reconcile.audit import AuditLog, Entry
from reconcile.errors import ReleaseError
from reconcile.intake import kept
from reconcile.national import release as published
from reconcile.national import snapshot
from reconcile.national.snapshot import Erasure
from reconcile.settings import Settings
from reconcile.workspace import read_table, write_json

ACTOR: Final = "pipeline"
DUE: Final = "its review date has passed"
BROKE_OFF: Final = "its publication broke off"
DAY: Final = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True)
class ErasedRelease:
    """What was erased of a release, or would be: files and bytes."""

    release: str
    files: int
    bytes: int
    why: str


def erase(
    settings: Settings,
    name: str,
    *,
    reason: str,
    actor: str,
    people: bool = False,
    dry_run: bool = False,
    now: int | None = None,
) -> ErasedRelease:
    """Erase a release's snapshot and the working tables of its cycle that hold the same records.

    Args:
        people: also every file of the release that names anybody.
        now: milliseconds since 1970 UTC.

    Raises:
        ReleaseError: there is no such release, no reason is given, nothing is left to erase, or it is the current one
            and its people were to be erased.
    """
    folder = published.named(settings, name)
    if not name or not reason.strip():
        raise ReleaseError("an erasure names the release and says why: give both")
    if people and folder == published.current(settings):
        raise ReleaseError(f"{name} is the current release: the next one is told from its people, publish that first")
    held = settings.workspace.snapshots / folder.name
    paths = [*_snapshot(held), *_tables(settings, folder), *(_people(settings, folder) if people else ())]
    if not paths:
        raise ReleaseError(f"nothing of {name} is left to erase but its proofs")
    done = ErasedRelease(folder.name, len(paths), sum(path.stat().st_size for path in paths), reason.strip())
    if not dry_run:
        at = database.milliseconds() if now is None else now
        records = _count(held)
        AuditLog(settings.database_url, lambda: at).append_many([_entry(settings, done, actor, records, people=people)])
        moment = dt.datetime.fromtimestamp(at / 1000, dt.UTC).isoformat(timespec="seconds")
        noted = asdict(Erasure(moment, actor, done.why, records))
        if _snapshot(held):
            write_json(held / snapshot.ERASED, noted)
        if people:
            write_json(folder / published.ERASED, noted)
        for path in paths:
            path.unlink(missing_ok=True)
        for below in (snapshot.BEFORE, snapshot.MODEL):
            shutil.rmtree(held / below, ignore_errors=True)
    return done


def due(settings: Settings, *, dry_run: bool = False, now: int | None = None) -> tuple[ErasedRelease, ...]:
    """Erase the snapshots whose review date has passed, and what publications left that broke off over a day ago."""
    at = database.milliseconds() if now is None else now
    today = dt.datetime.fromtimestamp(at / 1000, dt.UTC).date()
    passed = [
        folder.name
        for folder in published.every(settings)
        if holdings.review_by(settings, folder) < today and _snapshot(settings.workspace.snapshots / folder.name)
    ]
    done = [erase(settings, name, reason=DUE, actor=ACTOR, dry_run=dry_run, now=at) for name in passed]
    return (*done, *_left_over(settings, at, dry_run=dry_run))


def _left_over(settings: Settings, at: int, *, dry_run: bool) -> Iterator[ErasedRelease]:
    """It is no release, but holds what one would have held."""
    workspace = settings.workspace
    known = {folder.name for folder in published.every(settings)}
    half = [*workspace.releases.glob(".building-*"), *workspace.snapshots.glob("*")]
    for folder in sorted(path for path in half if path.is_dir() and path.name not in known):
        if folder.stat().st_mtime * 1000 < at - DAY:
            paths = _snapshot(folder)
            found = ErasedRelease(folder.name, len(paths), sum(path.stat().st_size for path in paths), BROKE_OFF)
            if not dry_run:
                entry = _entry(settings, found, ACTOR, _count(folder), people=folder.parent == workspace.releases)
                AuditLog(settings.database_url, lambda: at).append_many([entry])
                shutil.rmtree(folder)
            yield found


def _snapshot(held: Path) -> tuple[Path, ...]:
    """The files of a snapshot but the note of its erasure."""
    return tuple(sorted(path for path in held.rglob("*") if path.is_file() and path.name != snapshot.ERASED))


def _people(settings: Settings, folder: Path) -> Iterator[Path]:
    """The files of a release, and the forces' reports of it, that name anybody, sealed ones among them."""
    yield from sorted(path for path in folder.iterdir() if path.name not in published.PROOFS)
    yield from sorted(path for path in (settings.workspace.reports / folder.name).rglob("*") if path.is_file())
    yield from sorted(settings.workspace.outboxes.glob(f"*/*-{folder.name}.*"))


def _tables(settings: Settings, folder: Path) -> tuple[Path, ...]:
    """The tables of the release's cycle, unless the cycle is open or another release of it can still be run again: left
    there, they would hold what is said to be erased. A force's last accepted extract stays, as it may be used again."""
    cycle = published.cycle_of(folder)
    others = (each for each in published.every(settings) if published.cycle_of(each) == cycle and each != folder)
    if cycle == settings.cycle or any(_snapshot(settings.workspace.snapshots / each.name) for each in others):
        return ()
    found = sorted(settings.workspace.stage(cycle, "").rglob("*.parquet"))
    for extract in sorted(settings.workspace.extracts(cycle, "").glob("*/*/")):
        last = kept.last_accepted(settings, extract.parent.name)
        if last is None or (last.cycle, last.receipt.sha256) != (cycle, extract.name):
            found += sorted(extract.glob("*.parquet"))
    return tuple(found)


def _count(held: Path) -> int:
    path = held / "records.parquet"
    return int(read_table(path).num_rows) if path.is_file() else 0


def subject(name: str, *, people: bool) -> str:
    """What the audit log calls the erasure of a release's snapshot alone, or of its people too."""
    return f"people of release {name}" if people else f"release {name}"


def _entry(settings: Settings, done: ErasedRelease, actor: str, records: int, *, people: bool) -> Entry:
    what = "snapshot and people" if people else "snapshot"
    return Entry(
        "erasure",
        actor=actor,
        role="system" if actor == ACTOR else "national coordinator",
        purpose=settings.purpose,
        justification=f"{what} of a release, files {done.files}: {done.why}",
        subjects=subject(done.release, people=people),
        count=records,
        run=settings.cycle,
    )
