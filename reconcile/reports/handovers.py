"""People between two forces: handed over and held by nobody, or living where no force holds a record (rule D16).

Decides who is told: the force whose record it is, and of a handover the force the person was handed to. Invariant: the
receiving force, which holds no record of the person, is told what it takes to accept the transfer, ``Party``, and of
nobody but those handed to it by name.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from reconcile.notification.ownership import NOBODY
from reconcile.reports.item import Item
from reconcile.reports.kinds import RISKS, kinds
from reconcile.reports.material import Row
from reconcile.reports.telling import Telling


def unclaimed(to: Telling) -> Iterable[Item]:
    """What the force is told of people between it and another force, the highest risk first."""
    found = [item for row in to.material.unclaimed_of.get(to.force, ()) for item in _of(to, row)]
    return sorted(found, key=lambda item: (RISKS.index(item.risk), item.id))


def _of(to: Telling, row: Row) -> Iterable[Item]:
    over = [record for record in row["inputs"] if _handed_over(to, record)]
    for record in to.mine(row["inputs"]):
        if record not in over:
            yield _away(to, record)
        elif row["reason"] == NOBODY:
            yield _handed(to, record)
    if row["reason"] == NOBODY and not to.mine(row["inputs"]):
        for record in over:
            if to.row(record)["transferred_to"] == to.force:
                yield _to_take(to, record)


def _handed_over(to: Telling, record: str) -> bool:
    return bool(to.row(record)["transferred_to"] or to.row(record)["status"] == "transferred")


def _handed(to: Telling, record: str) -> Item:
    receiving = to.row(record)["transferred_to"]
    known = receiving and receiving != to.force
    words = {
        "to": f" to {to.name(receiving)}" if known else "",
        "whom": f" {to.name(receiving)}" if known else " the force you handed the person to",
    }
    return _item(to, "handed_over", [record], (), words, asked=[receiving] if known else ())


def _away(to: Telling, record: str) -> Item:
    area = to.material.facts.areas.get(record, "")
    words = {
        "area": f"the area of {to.name(area)}" if area else "the area of another force",
        "whom": f" to {to.name(area)}" if area else "",
    }
    return _item(to, "away", [record], (), words, asked=[area] if area else ())


def _to_take(to: Telling, record: str) -> Item:
    return _item(to, "to_take", (), [record], {"other": to.forces([record])})


def _item(
    to: Telling,
    variant: str,
    own: Sequence[str],
    others: Sequence[str],
    words: dict[str, Any],
    *,
    asked: Sequence[str] = (),
) -> Item:
    said = {name: text.format(**words) for name, text in kinds()["unclaimed"]["variants"][variant].items()}
    claimed = said.pop("claimed")
    return to.item(
        "unclaimed",
        own,
        others,
        key=(variant, *own, *others),
        claimed=claimed,
        facts=tuple(to.fact(record) for record in (*own, *others)),
        assessments=("That nobody else holds the person is judged from the extracts of the forces that answered.",),
        asked=asked,
        words=said,
    )
