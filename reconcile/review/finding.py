"""Finding people in the register by name, number or birth date.

Decides whom a question finds, in which order, and the sentence that says why. Invariant: names are compared as the
linkage compares them, any script and any order of their parts; a number finds whatever notation it is written in; what
is found depends on the records and the question alone.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.names import compare
from reconcile.render.look import partial, word
from reconcile.review.asked import Asked
from reconcile.review.vocabulary import Vocabulary
from reconcile.values import identifiers


@dataclass(frozen=True)
class Hit:
    """A person found: ``why`` a sentence for each reason, the strongest first; ``records`` those that match."""

    national_id: str
    score: float
    why: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The best hits, and how many people more there are that fit less well."""

    hits: tuple[Hit, ...] = ()
    more: int = 0


@cache
def table() -> Mapping[str, Any]:
    """What is looked at and what is shown: the tables of ``finding.toml``."""
    return tomllib.loads(files(__package__).joinpath("finding.toml").read_text(encoding="utf-8"))


@dataclass
class _Reason:
    score: float
    sentence: str


@dataclass
class _Person:
    """What speaks for a person: at most one reason a kind, the strongest."""

    reasons: dict[str, _Reason] = field(default_factory=dict)
    records: dict[str, None] = field(default_factory=dict)

    def add(self, kind: str, score: float, sentence: str, record: str) -> None:
        self.records[record] = None
        if kind not in self.reasons or score > self.reasons[kind].score:
            self.reasons[kind] = _Reason(score, sentence)


class Holders:
    """Which person each record is of, by the row of the record.

    Args:
        records: RECORDS, those of the register. identities: IDENTITIES.
    """

    def __init__(self, records: pa.Table, identities: pa.Table) -> None:
        of: Any = pc.index_in(records["record_id"], value_set=identities["record_id"])
        self.people = [str(each) for each in identities["national_id"].take(of).to_pylist()]
        self.members: dict[str, list[int]] = defaultdict(list)
        for row, person in enumerate(self.people):
            self.members[person].append(row)


class Register:
    """The records of a cycle as they are searched; made once, then asked many times; safe between threads.

    Who is whom is asked anew each time, since decisions change it and the records stay.

    Args:
        records: RECORDS, with the names lists of name changes add.
        forces: the forces' short names by slug.
    """

    def __init__(self, records: pa.Table, forces: Mapping[str, str]) -> None:
        self._ids = [str(each) for each in records["record_id"].to_pylist()]
        self._local: dict[str, list[int]] = defaultdict(list)
        for row, local in enumerate(records["local_id"].to_pylist()):
            self._local[str(local).upper()].append(row)
        self._place = {record.upper(): row for row, record in enumerate(self._ids)}
        self._forces = forces
        self._numbers = _numbers(records["identifiers"])
        self._born = records["birth_date"].combine_chunks()
        self._lo, self._hi = (_days(self._born, end) for end in ("lo", "hi"))
        self._names = _Names.of(records["names"])

    def find(self, asked: Asked, holders: Holders) -> Found:
        """Whom ``asked`` finds."""
        people: dict[str, _Person] = defaultdict(_Person)
        self._by_number(asked, holders, people)
        if asked.name:
            self._by_name(asked, holders, people)
        elif asked.born:
            self._by_day(asked, holders, people)
        hits = sorted((_hit(person, found) for person, found in people.items()), key=_order)
        most = table()["shown"]["people"]
        return Found(tuple(hits[:most]), max(len(hits) - most, 0))

    def _force(self, row: int) -> str:
        slug = self._ids[row].partition(":")[0]
        return self._forces.get(slug, slug)

    def _by_number(self, asked: Asked, holders: Holders, people: dict[str, _Person]) -> None:
        score = table()["score"]["number"]
        for number in asked.numbers:
            plain = number.upper()
            if plain in holders.members:
                first = holders.members[plain][0]
                people[plain].add("id", score + 1, "This is the national id asked for.", self._ids[first])
            rows = [self._place[plain]] if plain in self._place else self._local.get(plain, [])
            for row in rows:
                said = f"{self._force(row)} keeps the record under the reference {self._ids[row].partition(':')[2]}."
                people[holders.people[row]].add("reference", score, said, self._ids[row])
            for scheme, by_value in self._numbers.items():
                read = identifiers.parse(scheme, number)
                if read.check == "placeholder":
                    continue
                for row in by_value.get(read.value, ()):
                    called = word(scheme, "scheme")
                    said = f"{called[:1].upper()}{called[1:]} {read.value} is on the record of {self._force(row)}."
                    if read.check == "invalid":
                        said = f"{said[:-1]}, though its form or check letter does not fit."
                    people[holders.people[row]].add(scheme, score - (read.check == "invalid"), said, self._ids[row])

    def _by_name(self, asked: Asked, holders: Holders, people: dict[str, _Person]) -> None:
        scores = table()["score"]
        days = self._fitting(asked)
        for text, closeness, sentence, rows in self._names.near(asked.name):
            for row in rows:
                said = f"“{text}” by {self._force(row)}: {sentence[:1].lower()}{sentence[1:]}"
                person = people[holders.people[row]]
                person.add("name", closeness, said, self._ids[row])
        if days is None or not asked.born:
            return
        for national_id, person in people.items():
            rows = holders.members[national_id]
            fit = [row for row in rows if days[row]]
            known = [row for row in rows if self._lo[row] != _NONE]
            if fit:
                person.add("birth date", scores["birth_date"], self._born_said(fit[0], asked), self._ids[fit[0]])
            elif known and "name" in person.reasons:
                said = f"The birth date is another: {self._date(known[0])} by {self._force(known[0])}."
                person.reasons["other birth date"] = _Reason(scores["other_birth_date"], said)

    def _by_day(self, asked: Asked, holders: Holders, people: dict[str, _Person]) -> None:
        days = self._fitting(asked)
        for row in np.flatnonzero(days) if days is not None else ():
            exact = self._lo[row] == self._hi[row]
            score = table()["score"]["birth_date"] - (0.0 if exact else 0.5)
            people[holders.people[row]].add("birth date", score, self._born_said(int(row), asked), self._ids[row])

    def _fitting(self, asked: Asked) -> Any:
        """Which records' birth dates can be a day asked for."""
        if asked.born is None:
            return None
        lo, hi = (np.datetime64(day, "D").astype(np.int64) for day in asked.born)
        return (self._lo != _NONE) & (self._lo <= hi) & (self._hi >= lo)

    def _born_said(self, row: int, asked: Asked) -> str:
        exact = self._lo[row] == self._hi[row] and asked.born is not None and asked.born[0] == asked.born[1]
        return f"Born {self._date(row)} by {self._force(row)}{'' if exact else ', which can be the day asked for'}."

    def _date(self, row: int) -> str:
        return partial(self._born[int(row)].as_py())


