"""The plan of a survey scenario: how many claims each force makes, lost when, and what is planted among them.

Decides nothing: it spreads ``tables/survey-2018.toml``, or another survey's table, into one place a claim. Invariant:
there is a place for every claim of the plan, and a planted truth takes places that no other takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reconcile.demo.people import Days
from reconcile.demo.tables import Ints, caseload, read_toml

UNDATED = "UNDATED"


@dataclass(frozen=True)
class Plan:
    """Claims in the order of the plan; ``force`` is an int index into ``caseload``, ``year`` the plan's key."""

    table: Mapping[str, Any]
    force: Ints
    year: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.year)

    @property
    def answering(self) -> tuple[str, ...]:
        """Forces that send a register, by slug."""
        return tuple(sorted(self.table["forces"]))

    def as_of(self, slug: str) -> np.datetime64:
        if slug in self.table["nil"]:
            return np.datetime64(self.table["nil_as_of"])
        return np.datetime64(self.table["forces"][slug]["as_of"])

    @property
    def first_as_of(self) -> np.datetime64:
        """The day before which everything the forces hold has happened."""
        return min(self.as_of(slug) for slug in self.answering)


def read(name: str) -> Plan:
    """The plan of a survey as its table has it."""
    table = read_toml(f"{name}.toml")
    places = [
        (index(slug), year)
        for slug, force in table["forces"].items()
        for year, count in force["claims"].items()
        for _ in range(count)
    ]
    return Plan(table, np.array([force for force, _ in places]), tuple(year for _, year in places))


def index(slug: str) -> int:
    """The int index of a force."""
    return int(np.flatnonzero(caseload().values == slug)[0])


class Places:
    """Which claims are still free to carry a planted truth."""

    def __init__(self, plan: Plan) -> None:
        self._free: dict[tuple[int, str], list[int]] = {}
        for place, key in enumerate(zip(plan.force.tolist(), plan.year, strict=True)):
            self._free.setdefault(key, []).append(place)

    def take(self, slug: str, year: str) -> int:
        """A free claim of a force and year, free no longer."""
        return self._free[index(slug), year].pop(0)

    def of_force(self, slug: str, count: int) -> list[int]:
        """So many free claims of a force, spread over its years, free no longer."""
        keys = [key for key in self._free if key[0] == index(slug)]
        taken: list[int] = []
        while len(taken) < count:
            for key in keys:
                if self._free[key] and len(taken) < count:
                    taken.append(self._free[key].pop())
        return taken


def lost(plan: Plan, rng: np.random.Generator) -> Days:
    """The day each claim's person was lost; NaT where undated."""
    days = np.full(len(plan), np.datetime64("NaT", "D"))
    uniform = rng.random(len(plan))
    for place, (force, year) in enumerate(zip(plan.force.tolist(), plan.year, strict=True)):
        if year == UNDATED:
            continue
        first, last = np.datetime64(f"{year[:4]}-01-01"), np.datetime64(f"{year[:4]}-12-31")
        if "-" in year:
            first, last = np.datetime64(f"{year}-01"), np.datetime64(f"{year}-28")
        elif year == "2008":
            first = np.datetime64("2008-04-01")  # any earlier and it might be over a decade
        last = min(last, plan.as_of(str(caseload().values[force])) - 4)
        days[place] = first + int(uniform[place] * ((last - first).astype(int) + 1))
    return days
