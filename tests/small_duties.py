"""One record with its lists written short, for tests of the duties: dates as texts, partial ones too."""

import datetime as dt
from typing import Any

import pyarrow as pa

from reconcile import notification, schema
from reconcile.notification.rule_sets import RuleSets
from tests.small_tables import alone, identities, links, partial

LISTS = {"exemptions": schema.EXEMPTION, "events": schema.EVENT, "stays": schema.STAY, "travels": schema.TRAVEL}
DATES = {field.name for field in schema.RECORDS if field.type == schema.PARTIAL_DATE}
CAUTIONED = {"disposal": "caution", "birth_date": "1970-01-01", "conviction_date": "2017-01-10"}


def record(record_id: str = "kent:1", **columns: Any) -> dict[str, Any]:
    """A row of ``schema.RECORDS``; lists are tuples in the order of their fields, "" for null."""
    force, local_id = record_id.split(":")
    row: dict[str, Any] = {"record_id": record_id, "force": force, "local_id": local_id, "status": "located"}
    row |= {"as_of": dt.date(2018, 3, 1), "names": [name("John Smith")], **dict.fromkeys(LISTS, ())}
    row |= CAUTIONED | columns
    row["as_of"] = dt.date.fromisoformat(str(row["as_of"]))
    for column, kind in LISTS.items():
        row[column] = [_struct(kind, one) for one in row[column]]
    return {column: partial(value) if column in DATES and value is not None else value for column, value in row.items()}


def name(full: str, kind: str = "current") -> dict[str, str]:
    given, _, surname = full.rpartition(" ")
    return {"kind": kind, "given": given, "surname": surname, "full": full}


def _struct(kind: Any, values: tuple[str, ...]) -> dict[str, Any]:
    fields = [kind.field(place) for place in range(kind.num_fields)]
    given = dict(zip([field.name for field in fields], (*values, *("" for _ in fields)), strict=False))
    return {
        field.name: partial(given[field.name]) if field.type == schema.PARTIAL_DATE else given[field.name] or None
        for field in fields
    }


def facts(
    *rows: dict[str, Any], groups: tuple[str, ...] = (), sets: RuleSets | None = None, silent: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Every fact of some records, each alone or in the groups given."""
    table = pa.Table.from_pylist(list(rows), schema.RECORDS)
    people = identities(*groups) if groups else alone(table)
    return notification.assess(table, people, links(), sets=sets, silent=silent).to_pylist()


def answer(fact: str, *rows: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The one row of a fact."""
    (found,) = [row for row in facts(*rows, **given) if row["fact"] == fact]
    return found


def said(fact: str, *rows: dict[str, Any], **given: Any) -> tuple[str, str, int | None]:
    """Value, day and days of the one row of a fact."""
    found = answer(fact, *rows, **given)
    return found["value"], str(found["day"] or ""), found["days"]
