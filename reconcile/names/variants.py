"""Which names are written for one another: diminutives, one name in several languages, spellings of one surname.

Decides equivalence by two tables beside this module, ``given_names.csv`` and ``surnames.csv``, and where they are
silent on a given name by the ``nicknames`` package. In a row the head is written for each of its variants, and
variants of one group (between semicolons) for each other. Invariant: equivalence is symmetric and never passes from
one row or group to another: Jan is John and Jan is Janet, and John is not Janet.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Final

import numpy as np
from nicknames import NickNamer
from numpy.typing import NDArray

SEXES: Final = {"m": 1, "f": 2, "x": 3}
"""Who bears a given name, as bits; a name of several rows has the bits of them all."""


@dataclass(frozen=True)
class Row:
    head: str
    groups: tuple[tuple[str, ...], ...]
    sex: int
    origin: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.head, *(word for group in self.groups for word in group))

    def pairs(self) -> Iterable[tuple[str, str]]:
        for group in self.groups:
            yield from combinations((self.head, *group), 2)


@dataclass(frozen=True)
class Variants:
    """``others``: the words each word is written for; ``sexes``: the bits of ``SEXES`` of each word a table has;
    ``roots``: the head of the largest row that has a word, of men's names first, as most people here are men."""

    others: Mapping[str, frozenset[str]]
    sexes: Mapping[str, int]
    roots: Mapping[str, str]

    def root(self, word: str) -> str:
        """One name to stand for ``word`` and most of what it is written for."""
        return self.roots.get(word, word)

    def pairs(self, vocabulary: Sequence[str]) -> NDArray[np.int64]:
        """Every equivalent pair of a vocabulary, as sorted codes ``low * len(vocabulary) + high``."""
        codes = {word: code for code, word in enumerate(vocabulary)}
        found = (
            code * len(vocabulary) + codes[other]
            for word, code in codes.items()
            if word in self.others
            for other in self.others[word]
            if codes.get(other, -1) > code
        )
        return np.sort(np.fromiter(found, np.int64))


@cache
def given_rows() -> tuple[Row, ...]:
    return _rows("given_names.csv")


@cache
def given_names() -> Variants:
    return _variants(given_rows(), _nicknames(frozenset(word for row in given_rows() for word in row.words)))


@cache
def surname_rows() -> tuple[Row, ...]:
    return _rows("surnames.csv")


@cache
def surnames() -> Variants:
    return _variants(surname_rows(), ())


def equivalent(left: str, right: str) -> bool:
    """Whether two different romanised given names are written for one another."""
    return right in given_names().others.get(left, ())


def root(word: str) -> str:
    """One given name to stand for ``word`` and most of what it is written for, for use as a key."""
    return given_names().root(word)


def _rows(name: str) -> tuple[Row, ...]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tuple(_row(**row) for row in csv.DictReader(text.splitlines()))


def _row(name: str, variants: str, origin: str, sex: str = "x") -> Row:
    return Row(name, tuple(tuple(group.split()) for group in variants.split(";")), SEXES[sex], origin)


def _variants(rows: Sequence[Row], more: Sequence[tuple[str, str]]) -> Variants:
    others: dict[str, set[str]] = defaultdict(set)
    sexes: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row.sex == SEXES["x"]):
        for word in row.words:
            # Sam is written for Samuel and for Samantha, and makes neither a name of both sexes.
            if word == row.head or row.sex != SEXES["x"] or word not in sexes:
                sexes[word] = sexes.get(word, 0) | row.sex
    for one, other in (*(pair for row in rows for pair in row.pairs()), *more):
        others[one].add(other)
        others[other].add(one)
    roots: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (row.sex == SEXES["f"], -len(row.words), row.head)):
        for word in row.words:
            roots.setdefault(word, row.head)
    return Variants({word: frozenset(found) for word, found in others.items()}, dict(sexes), roots | _led(more, roots))


def _led(pairs: Sequence[tuple[str, str]], roots: Mapping[str, str]) -> dict[str, str]:
    """Of each nickname the table lacks, the root of its canonical name, where it has one only."""
    canonicals: dict[str, set[str]] = defaultdict(set)
    for canonical, nickname in pairs:
        if nickname not in roots:
            canonicals[nickname].add(roots.get(canonical, canonical))
    return {nickname: one for nickname, (one, *more) in canonicals.items() if not more}


def _nicknames(known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The package's pairs, but for those of two names that the own table knows and does not pair."""
    return tuple(
        (canonical, nickname)
        for canonical, nicknames in sorted(NickNamer().nickname_lookup.items())
        for nickname in sorted(nicknames)
        if canonical.isalpha() and nickname.isalpha() and canonical != nickname and not {canonical, nickname} <= known
    )
