"""How often two values of a record stand together, beyond what each by itself would make.

Decides how much of a value's evidence another value of the record holds already: of a middle name the name, of a court
the town. Invariant: bits are none or below; nothing is known of a community but what is counted of values.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.workers import workers

PAIRS: Final = (
    ("given", "surname"),
    ("given", "middle"),
    ("surname", "middle"),
    ("given", "place_of_birth"),
    ("surname", "place_of_birth"),
    ("given", "court"),
    ("surname", "court"),
    ("given", "town"),
    ("surname", "town"),
    ("given", "birth_year"),
    ("given", "birthday"),
    ("surname", "birthday"),
    ("town", "court"),
    ("town", "place_of_birth"),
    ("place_of_birth", "court"),
)

Codes = NDArray[np.int32]


class Together:
    """The counts of values of ``n`` records by name of column, int32 codes [n] with -1 for missing."""

    def __init__(self, columns: Mapping[str, Codes]) -> None:
        self._columns = columns
        self._taken: dict[tuple[str, str, float], NDArray[np.float32]] = {}
        self.n = max(2, *map(len, columns.values()))
        with ThreadPoolExecutor(workers()) as pool:
            alone = pool.map(_frequency, columns.values())
            both = pool.map(lambda pair: _frequency(_paired(columns[pair[0]], columns[pair[1]])), PAIRS)
            self._alone = dict(zip(columns, alone, strict=True))
            self._both = dict(zip(PAIRS, both, strict=True))

    def column(self, name: str) -> Codes:
        """The codes of a column."""
        return self._columns[name]

    def beside(self, one: str, other: str, own: float) -> NDArray[np.float32]:
        """Bits by which each record's two values are commoner together than each by itself.

        ``own`` records are one person's and do not count, nor does what so few may hold together by chance; of both
        directions, the one that takes less.
        """
        if (one, other, own) in self._taken:
            return self._taken[one, other, own]
        both = np.maximum(self._both[one, other] - own, 0)
        both = np.maximum(both - table.limit("doubt") * np.sqrt(both), 0)
        taken, leaning = [], table.limit("leaning")
        for given, value in ((one, other), (other, one)):
            share = np.maximum(self._alone[value], 2) / self.n
            likely = (both + leaning * share) / (np.maximum(self._alone[given] - own, 0) + leaning)
            taken.append(np.log2(share / likely))
        self._taken[one, other, own] = self._known(one, other, np.minimum(np.maximum(*taken), 0.0))
        return self._taken[one, other, own]

    def crowding(self, one: str, other: str, own: float) -> NDArray[np.float32]:
        """Bits by which as many bear both values of each record as their product would never make."""
        beyond = np.maximum(self._both[one, other] - own, 0.0) / self.n
        shares = np.maximum(self._alone[one], 2) / self.n * (np.maximum(self._alone[other], 2) / self.n)
        return self._known(one, other, np.minimum(0.0, np.log2(shares / np.maximum(shares, beyond))))

    def _known(self, one: str, other: str, bits: NDArray[np.float64]) -> NDArray[np.float32]:
        bits[(self._columns[one] < 0) | (self._columns[other] < 0)] = 0
        return bits.astype(np.float32)


def _frequency(codes: NDArray[np.integer]) -> NDArray[np.int32]:
    """How many records hold the value of each."""
    order = np.argsort(codes)
    ordered = codes[order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    size = np.diff(np.r_[start, len(ordered)])
    found = np.empty(len(codes), np.int32)
    found[order] = np.repeat(size, size)
    return found


def _paired(one: Codes, other: Codes) -> NDArray[np.int64]:
    return one.astype(np.int64) * (int(other.max(initial=0)) + 2) + other
