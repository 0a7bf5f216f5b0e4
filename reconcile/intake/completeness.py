"""How much of each field a force filled: values, blanks, words for not known and words for kept back.

Decides nothing but how cells are counted. Invariant: for each field the four counts add up to the rows, so that a
field a force withholds is never taken for one it left blank, nor either for one it does not know.
"""

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from reconcile.forces import Profile
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.receipt import COMPLETENESS


def completeness(rows: Any, records: Any, profile: Profile) -> dict[str, dict[str, int]]:
    """``COMPLETENESS`` counts by field, in the order of the fields' names.

    Only fields the profile maps; an identifier is named by its scheme.

    Args:
        rows: accepted canonical rows as sent, absent cells not taken out.
        records: ``schema.RECORDS`` of the same rows, in any order.
        profile: of the force.
    """
    absent = absences(records)
    counts = {}
    for field in sorted({*profile.columns, *profile.identifiers}):
        blank = rows[field if field in profile.columns else IDENTIFIER + field].null_count
        unknown, withheld = absent[field, "unknown"], absent[field, "withheld"]
        numbers = (rows.num_rows - blank - unknown - withheld, blank, unknown, withheld)
        counts[field] = dict(zip(COMPLETENESS, numbers, strict=True))
    return counts


def absences(records: Any) -> Counter[tuple[str, str]]:
    """How many records say of a field that it is absent, by field and reason."""
    found = pc.list_flatten(records["absent"].combine_chunks())
    return Counter(zip(found.field("field").to_pylist(), found.field("reason").to_pylist(), strict=True))
