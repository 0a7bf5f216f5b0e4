"""Which groups of records are asked about as one item: identities that links tear at, those a bridge could join, and
those of whose links a force said something.

Decides where one question about a group takes the place of many about its links. Invariant: every link that waits with
a reason and lies in a group is asked about by that group's item and by no item of its own; a group holds whole
identities; what a force says is part of what is shown, so that what people answered before counts no more.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.linkage.clusters import components
from reconcile.review.concerned import Ints, Mask, People
from reconcile.review.force_answers import Said

Row = dict[str, Any]
LINK_COLUMNS = ("left", "right", "weight", "probability", "evidence_hash")


@dataclass(frozen=True)
class Group:
    """``people``: rows of ``People.names``, those on the missing list first, then by id; ``records``: sorted ids;
    ``links``: among them, each with ``waits``, why or None; ``said``: what forces say of them."""

    people: tuple[int, ...]
    records: tuple[str, ...]
    links: tuple[Row, ...]
    said: tuple[Said, ...] = ()

    @property
    def evidence_hash(self) -> str:
        """Of the records, of the evidence of every link among them, and of what forces say of them, SHA-256."""
        told = [*self.records, *(f"{each['left']}~{each['right']}={each['evidence_hash']}" for each in self.links)]
        told += [f"{each.force} {each.says} {each.number}" for each in self.said]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def weakest(self) -> Row | None:
        """Of the links that wait the one that weighs least; None where records are joined by a decision alone."""
        waits = (each for each in self.links if each["waits"])
        return min(waits, key=lambda each: (each["weight"], each["left"]), default=None)


def groups(
    links: pa.Table, waiting: pa.Table, who: People, most_records: int, said: Sequence[Said] = ()
) -> tuple[list[Group], Mask]:
    """The groups to be asked about, and which of the links that wait they cover, bool [w].

    Identities are brought together by the links between them that wait with a reason. Two records alone are a link like
    any other, and more than ``most_records`` are too many to be seen at once: neither is a group, unless a force said
    something of it.

    Args:
        links: LINKS. waiting: those that wait, with ``why``. said: what forces say of links in an identity.
    """
    reasoned = np.asarray(pc.is_valid(waiting["why"]), bool)
    ends = [who.person[who.rows(waiting[end])] for end in ("left", "right")]
    label = components(len(who.names), ends[0][reasoned], ends[1][reasoned]).astype(np.int64)
    of_record = label[who.person]
    size = np.bincount(of_record, minlength=len(who.names))
    asked = np.zeros(len(who.names), bool)
    asked[label[ends[0][reasoned]]] = True
    asked &= (size > 2) & (size <= most_records)
    by_label = _said_by_label(said, who, label)
    asked[list(by_label)] = True
    covered: Mask = reasoned & asked[label[ends[0]]]
    records, people = _by_label(of_record, asked), _by_label(label, asked)
    inside = _inside(links, waiting.filter(pa.array(covered)), who, of_record, asked)
    found = [
        Group(
            tuple(sorted(people[one], key=lambda row: (not who.listed[row], row))),
            tuple(who.ids.take(pa.array(records[one])).to_pylist()),
            tuple(inside.get(one, ())),
            tuple(by_label.get(one, ())),
        )
        for one in np.flatnonzero(asked).tolist()
    ]
    return found, covered


def _said_by_label(said: Sequence[Said], who: People, label: Ints) -> Mapping[int, list[Said]]:
    """What forces say, by the label of the identities it is said of."""
    found: dict[int, list[Said]] = {}
    for each in said:
        first = who.rows(pa.array([pair[0] for pair in each.pairs]))
        for one in sorted({int(label[who.person[row]]) for row in first.tolist() if row >= 0}):
            found.setdefault(one, []).append(each)
    return found


def _by_label(label: Ints, asked: Mask) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in np.flatnonzero(asked[label]).tolist():
        found.setdefault(int(label[row]), []).append(row)
    return found


def _inside(links: pa.Table, covered: pa.Table, who: People, of_record: Ints, asked: Mask) -> Mapping[int, list[Row]]:
    """The links among the records of each group, sorted by their ends."""
    rows = [who.rows(links[end]) for end in ("left", "right")]
    one, other = (of_record[each] for each in rows)
    chosen = links.select(LINK_COLUMNS).filter(pa.array((one == other) & asked[one]))
    why = {(row["left"], row["right"]): row["why"] for row in covered.select(["left", "right", "why"]).to_pylist()}
    found: dict[int, list[Row]] = {}
    for group, row in zip(one[(one == other) & asked[one]].tolist(), chosen.to_pylist(), strict=True):
        found.setdefault(group, []).append({**row, "waits": why.get((row["left"], row["right"]))})
    for each in found.values():
        each.sort(key=lambda row: (row["left"], row["right"]))
    return found
