"""Who has an item of the queue before them, so that two people are not given the same one at once.

Decides how long an item is kept for somebody. Invariant: at most one person has an item; what is forgotten here loses
no judgement, since who answers without having the item is still heard.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, delete, insert, select

TABLE: Final = Table(
    "leases",
    MetaData(),
    Column("item", Text, primary_key=True),
    Column("reviewer", Text, nullable=False),
    Column("until", BigInteger, nullable=False),  # milliseconds since 1970 UTC
)
"""Mutable, and nothing of it is kept: the one table of the database that is no log."""


@dataclass(frozen=True)
class Lease:
    """``until``: milliseconds since 1970 UTC."""

    item: str
    reviewer: str
    until: int


def held(connection: Connection, now: int) -> dict[str, str]:
    """Who has each item that somebody has."""
    rows: Any = connection.execute(select(TABLE.c.item, TABLE.c.reviewer).where(TABLE.c.until > now))
    return dict(tuple(row) for row in rows)


def take(connection: Connection, item: str, reviewer: str, now: int, keep: int) -> Lease:
    """Keep ``item`` for ``reviewer`` for ``keep`` milliseconds, unless another has it; returns whose it is.

    In a writer's transaction on ``TABLE``.
    """
    row = connection.execute(select(TABLE).where(TABLE.c.item == item)).one_or_none()
    if row is not None and row.reviewer != reviewer and row.until > now:
        return Lease(item, row.reviewer, row.until)
    # What has run out goes too, so that the table stays as small as there are people at work.
    connection.execute(delete(TABLE).where((TABLE.c.item == item) | (TABLE.c.until <= now)))
    connection.execute(insert(TABLE), {"item": item, "reviewer": reviewer, "until": now + keep})
    return Lease(item, reviewer, now + keep)


def give_back(connection: Connection, item: str, reviewer: str) -> None:
    connection.execute(delete(TABLE).where(TABLE.c.item == item, TABLE.c.reviewer == reviewer))
