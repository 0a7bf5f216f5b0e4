"""The items of one force's report, each a thing the force is asked to do.

Decides who is told what about whom. Invariant: an item is about a record of the force it is for, or about one handed
over to it; about anyone else's record it holds what ``Party`` has and what its sentences say. A restricted person is in
no item, whosever record it is: that there is one is no more than counted.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from reconcile.reports.double_claims import double_claim
from reconcile.reports.handovers import unclaimed
from reconcile.reports.item import Contact, Item, Party
from reconcile.reports.kinds import kinds
from reconcile.reports.leads import found_elsewhere, held_here
from reconcile.reports.material import Material
from reconcile.reports.other_names import unnotified_name
from reconcile.reports.own_records import overdue, stale_review, within_force
from reconcile.reports.shared_numbers import shared_identifier
from reconcile.reports.telling import Telling

__all__ = ["Contact", "Item", "Party", "items"]

ROOMS: Final[Mapping[str, Callable[[Telling], Iterable[Item]]]] = {
    each.__name__: each
    for each in (
        found_elsewhere,
        held_here,
        double_claim,
        unclaimed,
        unnotified_name,
        shared_identifier,
        overdue,
        stale_review,
        within_force,
    )
}
"""What makes the items of each kind."""


def items(
    force: str,
    material: Material,
    names: Mapping[str, str],
    *,
    contacts: Mapping[str, Contact] | None = None,
    on: dt.date | None = None,
) -> tuple[tuple[Item, ...], int]:
    """Every item for ``force``, in the order of kinds.toml and of its kind, and how many are left out.

    Those left out concern a restricted person.

    Args:
        names: the forces' names by slug.
        contacts: what other forces are told to ask a force by, by slug.
        on: the day from which the days to answer are counted, the release's; None where no item is to have one.
    """
    to = Telling(force, material, names, contacts or {}, on)
    every = [item for kind in kinds() for item in ROOMS[kind](to)]
    # What an item rests on beside what it tells is asked here and goes no further.
    told = tuple(
        replace(item, concerns=()).digested() for item in every if not material.restricted.holds(*item.concerns)
    )
    return told, len(every) - len(told)
