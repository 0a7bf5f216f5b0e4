"""The queue and what people answered of it, held between two requests of a server.

Decides nothing: the queue is read again when its file or who is protected changed, and of the judgement log only what
came since. Invariant: what is held is what a reading of everything would give now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection

from reconcile.errors import ReconcileError
from reconcile.review import judgements, partings, persons, protections
from reconcile.review.four_eyes import STATES, Standing, needed, outcome
from reconcile.review.judgements import Answer
from reconcile.review.persons import NOBODY_BOUND, Persons
from reconcile.review.queue import QUEUE
from reconcile.settings import Settings
from reconcile.workspace import read_table

Mask = NDArray[np.bool_]
Row = dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """``items``: ``QUEUE``, read at ``stamp``; looked up by place."""

    items: pa.Table
    stamp: tuple[int, ...]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each item stands."""
        return {str(item): place for place, item in enumerate(self.items["item"].to_pylist())}

    @cached_property
    def hashes(self) -> list[str]:
        return [str(each) for each in self.items["evidence_hash"].to_pylist()]

    @cached_property
    def judges(self) -> list[int]:
        return [int(each or 1) for each in self.items["judges"].to_pylist()]

    @cached_property
    def restricted(self) -> Mask:
        return np.asarray(self.items["restricted"], bool)

    @cached_property
    def judged_here(self) -> Mask:
        """Links, identities and answers of forces; whether an extract is taken in is judged elsewhere."""
        return ~self.equal("kind", "extract")

    @cached_property
    def partings(self) -> Mask:
        """Identities the queue asks about as somebody does, and only as long as an answer of somebody stands."""
        return np.asarray(pc.starts_with(self.items["item"], partings.PREFIX), bool)

    @cached_property
    def audit(self) -> Mask:
        return np.asarray(self.items["audit"], bool)

    @cached_property
    def age(self) -> NDArray[np.int32]:
        return np.asarray(self.items["age_days"])

    @cached_property
    def _codes(self) -> dict[tuple[str, str], Mask]:
        return {}

    def equal(self, column: str, value: str) -> Mask:
        """Which items say ``value``; kept, as there are few columns to ask for and few values in each. What no item
        says is not kept: an address may ask for anything."""
        if (column, value) in self._codes:
            return self._codes[column, value]
        values: Any = self.items[column]
        return self._kept(column, value, np.asarray(pc.fill_null(pc.equal(values, pa.scalar(value)), False), bool))

    def of_force(self, force: str) -> Mask:
        if ("forces", force) in self._codes:
            return self._codes["forces", force]
        lists: Any = self.items["forces"].combine_chunks()
        named: Any = pc.equal(pc.list_flatten(lists), pa.scalar(force))
        rows = np.asarray(pc.list_parent_indices(lists))[np.asarray(named, bool)]
        return self._kept("forces", force, np.isin(np.arange(len(self.items)), rows))

    def _kept(self, column: str, value: str, found: Mask) -> Mask:
        if found.any():
            self._codes[column, value] = found
        return found

    def item(self, place: int) -> str:
        return str(self.items["item"][place].as_py())

    def row(self, place: int) -> Row:
        found: Row = self.items.slice(place, 1).to_pylist()[0]
        return found


@dataclass
class Heard:
    """The judgements that stand, by item, as of line ``upto`` of the log; lists in it are never changed in place."""

    upto: int = 0
    of: dict[str, list[Answer]] = field(default_factory=dict)
    items: dict[int, str] = field(default_factory=dict)
    """The item of each judgement, so that one taken back is found."""
    people: dict[str, set[str]] = field(default_factory=dict)
    """The items each person ever answered."""
    withdrawn: set[tuple[str, str, str | None]] = field(default_factory=set)
    """Item, person and evidence of each answer its own person took back after others had answered."""
    persons: Persons = NOBODY_BOUND
    """Which names are one person's."""

    def hear(self, connection: Connection) -> set[str]:
        """Read on in the log; returns the items that something came of."""
        self.upto, said, taken_back = judgements.since(connection, self.upto)
        for answer in said:
            self.of[answer.item] = [*self.of.get(answer.item, ()), answer]
            self.items[answer.number] = answer.item
            self.people.setdefault(self.persons.of(answer.reviewer), set()).add(answer.item)
        changed = {answer.item for answer in said}
        for undo in taken_back:
            item = self.items.pop(undo.undoes)
            taken = next(each for each in self.of[item] if each.number == undo.undoes)
            self.of[item] = [each for each in self.of[item] if each is not taken]
            others = (each for each in self.of[item] if each.evidence_hash == taken.evidence_hash)
            # What became of their answer told them what the others say: answering anew, they would second themselves.
            person = self.persons.of(taken.reviewer)
            if self.persons.of(undo.reviewer) == person and any(each.number < undo.number for each in others):
                self.withdrawn.add((item, person, taken.evidence_hash))
            changed.add(item)
        return changed

    def answered(self, item: str, person: str, evidence_hash: str) -> bool:
        """Whether ``person`` has answered an item on this evidence, or took that back after others had answered."""
        of_it = (each for each in self.of[item] if each.evidence_hash == evidence_hash)
        alive = any(self.persons.of(each.reviewer) == person for each in of_it)
        return alive or (item, person, evidence_hash) in self.withdrawn


