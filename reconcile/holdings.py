"""The releases at hand: what each counts, what can still be proved of it, when it is to be reviewed, what it changed.

Invariant: what is said of a release is read from its own files; the review date follows from when it was signed off and
from the settings, so that a changed setting holds for every release.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import made_from, publication
from reconcile.audit import AuditLog, Entry
from reconcile.errors import ReleaseError
from reconcile.intake import Receipt
from reconcile.national import changes as changed
from reconcile.national import contents, previous, snapshot
from reconcile.national import release as published
from reconcile.national.changes import Changes
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table

COMPILED = "the compiled cycle"


@dataclass(frozen=True)
class Held:
    """A release as the list of releases shows it; ``low`` and ``high`` bound its distinct people."""

    name: str
    cycle: str
    current: bool
    signed_by: str
    signed_at: str
    reason: str
    claims: int
    low: int
    high: int
    snapshot: str
    people: str
    review_by: dt.date


def releases(settings: Settings) -> tuple[Held, ...]:
    """Every release, in the order in which they were signed off."""
    current = published.current(settings)
    return tuple(_held(settings, folder, current) for folder in published.every(settings))


def _held(settings: Settings, folder: Path, current: Path | None) -> Held:
    signed, figures = read_json(folder / published.SIGN_OFF), read_json(folder / contents.STATISTICS)
    return Held(
        name=folder.name,
        cycle=str(figures["cycle"]),
        current=folder == current,
        signed_by=signed["signed_by"],
        signed_at=signed["signed_at"],
        reason=signed["reason"],
        claims=int(figures["gross_claims"]),
        **{bound: int(figures["distinct_people"][bound]) for bound in ("low", "high")},
        snapshot=_snapshot(settings, folder.name),
        people="people erased" if (folder / published.ERASED).is_file() else "people kept",
        review_by=review_by(settings, folder),
    )


def _snapshot(settings: Settings, name: str) -> str:
    if erased := snapshot.erased(settings.workspace, name):
        return f"proof only, snapshot erased on {erased.at[:10]}"
    kept = (settings.workspace.snapshots / name / snapshot.LISTING).is_file()
    return "can be run again" if kept else "no snapshot"


def review_by(settings: Settings, folder: Path) -> dt.date:
    """The day by which somebody reviews whether a release's snapshot is still needed; purge erases it after that."""
    day = dt.date.fromisoformat(read_json(folder / published.SIGN_OFF)["signed_at"][:10])
    months = day.year * 12 + day.month - 1 + settings.keep_snapshot_months
    year, month = months // 12, months % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def changes(settings: Settings, since: str = "", to: str = "", *, pending: bool = False) -> tuple[Changes, str]:
    """What changed between two releases, and what the later one is called.

    Args:
        since: the earlier one, else the one ``to`` was published after. to: the later one, else the current.
        pending: the compiled cycle beside the current release.

    Raises:
        ReconcileError: the compiled cycle is not made from the tables that are there, as where a run broke off.
        ReleaseError: there is no such release, or what the comparison needs was erased.
    """
    if pending:
        made_from.need(settings, "missing_list")
        before = previous.read(published.current(settings))
        if before is None:
            return changed.FIRST, COMPILED
        return changed.since(before, publication.compiled_of(settings)), COMPILED
    folder = published.named(settings, to)
    kept = read_json(folder / contents.CHANGES_COUNTED) if (folder / contents.CHANGES_COUNTED).is_file() else None
    if kept and since in ("", kept["previous"]) and (folder / contents.CHANGES).is_file():
        bands: dict[str, Any] = kept["bands"]
        table = read_table(folder / contents.CHANGES).replace_schema_metadata(None)
        return Changes(table, kept["previous"], tuple(bands["broken"]), bands["accepted"]), folder.name
    if (folder / published.ERASED).is_file():
        raise ReleaseError(
            f"of release {folder.name} its people were erased: how many changes there were stands in its"
            f" {contents.CHANGES_COUNTED}"
        )
    if not since:
        raise ReleaseError(
            f"release {folder.name} has no list of changes: name another with --from, or look at its page"
        )
    return _between(settings, published.named(settings, since), folder), folder.name


def _between(settings: Settings, since: Path, to: Path) -> Changes:
    """The changes between any two releases, from the later one's snapshot, since no release says where people are."""
    kept = settings.workspace.snapshots / to.name
    needed = [kept / "records.parquet", kept / "receipts.json", *(to / name for name in previous.FILES)]
    if not all(path.is_file() for path in needed):
        raise ReleaseError(
            f"release {to.name} is proof only: what it changed since {since.name} cannot be told any more"
        )
    before = previous.read(since)
    receipts = tuple(Receipt.from_json(entry) for entry in read_json(kept / "receipts.json"))
    records, identities, lineage = (
        read_table(path) for path in (kept / "records.parquet", to / contents.IDENTITIES, to / contents.LINEAGE)
    )
    return Changes(changed.compare(before, records, identities, lineage, receipts), since.name)


def log_changes(settings: Settings, found: Changes, *, reader: str) -> None:
    """Log that a person is shown whose claims changed (DPA 2018 s.62(1)(c))."""
    shown = sorted(set(_ids(found.table)))
    if shown:
        entry = Entry(
            "consultation",
            actor=reader,
            role=publication.ROLE,
            purpose=settings.purpose,
            justification="changes of the national list",
            subjects=tuple(shown),
            count=len(shown),
            run=settings.cycle,
        )
        AuditLog(settings.database_url).append_many([entry])


def _ids(table: pa.Table) -> list[str]:
    return [str(each) for each in pc.unique(table["national_id"]).to_pylist()]
