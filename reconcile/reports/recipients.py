"""Who received what: the forces and documents that told of a record, a person or an item, so that a correction can be
sent to exactly those.

Decides nothing: it reads the ledgers of what was compiled, told and delivered. Invariant: ids, slugs and hashes alone;
a document that was written and never put into an outbox is named too. What was put into one is delivered whatever the
ledger of what was told took back since.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pyarrow as pa

from reconcile import cycle
from reconcile.errors import ReconcileError
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.reports.compiled import CompiledLog
from reconcile.reports.deliveries import DELIVERED, WITHHELD, DeliveryLog
from reconcile.reports.told import ToldLog
from reconcile.settings import Settings
from reconcile.workspace import read_table

WRITTEN: Final = "written"
"""The state of a document that nobody tried to deliver."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("force", pa.string()),
    ("document", pa.string()),
    ("document_kind", pa.string()),
    ("items", pa.list_(pa.string())),
    ("state", pa.string()),  # delivered where it ever was, else failed, withheld (taken back too) or WRITTEN
    ("delivered_at", pa.timestamp("ms", tz="UTC")),  # last, null where it never was
    ("file", pa.string()),
    ("sha256", pa.string()),
    ("recipients", pa.list_(pa.string())),  # fingerprints
]
RECEIVED: Final = pa.schema(_COLUMNS)
"""A row for each force and document, by document and force; ``items`` are those that are meant, sorted."""


def received(settings: Settings, *, record: str = "", item: str = "", document: str = "", force: str = "") -> pa.Table:
    """Who received what, as ``RECEIVED``; what is asked for together has to be so together.

    Args:
        record: a record's id, or a national id: any of its records in this cycle or a release at hand.
        item: an item's id.
        document: a document's name: of a report the release's.
        force: a slug.
    """
    records = _records(settings, record) if record else frozenset()
    items: dict[tuple[str, str], set[str]] = defaultdict(set)
    told: set[tuple[str, str]] = set()
    kinds: dict[tuple[str, str], str] = {}
    for line in ToldLog(settings.database_url).lines(force or None).to_pylist():
        told.add((line["force"], line["document"]))
        meant = not records or not records.isdisjoint([*line["own"], *line["others"]])
        if meant and item in ("", line["item"]):
            items[line["force"], line["document"]].add(line["item"])
            kinds[line["force"], line["document"]] = line["document_kind"]
    log = CompiledLog(settings.database_url)
    if not item:  # a force's own claims stand in its report and are no items
        for key, kind in (log.telling_of(records) if records else log.known()).items():
            kinds[key] = kind
    attempts = DeliveryLog(settings.database_url).lines(force or None).to_pylist()
    back = ToldLog(settings.database_url).taken_back() - told
    if not records and not item:
        kinds |= {(line["force"], line["document"]): line["document_kind"] for line in attempts}
    rows = [
        {"force": of, "document": name, "document_kind": kind, "items": sorted(items[of, name])}
        | _delivered(
            [line for line in attempts if (line["force"], line["document"]) == (of, name)], back=(of, name) in back
        )
        for (of, name), kind in sorted(kinds.items(), key=lambda each: each[0][::-1])
        if force in ("", of) and document in ("", name)
    ]
    return pa.Table.from_pylist(rows, RECEIVED)


def _delivered(attempts: list[dict[str, Any]], *, back: bool) -> dict[str, Any]:
    """What became of one document for one force; ``back``: it was taken back and tells nothing."""
    done = [line for line in attempts if line["state"] == DELIVERED]
    if not done:
        state = attempts[-1]["state"] if attempts else WRITTEN
        return {"state": WITHHELD if back else state, "recipients": []}
    last = done[-1]
    return {name: last[name] for name in ("state", "delivered_at", "file", "sha256", "recipients")}


def need_known(settings: Settings, *, record: str = "", item: str = "", document: str = "") -> None:
    """Refuse what nobody can have been told of because there is no such thing: a mistyped id is no answer.

    Raises:
        ReconcileError: no record, item or document is called so.
    """
    if item and not len(ToldLog(settings.database_url).lines(items=[item])):
        raise ReconcileError(f"no item {item} was ever told: check the id, ten letters and digits of a report")
    if document and document not in {name for _force, name in CompiledLog(settings.database_url).known()}:
        raise ReconcileError(f"no document {document} was ever written: see the folders reports and notices")
    if record and not any(record in (one, person) for table in _identities(settings) for one, person in _rows(table)):
        raise ReconcileError(f"no record or person {record} in this cycle or a release at hand: check the id")


def _records(settings: Settings, one: str) -> frozenset[str]:
    """The record of that id, or the records that ever were of the person of that national id."""
    found = {record for table in _identities(settings) for record, person in _rows(table) if person == one}
    return frozenset(found) or frozenset({one})


def _rows(table: pa.Table) -> Iterator[tuple[str, str]]:
    columns: Any = (table[name].to_pylist() for name in ("record_id", "national_id"))
    return zip(*columns, strict=True)


def _identities(settings: Settings) -> list[pa.Table]:
    """Those of every release at hand and of the cycle."""
    tables = []
    for folder in releases.every(settings):
        if (path := folder / contents.IDENTITIES).is_file():
            tables.append(read_table(path))
    with suppress(ReconcileError, OSError):  # a cycle that was begun and not run yet
        tables.append(cycle.table(settings, "identities"))
    return tables
