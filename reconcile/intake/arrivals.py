"""When each extract came, kept beside the landed bytes.

Decides which moment counts: when the force's files were last written where they lie, or when they were fetched where
that cannot be told. Invariant: a moment once noted stays, so that running a cycle again makes nothing late.
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
