"""The state of a cycle at a glance: what waits for people, and what a release would say beside the current one.

Decides nothing of its own: counts are those of the queue and of the changes. Invariant: it holds counts and says
nothing of anybody; what is of restricted people is a count of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconcile import cycle, holdings, publication
from reconcile.national import contents
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.protections import ProtectionLog
from reconcile.review.queue import KINDS
from reconcile.settings import Settings
from reconcile.workspace import read_json

FIGURES: Final = {
    "Open claims": ("gross_claims",),
    "Distinct people, at least": ("distinct_people", "low"),
    "Distinct people, at most": ("distinct_people", "high"),
    "Forces that answered": ("forces_answered",),
}
"""The figures a sign-off is about, and where the statistics hold them."""
Stamp = tuple[int, str, int]


@dataclass(frozen=True)
class Waiting:
    """Open items of the queue: how many of each kind the visitor sees, how many more only the role for protected people
    sees, and the age of the oldest in days."""

    kinds: Mapping[str, int]
    restricted: int
    oldest: int

    @property
    def count(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Figure:
    """``now``: in the current release, None without one; ``then``: as compiled."""

    called: str
    now: int | None
    then: int

    @property
    def by(self) -> int:
        return self.then - (self.now or 0)


@dataclass(frozen=True)
class Next:
    """What a release would say. ``current``: the current release's name, None before the first; ``same``: it says that
    already; ``changes``: the number of changes by kind; ``broken``: the bands the figures left, a sentence each."""

    current: str | None
    signed_at: str
    same: bool
    figures: tuple[Figure, ...]
    changes: Mapping[str, int]
    broken: tuple[str, ...]


def compiled(settings: Settings) -> bool:
    """Whether the cycle was run as far as the list."""
    return _statistics(settings).is_file()


def has_queue(settings: Settings) -> bool:
    """Whether the list was compiled with its queue, as it is since there is one."""
    return settings.workspace.stage(settings.cycle, "queue.parquet").is_file()


def waiting(settings: Settings, visitor: Visitor) -> Waiting:
    """What waits in the queue, every kind named whatever its count."""
    pages = {kind: acts.open_items(settings, visitor, acts.Filters(kind=kind), size=1) for kind in KINDS}
    every = pages[KINDS[0]]
    return Waiting({kind: page.total for kind, page in pages.items()}, every.restricted, every.oldest)


def stamp(settings: Settings) -> Stamp:
    """What ``next_release`` depends on: it changes once the list is compiled, another release is current, or somebody
    is protected or is so no more."""
    current = publication.current(settings)
    protections = ProtectionLog(settings.database_url).length()
    return _statistics(settings).stat().st_mtime_ns, current.name if current else "", protections


def next_release(settings: Settings) -> Next:
    """What signing off now would publish, beside the current release.

    Raises:
        ReconcileError: the cycle has not been run, or what the comparison needs was erased.
    """
    figures, current = cycle.statistics_of(settings), publication.current(settings)
    before = read_json(current / contents.STATISTICS) if current else None
    found, _what = holdings.changes(settings, pending=True)
    signed = read_json(current / "signoff.json")["signed_at"] if current else ""
    return Next(
        current.name if current else None,
        signed,
        publication.as_published(settings),
        tuple(Figure(called, _at(before, path), _at(figures, path) or 0) for called, path in FIGURES.items()),
        {kind: count["rows"] for kind, count in found.counts().items() if count["rows"]},
        found.broken,
    )


def _at(figures: Mapping[str, Any] | None, path: tuple[str, ...]) -> int | None:
    found: Any = figures
    for key in path:
        found = None if found is None else found[key]
    return None if found is None else int(found)


def _statistics(settings: Settings) -> Path:
    return settings.workspace.stage(settings.cycle, contents.STATISTICS)
