"""The audit log in SQL: appended to, verified and exported for the Commissioner.

Invariant: a line is never changed or removed, and each carries the hash of the one before it. Lines hold ids,
not names. Reading the log out is itself a disclosure, which the caller logs.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, func, insert, select

from reconcile import database
from reconcile.audit.chain import GENESIS, Entry, Head, Verification, check, line
from reconcile.workspace import whole

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("at", pa.timestamp("ms", tz="UTC")),
    ("operation", pa.string()),
    ("actor", pa.string()),
    ("role", pa.string()),
    ("force", pa.string()),
    ("purpose", pa.string()),
    ("justification", pa.string()),
    ("subjects", pa.list_(pa.string())),
    ("query", pa.string()),
    ("recipient", pa.string()),
    ("count", pa.int64()),
    ("run", pa.string()),
    ("previous", pa.string()),
    ("hash", pa.string()),
]
LINES: Final = pa.schema(_COLUMNS)
"""The audit log as exported, a row a line, oldest first."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "audit",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
        Column("operation", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("force", Text),
        Column("purpose", Text, nullable=False),
        Column("justification", Text, nullable=False),
        Column("subjects", Text, nullable=False),  # JSON: a list of ids, or the text of a query
        Column("recipient", Text),
        Column("count", BigInteger, nullable=False),
        Column("run", Text),
        Column("previous", Text, nullable=False),
        Column("hash", Text, nullable=False),
    )
)
_BATCH: Final = 10_000


class AuditLog:
    """The audit log in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def append(
        self,
        operation: str,
        *,
        actor: str,
        role: str,
        purpose: str,
        justification: str,
        subjects: Sequence[str] | str = (),
        force: str | None = None,
        recipient: str | None = None,
        count: int = 0,
        run: str | None = None,
    ) -> Head:
        """Append one line; see ``Entry`` for the fields.

        Raises:
            AuditError: the entry does not say what the law asks for.
        """
        chosen = subjects if isinstance(subjects, str) else tuple(subjects)
        entry = Entry(operation, actor, role, purpose, justification, chosen, force, recipient, count, run)
        return self.append_many([entry])

    def append_many(self, entries: Iterable[Entry]) -> Head:
        """Append every entry in order, all or none; return the head of the log."""
        at = self._clock()
        with database.writing(self._engine, LOG) as connection:
            return append_in(connection, entries, at)

    def head(self) -> Head:
        """The newest line's number and hash, to be kept outside the database; number 0 of an empty log."""
        with self._engine.connect() as connection:
            return _head(connection)

    def subjects(self, operation: str) -> frozenset[tuple[str, ...]]:
        """The distinct lists of ids logged under ``operation``, each as it was appended; queries are left out."""
        with self._engine.connect() as connection:
            texts = connection.scalars(select(LOG.c.subjects).where(LOG.c.operation == operation).distinct())
            chosen = [json.loads(text) for text in texts]
        return frozenset(tuple(ids) for ids in chosen if isinstance(ids, list))

    def first_logged(self, operation: str) -> dict[str, int]:
        """When each query (the subjects given as one text) was first logged under ``operation``, in milliseconds."""
        of = select(LOG.c.subjects, func.min(LOG.c.at)).where(LOG.c.operation == operation).group_by(LOG.c.subjects)
        with self._engine.connect() as connection:
            found = [(json.loads(subjects), int(at)) for subjects, at in connection.execute(of)]
        return {chosen: at for chosen, at in found if isinstance(chosen, str)}

    def since(self, at: int) -> list[dict[str, Any]]:
        """Moment (milliseconds), force and justification of every line from the moment ``at`` on, oldest first."""
        columns = (LOG.c.at, LOG.c.force, LOG.c.justification)
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(LOG.c.at >= at).order_by(LOG.c.number)).mappings()
            return [dict(row) for row in rows]

    def verify(self, heads: Iterable[Head] = ()) -> Verification:
        """Check the whole chain, and that no line that ``heads`` vouch for is missing or another."""
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_BATCH).execute(select(LOG).order_by(LOG.c.number))
            return check((dict(row) for row in rows.mappings()), heads)

    def export(self) -> pa.Table:
        """The whole log as ``LINES``."""
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(select(LOG).order_by(LOG.c.number)).mappings()]
        for row in rows:
            chosen = json.loads(row["subjects"])
            row["subjects"], row["query"] = ([], chosen) if isinstance(chosen, str) else (chosen, None)
        return pa.Table.from_pylist(rows, LINES)

    def export_csv(self, path: Path) -> int:
        """Write the whole log as CSV in UTF-8 (ids joined with a space); return how many lines."""
        table = self.export()
        column = table.schema.get_field_index("subjects")
        joined: Any = pc.binary_join(table["subjects"], " ")
        flat = table.set_column(column, "subjects", joined)
        with whole(path) as beside:
            pacsv.write_csv(flat, str(beside))
        return int(table.num_rows)


def append_in(connection: Connection, entries: Iterable[Entry], at: int) -> Head:
    """Append entries of the time ``at`` (milliseconds since 1970 UTC) in a writer's transaction; return the head."""
    head = _head(connection)
    lines: list[dict[str, Any]] = []
    for entry in entries:
        lines.append(line(entry, head.number + 1, at, head.hash))
        head = Head(head.number + 1, lines[-1]["hash"])
    if lines:
        connection.execute(insert(LOG), lines)
    return head


def _head(connection: Connection) -> Head:
    newest = select(LOG.c.number, LOG.c.hash).order_by(LOG.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return Head(row.number, row.hash) if row else Head(0, GENESIS)
