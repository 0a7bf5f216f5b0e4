"""Which rule applied where and when: the table of rule sets by jurisdiction, duty, days of validity and status.

Decides the row a day falls under. Invariant: only a row in force gives an answer; of two that overlap, the one that
came into force later; a duty enacted and not commenced is in the table and applies to nobody.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from reconcile.notification.columns import NAT, Bools, Coded, Days, Ints, Span, nothing
from reconcile.notification.days import corresponding

STATUSES = ("in_force", "enacted_not_commenced")
COUNTED = ("beginning_with", "after", "before", "in_all", "more_than", "first_notification", "relevant_date")
"""How the days or months count: "3 days beginning with" includes the day itself, "after" and "before" do not."""


@dataclass(frozen=True)
class RuleSet:
    """One row of the table; ``days``, ``months`` and ``minor_months`` None where blank. ``place``: its row number."""

    rule_set: str
    jurisdiction: str
    duty: str
    valid_from: date | None
    valid_to: date | None
    status: str
    days: int | None
    months: int | None
    minor_months: int | None
    counted: str
    source: str
    certainty: str
    place: int

    @property
    def bounds(self) -> tuple[np.datetime64, np.datetime64]:
        return np.datetime64(self.valid_from or date.max, "D"), np.datetime64(self.valid_to or date.max, "D")

    def reckon(self, day: Days) -> Days:
        """The day the duty falls due, of an event on ``day``."""
        if self.days is not None:
            shift = {"beginning_with": self.days - 1, "before": -self.days}.get(self.counted, self.days)
            return np.asarray(day + np.timedelta64(shift, "D"))
        return corresponding(day, self.months or 0)


@dataclass(frozen=True)
class Due:
    """When something falls due and by which row; no date and -1 where no row was in force, -1 also for two rows."""

    day: Span
    rule_set: Ints


@dataclass(frozen=True)
class RuleSets:
    """The table, in the order of its ids."""

    rows: tuple[RuleSet, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(row.rule_set for row in self.rows)

    def of(self, duty: str) -> tuple[RuleSet, ...]:
        """The rows in force for a duty, each held to the days before the next one of its jurisdiction."""
        live = [row for row in self.rows if row.duty == duty and row.status == "in_force" and row.valid_from]
        live.sort(key=lambda row: (row.jurisdiction, row.bounds[0]))
        for place, (row, later) in enumerate(pairwise(live)):
            if row.jurisdiction == later.jurisdiction and later.valid_from and row.bounds[1] >= later.bounds[0]:
                live[place] = replace(row, valid_to=later.valid_from - timedelta(days=1))
        return tuple(live)

    def on(self, duty: str, jurisdiction: Coded, day: Days) -> Ints:
        """The row in force on one day, -1 for none."""
        found = np.full(len(day), -1, dtype=np.int64)
        for row in self.of(duty):
            first, last = row.bounds
            found[jurisdiction.among(row.jurisdiction) & (day >= first) & (day <= last)] = row.place
        return found

    def begins(self, duty: str, jurisdiction: Coded) -> Days:
        """The first day on which anything of a duty was in force in each place; ``NaT`` where nothing ever was."""
        found = np.full(len(jurisdiction.codes), NAT)
        for row in reversed(self.of(duty)):
            found[jurisdiction.among(row.jurisdiction)] = row.bounds[0]
        return found

    def due(self, duty: str, jurisdiction: Coded, event: Span, *, from_commencement: bool = False) -> Due:
        """When a duty falls due after an event, by the rows in force on the days the event can have been.

        ``from_commencement``: an event before the first row counts as one on its first day.
        """
        rows = self.of(duty)
        count = len(event.lo)
        found, matches, chosen = nothing(count), np.zeros(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        covered = np.zeros(count, dtype=bool)
        seen: set[str] = set()
        for row in rows:
            first, last = row.bounds
            opens = from_commencement and row.jurisdiction not in seen
            seen.add(row.jurisdiction)
            here = jurisdiction.among(row.jurisdiction) & (event.lo <= last) & (opens | (event.hi >= first))
            covered |= here & (opens | (event.lo >= first))
            lo, hi = (row.reckon(np.clip(day[here], first, last)) for day in (event.lo, event.hi))
            found.lo[here] = np.fmin(found.lo[here], lo)
            found.hi[here] = np.fmax(found.hi[here], hi)
            matches += here
            chosen[here] = row.place
        return Due(found.where(covered), np.where(covered & (matches == 1), chosen, -1))

    def numbers(self, field: str, place: Ints, blank: int = 0) -> Ints:
        """A number of each row of the table named by ``place``, ``blank`` where there is none."""
        held = [getattr(row, field) for row in self.rows]
        return np.array([*(blank if one is None else one for one in held), blank], dtype=np.int64)[place]

    def counts(self, place: Ints, counted: str) -> Bools:
        """Where the row named by ``place`` counts so."""
        return np.array([*(row.counted == counted for row in self.rows), False])[place]


def read(text: str) -> RuleSets:
    """The table in a CSV text.

    Raises:
        ValueError: a status or a way of counting that is not in the lists above, which is a bug of the table.
    """
    rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: row["rule_set"])
    return RuleSets(tuple(_rule_set(place, row) for place, row in enumerate(rows)))


def _rule_set(place: int, row: Mapping[str, str]) -> RuleSet:
    if row["status"] not in STATUSES or row["counted"] not in COUNTED:
        raise ValueError(f"rule_sets.csv: {row['rule_set']}: unknown status or way of counting")
    day = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
    number = {name: int(row[name]) if row[name] else None for name in ("days", "months", "minor_months")}
    values: dict[str, Any] = {**row, **day, **number, "place": place}
    return RuleSet(**values)


@cache
def shipped() -> RuleSets:
    """The table of ``rule_sets.csv``."""
    return read(files(__package__).joinpath("rule_sets.csv").read_text(encoding="utf-8"))
