"""What stands for no value, from one table with its reasons: ``placeholders.toml``.

Decides whether a text is a placeholder (two equal ones say nothing of two people) or generic (they say little).
Invariant: nothing is dropped here; the caller keeps the text and knows what it is worth.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

FIELDS: Final = ("birth_date", "name", "pnc", "cro", "ni_number", "identifier", "postcode", "address")


@dataclass(frozen=True)
class Placeholder:
    """One line of the table; ``weight`` is none or low."""

    field: str
    weight: str
    reason: str
    equals: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None

    def covers(self, text: str) -> bool:
        """Whether the line covers ``text``, given with single spaces and no case."""
        return text in self.equals or (self.pattern is not None and self.pattern.search(text) is not None)


@cache
def table() -> tuple[Placeholder, ...]:
    """The whole table, in its order."""
    source = resources.files(__package__).joinpath("placeholders.toml").read_text(encoding="utf-8")
    return tuple(
        Placeholder(
            entry["field"],
            entry["weight"],
            entry["reason"],
            frozenset(entry.get("equals", ())),
            re.compile(entry["pattern"], re.IGNORECASE) if "pattern" in entry else None,
        )
        for entry in tomllib.loads(source)["placeholder"]
    )


@cache
def _of(field: str) -> tuple[Placeholder, ...]:
    if field not in FIELDS:
        raise ValueError(f"no placeholders are listed for {field}: one of {', '.join(FIELDS)}")
    return tuple(line for line in table() if line.field == field)


def find(field: str, text: str) -> Placeholder | None:
    """The first line of the table that covers ``text``, or None. ``field`` is one of ``FIELDS``."""
    plain = " ".join(text.split()).casefold()
    return next((line for line in _of(field) if line.covers(plain)), None) if plain else None


def is_placeholder(field: str, text: str) -> bool:
    """Whether ``text`` stands for no value at all."""
    found = find(field, text)
    return found is not None and found.weight == "none"
