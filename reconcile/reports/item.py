"""What an item of a match report is made of.

Decides what may be said of a record and which content is the same content. Invariant: about a record an item holds
what ``Party`` has and what its sentences say, nothing else; the digest is of what was told, and does not change by the
mere passing of time.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from reconcile.render.look import day


@dataclass(frozen=True)
class Party:
    """What is told of one record: its force's name, id, current name, birth date, what it says, and the day of the
    extract that says so."""

    force: str
    reference: str
    name: str
    born: str
    says: str
    as_of: dt.date | None = None

    @property
    def said(self) -> str:
        """What the record says and as of when."""
        return f"{self.says} (as of {day(self.as_of)})" if self.as_of else self.says


@dataclass(frozen=True)
class Contact:
    """Where a force is asked about its records: a unit and its role mailbox and telephone, never a person.

    ``force`` is the force's name; the others are "" where its profile has none.
    """

    force: str
    unit: str = ""
    email: str = ""
    phone: str = ""

    @property
    def known(self) -> bool:
        return bool(self.unit or self.email or self.phone)


@dataclass(frozen=True)
class Item:
    """One item: ``own`` records of the force, ``others`` of its counterparts, and the evidence between them.

    ``strength`` is verified or decided, empty where no link is told. ``words`` fill the sentences of kinds.toml.
    ``concerns`` are the ids of the records it rests on, whether or not anything is told of them: none is left in an
    item that is told. ``claimed`` is one sentence, what is claimed by whom; ``facts`` are what records say,
    ``assessments`` what is judged of it. ``due`` is the day by which an answer is asked. ``pairs`` are the ends of the
    links told, each pair and all of them sorted. ``risk`` is the highest level the records told give, "" where they
    give none. ``digest`` is the SHA-256 in hex of the content as told, without ``due``, ``contacts`` and the days
    extracts are of.
    """

    id: str
    kind: str
    own: tuple[Party, ...]
    others: tuple[Party, ...]
    strength: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    note: str
    words: Mapping[str, str]
    concerns: tuple[str, ...] = ()
    claimed: str = ""
    facts: tuple[str, ...] = ()
    assessments: tuple[str, ...] = ()
    due: dt.date | None = None
    contacts: tuple[Contact, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    risk: str = ""
    digest: str = field(default="", compare=False)

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of the records it tells of: both sides, and the ends of the links told."""
        parties = (party.reference for party in (*self.own, *self.others))
        return tuple(dict.fromkeys((*parties, *(end for pair in self.pairs for end in pair))))

    def digested(self) -> "Item":
        """The item with the digest of its content."""
        return replace(self, digest=_digest(self))


_TOLD: Final = (
    "id",
    "kind",
    "strength",
    "speaks_for",
    "speaks_against",
    "note",
    "claimed",
    "facts",
    "assessments",
    "pairs",
    "risk",
)
"""Fields that are content, beside the parties; the words say the same in other words."""


def _digest(item: Item) -> str:
    content = {name: getattr(item, name) for name in _TOLD}
    for side, parties in (("own", item.own), ("others", item.others)):
        content[side] = [(one.force, one.reference, one.name, one.born, one.says) for one in parties]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def item_id(*parts: str) -> str:
    """An item's id: the same item of the same force has the same id in every run, and it tells nobody's name."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10].upper()
