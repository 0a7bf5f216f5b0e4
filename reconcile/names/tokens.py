"""The words of a name as they are compared: romanised, without titles, particles joined to what they belong to.

Decides which words carry a name and where one ends. Invariant: nothing is invented, the order of words is kept, and
where a name has any word at all, one is left.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from reconcile.names.romanise import romanise

KNOWN_AS: Final = "aka"
"""Stands for every phrase that says another name follows."""


@dataclass(frozen=True)
class Words:
    titles: frozenset[str]
    suffixes: frozenset[str]
    fused: frozenset[str]
    leading: frozenset[str]
    servant: frozenset[str]
    trailing: frozenset[str]
    dropped: frozenset[str]
    between: frozenset[str]
    religious: frozenset[str]
    before: frozenset[str]
    filler: frozenset[str]
    formerly: frozenset[str]
    none: frozenset[str]
    two_signs: frozenset[str]
    phrases: tuple[str, ...]
    faith: re.Pattern[str]
    patronymic: re.Pattern[str]

    @property
    def marks(self) -> frozenset[str]:
        """Every word and phrase that says another name follows."""
        return self.formerly | frozenset(self.phrases)


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def words() -> Words:
    table = dict(_table())
    phrases = tuple(table.pop("phrases"))
    faith, endings = ("|".join(table.pop(name)) for name in ("faith", "patronymic"))
    return Words(
        **{name: frozenset(values) for name, values in table.items()},
        phrases=phrases,
        faith=re.compile(rf"(?<=[a-z] )(?:{faith})\b"),
        patronymic=re.compile(rf".{{2,}}(?:{endings})"),
    )


_USUAL: Final = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def usual(text: str) -> list[str] | None:
    """The words of ``text``, small, where it is capitalised English letters and single spaces, and every word carries
    a name and nothing else, as most do; None for anything else. What they mean is then plain from their order."""
    if not _USUAL.fullmatch(text):
        return None
    found = text.lower().split(" ")
    return found if _unusual().isdisjoint(found) else None


@cache
def _unusual() -> frozenset[str]:
    """Every word that is read otherwise than as a name, alone or within a phrase."""
    return frozenset(
        word for name, texts in _table().items() if name not in _NAMES for text in texts for word in text.split()
    )


_NAMES: Final = frozenset({"before", "filler", "patronymic", "two_signs"})
"""Lists of words that are names, and parts of words."""


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words().phrases)})\b")


def plain(text: str) -> list[str]:
    """The romanised words of ``text`` without titles before and suffixes after them; none where it says unknown."""
    known = words()
    text = romanise(text)
    if text in known.none:
        return []
    found = known.faith.sub("uddin", _phrases().sub(KNOWN_AS, text)).split()
    while len(found) > 1 and found[0] in known.titles:
        found = found[1:]
    while len(found) > 1 and found[-1] in known.suffixes:
        found = found[:-1]
    return found


@lru_cache(maxsize=1 << 16)
def given_words(text: str) -> tuple[str, ...]:
    """The words of given names: "Abdul Rahman" one word, "bin" and religious second names left out."""
    known = words()
    found: list[str] = []
    for word in _servants(plain(text)):
        if found and (word in known.dropped or word in known.religious):
            continue
        if found and word in known.trailing:
            found[-1] += word
        else:
            found.append(word)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def surname_words(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a surname with their particles joined to them, and the same words without leading particles."""
    known = words()
    found = _servants(plain(text))
    ends = {0, len(found) - 1}
    found = [word for place, word in enumerate(found) if place in ends or word not in known.between]
    found = [word for word in found if word not in known.dropped and word not in known.trailing] or found
    joined, bare = [], []
    before = led = ""
    for word in found:
        if word in known.leading or word in known.fused:
            before += word
            led = led + word if word in known.fused else ""
        else:
            joined.append(before + word)
            bare.append(led + word)
            before = led = ""
    if before:
        joined.append(before)
        bare.append(before)
    return tuple(joined), tuple(bare)


def _servants(found: list[str]) -> list[str]:
    """ "Abd al-Rahman" and "Abdur Rahman" as "abdulrahman"."""
    known = words()
    kept: list[str] = []
    waiting = False
    for word in found:
        if waiting and word in known.dropped | known.trailing:
            continue
        if waiting:
            kept[-1] = "abdul" + word
            waiting = False
        else:
            kept.append(word)
            waiting = word in known.servant
    return kept
