"""The ledger of what each force was told: one line for each item of each document that went to it.

Decides nothing of content: it remembers. Invariant: the log is append-only and holds ids and hashes, never a name or a
value of a record; from it alone can be said who was told of a record, in which document, and when (DPA 2018 s.38(5)).
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select

from reconcile import database
from reconcile.reports.item import Item

REPORT: Final = "report"
NOTICE: Final = "notice"
CORRECTION: Final = "correction"
"""What ``kind`` is where an item told before is corrected."""
DOCUMENTS: Final = (REPORT, NOTICE)
"""A match report of a release, or a notice between two: a lead that goes the same day, or a correction."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("force", pa.string()),
    ("document", pa.string()),  # its name: of a report the release's, of a notice its own
    ("document_kind", pa.string()),  # one of DOCUMENTS
    ("item", pa.string()),
    ("kind", pa.string()),  # a kind of kinds.toml, or CORRECTION
    ("digest", pa.string()),  # SHA-256 of the item's content as told
    ("own", pa.list_(pa.string())),  # ids of the force's own records in it
    ("others", pa.list_(pa.string())),  # ids of other forces' records in it
    ("pairs", pa.list_(pa.list_(pa.string(), 2))),  # the links told: their two ends, sorted
    ("due", pa.date32()),  # the day by which the force is asked to answer, null where it is not
    ("own_as_told", pa.string()),  # SHA-256 of what its own records said then, "" where that was not kept
    ("others_as_told", pa.string()),  # the same of the counterparts; of a correction, of what they say by it
    ("reason", pa.string()),  # of a correction: its code in corrections.toml; else ""
    ("told_at", pa.timestamp("ms", tz="UTC")),
]
LINES: Final = pa.schema(_COLUMNS)
"""The ledger, a row a line, oldest first."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "told",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("force", Text, nullable=False, index=True),
        Column("document", Text, nullable=False),
        Column("document_kind", Text, nullable=False),
        Column("item", Text, nullable=False, index=True),
        Column("kind", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("own", Text, nullable=False),  # JSON, as the two below
        Column("others", Text, nullable=False),
        Column("pairs", Text, nullable=False),
        Column("due", Text),
        Column("own_as_told", Text, nullable=False),
        Column("others_as_told", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("told_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)
_LISTS: Final = ("own", "others", "pairs")

_Place = tuple[str, str, str]
"""A force, a document and an item."""


@dataclass(frozen=True)
class Told:
    """One item as told to one force; the fields are the columns of ``LINES``, ``due`` an ISO day or None."""

    force: str
    document: str
    document_kind: str
    item: str
    kind: str
    digest: str
    own: tuple[str, ...]
    others: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    due: str | None = None
    own_as_told: str = ""
    others_as_told: str = ""
    reason: str = ""


def told_of(items: Iterable[Item], *, force: str, document: str, document_kind: str) -> list[Told]:
    """The ledger's entries for ``items`` as told to ``force`` in one document."""
    return [
        Told(
            force=force,
            document=document,
            document_kind=document_kind,
            item=item.id,
            kind=item.kind,
            digest=item.digest,
            own=tuple(party.reference for party in item.own),
            others=tuple(party.reference for party in item.others),
            pairs=item.pairs,
            due=item.due.isoformat() if item.due else None,
        )
        for item in items
    ]


class ToldLog:
    """The ledger in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def record(self, told: Iterable[Told]) -> int:
        """Write a line for each item told, except what the same document told already; returns how many were new.

        What a document told of an item before it was written otherwise, and tells again, is new: the last line is what
        holds. Of an item told more than once, a correction before it, that is the last of them.
        """
        given = list(told)
        with database.writing(self._engine, LOG) as connection:
            known = _known(connection, {(each.force, each.document) for each in given})
            last = database.length(connection, LOG)
            now = self._clock()
            new = _new(given, known)
            lines = [
                {
                    **{name: getattr(each, name) for name in LINES.names[1:-1]},
                    **{name: json.dumps(getattr(each, name)) for name in _LISTS},
                    "number": number,
                    "told_at": now,
                }
                for number, each in enumerate(new, start=last + 1)
            ]
            if lines:
                connection.execute(insert(LOG), lines)
        return len(lines)

    def newest(self) -> int:
        """The number of the newest line, 0 of an empty log."""
        with self._engine.connect() as connection:
            return database.length(connection, LOG)

    def lines(
        self, force: str | None = None, *, since: dt.datetime | None = None, items: Sequence[str] | None = None
    ) -> pa.Table:
        """The ledger as ``LINES``, of one force or of all, oldest first.

        ``since``: only what was told from then on; ``items``: only what tells one of them, a few hundred at most.
        """
        query = select(*[LOG.c[name] for name in LINES.names]).order_by(LOG.c.number)
        if force is not None:
            query = query.where(LOG.c.force == force)
        if since is not None:
            query = query.where(LOG.c.told_at >= int(since.timestamp() * 1000))
        if items is not None:
            query = query.where(LOG.c.item.in_(items))
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row.update({name: json.loads(row[name]) for name in _LISTS})
            row["due"] = None if row["due"] is None else dt.date.fromisoformat(row["due"])
        return pa.Table.from_pylist(rows, LINES)

    def latest(self, force: str) -> dict[str, dict[str, Any]]:
        """The last line about each item the force was told, by item."""
        return {row["item"]: row for row in self.lines(force).to_pylist()}


def _known(connection: Any, documents: set[tuple[str, str]]) -> dict[_Place, list[str]]:
    """The digests of each item in ``documents``, each a force and a name, oldest first."""
    known: dict[_Place, list[str]] = {}
    columns = (LOG.c.force, LOG.c.document, LOG.c.item, LOG.c.digest)
    for force, document in sorted(documents):
        query = select(*columns).where(LOG.c.force == force, LOG.c.document == document).order_by(LOG.c.number)
        for *place, digest in connection.execute(query):
            known.setdefault((place[0], place[1], place[2]), []).append(digest)
    return known


def _new(given: Sequence[Told], known: dict[_Place, list[str]]) -> list[Told]:
    """What of ``given`` is not told, or is the last that its document tells of its item and is not the last told."""
    last = {(each.force, each.document, each.item): place for place, each in enumerate(given)}
    new = []
    for place, each in enumerate(given):
        of = (each.force, each.document, each.item)
        told = known.setdefault(of, [])
        if each.digest not in told or (last[of] == place and told[-1] != each.digest):
            told.append(each.digest)
            new.append(each)
    return new
