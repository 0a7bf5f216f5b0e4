"""Which given names are written for one another: diminutives, and one name in several languages.

Decides equivalence by two tables: ``given_names.csv`` beside this module, and the ``nicknames`` package.
Invariant: equivalence is symmetric and never crosses from one row of the table to another; a name may stand in
several rows.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
from nicknames import NickNamer
from numpy.typing import NDArray


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


@cache
def rows() -> tuple[frozenset[str], ...]:
    """The sets of equivalent given names, romanised: first the own table's rows, then one for each nickname."""
    text = resources.files(__package__).joinpath("given_names.csv").read_text(encoding="utf-8")
    own = [frozenset((row["name"], *row["variants"].split())) for row in csv.DictReader(text.splitlines())]
    pairs = sorted(
        (canonical, nickname)
        for canonical, known in _nicknames().nickname_lookup.items()
        for nickname in known
        if canonical.isalpha() and nickname.isalpha() and canonical != nickname
    )
    return (*own, *(frozenset(pair) for pair in pairs))


@cache
def _places() -> Mapping[str, tuple[int, ...]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows()):
        for name in sorted(row):
            places[name].append(index)
    return {name: tuple(found) for name, found in places.items()}


def equivalent(left: str, right: str) -> bool:
    """Whether two different romanised given names are written for one another."""
    places = _places()
    return left != right and not set(places.get(left, ())).isdisjoint(places.get(right, ()))


def pairs(vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """Every equivalent pair of a vocabulary, as sorted codes ``low * len(vocabulary) + high``."""
    codes = {word: code for code, word in enumerate(vocabulary)}
    found: set[int] = set()
    for row in rows():
        present = sorted(codes[word] for word in row if word in codes)
        found.update(low * len(vocabulary) + high for index, low in enumerate(present) for high in present[index + 1 :])
    return np.array(sorted(found), dtype=np.int64)


@cache
def root(word: str) -> str:
    """One name to stand for all that are written for ``word``, for use as a key: the head of its first own row."""
    own = _heads()
    if word in own:
        return own[word]
    canonicals = sorted(_nicknames().canonicals_of(word)) if word.isalpha() else []
    return own.get(canonicals[0], canonicals[0]) if len(canonicals) == 1 else word


@cache
def _heads() -> Mapping[str, str]:
    text = resources.files(__package__).joinpath("given_names.csv").read_text(encoding="utf-8")
    heads: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        for name in (row["name"], *row["variants"].split()):
            heads.setdefault(name, row["name"])
    return heads
