"""The three answers a predicate gives, and the reason it gives with them.

Invariant: nothing is YES or NO unless it is so whatever the open dates turn out to be; the rest is CANNOT_TELL.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NO, CANNOT_TELL, YES = np.int8(0), np.int8(1), np.int8(2)
VALUES = ("NO", "CANNOT_TELL", "YES")
"""The answer of each code, weakest first: the maximum of several records' codes is "YES if any says so"."""

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]


def verdict(yes: Bools, no: Bools) -> Codes:
    """YES, NO, or CANNOT_TELL where neither is certain."""
    return np.where(yes, YES, np.where(no, NO, CANNOT_TELL)).astype(np.int8)


def whether(yes: Bools) -> Codes:
    """YES or NO for what is always known."""
    return np.where(yes, YES, NO).astype(np.int8)


@dataclass(frozen=True)
class Finding:
    """A column of answers: ``values`` int8 codes of ``VALUES``; ``reasons`` strings, "" where none is needed."""

    values: Codes
    reasons: npt.NDArray[np.object_]


def finding(values: Codes, *reasons: tuple[Bools, str]) -> Finding:
    """Give each answer the first of ``reasons`` whose condition holds."""
    chosen = np.full(len(values), "", dtype=object)
    for condition, sentence in reversed(reasons):
        chosen[condition] = sentence
    return Finding(values, chosen)
