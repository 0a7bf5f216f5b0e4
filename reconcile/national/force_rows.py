"""Every force as a row of the release page: what it sent, what it claims, whom it manages, who was lost and found.

Decides what a force's row says. Invariant: a force whose extract does not count has no figure at all; what cannot be
told of a force is None, never nought.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconcile.national.breakdowns import bounds
from reconcile.national.flow import CANNOT_TELL, YEAR

if TYPE_CHECKING:
    from reconcile.intake import Receipt


@dataclass(frozen=True)
class ForceRow:
    """One force. ``counted`` is its entry of ``by_force``, None where its extract does not count.

    ``owned``: people with an open claim it manages. ``undated``: share of its claims without a year, in per cent.
    ``new``, ``found``: of the last twelve months, as text. ``median``: days to find, of so many ``timed``.
    """

    receipt: "Receipt"
    name: str
    as_of: dt.date | None
    counted: Mapping[str, Any] | None
    owned: int | None = None
    undated: int | None = None
    new: str = ""
    found: str = ""
    median: float | None = None
    timed: int = 0


def rows(statistics: Mapping[str, Any], receipts: Sequence["Receipt"], names: Mapping[str, str]) -> list[ForceRow]:
    """A row a receipt, sorted by the force's name; ``names`` are the forces' names by slug."""
    found = [_row(statistics, receipt, names.get(receipt.force, receipt.force)) for receipt in receipts]
    return sorted(found, key=lambda row: row.name)


def _row(statistics: Mapping[str, Any], receipt: "Receipt", name: str) -> ForceRow:
    counted = statistics["by_force"].get(name)
    if counted is None:
        return ForceRow(receipt, name, receipt.as_of, None)
    flow = counted["flow"][YEAR]
    told = {} if flow == CANNOT_TELL else flow
    return ForceRow(
        receipt,
        name,
        receipt.as_of,
        counted,
        owned=statistics["by_owner"].get(name, 0),
        undated=share(counted["by_year_lost"].get("UNDATED", 0), counted["claims"]),
        new=bounds(told.get("new", CANNOT_TELL)),
        found=bounds(told.get("found", CANNOT_TELL)),
        median=told.get("median_days_to_find"),
        timed=told.get("timed", 0),
    )


def share(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in whole per cent; None of nothing."""
    return round(100 * part / whole) if whole else None
