"""The one table of features and levels, and the limits that go with it: ``levels.toml`` made into arrays.

Invariant: a level's place in its feature never changes at run time; what is trained is only the numbers.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CLASSES: Final = ("m", "u", "h")


@dataclass(frozen=True)
class Feature:
    """Levels and the three class distributions over them, each float64 [levels] adding up to 1."""

    name: str
    levels: tuple[str, ...]
    m: NDArray[np.float64]
    u: NDArray[np.float64]
    h: NDArray[np.float64]
    relearn: bool = False
    fixed: tuple[int, ...] = ()


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("levels.toml").read_text(encoding="utf-8"))


def limit(name: str) -> float:
    return float(_table()["limits"][name])


def block_cap() -> int:
    """How many records a block may hold."""
    return int(_table()["blocks"]["cap"])


def block_budget(records: int, kind: str) -> int:
    """How many pairs a key of a kind may propose for so many records."""
    blocks = _table()["blocks"]
    return max(int(blocks["least_budget"]), int(blocks["pairs_per_record"][kind] * records))


def deep(records: int) -> bool:
    """Whether so few records also get the loose keys."""
    return records < int(_table()["blocks"]["deep_below"])


def classes(name: str) -> float:
    return float(_table()["classes"][name])


def bands() -> Mapping[str, float]:
    return dict(_table()["bands"])


@cache
def identifier_schemes() -> frozenset[str]:
    return frozenset(_table()["identifiers"]["schemes"])


@cache
def words(name: str) -> Mapping[str, str]:
    return dict(_table()["words"][name])


@cache
def parts(joint: str) -> tuple[tuple[str, ...], ...]:
    """The levels of each part of a joint feature."""
    row = _table()["joint"][joint]
    return tuple(tuple(row[part]["levels"]) for part in row["parts"])


def part(joint: str, name: str, which: str) -> NDArray[np.float64]:
    return normal(np.array(_table()["joint"][joint][name][which], np.float64))


def setting(joint: str, name: str) -> NDArray[np.float64]:
    return np.array(_table()["joint"][joint][name], np.float64)


def normal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = values / values.sum()
    return total


@cache
def court_given(dates: str) -> NDArray[np.float64]:
    """Bits each level of the court says beyond itself where conviction dates are ``one_date`` or ``two_dates``."""
    row = _table()["court_given"][dates]
    return np.array([row[level] for level in feature("court").levels], np.float64)


@cache
def feature(name: str) -> Feature:
    """The feature as it is believed to be before training; unknown names are compared as an attribute."""
    table = _table()
    if name in table["joint"]:
        return _joint(name, table["joint"][name])
    base = name.split(":", maxsplit=1)[0]
    row = table["feature"][base]
    levels = tuple(row["levels"])
    m, u, h = (normal(np.array(row[which], np.float64)) for which in CLASSES)
    return Feature(
        name,
        levels,
        m,
        u,
        h,
        relearn=bool(row.get("relearn", False)),
        fixed=tuple(levels.index(level) for level in row.get("fixed", ())),
    )


def _joint(name: str, row: Mapping[str, Any]) -> Feature:
    names = tuple(row["parts"])
    levels: list[str] = [""]
    for label in names:
        levels = [f"{before}/{level}" if before else level for before in levels for level in row[label]["levels"]]
    extra = tuple(row.get("extra", ()))
    distributions = []
    for which in CLASSES:
        joint = np.ones(1)
        for label in names:
            joint = np.outer(joint, part(name, label, which)).ravel()
        rest = np.array(row.get(f"extra_{which}", []), np.float64)
        distributions.append(normal(np.concatenate([joint * (1 - rest.sum()), rest])))
    m, u, h = distributions
    return Feature(name, (*levels, *extra), m, u, h, relearn=bool(row.get("relearn", False)))
