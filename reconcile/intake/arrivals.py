"""When each extract came, with which manifest, and what its force called the file, kept beside the landed bytes.

Decides which moment counts: when the force's files were last written where they lie, or when they were fetched where
that cannot be told; and whether bytes that came before come with another manifest, which makes them another extract.
Invariant: what was once noted of the moment stays, so that running a cycle again makes nothing late, also when the
bytes are erased; the name, which may be a person's, stands here alone, is told to its own force alone, and goes with
the bytes.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.sources import Entry, Source
from reconcile.workspace import read_json, write_json

SUFFIX: Final = ".arrival.json"
MARK: Final = 12
"""Hex digits of a manifest's SHA-256 that tell it from the others of the same bytes."""
SENT_AS: Final = ".sent_as.json"
BESIDE: Final = (SUFFIX, SENT_AS)
"""The ends of the names of files beside landed ones that no force sent."""


def note(folder: Path, receipt: Receipt, sidecar: bytes, source: Source, entries: Sequence[Entry]) -> Receipt:
    """Note in ``folder`` when an extract came, with the last written of ``entries``, and its manifest ``sidecar``.

    Returns:
        The receipt, with the mark of its manifest where the same bytes came with another one first.
    """
    manifest = hashlib.sha256(sidecar).hexdigest()
    first = folder / (receipt.key + SUFFIX)
    # Noted before manifests were, the first one is taken to be this.
    if first.is_file() and read_json(first).get("manifest", manifest) != manifest:
        receipt = replace(receipt, manifest=manifest[:MARK])
    path = folder / (receipt.key + SUFFIX)
    if not path.is_file():
        came = max(source.written(entry) or dt.datetime.now(dt.UTC) for entry in entries)
        write_json(path, {"came": came.astimezone(dt.UTC).isoformat(timespec="seconds"), "manifest": manifest})
    return receipt


def came(settings: Settings, receipt: Receipt) -> dt.datetime | None:
    """When the extract of ``receipt`` came; None where that was not noted."""
    path = settings.workspace.landed(settings.cycle, receipt.force) / (receipt.key + SUFFIX)
    return dt.datetime.fromisoformat(read_json(path)["came"]) if path.is_file() else None


def note_name(folder: Path, sha256: str, name: str) -> None:
    """Note in ``folder`` what the force called the file of the extract ``sha256`` when it sent it last."""
    write_json(folder / (sha256 + SENT_AS), {"sent_as": name})


def name_as_sent(settings: Settings, receipt: Receipt) -> str:
    """What the force called the file of ``receipt``, for a report to that force; "" where it is not known."""
    path = settings.workspace.landed(settings.cycle, receipt.force) / (receipt.sha256 + SENT_AS)
    return str(read_json(path)["sent_as"]) if receipt.sha256 and path.is_file() else ""


def forget_name(folder: Path, sha256: str) -> None:
    """Erase what the force called the file."""
    (folder / (sha256 + SENT_AS)).unlink(missing_ok=True)
