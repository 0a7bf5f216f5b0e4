"""Forces' extracts through the four stages: pull, read, validate, standardise.

Decides nothing but their order. Invariant: a force's four files in the workspace are always written and belong
together; a fault of the extract ends in a REJECTED receipt and empty tables, a bug in an exception; and forces
taken in together fare as they would one by one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.errors import ExtractError
from reconcile.forces import profile as profile_of
from reconcile.intake.columns import map_columns
from reconcile.intake.expect import CRITICAL
from reconcile.intake.pull import landed_file, pull
from reconcile.intake.read import read
from reconcile.intake.receipt import Reason, Receipt
from reconcile.intake.standardise import standardise
from reconcile.intake.validate import Extract, Validation, validate
from reconcile.settings import Settings
from reconcile.workspace import write_json, write_table

Tables = tuple[pa.Table, pa.Table, pa.Table]
"""Records, provenance and quarantine."""

Opened = tuple[Receipt, tuple[Extract, tuple[Reason, ...]] | None]
"""A receipt so far, and the extract with what was noted of its columns; None where none can be read."""

UNREACHABLE: Reason = ("source_reachable", 0, "the source could not be reached: check its address and try again")
NO_ROW: Reason = (
    "rows_acceptable",
    0,
    "No row could be accepted: columns may be swapped or the profile out of date; check both and send it again.",
)
"""Taken in, such an extract would say that the force misses nobody."""
NOTHING: Tables = (schema.RECORDS.empty_table(), schema.PROVENANCE.empty_table(), schema.QUARANTINE.empty_table())
FILES = ("records.parquet", "provenance.parquet", "quarantine.parquet")


def intake_force(settings: Settings, slug: str) -> Receipt:
    """Take in one force's extract and write its tables and receipt into the workspace.

    Returns:
        The receipt: RECEIVED, NIL, NOT_RECEIVED or REJECTED.

    Raises:
        ProfileError: no force has this slug.
        OSError: its source cannot be reached; nothing is written, so it can be tried again.
    """
    return _finish(settings, {slug: _open(settings, slug)})[0]


def intake_forces(settings: Settings, slugs: Sequence[str]) -> tuple[Receipt, ...]:
    """Take in several forces' extracts, as ``intake_force`` does each; the suite is run once for all of them.

    A source that cannot be reached stops no other force: its receipt is NOT_RECEIVED and says so.
    """
    return _finish(settings, {slug: _reached(settings, slug) for slug in slugs})


def _finish(settings: Settings, opened: Mapping[str, Opened]) -> tuple[Receipt, ...]:
    receipts: dict[str, Receipt] = {}
    readable: dict[str, tuple[Extract, tuple[Reason, ...]]] = {}
    for slug, (receipt, found) in opened.items():
        receipts[slug] = receipt
        if found is not None:
            readable[slug] = found
        else:
            _write(settings, receipt, NOTHING)
    validations = validate([extract for extract, _notes in readable.values()])
    for (slug, (extract, notes)), validation in zip(readable.items(), validations, strict=True):
        receipts[slug], tables = _standardised(receipts[slug], extract, validation, notes)
        _write(settings, receipts[slug], tables)
    return tuple(receipts.values())


def _reached(settings: Settings, slug: str) -> Opened:
    try:
        return _open(settings, slug)
    except OSError:
        return Receipt(slug, "NOT_RECEIVED", reasons=(UNREACHABLE,)), None


def _open(settings: Settings, slug: str) -> Opened:
    """Pull and read one extract; None where there is none that can be read."""
    profile = profile_of(slug, settings.workspace.profiles)
    receipt = pull(settings, profile)
    if receipt.state != "RECEIVED" or receipt.as_of is None:
        return receipt, None
    count = 0
    try:
        rows = read(landed_file(settings, receipt).read_bytes(), profile)
        count = rows.num_rows
        mapped = map_columns(rows, profile)
    except ExtractError as error:
        return _rejected(receipt, count, (("extract_readable", 0, str(error)),)), None
    return receipt, (Extract(mapped.rows, profile, receipt.as_of, receipt.sha256, receipt.rows_in), mapped.notes)


def _standardised(
    receipt: Receipt, extract: Extract, found: Validation, notes: tuple[Reason, ...]
) -> tuple[Receipt, Tables]:
    if found.rejected:
        return _rejected(receipt, extract.rows.num_rows, found.rejected), NOTHING
    if not found.accepted.num_rows:
        rejected = _rejected(receipt, extract.rows.num_rows, (NO_ROW, *found.reasons(CRITICAL)))
        return rejected, (*NOTHING[:2], found.quarantine)
    records, provenance = standardise(found.accepted, extract.profile, extract.as_of, extract.sha256)
    receipt = replace(
        receipt,
        rows_in=extract.rows.num_rows,
        accepted=records.num_rows,
        quarantined=found.quarantined,
        reasons=found.reasons(CRITICAL),
        warnings=(*notes, *found.reasons("warning")),
        withheld=_withheld(records),
    )
    return receipt, (records, provenance, found.quarantine)


def _rejected(receipt: Receipt, rows: int, reasons: tuple[Reason, ...]) -> Receipt:
    return replace(receipt, state="REJECTED", rows_in=rows, accepted=0, quarantined=0, reasons=reasons)


def _withheld(records: pa.Table) -> dict[str, int]:
    absent: Any = pc.list_flatten(records["absent"].combine_chunks())
    fields = absent.field("field").filter(pc.is_in(absent.field("reason"), value_set=pa.array(["withheld"])))
    return dict(sorted(Counter(fields.to_pylist()).items()))


def _write(settings: Settings, receipt: Receipt, tables: Tables) -> None:
    place = settings.workspace.force_stage
    for name, table in zip(FILES, tables, strict=True):
        write_table(place(settings.cycle, receipt.force, name), table)
    write_json(place(settings.cycle, receipt.force, "receipt.json"), receipt.to_json())
