"""Records protected by a person's word, such as of a witness or of somebody given a new identity.

Decides which protection stands. Invariant: the log is append-only; protecting and lifting are lines of their own, with
who said so and why, and a record is protected while the last line about it says so. Reasons stay in this log.
"""

from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, func, insert, select

from reconcile import database
from reconcile.errors import DecisionError

PROTECT: Final = "protect"
LIFT: Final = "lift"
_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("record_id", pa.string()),
    ("act", pa.string()),  # protect, lift
    ("by", pa.string()),
    ("reason", pa.string()),
    ("said_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The log as it stands, a row a line."""
PROTECTED: Final = pa.schema([LINES.field(name) for name in ("record_id", "by", "reason", "said_at")])
"""The records protected now, a row each."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "protections",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("record_id", Text, nullable=False, index=True),
        Column("act", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("said_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


class ProtectionLog:
    """The log of protections in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def protect(self, record_id: str, by: str, reason: str) -> None:
        """Protect a record.

        Raises:
            DecisionError: it is protected already, nobody says so, or no reason is given.
        """
        self._say(record_id, PROTECT, by, reason)

    def lift(self, record_id: str, by: str, reason: str) -> None:
        """Lift the protection of a record.

        Raises:
            DecisionError: it is not protected, nobody says so, or no reason is given.
        """
        self._say(record_id, LIFT, by, reason)

    def state(self) -> pa.Table:
        """The records protected now as ``PROTECTED``, sorted by record id."""
        with self._engine.connect() as connection:
            return state_in(connection)

    def lines(self) -> pa.Table:
        """The whole log as ``LINES``, oldest first."""
        with self._engine.connect() as connection:
            return _table(connection, select(*[LOG.c[name] for name in LINES.names]).order_by(LOG.c.number), LINES)

    def length(self) -> int:
        """How many lines there are; what stands is the same while this is."""
        with self._engine.connect() as connection:
            return length_in(connection)

    def check(self, record_id: str, by: str, reason: str, *, protect: bool) -> None:
        """Whether ``protect``, or else ``lift``, would be recorded as things stand; nothing is.

        Raises:
            DecisionError: it would not.
        """
        with self._engine.connect() as connection:
            _refuse(connection, record_id, by, reason, PROTECT if protect else LIFT)

    def _say(self, record_id: str, act: str, by: str, reason: str) -> None:
        with database.writing(self._engine, LOG) as connection:
            _refuse(connection, record_id, by, reason, act)
            last = database.length(connection, LOG)
            line = {"number": last + 1, "record_id": record_id, "act": act, "by": by, "reason": reason}
            connection.execute(insert(LOG), {**line, "said_at": self._clock()})


def length_in(connection: Connection) -> int:
    """How many lines the log of an open connection has."""
    return database.length(connection, LOG)


def state_in(connection: Connection) -> pa.Table:
    """The records protected now as ``PROTECTED``, sorted by record id."""
    latest = select(func.max(LOG.c.number)).group_by(LOG.c.record_id)
    columns = [LOG.c[name] for name in PROTECTED.names]
    query = select(*columns).where(LOG.c.number.in_(latest), LOG.c.act == PROTECT)
    return _table(connection, query, PROTECTED).sort_by("record_id")


def _table(connection: Connection, query: Any, columns: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in connection.execute(query).mappings()], columns)


def _refuse(connection: Connection, record_id: str, by: str, reason: str, act: str) -> None:
    if not by.strip():
        raise DecisionError("nobody is named: say who protects the record or lifts its protection")
    if not reason.strip():
        raise DecisionError("no reason is given: say why")
    of_it = select(LOG.c.act).where(LOG.c.record_id == record_id).order_by(LOG.c.number.desc()).limit(1)
    stands = connection.scalar(of_it) == PROTECT
    if stands and act == PROTECT:
        raise DecisionError("the record is protected already: nothing was recorded")
    if not stands and act == LIFT:
        raise DecisionError("the record is not protected: there is nothing to lift")
