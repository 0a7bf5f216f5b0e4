"""Arrow columns read as arrays: days, partial dates, words.

Invariant: a missing or partial date stays an interval of days; ``NaT`` compares false with everything, so that an
unknown date never answers a question.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.datetime64]
"""datetime64[D]"""

Strings = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Span:
    """A column of partial dates: the first and the last day each can mean, both ``NaT`` where it is no date."""

    lo: Days
    hi: Days

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        return ~np.isnat(self.lo)


def days(column: Any) -> Days:
    """A date32 column as days."""
    return np.asarray(pa.chunked_array(column).combine_chunks().to_numpy(zero_copy_only=False), dtype="datetime64[D]")


def span(column: Any) -> Span:
    """A ``schema.PARTIAL_DATE`` column as a span; a null struct is no date."""
    return Span(days(pc.struct_field(column, "lo")), days(pc.struct_field(column, "hi")))


def text(column: Any) -> Strings:
    """A string column as an object array, "" where null."""
    return np.array(pc.fill_null(column, "").to_numpy(zero_copy_only=False), dtype=object)
