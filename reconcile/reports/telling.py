"""The ledger's lines of what is told, and the fingerprints of what the records said when it was.

Decides which change of a record changes what was told: of a counterpart its status, its claim's start, its name and
birth date; that it was seen again later is news and no change. Invariant: a line holds ids and hashes alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from reconcile import schema
from reconcile.reports.item import Item
from reconcile.reports.told import Told

Row = Mapping[str, Any]


def line(force: str, document: str, document_kind: str, item: Item, records: Mapping[str, Row]) -> Told:
    """The line of an item told to a force in a document; ``records`` are RECORDS by id, those of the item among them.

    Beside its content the line keeps what its records said, so that a later cycle can tell whether that has changed.
    """
    own, others = (tuple(party.reference for party in side) for side in (item.own, item.others))
    return Told(
        force=force,
        document=document,
        document_kind=document_kind,
        item=item.id,
        kind=item.kind,
        digest=item.digest,
        own=own,
        others=others,
        pairs=item.pairs,
        due=item.due.isoformat() if item.due else None,
        own_as_told=own_as_told([records[each] for each in own]),
        others_as_told=others_as_told([records[each] for each in others]),
    )


def own_as_told(rows: Sequence[Row]) -> str:
    """The SHA-256 of what of a force's own records an item rests on, in hex; "" of none."""
    columns = ("status", "missing_since", "last_contact", "names", "birth_date")
    return _digest([[row["record_id"], *(row[name] for name in columns)] for row in rows])


def others_as_told(rows: Sequence[Row]) -> str:
    """The SHA-256 of what counterparts' records say as far as its change is a correction, in hex; "" of none."""
    return _digest(
        [
            [
                row["record_id"],
                row["status"],
                row["missing_since"] if row["status"] in schema.OPEN_CLAIMS else None,
                (row["names"] or [None])[0],
                row["birth_date"],
            ]
            for row in rows
        ]
    )


def digest(*parts: str) -> str:
    """The SHA-256 of parts in their order, in hex."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digest(values: list[list[Any]]) -> str:
    if not values:
        return ""
    text = json.dumps(sorted(values, key=str), default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
