"""How much of each field a force's accepted rows fill, and why the rest is empty.

Decides nothing: it counts what ``absence.separate`` told apart. Invariant: of every field the cells filled, blank,
unknown and withheld are all the rows, so a share of one is a share of all.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from reconcile.intake.absence import UNKNOWN, WITHHELD, Separated
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.read.rows import ROW_NUMBER

PARTS: Final = ("filled", "blank", "unknown", "withheld")

Completeness = Mapping[str, Mapping[str, int]]
"""By canonical field, identifiers by their scheme: how many rows have it filled, blank, unknown, withheld."""


def completeness(found: Separated) -> dict[str, dict[str, int]]:
    """Count the cells of each canonical field of separated rows, sorted by field."""
    counts = {}
    for name in found.rows.column_names:
        if name != ROW_NUMBER:
            field = name.removeprefix(IDENTIFIER)
            reasons = found.absent.get(field, np.zeros(0, np.int8))
            unknown, withheld = (int((reasons == reason).sum()) for reason in (UNKNOWN, WITHHELD))
            filled = found.rows.num_rows - found.rows[name].null_count
            blank = found.rows.num_rows - filled - unknown - withheld
            counts[field] = dict(zip(PARTS, (filled, blank, unknown, withheld), strict=True))
    return dict(sorted(counts.items()))
