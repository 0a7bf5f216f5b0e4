"""The truths planted among the claims of the survey scenario.

Decides which rows show one person twice, somebody found elsewhere, or two people who look like one. Invariant: what is
planted is listed with its record ids beside the extracts, and nothing else of the kind is among the claims.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reconcile.demo import claims, homes
from reconcile.demo.convictions import NO_DAY
from reconcile.demo.draft import Draft, Plant
from reconcile.demo.people import People, family_names, names
from reconcile.demo.recording import KINDS, Rows
from reconcile.demo.survey import index
from reconcile.demo.tables import Ints, texts


@dataclass
class Planted:
    """Rows by what they show: kind and the rows' numbers."""

    found: list[tuple[str, list[int]]] = field(default_factory=list)

    def add(self, kind: str, rows: list[int]) -> None:
        self.found.append((kind, rows))


def copied(rows: Rows, where: Ints) -> Rows:
    """The rows with these appended once more."""
    return {name: np.concatenate([values, values[where]]) for name, values in rows.items()}


def settle(rows: Rows, row: int, force: int, rng: np.random.Generator) -> None:
    """Move a row's person to the area of a force, in place; the home before it is kept."""
    home = homes.draw(np.array([force]), rng)
    for name in ("address", "town", "postcode"):
        rows[f"before_{name}"][row] = rows[name][row]
        rows[name][row] = getattr(home, name)[0]
    rows["force"][row] = force


def numbered(rows: Rows, people: People, row: int) -> None:
    """See that the row's person has a PNC number, in place."""
    who = int(rows["person"][row])
    if not people.pnc[who]:
        people.pnc[who] = people.pnc_spare[who]
    rows["pnc"][row] = people.pnc[who]


def true_name(rows: Rows, people: People, row: int) -> None:
    """Write the person's own names in full, in place."""
    who = int(rows["person"][row])
    rows["given"][row] = f"{people.given[who]} {people.middle[who]}".strip()
    rows["surname"][row] = people.surname[who]
    rows["kind"][row] = 0


def second_claim(draft: Draft, how: str, first: int, second: int) -> None:
    """Make row ``second``, a copy of ``first``, another force's claim on the same person, in place."""
    rows, people = draft.rows, draft.people
    for row in (first, second):
        true_name(rows, people, row)
        for column in ("alias_given", "alias_surname", "former_given", "former_surname", "cro", "nomis"):
            rows[column][row] = ""
    settle(rows, second, int(rows["force"][second]), draft.rng)
    numbered(rows, people, first)
    rows["pnc"][second] = rows["pnc"][first] if how in ("same_pnc", "deed_poll") else ""
    if how in ("deed_poll", "alias_only"):
        rows["given"][second], rows["surname"][second] = _another_name(draft, int(rows["person"][first]))
        rows["kind"][second] = KINDS.index("total_change" if how == "deed_poll" else "alias")
    if how == "alias_only":
        rows["alias_given"][first], rows["alias_surname"][first] = rows["given"][second], rows["surname"][second]
        rows["before_postcode"][second] = ""
    if how == "birth_date_typo":
        day = rows["birth"][first].astype(object)
        rows["birth"][second] = np.datetime64(day.replace(day=day.day + 3 if day.day <= 25 else day.day - 6))


def _another_name(draft: Draft, who: int) -> tuple[str, str]:
    """A given name and surname the person never had."""
    people, person = draft.people, np.array([who])
    while True:
        given = names(people.origin[person], people.male[person], people.birth[person], draft.rng)[0]
        surname = family_names(people.origin[person], draft.rng)[0]
        if given != people.given[who] and surname != people.surname[who]:
            return given, surname


def elsewhere(draft: Draft, plant: Plant, first: int, other: int) -> None:
    """Make row ``other``, a copy of the claim ``first``, another force's later entry of a person found, in place."""
    rows = draft.rows
    for row in (first, other):
        true_name(rows, draft.people, row)
        rows["evidence"][row] = ""
    numbered(rows, draft.people, first)
    rows["pnc"][other] = rows["pnc"][first]
    settle(rows, other, index(plant["at"]), draft.rng)
    if plant["status"] == "in_custody":
        rows["address"][other], rows["postcode"][other] = f"HMP {rows['town'][other]}", ""
    since = rows["missing"][first]
    span = int((draft.plan.first_as_of - 6 - since).astype(int))
    rows["status"][other] = plant["status"]
    rows["missing"][other] = NO_DAY
    rows["contact"][other] = since + span * 2 // 3
    rows["notified"][other] = since + span // 2


