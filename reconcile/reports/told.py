"""The ledger of what each force was told: one line for each item of each document that went to it.

Decides nothing of content: it remembers. Invariant: the log is append-only and holds ids and hashes, never a name or a
value of a record; from it alone can be said who was told of a record, in which document, and when (DPA 2018 s.38(5)).
A document that was noted and never reached its force is taken back by lines of its own, and read as not told.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, and_, case, func, insert, select, union

from reconcile import database
from reconcile.reports.item import Item

REPORT: Final = "report"
NOTICE: Final = "notice"
CORRECTION: Final = "correction"
"""What ``kind`` is where an item told before is corrected."""
NOT_TOLD: Final = "not_told"
"""What ``kind`` is of a line that takes back what the same document is noted to have told of the item before: it never
reached the force. No reader is given such lines, nor those they take back."""
DOCUMENTS: Final = (REPORT, NOTICE)
"""A match report of a release, or a notice between two: a lead that goes the same day, or a correction."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),
    ("force", pa.string()),
    ("document", pa.string()),  # its name: of a report the release's, of a notice its own
    ("document_kind", pa.string()),  # one of DOCUMENTS
    ("item", pa.string()),
    ("kind", pa.string()),  # a kind of kinds.toml, CORRECTION or, in the database alone, NOT_TOLD
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
_STORED_AS: Final = {"due": pa.string(), "told_at": pa.int64()}
"""Columns the database holds in another type than ``LINES``, beside the lists."""
_COLUMNS_READ: Final = select(*[LOG.c[name] for name in LINES.names])

