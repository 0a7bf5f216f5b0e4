"""A name as written, taken apart: given names in order, the surname, the parts of a double-barrelled one.

Decides which words of a name are compared with which. Invariant: nothing is invented; a part that is not there
is empty, and the order of the words inside a part is kept.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from reconcile.names.romanise import romanise

_MAC: Final = re.compile(r"^mac(?=[b-df-hj-np-tv-z])")
_IDEOGRAPHS: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,4}")
MIDDLES: Final = 3
"""Given names after the first that are compared."""


@dataclass(frozen=True)
class Words:
    titles: frozenset[str]
    suffixes: frozenset[str]
    joined: frozenset[str]
    joined_given: frozenset[str]
    dropped: frozenset[str]
    formerly: frozenset[str]
    none: frozenset[str]


@dataclass(frozen=True)
class Surname:
    """``whole`` without spaces; ``parts`` the halves of a compound one, empty for a simple surname;
    ``former`` what follows née, formerly or aka."""

    whole: str
    parts: tuple[str, ...] = ()
    former: str = ""


@cache
def words() -> Words:
    table = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return Words(**{name: frozenset(values) for name, values in table.items()})


def tokens(text: str, *, given: bool = False) -> list[str]:
    """The words of ``text`` romanised, without titles and suffixes, particles joined to what follows them."""
    known = words()
    text = romanise(text)
    if not text or text in known.none:
        return []
    kept = [word for word in text.split() if word not in known.titles and word not in known.suffixes]
    if len(kept) > 1:
        head = kept[:1] if given else []
        kept = head + [word for word in kept[len(head) :] if word not in known.dropped] or kept
    particles = known.joined_given if given else known.joined
    joined: list[str] = []
    pending = ""
    for word in kept:
        if word in particles:
            pending += word
        else:
            joined.append(pending + word)
            pending = ""
    if pending:
        joined.append(pending)
    return joined


def given(text: str) -> tuple[str, ...]:
    """Given names in order, at most 1 + ``MIDDLES``; a hyphenated one counts as two."""
    return tuple(tokens(text, given=True)[: 1 + MIDDLES])


def surname(text: str) -> Surname:
    """The surname in ``text``: "Mac Donald" and "McDonald" alike, "Smith-Jones" with its parts, née kept apart."""
    known = words()
    raw = romanise(text).split()
    cut = next((index for index, word in enumerate(raw) if index and word in known.formerly), len(raw))
    now = [_MAC.sub("mc", word) for word in tokens(" ".join(raw[:cut]))]
    then = "".join(_MAC.sub("mc", word) for word in tokens(" ".join(raw[cut + 1 :])))
    if not now:
        return Surname("", (), then)
    return Surname("".join(now), tuple(word for word in now if len(word) > 2) if len(now) > 1 else (), then)


def full(text: str) -> tuple[str, str]:
    """``text`` split into given names and surname, as written: "SURNAME, Given", else the last word is the surname.

    Particles stay with the surname they lead. A single word is a surname. In ideographs the first is the surname.
    """
    if _IDEOGRAPHS.fullmatch(text.strip()):
        return text.strip()[1:], text.strip()[:1]
    if "," in text:
        before, after = text.split(",", 1)
        if after.strip():
            return after.strip(), before.strip()
        text = before
    known = words()
    parts = [word for word in text.split() if romanise(word) not in known.titles]
    if not parts:
        return "", ""
    cut = next((index for index, word in enumerate(parts) if index and romanise(word) in known.formerly), len(parts))
    start = cut - 1
    while start > 1 and romanise(parts[start - 1]) in known.joined | known.dropped:
        start -= 1
    return " ".join(parts[:start]), " ".join(parts[start:])
