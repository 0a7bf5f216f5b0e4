"""Whom an item of the queue concerns: who of them is on the missing list, said to be located, at what risk, a child.

Decides what an answer can change. Invariant: a person is shown to anybody only where every record says they are grown
up; what is not known counts as a child's.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.notification.rules import rules

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

RISKS: Final = ("low", "medium", "high", "very_high")
"""From the lowest."""
TOUCHES: Final = ("none", "line", "lines", "locates")
"""What deciding an item can change, from the least: nothing that is published; what stands on one line; how many lines
there are; whether somebody on the list is located."""


@dataclass(frozen=True)
class People:
    """``names``: the national ids, sorted [n]; a row each: ``listed`` on the missing list, ``located``: a record says
    where they are, ``risk``: index of ``RISKS`` or -1, ``restricted``. ``ids``: the record ids, sorted [r]; for each
    its ``person`` and its ``force`` as an index of ``forces``, sorted."""

    names: Any
    listed: Mask
    located: Mask
    risk: Ints
    restricted: Mask
    ids: Any
    person: Ints
    force: Ints
    forces: Any

    def rows(self, record_ids: Any) -> Ints:
        """The row of ``ids`` of each record; -1 where it is not there."""
        return _index(record_ids, self.ids)

    def touches(self, one: Ints, other: Ints) -> Ints:
        """What an answer on each pair of people (the same for records of one) can change, as index of ``TOUCHES``."""
        inside = one == other
        either, both = self.listed[one] | self.listed[other], self.listed[one] & self.listed[other]
        locates = (self.listed[one] & self.located[other]) | (self.listed[other] & self.located[one])
        chosen: Ints = np.select([locates, both & ~inside, either], [3, 2, 1], 0)
        return chosen


def people(records: pa.Table, identities: pa.Table, facts: pa.Table, missing_list: pa.Table) -> People:
    """Read RECORDS, IDENTITIES, FACTS and MISSING_LIST of one cycle."""
    order = pc.sort_indices(records["record_id"])
    ids, force, status, level = (
        records[name].combine_chunks().take(order) for name in ("record_id", "force", "status", "risk_level")
    )
    names = pc.unique(identities["national_id"]).sort()
    held = identities["national_id"].take(pc.index_in(ids, value_set=identities["record_id"]))
    person = _index(held, names)
    count = len(names)
    risk = np.full(count, -1, np.int64)
    np.maximum.at(risk, person, _index(level, pa.array(RISKS)))
    seen = np.asarray(pc.is_in(status, value_set=pa.array(rules()["located"]["statuses"])), bool)
    adult = facts.filter(
        pc.and_(pc.equal(facts["fact"], pa.scalar("under_18")), pc.equal(facts["value"], pa.scalar("NO")))
    )
    not_adult = ~np.asarray(pc.is_in(ids, value_set=adult["record_id"].combine_chunks()), bool)
    forces = pc.unique(force).sort()
    return People(
        names,
        np.asarray(pc.is_in(names, value_set=missing_list["national_id"].combine_chunks()), bool),
        _any(count, person[seen]),
        risk,
        _any(count, person[not_adult]),
        ids,
        person,
        _index(force, forces),
        forces,
    )


def _any(count: int, rows: Ints) -> Mask:
    return np.bincount(rows, minlength=count) > 0


def _index(values: Any, those: Any) -> Ints:
    return np.asarray(pc.fill_null(pc.index_in(values, value_set=those), -1), dtype=np.int64)
