"""The judgement log: what each person answered of an item of the queue, kept for good.

Decides what counts as a judgement and which are alive. Invariant: the log is append-only and an undo is a line of its
own; nobody takes back another's judgement without saying so; what holds of an item is a function of the log alone.
"""

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    select,
)

from reconcile import database
from reconcile.errors import DecisionError

SEEN_TO: Final = "seen_to"
"""That somebody saw to what a force answered."""
ANSWERS: Final = ("same", "different", "cannot_tell", "assign", SEEN_TO)
UNDO: Final = "undo"
AT_ONCE: Final = 400
"""Items asked of the log in one query."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("item", pa.string()),
    ("left", pa.string()),  # null where the item is no link
    ("right", pa.string()),
    ("judgement", pa.string()),  # one of ANSWERS, or undo
    ("assignment", pa.string()),  # of an assign: people's record ids as canonical JSON
    ("reason_code", pa.string()),  # a code of reasons.toml, null of an undo
    ("note", pa.string()),
    ("reviewer", pa.string()),
    ("evidence_hash", pa.string()),  # of what was shown
    ("judges", pa.int8()),  # how many people the item needed then
    ("rule", pa.string()),  # the four-eyes rule that applied, or null
    ("blind", pa.bool_()),  # judged before the waterfall was seen
    ("waterfall_seen", pa.bool_()),
    ("seconds", pa.float64()),  # from shown to judged, null where unknown
    ("audit_frame", pa.string()),  # of a random audit item: what it was drawn from, and with which probability
    ("audit_probability", pa.float64()),
    ("undoes", pa.int64()),  # the number of the judgement an undo takes back
    ("decisions_from", pa.int64()),  # the first and last line of the decision log this judgement completed, or null
    ("decisions_to", pa.int64()),
    ("decided_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The judgement log as it stands, a row a line."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_KINDS: Final[Mapping[Any, Any]] = {
    pa.int64(): _NUMBER,
    pa.int8(): Integer,
    pa.bool_(): Boolean,
    pa.float64(): Float(53),
    pa.string(): Text,
    pa.timestamp("ms", tz="UTC"): BigInteger,  # milliseconds since 1970 UTC
}
_NEEDED: Final = ("item", "judgement", "reviewer", "decided_at")
LOG: Final = database.append_only(
    Table(
        "judgements",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        *(
            Column(name, _KINDS[kind], nullable=name not in _NEEDED, index=name in ("item", "reviewer"))
            for name, kind in _COLUMNS[1:]
        ),
    )
)


@dataclass(frozen=True)
class Judgement:
    """One person's answer on an item.

    ``assignment``: of an assign, the record ids of each person, in any order and kept sorted.

    Raises:
        DecisionError: the answer or the reason code is unknown, or the reviewer, the evidence or the assignment is
            missing.
    """

    item: str
    judgement: str
    reason_code: str
    reviewer: str
    evidence_hash: str
    left: str | None = None
    right: str | None = None
    assignment: tuple[tuple[str, ...], ...] = ()
    note: str | None = None
    judges: int = 1
    rule: str | None = None
    blind: bool = True
    waterfall_seen: bool = False
    seconds: float | None = None
    audit_frame: str | None = None
    audit_probability: float | None = None

    def __post_init__(self) -> None:
        if self.judgement not in ANSWERS:
            raise DecisionError(f"a judgement is unknown: write one of {', '.join(ANSWERS)}")
        if self.reason_code not in reasons()[self.judgement]:
            known = ", ".join(reasons()[self.judgement])
            raise DecisionError(f"no such reason for {self.judgement}: choose one of {known}")
        if self.reason_code == "other" and not (self.note or "").strip():
            raise DecisionError("the reason is another than those named: say it in the note")
        if not self.reviewer.strip() or not self.evidence_hash:
            raise DecisionError("a judgement has no reviewer or is of no evidence: say who judged what was shown")
        if (self.judgement == "assign") != bool(self.assignment):
            raise DecisionError("an assignment says which records are each person's: give the records of each")
        object.__setattr__(self, "assignment", tuple(sorted(tuple(sorted(each)) for each in self.assignment)))
        object.__setattr__(self, "note", (self.note or "").strip() or None)


@dataclass(frozen=True)
class Answer:
    """A line of the log that is alive, as far as what holds of an item depends on it."""

    number: int
    item: str
    reviewer: str
    judgement: str
    evidence_hash: str | None
    assignment: str | None = None
    judges: int = 1
    left: str | None = None
    right: str | None = None
    decisions: tuple[int, int] | None = None
    """The first and last line of the decision log it completed."""


@dataclass(frozen=True)
class TakenBack:
    """A line of the log that takes judgement ``undoes`` back; ``reviewer`` says so."""

    number: int
    undoes: int
    reviewer: str


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """For each answer its reason codes, and what each says."""
    return tomllib.loads(files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8"))


class JudgementLog:
    """The judgement log in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def record(self, rows: Iterable[Judgement]) -> list[int]:
        """Append every judgement of ``rows``, in order and all or none; return their numbers."""
        at = self._clock()
        with database.writing(self._engine, LOG) as connection:
            return [record_in(connection, each, at) for each in rows]

    def undo(self, number: int, reviewer: str, reason: str, *, of_another: bool = False) -> None:
        """Take the judgement of line ``number`` back, as a new line; a decision it completed stands until undone.

        Raises:
            DecisionError: there is none, it is undone already, the reviewer or the reason is missing, or it is
                another's and ``of_another`` does not say so.
        """
        at = self._clock()
        with database.writing(self._engine, LOG) as connection:
            found = next(iter(_answers(connection, LOG.c.number == number)), None)
            if found is None:
                raise DecisionError(f"no judgement {number} stands: there is nothing to undo")
            if found.reviewer != reviewer and not of_another:
                raise DecisionError(f"judgement {number} is {found.reviewer}'s, not yours: say that you mean another's")
            undo_in(connection, found, reviewer, reason, at)

    def alive(self, item: str) -> list[Answer]:
        """The judgements of an item that nobody took back, oldest first."""
        with self._engine.connect() as connection:
            return alive_in(connection, item)

    def judged(self, items: Sequence[str]) -> frozenset[str]:
        """Those of ``items`` on which a judgement stands."""
        with self._engine.connect() as connection:
            parts = (items[first : first + AT_ONCE] for first in range(0, len(items), AT_ONCE))
            return frozenset(each.item for part in parts for each in _answers(connection, LOG.c.item.in_(part)))

    def newest(self) -> int:
        """The number of the newest line, 0 of none; what stands is the same while this is."""
        with self._engine.connect() as connection:
            return database.length(connection, LOG)

    def lines(self) -> pa.Table:
        """The whole log as ``LINES``, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*(LOG.c[name] for name in LINES.names)).order_by(LOG.c.number))
            return pa.Table.from_pylist([dict(row) for row in rows.mappings()], LINES)


def record_in(connection: Connection, judgement: Judgement, at: int, decisions: range | None = None) -> int:
    """Append a judgement of the time ``at`` in a writer's transaction; return its number.

    ``decisions``: the numbers of the lines of the decision log it completes.
    """
    number = _next(connection)
    row: dict[str, Any] = {**vars(judgement), "number": number, "decided_at": at}
    row["assignment"] = canonical(judgement.assignment) if judgement.assignment else None
    if decisions:
        row |= {"decisions_from": decisions[0], "decisions_to": decisions[-1]}
    connection.execute(insert(LOG), row)
    return number


def undo_in(connection: Connection, taken: Answer, reviewer: str, reason: str, at: int) -> int:
    """Append, in a writer's transaction, that a judgement is taken back; return the new line's number.

    Raises:
        DecisionError: the reviewer or the reason is missing.
    """
    if not reviewer.strip() or not reason.strip():
        raise DecisionError("an undo has no reviewer or no reason: say who takes it back and why")
    line: dict[str, Any] = {"number": _next(connection), "item": taken.item, "judgement": UNDO, "note": reason}
    line |= {"undoes": taken.number, "reviewer": reviewer, "evidence_hash": taken.evidence_hash, "decided_at": at}
    connection.execute(insert(LOG), line)
    return int(line["number"])


def lapse_in(connection: Connection, decisions: Sequence[int], reviewer: str, reason: str, at: int) -> None:
    """Take back, in a writer's transaction, the judgements that lines of the decision log came of, as these are taken
    back: else an item would be open again and decided at once."""
    for number in decisions:
        for completed in _answers(connection, (LOG.c.decisions_from <= number) & (LOG.c.decisions_to >= number)):
            for each in alive_in(connection, completed.item):
                if each.evidence_hash == completed.evidence_hash:
                    undo_in(connection, each, reviewer, reason, at)


def alive_in(connection: Connection, item: str) -> list[Answer]:
    """The judgements of an item that nobody took back, oldest first."""
    return _answers(connection, LOG.c.item == item)


def last_of(connection: Connection, reviewer: str) -> Answer | None:
    """The last judgement of a person that nobody took back."""
    return next(iter(_answers(connection, LOG.c.reviewer == reviewer, last=True)), None)


def taken_back_in(connection: Connection, number: int) -> Answer | None:
    """The judgement of a line that somebody took back; None where it stands or there is none."""
    undone = select(LOG.c.undoes).where(LOG.c.undoes == number)
    row = connection.execute(_ANSWER.where(LOG.c.number == number, LOG.c.number.in_(undone))).one_or_none()
    return None if row is None else _answer(row)


def since(connection: Connection, number: int) -> tuple[int, list[Answer], list[TakenBack]]:
    """What was logged after line ``number``: the newest line's number, the judgements, and what took one back."""
    rows = connection.execute(_ANSWER.where(LOG.c.number > number).order_by(LOG.c.number)).all()
    said = [_answer(row) for row in rows if row.judgement != UNDO]
    undone = [TakenBack(row.number, row.undoes, row.reviewer) for row in rows if row.judgement == UNDO]
    return rows[-1].number if rows else number, said, undone


