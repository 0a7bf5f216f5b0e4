"""The release before, as a new one is held against it.

Decides what is read of it: claims, identities, figures, who answered as of when, and by which bytes. Invariant: nothing
else of a release is needed to say what changed since, so a snapshot keeps these files and no others.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from reconcile.errors import ReleaseError
from reconcile.workspace import read_json, read_table

FILES: Final = (
    "claims.parquet",
    "coverage.json",
    "identities.parquet",
    "lineage.parquet",
    "manifest.json",
    "statistics.json",
)


@dataclass(frozen=True)
class Previous:
    """``claims``: ``national.claims.CLAIMS``. ``identities``: ``schema.IDENTITIES``. ``statistics``: as published.
    ``as_of``: the day each force that answered spoke of, by slug. ``sent``: the SHA-256 of each force's extract."""

    name: str
    claims: pa.Table
    identities: pa.Table
    statistics: Mapping[str, Any]
    as_of: Mapping[str, dt.date | None]
    sent: Mapping[str, str]


def read(folder: Path | None) -> Previous | None:
    """The release in ``folder``; None where there is none before.

    Raises:
        ReleaseError: its people were erased, or a file is missing.
    """
    if folder is None:
        return None
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise ReleaseError(f"release {folder.name} has no {missing[0]}: restore it, or compare with a later release")
    manifest = read_json(folder / "manifest.json")
    return Previous(
        name=manifest["release"],
        claims=read_table(folder / "claims.parquet"),
        identities=read_table(folder / "identities.parquet"),
        statistics=read_json(folder / "statistics.json"),
        as_of={
            entry["force"]: dt.date.fromisoformat(entry["as_of"]) if entry["as_of"] else None
            for entry in read_json(folder / "coverage.json")["forces"]
            if entry["answered"]
        },
        sent={entry["force"]: entry["sha256"] for entry in manifest["inputs"]},
    )
