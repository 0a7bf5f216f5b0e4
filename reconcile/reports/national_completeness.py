"""How complete the forces' extracts are, field by field: what one force's completeness is set against.

Decides which forces a median is of. Invariant: a force that answered without records, or that sends no such field,
moves no median; nothing of one force can be read from a median told to another, which is of three forces or more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from reconcile.intake.receipt import Receipt
from reconcile.national.coverage import answered


@dataclass(frozen=True)
class Median:
    """Of one field: the median share filled in percent, None where too few forces send it; how many do."""

    filled: float | None
    forces: int


@dataclass(frozen=True)
class NationalCompleteness:
    """The medians by field, over ``forces`` forces that answered with records."""

    medians: Mapping[str, Median]
    forces: int


def national_completeness(receipts: Iterable[Receipt], least: int) -> NationalCompleteness:
    """The medians of the forces that answered with records.

    Args:
        receipts: one a force, its completeness of the fields its profile maps; one it did not fill counts as nought.
        least: how many forces must send a field for its median to be told.
    """
    heard = [receipt for receipt in answered(receipts) if receipt.accepted and receipt.completeness]
    shares: dict[str, list[float]] = {}
    for receipt in heard:
        for field, counts in receipt.completeness.items():
            shares.setdefault(field, []).append(100 * counts["filled"] / receipt.accepted)
    return NationalCompleteness(
        {
            field: Median(round(median(found), 1) if len(found) >= least else None, len(found))
            for field, found in sorted(shares.items())
        },
        len(heard),
    )