def canonical(assignment: Sequence[Sequence[str]]) -> str:
    """An assignment as JSON that is the same for the same people, however they were listed."""
    return json.dumps(sorted(sorted(each) for each in assignment), separators=(",", ":"))


_ANSWER: Final = select(
    *(LOG.c[name] for name in ("number", "item", "reviewer", "judgement", "evidence_hash", "assignment")),
    *(LOG.c[name] for name in ("judges", "left", "right", "undoes", "decisions_from", "decisions_to")),
)


def _answer(row: Any) -> Answer:
    decisions = (row.decisions_from, row.decisions_to) if row.decisions_from is not None else None
    shown = (row.evidence_hash, row.assignment, row.judges or 1, row.left, row.right)
    return Answer(row.number, row.item, row.reviewer, row.judgement, *shown, decisions)


def _answers(connection: Connection, chosen: Any, *, last: bool = False) -> list[Answer]:
    taken_back = LOG.alias()
    undone = select(taken_back.c.number).where(taken_back.c.undoes == LOG.c.number, taken_back.c.item == LOG.c.item)
    query = _ANSWER.where(chosen, LOG.c.judgement != UNDO, ~undone.exists())
    query = query.order_by(LOG.c.number.desc()).limit(1) if last else query.order_by(LOG.c.number)
    return [_answer(row) for row in connection.execute(query)]


def _next(connection: Connection) -> int:
    return database.length(connection, LOG) + 1
