"""Identities that somebody asks to part although the queue does not ask about them: items like those of the queue.

Decides which of them are still asked about, and on what evidence. Invariant: the log is append-only; a parting goes by
the rules of four eyes as any item does; one of an identity whose records are others now, or that the queue itself asks
about, is asked about no more.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, insert, select

from reconcile import cycle, database
from reconcile.review import four_eyes, identity_items
from reconcile.review.concerned import people
from reconcile.review.identity_items import Group
from reconcile.review.queue import UNDATED, dated, ordered
from reconcile.review.queue_items import QUEUE, of_parting
from reconcile.settings import Settings

PREFIX: Final = "parting:"
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
LOG: Final = database.append_only(
    Table(
        "partings",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("cycle", Text, nullable=False),
        Column("item", Text, nullable=False),  # "parting:<national id>"
        Column("row", Text, nullable=False),  # of QUEUE, as JSON
        Column("by", Text, nullable=False),
        Column("asked_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


def item_of(national_id: str) -> str:
    return f"{PREFIX}{national_id}"


def made(settings: Settings, national_id: str) -> pa.Table:
    """The item of an identity of the cycle as it is now, one row of ``QUEUE``; no row where there is no identity."""
    tables = {name: cycle.table(settings, name) for name in ("records", "identities", "facts", "missing_list")}
    who = people(*tables.values())
    held = _records(tables["identities"], national_id)
    if not held:
        return QUEUE.empty_table()
    (person,) = {int(each) for each in who.person[who.rows(pa.array(held, pa.string()))]}
    group = Group((person,), tuple(held), tuple(_links(cycle.table(settings, "links"), held)))
    found = pa.Table.from_pylist([of_parting(group, who)], QUEUE)
    for name, column in zip(("rule", "judges"), four_eyes.needed(found), strict=True):
        found = found.set_column(QUEUE.get_field_index(name), QUEUE.field(name), column)
    return dated(found, (), pc.max(tables["records"]["as_of"]).as_py() or UNDATED)


def record_in(connection: Connection, settings: Settings, item: pa.Table, by: str, at: int) -> None:
    """Append, in a writer's transaction, that ``by`` asks about ``item`` (of ``made``), unless it is asked about so."""
    (row,) = item.to_pylist()
    text = json.dumps(row, default=dt.date.isoformat, sort_keys=True)
    asked = select(LOG.c.row).where(LOG.c.cycle == settings.cycle, LOG.c.item == row["item"])
    if connection.scalar(asked.order_by(LOG.c.number.desc()).limit(1)) == text:
        return
    line = {"number": newest_in(connection) + 1, "cycle": settings.cycle, "item": row["item"], "row": text}
    connection.execute(insert(LOG), {**line, "by": by, "asked_at": at})


def newest_in(connection: Connection) -> int:
    """The number of the newest line, 0 of none."""
    return database.length(connection, LOG)


def with_asked(connection: Connection, settings: Settings, items: pa.Table) -> pa.Table:
    """``QUEUE`` with the partings asked for in the cycle among it, each on the evidence as it is now."""
    lines = select(LOG.c.item, LOG.c.row).where(LOG.c.cycle == settings.cycle).order_by(LOG.c.number)
    latest: dict[str, str] = {line.item: line.row for line in connection.execute(lines)}
    if not latest:
        return items
    whole = items.filter(pc.equal(items["kind"], pa.scalar("identity")))
    covered = set(pc.list_flatten(whole["national_ids"]).to_pylist())
    identities, links = cycle.table(settings, "identities"), cycle.table(settings, "links")
    rows = []
    for text in latest.values():
        row = json.loads(text)
        held = _records(identities, row["national_id"])
        if held == row["records"] and row["national_id"] not in covered:
            group = Group((), tuple(held), tuple(_links(links, held)))
            kept = [
                {field.name: each[field.name] for field in QUEUE.field("links").type.value_type} for each in group.links
            ]
            opened = dt.date.fromisoformat(row["opened_on"])
            rows.append({**row, "links": kept, "evidence_hash": group.evidence_hash, "opened_on": opened})
    return ordered(pa.concat_tables([items, pa.Table.from_pylist(rows, QUEUE)]).combine_chunks()) if rows else items


def _records(identities: pa.Table, national_id: str) -> list[str]:
    of_it = identities.filter(pc.equal(identities["national_id"], pa.scalar(national_id)))
    return sorted(map(str, of_it["record_id"].to_pylist()))


def _links(links: pa.Table, records: Sequence[str]) -> list[Mapping[str, Any]]:
    """The links among records, none of which waits, sorted by their ends."""
    values = pa.array(records, pa.string())
    inside = pc.and_(*(pc.is_in(links[end], value_set=values) for end in ("left", "right")))
    found = links.select(identity_items.LINK_COLUMNS).filter(inside).to_pylist()
    return [{**row, "waits": None} for row in sorted(found, key=lambda row: (row["left"], row["right"]))]
