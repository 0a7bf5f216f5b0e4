"""Telling one force: which records are its own, which it may be told of, and in which words.

Decides what is said of a record. Invariant: of a record is told what ``Party`` has and no more; of another force's
record only where links that may be told join it to one of the force's own, or where it was handed over to the force.
A date that cannot be read is told as none, a name only as far as it reads as one: no other text is.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.render.look import listed, partial, word
from reconcile.reports.evidence_told import told_name
from reconcile.reports.item import Contact, Item, Party, item_id
from reconcile.reports.kinds import due, highest
from reconcile.reports.material import Material, Row, Told, force_of, is_claim, reached

NOT_GIVEN = "not given"
THROUGH = "The records are held together through another record of the same person."


@dataclass(frozen=True)
class Telling:
    """One force and what it is told from.

    ``names`` and ``contacts`` are of the forces, by slug; ``on`` is the day answers are counted from, None where no
    item is to have a day.
    """

    force: str
    material: Material
    names: Mapping[str, str]
    contacts: Mapping[str, Contact]
    on: dt.date | None = None

    def name(self, slug: str) -> str:
        return self.names.get(slug, slug)

    def forces(self, records: Iterable[str]) -> str:
        """The forces of ``records`` as a sentence lists them."""
        return listed(list(dict.fromkeys(self.name(force_of(record)) for record in records)))

    def mine(self, records: Iterable[str]) -> list[str]:
        return [record for record in records if force_of(record) == self.force]

    def reach(self, own: Iterable[str], national: str) -> frozenset[str]:
        """The records that links which may be told join to ``own``."""
        return reached(self.material.told.get(national, ()), own)

    def row(self, record: str) -> Row:
        return self.material.records[record]

    def party(self, record: str) -> Party:
        row = self.row(record)
        return Party(
            force=self.name(row["force"]),
            reference=row["record_id"],
            name=current_name(row["names"] or ()),
            born=told_date(row["birth_date"]) if row["birth_date"] else "not given",
            says=says(row),
            as_of=row["as_of"],
        )

    def fact(self, record: str) -> str:
        """What a record says, as a sentence."""
        whose = "Your record" if force_of(record) == self.force else f"{self.name(force_of(record))}’s record"
        return f"{whose} {record} says: {says(self.row(record))}."

    def item(
        self,
        kind: str,
        own: Sequence[str],
        others: Sequence[str] = (),
        *,
        key: Sequence[str] = (),
        national: str = "",
        asked: Iterable[str] = (),
        concerns: Iterable[str] = (),
        **said: Any,
    ) -> Item:
        """An item of ``kind`` about ``own`` records and ``others``, with the links between them that may be told.

        Args:
            key: what makes the item the same in every cycle, beside kind and force; its records where not given.
            national: the person whose links are told; "" where none are.
            asked: slugs of the forces whose contact is told, beside those of ``others``.
            concerns: ids of records it rests on beside those told.
            said: fields of ``Item``; assessments come after that of the link.
        """
        links = self._links(own, others, national) if national else ()
        risk = highest(self.row(record)["risk_level"] for record in (*own, *others))
        forces = dict.fromkeys([*(force_of(record) for record in others), *asked])
        judged = (*_judged(links, own, others), *said.pop("assessments", ()))
        made = {"note": "", "words": {}} | said
        return Item(
            id=item_id(kind, self.force, *(key or (*sorted(own), *sorted(others)))),
            kind=kind,
            own=tuple(self.party(record) for record in own),
            others=tuple(self.party(record) for record in others),
            strength=_strength(links),
            speaks_for=tuple(dict.fromkeys(sentence for link in links for sentence in link.speaks_for)),
            speaks_against=tuple(dict.fromkeys(sentence for link in links for sentence in link.speaks_against)),
            concerns=tuple(dict.fromkeys((*own, *others, *concerns))),
            assessments=judged,
            due=due(kind, risk, self.on) if self.on else None,
            contacts=tuple(self.contacts[slug] for slug in forces if slug in self.contacts),
            pairs=tuple(sorted({link.ends for link in links})),
            risk=risk,
            **made,
        )

    def _links(self, own: Sequence[str], others: Sequence[str], national: str) -> tuple[Told, ...]:
        """The links between the two sides; where another record holds them together, those that lie between."""
        links = self.material.told.get(national, ())
        if not others:
            return tuple(link for link in links if set(link.ends) <= set(own))
        direct = tuple(link for link in links if _between(link, own, others))
        # Where a third record holds the two together, tell what joins it to this force's own.
        return direct or tuple(link for link in links if set(link.ends) & set(own))


def _between(link: Told, own: Sequence[str], others: Sequence[str]) -> bool:
    return (link.left in own and link.right in others) or (link.right in own and link.left in others)


def _strength(links: Sequence[Told]) -> str:
    if not links:
        return ""
    return "decided" if any(link.strength == "decided" for link in links) else "verified"


def _judged(links: Sequence[Told], own: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    if not links:
        return ()
    direct = not others or any(_between(link, own, others) for link in links)
    return (f"Link {word(_strength(links), 'strength')}.", *(() if direct else (THROUGH,)))


def current_name(every: Iterable[Row]) -> str:
    """The current name as "Surname, Given"."""
    name = next(iter(every), None)
    return shown_name(name) if name else NOT_GIVEN


def shown_name(name: Row) -> str:
    """One name as far as it reads as one: "Surname, Given", or in full where its parts are not told apart."""
    given, surname, full = told_name(name)
    return ", ".join(part for part in (surname, given) if part) or full or NOT_GIVEN


def says(row: Row) -> str:
    """What a record says of where the person is, since when or until when, without the day it says so."""
    said = word(row["status"], "status")
    if is_claim(row):
        since = told_date(row["missing_since"])
        return f"{said}, since {since}" if not since.startswith(("undated", "between")) else f"{said}, {since}"
    return f"{said}, last contact {told_date(row['last_contact'])}" if row["last_contact"] else said


def told_date(value: Row | None) -> str:
    """A ``PARTIAL_DATE`` as told; a text that is no date reads "undated", as it may speak of anybody."""
    return partial(value) if value and value["lo"] is not None else "undated"
