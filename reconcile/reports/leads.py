"""Leads: a missing person of one force whom another force's record says to be somewhere.

Decides who is told of a lead: the force that claims the person, and the force whose record it is. Invariant: both are
told only where links that may be told join the two records.
"""

from collections.abc import Iterable

from reconcile.render.look import word
from reconcile.reports.item import Item
from reconcile.reports.kinds import RISKS, place
from reconcile.reports.material import Row, force_of
from reconcile.reports.telling import Telling, says

OPEN_DATES = "Whether this was before or after the loss cannot be told from the dates as sent."
LATER = "By the dates as sent, this was after the loss."
DEAD = "A record of a death needs no later date to be a lead."


def found_elsewhere(to: Telling) -> Iterable[Item]:
    """The force's missing people, one item for each record of another force that says where one of them is."""
    found = []
    for line in to.material.lines_of.get(to.force, ()):
        own = to.mine(claim["record_id"] for claim in line["claims"])
        reach = to.reach(own, line["national_id"])
        for lead in to.material.facts.leads.get(line["national_id"], ()):
            if own and lead in reach and force_of(lead) != to.force:
                found.append((_place("found_elsewhere", to, own, lead), _lead("found_elsewhere", to, line, own, lead)))
    return [item for _, item in sorted(found, key=lambda each: each[0])]


def held_here(to: Telling) -> Iterable[Item]:
    """Other forces' missing people whom a record of the force says to be somewhere, one item a record."""
    found = []
    for line in to.material.lines_of.get(to.force, ()):
        for lead in to.mine(to.material.facts.leads.get(line["national_id"], ())):
            reach = to.reach([lead], line["national_id"])
            claims = [claim["record_id"] for claim in line["claims"] if claim["record_id"] in reach]
            others = [record for record in claims if force_of(record) != to.force]
            if others:
                found.append((_place("held_here", to, others, lead), _lead("held_here", to, line, others, lead)))
    return [item for _, item in sorted(found, key=lambda each: each[0])]


def _lead(kind: str, to: Telling, line: Row, claims: list[str], lead: str) -> Item:
    own, others = (claims, [lead]) if kind == "found_elsewhere" else ([lead], claims)
    claimed = " ".join(f"{_who(to, record)} the person {says(to.row(record))}." for record in claims)
    return to.item(
        kind,
        own,
        others,
        national=line["national_id"],
        claimed=claimed,
        facts=tuple(to.fact(record) for record in (*claims, lead)),
        assessments=(_when(to, line, lead),),
        words={"other": to.forces(others), "status": word(to.row(lead)["status"], "status")},
    )


def _who(to: Telling, record: str) -> str:
    return "You claim" if force_of(record) == to.force else f"{to.name(force_of(record))} claims"


def _when(to: Telling, line: Row, lead: str) -> str:
    if line["located_elsewhere"] == "CANNOT_TELL":
        return OPEN_DATES
    return DEAD if to.row(lead)["status"] == "deceased" else LATER


def _place(kind: str, to: Telling, claims: list[str], lead: str) -> tuple[int, int, str]:
    """The most pressing first: by the highest risk given, then by where the person is said to be."""
    levels = [RISKS.index(to.row(record)["risk_level"] or "") for record in (*claims, lead)]
    known = [level for level in levels if RISKS[level]]
    return min(known or levels), place(kind, to.row(lead)["status"]), lead
