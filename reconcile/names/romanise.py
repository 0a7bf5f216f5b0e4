"""Any script to lower-case Latin letters and single spaces.

Decides how a name is spelt for comparing. Invariant: the result holds a-z, 0-9 and single spaces only, and
romanising twice changes nothing. Arabic-script names are written without vowels, so a table gives the usual
spelling of common ones; ``scripts`` spells Indic and Ukrainian; the rest is left to anyascii.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from anyascii import anyascii

from reconcile.names import scripts

_APOSTROPHES: Final = re.compile(r"[’‘'`ʼʻʹ´ʿʾ]")
_NOT_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_IDEOGRAPH: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
"""Each is a word of its own: names in them are written without spaces."""
_LATIN: Final = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\W\d_]*")
_PUNCTUM: Final = re.compile(r"([BCDFGMPSTbcdfgmpst])\u0307")
"""The dot over a consonant of older Irish spelling stands for an h after it."""
_SERVANT: Final = "عبد"
_THE: Final = "ال"


@cache
def _whole_words() -> dict[str, str]:
    text = resources.files(__package__).joinpath("romanised.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {scripts.arabic(unicodedata.normalize("NFKC", row["word"])): row["latin"] for row in rows}


@lru_cache(maxsize=1 << 17)
def romanise(text: str) -> str:
    """``text`` in a-z, 0-9 and single spaces; apostrophes vanish, every other mark becomes a space."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = _APOSTROPHES.sub("", text)
        if text.strip() in _whole_words():
            text = _whole_words()[text.strip()]
        elif _LATIN.fullmatch(text):
            text = _PUNCTUM.sub(r"\1h", unicodedata.normalize("NFD", text))
        else:
            text = " ".join(_word(word) for word in _IDEOGRAPH.sub(r" \g<0> ", scripts.ukrainian(text)).split())
        text = anyascii(unicodedata.normalize("NFC", text))
    return _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", text).lower()).strip()


def _word(word: str) -> str:
    """A word by the table, an Arabic one also without its article or after "servant of the"; else by its script."""
    table = _whole_words()
    folded = scripts.arabic(word)
    if (known := table.get(folded.lower())) is not None:
        return known
    for prefix, before in ((_SERVANT + _THE, "abdul "), (_SERVANT, "abdul "), (_THE, "al ")):
        rest = folded.removeprefix(prefix)
        if rest != folded and len(rest) > 2:
            return before + _word(rest)
    return scripts.indic(word)
