"""The readings a suite has to look at: of a column its distinct ones, or those that could break a rule of all of them.

Decides nothing of a rule. Invariant: what a rule says of each reading looked at it says of every row that has it, so
that a suite costs as much as there are different readings, and names the same rows as if it had looked at each row.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.intake.distinct import whole

OF_EACH: Final = frozenset(f"expect_column_values_to_{asks}" for asks in ("be_in_set", "be_between", "not_be_null"))
"""Rules that ask of each reading by itself; any other is shown every row."""
OF_ALL: Final = frozenset(("expect_column_values_to_be_unique", "expect_column_values_to_not_be_null"))
"""Rules that only a reading which stands twice, or none, can break."""
_compute: Any = pc


@dataclass(frozen=True)
class Looked:
    """``values``: an Arrow array of what is looked at. ``codes`` int64 by row: the place of its reading among them; or
    None, and ``rows`` int64 are the rows the values are of, ascending."""

    values: Any
    codes: NDArray[np.int64] | None
    rows: NDArray[np.int64]

    def rows_of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows, ascending, whose readings stand at ``places``; what stands behind the values was only to fill."""
        places = places[places < len(self.values)]
        if self.codes is None:
            return np.sort(self.rows[places])
        failing = np.zeros(len(self.values), bool)
        failing[places] = True
        return np.flatnonzero(failing[self.codes])

    def filled(self, length: int) -> Any:
        """The values and as many more as make ``length``: of distinct ones the first again, else blank ones."""
        if len(self.values) == length:
            return self.values
        places = np.minimum(np.arange(length), len(self.values))
        places[len(self.values) :] = 0
        blank = self.codes is None
        return self.values.take(pa.array(places, mask=(np.arange(length) >= len(self.values)) & blank))


def looked_at(column: Any, rules: frozenset[str]) -> Looked:
    """What the ``rules``, by their kinds, have to look at in a column of readings."""
    column = whole(column)
    every = np.arange(len(column))
    if rules <= OF_EACH:
        encoded = column.dictionary_encode(null_encoding="encode")
        return Looked(encoded.dictionary, np.asarray(encoded.indices).astype(np.int64), every)
    if rules <= OF_ALL:
        codes = np.asarray(_compute.fill_null(column.dictionary_encode().indices, -1))
        often = np.bincount(codes + 1) > 1
        often[0] = True
        rows = every[often[codes + 1]]
        return Looked(column.take(pa.array(rows)), None, rows)
    return Looked(column, None, every)
