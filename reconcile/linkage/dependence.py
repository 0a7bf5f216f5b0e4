"""What a shared value says less, or more, because the two records share another value as well.

Decides the bits taken for values that go together: a name and a middle name, a surname, a court and a town, a given
name and the years of birth, a conviction and its court. Invariant: nothing is known of a community but what is counted
of values; what stands beside a value takes from it once, by the strongest of its companions.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import names_compared as nc
from reconcile.linkage import table
from reconcile.linkage.comparison import ADDRESS, TOWN, Compared
from reconcile.linkage.dates import LEVELS as DATES
from reconcile.linkage.features import Features
from reconcile.linkage.names_compared import MIDDLE
from reconcile.names.compare import GIVEN, SURNAME

Mask = NDArray[np.bool_]
Bits = Callable[[str, NDArray[np.integer]], NDArray[np.float32]]

GIVEN_CLOSE: Final = np.isin(np.array(GIVEN), ("equivalent", "slip", "sound", "initial", "near"))
SURNAME_CLOSE: Final = np.isin(np.array(SURNAME), ("compound", "slip", "sound", "near"))
EXACT: Final = 1
"""Where the features of one value have their exact level."""
_GIVEN_ALIKE: Final = GIVEN_CLOSE | (np.array(GIVEN) == "exact")
_SURNAME_ALIKE: Final = SURNAME_CLOSE | (np.array(SURNAME) == "exact")
_DATES_ALIKE: Final = np.isin(np.array(DATES), ("exact", "turned", "digit", "transposed", "year_off", "two_parts"))
_ONE_DATE: Final = np.array(DATES) == "exact"
_TWO_DATES: Final = np.isin(np.array(DATES), ("two_parts", "near", "far"))

_BESIDE: Final = (
    ("middle", "middle", ("given", "surname")),
    ("birth_date", "birth_year", ("given",)),
    ("birth_date", "birthday", ("given", "surname")),
    ("place", "town", ("given", "surname")),
    ("place_of_birth", "place_of_birth", ("given", "surname", "town")),
    ("court", "court", ("given", "surname", "town", "place_of_birth")),
)
"""Features, the value each shares, and the values beside which that says less."""


def dependence(records: Features, pairs: Compared, bits: Bits, own: float) -> dict[str, NDArray[np.float32]]:
    """Bits to add to features of each pair, float32 [pairs]; ``own`` records of a value are one person's.

    ``bits`` gives the bits of the rarity of codes of a column.
    """
    agreed = _agreed(records, pairs)
    found = {feature: np.zeros(len(pairs.left), np.float32) for feature, _, _ in _BESIDE}
    for feature, value, beside in _BESIDE:
        found[feature] += _taken(records, pairs, agreed, value, beside, own=own)
    found["birth_date"] += _birthday(records, pairs, agreed["birthday"], bits)
    found["court"] += _of_one_conviction(pairs)
    return found


def _agreed(records: Features, pairs: Compared) -> dict[str, Mask]:
    """By column of ``Together``, the pairs that agree on its value."""
    in_cells = pairs.levels["name"] < nc.CELLS
    alike = _DATES_ALIKE[pairs.levels["birth_date"]]

    def same(column: str) -> Mask:
        codes = records.together.column(column)
        one = codes[pairs.left]
        return np.asarray(alike & (one == codes[pairs.right]) & (one >= 0))

    return {
        "given": in_cells & _GIVEN_ALIKE[pairs.names.given],
        "surname": in_cells & _SURNAME_ALIKE[pairs.names.surname],
        "middle": pairs.levels["middle"] == MIDDLE.index("exact"),
        "birth_year": same("birth_year"),
        "birthday": same("birthday"),
        "town": pairs.levels["place"] // len(ADDRESS) % len(TOWN) == TOWN.index("exact"),
        "place_of_birth": pairs.levels["place_of_birth"] == EXACT,
        "court": pairs.levels["court"] == EXACT,
    }


def _taken(
    records: Features, pairs: Compared, agreed: Mapping[str, Mask], value: str, beside: tuple[str, ...], *, own: float
) -> NDArray[np.float32]:
    """Bits taken from a value both records hold, because people who share another of their values hold it more than
    others do: the most that any one of the others takes."""
    found = np.zeros(len(pairs.left), np.float32)
    for other in beside:
        rows = np.flatnonzero(agreed[value] & agreed[other])
        if not len(rows):
            continue
        bits = records.together.beside(other, value, own)
        taken = np.minimum(bits[pairs.left[rows]], bits[pairs.right[rows]])
        found[rows] = np.minimum(found[rows], taken)
    return found


def _birthday(records: Features, pairs: Compared, same: Mask, bits: Bits) -> NDArray[np.float32]:
    """Bits taken from two dates that have one day and month but are not one date.

    A birthday that many hold, as the first of January where births were estimated, is met by chance more often. Where
    the dates are one, the frequency of the date has said so.
    """
    found = np.zeros(len(pairs.left), np.float32)
    rows = np.flatnonzero(same & (pairs.levels["birth_date"] != DATES.index("exact")))
    found[rows] = np.minimum(bits("birthday", records.together.column("birthday")[pairs.left[rows]]), 0)
    return found


def _of_one_conviction(pairs: Compared) -> NDArray[np.float32]:
    """Bits a court says beyond itself once conviction dates are compared, as one conviction has one court.

    Two courts on one date are two people's convictions; two courts on two dates say nothing that the dates have not
    said; and one court on two dates says little more than that both people live near it.
    """
    found = np.zeros(len(pairs.left), np.float32)
    date, court = pairs.levels["conviction_date"], pairs.levels["court"]
    for dates, name in ((_ONE_DATE, "one_date"), (_TWO_DATES, "two_dates")):
        rows = np.flatnonzero(dates[date])
        found[rows] = table.court_given(name).astype(np.float32)[court[rows]]
    return found
