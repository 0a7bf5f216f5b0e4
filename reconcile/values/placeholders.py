"""What stands for no value, from one table with its reasons: ``placeholders.toml``.

Decides whether a text is a placeholder (two equal ones say nothing of two people) or generic (they say little).
Invariant: nothing is dropped here; the caller keeps the text and knows what it is worth.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.values import text_bytes

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


def worthless(field: str, texts: Any) -> Any:
    """Whether each text of an Arrow string array stands for no value at all, as a boolean array; null is False."""
    compute: Any = pc
    plain = compute.utf8_trim_whitespace(compute.ascii_lower(texts))
    if _has_odd_spaces(plain):
        plain = compute.replace_substring_regex(plain, r"\s+", " ")
    # a look at all lines at once leaves few texts to be held against each
    equals, pattern = _together(field)
    likely = compute.is_in(plain, value_set=pa.array(equals, pa.string()))
    if pattern:
        likely = compute.or_(likely, compute.match_substring_regex(plain, pattern, ignore_case=True))
    likely = compute.or_(compute.fill_null(likely, False), compute.fill_null(odd(texts), False))
    read = [is_placeholder(field, text) for text in texts.filter(likely).to_pylist()]
    return compute.replace_with_mask(likely, likely, pa.array(read, pa.bool_()))


def _has_odd_spaces(texts: Any) -> bool:
    """Whether any text may have two spaces together or one that is not plain: their bytes are looked at as one text."""
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    starts, octets = text_bytes.spread(texts)
    octets = octets[starts[0] : starts[-1]]
    space = octets == ord(" ")
    return bool((space[1:] & space[:-1]).any() or ((octets >= ord("\t")) & (octets <= ord("\r"))).any())


def odd(texts: Any) -> Any:
    """Whether each text has letters or spaces that Arrow and Python may see otherwise, to be read one by one; null is
    null."""
    compute: Any = pc
    return compute.invert(compute.or_(compute.ascii_is_printable(texts), compute.equal(texts, "")))


@cache
def _together(field: str) -> tuple[list[str], str]:
    """All whole values of the lines of a field that stand for none, and all their patterns as one."""
    lines = [line for line in _of(field) if line.weight == "none"]
    patterns = [f"(?:{line.pattern.pattern})" for line in lines if line.pattern is not None]
    return sorted(frozenset().union(*(line.equals for line in lines))), "|".join(patterns)
