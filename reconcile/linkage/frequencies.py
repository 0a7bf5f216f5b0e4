"""How rare a shared value is in the records at hand: the part of a weight that is about this value.

Decides the term-frequency offsets, in bits. Invariant: a value's frequency is counted over records and never
below two records; the household class gets the offsets of what a household shares, never that of the given name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import names_compared as nc
from reconcile.linkage import table
from reconcile.linkage.comparison import ADDRESS, POSTCODE, TOWN, Compared
from reconcile.linkage.dates import LEVELS as DATES
from reconcile.linkage.dependence import EXACT, GIVEN_CLOSE, SURNAME_CLOSE, Bits, dependence
from reconcile.linkage.features import Features
from reconcile.linkage.names_compared import MIDDLE
from reconcile.names.compare import GIVEN, SURNAME

_BIRTHDAYS = 32 * 13
"""Codes of a day and month are below this."""
_EXACT = GIVEN.index("exact")
_GIVEN_EXACT = np.array(GIVEN) == "exact"
_SURNAME_EXACT = np.array(SURNAME) == "exact"


@dataclass(frozen=True)
class Rarity:
    """Bits to add to a pair's weight per feature: ``match`` and ``household``, float32 [pairs]; a feature not named
    adds none."""

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
        "middle name": (records.names.given[first, 1], len(records.names.given_words.words)),
        "surname": (records.names.surname[first], len(records.names.surname_words.words)),
        "birth_date": (records.birth_date.codes, len(records.birth_date.lo)),
        "birthday": (records.together.column("birthday"), _BIRTHDAYS),
        "conviction_date": (records.conviction_date.codes, len(records.conviction_date.lo)),
        "postcode": (records.postcodes[:, 0], len(records.postcode_values)),
        "town": (records.town.codes, len(records.town.values)),
        "address": (records.address.codes, len(records.address.values)),
        "court": (records.court.codes, len(records.court.values)),
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

    @cache
    def bits_of(name: str) -> NDArray[np.float32]:
        """The bits of every value of a column, with one more place at the end for -1, which has none."""
        mean = rate.get(name) or _rate(*columns[name]) or 1.0
        counted = _shares(*columns[name])[:-1]
        belief = table.limit("belief")
        shares = np.r_[(counted * records.n + mean * belief) / (records.n + belief), mean]
        return np.asarray(np.log2(mean / shares), np.float32)

    def bits(name: str, codes: NDArray[np.integer]) -> NDArray[np.float32]:
        """The bits of each code; -1 has none."""
        return np.asarray(bits_of(name)[codes])

    def exact(feature: str, level: int, name: str, codes: NDArray[np.int32]) -> NDArray[np.float32]:
        """The bits of the value both hold, where they reach the level."""
        found = np.zeros(len(pairs.left), np.float32)
        rows = np.flatnonzero(pairs.levels[feature] == level)
        found[rows] = bits(name, codes[pairs.left[rows]])
        return found

    name, surname = _names(records, pairs, bits, matches_per_record)
    match = {"name": name, "place": _place(records, pairs, bits)}
    for feature, dates in (("birth_date", records.birth_date), ("conviction_date", records.conviction_date)):
        match[feature] = exact(feature, DATES.index("exact"), feature, dates.codes)
    for feature, values in (("court", records.court), ("place_of_birth", records.place_of_birth)):
        match[feature] = exact(feature, EXACT, feature, values.codes)
    middle = records.names.given[records.names.start[:-1], 1]
    match["middle"] = exact("middle", MIDDLE.index("exact"), "middle name", middle)
    for feature, more in dependence(records, pairs, bits, _own(matches_per_record)).items():
        match[feature] += more
    for label, held in records.attributes.items():
        match[f"attribute:{label}"] = exact(f"attribute:{label}", EXACT, f"attribute:{label}", held.codes)
    return Rarity(match, {"name": surname, "place": match["place"], "birth_date": match["birth_date"]})


def _names(
    records: Features, pairs: Compared, bits: Bits, matches_per_record: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The bits of the name among matches, and those of the surname alone among households."""
    first = records.names.start[:-1]
    given, surname = records.names.given[first, 0], records.names.surname[first]
    in_cells = pairs.levels["name"] < nc.CELLS
    total = _shared(bits, "given", given, pairs, in_cells, relations=pairs.names.given, close=GIVEN_CLOSE)
    last = _shared(bits, "surname", surname, pairs, in_cells, relations=pairs.names.surname, close=SURNAME_CLOSE)
    total += last
    alike = (GIVEN_CLOSE | _GIVEN_EXACT)[pairs.names.given] & (SURNAME_CLOSE | _SURNAME_EXACT)[pairs.names.surname]
    rows = np.flatnonzero(in_cells & alike)
    own = _own(matches_per_record)
    beside = records.together.beside("given", "surname", own)
    total[rows] += np.minimum(beside[pairs.left[rows]], beside[pairs.right[rows]])
    rows = rows[(pairs.names.given[rows] == _EXACT) & (pairs.names.surname[rows] == _EXACT)]
    both = pairs.left[rows]
    total[rows] += np.minimum(records.together.crowding("given", "surname", own)[both] - beside[both], 0)
    # a common alias says less; a rare one says no more, as people take the names of others
    rows = np.flatnonzero(pairs.levels["name"] == nc.ALIAS)
    a, b = pairs.names.entries[rows].T
    alias = bits("surname", records.names.surname[a])
    one, other = (bits("given", records.names.given[entries, 0]) for entries in (a, b))
    left, right = pairs.left[rows], pairs.right[rows]
    # the two parts go together as they do in the record whose current name the alias is
    crowd = np.where(b == records.names.start[right], beside[right], 0)
    crowd = np.where(a == records.names.start[left], beside[left], crowd)
    total[rows] = np.minimum(alias + np.minimum(one, other) + crowd, 0)
    last[rows] = np.minimum(alias, 0)
    return total, last


