"""How forces answered what they were told in match reports and notices, made ready to show.

Decides the order of the forces and the words over them. Invariant: every count is one of those that
``reports.answer_times`` made, or a sum of them, and none of this moves a figure of the list; what was not counted is
never shown as nought.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from reconcile.render.look import day, plural

if TYPE_CHECKING:
    from reconcile.forces import Force

STATES: Final = ("answered", "open", "overdue", "lapsed")
"""What became of an item told: it is exactly one of these."""
NOT_COUNTED: Final = "How forces answered was not counted when this list was compiled."
NOTHING_TOLD: Final = "No report had gone to any force when this list was compiled, so there is nothing to answer yet."


@dataclass(frozen=True)
class Answers:
    """Items told to a force, or to all, and what became of them; ``median_days`` to the first answer, None of none."""

    name: str
    told: int
    answered: int
    open: int
    overdue: int
    lapsed: int
    median_days: float | None = None

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """The states there are items in, with how many; their sum is ``told``."""
        counts = ((state, int(getattr(self, state))) for state in STATES)
        return tuple((state, count) for state, count in counts if count)


@dataclass(frozen=True)
class HowAnswered:
    """``rows``: each force that was told anything, most overdue first. ``untold``: the other forces' names, sorted.

    ``as_of``: the day it was counted, None where nobody was told anything; ``counted``: False where nobody counted.
    """

    rows: tuple[Answers, ...] = ()
    untold: tuple[str, ...] = ()
    as_of: dt.date | None = None
    counted: bool = True

    @property
    def together(self) -> Answers:
        """The sums over all forces; days do not add up."""
        told, answered, open_, overdue, lapsed = (sum(map(attrgetter(key), self.rows)) for key in ("told", *STATES))
        return Answers("Together", told, answered, open_, overdue, lapsed)

    @property
    def sentence(self) -> str:
        """The sums in words, or why there are none."""
        if not self.rows:
            return NOTHING_TOLD if self.counted else NOT_COUNTED
        every = self.together
        told = f"{plural(every.told, 'item')} told to {plural(len(self.rows), 'force')}"
        answered = f"{every.answered:,} {'is' if every.answered == 1 else 'are'} answered"
        lapsed = f", {every.lapsed:,} lapsed" if every.lapsed else ""
        return (
            f"As of {day(self.as_of)}: of {told}, {answered}, {every.open:,} open, {every.overdue:,} overdue{lapsed}."
        )


def how_answered(answers: Mapping[str, Any], forces: Sequence["Force"]) -> HowAnswered:
    """What a release says of the forces' answers.

    Args:
        answers: as ``reports.answer_times`` gives them or ``answers.json`` holds them, in any order; empty where nobody
            counted.
        forces: those who could have been told anything, in any order.
    """
    by_force: Mapping[str, Mapping[str, Any]] = answers.get("by_force", {})
    rows = [
        Answers(
            name,
            told=each["told"],
            answered=each["answered"],
            open=each["open"],
            overdue=each["overdue"],
            lapsed=each["lapsed"],
            median_days=each["median_days"],
        )
        for name, each in by_force.items()
    ]
    return HowAnswered(
        rows=tuple(sorted(rows, key=lambda row: (-row.overdue, -row.open, row.name))),
        untold=tuple(sorted(force.name for force in forces if force.name not in by_force)),
        as_of=dt.date.fromisoformat(answers["as_of"]) if answers.get("as_of") else None,
        counted=bool(answers),
    )
