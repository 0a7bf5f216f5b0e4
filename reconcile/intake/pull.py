"""A force's extract fetched from where it lies and landed unchanged.

Decides what came: an extract, a NIL return or nothing. Invariant: the landed bytes are those the force sent, named
by their sha256, and are never written over; they go to disk as they come, never whole through memory.
"""

import posixpath
import secrets
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from reconcile import sources
from reconcile.errors import ExtractError, SourceError
from reconcile.forces import Profile
from reconcile.intake import manifest as manifests
from reconcile.intake.receipt import Reason, Receipt
from reconcile.settings import Settings
from reconcile.sources import Entry, Source
from reconcile.sources.limits import limits
from reconcile.sources.source import persistently
from reconcile.workspace import write_bytes, write_json

MISNAMED: Reason = (
    "extract_named",
    0,
    "files came, but none has the name the force's profile expects: rename the extract, or change the pattern",
)
NO_FOLDER: Reason = (
    "source_folder",
    0,
    "the folder that the profile names is not there: check its uri, or ask the force to make it",
)
LINK: Final = "what came is a link to another file: put the file itself there"
"""What a link points at may be anybody's: a drop folder could fetch any file the pipeline can read."""
SOURCE_OPENED: Final = "source_opened"
"""The rule a source broke that nobody may read until it is mended; nothing was received."""


def pull(settings: Settings, profile: Profile) -> Receipt:
    """Fetch and land one force's extract and manifest.

    Returns:
        A receipt in state RECEIVED (rows not yet read: ``rows_in`` is the manifest's count, all accepted so far),
        NIL, NOT_RECEIVED (with the rule ``SOURCE_OPENED`` where somebody has to mend the source first), or REJECTED
        where what came cannot be taken; also written beside the landed bytes.

    Raises:
        SourceUnreachable: the source cannot be reached, though it was tried again; nothing is written.
    """
    folder = settings.workspace.landed(settings.cycle, profile.force.slug)
    try:
        receipt = persistently(lambda: _fetch(_opened(settings, profile), profile, folder))
    except SourceError as error:
        receipt = Receipt(profile.force.slug, "NOT_RECEIVED", reasons=((SOURCE_OPENED, 0, str(error)),))
    write_json(folder / "receipt.json", receipt.to_json())
    return receipt


def landed_file(settings: Settings, receipt: Receipt) -> Path:
    """Where the bytes of a received extract were landed."""
    return _place(settings.workspace.landed(settings.cycle, receipt.force), receipt)


def _opened(settings: Settings, profile: Profile) -> Source:
    """The folder the profile names; a relative one lies in the workspace."""
    uri = profile.source.uri or posixpath.join(settings.inbox, profile.force.slug)
    if "://" not in uri:
        uri = str(settings.workspace.root / uri)
    return sources.opened(uri, profile.source.connection, settings.connections)


def _fetch(source: Source, profile: Profile, folder: Path) -> Receipt:
    slug, pattern = profile.force.slug, profile.source.pattern
    if source.is_web and not _has_wildcard(pattern):
        return _fetch_named(source, slug, pattern, folder)
    there = source.entries()
    if there is None:
        return Receipt(slug, "NOT_RECEIVED", reasons=(NO_FOLDER,) if profile.source.uri else ())
    # Matched by name alone: a folder's own name may hold what a pattern takes for a wildcard.
    found = [
        entry
        for entry in there
        if fnmatchcase(entry.name, pattern)
        and not entry.name.endswith(manifests.SUFFIX)
        and entry.kind in ("file", "link")
    ]
    nil = next((entry for entry in there if entry.name == manifests.NIL_NAME), None)
    if not found and nil is None:
        return Receipt(slug, "NOT_RECEIVED", reasons=(MISNAMED,) if there else ())
    came = nil or found[0]
    if why := _not_one(found, nil) or (LINK if came.kind == "link" else ""):
        return _rejected(Receipt(slug, "NIL"), why)
    beside = next((entry for entry in there if entry.name == came.name + manifests.SUFFIX), None)
    return _landed(source, slug, came, beside if beside is not None and beside.kind == "file" else None, folder)


def _not_one(found: Sequence[object], nil: object) -> str:
    """Why what came is not one answer, "" where it is."""
    if found and nil is not None:
        return "a NIL manifest and an extract both came: take one away"
    return f"{len(found)} files match the profile's pattern: leave one" if len(found) > 1 else ""


def _fetch_named(source: Source, slug: str, name: str, folder: Path) -> Receipt:
    """Ask a web server for the one file of this name and its manifest; it need not list what it has."""
    came = source.entry(name)
    try:
        received = _landed(source, slug, came, source.entry(name + manifests.SUFFIX), folder)
    except FileNotFoundError:
        received = None
    try:
        nil = _landed(source, slug, source.entry(manifests.NIL_NAME), None, folder)
    except FileNotFoundError:
        return received or Receipt(slug, "NOT_RECEIVED")
    return _rejected(Receipt(slug, "NIL"), _not_one([received], nil)) if received is not None else nil


def _has_wildcard(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _landed(source: Source, slug: str, came: Entry, beside: Entry | None, folder: Path) -> Receipt:
    """The receipt of what came, once it and its manifest lie in ``folder``."""
    nil, most = came.name == manifests.NIL_NAME, limits()
    receipt = Receipt(slug, "NIL" if nil else "RECEIVED", came.name)
    try:
        digest, incoming = _fetched(
            source, came, folder, most.largest_manifest_bytes if nil else most.largest_extract_bytes
        )
        receipt = replace(receipt, sha256=digest)
        place = _place(folder, receipt)
        sidecar = incoming.read_bytes() if nil else None
        incoming.replace(place)
        if beside is not None:
            sidecar = _sidecar(source, beside, folder)
        if sidecar is not None:
            write_bytes(folder / (digest + manifests.SUFFIX), sidecar)
        return _described(receipt, sidecar)
    except ExtractError as error:
        return _rejected(receipt, str(error))


def _fetched(source: Source, entry: Entry, folder: Path, largest: int) -> tuple[str, Path]:
    """A file's sha256 and where it lies until its place, which only its bytes can name, is known."""
    incoming = folder / f".incoming.{secrets.token_hex(4)}"
    return source.fetch(entry, incoming, largest), incoming


def _sidecar(source: Source, beside: Entry, folder: Path) -> bytes | None:
    try:
        _digest, incoming = _fetched(source, beside, folder, limits().largest_manifest_bytes)
    except FileNotFoundError:
        return None
    content = incoming.read_bytes()
    incoming.unlink()
    return content


def _place(folder: Path, receipt: Receipt) -> Path:
    return folder / (receipt.sha256 + Path(receipt.file_name).suffix.lower())


def _described(receipt: Receipt, sidecar: bytes | None) -> Receipt:
    """The receipt with what the manifest says of the extract."""
    if sidecar is None:
        return _rejected(receipt, f"no {receipt.file_name}{manifests.SUFFIX} came with the extract: send it")
    manifest = manifests.parse(sidecar, receipt.force)
    if manifest.nil != (receipt.state == "NIL"):
        return _rejected(receipt, "the manifest's nil and the files that came contradict each other: send it again")
    count = manifest.record_count
    return replace(receipt, as_of=manifest.as_of, rows_in=count, accepted=count)


def _rejected(receipt: Receipt, sentence: str) -> Receipt:
    return replace(receipt, state="REJECTED", reasons=(("extract_received", 0, sentence),))
