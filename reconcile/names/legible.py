"""What of a name field reads as a name: its words up to the first sign or word that no name has.

Decides where in a field a name ends and a note begins. Invariant: nothing is invented or reordered, what is told is a
beginning of what was written, and where more was written ``MORE`` stands for it. Somebody else's bare name in the field
cannot be told from a further name of its bearer, nor a note of letters alone that has none of the words of notes.toml.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from reconcile.names.romanise import romanise
from reconcile.names.tokens import plain, words

MORE: Final = "…"
_JOINING: Final = frozenset("-‐‑'’ʼʻʹ`´.·・･\u200c\u200d")
"""Hyphens, apostrophes, full stops, middle dots and joiners: signs within a word of a name."""
_DIRECTIONS: Final = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_SPACES: Final = re.compile(r"[^\S\n\r\v\f\x85\u2028\u2029]+")
"""Spaces within a line: the end of a line is a sign no name has."""
_WORD: Final = re.compile("-*a[a-]*")
_BRACKET: Final = re.compile(r" ?(?:\(([^()]*)\)|\[([^\[\]]*)\])")
_POSSESSIVE: Final = re.compile("..['’ʼ`´][sS]$")
_PARTS: Final = re.compile(f"[{re.escape(''.join(sorted(_JOINING)))}]+")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean."""


@lru_cache(maxsize=1 << 14)
def legible(text: str, *, whole: bool = False) -> str:
    """``text`` as far as it reads as a name, with ``MORE`` after it where it says more.

    Words are letters of any script with hyphens, apostrophes and full stops between them. Any other sign, a digit, a
    word of notes.toml, a possessive and a word too many end the name; a bracket does not where it tells a former name.

    Args:
        whole: the text is a name whose parts are not told apart, and may have more words than a part.
    """
    text = _SPACES.sub(" ", text.translate(_DIRECTIONS).strip())
    end = _end(text, _limit("whole" if whole else "part"))
    more = any(sign.isalnum() for sign in text[end:])
    return f"{text[:end]} {MORE}".strip() if more else text[:end]


def _end(text: str, most: int) -> int:
    shape = "".join(map(_kind, text))
    end = 0
    for count, found in enumerate(_WORD.finditer(shape)):
        word = text[found.start() : found.end()]
        alone = "#" not in shape and not count and found.end() == len(text)
        reads = _reads(word, alone=alone) and not _marks(text, found.start(), found.end())
        if shape[end : found.start()].strip() or count == most or not reads:
            return _with_former(text, end) if end else end
        end = found.end()
        if _unabbreviated(word):
            return end
    return end


def _kind(sign: str) -> str:
    """ "a" for a letter or what is written over or under one, "-" for a joining sign, a space, "#" for any other."""
    if sign in _JOINING:
        return "-"
    return "a" if unicodedata.category(sign)[0] in "LM" else sign if sign == " " else "#"


def _reads(word: str, *, alone: bool) -> bool:
    """Whether a word may be one of a name."""
    parts = [part for part in _PARTS.split(word) if part]
    if len(word) > _limit("unspaced" if _UNSPACED.search(word) else "word") or _unabbreviated(word.rstrip(".")):
        return False
    if alone and len(parts) == 1:
        return True
    return not _POSSESSIVE.search(word) and _notes().isdisjoint({*map(romanise, parts), _joined(word)})


def _marks(text: str, start: int, end: int) -> bool:
    """Whether the word from ``start`` to ``end``, which may be a name, marks a note by where or how it stands."""
    written, before = text[start:end], bool(text[:start].strip())
    word = _joined(written)
    if word in _listed("within") and before and any(sign.isalnum() for sign in text[end:]):
        return True
    # One small letter before a name stands for von or van.
    if word not in _listed("within") | _listed("small") or (len(word) == 1 and not before):
        return False
    # In a name written small throughout, a note cannot be told from a name by its capitals: it ends there.
    return written.islower() and (before or any(sign.isupper() for sign in text))


def _joined(word: str) -> str:
    """A word as notes.toml has it: a.k.a. is aka."""
    return romanise(word.replace(".", ""))


def _unabbreviated(word: str) -> bool:
    """Whether a full stop in or after a word stands after more letters than an abbreviation has."""
    before = [romanise(part) for part in word.split(".")[:-1]]
    known = words().titles | words().suffixes
    return any(len(part) > _limit("abbreviated") and part not in known for part in before)


def _with_former(text: str, end: int) -> int:
    """Where a name that ends at ``end`` ends with the former name told in brackets after it, if one is."""
    if (found := _BRACKET.match(text, end)) is None:
        return end
    inside = found[1] or found[2] or ""
    told, spelt = plain(inside), inside.split()
    former = len(told) > 1 and told[0] in words().formerly and len(told) <= 1 + _limit("part")
    fits = bool(spelt) and _joined(spelt[0]) not in _listed("within")
    fits &= all(_WORD.fullmatch("".join(map(_kind, word))) and _reads(word, alone=False) for word in spelt)
    return found.end() if former and fits else end


def _limit(name: str) -> int:
    return int(_table()["limits"][name])


@cache
def _notes() -> frozenset[str]:
    """The words that are hardly ever names, and the plurals of the longer ones: Cros and Ands are names."""
    singular, least = _listed("words"), _limit("plural")
    plural = {f"{word}s" for word in singular if len(word) >= least}
    return (singular | plural) - _listed("within") - _listed("small")


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(_table()[name])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("notes.toml").read_text(encoding="utf-8"))
