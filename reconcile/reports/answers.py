"""What forces answered to the items of their reports, kept for good.

Decides which answer to an item stands: the last. Invariant: the log is append-only, each line says who of which force
answered by which way and to what content; it holds ids, codes, days and a note, and says nothing of what follows.
"""

import datetime as dt
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select

from reconcile import database

SOURCES: Final = ("xlsx", "json", "page")
CONFIRMED: Final = "confirmed_same"
"""The answer that makes a verified link a decided one, where nothing stands against it."""
TAKEN_BACK: Final = "taken_back"
"""The answer that leaves an item open again."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("force", pa.string()),
    ("item", pa.string()),
    ("document", pa.string()),  # the report or notice that is answered
    ("digest", pa.string()),  # of the item's content as it was told
    ("answer", pa.string()),  # a code of answers.toml
    ("officer_role", pa.string()),
    ("answered_on", pa.date32()),  # the day the officer gives
    ("located_on", pa.date32()),
    ("place_kind", pa.string()),  # a code of answers.toml
    ("note", pa.string()),
    ("source", pa.string()),  # one of SOURCES
    ("by", pa.string()),  # the account that answered or took the file in
    ("file", pa.string()),  # SHA-256 of the file, null of a page
    ("received_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The log, a row a line, oldest first."""
_DAYS: Final = ("answered_on", "located_on")

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "answers",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("force", Text, nullable=False, index=True),
        Column("item", Text, nullable=False, index=True),
        Column("document", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("answer", Text, nullable=False),
        Column("officer_role", Text, nullable=False),
        Column("answered_on", Text, nullable=False),
        Column("located_on", Text),
        Column("place_kind", Text),
        Column("note", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("file", Text),
        Column("received_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


@dataclass(frozen=True)
class Answer:
    """One answer; the fields are the columns of ``LINES``."""

    force: str
    item: str
    document: str
    digest: str
    answer: str
    officer_role: str
    answered_on: dt.date
    located_on: dt.date | None
    place_kind: str | None
    note: str
    source: str
    by: str
    file: str | None = None


class AnswerLog:
    """The log of answers in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def record(self, answers: Iterable[Answer]) -> int:
        """Write a line for each answer; returns how many."""
        with database.writing(self._engine, LOG) as connection:
            last = database.length(connection, LOG)
            now = self._clock()
            lines = [
                {
                    **{name: getattr(each, name) for name in LINES.names[1:-1]},
                    **{name: day.isoformat() if (day := getattr(each, name)) else None for name in _DAYS},
                    "number": number,
                    "received_at": now,
                }
                for number, each in enumerate(answers, start=last + 1)
            ]
            if lines:
                connection.execute(insert(LOG), lines)
        return len(lines)

    def lines(self, force: str | None = None) -> pa.Table:
        """The log as ``LINES``, of one force or of all, oldest first."""
        query = select(*[LOG.c[name] for name in LINES.names]).order_by(LOG.c.number)
        if force is not None:
            query = query.where(LOG.c.force == force)
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row.update({name: dt.date.fromisoformat(row[name]) if row[name] else None for name in _DAYS})
        return pa.Table.from_pylist(rows, LINES)

    def newest(self) -> int:
        """The number of the newest line, 0 of an empty log."""
        with self._engine.connect() as connection:
            return database.length(connection, LOG)

    def standing(self, force: str | None = None) -> dict[tuple[str, str], dict[str, Any]]:
        """The last answer to each item, by force and item."""
        return {(row["force"], row["item"]): row for row in self.lines(force).to_pylist()}


@cache
def codes() -> Mapping[str, Mapping[str, Any]]:
    """The answers a force may give, in their order, as answers.toml has them."""
    found: Mapping[str, Mapping[str, Any]] = _table()["answers"]
    return found


@cache
def place_kinds() -> Mapping[str, str]:
    """The kinds of place a person may be located in, and what each is called."""
    found: Mapping[str, str] = _table()["place_kinds"]
    return found


@cache
def limits() -> Mapping[str, int]:
    """How many characters each text of an answer may have at most, and how many of a digest name what was read."""
    found: Mapping[str, int] = _table()["limits"]
    return found


def of_kind(kind: str) -> tuple[str, ...]:
    """The codes of the answers that can be given to an item of this kind, in their order."""
    return tuple(code for code, entry in codes().items() if kind in entry["kinds"])


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("answers.toml").read_text(encoding="utf-8"))
