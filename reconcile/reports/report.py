"""What one force is told: its items, its extract, and what changed since it was last told.

Decides nothing; it names the parts of a report. Invariant: a report is compiled whole before any of its files is
written, so that the page, the workbook and the JSON say the same.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reconcile.national.coverage import answered
from reconcile.reports.corrections import Correction
from reconcile.reports.item import Contact, Item

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

Row = Mapping[str, Any]

STATES: Final = ("open", "answered", "overdue")


@dataclass(frozen=True)
class Since:
    """How the items differ from those of the force's last report: its name, the day it was written, and item ids.

    ``new`` are items it did not hold, ``changed`` those whose content is another, ``gone`` those no longer told;
    ``same`` counts the rest.
    """

    document: str
    on: dt.date
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    same: int


@dataclass(frozen=True)
class QualityLine:
    """One field of the extract against the national median, in percent of accepted rows, to a tenth.

    ``filled`` is None where the force sends no such field, ``median`` where too few forces send it; ``low`` where it is
    filled so much less often than elsewhere that the force is told.
    """

    field: str
    label: str
    filled: float | None
    median: float | None
    low: bool


@dataclass(frozen=True)
class Answered:
    """How an item's answer stands: ``state`` is one of ``STATES``, ``answer`` a code of answers.toml or "".

    ``on`` is the day the officer gave, ``by_role`` the officer's role.
    """

    state: str = "open"
    answer: str = ""
    on: dt.date | None = None
    by_role: str = ""


@dataclass(frozen=True)
class Report:
    """What one force is told.

    ``receipt`` is None where nothing was received; ``ended`` are its records of people whose requirement has ended
    by its own records alone; ``undecided`` and ``restricted``, the items left out, only count. ``contact`` is the
    force's own, as its profile has it and as others are told it. ``as_of`` is the day its figures speak of.
    """

    force: "Force"
    receipt: "Receipt | None"
    items: tuple[Item, ...]
    claims: tuple[Row, ...]
    quarantine: tuple[Row, ...]
    ended: frozenset[str]
    undecided: int
    restricted: int
    corrections: tuple[Correction, ...] = ()
    since: Since | None = None
    quality: tuple[QualityLine, ...] = ()
    answers: Mapping[str, Answered] = field(default_factory=dict)
    contact: Contact | None = None

    @property
    def used(self) -> bool:
        """Whether the force's extract is in the figures."""
        return self.receipt is not None and bool(answered([self.receipt]))

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of the records it tells of, those of links told, those corrections name and the force's own claims
        among them, sorted."""
        told = (*(item.records for item in self.items), *(each.records for each in self.corrections))
        claims = {claim["record_id"] for claim in self.claims}
        return tuple(sorted(claims.union(*told)))

    def answer(self, item: str) -> Answered:
        """How the answer to an item stands; open where nobody has said otherwise."""
        return self.answers.get(item, Answered())
