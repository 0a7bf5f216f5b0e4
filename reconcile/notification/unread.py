"""What was sent and says nothing: dates that cannot be read, and what a force kept back or does not know.

Decides when a blank is none. Invariant: a date without days, and a cell listed in ``absent``, are unknown, never blank;
only a null that is not listed says that there is nothing.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.forces.lists import LISTS
from reconcile.notification.columns import Bools, elements, mask, whole


def unread(column: Any) -> Bools:
    """Where a ``schema.PARTIAL_DATE`` was written and has no days."""
    return mask(pc.and_(pc.is_valid(column), pc.is_null(pc.struct_field(column, "lo"))))


def kept_back(records: pa.Table, *fields: str) -> Bools:
    """The records whose ``absent`` lists one of ``fields``: withheld, or not known to the force."""
    absent = elements(records["absent"])
    named = absent.owner[absent.coded("field").among(*fields)]
    return np.bincount(named, minlength=records.num_rows) > 0


def open_date(records: pa.Table, field: str) -> Bools:
    """The records of which there may be such a date: it cannot be read, or was kept back."""
    return unread(whole(records[field])) | kept_back(records, field)


def list_kept_back(records: pa.Table, name: str) -> Bools:
    """The records with an empty list of which a column was kept back: there may be entries."""
    empty = mask(pc.equal(pc.fill_null(pc.list_value_length(whole(records[name])), 0), pa.scalar(0, pa.int32())))
    return empty & kept_back(records, *LISTS[name].columns)
