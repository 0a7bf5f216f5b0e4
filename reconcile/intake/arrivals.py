"""When each extract came and what its force called the file, kept beside the landed bytes.

Decides which moment counts: when the force's files were last written where they lie, or when they were fetched where
that cannot be told. Invariant: a moment once noted stays, so that running a cycle again makes nothing late; the name,
which may be a person's, stands here alone, is told to its own force alone, and goes with the bytes.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.sources import Entry, Source
from reconcile.workspace import read_json, write_json

SUFFIX: Final = ".arrival.json"
SENT_AS: Final = ".sent_as.json"
BESIDE: Final = (SUFFIX, SENT_AS)
"""The ends of the names of files beside landed ones that no force sent."""


def note(folder: Path, sha256: str, source: Source, entries: Sequence[Entry]) -> None:
    """Note in ``folder`` when the extract ``sha256`` came: with the last written of ``entries``."""
    path = folder / (sha256 + SUFFIX)
    if not path.is_file():
        came = max(source.written(entry) or dt.datetime.now(dt.UTC) for entry in entries)
        write_json(path, {"came": came.astimezone(dt.UTC).isoformat(timespec="seconds")})


def came(settings: Settings, receipt: Receipt) -> dt.datetime | None:
    """When the extract of ``receipt`` came; None where that was not noted."""
    path = settings.workspace.landed(settings.cycle, receipt.force) / (receipt.sha256 + SUFFIX)
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