def _shared(
    bits: Bits,
    name: str,
    codes: NDArray[np.int32],
    pairs: Compared,
    chosen: NDArray[np.bool_],
    *,
    relations: NDArray[np.uint8],
    close: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """The bits of the word both hold; where two words are close, the commoner one's, never more than none.

    What is close to a common word is met by chance more often, and to agree must never say less than to be close.
    """
    found = np.zeros(len(pairs.left), np.float32)
    rows = np.flatnonzero(chosen & (relations == _EXACT))
    found[rows] = bits(name, codes[pairs.left[rows]])
    rows = np.flatnonzero(chosen & close[relations])
    one, other = (bits(name, codes[end[rows]]) for end in (pairs.left, pairs.right))
    found[rows] = np.minimum(np.minimum(one, other), 0)
    return found


def _place(records: Features, pairs: Compared, bits: Bits) -> NDArray[np.float32]:
    level = pairs.levels["place"]
    address = level % len(ADDRESS)
    town = level // len(ADDRESS) % len(TOWN)
    postcode = level // (len(ADDRESS) * len(TOWN))
    result = np.zeros(len(level), np.float32)
    by_postcode = (postcode == POSTCODE.index("exact")) | (postcode == POSTCODE.index("previous"))
    rows = np.flatnonzero(by_postcode)
    result[rows] = bits("postcode", pairs.postcode[rows])
    rows = np.flatnonzero(~by_postcode & (town == TOWN.index("exact")))
    result[rows] += bits("town", records.town.codes[pairs.left[rows]])
    rows = np.flatnonzero(~by_postcode & (address == ADDRESS.index("exact")))
    result[rows] += bits("address", records.address.codes[pairs.left[rows]])
    return result


def _own(matches_per_record: float) -> float:
    """How many records of a value one person's own are, once it is known that one is."""
    return 1 + 2 * matches_per_record
