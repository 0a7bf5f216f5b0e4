"""When each extract came, kept beside the landed bytes.

Decides which moment counts: when the force's files were last written where they lie, or when they were fetched where
that cannot be told. Invariant: a moment once noted stays, so that running a cycle again makes nothing late.
"""

import datetime as dt
from pathlib import Path
from typing import Any, Final

from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_json

SUFFIX: Final = ".arrival.json"


def note(folder: Path, sha256: str, filesystem: Any, paths: tuple[str, ...]) -> None:
    """Note in ``folder`` when the extract ``sha256`` came: with the last of the files at ``paths`` that are there."""
    path = folder / (sha256 + SUFFIX)
    if not path.is_file():
        came = max(_written(filesystem, each) for each in paths if filesystem.exists(each))
        write_json(path, {"came": came.astimezone(dt.UTC).isoformat(timespec="seconds")})


def came(settings: Settings, receipt: Receipt) -> dt.datetime | None:
    """When the extract of ``receipt`` came; None where that was not noted."""
    path = settings.workspace.landed(settings.cycle, receipt.force) / (receipt.sha256 + SUFFIX)
    return dt.datetime.fromisoformat(read_json(path)["came"]) if path.is_file() else None


def _written(filesystem: Any, path: str) -> dt.datetime:
    try:
        moment: dt.datetime = filesystem.modified(path)
    except (NotImplementedError, KeyError):
        return dt.datetime.now(dt.UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
