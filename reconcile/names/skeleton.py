"""How a name sounds, in two codes: its consonant skeleton and its metaphone.

Decides which spellings are the same sound. Invariant: a code depends on the romanised word alone. The skeleton
is made for Arabic and South Asian spellings, where vowels are written at will; metaphone for English ones.
"""

import re
from collections.abc import Sequence
from typing import Final

import jellyfish
import numpy as np
from numpy.typing import NDArray

_DIGRAPHS: Final = (
    ("tsch", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("ph", "f"),
    ("gh", "g"),
    ("kh", "k"),
    ("sh", "s"),
    ("sz", "s"),
    ("cz", "c"),
    ("ch", "c"),
    ("th", "t"),
    ("dh", "d"),
    ("bh", "b"),
    ("ck", "k"),
    ("qu", "k"),
    ("wr", "r"),
    ("kn", "n"),
    ("ce", "s"),
    ("ci", "s"),
    ("cy", "s"),
)
_LETTERS: Final = str.maketrans({"q": "k", "c": "k", "x": "k", "z": "s", "j": "j", "w": "v", "g": "g"})
_SOFT: Final = re.compile(r"[aeiouyh]|w(?![aeiouy])")
_DOUBLED: Final = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """The consonants of a romanised word, spellings of one sound made one; "a" leads where a vowel does."""
    text = word.replace(" ", "")
    if not text:
        return ""
    lead = "a" if text[0] in "aeiouyh" else ""
    for written, sound in _DIGRAPHS:
        text = text.replace(written, sound)
    return lead + _DOUBLED.sub(r"\1", _SOFT.sub("", text).translate(_LETTERS))


def sound(word: str) -> str:
    """The metaphone of a romanised word."""
    return jellyfish.metaphone(word) if word else ""


SHORTEST: Final = 4
"""Letters below which a word but one letter says too little."""


def deletions(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each word of at least ``SHORTEST`` letters and the word but each one letter: two words one edit apart share one.

    Returns:
        the place of the word, rising, and a code of the shortened word: equal codes, equal words.
    """
    owners: list[int] = []
    codes: list[int] = []
    known: dict[str, int] = {}
    for place, word in enumerate(words):
        if len(word) >= SHORTEST:
            shortened = {word, *(word[:cut] + word[cut + 1 :] for cut in range(len(word)))}
            codes.extend(known.setdefault(each, len(known)) for each in sorted(shortened))
            owners.extend([place] * len(shortened))
    return np.array(owners, np.int64), np.array(codes, np.int64)
