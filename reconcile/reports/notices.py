"""A notice: what a force is told between two releases, the same day.

Decides what cannot wait for the next report: what it was told and no longer is so, and leads to somebody of high risk
that a person has decided and no document has told it; what an extract alone changed waits until it is signed off.
Invariant: a notice holds what a report would, in the same words, and nothing of who is
restricted; its name follows from what it tells and from what was told before, so that it is told once.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reconcile.national.contents import marking
from reconcile.render import look
from reconcile.reports.corrections import CHANGED, WITHDRAWN, Correction, Row, corrections, standings, written
from reconcile.reports.document import CONFIRM, item_values
from reconcile.reports.holding import Holding
from reconcile.reports.item import Item
from reconcile.reports.kinds import kinds
from reconcile.reports.ledger_lines import digest, lines_of
from reconcile.reports.since import kept_due
from reconcile.reports.told import NOTICE, Told
from reconcile.settings import Settings

if TYPE_CHECKING:
    from reconcile.forces import Force

LEADS: Final = ("found_elsewhere", "held_here")
HIGH: Final = ("very_high", "high")
FORMAT: Final = "notice-2"
"""The name and version of notice.schema.json."""
OF_PEOPLE: Final = frozenset({WITHDRAWN, "decided_different", "cannot_tell", "taken_back"})
"""Reasons of corrections that a decision, its being taken back or a protection alone gives, and no extract."""
SHORT: Final = 8


@dataclass(frozen=True)
class Notice:
    """What one force is told: corrections first, then items, of which the ``leads`` are new to it and the others are
    shown again because what they say has changed. ``restricted`` counts its items that are told in no document, 0
    where the count would give away why an item is withdrawn."""

    force: "Force"
    name: str
    corrections: tuple[Correction, ...]
    items: tuple[Item, ...]
    leads: tuple[str, ...]
    restricted: int

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of the records it tells of, those of links told and those corrections name among them, sorted."""
        told = (*(item.records for item in self.items), *(each.records for each in self.corrections))
        return tuple(sorted(set().union(*told)))

    @property
    def tells(self) -> frozenset[str]:
        """The ids of the items it corrects or tells."""
        return frozenset((*(each.item for each in self.corrections), *(item.id for item in self.items)))

    def lines(self, records: Mapping[str, Row]) -> list[Told]:
        """Its lines of the ledger; ``records`` are RECORDS by id."""
        slug = self.force.slug
        corrected = [each.line(slug, self.name, NOTICE) for each in self.corrections]
        told = lines_of(self.items, records, force=slug, document=self.name, document_kind=NOTICE)
        return [*corrected, *told]


def notice(
    force: "Force",
    items: Sequence[Item],
    restricted: int,
    lines: Sequence[Row],
    *,
    holding: Holding,
    answers: Mapping[str, str],
    cycle: str,
    signed: bool = True,
    waited: Set[str] = frozenset(),
) -> Notice | None:
    """What ``force`` has to be told now; None where nothing is.

    Args:
        items: its items as they are now, and ``restricted``, how many are not told.
        lines: its lines of the ledger, oldest first.
        answers: its standing answers, a code of answers.toml by item.
        signed: whether the extracts are those that were signed off; else only what people did is corrected.
        waited: items that were corrected by a notice which never went: what they correct was official by then.
    """
    found = corrections(force.slug, lines, items, holding, answers)
    wrong = tuple(each for each in found if signed or each.reason in OF_PEOPLE or each.item in waited)
    known = standings(row for row in lines if row["force"] == force.slug)
    due = {item: each.told["due"] for item, each in known.items() if each.told["due"] and not each.withdrawn}
    items = kept_due(items, due)
    leads = [item for item in items if _urgent(item) and (item.id not in known or known[item.id].withdrawn)]
    changed = {each.item for each in wrong if each.change == CHANGED}
    told = [item for item in items if item.id in changed or item in leads]
    if not wrong and not told:
        return None
    before = {item: standing.last["document"] for item, standing in known.items()}
    content = [f"{each.item} {each.reason} {each.document}" for each in wrong]
    content += [f"{item.id} {item.digest} {before.get(item.id, '')}" for item in told]
    return Notice(
        force=force,
        name=f"{cycle}-notice-{digest(cycle, force.slug, *content)[:SHORT]}",
        corrections=wrong,
        items=tuple(told),
        leads=tuple(item.id for item in leads),
        # Beside an item withdrawn without a reason the count would be the reason.
        restricted=0 if any(each.reason == WITHDRAWN for each in wrong) else restricted,
    )


def _urgent(item: Item) -> bool:
    return item.kind in LEADS and item.risk in HIGH and item.strength == "decided"


def files(notice: Notice, settings: Settings, *, at: dt.datetime) -> dict[str, bytes]:
    """The notice as its files by name: a self-contained page, and JSON that says the same; ``at`` is when it is told.

    A name bears the marking, the cycle, the force and the notice, never a person.
    """
    parts = (marking(settings), settings.cycle, notice.force.slug, f"notice-{notice.name.rsplit('-', 1)[-1]}")
    stem = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", part) for part in parts)
    told = json.dumps(document(notice, settings, at=at), indent=2, ensure_ascii=False) + "\n"
    return {f"{stem}.html": render(notice, settings, at=at).encode(), f"{stem}.json": told.encode()}


def render(notice: Notice, settings: Settings, *, at: dt.datetime) -> str:
    """The notice as one self-contained page."""
    return look.page(
        "reports/notice.html",
        marking=settings.marking,
        synthetic=settings.synthetic,
        notice=notice,
        kinds=kinds(),
        confirm=CONFIRM,
        cycle=settings.cycle,
        at=at,
    )


def document(notice: Notice, settings: Settings, *, at: dt.datetime) -> dict[str, Any]:
    """The notice as JSON values, in the shape of notice.schema.json."""
    return {
        "format": FORMAT,
        "marking": marking(settings),
        "synthetic": settings.synthetic,
        "cycle": settings.cycle,
        "document": notice.name,
        "at": written(at),
        "force": {"slug": notice.force.slug, "name": notice.force.name},
        "confirm": CONFIRM,
        "corrections": [each.as_json() for each in notice.corrections],
        "items": [{**item_values(item), "new": item.id in notice.leads} for item in notice.items],
        "restricted": notice.restricted,
    }
