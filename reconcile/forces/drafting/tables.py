"""The table of coded words, ``words.toml``, as values."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def known_words(kind: str, column: str) -> Mapping[str, list[str]]:
    """What is written for each canonical word of ``column``; ``kind`` is known or roots. Empty where none is listed."""
    found: Mapping[str, list[str]] = _table()[kind].get(column, {})
    return found


def absent_words() -> Mapping[str, list[str]]:
    """The words for "withheld" and "unknown"."""
    found: Mapping[str, list[str]] = _table()["absent"]
    return found
