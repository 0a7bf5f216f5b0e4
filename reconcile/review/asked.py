"""What a person typed into the search: a name, numbers, a birth date, or several of them at once.

Decides what each part of the text means. Invariant: what can be a number is tried as one, what is a date is a birth
date, and whatever is left and has no figure is the name.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from reconcile.values import dates

LONGEST: Final = 200
"""Characters of a question that are read."""
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DATE: Final = re.compile(
    rf"(?<![\w/])(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-]+\d{{4}}|{_MONTH} \d{{4}}|(?:19|20)\d{{2}})(?![\w/])",
    re.IGNORECASE,
)
_LAST: Final = 2020
"""Two-digit years of birth are of the 2000s up to this one."""


@dataclass(frozen=True)
class Asked:
    """``born``: the first and last day the birth date can be; ``numbers`` as typed, to be read as any kind."""

    name: str = ""
    born: tuple[dt.date, dt.date] | None = None
    numbers: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.name or self.born or self.numbers)


def understand(text: str) -> Asked:
    """What ``text`` asks for."""
    plain = " ".join(text[:LONGEST].split())
    whole = re.sub(r"^(?:born|dob|d\.o\.b\.)[: ]+", "", plain, flags=re.IGNORECASE)
    born = None
    rest = whole
    for found in _DATE.finditer(whole):
        read = dates.parse(found[0].replace(",", " "), "dmy", _LAST)
        if read and read.lo and read.hi:
            born, rest = (read.lo, read.hi), f"{whole[: found.start()]} {whole[found.end() :]}"
            break
    words = rest.split()
    figured = [word.strip(",;") for word in words if any(sign.isdigit() for sign in word)]
    # A number may be written with spaces, and a national id be of letters alone.
    numbers = [plain, *figured, *((rest,) if len(figured) > 1 else ())] if plain else []
    name = " ".join(word for word in words if not any(sign.isdigit() for sign in word))
    name = re.sub(r"\b(?:born|dob|d\.o\.b\.)(?=\W|$)", "", name, flags=re.IGNORECASE).strip(" ,;:")
    name = name if any(sign.isalpha() for sign in name) else ""
    if figured and name and len(re.sub(r"[\W\d_]", "", name)) <= 2:
        name = ""  # letters of a number written with spaces
    return Asked(name, born, tuple(dict.fromkeys(numbers)))