def one_household(draft: Draft, members: list[int]) -> list[int]:
    """Write relatives' own names in full and one home for all of them, in place; returns their rows."""
    home = homes.draw(draft.rows["force"][members[:1]], draft.rng)
    for row in members:
        true_name(draft.rows, draft.people, row)
    for name in ("address", "town", "postcode"):
        draft.rows[name][members] = getattr(home, name)[0]
    return members


def ended(draft: Draft, plant: Plant, row: int) -> None:
    """Let the notification period of a claim's person have ended before the extract, in place."""
    rows, where = draft.rows, np.array([row])
    date = np.array([plant["convicted"]], dtype="datetime64[D]")
    rows["birth"][where] = np.minimum(rows["birth"][where], date - claims.years(24))
    claims.put(
        rows,
        where,
        date,
        texts([plant["disposal"]]),
        np.array([plant["months"]]),
        draft.plan.first_as_of,
        rng=draft.rng,
    )
    rows["order_end"][row], rows["order_text"][row] = NO_DAY, ""


def foreign_conviction(draft: Draft, plant: Plant, row: int) -> None:
    """Register a claim's person by a notification order on a foreign conviction, in place."""
    said = {"basis": "s97_order", "country": plant["country"], "offence": plant["offence"], "court": ""}
    for column, value in {**said, "months": 60, "period_end": NO_DAY}.items():
        draft.rows[column][row] = value


def hostel(draft: Draft, plant: Plant, claimed: list[int]) -> list[int]:
    """Give claims and people living at a force one hostel as address, in place; returns their rows."""
    rows = draft.rows
    living = np.flatnonzero(managed(draft) & (rows["force"] == index(plant["force"])))[: plant["located"]]
    members = [*claimed, *living.tolist()]
    home = homes.hostels(np.array([index(plant["force"])]), draft.rng)
    for name in ("address", "town", "postcode"):
        rows[name][members] = getattr(home, name)[0]
    return members


def mis_keyed(draft: Draft, plant: Plant, row: int) -> int:
    """Put the claim's valid PNC number on a stranger of another age, in place; returns the stranger's row."""
    rows = draft.rows
    numbered(rows, draft.people, row)
    far = np.abs((rows["birth"] - rows["birth"][row]).astype(np.int64)) > claims.years(5)
    same_sex = rows["sex"] == rows["sex"][row]
    stranger = np.flatnonzero(managed(draft) & (rows["force"] == index(plant["at"])) & far & same_sex)[0]
    rows["pnc"][stranger] = rows["pnc"][row]
    return int(stranger)


def managed(draft: Draft) -> NDArray[np.bool_]:
    """Rows of people nobody claims, living where their force knows."""
    rows = draft.rows
    found: NDArray[np.bool_] = (rows["step"] == 0) & (rows["status"] == "located")
    found &= rows["person"] < draft.plan.table["people"]
    return found


def plant_all(draft: Draft) -> Planted:
    """Plant every truth of the plan, in place; the copies of rows it needs are at the end of the rows already."""
    planted, parts, table = Planted(), draft.parts, draft.plan.table
    for plant, first, other in parts.second:
        second_claim(draft, plant["how"], draft.row(first), draft.row(other))
        planted.add(f"second_claim_{plant['how']}", [draft.row(first), draft.row(other)])
    start = len(draft.rows["person"]) - len(parts.elsewhere)
    for number, (plant, first) in enumerate(parts.elsewhere):
        elsewhere(draft, plant, draft.row(first), start + number)
        planted.add(f"elsewhere_{plant['status']}", [draft.row(first), start + number])
    for plant, place in parts.ended:
        ended(draft, plant, draft.row(place))
        planted.add("requirement_ended", [draft.row(place)])
    for plant, first, other in parts.apart:
        planted.add(plant["kind"], one_household(draft, [draft.row(first), draft.row(other)]))
    planted.add("hostel", hostel(draft, table["hostel"], [draft.row(place) for place in parts.hostel]))
    victim = draft.row(parts.mis_keyed)
    planted.add("mis_keyed_pnc", [victim, mis_keyed(draft, table["mis_keyed"], victim)])
    foreign_conviction(draft, table["foreign_conviction"], draft.row(parts.foreign))
    planted.add("foreign_conviction", [draft.row(parts.foreign)])
    return planted
