"""A full name split into given names and surname, whatever order it is written in.

Decides which words of one text are the surname. Invariant: every word as written ends on one side or the other,
titles and suffixes excepted; what shows no order is taken in the English one, the surname last.
"""

import re
from functools import cache
from typing import Final

from reconcile.names import variants
from reconcile.names.romanise import romanise
from reconcile.names.tokens import usual, words

_SIGNS: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]{2,5}")
_EASTERN: Final = frozenset({"chinese", "korean", "vietnamese"})


def full(text: str) -> tuple[str, str]:
    """``text`` split into given names and surname, as written.

    The surname is what stands before a comma, what alone is in capitals, the first of Chinese and Korean signs, the
    first word where a patronymic comes last or where the tables know it for a surname and the last for none; else
    the last word with the particles that lead it and all that follows née or aka. A single word is a surname.
    """
    if (found := usual(text)) is not None:
        first = len(found) > 1 and surname_first(found)
        last, _space, rest = text.partition(" ") if first else text.rpartition(" ")[::-1]
        return rest, last
    return _full(text)


def _full(text: str) -> tuple[str, str]:
    signs = text.split()
    if signs and _SIGNS.fullmatch("".join(signs)):
        return _signs(signs)
    before, _comma, after = text.partition(",")
    if set(romanise(after).split()) <= words().suffixes:
        return _words(_bare(before.split()))
    return (after.strip(), before.strip()) if before.strip() else full(after)


def _words(found: list[str]) -> tuple[str, str]:
    """A name without a comma, as its words."""
    plain = [romanise(word) for word in found]
    cut = _formerly(found, plain)
    if cut is not None:
        given, surname = _words(found[:cut])
        return given, " ".join([surname, *found[cut:]])
    if len(found) < 2 or (len(found) == 2 and plain[0] in words().fused):
        return "", " ".join(found)
    if split := _capitals(found):
        return split
    if surname_first(plain):
        return " ".join(found[1:]), found[0]
    start = len(found) - 1
    while start > 1 and _leads(plain[start - 1], plain[start]):
        start -= 1
    return " ".join(found[:start]), " ".join(found[start:])


def surname_first(plain: list[str]) -> bool:
    """Whether romanised words of a full name show that the surname is the first of them."""
    if len(plain) > 2 and words().patronymic.fullmatch(plain[-1]):
        return True
    eastern, others = _surnames()
    given = variants.given_names().sexes
    first, *rest = plain
    if len(plain) == 2 and first in others and first not in given and rest[0] in given and rest[0] not in others:
        return True
    if first not in eastern or rest[-1] in eastern or rest[-1] in others:
        return False
    parts = [part for word in rest for part in word.split()]
    if len(parts) > len(rest) and not set(parts) & _western_given():
        return True
    return first not in given or all(part in _eastern_given() for part in parts)


def _leads(word: str, following: str) -> bool:
    """Whether ``word`` belongs to the surname after it. A lone O is an initial, but before Connor."""
    known = words()
    if word == "o":
        return "o" + following in variants.surnames().others
    return word in known.leading or word in known.fused or word in known.dropped or word in known.servant


def eastern(given: tuple[str, ...], surname: str) -> bool:
    """Whether a name is East Asian, whose given names of several words are one name."""
    return surname in _surnames()[0] and all(len(word) < 6 for word in given) and not set(given) & _western_given()


def is_shown(given: str, surname: str) -> bool:
    """Whether the tables know the one word for a given name and the other for a surname, and no East Asian one."""
    return given in variants.given_names().sexes and surname in _surnames()[1] and surname not in _surnames()[0]


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    """East Asian surnames, and all others the table knows."""
    rows = variants.surname_rows()
    eastern = frozenset(word for row in rows if row.origin in _EASTERN for word in row.words)
    return eastern, frozenset(word for row in rows if row.origin not in _EASTERN for word in row.words)


@cache
def _western_given() -> frozenset[str]:
    """Given names of four letters or more that are not East Asian ones."""
    rows = (row for row in variants.given_rows() if row.origin not in _EASTERN)
    return frozenset(word for row in rows for word in row.words if len(word) > 3) - _eastern_given()


@cache
def _eastern_given() -> frozenset[str]:
    return frozenset(word for row in variants.given_rows() if row.origin in _EASTERN for word in row.words)


def _signs(found: list[str]) -> tuple[str, str]:
    if len(found) > 1:
        return "".join(found[1:]), found[0]
    length = 2 if len(found[0]) > 2 and found[0][:2] in words().two_signs else 1
    return found[0][length:], found[0][:length]


def _bare(found: list[str]) -> list[str]:
    """Without titles before and suffixes after, nor words without a letter."""
    found = [word for word in found if romanise(word)]
    while len(found) > 1 and romanise(found[0]) in words().titles:
        found = found[1:]
    while len(found) > 1 and romanise(found[-1]) in words().suffixes:
        found = found[:-1]
    return found


def _formerly(found: list[str], plain: list[str]) -> int | None:
    """The place of a word or phrase such as née that stands between two names."""
    for place in range(1, len(found) - 1):
        rest = " ".join(plain[place:])
        if any(rest.startswith(mark + " ") for mark in words().marks):
            return place
    return None


def _capitals(found: list[str]) -> tuple[str, str] | None:
    """The words all in capitals as the surname, where they stand together at one end and the others are not so."""
    loud = [word.isupper() and sum(letter.isalpha() for letter in word) > 2 for word in found]
    count = sum(loud)
    if count and any(letter.islower() for letter in "".join(found)):
        if all(loud[:count]):
            return " ".join(found[count:]), " ".join(found[:count])
        if all(loud[-count:]):
            return " ".join(found[:-count]), " ".join(found[-count:])
    return None
