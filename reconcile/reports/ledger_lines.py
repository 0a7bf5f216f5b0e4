"""The ledger's lines of items, with the fingerprints of what the records said when they were told.

Decides which change of a record changes what was told: of a counterpart its status, its claim's start, its name and
birth date, and whose claim counts; that it was seen again later is news and no change. Invariant: a line holds ids and
hashes alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from reconcile import schema
from reconcile.reports.item import Item
from reconcile.reports.told import Told, told_of

Row = Mapping[str, Any]

EVERY_NAME: Final = ("unnotified_name",)
"""Kinds that tell of a counterpart's record more names than its current one."""


def lines_of(
    items: Iterable[Item], records: Mapping[str, Row], *, force: str, document: str, document_kind: str
) -> list[Told]:
    """The ledger's lines of ``items`` as told to ``force`` in a document, with what their records said.

    Args:
        records: RECORDS by id, those of the items among them.
    """
    found = list(items)
    lines = told_of(found, force=force, document=document, document_kind=document_kind)
    return [
        replace(
            line,
            own_as_told=own_as_told([records[each] for each in line.own]),
            others_as_told=others_as_told([records[each] for each in line.others], line.kind, owner_of(item)),
        )
        for line, item in zip(lines, found, strict=True)
    ]


def own_as_told(rows: Sequence[Row]) -> str:
    """The SHA-256 of what of a force's own records an item rests on, in hex; "" of none."""
    columns = ("status", "missing_since", "last_contact", "names", "birth_date")
    return _digest([[row["record_id"], *(row[name] for name in columns)] for row in rows])


def others_as_told(rows: Sequence[Row], kind: str, owner: str = "") -> str:
    """The SHA-256 of what counterparts' records say as far as its change is a correction, in hex; "" of none.

    Where an item says whose claim counts, the SHA-256 of ``owner`` follows after a space.
    """
    named = None if kind in EVERY_NAME else 1
    said = _digest(
        [
            [
                row["record_id"],
                row["status"],
                row["missing_since"] if row["status"] in schema.OPEN_CLAIMS else None,
                list(row["names"] or ())[:named],
                row["birth_date"],
            ]
            for row in rows
        ]
    )
    return f"{said} {digest(owner)}" if said and owner else said


def owner_of(item: Item) -> str:
    """The name of the force whose claim an item says counts, "" of one that says nothing of it."""
    return str(item.words.get("owner", "")) if item.kind == "double_claim" else ""


def digest(*parts: str) -> str:
    """The SHA-256 of parts in their order, in hex."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digest(values: list[list[Any]]) -> str:
    if not values:
        return ""
    text = json.dumps(sorted(values, key=str), default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
