"""Small tables written as text, for tests that a lawyer or a coordinator can read.

A table is lines of cells between bars, the first line naming the columns; a blank cell is a blank. Dates may be
partial: 2005, 2005-03, 2005-03-07; words that are no date stay text.
"""

import calendar
import datetime as dt
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema


def rows(text: str) -> list[dict[str, str]]:
    """The cells of a text table by column name."""
    lines = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in text.strip().splitlines()]
    header, *body = [line for line in lines if not set("".join(line)) <= {"-", " "}]
    return [dict(zip(header, line, strict=True)) for line in body]


def partial(text: str) -> dict[str, Any] | None:
    """A partial date: its first and last day."""
    if not text:
        return None
    if not (parts := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)):
        return {"lo": None, "hi": None, "text": text}
    year, month, day = (int(part) if part else None for part in parts.groups())
    lo = dt.date(year, month or 1, day or 1)
    end_month = month or 12
    hi = dt.date(year, end_month, day or calendar.monthrange(year, end_month)[1])
    return {"lo": lo, "hi": hi, "text": text}


def records(text: str, as_of: str = "2018-03-01") -> pa.Table:
    """``schema.RECORDS`` from a table with at least ``record`` ("force:local id"); ``name`` is "Surname, Given"."""
    return pa.Table.from_pylist([_record(row, as_of) for row in rows(text)], schema.RECORDS)


def _record(row: dict[str, str], as_of: str) -> dict[str, Any]:
    force, local_id = row["record"].split(":")
    surname, _, given = row.get("name", "Smith, John").partition(", ")
    out: dict[str, Any] = {
        "record_id": row["record"],
        "force": force,
        "local_id": local_id,
        "as_of": dt.date.fromisoformat(row.get("as_of") or as_of),
        "names": [{"kind": "current", "given": given, "surname": surname, "full": f"{given} {surname}"}],
        "identifiers": [],
        "addresses": [],
        "absent": [],
        **{name: [] for name in ("exemptions", "events", "stays", "travels", "episodes")},
    }
    for alias in filter(None, row.get("aliases", "").split(";")):
        other, _, first = alias.strip().partition(", ")
        out["names"].append({"kind": "alias", "given": first, "surname": other, "full": f"{first} {other}"})
    for field in schema.RECORDS:
        if field.name in out or field.name not in row:
            continue
        value: Any = row[field.name]
        if field.type == schema.PARTIAL_DATE:
            value = partial(value)
        elif pa.types.is_integer(field.type):
            value = int(value) if value else None
        out[field.name] = value or None if value != 0 else 0
    return out


def links(text: str = "") -> pa.Table:
    """``schema.LINKS`` from left, right, strength, and where given guard, hash, weight."""
    found = []
    for row in rows(text) if text.strip() else []:
        weight = float(row.get("weight") or {"verified": 40, "proposed": 20, "possible": 8}[row["strength"]])
        found.append(
            {
                "left": min(row["left"], row["right"]),
                "right": max(row["left"], row["right"]),
                "weight": weight,
                "probability": round(1 - 2**-weight, 6),
                "strength": row["strength"],
                "guard": row.get("guard") or None,
                "evidence": [{"feature": "name", "level": "exact", "weight": weight, "sentence": "same name"}],
                "evidence_hash": row.get("hash") or "h",
            }
        )
    return pa.Table.from_pylist(found, schema.LINKS)


def decisions(text: str = "") -> pa.Table:
    """``schema.DECISIONS`` from left, right, judgement, and where given hash ("" for none)."""
    at = dt.datetime(2018, 3, 10, 12, tzinfo=dt.UTC)
    found = [
        {
            "left": min(row["left"], row["right"]),
            "right": max(row["left"], row["right"]),
            "judgement": row["judgement"],
            "evidence_hash": row.get("hash", "h") or None,
            "reviewer": "coordinator",
            "reason": "compared the files",
            "decided_at": at,
        }
        for row in (rows(text) if text.strip() else [])
    ]
    return pa.Table.from_pylist(found, schema.DECISIONS)


def facts(text: str) -> pa.Table:
    """``schema.FACTS`` from of (a national id or, with a colon, a record), fact, value; where given id (the identity of
    a record), reason, day, days."""
    found = []
    for row in rows(text):
        of_record = ":" in row["of"]
        found.append(
            {
                "national_id": row["id"] if of_record else row["of"],
                "record_id": row["of"] if of_record else None,
                "fact": row["fact"],
                "value": row["value"],
                "reason": row.get("reason") or None,
                "rule": "by hand",
                "day": dt.date.fromisoformat(row["day"]) if row.get("day") else None,
                "days": int(row["days"]) if row.get("days") else None,
                "inputs": [row["of"]] if of_record else [],
            }
        )
    return pa.Table.from_pylist(found, schema.FACTS)


def said_instead(found: pa.Table, by_hand: pa.Table) -> pa.Table:
    """``schema.FACTS`` in which what is written by hand stands in the place of all that was found of the same facts."""
    rest = found.filter(pc.invert(pc.is_in(found["fact"], value_set=pc.unique(by_hand["fact"]))))
    return pa.concat_tables([rest, by_hand]).combine_chunks()


def identities(*groups: str, joined_by: str = "verified") -> pa.Table:
    """``schema.IDENTITIES``: one identity a group of record ids parted by spaces, named P1, P2 ..."""
    found = []
    for number, group in enumerate(groups, start=1):
        first, *others = group.split()
        found.append({"national_id": f"P{number}", "record_id": first, "joined_by": "founding"})
        found += [{"national_id": f"P{number}", "record_id": one, "joined_by": joined_by} for one in others]
    return pa.Table.from_pylist(found, schema.IDENTITIES)


def alone(table: pa.Table) -> pa.Table:
    """``schema.IDENTITIES`` with every record on its own."""
    return identities(*table["record_id"].to_pylist())
