"""Releases: immutable, hashed, signed-off publications of a cycle.

Decides when a release exists and which one is current. Invariant: a release is written beside and moved into place
in one step, then the pointer moves in one step; a crash anywhere leaves the previous release current. The same
data give the same id, and a release once there is never written again.
"""

import datetime as dt
import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from reconcile import settings as settings_file
from reconcile.audit.chain import Head
from reconcile.errors import ReleaseError
from reconcile.intake.expect import SUITES
from reconcile.intake.receipt import Receipt, neutral_name
from reconcile.national import changes, contents, previous, public_files, snapshot
from reconcile.national.changes import Changes
from reconcile.national.contents import IDENTITIES, LINEAGE, Compiled
from reconcile.notification.rules import rules
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_bytes, write_json

__all__ = [
    "IDENTITIES",
    "LINEAGE",
    "MANIFEST",
    "POINTER",
    "SIGN_OFF",
    "Compiled",
    "current",
    "publish",
    "verify_hashes",
]

MANIFEST = "manifest.json"
SIGN_OFF = "signoff.json"
POINTER = "current"
ERASED = "erased.json"
"""In a release whose people were erased: when, by whom and why."""
PROOFS = (
    MANIFEST,
    SIGN_OFF,
    ERASED,
    contents.STATISTICS,
    contents.COVERAGE,
    "coverage.csv",
    contents.CHANGES_COUNTED,
    contents.ANSWERS,
    *public_files.FILES,
)
"""What stays of a release whose people were erased: nothing in it is of anybody on the list."""
TABLES = (".toml", ".csv", ".tsv", ".json")
CODE = (".py", ".html", ".css", ".js")
"""Suffixes of the files that configure the product: profiles, rules, variants, the model."""


