"""From which tables each stage's output was made, so that nothing is built on tables that do not belong together.

Decides which files a stage's output depends on. Invariant: an output counts as made from the files that lie there only
once its stage has ended; where a run broke off, or another act wrote in between, whatever would build on it or publish
it is refused until the stages are run again.
"""

import hashlib
from pathlib import Path
from typing import Final

from reconcile.errors import ReconcileError
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_json

RECORDS: Final = ("records.parquet", "names_added.parquet")
INPUTS: Final = {
    "links": RECORDS,
    "identities": (*RECORDS, "links.parquet", "decisions.parquet"),
    "facts": (*RECORDS, "links.parquet", "decisions.parquet", "identities.parquet", "receipts.json"),
    "missing_list": (
        *RECORDS,
        "links.parquet",
        "decisions.parquet",
        "identities.parquet",
        "facts.parquet",
        "provenance.parquet",
        "receipts.json",
        "name_changes.json",
    ),
}
"""For each table the files of the cycle's stages that it, and what a release puts beside it, is made from."""


def note(settings: Settings, name: str) -> None:
    """Note that the table ``name`` is now made from the files that lie there; the last thing its stage does."""
    write_json(_place(settings, name), _hashes(settings, name))


def need(settings: Settings, name: str) -> None:
    """Refuse to go on where the table ``name`` was made from other files than those that lie there.

    Raises:
        ReconcileError: it was, nobody noted what it was made from, or it is not there.
    """
    path, hashes = _place(settings, name), _hashes(settings, name)
    if not path.is_file() and not any(hashes.values()):
        raise ReconcileError(f"cycle {settings.cycle} has no {name}.parquet yet: run `reconcile run` first")
    noted = read_json(path) if path.is_file() else {}
    if changed := sorted(file for file, found in hashes.items() if noted.get(file) != found):
        raise ReconcileError(
            f"{name}.parquet of cycle {settings.cycle} was not made from the {changed[0]} that lies there: a run broke"
            " off, or another came between; say `reconcile run`, or clear the DAG's tasks from link on"
        )


def _place(settings: Settings, name: str) -> Path:
    return settings.workspace.stage(settings.cycle, f"{name}.made_from.json")


def _hashes(settings: Settings, name: str) -> dict[str, str]:
    """The SHA-256 of each file the table is made from; "" where there is none."""
    return {file: _sha256(settings.workspace.stage(settings.cycle, file)) for file in INPUTS[name]}


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
