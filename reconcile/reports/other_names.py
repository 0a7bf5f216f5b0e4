"""Names by which another force knows a person and which the force's own record does not carry (rule D18).

Decides which of the other record's names are told: those that, as far as they read as names, are none of the force's
own, compared as the fact itself compares them. Invariant: a name is told only if it stands on a record that links which
may be told join to the force's own, and on which the fact rests.
"""

from collections.abc import Iterable

from reconcile.names.legible import MORE
from reconcile.notification.names_elsewhere import one_name
from reconcile.notification.rules import rules
from reconcile.render.look import listed, word
from reconcile.reports.evidence_told import told_name
from reconcile.reports.item import Item
from reconcile.reports.kinds import RISKS
from reconcile.reports.material import Row, force_of
from reconcile.reports.telling import Telling, shown_name

SUSPECTED = "That it was not notified is suspected, not known: it is judged from the two records alone."


def unnotified_name(to: Telling) -> Iterable[Item]:
    """The force's records with a name perhaps not notified, one item a record, the highest risk first."""
    found = []
    for record in to.mine(to.material.facts.names):
        row = to.material.facts.names[record]
        reach = to.reach([record], to.material.identity.get(record, ""))
        carrying = {
            other: names
            for other in sorted(set(row["inputs"]) & reach)
            if force_of(other) != to.force and (names := strange_names(to.row(record), to.row(other)))
        }
        if carrying:
            found.append(_item(to, record, carrying))
    return sorted(found, key=lambda item: (RISKS.index(item.risk), item.id))


def _item(to: Telling, record: str, carrying: dict[str, list[Row]]) -> Item:
    others = list(carrying)
    told = list(dict.fromkeys(shown_name(name) for names in carrying.values() for name in names))
    said = [
        f"{to.name(force_of(other))}’s record {other} carries “{shown_name(name)}” ({word(name['kind'], 'name_kind')})."
        for other, names in carrying.items()
        for name in names
    ]
    return to.item(
        "unnotified_name",
        [record],
        others,
        key=(record,),
        national=to.material.identity[record],
        claimed=f"{to.forces(others)} knows the person by a name your record does not carry: {listed(told)}.",
        facts=(*said, *(to.fact(each) for each in (record, *others))),
        assessments=(SUSPECTED,),
        words={"other": to.forces(others)},
    )


def strange_names(mine: Row, theirs: Row) -> list[Row]:
    """The names of one record that are none of another's, each spelling once."""
    own = [text for name in mine["names"] or () if (text := _text(name))]
    found: dict[str, Row] = {}
    for name in theirs["names"] or ():
        text = _text(name)
        if text and text not in found and not any(one_name(*sorted((text, known))) for known in own):
            found[text] = name
    return list(found.values()) if own else []


def _text(name: Row) -> str:
    """A name as the fact compares it, as far as it is told; "" of one that is only intended."""
    if name["kind"] in rules()["name_elsewhere"]["names_left_out"]:
        return ""
    given, surname, full = (part.removesuffix(MORE).strip() for part in told_name(name))
    return (" ".join((given, surname)).strip() or full).lower()