_NONE = np.iinfo(np.int64).min


def _days(dates: Any, end: str) -> Any:
    days: Any = pc.struct_field(dates, end).cast(pa.int32())
    return np.asarray(pc.fill_null(days.cast(pa.int64()), int(_NONE)), dtype=np.int64)


def _numbers(column: Any) -> dict[str, dict[str, list[int]]]:
    """The rows that bear each number, by scheme; a placeholder is no number."""
    lists = column.combine_chunks()
    inner, rows = pc.list_flatten(lists), pc.list_parent_indices(lists).to_pylist()
    parts: Any = (pc.struct_field(inner, name).to_pylist() for name in ("scheme", "value", "check"))
    found: dict[str, dict[str, list[int]]] = {}
    for row, scheme, value, check in zip(rows, *parts, strict=True):
        if check != "placeholder" and value:
            found.setdefault(scheme, {}).setdefault(value, []).append(row)
    return found


@dataclass(frozen=True)
class _Names:
    """The different names, given name and surname, the rows that bear each, and the words of all."""

    parts: tuple[tuple[str, str], ...]
    rows: tuple[Sequence[int], ...]
    words: Vocabulary

    @classmethod
    def of(cls, column: Any) -> "_Names":
        lists = column.combine_chunks()
        inner, owners = pc.list_flatten(lists), pc.list_parent_indices(lists).to_pylist()
        texts: Any = (
            pc.fill_null(pc.struct_field(inner, name), "").to_pylist() for name in ("given", "surname", "full")
        )
        bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
        for owner, given, surname, full in zip(owners, *texts, strict=True):
            name = (given.strip(), surname.strip()) if given.strip() or surname.strip() else ("", full.strip())
            if any(name):
                bearers[name].append(owner)
        return cls(tuple(bearers), tuple(bearers.values()), Vocabulary.of(bearers))

    def near(self, asked: str) -> Iterable[tuple[str, float, str, Sequence[int]]]:
        """The names close to ``asked``: as recorded, how close, the sentence why, and the rows that bear it."""
        least = table()["names"]["least"]
        alone = len(asked.split()) == 1
        for place in self.words.promising(asked):
            given, surname = self.parts[place]
            whole = f"{given} {surname}".strip()
            against = {whole, *((given, surname) if alone else ())} - {""}
            closeness, sentence, best = max((*compare(asked, text), text) for text in against)
            if closeness < least:
                continue
            if alone and best != whole:
                part = "surname" if best == surname else "given name"
                sentence = f"The {part} is {_said_alone(asked, best, sentence)}."
            yield whole, closeness, sentence, self.rows[place]


def _said_alone(asked: str, found: str, sentence: str) -> str:
    if asked == found:
        return "the same"
    return "the same, written otherwise" if "written otherwise" in sentence else f"close to “{asked}”"


def _hit(national_id: str, person: _Person) -> Hit:
    reasons = sorted(person.reasons.values(), key=lambda reason: -reason.score)
    return Hit(
        national_id,
        sum(reason.score for reason in reasons),
        tuple(reason.sentence for reason in reasons),
        tuple(person.records),
    )


def _order(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.national_id
