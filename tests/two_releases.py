"""Two releases of a few records, written as small tables: what the first one holds, and what is said after it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.intake.receipt import Receipt
from reconcile.linkage.lineage import lineage
from reconcile.national import changes
from reconcile.national.claims import open_claims
from reconcile.national.previous import Previous
from tests.small_tables import decisions, links, partial, records, rows

THEN, NOW = "2018-03-01", "2018-06-01"
Groups = Sequence[str]


def identities(*groups: str) -> pa.Table:
    """``schema.IDENTITIES``: each group is "P1: kent:1 essex:1", the identity's id and its records."""
    found = []
    for group in groups:
        name, _, members = group.partition(": ")
        first, *others = members.split()
        found.append({"national_id": name, "record_id": first, "joined_by": "founding"})
        found += [{"national_id": name, "record_id": one, "joined_by": "decided", "joined_to": first} for one in others]
    return pa.Table.from_pylist(found, schema.IDENTITIES)


def receipts(held: pa.Table, day: str, **states: str) -> tuple[Receipt, ...]:
    """A receipt of each force of ``held`` and of those in ``states``, which name another state, such as kent="HELD"."""
    found = []
    for force in sorted({*held["force"].to_pylist(), *states}):
        count = held["force"].to_pylist().count(force)
        state = states.get(force, "RECEIVED")
        if state in ("NOT_RECEIVED", "REFUSED"):
            found.append(Receipt(force, state))
        else:
            rows_in = 0 if state == "NIL" else count
            found.append(
                Receipt(
                    force,
                    state,
                    f"{force}.csv",
                    f"{force} {day}",
                    dt.date.fromisoformat(day),
                    rows_in,
                    0 if state == "REJECTED" else rows_in,
                )
            )
    return tuple(found)


def previous(text: str, groups: Groups, **states: str) -> Previous:
    held = records(text, THEN)
    answered = [each for each in receipts(held, THEN, **states) if each.state in ("RECEIVED", "NIL")]
    return Previous(
        name="2018-03-aaaaaaaa",
        claims=open_claims(held, identities(*groups)),
        identities=identities(*groups),
        statistics={},
        as_of={each.force: each.as_of for each in answered},
        sent={each.force: each.sha256 for each in answered},
    )


def compared(
    before: Previous,
    text: str,
    groups: Groups,
    *,
    decided: str = "",
    corrected: Sequence[str] = (),
    later: Sequence[str] = (),
    quarantined: Sequence[str] = (),
    **states: str,
) -> pa.Table:
    """CHANGES.

    ``corrected``: forces whose extract takes the place of the one counted before and speaks of the same day; ``later``:
    of a later day. ``quarantined``: forces one row of which is quarantined.
    """
    held = with_episodes(records(text, NOW), text)
    now = identities(*groups)
    received = []
    for each in receipts(held, NOW, **states):
        found = each
        if each.force in (*corrected, *later):
            found = replace(found, supersedes=(f"{each.force} {THEN}",))
        if each.force in corrected:
            found = replace(found, as_of=dt.date.fromisoformat(THEN))
        if each.force in quarantined:
            found = replace(found, rows_in=each.rows_in + 1, quarantined=1)
        received.append(found)
    became = lineage(before.identities, now, links(), decisions(decided), cycle="2018-06")
    return changes.compare(before, held, now, became, received)


def with_episodes(held: pa.Table, text: str) -> pa.Table:
    """The records with the closed episode of a column ``ended``: "2016-05-01 2018-04-01 found"."""
    found: list[list[dict[str, Any]]] = []
    for row in rows(text):
        start, end, outcome = (row.get("ended") or "  ").split(" ")
        found.append([{"start": partial(start), "end": partial(end), "outcome": outcome}] if outcome else [])
    column = held.schema.get_field_index("episodes")
    return held.set_column(column, "episodes", pa.array(found, pa.list_(schema.EPISODE)))


def told(table: pa.Table) -> list[str]:
    """Each row as "id kind people claims: reason", with the other ids after the kind."""
    return [
        f"{' '.join([row['national_id'], row['kind'], *row['others']])} {row['people']:+d} {row['claims']:+d}:"
        f" {row['reason']}"
        for row in table.to_pylist()
    ]
