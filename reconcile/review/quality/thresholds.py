"""The numbers of ``quality.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def numbers() -> Mapping[str, Any]:
    """The table, by section and name."""
    return tomllib.loads(files(__package__).joinpath("quality.toml").read_text(encoding="utf-8"))


def confidence() -> float:
    """The confidence of every interval."""
    return float(numbers()["interval"]["confidence"])
