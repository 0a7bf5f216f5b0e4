"""The accepted records of all forces as one table.

Decides which forces' tables count: those whose own receipt is in a counted state. Invariant: every one of the forces
has a receipt, also where nothing was taken in; rows are sorted, so the order of forces leaves no trace.
"""

import pyarrow as pa

from reconcile import schema
from reconcile.forces import forces
from reconcile.intake.force import NOTHING, nothing_came
from reconcile.intake.kept import FILES
from reconcile.intake.receipt import COUNTED, Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table


def gather(settings: Settings) -> tuple[pa.Table, pa.Table, pa.Table, tuple[Receipt, ...]]:
    """Bring together what ``intake_force`` wrote for each force.

    Returns:
        ``schema.RECORDS`` and ``schema.PROVENANCE`` sorted by record id, ``schema.QUARANTINE`` sorted by force and
        row number, and the receipts in the order of the forces' slugs.
    """
    receipts = tuple(_receipt(settings, force.slug) for force in forces())
    taken = [receipt.force for receipt in receipts if receipt.state in COUNTED]
    records, provenance, quarantine = (
        pa.concat_tables(
            [
                empty,
                *(
                    read_table(settings.workspace.force_stage(settings.cycle, slug, name), empty.schema)
                    for slug in taken
                ),
            ]
        )
        for name, empty in zip(FILES[:3], NOTHING[:3], strict=True)
    )
    return (
        records.sort_by("record_id").cast(schema.RECORDS),
        provenance.sort_by("record_id"),
        quarantine.sort_by([("force", "ascending"), ("row_number", "ascending"), ("rule", "ascending")]),
        receipts,
    )


def _receipt(settings: Settings, slug: str) -> Receipt:
    path = settings.workspace.force_stage(settings.cycle, slug, "receipt.json")
    return Receipt.from_json(read_json(path)) if path.is_file() else nothing_came(settings, slug)
