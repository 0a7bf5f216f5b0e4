"""What stands for a name in a key: its consonant skeleton, its metaphone, and itself with one letter left out.

Decides which spellings are the same sound, and which are one letter apart. Invariant: a code depends on the romanised
word alone. The skeleton is made for Arabic and South Asian spellings, where vowels are written at will; metaphone for
English ones.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import jellyfish
import numpy as np
from numpy.typing import NDArray

SHORTEST: Final = 4
"""Letters below which a word but one letter says too little."""

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
_VOWELS: Final = tuple("aeiouyh")
_LINE: Final = "\n"

_BASE: Final = 37
_DIGITS: Final = np.zeros(256, np.int64)
"""a-z are 1 to 26 and 0-9 are 27 to 36: without a zero, no two strings give one number."""
_DIGITS[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", np.uint8)] = np.arange(1, _BASE)
_PACKED: Final = 12
"""Letters that fit into 63 bits."""
_NONE: Final = np.zeros(0, np.int64)


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """The consonants of a romanised word, spellings of one sound made one; "a" leads where a vowel does."""
    return _lead(word) + _bones(word)


def skeletons(words: Sequence[str]) -> list[str]:
    """The skeleton of each word, all in one pass over one text; no word holds a line break."""
    if not words:
        return []
    bones = _bones(_LINE.join(words)).split(_LINE)
    return [_lead(word) + rest for word, rest in zip(words, bones, strict=True)]


def _lead(word: str) -> str:
    return "a" if word.lstrip(" ")[:1] in _VOWELS else ""


def _bones(text: str) -> str:
    text = text.replace(" ", "")
    for written, sounds in _DIGRAPHS:
        text = text.replace(written, sounds)
    return _DOUBLED.sub(r"\1", _SOFT.sub("", text).translate(_LETTERS))


def sound(word: str) -> str:
    """The metaphone of a romanised word."""
    return jellyfish.metaphone(word) if word else ""


def deletions(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each word of at least ``SHORTEST`` letters, and the word but each one letter: two words one edit apart share one.

    Args:
        words: distinct, of the letters a-z and digits only; shorter words have no keys.

    Returns:
        ``owners`` int64: the index of a word, rising. ``keys`` int64, from 0 without gaps: equal exactly where the
        shortened words are equal. No pair stands twice.

    Raises:
        ValueError: a word holds another sign.
    """
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        if len(word) >= SHORTEST:
            by_length[len(word)].append(place)
    owners, keys = [_NONE], [_NONE]
    beyond: dict[str, int] = {}
    for length, places in by_length.items():
        if length <= _PACKED:
            rows, packed = _packed([words[place] for place in places], length)
            owners.append(np.asarray(places, np.int64)[rows])
            keys.append(packed)
            continue
        spelt = [(place, words[place]) for place in places]
        shorter = [(place, word[:cut] + word[cut + 1 :]) for place, word in spelt for cut in range(length)]
        spelt += list(dict.fromkeys(shorter))
        owners.append(np.array([place for place, _ in spelt], np.int64))
        keys.append(_keys([each for _, each in spelt], beyond))
    owner, key = np.concatenate(owners), np.concatenate(keys)
    order = np.argsort(owner, kind="stable")
    return owner[order], np.unique(key, return_inverse=True)[1].astype(np.int64)[order]


def _keys(words: list[str], beyond: dict[str, int]) -> NDArray[np.int64]:
    """The number of each word, and for a long one the next that no number is."""
    keys = np.array(
        [0 if len(word) <= _PACKED else beyond.setdefault(word, -1 - len(beyond)) for word in words], np.int64
    )
    short = np.flatnonzero(keys == 0)
    if len(short):
        keys[short] = _packed([words[place] for place in short], _PACKED, whole=True)[1]
    return keys


def _packed(words: list[str], length: int, *, whole: bool = False) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The keys of words of one length as numbers to the base of the alphabet, so that no string is made of them;
    ``whole``: of the words alone."""
    signs = np.frombuffer("".join(words).encode("ascii", "replace"), np.uint8).reshape(len(words), length)
    digits = _DIGITS[signs]
    if not digits.all():
        raise ValueError("a word holds signs other than a-z and 0-9: romanise it, and split it into words")
    after = [np.zeros(len(words), np.int64)]
    for place in range(length - 1, -1, -1):
        after.append(after[-1] + digits[:, place] * _BASE ** (length - 1 - place))
    places, before = np.arange(len(words)), np.zeros(len(words), np.int64)
    owners, keys = [places], [after[-1]]
    for cut in range(0 if whole else length):
        # Of two equal letters side by side the second leaves the same word.
        once = digits[:, cut] != digits[:, cut - 1] if cut else np.ones(len(words), bool)
        owners.append(places[once])
        keys.append((before * _BASE ** (length - 1 - cut) + after[length - 1 - cut])[once])
        before = before * _BASE + digits[:, cut]
    return np.concatenate(owners), np.concatenate(keys)
