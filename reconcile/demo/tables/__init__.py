"""The frozen tables of the synthetic people, read once and given as numpy arrays.

Decides nothing: names, places, offences and rates stand in the files beside. Invariant: no table here is one of the
matcher's, so what the matcher knows about names was not put into the data by the same hand.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGINS = (
    "english",
    "scottish",
    "welsh",
    "irish",
    "polish",
    "romanian",
    "south_asian",
    "arabic",
    "west_african",
    "chinese",
)
SEXES = ("M", "F")


@dataclass(frozen=True)
class Choice:
    """Values with the cumulative share of each, drawn by a uniform number in [0, 1)."""

    values: Texts
    cumulative: Floats

    def at(self, uniform: Floats) -> Texts:
        """The value at each uniform number."""
        place = np.searchsorted(self.cumulative, uniform, side="right")
        return self.values[np.minimum(place, len(self.values) - 1)]


def choice(values: list[Any], weights: Floats) -> Choice:
    """A choice among ``values`` in proportion to ``weights``."""
    return Choice(texts(values), np.cumsum(weights) / np.sum(weights))


def texts(values: list[Any]) -> Texts:
    """An object array of ``values``, one place each whatever they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__name__) / name).read_text(encoding="utf-8"))


def read_csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files(__name__) / name).read_text(encoding="utf-8").splitlines()))


@cache
def _rates() -> dict[str, Any]:
    return read_toml("rates.toml")


def rate(group: str, name: str) -> Any:
    """The value of one rate of ``rates.toml``."""
    return _rates()[group][name]["value"]


def number(group: str, name: str) -> float:
    return float(rate(group, name))


def by_origin(group: str, name: str) -> Floats:
    """A rate for each of ``ORIGINS``, its default where the table names none."""
    value = rate(group, name)
    return np.array([value.get(origin, value["default"]) for origin in ORIGINS])


@cache
def surnames(origin: str) -> Choice:
    """Surnames of an origin: a head by published rank, a tail composed of stems and endings."""
    table = read_toml("surnames.toml")[origin]
    head, tail = table["head"], [stem + ending for stem in table["stems"] for ending in table["endings"]]
    first = 1 / (np.arange(len(head)) + table["offset"]) ** table["exponent"]
    if not tail:
        return choice(head, first)
    order = np.random.default_rng(len(tail)).permutation(len(tail))
    rest = 1 / (np.arange(len(tail)) + 50) ** 0.7
    share = table["tail_share"]
    weights = np.concatenate([first / first.sum() * (1 - share), rest / rest.sum() * share])
    return choice(head + [tail[place] for place in order], weights)


@cache
def given_names(origin: str, sex: str) -> tuple[tuple[int, Choice], ...]:
    """Given names of an origin and sex: (first birth year of the era, names), earliest era first."""
    table = read_toml("given_names.toml")
    weights = 1 / (np.arange(200) + table["offset"]) ** table["exponent"]
    eras = table[origin][sex]
    return tuple((int(year), choice(eras[year], weights[: len(eras[year])])) for year in sorted(eras, key=int))


@cache
def caseload() -> Choice:
    """The 45 forces with their shares of the registered people, sorted by slug."""
    rows = sorted(read_csv("caseload.csv"), key=lambda row: row["force"])
    return choice([row["force"] for row in rows], np.array([float(row["weight"]) for row in rows]))


@cache
def alternatives(name: str) -> dict[str, tuple[str, ...]]:
    """What else a name is written as: ``nicknames``, ``anglicised`` or ``spellings``."""
    found: dict[str, list[str]] = {}
    if name == "spellings":
        for row in read_csv("spellings.csv"):
            group = row["group"].split("|")
            for each in group:
                found.setdefault(each, []).extend(other for other in group if other != each)
    else:
        source, target = ("name", "nickname") if name == "nicknames" else ("name", "english")
        for row in read_csv(f"{name}.csv"):
            found.setdefault(row[source], []).append(row[target])
    return {key: tuple(values) for key, values in found.items()}