def publish(
    settings: Settings,
    compiled: Compiled,
    *,
    signed_by: str,
    role: str,
    reason: str,
    signed_at: dt.datetime | None = None,
    audit_head: Head | None = None,
    changed: Changes | None = None,
    seal: Callable[[str], object] = lambda _seal: None,
) -> Path:
    """Publish a compiled cycle under a person's sign-off and make it current; returns its folder.

    ``audit_head`` is the newest line of the audit log, kept in the sign-off so that lines lost later show. ``changed``
    as ``changes_since`` gives them, asked for here where they are not given. ``seal`` is given ``seal_of`` the release
    before it is moved into place, to be kept where whoever can write the folder cannot.
    Data that were already published give the release that exists, which becomes current again.

    Raises:
        ReleaseError: nobody signs or no reason is given, the figures left their bands, or the release exists and no
            longer matches its hashes.
    """
    need_sign_off(signed_by, role, reason)
    before = current(settings)
    changed = changes_since(settings, compiled) if changed is None else changed
    releases = settings.workspace.releases
    releases.mkdir(parents=True, exist_ok=True)
    building = f".building-{secrets.token_hex(4)}"
    beside, kept = releases / building, settings.workspace.snapshots / building
    beside.mkdir()
    try:
        contents.write(beside, compiled, settings, changed)
        name = contents.name_of(beside, settings)
        signed = {
            "signed_by": signed_by,
            "role": role,
            "reason": reason,
            "signed_at": (signed_at or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds"),
            "release": name,
            "audit_head": vars(audit_head) if audit_head else None,
            "bands": {"broken": list(changed.broken), "accepted": changed.accepted} if changed.broken else None,
        }
        write_json(beside / SIGN_OFF, signed)
        from_what = {"snapshot": snapshot.write(kept, compiled, settings, before)}
        write_json(beside / MANIFEST, _manifest(beside, name, compiled, settings) | from_what)
        if not (releases / name).exists():
            seal(seal_of(beside, name))
            snapshot.place(kept, settings.workspace.snapshots / name)
        _move(beside, releases / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(kept, ignore_errors=True)
    write_bytes(releases / POINTER, f"{name}\n".encode())
    return releases / name


def seal_of(folder: Path, name: str) -> str:
    """What stands for a release and all in it: its name and the SHA-256 of its manifest, which has each file's."""
    return f"release {name}, manifest {contents.sha256(folder / MANIFEST)}"


def changes_since(settings: Settings, compiled: Compiled, accepted: str = "") -> Changes:
    """How the compiled cycle differs from the current release.

    Args:
        accepted: why a person lets figures be published that left their bands; "" where nobody does.

    Raises:
        ReleaseError: the figures left their bands and nobody accepted it, or the current release was altered.
    """
    before = current(settings)
    if before and (altered := verify_hashes(before)):
        raise ReleaseError(f"the current release {before.name} was altered ({altered[0]}): restore it from a copy")
    found = changes.since(previous.read(before), compiled)
    if found.broken and not accepted.strip():
        raise ReleaseError(
            f"the figures left their bands: {' '.join(found.broken)} Check them, then say why they are right"
            " (--accept-bands, or accept_bands of the sign-off)"
        )
    return replace(found, accepted=accepted.strip() if found.broken else "")


def need_sign_off(signed_by: str, role: str, reason: str) -> None:
    """Refuse a release that nobody answers for.

    Raises:
        ReleaseError: one of the three is blank.
    """
    if not (signed_by.strip() and role.strip() and reason.strip()):
        raise ReleaseError("a release needs who signs it off, their role and a reason: give all three")


def signed_on(release: Path) -> dt.date:
    """The day on which a release was signed off, UTC."""
    return dt.datetime.fromisoformat(read_json(release / SIGN_OFF)["signed_at"]).date()


def current(settings: Settings) -> Path | None:
    """The folder of the current release, None where nothing has been published.

    Raises:
        ReleaseError: the pointer names a release that is not there.
    """
    pointer = settings.workspace.releases / POINTER
    if not pointer.is_file():
        return None
    found = settings.workspace.releases / pointer.read_text(encoding="utf-8").strip()
    if not (found / MANIFEST).is_file():
        raise ReleaseError(f"{pointer} names {found.name}, which is not there: restore that folder or publish again")
    return found


def named(settings: Settings, name: str = "") -> Path:
    """The folder of the release of that name, or of the current one where none is named.

    Raises:
        ReleaseError: there is none.
    """
    if not name:
        if (found := current(settings)) is None:
            raise ReleaseError("nothing is released yet: sign the cycle off with `reconcile release`")
        return found
    if name not in {folder.name for folder in every(settings)}:
        raise ReleaseError(f"there is no release {name}: see `reconcile releases`")
    return settings.workspace.releases / name


def every(settings: Settings) -> tuple[Path, ...]:
    """The folders of all releases, in the order in which they were signed off."""
    folders = (path.parent for path in settings.workspace.releases.glob(f"[!.]*/{MANIFEST}"))
    return tuple(sorted(folders, key=lambda folder: (read_json(folder / SIGN_OFF)["signed_at"], folder.name)))


def another_now(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What of the product is another now than a release's manifest says, a few words each."""
    found = ["the program is another version"] if manifest["code"] != _code() else []
    now, then = _tables(), manifest["configuration"]
    changed = sorted(
        path for path in now.keys() | then.keys() - {settings_file.FILE} if now.get(path) != then.get(path)
    )
    return (*found, *(f"{path} is another" for path in changed))


def as_of_before(settings: Settings) -> dict[str, dt.date]:
    """By slug, the day each force's counted extract speaks of in the last release of another cycle; {} before one."""
    found = current(settings)
    while found and read_json(found / MANIFEST)["cycle"] == settings.cycle:
        previous = read_json(found / MANIFEST)["previous"]
        found = settings.workspace.releases / previous if previous else None
        if found and not (found / MANIFEST).is_file():
            return {}
    if found is None:
        return {}
    told = read_json(found / contents.COVERAGE)["forces"]
    return {each["force"]: dt.date.fromisoformat(each["as_of"]) for each in told if each["answered"] and each["as_of"]}


def audit_heads(settings: Settings) -> tuple[Head, ...]:
    """The lines of the audit log that the sign-offs of all releases vouch for."""
    signed = (read_json(path).get("audit_head") for path in sorted(settings.workspace.releases.glob(f"*/{SIGN_OFF}")))
    return tuple(Head(**head) for head in signed if head)


def verify_hashes(release: Path) -> tuple[str, ...]:
    """What in a release's folder no longer matches its manifest, a sentence each; empty where all is as published.

    Raises:
        ReleaseError: the folder holds no manifest.
    """
    if not (release / MANIFEST).is_file():
        raise ReleaseError(f"{release.name} has no {MANIFEST}: it is no release")
    stated: dict[str, str] = read_json(release / MANIFEST)["files"]
    there = {path.name for path in release.iterdir()} - {MANIFEST, ERASED}
    erased = stated.keys() - set(PROOFS) if (release / ERASED).is_file() else set[str]()
    problems = [f"{name} is missing" for name in sorted(stated.keys() - there - erased)]
    problems += [f"{name} is in no manifest" for name in sorted(there - stated.keys())]
    changed = sorted(name for name in there & stated.keys() if contents.sha256(release / name) != stated[name])
    problems += [f"{name} is not what was published" for name in changed]
    if not problems and not erased and not release.name.endswith(f"-{release_hash(release)[:8]}"):
        problems.append("the release's name is not the hash of its data")
    return tuple(problems)


def cycle_of(folder: Path) -> str:
    """The cycle a release is of."""
    return str(read_json(folder / MANIFEST)["cycle"])


def of_these_extracts(settings: Settings, receipts: Iterable[Receipt]) -> bool:
    """Whether the current release is of the cycle and was signed off with the extracts of these receipts."""
    found = current(settings)
    if found is None or cycle_of(found) != settings.cycle:
        return False
    signed = {(each["force"], each["state"], each["sha256"]) for each in read_json(found / MANIFEST)["inputs"]}
    return signed == {(receipt.force, receipt.state, receipt.sha256) for receipt in receipts}


def release_hash(folder: Path) -> str:
    """The hash of the data files, by name and content."""
    return contents.data_hash(folder)


def _move(beside: Path, into: Path) -> None:
    if not into.exists():
        beside.rename(into)
    elif problems := verify_hashes(into):
        raise ReleaseError(f"release {into.name} exists and was altered ({problems[0]}): restore it from a copy")
    elif (into / ERASED).is_file():
        raise ReleaseError(f"release {into.name} holds these data and its people were erased: restore it from a copy")


def _manifest(folder: Path, name: str, compiled: Compiled, settings: Settings) -> dict[str, Any]:
    return {
        "release": name,
        "cycle": settings.cycle,
        "marking": contents.marking(settings),
        "synthetic": settings.synthetic,
        "product": version("reconcile"),
        "code": _code(),
        "previous": before.name if (before := current(settings)) else None,
        "model": compiled.statistics["model"],
        "rule_set": rules()["rule_set"]["name"],
        "schema": hashlib.sha256(files("reconcile").joinpath("schema.py").read_bytes()).hexdigest(),
        "references": {"policy_document": settings.policy_document, "dpia": settings.dpia, "purpose": settings.purpose},
        "data_hash": release_hash(folder),
        "files": {path.name: contents.sha256(path) for path in sorted(folder.iterdir())},
        "inputs": [
            {"force": receipt.force, "state": receipt.state, "file": receipt.file_name, "sha256": receipt.sha256}
            for receipt in sorted(compiled.receipts, key=lambda receipt: receipt.force)
        ],
        "name_change_lists": _name_change_lists(settings),
        "configuration": _configuration(settings),
    }


def _name_change_lists(settings: Settings) -> list[dict[str, str]]:
    """The lists of name changes the cycle was linked with."""
    path = settings.workspace.stage(settings.cycle, "name_changes.json")
    lists = read_json(path)["lists"] if path.is_file() else []
    # The name of such a list's file may be a person's.
    return [
        {"file": neutral_name("name-changes", each["sha256"], each["file"]), "sha256": each["sha256"]} for each in lists
    ]


def _configuration(settings: Settings) -> dict[str, str]:
    """The sha256 of the settings and of every table and suite the product is configured with, by path."""
    own = settings.workspace.root / settings_file.FILE
    return ({settings_file.FILE: contents.sha256(own)} if own.is_file() else {}) | _tables()


def _tables() -> dict[str, str]:
    found = {}
    for folder, name in ((files("reconcile"), "reconcile"), (SUITES, SUITES.name)):
        for path, file in _files(folder, name, TABLES):
            found[path] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _code() -> str:
    """One sha256 over the product's programs and templates, by path and content."""
    found = _files(files("reconcile"), "reconcile", CODE)
    lines = "".join(f"{path} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for path, file in found)
    return hashlib.sha256(lines.encode()).hexdigest()


def _files(folder: Traversable, path: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}", suffixes)
        elif entry.name.endswith(suffixes):
            yield f"{path}/{entry.name}", entry
