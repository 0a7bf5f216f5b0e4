"""What is kept from somebody who has yet to judge a link, on whatever page they are.

Decides which links are judged blind. Invariant: what the machine holds of a link, and what others answered, is told to
nobody who can still be asked about it and has not answered.
"""

from reconcile.review import acts, partings
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import WAITING
from reconcile.review.pages.desk import Desk


def blind(desk: Desk, visitor: Visitor, left: str, right: str) -> bool:
    """Whether the link between two records (left < right) is an item that still waits for the visitor's answer."""
    item = f"link:{left}~{right}"
    if not visitor.may("judge") or not desk.stamp("queue")[1] or desk.row("queue", "item", item) is None:
        return False
    row = acts.item_of(desk.settings, visitor, item)
    return bool(row and row["state"] in WAITING and not row["mine"])


def undecided_by(desk: Desk, visitor: Visitor, left: str, right: str) -> bool:
    """Whether an item that asks about both records, as a link or among others, still waits for the visitor's answer."""
    if not visitor.may("judge") or not desk.stamp("queue")[1]:
        return False
    places = [set(desk.places("queue", "records", record.casefold())) for record in (left, right)]
    items = [desk.table("queue")["item"][place].as_py() for place in places[0] & places[1]]
    if found := desk.row("identities", "record_id", left):
        items.append(partings.item_of(found["national_id"]))
    for item in items:
        row = acts.item_of(desk.settings, visitor, item)
        if row and {left, right} <= set(row["records"]) and row["state"] in WAITING and not row["mine"]:
            return True
    return False
