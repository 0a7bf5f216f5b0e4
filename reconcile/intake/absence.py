"""Cells that say there is no value, told apart: kept back by the force, not known to it, or blank.

Decides what a word such as "refused" or "N/K" means, by the force's profile, and which names and birth dates are
placeholders: what stands for no value is not known. Invariant: an absent cell is null and stands in exactly one of
the two masks; a blank one is null and stands in neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.forces import Profile
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.distinct import each
from reconcile.intake.read.rows import ROW_NUMBER
from reconcile.values import dates, placeholders

KEPT, WITHHELD, UNKNOWN = 0, 1, 2
REASONS: Final = {WITHHELD: "withheld", UNKNOWN: "unknown"}
NAME_FIELDS: Final = ("given_names", "surname", "full_name", "maiden_name", "deed_poll_name")
NEVER: Final = ("local_id", ROW_NUMBER)


@dataclass(frozen=True)
class Separated:
    """``rows`` with absent cells null; ``absent``: per field an int8 a row, KEPT, WITHHELD or UNKNOWN."""

    rows: pa.Table
    absent: dict[str, NDArray[np.int8]]


def separate(rows: Any, profile: Profile) -> Separated:
    """Take absent cells out of canonical ``rows`` and say why they are absent."""
    columns, absent = {}, {}
    for field in rows.column_names:
        column = rows[field]
        if field not in NEVER and column.null_count < len(column):
            reasons = _reasons(column, _judge(field, profile))
            if reasons.any():
                absent[field.removeprefix(IDENTIFIER)] = reasons
                column = pc.if_else(pa.array(reasons == KEPT), column, pa.scalar(None, pa.string()))
        columns[field] = column
    return Separated(pa.table(columns), absent)


def _reasons(column: Any, judge: Callable[[str], int]) -> NDArray[np.int8]:
    verdicts: NDArray[np.int8] = pc.fill_null(each(column, judge, pa.int8()), KEPT).to_numpy(zero_copy_only=False)
    return verdicts


def _judge(field: str, profile: Profile) -> Callable[[str], int]:
    stands_for_nothing: Callable[[str], bool] = {
        **dict.fromkeys(NAME_FIELDS, _is_no_name),
        "birth_date": lambda text: _is_no_birth_date(text, profile.format.date_order),
    }.get(field, lambda _text: False)

    def judge(text: str) -> int:
        word = text.casefold().strip()
        if word in profile.withheld:
            return WITHHELD
        return UNKNOWN if word in profile.unknown or stands_for_nothing(text) else KEPT

    return judge


def _is_no_name(text: str) -> bool:
    return placeholders.is_placeholder("name", text)


def _is_no_birth_date(text: str, order: str) -> bool:
    found = dates.parse(text, order)
    return (
        found is not None
        and found.lo is not None
        and found.lo == found.hi
        and placeholders.is_placeholder("birth_date", found.lo.isoformat())
    )
