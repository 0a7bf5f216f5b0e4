"""How much of each field a force filled: values, blanks, words for not known and words for kept back.

Decides nothing but how cells are counted. Invariant: for each field the four counts add up to the rows, so that a
field a force withholds is never taken for one it left blank, nor either for one it does not know.
"""

from typing import Any

import numpy as np

from reconcile.forces import Profile
from reconcile.intake.absence import UNKNOWN, WITHHELD, separate
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.receipt import COMPLETENESS


def completeness(rows: Any, profile: Profile) -> dict[str, dict[str, int]]:
    """``COMPLETENESS`` counts of canonical ``rows`` by field, in the order of the fields' names.

    Only fields the profile maps; an identifier is named by its scheme.
    """
    found = separate(rows, profile)
    none = np.zeros(rows.num_rows, np.int8)
    counts = {}
    for field in sorted({*profile.columns, *profile.identifiers}):
        cells = found.rows[field if field in profile.columns else IDENTIFIER + field]
        absent = found.absent.get(field, none)
        unknown, withheld = (int((absent == reason).sum()) for reason in (UNKNOWN, WITHHELD))
        filled = len(cells) - cells.null_count
        numbers = (filled, rows.num_rows - filled - unknown - withheld, unknown, withheld)
        counts[field] = dict(zip(COMPLETENESS, numbers, strict=True))
    return counts
