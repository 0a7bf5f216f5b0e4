"""A name as written, taken apart: given names in order, the surname, the parts of a double-barrelled one.

Decides which words of a name are compared with which. Invariant: nothing is invented; a part that is not there
is empty, and the order of the words inside a part is kept.
"""

import re
from dataclasses import dataclass
from typing import Final

from reconcile.names import variants
from reconcile.names.order import full
from reconcile.names.tokens import given_words, plain, surname_words, usual, words

__all__ = ["MIDDLES", "Surname", "full", "given", "surname"]

MIDDLES: Final = 3
"""Given names after the first that are compared."""
_MAC: Final = re.compile(r"^mac(?=[b-df-hj-np-tv-z].{2})")


@dataclass(frozen=True)
class Surname:
    """``whole`` without spaces; ``parts`` the halves of a compound one, or the name without its particle;
    ``former`` what follows née, formerly or aka."""

    whole: str
    parts: tuple[str, ...] = ()
    former: str = ""


def given(text: str) -> tuple[str, ...]:
    """Given names in order, at most 1 + ``MIDDLES``; a hyphenated one counts as two."""
    found = usual(text)
    return (given_words(text) if found is None else tuple(found))[: 1 + MIDDLES]


def surname(text: str) -> Surname:
    """The surname in ``text``: "Mac Donald" and "McDonald" alike, "Smith-Jones" with its parts, née kept apart."""
    if (found := usual(text)) is not None:
        now = tuple(mac(word) for word in found)
        return Surname("".join(now), tuple(word for word in now if len(word) > 2) if len(now) > 1 else ())
    return _surname(text)


def _surname(text: str) -> Surname:
    known = words()
    found = plain(text)
    cut = next((place for place, word in enumerate(found) if place and word in known.formerly), len(found))
    now, bare = (tuple(mac(word) for word in side) for side in surname_words(" ".join(found[:cut])))
    former = _former(found[cut + 1 :])
    parts = tuple(word for word in bare if len(word) > 2)
    return Surname("".join(now), parts if len(now) > 1 or bare != now else (), former)


def _former(found: list[str]) -> str:
    """A former surname: the whole of what follows née, but not the given name before it in a full alias."""
    if len(found) > 1 and found[0] in variants.given_names().sexes:
        found = found[1:]
    return "".join(mac(word) for word in surname_words(" ".join(found))[0])


def mac(word: str) -> str:
    """Mac as it is written shorter."""
    return _MAC.sub("mc", word)
