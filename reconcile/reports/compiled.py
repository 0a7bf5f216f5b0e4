"""What was compiled for which force: the ledger that binds the bytes of a document to the one force it is for.

Decides which bytes may be delivered to a force. Invariant: a document is whole, for one force, and made of exactly the
bytes that were noted when it was compiled for that force; a file that lies elsewhere, was renamed or was changed since
is none of it. The ledger is append-only and holds ids, file names and hashes, never a name or a value of a record.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select

from reconcile import database
from reconcile.errors import ReleaseError
from reconcile.forces import forces
from reconcile.reports.told import DOCUMENTS

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "compiled",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("force", Text, nullable=False, index=True),
        Column("document", Text, nullable=False),
        Column("document_kind", Text, nullable=False),
        Column("files", Text, nullable=False),  # JSON: the sha256 of each file by its name
        Column("told", Text, nullable=False),  # JSON: the ids of the records it tells of, sorted
        Column("compiled_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Document:
    """What was compiled for one force: ``files`` by name, and the ids of the records it tells of.

    Raises:
        ValueError: it holds no file, or one whose name does not say that it is this force's.
    """

    force: str
    name: str
    kind: str
    files: tuple[tuple[str, bytes], ...]
    told: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.kind not in DOCUMENTS or not self.files:
            raise ValueError("a document is of a known kind and holds at least one file")
        for name, content in self.files:
            if not _FILE.fullmatch(name) or self.force not in name.split("_"):
                raise ValueError(f"a file of a document for {self.force} does not bear its slug: it may be another's")
            _need_own(self.force, name, content)

    @property
    def hashes(self) -> dict[str, str]:
        return _hashes(dict(self.files))


def _need_own(force: str, name: str, content: bytes) -> None:
    """Refuse a JSON document that says itself that it is another force's."""
    if name.endswith(".json"):
        tree = json.loads(content)
        said = tree.get("force") if isinstance(tree, dict) else None
        slug = said.get("slug") if isinstance(said, dict) else said
        if slug != force and slug in {each.slug for each in forces()}:
            raise ValueError(f"a file of a document for {force} says that it is for another force")


class CompiledLog:
    """The ledger in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, LOG)
        self._clock = clock

    def record(self, documents: Iterable[Document]) -> int:
        """Note documents as compiled for their forces, all or none; returns how many were not noted so already.

        Raises:
            ValueError: two forces were given the same bytes, so that one of them was given another's.
        """
        given = list(documents)
        with database.writing(self._engine, LOG) as connection:
            rows = connection.execute(select(LOG.c.force, LOG.c.files)).all()
            of = {sha256: force for force, files in rows for sha256 in json.loads(files).values()}
            lines: list[dict[str, Any]] = []
            for each in given:
                for sha256 in each.hashes.values():
                    if of.setdefault(sha256, each.force) != each.force:
                        raise ValueError(f"a file compiled for {of[sha256]} was given as one for {each.force}")
                line = {"files": json.dumps(each.hashes, sort_keys=True), "told": json.dumps(sorted(each.told))}
                if _last(connection, each) != (line["files"], line["told"]):
                    line |= {"force": each.force, "document": each.name, "document_kind": each.kind}
                    lines.append({**line, "number": len(rows) + len(lines) + 1, "compiled_at": self._clock()})
            if lines:
                connection.execute(insert(LOG), lines)
        return len(lines)

    def latest(self, document: str, force: str | None = None) -> dict[str, Mapping[str, Any]]:
        """The last line about a document by force, its JSON read."""
        query = select(LOG).where(LOG.c.document == document).order_by(LOG.c.number)
        if force is not None:
            query = query.where(LOG.c.force == force)
        return {row["force"]: row for row in self._rows(query)}

    def known(self) -> dict[tuple[str, str], str]:
        """The kind of every document, by force and name, in the order in which they were last compiled."""
        found: dict[tuple[str, str], str] = {}
        query = select(LOG.c.force, LOG.c.document, LOG.c.document_kind).order_by(LOG.c.number)
        with self._engine.connect() as connection:
            for force, document, kind in connection.execute(query):
                found.pop((force, document), None)
                found[force, document] = kind
        return found

    def telling_of(self, records: Iterable[str]) -> dict[tuple[str, str], str]:
        """The kind of each document that ever told of any of ``records``, by force and name."""
        wanted = set(records)
        return {
            (row["force"], row["document"]): row["document_kind"]
            for row in self._rows(select(LOG))
            if not wanted.isdisjoint(row["told"])
        }

    def _rows(self, query: Any) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [row | {name: json.loads(row[name]) for name in ("files", "told")} for row in rows]


def _last(connection: Any, document: Document) -> tuple[str, str] | None:
    """The files and the ids told of the last line about a document."""
    of = select(LOG.c.files, LOG.c.told).where(LOG.c.force == document.force, LOG.c.document == document.name)
    row = connection.execute(of.order_by(LOG.c.number.desc()).limit(1)).one_or_none()
    return row and tuple(row)


def note(url: str, document: str, kind: str, paths: Iterable[Path], told: Mapping[str, tuple[str, ...]]) -> int:
    """Note the files just written as ``<force>/<file>`` as compiled for their forces; returns how many documents.

    ``told`` are the ids of the records each force is told of, by force.
    """
    of: dict[str, list[Path]] = {}
    for path in paths:
        of.setdefault(path.parent.name, []).append(path)
    return CompiledLog(url).record(
        Document(force, document, kind, tuple((path.name, path.read_bytes()) for path in each), told.get(force, ()))
        for force, each in of.items()
    )


def of_force(log: CompiledLog, folder: Path, document: str, force: str) -> Document:
    """The document as it was last compiled for ``force``, from its files in ``folder``.

    Raises:
        ReleaseError: none was compiled for it, or what lies there is not what was.
    """
    line = log.latest(document, force).get(force)
    if line is None:
        raise ReleaseError(f"nothing of {document} was compiled for {force}: write it with `reconcile report`")
    there = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()} if folder.is_dir() else {}
    wrong = f"what lies in the folder of {force} is not what was compiled for it"
    if there.keys() != line["files"].keys():
        raise ReleaseError(f"{wrong}: files are missing there or were added; write it again with `reconcile report`")
    if _hashes(there) != line["files"]:
        raise ReleaseError(f"{wrong}: a file was changed or put in its place; write it again with `reconcile report`")
    return Document(force, document, line["document_kind"], tuple(sorted(there.items())), tuple(line["told"]))


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