class Desk:
    """The queue of a workspace's cycle and what holds of its items; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queue: Queue | None = None
        self._heard = Heard()
        self._bound = 0
        self._states = np.zeros(0, np.int8)

    def now(self, settings: Settings, connection: Connection, name: str) -> "Now":
        """What holds now, for the person ``name``.

        Raises:
            ReconcileError: the cycle has not been compiled, or was by a version without a queue.
        """
        with self._lock:
            before = self._queue
            queue = self._read(settings, connection)
            if (newest := persons.newest_in(connection)) != self._bound:
                # Who counts as one person changed, so the log is heard anew.
                self._bound, self._heard, before = newest, Heard(persons=persons.known_in(connection)), None
            known = self._heard.persons
            person = known.of(name)
            changed: Iterable[str] = self._heard.hear(connection)
            if queue is not before:
                self._states, changed = np.zeros(len(queue.items), np.int8), list(self._heard.of)
                self._states[queue.partings] = STATES.index("settled")
            if changed:
                self._states = self._states.copy()
            for item in changed:
                place = queue.place.get(item)
                if place is not None:
                    self._states[place] = STATES.index(standing(queue, place, self._heard.of[item], known).state)
            mine = np.zeros(len(queue.items), bool)
            for item in self._heard.people.get(person, ()):
                place = queue.place.get(item)
                if place is not None:
                    mine[place] = self._heard.answered(item, person, queue.hashes[place])
            return Now(queue, self._states, mine, self._heard.of.copy(), known, person)

    def _read(self, settings: Settings, connection: Connection) -> Queue:
        path = settings.workspace.stage(settings.cycle, "queue.parquet")
        if not path.is_file():
            raise ReconcileError(f"cycle {settings.cycle} has no queue yet: run `reconcile run` first")
        stat = path.stat()
        logs = (protections.length_in(connection), partings.newest_in(connection))
        stamp = (stat.st_mtime_ns, stat.st_size, *logs)
        if self._queue is None or self._queue.stamp != stamp:
            items, protected = read_table(path, QUEUE).combine_chunks(), protections.state_in(connection)
            items = partings.with_asked(connection, settings, items)
            if len(protected):
                resolved = read_table(settings.workspace.stage(settings.cycle, "identities.parquet"))
                items = with_protected(items, resolved, protected)
            self._queue = Queue(items, stamp)
        return self._queue


@dataclass(frozen=True)
class Now:
    """``queue``; ``states``: int8, an index of ``STATES`` an item; ``mine``: bool, those the person asking has answered
    on the evidence shown, or took back what they had answered after others had; ``heard``: the judgements that stand,
    by item; ``persons``: which names are one person's; ``person``: who asks, as ``persons`` names them."""

    queue: Queue
    states: NDArray[np.int8]
    mine: Mask
    heard: Mapping[str, list[Answer]]
    persons: Persons
    person: str

    def answers(self, item: str) -> list[Answer]:
        return self.heard.get(item, [])

    def answered(self, item: str) -> bool:
        """Whether the person asking may answer an item of the queue no more; see ``mine``."""
        return bool(self.mine[self.queue.place[item]])

    def own(self, item: str) -> str:
        """What the person asking last answered of an item, under whichever of their names; "" for nothing."""
        theirs = (each for each in reversed(self.answers(item)) if self.persons.of(each.reviewer) == self.person)
        return next((each.judgement for each in theirs), "")

    def standing(self, item: str) -> Standing:
        """What holds of an item of the queue."""
        return standing(self.queue, self.queue.place[item], self.answers(item), self.persons)


def with_protected(items: pa.Table, identities: pa.Table, protected: pa.Table) -> pa.Table:
    """``QUEUE`` with everybody restricted who was protected since it was compiled, and the rules of four eyes anew.

    Args:
        identities: IDENTITIES. protected: a table with a column record_id.
    """
    of_it: Any = pc.is_in(identities["record_id"], value_set=protected["record_id"].combine_chunks())
    people: Any = identities["national_id"].filter(of_it).combine_chunks()
    lists: Any = items["national_ids"].combine_chunks()
    theirs: Any = pc.is_in(pc.list_flatten(lists), value_set=people)
    rows = np.asarray(pc.list_parent_indices(lists))[np.asarray(theirs, bool)]
    held = np.asarray(items["restricted"], bool) | np.isin(np.arange(len(items)), rows)
    items = _with(items, "restricted", pa.array(held))
    for name, column in zip(("rule", "judges"), needed(items), strict=True):
        items = _with(items, name, column)
    return items


def _with(items: pa.Table, name: str, column: Any) -> pa.Table:
    place = items.schema.get_field_index(name)
    return items.set_column(place, items.schema.field(name), column)


def standing(queue: Queue, place: int, answers: list[Answer], known: Persons) -> Standing:
    """What holds of the item at ``place`` after ``answers``."""
    shown = queue.hashes[place]
    # Whoever asked to part it has taken that back, or it rested on other evidence.
    over = bool(queue.partings[place]) and not any(each.evidence_hash == shown for each in answers)
    return outcome(answers, judges=queue.judges[place], evidence_hash=shown, settled=over, persons=known)
