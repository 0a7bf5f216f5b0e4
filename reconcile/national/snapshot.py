"""What a release is run again from, kept beside the releases and named by its hash in the manifest.

Decides what is kept: the standardised records of the forces that counted, with where they came from, the names that
lists of changes added, people's decisions, how forces answered, the receipts, the model, the settings that matter, of
the release before what identities and changes were told from, and of all before it what names nobody. Invariant:
nothing a force sent that is no column of ``schema`` is in it; it is whole or absent; the same content has the same
hash, wherever and whenever it was written.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconcile import linkage
from reconcile.errors import ReleaseError
from reconcile.national import previous
from reconcile.settings import Settings
from reconcile.workspace import Workspace, read_json, write_bytes, write_json, write_table

if TYPE_CHECKING:
    from reconcile.national.contents import Compiled

LISTING: Final = "snapshot.json"
ERASED: Final = "erased.json"
STAGES: Final = ("records", "provenance", "names_added", "decisions")
"""The tables that are laid into the stages of the cycle run again."""
SETTINGS: Final = (
    "cycle",
    "policy_document",
    "dpia",
    "purpose",
    "marking",
    "synthetic",
    "name_under_18",
    "public_small_counts",
)
"""Those a release depends on once its records are standardised."""
BEFORE: Final = "previous"
EARLIER: Final = "earlier"
OF_EARLIER: Final = ("coverage.json", "manifest.json", "public_aggregate.json")
"""Of every release there was: since when the flow is counted, and what the public aggregate has told already."""
MODEL: Final = "model"
ANSWERS: Final = "answers.json"
"""How the forces had answered their reports: counted when the list was compiled, and not counted again."""


@dataclass(frozen=True)
class Erasure:
    """When (UTC), by whom and why a snapshot was erased, and how many records it held."""

    at: str
    by: str
    why: str
    records: int


def write(folder: Path, compiled: "Compiled", settings: Settings, before: Path | None) -> str:
    """Write the snapshot of a compiled cycle into ``folder``; returns its hash.

    ``before`` is the folder of the release it was resolved and compared against.
    """
    for name in STAGES:
        write_table(folder / f"{name}.parquet", getattr(compiled, name))
    write_json(folder / "receipts.json", [receipt.to_json() for receipt in compiled.receipts])
    write_json(folder / "settings.json", {name: getattr(settings, name) for name in SETTINGS})
    lists = settings.workspace.stage(settings.cycle, "name_changes.json")
    write_json(folder / "name_changes.json", read_json(lists) if lists.is_file() else {"lists": []})
    if compiled.answers:
        write_json(folder / ANSWERS, dict(compiled.answers))
    model = resources.files(linkage).joinpath("models", f"{compiled.statistics['model']}.json")
    if model.is_file():
        write_bytes(folder / MODEL / model.name, model.read_bytes())
    for name in previous.FILES if before else ():
        write_bytes(folder / BEFORE / name, (Path(str(before)) / name).read_bytes())
    for name in OF_EARLIER:
        for path in sorted(settings.workspace.releases.glob(f"[!.]*/{name}")):
            write_bytes(folder / EARLIER / path.parent.name / name, path.read_bytes())
    held = listing(folder)
    write_json(folder / LISTING, {"files": held, "hash": total(held)})
    return total(held)


def place(beside: Path, into: Path) -> None:
    """Move a written snapshot into its place; one that a crash left there without its release gives way."""
    shutil.rmtree(into, ignore_errors=True)
    into.parent.mkdir(parents=True, exist_ok=True)
    beside.rename(into)


def listing(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a snapshot but its listing, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != LISTING)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in paths}


def total(held: Mapping[str, str]) -> str:
    lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(held.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def problems(folder: Path, stated: str) -> tuple[str, ...]:
    """What in a snapshot's folder is not what the manifest ``stated``, a sentence each."""
    held = listing(folder)
    if total(held) == stated:
        return ()
    known: dict[str, str] = read_json(folder / LISTING)["files"] if (folder / LISTING).is_file() else {}
    named = [f"{name} of the snapshot is missing" for name in sorted(known.keys() - held.keys())]
    named += [f"{name} of the snapshot is not its own" for name in sorted(held.keys() - known.keys())]
    named += [
        f"{name} of the snapshot is not what was kept"
        for name in sorted(held.keys() & known.keys())
        if held[name] != known[name]
    ]
    return tuple(named) or ("the snapshot is not the one the manifest names",)


def erased(workspace: Workspace, release: str) -> Erasure | None:
    """How the snapshot of a release was erased; None where it was not."""
    path = workspace.snapshots / release / ERASED
    return Erasure(**read_json(path)) if path.is_file() else None


def lay_out(folder: Path, settings: Settings) -> Path | None:
    """Lay a snapshot into the empty workspace of ``settings`` as the stages of its cycle; returns the model's file."""
    for name in STAGES:
        _copy(folder / f"{name}.parquet", settings.workspace.stage(settings.cycle, f"{name}.parquet"))
    for name in ("receipts.json", "name_changes.json", ANSWERS):
        if name != ANSWERS or (folder / name).is_file():
            _copy(folder / name, settings.workspace.stage(settings.cycle, name))
    for path in folder.glob(f"{EARLIER}/*/*"):
        _copy(path, settings.workspace.releases / path.parent.name / path.name)
    if (folder / BEFORE).is_dir():
        release = read_json(folder / BEFORE / "manifest.json")["release"]
        for path in (folder / BEFORE).iterdir():
            _copy(path, settings.workspace.releases / release / path.name)
        write_bytes(settings.workspace.releases / "current", f"{release}\n".encode())
    return next(iter(sorted((folder / MODEL).glob("*.json"))), None)


def settings_of(folder: Path) -> dict[str, Any]:
    """The settings a snapshot keeps.

    Raises:
        ReleaseError: the snapshot is not whole.
    """
    if not (folder / "settings.json").is_file():
        raise ReleaseError(f"the snapshot of {folder.name} is not whole: restore it from a copy")
    kept: dict[str, Any] = read_json(folder / "settings.json")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
