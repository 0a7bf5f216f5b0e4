"""The decision log: what a person judged of a pair of records, kept for good.

Decides what counts as a decision and which one stands. Invariant: the log is append-only, an undo is a line of
its own, and the state is a function of the log alone: per pair the latest judgement that is not undone.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, func, insert, select

from reconcile import database, schema
from reconcile.errors import DecisionError
from reconcile.review import judgements

JUDGEMENTS: Final = ("same", "different", "cannot_tell")
UNDO: Final = "undo"

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("left", pa.string()),
    ("right", pa.string()),
    ("judgement", pa.string()),  # one of JUDGEMENTS, or undo
    ("undoes", pa.int64()),  # the number of the line an undo takes back
    ("evidence_hash", pa.string()),
    ("reviewer", pa.string()),
    ("reason", pa.string()),
    ("note", pa.string()),
    ("decided_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The decision log as it stands, a row a line."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "decisions",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("left", Text, nullable=False, index=True),
        Column("right", Text, nullable=False),
        Column("judgement", Text, nullable=False),
        Column("undoes", _NUMBER),
        Column("evidence_hash", Text),
        Column("reviewer", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("note", Text),
        Column("decided_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


@dataclass(frozen=True)
class Decision:
    """One judgement on a pair of record ids, given in any order and kept with ``left`` < ``right``.

    ``evidence_hash`` is that of the link shown, or None where a person joined what no link proposed.

    Raises:
        DecisionError: the pair is no pair, the judgement is unknown, or the reviewer or the reason is missing.
    """

    left: str
    right: str
    judgement: str
    evidence_hash: str | None
    reviewer: str
    reason: str
    note: str | None = None

    def __post_init__(self) -> None:
        if self.judgement not in JUDGEMENTS:
            raise DecisionError(f"a judgement is unknown: write one of {', '.join(JUDGEMENTS)}")
        left, right = _pair(self.left, self.right)
        _require(self.reviewer, self.reason)
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "right", right)
        object.__setattr__(self, "evidence_hash", self.evidence_hash or None)
        object.__setattr__(self, "note", self.note or None)


class DecisionLog:
    """The decision log in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG, judgements.LOG)
        self._clock = clock

    def record(self, rows: Iterable[Decision]) -> int:
        """Append every decision of ``rows``, in order and all or none; return how many."""
        decisions = list(rows)
        if not decisions:
            return 0
        at = self._clock()
        with database.writing(self._engine, LOG) as connection:
            record_in(connection, decisions, at)
        return len(decisions)

    def undo(self, left: str, right: str, reviewer: str, reason: str) -> None:
        """Take back the judgement that stands on a pair, as a new line; the one before it stands again.

        Raises:
            DecisionError: no judgement stands on the pair, or the reviewer or the reason is missing.
        """
        self.undo_all([(left, right)], reviewer, reason)

    def undo_all(self, pairs: Iterable[tuple[str, str]], reviewer: str, reason: str) -> int:
        """The same for every pair, all or none, and for the judgements at the queue it came of; return how many.

        Raises:
            DecisionError: no judgement stands on one of the pairs, or the reviewer or the reason is missing.
        """
        _require(reviewer, reason)
        at, found = self._clock(), []
        with database.writing(self._engine, LOG, judgements.LOG) as connection:
            for left, right in sorted(_pair(*pair) for pair in pairs):
                on_pair = (LOG.c.left == left, LOG.c.right == right)
                stands = connection.scalar(select(func.max(LOG.c.number)).where(*on_pair, _not_undone()))
                if stands is None:
                    raise DecisionError("no decision stands on this pair: there is nothing to undo")
                found.append((stands, left, right))
            judgements.lapse_in(connection, [number for number, _left, _right in found], reviewer, reason, at)
            return undo_in(connection, found, reviewer, reason, at)

    def state(self) -> pa.Table:
        """The standing decisions as ``schema.DECISIONS``, at most one row a pair, sorted by left, right."""
        latest = select(func.max(LOG.c.number)).where(_not_undone()).group_by(LOG.c.left, LOG.c.right)
        columns = [LOG.c[name] for name in schema.DECISIONS.names]
        table = self._read(select(*columns).where(LOG.c.number.in_(latest)), schema.DECISIONS)
        # Sorted here because databases order text each by their own collation.
        return table.sort_by([("left", "ascending"), ("right", "ascending")])

    def newest(self) -> int:
        """The number of the newest line, 0 of an empty log."""
        with self._engine.connect() as connection:
            return database.length(connection, LOG)

    def lines(self) -> pa.Table:
        """The whole log as ``LINES``, oldest first."""
        return self._read(select(*[LOG.c[name] for name in LINES.names]).order_by(LOG.c.number), LINES)

    def lines_of(self, record_ids: Sequence[str]) -> pa.Table:
        """The lines about these records as ``LINES``, oldest first."""
        about = LOG.c.left.in_(record_ids) | LOG.c.right.in_(record_ids)
        return self._read(select(*[LOG.c[name] for name in LINES.names]).where(about).order_by(LOG.c.number), LINES)

    def _read(self, query: Any, columns: pa.Schema) -> pa.Table:
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return pa.Table.from_pylist(rows, columns)


