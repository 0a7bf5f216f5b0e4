"""How rare a shared value is in the records at hand: the part of a weight that is about this value.

Decides the term-frequency offsets, in bits. Invariant: a value's frequency is counted over records and never
below two records; the household class gets the offsets of what a household shares, never that of the given name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import names_compared as nc
from reconcile.linkage.comparison import ADDRESS, POSTCODE, TOWN, Compared
from reconcile.linkage.features import Features

_GIVEN_EXACT = nc._G["exact"]
_SURNAME_EXACT = nc._S["exact"]


Bits = Callable[[str, NDArray[np.integer]], NDArray[np.float64]]


@dataclass(frozen=True)
class Rarity:
    """Bits to add to a pair's weight per feature: ``match`` and ``household``, float32 [pairs]."""

    match: Mapping[str, NDArray[np.float32]]
    household: Mapping[str, NDArray[np.float32]]


def _shares(codes: NDArray[np.integer], size: int) -> NDArray[np.float64]:
    """The frequency of each code, at least two records' worth, with one more place for -1."""
    n = max(len(codes), 2)
    counts = np.bincount(codes[codes >= 0], minlength=size)
    return np.asarray(np.r_[np.maximum(counts, 2) / n, 1.0])


def _rate(codes: NDArray[np.integer], size: int) -> float:
    """How often two random records share an exact value."""
    n = max(len(codes), 2)
    counts = np.bincount(codes[codes >= 0], minlength=size).astype(np.float64)
    return float((counts * (counts - 1)).sum() / (n * (n - 1)))


def _columns(records: Features) -> dict[str, tuple[NDArray[np.integer], int]]:
    first = records.names.start[:-1]
    columns = {
        "given": (records.names.given[first, 0], len(records.names.given_words.words)),
        "surname": (records.names.surname[first], len(records.names.surname_words.words)),
        "birth_date": (records.birth_date.codes, len(records.birth_date.lo)),
        "conviction_date": (records.conviction_date.codes, len(records.conviction_date.lo)),
        "postcode": (records.postcodes[:, 0], len(records.postcode_values)),
        "town": (records.town.codes, len(records.town.values)),
        "address": (records.address.codes, len(records.address.values)),
        "place_of_birth": (records.place_of_birth.codes, len(records.place_of_birth.values)),
    }
    for name, codes in records.attributes.items():
        columns[f"attribute:{name}"] = (codes.codes, len(codes.values))
    return columns


def rates(records: Features) -> dict[str, float]:
    """How often two random records share an exact value, by kind of value."""
    return {name: _rate(codes, size) for name, (codes, size) in _columns(records).items() if size}


def rarity(records: Features, pairs: Compared, rate: Mapping[str, float], matches_per_record: float) -> Rarity:
    """The offsets of each pair: log2(mean rate of the exact level / frequency of the value shared)."""
    columns = _columns(records)
    own = {name: _rate(codes, size) for name, (codes, size) in columns.items()}

    def bits(name: str, codes: NDArray[np.integer]) -> NDArray[np.float64]:
        mean = rate.get(name) or own[name] or 1.0
        return np.asarray(np.log2(mean / _shares(*columns[name]))[codes])

    left = pairs.left
    zero = np.zeros(len(left))
    first = records.names.start[:-1]
    given = records.names.given[first, 0]
    surname = records.names.surname[first]
    in_cells = pairs.levels["name"] < nc.CELLS
    given_exact = in_cells & (pairs.names.given == _GIVEN_EXACT)
    surname_exact = in_cells & (pairs.names.surname == _SURNAME_EXACT)
    given_bits = np.where(given_exact, bits("given", given[left]), 0.0)
    surname_bits = np.where(surname_exact, bits("surname", surname[left]), 0.0)
    both = given_exact & surname_exact
    crowd = _crowd(records, given, surname, left, both=both, matches_per_record=matches_per_record)
    shares = _shares(*columns["given"])[given[left]] * _shares(*columns["surname"])[surname[left]]
    joint = np.where(both, np.minimum(0.0, np.log2(shares / np.maximum(crowd, 1e-300))), 0.0)

    match = {"name": given_bits + surname_bits + joint}
    household = {"name": surname_bits}
    exact = pairs.levels["birth_date"] == 1
    match["birth_date"] = household["birth_date"] = np.where(
        exact, bits("birth_date", records.birth_date.codes[left]), 0.0
    )
    exact = pairs.levels["conviction_date"] == 1
    match["conviction_date"] = np.where(exact, bits("conviction_date", records.conviction_date.codes[left]), 0.0)
    exact = pairs.levels["place_of_birth"] == 1
    match["place_of_birth"] = np.where(exact, bits("place_of_birth", records.place_of_birth.codes[left]), 0.0)
    match["place"] = household["place"] = _place(records, pairs, bits)
    for name, codes in records.attributes.items():
        label = f"attribute:{name}"
        match[label] = np.where(pairs.levels[label] == 1, bits(label, codes.codes[left]), 0.0)
    household = {name: household.get(name, zero) for name in match}
    return Rarity(
        {name: value.astype(np.float32) for name, value in match.items()},
        {name: value.astype(np.float32) for name, value in household.items()},
    )


def _place(records: Features, pairs: Compared, bits: Bits) -> NDArray[np.float64]:
    level = pairs.levels["place"].astype(np.int64)
    address = level % len(ADDRESS)
    town = level // len(ADDRESS) % len(TOWN)
    postcode = level // (len(ADDRESS) * len(TOWN))
    by_postcode = (postcode == POSTCODE.index("exact")) | (postcode == POSTCODE.index("previous"))
    by_town = ~by_postcode & (town == TOWN.index("exact"))
    by_address = ~by_postcode & (address == ADDRESS.index("exact"))
    result = np.where(by_postcode, bits("postcode", pairs.postcode), 0.0)
    result += np.where(by_town, bits("town", records.town.codes[pairs.left]), 0.0)
    return result + np.where(by_address, bits("address", records.address.codes[pairs.left]), 0.0)


def _crowd(
    records: Features,
    given: NDArray[np.int32],
    surname: NDArray[np.int32],
    left: NDArray[np.int32],
    *,
    both: NDArray[np.bool_],
    matches_per_record: float,
) -> NDArray[np.float64]:
    """How often the full name is borne beyond what one person's own records explain: max(product, count)."""
    n = max(records.n, 2)
    key = given.astype(np.int64) * (len(records.names.surname_words.words) + 1) + surname
    _, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    beyond = np.maximum(counts - (1 + 2 * matches_per_record), 0.0) / n
    shares = _shares(given, len(records.names.given_words.words))[given]
    shares = shares * _shares(surname, len(records.names.surname_words.words))[surname]
    return np.where(both, np.maximum(shares, beyond[place])[left], 1.0)
