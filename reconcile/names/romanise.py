"""Any script to lower-case Latin letters and single spaces.

Decides how a name is spelt for comparing. Invariant: the result holds a-z, 0-9 and single spaces only, and
romanising twice changes nothing. Common Arabic-script names are written without vowels, so a small table gives
their usual spelling; the rest is left to anyascii.
"""

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

from anyascii import anyascii

_APOSTROPHES = re.compile(r"[’'`ʼʻ´]")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
"""Each is a word of its own: names in them are written without spaces."""


@cache
def _whole_words() -> dict[str, str]:
    text = resources.files(__package__).joinpath("romanised.csv").read_text(encoding="utf-8")
    return {unicodedata.normalize("NFKC", row["word"]): row["latin"] for row in csv.DictReader(text.splitlines())}


def romanise(text: str) -> str:
    """``text`` in a-z, 0-9 and single spaces; apostrophes vanish, every other mark becomes a space."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        table = _whole_words()
        words = [table.get(word, word) for word in _IDEOGRAPH.sub(r" \g<0> ", text).split()]
        text = anyascii(_APOSTROPHES.sub("", " ".join(words)))
    return _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", text).lower()).strip()
