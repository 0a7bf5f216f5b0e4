"""What a heading can mean, by ``headings.toml``.

Decides how like two headings are. Invariant: the words decide, whatever their case, order and the signs between them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

IDENTIFIER: Final = "identifiers."
"""Before the scheme in the name of a field that is an identifier."""
SURE: Final = 0.9
"""The likeness from which a heading needs no mark."""
LEAST: Final = 0.55
"""The likeness below which a heading says nothing."""

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_DOT: Final = re.compile(r"\.(?![^\W_]{2})")
"""A dot that is no sign between two words."""
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Meaning:
    """A field a heading can mean: "birth_date", or "identifiers.pnc"; ``likeness`` from 0 to 1."""

    field: str
    likeness: float


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8"))


@cache
def _phrases() -> tuple[tuple[str, frozenset[str]], ...]:
    table = _table()
    fields = {**table["columns"], **{IDENTIFIER + scheme: said for scheme, said in table["identifiers"].items()}}
    return tuple((field, words(phrase)) for field, said in fields.items() for phrase in said)


@cache
def words(heading: str) -> frozenset[str]:
    """The words of a heading that tell, each in its one form; numbers are left out."""
    same, noise = _table()["words"], set(_table()["noise"])
    plain = _HUMP.sub(" ", _DOT.sub("", heading).replace("(s)", "s"))
    found = {word for part in _WORD.findall(plain) if not part.isdecimal() for word in _one_form(part.casefold(), same)}
    return frozenset(found - noise or found)


def _one_form(word: str, same: Mapping[str, str]) -> list[str]:
    while (other := same.get(word) or same.get(_single(word))) and other != word:
        if " " in other:
            return other.split()
        word = other
    return [_single(word)]


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) else word


def meanings(heading: str) -> list[Meaning]:
    """What a heading can mean, the likeliest first."""
    # Of a nested field the last name says most, and those above it what it belongs to.
    last = re.split(r"[/.@](?=[^/.@ ])", heading)[-1] if not heading.isupper() else heading
    best: dict[str, float] = {}
    for text in dict.fromkeys((heading, last)):
        for field, phrase in _phrases():
            best[field] = max(best.get(field, 0.0), _likeness(words(text), phrase))
    found = [Meaning(field, likeness) for field, likeness in best.items() if likeness >= LEAST]
    return sorted(found, key=lambda each: (-each.likeness, each.field))


def _likeness(heading: frozenset[str], phrase: frozenset[str]) -> float:
    if heading == phrase:
        return 1.0
    shared = heading & phrase
    if shared == phrase:
        return 0.85 * len(phrase) / len(heading)
    return 0.75 * len(heading) / len(phrase) if shared == heading else 0.0


@cache
def single_words(phrase: str) -> str:
    """A phrase with its signs as single spaces and no case, as coded words are compared."""
    return " ".join(_WORD.findall(phrase.casefold()))
