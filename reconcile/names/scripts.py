"""Spelling out scripts that a letter-for-letter table spells badly: Indic, Arabic, Ukrainian.

Decides which vowels an Indic consonant carries and how Ukrainian letters sound. Invariant: a text in no such script
is given back as it came.
"""

import re
import unicodedata
from typing import Final

_FIRST: Final = 0x0900
_LAST: Final = 0x0D7F
"""Devanagari to Malayalam: blocks of 128 in which the same sound has the same place."""
_CONSONANTS: Final = (
    "k kh g gh ng ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h".split()  # noqa: SIM905
)
_VOWELS: Final = dict(zip(range(0x05, 0x15), "a a i i u u ri li e e e ai o o o au".split(), strict=True))  # noqa: SIM905
_SIGNS: Final = dict(zip(range(0x3E, 0x4D), "a i i u u ri ri e e e ai o o o au".split(), strict=True))  # noqa: SIM905
_NASALS: Final = (0x01, 0x02, 0x70)
_DOTTED: Final = {"j": "z", "ph": "f", "k": "q", "d": "r", "dh": "rh"}
_NUKTA: Final = 0x3C
_VIRAMA: Final = 0x4D
_MUTE: Final = re.compile(r"(?<=[aeiou@])([^aeiou@ ]+)@(?=[^aeiou@ ]+[aeiou])")
"""An inherent vowel between two syllables that have their own is not spoken: Harajit is Harjit."""

_ARABIC: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ة": "ه"}
    | {"ۃ": "ه", "ؤ": "و", "ئ": "ي", "ـ": None, "ء": None, "\u200c": None}
)
_MARKS: Final = re.compile(r"[\u064b-\u0655\u0670]")
_UKRAINIAN: Final = re.compile(r"[іїєґ]", re.IGNORECASE)
_LETTERS: Final = {"г": "h", "ґ": "g", "и": "y", "і": "i", "ї": "i", "є": "ie", "й": "i", "щ": "shch", "х": "kh"} | {
    "ю": "iu", "я": "ia", "ц": "ts", "ж": "zh", "ч": "ch", "ш": "sh", "ь": "", "'": ""
}  # fmt: skip
_AT_START: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def indic(text: str) -> str:
    """``text`` with words of the scripts from Devanagari to Malayalam in Latin letters."""
    if not any(_FIRST <= ord(sign) <= _LAST for sign in text):
        return text
    return " ".join(_indic_word(word) for word in text.split())


def _indic_word(word: str) -> str:
    spelt: list[str] = []
    for sign in unicodedata.normalize("NFD", word):
        place = (ord(sign) - _FIRST) % 0x80
        if not _FIRST <= ord(sign) <= _LAST:
            spelt.append(sign)
        elif 0x15 <= place <= 0x39:
            spelt.append(_CONSONANTS[place - 0x15] + "@")
        elif place in _SIGNS or place == _VIRAMA:
            spelt[-1:] = [spelt[-1].rstrip("@") + _SIGNS.get(place, "")] if spelt else []
        elif place in _VOWELS:
            spelt.append(_VOWELS[place])
        elif place in _NASALS:
            spelt.append("n")
        elif place == _NUKTA and spelt:
            bare = spelt[-1].rstrip("@")
            spelt[-1] = _DOTTED.get(bare, bare) + "@"
    latin = "".join(spelt)
    # The vowel that no sign writes is not spoken at the end of a word either.
    latin = latin.removesuffix("@") if len(latin) > 2 else latin
    return _MUTE.sub(r"\1", latin).replace("@", "a")


def arabic(word: str) -> str:
    """A word without vowel marks, its letters those of the table of names."""
    return _MARKS.sub("", word).translate(_ARABIC)


def ukrainian(text: str) -> str:
    """``text`` with Ukrainian letters in Latin, where some letter shows that it is Ukrainian."""
    if not _UKRAINIAN.search(text):
        return text
    return " ".join(_AT_START.get(word[0], _spelt(word[0])) + _spelt(word[1:]) for word in text.lower().split())


def _spelt(letters: str) -> str:
    return "".join(_LETTERS.get(letter, letter) for letter in letters)
