"""Homes of synthetic people: addresses that do not exist in towns that do.

Decides where people of a force live. Invariant: the inward part of every postcode has one of C I K M O V, which are
never issued, and the postcode still has the shape of one.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from reconcile.demo.tables import Choice, Ints, Texts, caseload, choice, number, read_csv, read_toml, texts

NEVER_ISSUED = "CIKMOV"
_ISSUED = "ABDEFGHJLNPQRSTUWXYZ"
UNITS = [a + b for a in NEVER_ISSUED for b in _ISSUED] + [a + b for a in _ISSUED for b in NEVER_ISSUED]


@dataclass(frozen=True)
class Homes:
    """Address line, town and postcode of each, as object arrays of text; "" where there is none."""

    address: Texts
    town: Texts
    postcode: Texts

    def take(self, index: Ints) -> "Homes":
        return Homes(self.address[index], self.town[index], self.postcode[index])

    def put(self, index: Ints, homes: "Homes") -> None:
        """Replace the homes at ``index``."""
        self.address[index] = homes.address
        self.town[index] = homes.town
        self.postcode[index] = homes.postcode

    def copy(self) -> "Homes":
        return Homes(self.address.copy(), self.town.copy(), self.postcode.copy())


@cache
def _towns() -> tuple[Choice, ...]:
    """For each force in the order of ``caseload`` its towns as (town, postcode area, districts)."""
    rows = read_csv("places.csv")
    return tuple(
        choice(
            [(row["town"], row["postcode_area"], int(row["districts"])) for row in rows if row["force"] == force],
            np.array([float(row["weight"]) for row in rows if row["force"] == force]),
        )
        for force in caseload().values
    )


def towns(force: Ints, rng: np.random.Generator) -> Texts:
    """A town of each force, as (town, postcode area, districts)."""
    uniform, found = rng.random(len(force)), np.empty(len(force), dtype=object)
    for each in np.unique(force):
        here = force == each
        found[here] = _towns()[each].at(uniform[here])
    return found


def draw(force: Ints, rng: np.random.Generator) -> Homes:
    """A home in the area of each force (int index into ``caseload``)."""
    count = len(force)
    town = towns(force, rng)
    streets = read_toml("streets.toml")["streets"]
    house = (rng.random(count) ** 1.7 * 180 + 1).astype(int).tolist()
    street = (rng.random(count) ** 1.2 * len(streets)).astype(int).tolist()
    flat = np.where(rng.random(count) < 0.22, rng.integers(1, 40, count), 0).tolist()
    address = [
        f"Flat {f}, {h} {streets[s]}" if f else f"{h} {streets[s]}" for f, h, s in zip(flat, house, street, strict=True)
    ]
    return Homes(texts(address), texts([each[0] for each in town]), _postcodes(town, rng))


def _postcodes(town: Texts, rng: np.random.Generator) -> Texts:
    count = len(town)
    district = rng.random(count).tolist()
    sector = rng.integers(0, 10, count).tolist()
    unit = (rng.random(count) ** 1.4 * len(UNITS)).astype(int).tolist()
    return texts(
        [
            f"{area}{1 + int(part * districts)} {digit}{UNITS[u]}"
            for (_, area, districts), part, digit, u in zip(town, district, sector, unit, strict=True)
        ]
    )


def hostels(force: Ints, rng: np.random.Generator) -> Homes:
    """A hostel for each person (int force index): people of one force share hostels of ``hostel_size`` beds."""
    size = int(number("people", "hostel_size"))
    order = np.argsort(force, kind="stable")
    ranked = force[order]
    within = np.arange(len(force)) - np.searchsorted(ranked, ranked)
    key = ranked * 1_000_000 + within // size
    first, house = np.unique(key, return_inverse=True)
    homes = draw(first // 1_000_000, rng)
    names = read_toml("streets.toml")["hostels"]
    address = [
        f"{names[k]}, {line.rsplit(', ', 1)[-1]}"
        for k, line in zip(rng.integers(len(names), size=len(first)), homes.address, strict=True)
    ]
    place = np.empty(len(force), dtype=np.int64)
    place[order] = house
    return Homes(texts(address), homes.town, homes.postcode).take(place)
