"""What a person is shown of the queue, and what is kept for them while they look.

Decides who sees which items. Invariant: an item of somebody restricted is shown to nobody without the role for them,
and counted for the others; what others answered is never shown; an item is given to one person at a time and to nobody
who has answered it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reconcile import database
from reconcile.review import leases, persons, weighings
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import STATES, WAITING
from reconcile.review.in_memory import Mask, Now, Queue
from reconcile.review.office import office
from reconcile.review.queue_items import numbers
from reconcile.settings import Settings

Row = Mapping[str, Any]
"""A row of ``queue.QUEUE`` with ``state`` (of ``four_eyes.Standing``), ``mine`` (the visitor has answered it on the
evidence shown now), ``own`` (what they last answered of it, "" for nothing) and ``taken`` (another person has it before
them)."""
_WAITING: Final = [STATES.index(name) for name in WAITING]
_COLUMNS: Final = ("kind", "touches", "strength", "risk_level")


@dataclass(frozen=True)
class Filters:
    """Which open items to show; "" for all. ``audit``: only those there by chance; ``mine``: also those the visitor has
    answered and that wait for others; ``judges``: those that need so many people, 0 for all; ``waited``: those open for
    at least so many days."""

    kind: str = ""
    touches: str = ""
    force: str = ""
    strength: str = ""
    state: str = ""
    risk_level: str = ""
    audit: bool = False
    mine: bool = False
    judges: int = 0
    waited: int = 0


@dataclass(frozen=True)
class Page:
    """``rows`` of page ``number`` (from 1) of the ``total`` open items that pass the filters and the visitor may see.

    ``open``: how many open items the visitor may see, without filters, answered by them or not. ``restricted``: how
    many more there are that only the role for protected people sees. ``oldest``: the greatest age in days among the
    ``open``, 0 of none.
    """

    rows: Sequence[Row]
    number: int
    size: int
    total: int
    open: int
    restricted: int
    oldest: int


@dataclass(frozen=True)
class Reservation:
    """``given``: whether the visitor has the item now; ``until``: when it is free again, milliseconds since 1970 UTC;
    0 where it is not there."""

    item: str
    given: bool
    until: int


def open_items(
    settings: Settings, visitor: Visitor, filters: Filters | None = None, number: int = 1, size: int = 50
) -> Page:
    """A page of the open items in the queue's order."""
    with office(settings).reading() as connection:
        now = office(settings).desk.now(settings, connection, visitor.name)
        held = leases.held(connection, database.milliseconds())
    seen, hidden = _seen(now.queue, visitor)
    still_open = np.isin(now.states, _WAITING)
    chosen = np.flatnonzero(seen & still_open & _passing(now, filters or Filters()))
    at = max(number - 1, 0) * size
    rows = [_row(now, int(place), held) for place in chosen[at : at + size]]
    every = seen & still_open
    oldest = int(now.queue.age[every].max(initial=0))
    return Page(rows, number, size, len(chosen), int(every.sum()), int((hidden & still_open).sum()), oldest)


def item_of(settings: Settings, visitor: Visitor, item: str) -> Row | None:
    """One item of the queue, whatever its state; None where there is none or the visitor may not see it."""
    with office(settings).reading() as connection:
        now = office(settings).desk.now(settings, connection, visitor.name)
        held = leases.held(connection, database.milliseconds())
    place = visible(now.queue, visitor, item)
    return None if place is None else _row(now, place, held)


def next_item(
    settings: Settings, visitor: Visitor, filters: Filters | None = None, skip: Collection[str] = ()
) -> Row | None:
    """Reserve the first open link, identity or answer of a force the visitor can judge, has not answered and that
    nobody else has before them; None where there is none. ``skip``: items to pass over."""
    if not visitor.may("judge"):
        return None
    at = database.milliseconds()
    with office(settings).leasing() as connection:
        now = office(settings).desk.now(settings, connection, visitor.name)
        held = leases.held(connection, at)
        chosen = _seen(now.queue, visitor)[0] & np.isin(now.states, _WAITING) & ~now.mine & now.queue.judged_here
        for place in np.flatnonzero(chosen & _passing(now, filters or Filters())).tolist():
            item = now.queue.item(place)
            if item in skip or held.get(item, now.person) != now.person:
                continue
            leases.take(connection, item, now.person, at, _keep())
            return _row(now, place, held)
    return None


