"""Headings of an extract: which columns are never taken, and which headings may be said aloud.

Decides by the words of a heading, which stand in ``headings.toml``, and by its look. Invariant: a heading is quoted
only where neither it nor any other of its extract looks like a value: a row of data in the place of the heading row
is somebody's data, and is told by place alone.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from reconcile.values import dates, identifiers, places

LONGEST: Final = 60
"""Characters of a heading that may be quoted; what is longer is no heading but a text."""
NUMBERED: Final = ("pnc", "cro", "ni_number", "nomis", "crn")
"""Schemes of identifiers whose form is public."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_QUOTABLE: Final = re.compile(r"[^\W_][\w .,:;/()&'’+#%?*\-\[\]]*")
_DIGITS: Final = re.compile(r"\d{5,}")


@dataclass(frozen=True)
class Refused:
    """A kind of column that is never taken: what it is ``called`` and the ``reason`` a force is told."""

    kind: str
    called: str
    reason: str
    phrases: tuple[str, ...]


@cache
def never_taken() -> tuple[Refused, ...]:
    """The kinds of columns that are never taken, as ``headings.toml`` has them."""
    table = tomllib.loads(files(__package__).joinpath("headings.toml").read_text(encoding="utf-8"))
    return tuple(
        Refused(kind, entry["called"], entry["reason"], tuple(entry["phrases"])) for kind, entry in table.items()
    )


def refused(heading: str) -> Refused | None:
    """The kind of column ``heading`` names that is never taken; None where it may be."""
    words = [word.casefold() for word in _WORD.findall(heading)]
    text = f" {' '.join(words)} "
    for kind in never_taken():
        for phrase in kind.phrases:
            joined = phrase.replace(" ", "")
            if f" {phrase} " in text or f" {phrase}s " in text or joined in words or f"{joined}s" in words:
                return kind
    return None


def looks_like_data(heading: str) -> bool:
    """Whether ``heading`` looks like a value: a date, a postcode, an identifier, a number, an address of mail.

    A name of a person looks like a heading; what stands beside it in a row of data does not.
    """
    plain = heading.strip()
    digits, letters = (sum(map(test, plain)) for test in (str.isdigit, str.isalpha))
    if digits >= max(letters, 1) or _DIGITS.search(plain) or "@" in plain:
        return True
    return _is_date(plain) or places.is_postcode(plain) or any(_is_number(scheme, plain) for scheme in NUMBERED)


def said(names: Collection[str], headings: Sequence[str]) -> tuple[list[str], list[int]]:
    """How the headings ``names`` are told, of an extract with ``headings`` in the order sent.

    Returns:
        The names that can be quoted, sorted; and the places, from 1, of those that cannot.
    """
    doubtful = any(looks_like_data(heading) for heading in headings)
    quotable = {
        name for name in names if not doubtful and len(name) <= LONGEST and _QUOTABLE.fullmatch(name) is not None
    }
    return sorted(quotable), [place for place, name in enumerate(headings, 1) if name in names and name not in quotable]


def _is_date(text: str) -> bool:
    if not any(map(str.isdigit, text)):  # "May" and "March" name columns too
        return False
    return any((found := dates.parse(text, order)) is not None and found.lo is not None for order in dates.ORDERS)


def _is_number(scheme: str, text: str) -> bool:
    found = identifiers.parse(scheme, text)
    form = identifiers.form(scheme)
    return any(map(str.isdigit, text)) and (
        found.check == "valid" or (form is not None and bool(form.fullmatch(found.value)))
    )
