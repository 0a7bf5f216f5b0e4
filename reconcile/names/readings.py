"""The ways one full name can be read: which words are given names, which the surname.

Decides what else than the order shown a name can mean, and at what cost in bits. Invariant: the reading shown is that
of ``parse.full`` and costs nothing; a name without a word has no reading.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final

from reconcile.names import parse
from reconcile.names.order import eastern, is_shown, surname_first
from reconcile.names.parse import Surname
from reconcile.names.skeleton import skeleton
from reconcile.names.tokens import KNOWN_AS, plain, usual, words

WEIGHTS: Final[dict[str, dict[str, float]]] = tomllib.loads(
    resources.files(__package__).joinpath("similarity.toml").read_text(encoding="utf-8")
)
_COST: Final = WEIGHTS["reading"]


@dataclass(frozen=True)
class Reading:
    given: tuple[str, ...]
    surname: Surname
    cost: float = 0.0
    kind: str = "shown"
    open: bool = False
    """More than two words, which can be read in more ways than turned round; known of the reading shown."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        return (*self.given, *filter(None, self.surname.parts or (self.surname.whole,)))

    @cached_property
    def bones(self) -> frozenset[str]:
        return frozenset(map(skeleton, self.words))

    @cached_property
    def run_together(self) -> str:
        return "".join(self.given) + self.surname.whole + self.surname.former


@lru_cache(maxsize=1 << 16)
def reading(text: str) -> Reading | None:
    """The reading that ``text`` shows; None where it holds no word."""
    return _shown(text)[0]


@lru_cache(maxsize=1 << 16)
def others(text: str) -> tuple[Reading, ...]:
    """What else ``text`` can mean."""
    first, given, surname_text = _shown(text)
    if first is None:
        return ()
    found = [*_turned(text, given, first.surname), *_alias(surname_text)]
    religious = [word for word in plain(text)[1:-1] if word in words().religious]
    if religious and first.surname.whole:
        found.append(Reading(given, Surname(religious[-1]), _COST["religious"]))
    if first.given != given:
        found.append(Reading(("".join(_named(given)[::-1]),), first.surname, _COST["turned"]))
    elif len(given) > 1 and first.surname.whole and not first.surname.parts:
        parts = (given[-1], first.surname.whole)
        found.append(Reading(given[:-1], Surname("".join(parts), parts), _COST["compound"], "compound"))
    return tuple(found)


def _shown(text: str) -> tuple[Reading | None, tuple[str, ...], str]:
    """The reading shown, its given names word by word, and its surname as written."""
    simple = _simple(text)
    if simple is None:
        given_text, surname_text = parse.full(text)
        given, surname = parse.given(given_text), parse.surname(surname_text)
    else:
        given, surname, surname_text = *simple, ""
    if not given and not surname.whole:
        return None, (), ""
    if len(given) > 1 and eastern(given, surname.whole):
        return Reading(("".join(_named(given)),), surname, open=True), given, surname_text
    two = len(given) == 1 and bool(surname.whole) and not surname.parts and (simple or len(plain(text)) == 2)
    return Reading(given, surname, open=not two), given, surname_text


def _named(given: tuple[str, ...]) -> tuple[str, ...]:
    """East Asian given names but for middle names that tell the sex alone."""
    return tuple(word for word in given if word not in words().filler) or given


def _simple(text: str) -> tuple[tuple[str, ...], Surname] | None:
    """What ``parse`` makes of two or three usual words, at a tenth of the time; None for anything else."""
    found = usual(text)
    if found is None or not 1 < len(found) < 4:
        return None
    if surname_first(found):
        return tuple(found[1:]), Surname(parse.mac(found[0]))
    return tuple(found[:-1]), Surname(parse.mac(found[-1]))


def _turned(text: str, given: tuple[str, ...], surname: Surname) -> list[Reading]:
    if not given:
        return [Reading((surname.whole,), Surname(""), _COST["given"])]
    if not surname.whole:
        return [Reading((), Surname("".join(given)), _COST["given"])]
    shown = "," in text or any(ord(sign) > 0x2E80 for sign in text) or is_shown(given[0], surname.whole)
    cost = _COST["shown" if shown else "turned"]
    last = surname.parts or (surname.whole,)
    found = [Reading(last, parse.surname(" ".join(given)), cost, "turned")]
    if len(given) > 1:
        found.append(Reading((*given[1:], *last), parse.surname(given[0]), cost, "turned"))
    return found


def _alias(surname_text: str) -> list[Reading]:
    found = plain(surname_text)
    cut = next((place for place, word in enumerate(found) if place and word in words().formerly), None)
    if cut is None or found[cut] == "nee" or len(found) - cut < 3:
        return []
    given, surname = parse.full(" ".join(found[cut + 1 :]))
    return [Reading(parse.given(given), parse.surname(surname), _COST["alias" if KNOWN_AS else "given"])]