def reserve(settings: Settings, visitor: Visitor, item: str) -> Reservation:
    """Take an item before oneself for a while, or for a while longer, unless another has it."""
    at = database.milliseconds()
    with office(settings).leasing() as connection:
        now = office(settings).desk.now(settings, connection, visitor.name)
        if not visitor.may("judge") or visible(now.queue, visitor, item) is None:
            return Reservation(item, given=False, until=0)
        lease = leases.take(connection, item, now.person, at, _keep())
    return Reservation(item, lease.reviewer == now.person, lease.until)


def release(settings: Settings, visitor: Visitor, item: str) -> None:
    """Give a reserved item back, as when skipping it."""
    with office(settings).leasing() as connection:
        leases.give_back(connection, item, persons.known_in(connection).of(visitor.name))


def show_weighing(settings: Settings, visitor: Visitor, item: str) -> None:
    """Note that the visitor is shown what the evidence on an item weighs: no answer of theirs is blind from now on."""
    if saw_weighing(settings, visitor, item):
        return
    with office(settings).writing() as connection:
        weighings.record_in(connection, item, visitor.name, database.milliseconds())


def saw_weighing(settings: Settings, visitor: Visitor, item: str) -> bool:
    """Whether the visitor was ever shown what the evidence on an item weighs."""
    with office(settings).reading() as connection:
        known = persons.known_in(connection)
        return known.of(visitor.name) in map(known.of, weighings.shown_in(connection, item))


def visible(queue: Queue, visitor: Visitor, item: str) -> int | None:
    """Where an item stands in the queue; None where it does not, or the visitor may not see it."""
    place = queue.place.get(item)
    return place if place is not None and _seen(queue, visitor)[0][place] else None


def _seen(queue: Queue, visitor: Visitor) -> tuple[Mask, Mask]:
    """The items a visitor sees, and those withheld from them as somebody is restricted."""
    allowed = np.zeros(len(queue.items), bool)
    if visitor.may("judge"):
        allowed |= queue.judged_here
    elif visitor.may("answer") and visitor.force:
        allowed |= queue.judged_here & queue.of_force(visitor.force)
    if visitor.may("judge_extract"):
        allowed |= ~queue.judged_here
    if visitor.may("see_protected"):
        return allowed, np.zeros(len(allowed), bool)
    return allowed & ~queue.restricted, allowed & queue.restricted


def _passing(now: Now, filters: Filters) -> Mask:
    passing = np.ones(len(now.queue.items), bool) if filters.mine else ~now.mine
    for column in _COLUMNS:
        if value := getattr(filters, column):
            passing &= now.queue.equal(column, value)
    if filters.force:
        passing &= now.queue.of_force(filters.force)
    if filters.state:
        passing &= now.states == (STATES.index(filters.state) if filters.state in STATES else -1)
    if filters.audit:
        passing &= now.queue.audit
    if filters.judges:
        passing &= np.asarray(now.queue.judges) == filters.judges
    if filters.waited:
        passing &= now.queue.age >= filters.waited
    return passing


def _row(now: Now, place: int, held: Mapping[str, str]) -> Row:
    row = now.queue.row(place)
    item = row["item"]
    taken = held.get(item, now.person) != now.person
    return {
        **row,
        "state": STATES[now.states[place]],
        "mine": bool(now.mine[place]),
        "own": now.own(item),
        "taken": taken,
    }


def _keep() -> int:
    return int(numbers()["leases"]["seconds"] * 1000)
