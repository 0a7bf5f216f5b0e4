"""The small country as a workspace whose list was compiled as ever, from links made by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import cycle, made_from, schema
from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings, load
from reconcile.workspace import write_json, write_table
from tests import small_country

TOML = 'cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\nsynthetic = true\n'


def uncompiled(root: Path) -> Settings:
    """A workspace with settings and nothing else."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "reconcile.toml").write_text(TOML)
    return load(root)


def compiled(root: Path) -> Settings:
    """The workspace of the small country, compiled and not released."""
    held = small_country.tables()
    return compiled_of(root, held["records"], held["links"], small_country.RECEIPTS)


def compiled_of(root: Path, records: pa.Table, links: pa.Table, of: Sequence[Receipt]) -> Settings:
    """The workspace of any records, with links made by hand, compiled and not released; ``of`` are its receipts."""
    settings = uncompiled(root)
    tables: dict[str, Any] = {"records": records, "links": links}
    for name in ("provenance", "quarantine", "names_added", "name_changes"):
        tables[name] = getattr(schema, name.upper()).empty_table()
    for name, table in tables.items():
        write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    receipts = [receipt.to_json() for receipt in of]
    kept: dict[str, Any] = {
        "receipts": receipts,
        "superseded": [],
        "model": {"name": "by hand"},
        "name_changes": {"lists": []},
    }
    for name, value in kept.items():
        write_json(settings.workspace.stage(settings.cycle, f"{name}.json"), value)
    made_from.note(settings, "links")
    cycle.reconsider(settings)
    return settings
