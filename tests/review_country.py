"""The small country as a workspace the review pages can be opened on: its tables, its queue, nothing run."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.national import missing_list
from reconcile.review.access import Visitor
from reconcile.review.queue import compile_queue
from reconcile.settings import Settings
from reconcile.workspace import Workspace, write_json, write_table
from tests import small_country

ANN = Visitor("ann", frozenset({"reviewer"}))
BOB = Visitor("bob", frozenset({"reviewer", "coordinator"}))
CAN_SEE_ALL = Visitor("eve", frozenset({"reviewer", "protected"}))
ENGINEER = Visitor("dan", frozenset({"engineer"}))
CHILD = "kent:2"
"""Nobody says that this record is of somebody grown up."""


def written(root: Path) -> Settings:
    """The workspace, with a queue in which ``CHILD`` is restricted."""
    url = f"sqlite:///{root}/decisions.sqlite"
    root.mkdir()
    marks: Any = {"policy_document": "APD-1", "dpia": "DPIA-1", "synthetic": True, "database_url": url}
    settings = Settings(Workspace(root), "2018-03", **marks)
    tables: dict[str, Any] = small_country.tables()
    facts = tables["facts"].to_pylist()
    for fact in facts:
        if fact["fact"] == "under_18" and fact["record_id"] == CHILD:
            fact["value"] = "CANNOT_TELL"
    tables["facts"] = pa.Table.from_pylist(facts, schema.FACTS)
    order = ("records", "identities", "links", "decisions", "facts")
    tables["missing_list"] = missing_list.compile_list(*(tables[name] for name in order))
    order = ("links", "identities", "decisions", "facts", "missing_list", "records")
    tables["queue"] = compile_queue(*(tables[name] for name in order), small_country.RECEIPTS)
    tables["names_added"] = schema.NAMES_ADDED.empty_table()
    for name, table in tables.items():
        write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    write_json(settings.workspace.stage(settings.cycle, "model.json"), {"name": "none shipped"})
    figures = {"gross_claims": 5, "distinct_people": {"low": 4, "high": 5}, "forces_answered": 4, "forces_total": 5}
    write_json(settings.workspace.stage(settings.cycle, "statistics.json"), figures)
    return settings