AT_ONCE: Final = 500
"""Items asked of the ledger in one query."""

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

        What a document told of an item before something else was said of it, by itself or by another, and tells again,
        is new: the last line is what holds. The report of a release that has become current again tells so what a later
        one withdrew. Of an item told more than once, a correction before it, that is the last of them.
        """
        with database.writing(self._engine, LOG) as connection:
            return _tell(connection, list(told), self._clock())

    def take_back(
        self,
        force: str,
        *documents: str,
        telling: Iterable[Told] = (),
        unless: Callable[[], bool] = lambda: False,
        beside: Sequence[Table] = (),
    ) -> int:
        """Note that documents never reached their force, so that they told nothing, and what is told in their place.

        Args:
            telling: what is told in their place, as by ``record``, in the same transaction.
            unless: asked while nobody else writes the ledger or the tables ``beside``; if so, nothing is noted.

        Returns:
            How many items that were; of none nothing is told in their place either.
        """
        with database.writing(self._engine, LOG, *beside) as connection:
            rows = [] if unless() else _standing_lines(connection, force, documents)
            if rows:
                now = self._clock()
                _note_back(connection, rows, now)
                _tell(connection, list(telling), now)
        return len(rows)

    def taken_back(self) -> frozenset[tuple[str, str]]:
        """Force and name of every document that was ever taken back, whether or not it was told again since."""
        query = select(LOG.c.force, LOG.c.document).where(LOG.c.kind == NOT_TOLD).distinct()
        with self._engine.connect() as connection:
            return frozenset((force, document) for force, document in connection.execute(query))

    def notices(self) -> frozenset[tuple[str, str]]:
        """Force and name of every notice that tells something, by one reading of the ledger."""
        of = (LOG.c.force, LOG.c.document)
        told, back = (func.max(case((test, LOG.c.number))) for test in (LOG.c.kind != NOT_TOLD, LOG.c.kind == NOT_TOLD))
        items = select(*of).where(LOG.c.document_kind == NOTICE).group_by(*of, LOG.c.item)
        with self._engine.connect() as connection:
            found = connection.execute(items.having(told > func.coalesce(back, 0)))
            return frozenset((force, document) for force, document in found)

    def newest(self) -> int:
        """The number of the newest line, 0 of an empty log."""
        with self._engine.connect() as connection:
            return database.length(connection, LOG)

    def lines(
        self,
        force: str | None = None,
        *,
        document: str | None = None,
        since: dt.datetime | None = None,
        items: Sequence[str] | None = None,
    ) -> pa.Table:
        """The ledger as ``LINES``, of one force or of all, oldest first, without what was taken back.

        ``document``: only what it told; ``since``: only what was told from then on; ``items``: only what tells one of
        them, a few hundred at most.
        """
        query = _COLUMNS_READ.order_by(LOG.c.number)
        if force is not None:
            query = query.where(LOG.c.force == force)
        if document is not None:
            query = query.where(LOG.c.document == document)
        if since is not None:
            query = query.where(LOG.c.told_at >= int(since.timestamp() * 1000))
        if items is not None:
            query = query.where(LOG.c.item.in_(items))
        return self._read(query)

    def _read(self, query: Any) -> pa.Table:
        with self._engine.connect() as connection:
            rows = _went(connection.execute(query).all())
        # Column by column: a row at a time takes twice as long, and a ledger has hundreds of thousands.
        columns = dict(zip(LINES.names, zip(*rows, strict=True), strict=True)) if rows else {}
        return pa.Table.from_arrays([_column(each, columns.get(each.name, ())) for each in LINES], schema=LINES)

    def standing(self) -> pa.Table:
        """Of each item each force was told the line that told it last and, where there is one, the correction since: by
        them alone it stands as it does. As ``LINES``, oldest first; nothing else of the ledger is read."""
        line, back = LOG.alias("line"), LOG.alias("back")
        same = and_(*(line.c[name] == back.c[name] for name in ("force", "document", "item")))
        gone = (
            select(line.c.number).join(back, and_(same, line.c.number <= back.c.number)).where(back.c.kind == NOT_TOLD)
        )
        told = func.max(case((LOG.c.kind != CORRECTION, LOG.c.number)))
        ends = select(told.label("told"), func.max(LOG.c.number).label("last")).where(LOG.c.number.not_in(gone))
        found = ends.group_by(LOG.c.force, LOG.c.item).cte("ends")
        numbers = union(select(found.c.told), select(found.c.last))
        return self._read(_COLUMNS_READ.where(LOG.c.number.in_(numbers)).order_by(LOG.c.number))

    def latest(self, force: str) -> dict[str, dict[str, Any]]:
        """The last line about each item the force was told, by item."""
        return {row["item"]: row for row in self.lines(force).to_pylist()}


def _went(rows: Sequence[Any]) -> Sequence[Any]:
    """Without the lines that were taken back and those that take them back; what was told again since stays."""
    back = {_place(row): row.number for row in rows if row.kind == NOT_TOLD}
    return [row for row in rows if row.number > back.get(_place(row), 0)] if back else rows


def _place(row: Any) -> _Place:
    return row.force, row.document, row.item


def _column(field: "pa.Field[Any]", values: Sequence[Any]) -> Any:
    """One column of ``LINES`` from what the database holds of it."""
    if field.name in _LISTS:
        return pa.array(json.loads(f"[{','.join(values)}]"), field.type)
    stored: Any = pa.array(values, _STORED_AS.get(field.name, field.type))
    return stored.cast(field.type)


def _standing_lines(connection: Any, force: str, documents: Sequence[str]) -> list[dict[str, Any]]:
    """The last line about each item of documents of a force, without what was taken back."""
    query = select(LOG).where(LOG.c.force == force, LOG.c.document.in_(documents)).order_by(LOG.c.number)
    last = {(row["document"], row["item"]): dict(row) for row in connection.execute(query).mappings()}
    return [row for row in last.values() if row["kind"] != NOT_TOLD]


def _note_back(connection: Any, rows: Sequence[dict[str, Any]], at: int) -> None:
    for number, row in enumerate(rows, start=database.length(connection, LOG) + 1):
        digest = hashlib.sha256(f"{NOT_TOLD}\n{row['digest']}".encode()).hexdigest()
        row |= {"number": number, "kind": NOT_TOLD, "digest": digest, "due": None, "told_at": at}
    connection.execute(insert(LOG), rows)


def _tell(connection: Any, given: Sequence[Told], at: int) -> int:
    """Write the lines of what is new of ``given``, told at the moment ``at``; returns how many."""
    known = _known(connection, {(each.force, each.document) for each in given})
    said = _last_said(connection, {(each.force, each.item) for each in given})
    last, new = database.length(connection, LOG), _new(given, known, said)
    lines = [
        {
            **{name: getattr(each, name) for name in LINES.names[1:-1]},
            **{name: json.dumps(getattr(each, name)) for name in _LISTS},
            "number": number,
            "told_at": at,
        }
        for number, each in enumerate(new, start=last + 1)
    ]
    if lines:
        connection.execute(insert(LOG), lines)
    return len(lines)


def _known(connection: Any, documents: set[tuple[str, str]]) -> dict[_Place, list[str]]:
    """The digests of each item in ``documents``, each a force and a name, oldest first, without what was taken back."""
    known: dict[_Place, list[str]] = {}
    columns = (LOG.c.number, LOG.c.force, LOG.c.document, LOG.c.item, LOG.c.kind, LOG.c.digest)
    for force, document in sorted(documents):
        query = select(*columns).where(LOG.c.force == force, LOG.c.document == document).order_by(LOG.c.number)
        for row in _went(connection.execute(query).all()):
            known.setdefault(_place(row), []).append(row.digest)
    return known


def _last_said(connection: Any, items: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The digest of the last line about each of ``items``, each a force and an id, in any document."""
    by_force: dict[str, list[str]] = {}
    for force, item in sorted(items):
        by_force.setdefault(force, []).append(item)
    found: dict[tuple[str, str], str] = {}
    for force, every in by_force.items():
        for first in range(0, len(every), AT_ONCE):
            of = select(LOG.c.item, LOG.c.digest).where(LOG.c.force == force)
            some = of.where(LOG.c.item.in_(every[first : first + AT_ONCE])).order_by(LOG.c.number)
            found |= {(force, item): digest for item, digest in connection.execute(some)}
    return found


def _new(given: Sequence[Told], known: dict[_Place, list[str]], said: dict[tuple[str, str], str]) -> list[Told]:
    """What of ``given`` is not told, or is the last that its document tells of its item and is not the last said."""
    last = {(each.force, each.document, each.item): place for place, each in enumerate(given)}
    new = []
    for place, each in enumerate(given):
        of = (each.force, each.document, each.item)
        told = known.setdefault(of, [])
        if each.digest not in told or (last[of] == place and said.get((each.force, each.item)) != each.digest):
            told.append(each.digest)
            said[each.force, each.item] = each.digest
            new.append(each)
    return new
