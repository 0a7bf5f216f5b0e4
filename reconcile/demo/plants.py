"""The truths planted among the claims of the survey scenario.

Decides which rows show one person twice, somebody found elsewhere, or two people who look like one. Invariant: what is
planted is listed with its record ids beside the extracts, and nothing else of the kind is among the claims.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reconcile.demo import claims, homes
from reconcile.demo.convictions import FIRST_AS_OF, NO_DAY
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


def second_claim(rows: Rows, people: People, how: str, first: int, second: int, rng: np.random.Generator) -> None:
    """Make row ``second``, a copy of ``first``, another force's claim on the same person, in place."""
    who = np.array([rows["person"][first]])
    for row in (first, second):
        true_name(rows, people, row)
        for column in ("alias_given", "alias_surname", "former_given", "former_surname", "cro", "nomis"):
            rows[column][row] = ""
    settle(rows, second, int(rows["force"][second]), rng)
    if how in ("same_pnc", "deed_poll"):
        numbered(rows, people, first)
        rows["pnc"][second] = rows["pnc"][first]
    else:
        numbered(rows, people, first)
        rows["pnc"][second] = ""
    if how in ("deed_poll", "alias_only"):
        given = names(people.origin[who], people.male[who], people.birth[who] - 4000, rng)[0]
        surname = family_names(people.origin[who], rng)[0]
        while surname == people.surname[who[0]] or given == people.given[who[0]]:
            given = names(people.origin[who], people.male[who], people.birth[who] - 4000, rng)[0]
            surname = family_names(people.origin[who], rng)[0]
        rows["given"][second], rows["surname"][second] = given, surname
        rows["kind"][second] = KINDS.index("total_change" if how == "deed_poll" else "alias")
    if how == "alias_only":
        rows["alias_given"][first], rows["alias_surname"][first] = rows["given"][second], rows["surname"][second]
        rows["before_postcode"][second] = ""
    if how == "birth_date_typo":
        day = rows["birth"][first].astype(object)
        wrong = day.replace(day=day.day + 3 if day.day % 10 < 7 and day.day < 26 else day.day - 3 if day.day > 3 else 9)
        rows["birth"][second] = np.datetime64(wrong)


def elsewhere(rows: Rows, people: People, status: str, first: int, other: int, force: str, rng: Any) -> None:
    """Make row ``other``, a copy of the claim ``first``, another force's later entry of this status, in place."""
    true_name(rows, people, first)
    true_name(rows, people, other)
    numbered(rows, people, first)
    rows["pnc"][other] = rows["pnc"][first]
    settle(rows, other, index(force), rng)
    if status == "in_custody":
        rows["address"][other], rows["postcode"][other] = f"HMP {rows['town'][other]}", ""
    since = rows["missing"][first]
    span = int((FIRST_AS_OF - 6 - since).astype(int))
    rows["status"][other] = status
    rows["missing"][other] = NO_DAY
    rows["contact"][other] = since + span * 2 // 3
    rows["notified"][other] = since + span // 2
    rows["evidence"][first] = rows["evidence"][other] = ""


def ended(rows: Rows, row: int, plant: dict[str, Any], rng: np.random.Generator) -> None:
    """Let the notification period of a claim's person have ended before the extract, in place."""
    where = np.array([row])
    date = np.array([plant["convicted"]], dtype="datetime64[D]")
    rows["birth"][where] = np.minimum(rows["birth"][where], date - claims.years(24))
    claims.put(rows, where, date, texts([plant["disposal"]]), np.array([plant["months"]]), rng)
    rows["order_end"][row], rows["order_text"][row] = NO_DAY, ""


def shared_home(rows: Rows, members: list[int], force: str, rng: np.random.Generator) -> None:
    """Give these rows one hostel as address, in place."""
    home = homes.hostels(np.array([index(force)]), rng)
    for name in ("address", "town", "postcode"):
        rows[name][members] = getattr(home, name)[0]
