"""What was made of every extract, kept below its key (its sha256, and what tells its manifest) whatever comes after it.

Decides which extract of a force was the last accepted one. Invariant: nothing made of one extract is written over by
another; an extract is in a cycle's list of accepted ones only from when it counted.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from reconcile.intake.pull import NOTES
from reconcile.intake.receipt import COUNTED, Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table, write_json, write_table

Tables = tuple[pa.Table, pa.Table, pa.Table, pa.Table]
"""Records, provenance, quarantine and findings."""
FILES: Final = ("records.parquet", "provenance.parquet", "quarantine.parquet", "findings.parquet")
RECEIPT: Final = "receipt.json"
STANDING: Final = (*COUNTED, "NIL")
ACCEPTED: Final = "accepted.json"


@dataclass(frozen=True)
class Kept:
    """An accepted extract's receipt as it was, and the cycle it was accepted in."""

    receipt: Receipt
    cycle: str


def keep(settings: Settings, receipt: Receipt, tables: Tables) -> None:
    """Keep what was made of this cycle's extract."""
    write(settings.workspace.extracts(settings.cycle, receipt.force) / receipt.key, receipt, tables)


def write(folder: Path, receipt: Receipt, tables: Tables) -> None:
    """Write a receipt and its tables into ``folder``."""
    for name, table in zip(FILES, tables, strict=True):
        write_table(folder / name, table)
    write_json(folder / RECEIPT, receipt.to_json())


def tables(settings: Settings, kept: Kept) -> Tables:
    """The tables of an accepted extract."""
    folder = _folder(settings, kept.cycle, kept.receipt.force) / kept.receipt.key
    records, provenance, quarantine, findings = (read_table(folder / name) for name in FILES)
    return records, provenance, quarantine, findings


def count_in(settings: Settings, receipt: Receipt) -> None:
    """Note that the extract of ``receipt`` counts, unless it is the one that did already."""
    listed = _listed(settings, settings.cycle, receipt.force)
    if listed[-1:] != (receipt.key,):
        write_json(_folder(settings, settings.cycle, receipt.force) / ACCEPTED, [*listed, receipt.key])


def earlier(settings: Settings, receipt: Receipt) -> tuple[str, ...]:
    """The keys of the force's other extracts that counted in this cycle, sorted."""
    found = _accepted(settings, settings.cycle, receipt.force)
    return tuple(sorted({kept.receipt.key for kept in found} - {receipt.key}))


def stood(settings: Settings, force: str) -> tuple[Receipt, Tables] | None:
    """What was made of the extract of this cycle that the force's receipt is of, to be settled anew.

    Where an intake broke off before its receipt was written, that of the extract that counted last. None where the
    cycle has none. What was noted of its source is left out.
    """
    path = settings.workspace.force_stage(settings.cycle, force, RECEIPT)
    if path.is_file():
        key = Receipt.from_json(read_json(path)).key
    else:
        key = next(reversed(_listed(settings, settings.cycle, force)), "")
    if not key or not (_folder(settings, settings.cycle, force) / key / RECEIPT).is_file():
        return None
    found = Receipt.from_json(read_json(_folder(settings, settings.cycle, force) / key / RECEIPT))
    found = replace(found, warnings=tuple(each for each in found.warnings if each[0] not in NOTES), supersedes=())
    if found.state not in ("REJECTED", "REFUSED"):
        found = replace(found, state="RECEIVED" if found.rows_in else "NIL", bands=(), why=())
    return found, tables(settings, Kept(found, settings.cycle))


def superseded(settings: Settings, receipt: Receipt) -> tuple[Receipt, ...]:
    """The receipts of the extracts whose place that of ``receipt`` takes, SUPERSEDED; what is kept stays as it was."""
    folder = _folder(settings, settings.cycle, receipt.force)
    found = (Receipt.from_json(read_json(folder / each / RECEIPT)) for each in receipt.supersedes)
    return tuple(replace(each, state="SUPERSEDED") for each in found)


def last_accepted(settings: Settings, force: str, but: str = "") -> Kept | None:
    """The force's extract that counted last, in this cycle or before, other than the one with the key ``but``."""
    for cycle in (settings.cycle, *settings.workspace.cycles_before(settings.cycle)):
        for kept in reversed(_accepted(settings, cycle, force)):
            if kept.receipt.key != but:
                return kept
    return None


def counted_before(settings: Settings, receipt: Receipt) -> bool:
    """Whether the same bytes are those the force had accepted last in the cycles before this one."""
    for cycle in settings.workspace.cycles_before(settings.cycle):
        if found := _accepted(settings, cycle, receipt.force):
            return found[-1].receipt.sha256 == receipt.sha256
    return False


def _accepted(settings: Settings, cycle: str, force: str) -> list[Kept]:
    """In the order they counted; without those that are held or rejected since."""
    folder = _folder(settings, cycle, force)
    found = (Receipt.from_json(read_json(folder / each / RECEIPT)) for each in _listed(settings, cycle, force))
    return [Kept(receipt, cycle) for receipt in found if receipt.state in STANDING]


def _listed(settings: Settings, cycle: str, force: str) -> tuple[str, ...]:
    path = _folder(settings, cycle, force) / ACCEPTED
    return tuple(read_json(path)) if path.is_file() else ()


def _folder(settings: Settings, cycle: str, force: str) -> Path:
    return settings.workspace.extracts(cycle, force)
