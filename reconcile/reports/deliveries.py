"""The ledger of deliveries: what was put into whose outbox, and what could not be.

Decides nothing: it remembers. Invariant: the log is append-only; it holds slugs, hashes, fingerprints of public keys
and addresses without credentials, never a name or a value of a record.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select

from reconcile import database

DELIVERED: Final = "delivered"
FAILED: Final = "failed"
WITHHELD: Final = "withheld"
"""Nobody tried: what the document tells was never told, was taken back, or is told otherwise by a later one."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("force", pa.string()),
    ("document", pa.string()),
    ("document_kind", pa.string()),
    ("file", pa.string()),
    ("archive", pa.string()),
    ("sha256", pa.string()),
    ("size", pa.int64()),
    ("recipients", pa.list_(pa.string())),
    ("outbox", pa.string()),
    ("state", pa.string()),
    ("reason", pa.string()),
    ("delivered_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The ledger, a row a line, oldest first."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "deliveries",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("force", Text, nullable=False, index=True),
        Column("document", Text, nullable=False),
        Column("document_kind", Text, nullable=False),
        Column("file", Text, nullable=False),
        Column("archive", Text),  # SHA-256 of what was sealed, null where nothing was
        Column("sha256", Text),  # of the sealed file, likewise
        Column("size", BigInteger, nullable=False),  # bytes of the sealed file
        Column("recipients", Text, nullable=False),  # JSON: fingerprints of the public keys
        Column("outbox", Text, nullable=False),  # its address, which holds no credentials
        Column("state", Text, nullable=False),  # DELIVERED, FAILED or WITHHELD
        Column("reason", Text, nullable=False),
        Column("delivered_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


@dataclass(frozen=True)
class Attempt:
    """One attempt to deliver; the fields are the columns of ``LINES``, ``archive`` and ``sha256`` None unsealed."""

    force: str
    document: str
    document_kind: str
    file: str
    archive: str | None
    sha256: str | None
    size: int
    recipients: tuple[str, ...]
    outbox: str
    state: str
    reason: str = ""


class DeliveryLog:
    """The ledger in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def record(self, attempt: Attempt) -> None:
        """Write a line."""
        with database.writing(self._engine, LOG) as connection:
            last = database.length(connection, LOG)
            line = {**vars(attempt), "recipients": json.dumps(attempt.recipients)}
            connection.execute(insert(LOG), [{**line, "number": last + 1, "delivered_at": self._clock()}])

    def lines(self, force: str | None = None, document: str | None = None) -> pa.Table:
        """The ledger as ``LINES``, of one force or document or of all, oldest first."""
        query = select(*[LOG.c[name] for name in LINES.names]).order_by(LOG.c.number)
        if force is not None:
            query = query.where(LOG.c.force == force)
        if document is not None:
            query = query.where(LOG.c.document == document)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row["recipients"] = json.loads(row["recipients"])
        return pa.Table.from_pylist(rows, LINES)

    def delivered(self, force: str, document: str) -> dict[str, Any] | None:
        """The last line of a document that reached its force's outbox; None where none did."""
        found = [row for row in self.lines(force, document).to_pylist() if row["state"] == DELIVERED]
        return found[-1] if found else None

    def reached(self, state: str = DELIVERED) -> frozenset[tuple[str, str]]:
        """Force and name of every document that reached its force's outbox, or of which another ``state`` is noted."""
        query = select(LOG.c.force, LOG.c.document).where(LOG.c.state == state).distinct()
        with self._engine.connect() as connection:
            return frozenset((force, document) for force, document in connection.execute(query))

    def keys(self) -> dict[str, str]:
        """For each fingerprint the force that documents were first delivered to for it."""
        query = select(LOG.c.force, LOG.c.recipients).where(LOG.c.state == DELIVERED).order_by(LOG.c.number)
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for force, recipients in connection.execute(query):
                for each in json.loads(recipients):
                    found.setdefault(each, force)
        return found
