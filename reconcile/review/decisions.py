"""The decision log: what a person judged of a pair of records, kept for good.

Decides what counts as a decision and which one stands. Invariant: the log is append-only, an undo is a line of
its own, and the state is a function of the log alone: per pair the latest judgement that is not undone.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, func, insert, select

from reconcile import database, schema
from reconcile.errors import DecisionError

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
_LOG: Final = database.append_only(
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
        self._engine = database.open_log(url, _LOG)
        self._clock = clock

    def record(self, rows: Iterable[Decision]) -> int:
        """Append every decision of ``rows``, in order and all or none; return how many."""
        decisions = list(rows)
        if not decisions:
            return 0
        at = self._clock()
        with database.writing(self._engine, _LOG) as connection:
            last: int = connection.scalar(select(func.max(_LOG.c.number))) or 0
            connection.execute(
                insert(_LOG),
                [
                    {**vars(decision), "number": number, "undoes": None, "decided_at": at}
                    for number, decision in enumerate(decisions, start=last + 1)
                ],
            )
        return len(decisions)

    def undo(self, left: str, right: str, reviewer: str, reason: str) -> None:
        """Take back the judgement that stands on a pair, as a new line; the one before it stands again.

        Raises:
            DecisionError: no judgement stands on the pair, or the reviewer or the reason is missing.
        """
        self.undo_all([(left, right)], reviewer, reason)

    def undo_all(self, pairs: Iterable[tuple[str, str]], reviewer: str, reason: str) -> int:
        """The same for every pair, all or none; return how many.

        Raises:
            DecisionError: no judgement stands on one of the pairs, or the reviewer or the reason is missing.
        """
        _require(reviewer, reason)
        count, at = 0, self._clock()
        with database.writing(self._engine, _LOG) as connection:
            last: int = connection.scalar(select(func.max(_LOG.c.number))) or 0
            for left, right in sorted(_pair(*pair) for pair in pairs):
                on_pair = (_LOG.c.left == left, _LOG.c.right == right)
                stands = connection.scalar(select(func.max(_LOG.c.number)).where(*on_pair, _not_undone()))
                if stands is None:
                    raise DecisionError("no decision stands on this pair: there is nothing to undo")
                count += 1
                line: dict[str, Any] = {"number": last + count, "left": left, "right": right, "judgement": UNDO}
                line |= {"undoes": stands, "reviewer": reviewer, "reason": reason, "decided_at": at}
                connection.execute(insert(_LOG), line)
        return count

    def state(self) -> pa.Table:
        """The standing decisions as ``schema.DECISIONS``, at most one row a pair, sorted by left, right."""
        latest = select(func.max(_LOG.c.number)).where(_not_undone()).group_by(_LOG.c.left, _LOG.c.right)
        columns = [_LOG.c[name] for name in schema.DECISIONS.names]
        table = self._read(select(*columns).where(_LOG.c.number.in_(latest)), schema.DECISIONS)
        # Sorted here because databases order text each by their own collation.
        return table.sort_by([("left", "ascending"), ("right", "ascending")])

    def lines(self) -> pa.Table:
        """The whole log as ``LINES``, oldest first."""
        return self._read(select(*[_LOG.c[name] for name in LINES.names]).order_by(_LOG.c.number), LINES)

    def _read(self, query: Any, columns: pa.Schema) -> pa.Table:
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return pa.Table.from_pylist(rows, columns)


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
    undone = select(_LOG.c.undoes).where(_LOG.c.undoes.is_not(None))
    return (_LOG.c.judgement != UNDO) & _LOG.c.number.not_in(undone)
