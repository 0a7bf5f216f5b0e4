"""What is kept from somebody who has yet to judge a link, on whatever page they are.

Decides which links are judged blind: those that are items, and those between the two records of an identity that is an
item, which asks the same. Invariant: what the machine holds of such a link, what a force says of it, and what others
answered, is told to nobody who can still be asked about it and has not answered.
"""

from collections.abc import Iterator
from typing import Final

from reconcile.review import acts, partings
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import WAITING
from reconcile.review.pages.desk import Desk

ASKS: Final = ("link", "identity")
"""The kinds of items that ask whether records are one person; an answer of a force tells of its records and asks what
is done about it."""


def of_two(row: acts.Row) -> bool:
    """Whether an item asks whether two records are one person, as a link or as an identity."""
    return row["kind"] in ASKS and len(row["records"]) == 2


def blind(desk: Desk, visitor: Visitor, left: str, right: str) -> bool:
    """Whether an item that asks about these two records alone still waits for the visitor's answer."""
    return bool(asked_alone(desk, visitor, left, right))


def asked_alone(desk: Desk, visitor: Visitor, left: str, right: str) -> tuple[str, ...]:
    """The items that ask about these two records alone and still wait for the visitor's answer."""
    return tuple(row["item"] for row in _waiting(desk, visitor, left, right) if of_two(row))


def weighing_told(desk: Desk, visitor: Visitor, item: str, asked: tuple[str, ...], *, opened: bool) -> bool:
    """Whether the page of an item of two records shows what the evidence weighs, which is then noted.

    It does once nothing ``asked`` of the two waits for the visitor, or where they were shown it before or ask for it
    now (``opened``): no answer of theirs on these two is blind from then on, on whichever page they are asked.
    """
    items = {item, *asked}
    shown = not asked or opened or any(acts.saw_weighing(desk.settings, visitor, each) for each in items)
    for each in sorted(items) if shown else ():
        acts.show_weighing(desk.settings, visitor, each)
    return shown


def undecided_by(desk: Desk, visitor: Visitor, left: str, right: str) -> bool:
    """Whether an item that asks about both records, as a link or among others, still waits for the visitor's answer."""
    return any(_waiting(desk, visitor, left, right))


def _waiting(desk: Desk, visitor: Visitor, left: str, right: str) -> Iterator[acts.Row]:
    """The items that ask about both records and still wait for the visitor's answer."""
    if not visitor.may("judge") or not desk.stamp("queue")[1]:
        return
    places = [set(desk.places("queue", "records", record.casefold())) for record in (left, right)]
    items = [desk.table("queue")["item"][place].as_py() for place in sorted(places[0] & places[1])]
    if found := desk.row("identities", "record_id", left):
        items.append(partings.item_of(found["national_id"]))
    for item in items:
        row = acts.item_of(desk.settings, visitor, item)
        asks = row and row["kind"] in ASKS and {left, right} <= set(row["records"])
        if row and asks and row["state"] in WAITING and not row["mine"]:
            yield row
