"""How much is taken from a source and how long it is waited for: ``limits.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds; ``attempts`` counts the first one."""

    largest_extract_bytes: int
    largest_manifest_bytes: int
    connect_seconds: float
    read_seconds: float
    attempts: int
    wait_seconds: float


@cache
def limits() -> Limits:
    """The limits as shipped."""
    return Limits(**tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")))
