"""Who was shown what the evidence on an item weighs, kept where no browser can forget it.

Decides which answers are blind: those of people who are not in this log with the item. Invariant: the log is
append-only, so an answer once known not to be blind is never blind again.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, insert, select

from reconcile import database

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "weighings_shown",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("item", Text, nullable=False, index=True),
        Column("reviewer", Text, nullable=False),
        Column("shown_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


def shown_in(connection: Connection, item: str) -> frozenset[str]:
    """The names of everybody who was shown what the evidence on an item weighs."""
    rows: Any = connection.execute(select(LOG.c.reviewer).where(LOG.c.item == item))
    return frozenset(str(row.reviewer) for row in rows)


def record_in(connection: Connection, item: str, reviewer: str, at: int) -> None:
    """Append, in a writer's transaction, that ``reviewer`` is shown it at the time ``at``."""
    last = database.length(connection, LOG)
    connection.execute(insert(LOG), {"number": last + 1, "item": item, "reviewer": reviewer, "shown_at": at})