def record_in(connection: Connection, decisions: Sequence[Decision], at: int) -> range:
    """Append decisions, at least one, of the time ``at`` in a writer's transaction; return their numbers."""
    first = database.length(connection, LOG) + 1
    numbers = range(first, first + len(decisions))
    rows = [
        {**vars(decision), "number": number, "undoes": None, "decided_at": at}
        for number, decision in zip(numbers, decisions, strict=True)
    ]
    connection.execute(insert(LOG), rows)
    return numbers


def undo_in(connection: Connection, lines: Sequence[tuple[int, str, str]], reviewer: str, reason: str, at: int) -> int:
    """Take lines back, each given as its number, left and right, in a writer's transaction; return how many."""
    last = database.length(connection, LOG)
    for number, (undoes, left, right) in enumerate(lines, start=last + 1):
        line: dict[str, Any] = {"number": number, "left": left, "right": right, "judgement": UNDO}
        line |= {"undoes": undoes, "reviewer": reviewer, "reason": reason, "decided_at": at}
        connection.execute(insert(LOG), line)
    return len(lines)


def standing_in(connection: Connection, first: int, last: int) -> list[tuple[int, str, str]]:
    """The lines numbered ``first`` to ``last`` that nobody took back: number, left and right."""
    columns = select(LOG.c.number, LOG.c.left, LOG.c.right).order_by(LOG.c.number)
    rows = connection.execute(columns.where(LOG.c.number.between(first, last), _not_undone()))
    return [(number, left, right) for number, left, right in rows]


@dataclass(frozen=True)
class Applying:
    """What a person decided of a pair."""

    judgement: str
    reviewer: str


def applying_in(connection: Connection, left: str, right: str, evidence_hash: str) -> Applying | None:
    """What stands on a pair where it was decided on this evidence or on none; None where nothing does."""
    on_pair = (LOG.c.left == left, LOG.c.right == right, _not_undone())
    columns = select(LOG.c.judgement, LOG.c.reviewer, LOG.c.evidence_hash).where(*on_pair)
    latest = connection.execute(columns.order_by(LOG.c.number.desc()).limit(1)).one_or_none()
    if latest is None or latest.evidence_hash not in (None, evidence_hash):
        return None
    return Applying(latest.judgement, latest.reviewer)


def read_csv(path: Path, reviewer: str | None = None) -> tuple[Decision, ...]:
    """Read decisions from a UTF-8 CSV file with a header.

    Columns: left, right, judgement, reason; and, where wanted, evidence_hash, note, reviewer. ``reviewer`` stands
    for every row that names none.

    Raises:
        DecisionError: there is no such file, a column is missing or unknown, or a row is no decision.
    """
    needed, wanted = {"left", "right", "judgement", "reason"}, {"evidence_hash", "note", "reviewer"}
    decisions: list[Decision] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            header = set(rows.fieldnames or ())
            if missing := sorted(needed - header):
                raise DecisionError(f"{path.name} lacks the columns {', '.join(missing)}: add them")
            if unknown := sorted(header - needed - wanted):
                raise DecisionError(f"{path.name} has unknown columns {', '.join(unknown)}: take them out")
            for row in rows:
                decisions.append(_decision(row, reviewer, f"{path.name} line {rows.line_num}"))
    except FileNotFoundError as error:
        raise DecisionError(f"there is no file {path.name}: give the path of a CSV of decisions") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DecisionError(f"{path.name} is not a CSV file in UTF-8: save it as one") from error
    return tuple(decisions)


def from_table(table: pa.Table, reviewer: str) -> tuple[Decision, ...]:
    """Decisions of ``reviewer`` from a table with left, right, judgement, evidence_hash and reason."""
    names = ["left", "right", "judgement", "evidence_hash", "reason"]
    return tuple(Decision(**row, reviewer=reviewer) for row in table.select(names).to_pylist())


def _decision(row: dict[str, Any], reviewer: str | None, where: str) -> Decision:
    if None in row or None in row.values():
        raise DecisionError(f"{where} has more or fewer cells than the header: mend it")
    values = {name: text.strip() for name, text in row.items()}
    try:
        return Decision(
            left=values["left"],
            right=values["right"],
            judgement=values["judgement"],
            evidence_hash=values.get("evidence_hash"),
            reviewer=values.get("reviewer") or reviewer or "",
            reason=values["reason"],
            note=values.get("note"),
        )
    except DecisionError as error:
        raise DecisionError(f"{where}: {error}") from error


def _pair(left: str, right: str) -> tuple[str, str]:
    if not (left and right) or left == right:
        raise DecisionError("a decision needs two different record ids: give left and right")
    return (left, right) if left < right else (right, left)


def _require(reviewer: str, reason: str) -> None:
    if not reviewer.strip():
        raise DecisionError("a decision has no reviewer: say who decided")
    if not reason.strip():
        raise DecisionError("a decision has no reason: say why")


def _not_undone() -> Any:
    undone = select(LOG.c.undoes).where(LOG.c.undoes.is_not(None))
    return (LOG.c.judgement != UNDO) & LOG.c.number.not_in(undone)
