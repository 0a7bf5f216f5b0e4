"""The survey scenario while it is being made: its people, its rows, and which row is which claim.

Decides which claims carry planted truths. Invariant: no claim carries two, and claims that do not are left to chance.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from reconcile.demo.people import People
from reconcile.demo.recording import Rows
from reconcile.demo.survey import Places, Plan
from reconcile.demo.tables import Ints

Plant = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """Claims (int places of the plan) taken by planted truths, beside the entries of the plan that take them."""

    second: list[tuple[Plant, int, int]]
    elsewhere: list[tuple[Plant, int]]
    ended: list[tuple[Plant, int]]
    apart: list[tuple[Plant, int, int]]
    mis_keyed: int
    foreign: int
    hostel: list[int]


def cast(plan: Plan) -> Parts:
    """Give every planted truth of the plan its claims."""
    free, table = Places(plan), plan.table

    def first(plant: Plant) -> int:
        return free.take(plant["force"], plant["year"])

    def other(plant: Plant) -> int:
        return free.take(plant["at"], plant["at_year"])

    return Parts(
        second=[(plant, first(plant), other(plant)) for plant in table["second_claim"]],
        elsewhere=[(plant, first(plant)) for plant in table["elsewhere"]],
        ended=[(plant, first(plant)) for plant in table["ended"]],
        apart=[(plant, first(plant), other(plant)) for plant in table["apart"]],
        mis_keyed=first(table["mis_keyed"]),
        foreign=first(table["foreign_conviction"]),
        hostel=free.of_force(table["hostel"]["force"], table["hostel"]["claims"]),
    )


@dataclass
class Draft:
    """Rows under way; ``row_of`` is the row of each claim of the plan, -1 while it has none."""

    plan: Plan
    parts: Parts
    people: People
    rows: Rows
    row_of: Ints
    rng: np.random.Generator

    def row(self, place: int) -> int:
        return int(self.row_of[place])
