"""How often two values of a record stand together, beyond what each by itself would make.

Decides how much of a value's evidence another value of the record holds already: of a middle name the name, of a court
the town. Invariant: bits are none or below; nothing is known of a community but what is counted of values.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

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


class Cells(NamedTuple):
    """The cells of two columns that several records share: ``rows`` int32, the records of one cell after those of
    another; ``sizes`` int32 of the cells; ``one`` and ``other`` int32, the codes that make each."""

    rows: NDArray[np.int32]
    sizes: NDArray[np.int32]
    one: NDArray[np.int32]
    other: NDArray[np.int32]


class Together:
    """The counts of values of ``n`` records by name of column, int32 codes [n] with -1 for missing."""

    def __init__(self, columns: Mapping[str, Codes]) -> None:
        self._columns = columns
        self.n = max(2, *map(len, columns.values()))
        self._alone = {name: np.bincount(codes[codes >= 0]) for name, codes in columns.items()}
        with ThreadPoolExecutor(workers()) as pool:
            cells = pool.map(lambda pair: _cells(columns[pair[0]], columns[pair[1]]), PAIRS)
            self._cells = dict(zip(PAIRS, cells, strict=True))

    def column(self, name: str) -> Codes:
        """The codes of a column."""
        return self._columns[name]

    def beside(self, one: str, other: str, own: float) -> NDArray[np.float32]:
        """Bits by which each record's two values are commoner together than each by itself, float32 [n].

        ``own`` records are one person's and do not count, nor does what so few may hold together by chance; of both
        directions, the one that takes less.
        """
        cells = self._cells[one, other]
        both = np.maximum(cells.sizes - own, 0)
        both = np.maximum(both - table.limit("doubt") * np.sqrt(both), 0)
        taken, leaning = [], table.limit("leaning")
        alone = self._alone[one][cells.one], self._alone[other][cells.other]
        for given, value in (alone, alone[::-1]):
            share = np.maximum(value, 2) / self.n
            likely = (both + leaning * share) / (np.maximum(given - own, 0) + leaning)
            taken.append(np.log2(share / likely))
        return self._spread(cells, np.minimum(np.maximum(*taken), 0.0))

    def crowding(self, one: str, other: str, own: float) -> NDArray[np.float32]:
        """Bits by which as many bear both values of each record as their product would never make, float32 [n]."""
        cells = self._cells[one, other]
        beyond = np.maximum(cells.sizes - own, 0.0) / self.n
        shares = np.maximum(self._alone[one][cells.one], 2) / self.n
        shares *= np.maximum(self._alone[other][cells.other], 2) / self.n
        return self._spread(cells, np.minimum(0.0, np.log2(shares / np.maximum(shares, beyond))))

    def _spread(self, cells: Cells, bits: NDArray[np.float64]) -> NDArray[np.float32]:
        """The bits of each record's cell; a cell of one record has none, as nobody else holds both its values."""
        found = np.zeros(self.n, np.float32)
        found[cells.rows] = np.repeat(bits.astype(np.float32), cells.sizes)
        return found


def _cells(one: Codes, other: Codes) -> Cells:
    known = np.flatnonzero((one >= 0) & (other >= 0))
    wide = int(other.max(initial=0)) + 1
    key = one[known].astype(np.int64) * wide + other[known]
    shift = len(one).bit_length()
    if int(key.max(initial=0)) < 1 << (63 - shift):
        # key and row in one number: sorting numbers is several times as fast as sorting places by them
        packed = (key << shift) | known
        packed.sort()
        key, rows = packed >> shift, packed & ((1 << shift) - 1)
    else:
        order = np.argsort(key, kind="stable")
        key, rows = key[order], known[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])
    sizes = np.diff(np.r_[starts, len(key)])
    several = sizes > 1
    cell = key[starts[several]]
    small = (
        part.astype(np.int32) for part in (rows[np.repeat(several, sizes)], sizes[several], cell // wide, cell % wide)
    )
    return Cells(*small)
