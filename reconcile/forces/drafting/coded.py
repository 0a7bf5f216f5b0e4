"""A column's coded words and what they seem to mean.

Decides which words may stand in a draft, and their meanings. Invariant: a word that stands in one row alone is only
taken where the tables know it, so that what somebody typed about a person stays where it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reconcile.forces import forces
from reconcile.forces.drafting.headings import single_words
from reconcile.forces.drafting.tables import known_words
from reconcile.forces.profile import CODED

MOST: Final = 40
"""Distinct words above which a column is free text and nothing of it is taken."""
SHARED_BY: Final = 2
"""Rows that must share a word nobody knows."""
LONGEST: Final = 40
"""Characters of a coded word."""


@dataclass(frozen=True)
class Word:
    """``meaning`` is "" where nobody can tell; ``sure`` whether the table has the very word."""

    word: str
    meaning: str
    sure: bool


@dataclass(frozen=True)
class Coded:
    """The words of a column, the commonest first, and how many were left out for a person to look for."""

    words: tuple[Word, ...]
    left_out: int


def coded(column: str, cells: Iterable[str]) -> Coded:
    """Read the coded words of a canonical column of ``CODED``."""
    counts = Counter(" ".join(cell.split()) for cell in cells)
    canonical = {single_words(word) for word in CODED[column] or ()}
    if column == "transferred_to":
        canonical |= {single_words(force.name) for force in forces()}
    counts = Counter({word: count for word, count in counts.items() if single_words(word) not in canonical})
    judged = [
        (judge(column, word), count) for word, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]
    if len(judged) > MOST:
        return Coded(tuple(word for word, _count in judged if word.sure), sum(not word.sure for word, _count in judged))
    # Of an open list only what the table knows is taken: the rest is kept as it was sent.
    kept = [
        word
        for word, count in judged
        if word.sure or (_is_closed(column) and count >= SHARED_BY and len(word.word) <= LONGEST)
    ]
    return Coded(tuple(kept), len(judged) - len(kept) if _is_closed(column) else 0)


def _is_closed(column: str) -> bool:
    return CODED[column] is not None or column in ("basis", "disposal")


def judge(column: str, word: str) -> Word:
    """What one word seems to mean."""
    plain = single_words(word) or word
    for canonical, said in known_words("known", column).items():
        if plain in map(single_words, said):
            return Word(word, canonical, True)
    roots = [(root, canonical) for canonical, said in known_words("roots", column).items() for root in said]
    found = next((canonical for root, canonical in roots if _holds(plain, root)), "")
    return Word(word, found, False)


def _holds(plain: str, root: str) -> bool:
    return plain == root if root.isdecimal() else root in plain


def commonest(signs: Sequence[str], cells: Iterable[str]) -> str:
    """The sign that stands in the most cells, "" where none stands in any."""
    counts = Counter(sign for cell in cells for sign in signs if sign in cell)
    return max(signs, key=lambda sign: counts[sign]) if counts else ""
