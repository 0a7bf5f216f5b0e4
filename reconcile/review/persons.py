"""Which names are one human being's: a local account of the review pages, and the user of Airflow it is bound to.

Decides who counts as one person in four eyes and for whom an item is kept. Invariant: the log is append-only, and what
holds is a function of it alone; names that differ by capitals, blanks or the way a letter is encoded alone are one
person's, and names nobody bound are two people's, since nothing can tell.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, insert, select

from reconcile import database

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "same_person",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("account", Text, nullable=False),
        Column("airflow", Text, nullable=False),  # the user of Airflow it is bound to from now on, "" for nobody
        Column("by", Text, nullable=False),
        Column("said_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


@dataclass(frozen=True)
class Persons:
    """``one``: of each name that is bound, in small letters, the name that stands for the person."""

    one: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """What stands for the person of that name; the same for all of their names."""
        key = folded(name)
        return self.one.get(key, key)


NOBODY_BOUND: Final = Persons()


def folded(name: str) -> str:
    """A name as it is compared: however it was typed, " Ann  Marsh" and "ann marsh" are one."""
    # Folding can undo a normal form, so it is made normal again.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(plain.split())


def persons(bound: Iterable[tuple[str, str]]) -> Persons:
    """The persons that pairs of names, in any order, are of: names that hang together are one's."""
    one: dict[str, str] = {}
    for pair in bound:
        ends = [one.get(folded(name), folded(name)) for name in pair]
        least = min(ends)
        one = {name: least if head in ends else head for name, head in one.items()} | dict.fromkeys(ends, least)
    return Persons(one)


def newest_in(connection: Connection) -> int:
    """The number of the newest line, 0 of none; who is one person is the same while this is."""
    return database.length(connection, LOG)


def bound_in(connection: Connection) -> dict[str, str]:
    """The user of Airflow that each account, by its name in small letters, is bound to now."""
    rows: Any = connection.execute(select(LOG.c.account, LOG.c.airflow).order_by(LOG.c.number))
    latest = {folded(row.account): str(row.airflow) for row in rows}
    return {account: airflow for account, airflow in latest.items() if airflow}


def known_in(connection: Connection) -> Persons:
    """Who is one person now."""
    return persons(bound_in(connection).items())


def record_in(connection: Connection, account: str, airflow: str, by: str, at: int) -> None:
    """Append, in a writer's transaction, that an account is bound to a user of Airflow, or to nobody any more ("")."""
    line = {"number": newest_in(connection) + 1, "account": account, "airflow": airflow, "by": by, "said_at": at}
    connection.execute(insert(LOG), line)


def known(url: str) -> Persons:
    """Who is one person now, from the database at ``url``."""
    with database.open_log(url, LOG).connect() as connection:
        return known_in(connection)
