"""What waits for a person, in the order in which it should be looked at.

Decides which links, identities, answers of forces and held extracts are items of the queue, how urgent each is, and
which are there by chance. Invariant: every link of ``waiting`` is an item or is asked about by the item of its group;
the table depends on its inputs alone, so the same cycle gives the same queue; an item keeps the day it was opened on
while the evidence shown stays the same.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.intake import Receipt
from reconcile.review import four_eyes, identity_items
from reconcile.review.concerned import TOUCHES, people
from reconcile.review.force_answers import SAID, to_see_to, unjudged
from reconcile.review.queue_items import KINDS, LINK, QUEUE, numbers, of_answer, of_extract, of_identity, of_links
from reconcile.review.waiting import waiting

__all__ = ("KINDS", "LINK", "QUEUE", "TOUCHES", "compile_queue", "dated", "ordered")
UNDATED: Final = dt.date(1970, 1, 1)


def compile_queue(  # noqa: PLR0917 - the tables of a cycle
    links: pa.Table,
    identities: pa.Table,
    decisions: pa.Table,
    facts: pa.Table,
    missing_list: pa.Table,
    records: pa.Table,
    receipts: Iterable[Receipt],
    previous: Sequence[pa.Table] = (),
    said: pa.Table | None = None,
) -> pa.Table:
    """The queue of a cycle.

    Args:
        links, identities, decisions, facts, missing_list, records: the cycle's tables.
        receipts: the forces' receipts; those HELD become items.
        previous: earlier queues, from which items keep the day they were opened on.
        said: ``force_answers.SAID``, what forces answered; None of nothing.
    Returns:
        ``QUEUE``.
    """
    who = people(records, identities, facts, missing_list)
    said = SAID.empty_table() if said is None else said
    told = unjudged(said, decisions, identities)
    waits = waiting(links, decisions, identities, told)
    groups, covered = identity_items.groups(links, waits, who, numbers()["identity"]["most_records"], told)
    found = pa.concat_tables(
        [
            of_links(links, decisions, waits.filter(pa.array(~covered)), who),
            pa.Table.from_pylist([of_identity(each, who) for each in groups], QUEUE),
            pa.Table.from_pylist([of_answer(each, who) for each in to_see_to(said)], QUEUE),
            pa.Table.from_pylist([of_extract(each) for each in receipts if each.state == "HELD"], QUEUE),
        ]
    ).combine_chunks()
    rule, judges = four_eyes.needed(found)
    newest = pc.max(records["as_of"]).as_py() or UNDATED
    return ordered(dated(_with(found, rule=rule, judges=judges), previous, newest))


def dated(items: pa.Table, previous: Sequence[pa.Table], today: dt.date) -> pa.Table:
    """``items`` with the day each was opened on: the earliest of ``previous`` on the same evidence, or today."""
    opened: Any = pa.array([today] * len(items), pa.date32())
    for each in previous:
        place = pc.index_in(_shown(items), value_set=_shown(each))
        opened = pc.min_element_wise(opened, each["opened_on"].combine_chunks().take(place))
    age = pc.days_between(opened, pa.scalar(today, pa.date32())).cast(pa.int32())
    return _with(items, opened_on=opened, age_days=age)


def ordered(items: pa.Table) -> pa.Table:
    """``items`` with their priority, in the order to be looked at.

    The highest comes first, but every so many-th place goes to the next of those drawn by chance, in an order no
    priority has a part in. Where one of these is due earlier by its own priority it stands there, and the next kept
    place goes to the one after it.
    """
    older = np.minimum(np.asarray(items["age_days"], float) / numbers()["age"]["days"], 1.0)
    factors = [np.asarray(items[name], float) for name in ("effect", "uncertainty", "risk")]
    priority = np.prod([*factors, 1.0 + numbers()["age"]["gain"] * older], axis=0)
    for says, ahead in numbers()["said"].items():
        of_it: Any = pc.is_in(items["said"], value_set=pa.array([says]))
        priority[np.asarray(of_it, bool)] += ahead
    priority = priority.round(6)
    items = _with(items, priority=pa.array(priority))
    keys: Any = [("priority", "descending"), ("item", "ascending")]
    items = items.take(pc.sort_indices(items, sort_keys=keys))
    chance = np.flatnonzero(np.asarray(items["audit"], bool))
    hashes = np.asarray(items["evidence_hash"].to_pylist(), "S")[chance]
    drawn = chance[np.argsort(hashes, kind="stable")].tolist()
    order: Any = pa.array(_woven(len(items), drawn, numbers()["audit"]["every"]), pa.int64())
    return items.take(order).combine_chunks()


def _woven(count: int, drawn: Iterable[int], every: int) -> list[int]:
    """The rows below ``count``, every so many-th place held by the next of ``drawn`` that has none yet, if any."""
    placed = np.zeros(count, bool)
    by_priority, by_chance = iter(range(count)), iter(drawn)
    order = []
    for place in range(1, count + 1):
        free = (row for row in by_chance if not placed[row]) if place % every == 0 else iter(())
        row = next(free, None)
        if row is None:
            row = next(row for row in by_priority if not placed[row])
        placed[row] = True
        order.append(row)
    return order


def _shown(items: pa.Table) -> Any:
    """What tells an item on the evidence it shows from all others."""
    names: list[Any] = [items[name].combine_chunks() for name in ("item", "evidence_hash")]
    return pc.binary_join_element_wise(*names, "|")


def _with(items: pa.Table, **columns: Any) -> pa.Table:
    for name, column in columns.items():
        place = items.schema.get_field_index(name)
        items = items.set_column(place, items.schema.field(name), column)
    return items
