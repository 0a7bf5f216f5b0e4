"""A force's extract fetched from where it lies and landed unchanged.

Decides what came: an extract, a NIL return, a refusal or nothing. Invariant: the landed bytes are those the force
sent, named by their sha256, and like their manifests never written over by others; they go to disk as they come, never
whole through memory.
"""

import posixpath
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from reconcile import sources
from reconcile.errors import ExtractError, SourceError
from reconcile.forces import Profile
from reconcile.intake import arrivals
from reconcile.intake import manifest as manifests
from reconcile.intake.receipt import Reason, Receipt, neutral_name
from reconcile.settings import Settings
from reconcile.sources import Entry, Source
from reconcile.sources.limits import limits
from reconcile.sources.source import persistently
from reconcile.workspace import read_json, write_bytes, write_json

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
NO_MANIFEST: Final = f"the extract came without its manifest, a file of its name and {manifests.SUFFIX}: send both"
UNTOLD: Final = "no-manifest"
LINK: Final = "what came is a link to another file: put the file itself there"
"""What a link points at may be anybody's: a drop folder could fetch any file the pipeline can read."""
NOTHING_THERE: Final = "nothing lies at its source: put its extract there with the manifest, and say it again"
SOURCE_OPENED: Final = "source_opened"
"""The rule a source broke that nobody may read until it is mended; nothing was received."""
SOURCE_REACHABLE: Final = "source_reachable"
"""The rule a source broke that did not answer; it may when asked again."""
UNASKED: Final = frozenset({SOURCE_REACHABLE, SOURCE_OPENED})
"""Rules of which a source that broke one has not said whether anything lies there."""
NOTES: Final = (MISNAMED[0], NO_FOLDER[0], *sorted(UNASKED))
"""Rules about a source and not about an extract: what was noted of it once is no longer so when it is asked again."""
ANSWERS: Final = (manifests.NIL_NAME, manifests.REFUSED_NAME)
REPORT_ANSWERS: Final = "answers"
"""The folder beside the extracts in which a force leaves what it answers to its match reports."""
INCOMING: Final = ".incoming."
"""How the names of files begin that are still fetched."""


@dataclass(frozen=True)
class _Fetched:
    """A file's sha256 and where it lies until its place, which only its bytes can name, is known."""

    entry: Entry
    sha256: str
    path: Path


def pull(settings: Settings, profile: Profile) -> Receipt:
    """Fetch and land one force's extract and manifest.

    Returns:
        A receipt in state RECEIVED (rows not yet read: ``rows_in`` is the manifest's count, all accepted so far),
        NIL, REFUSED, NOT_RECEIVED (with the rule ``SOURCE_OPENED`` where somebody has to mend the source first), or
        REJECTED where what came cannot be taken; also written beside the landed bytes.

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


def nothing_new(settings: Settings, receipt: Receipt) -> str:
    """Why nothing of the force was taken in when its source was asked last, "" where something was.

    What stands of it from before, and is what ``receipt`` may be of, is nothing new.
    """
    said = [each for each in (*receipt.reasons, *receipt.warnings) if each[0] in NOTES]
    if not said and receipt.taken_from:
        said = list(receipt.why[:1])
    if said:
        return said[-1][2]
    path = settings.workspace.landed(settings.cycle, receipt.force) / "receipt.json"
    return NOTHING_THERE if not path.is_file() or read_json(path)["state"] == "NOT_RECEIVED" else ""


def landed_manifest(settings: Settings, receipt: Receipt) -> manifests.Manifest:
    """The manifest of a received extract, as landed."""
    folder = settings.workspace.landed(settings.cycle, receipt.force)
    return manifests.parse((folder / (receipt.key + manifests.SUFFIX)).read_bytes(), receipt.force)


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
    answers = [entry for entry in there if entry.name in ANSWERS]
    if not found and not answers:
        return Receipt(slug, "NOT_RECEIVED", reasons=(MISNAMED,) if _any_but_answers(there) else ())
    came = (answers or found)[0]
    if why := _not_one(len(found), len(answers)) or (LINK if came.kind == "link" else ""):
        return _rejected(Receipt(slug, "NIL"), why)
    beside = next((entry for entry in there if entry.name == came.name + manifests.SUFFIX), None)
    try:
        fetched = _fetched(source, came, folder)
    except ExtractError as error:
        return _rejected(_receipt(slug, came), str(error))
    return _landed(source, slug, fetched, beside if beside is not None and beside.kind == "file" else None, folder)


def _any_but_answers(there: Sequence[Entry]) -> bool:
    """Whether anything came but the folder of what the force answered to its match reports."""
    return any(entry.name != REPORT_ANSWERS or entry.kind != "directory" for entry in there)


def _not_one(extracts: int, answers: int) -> str:
    """Why what came is not one answer, "" where it is."""
    if extracts and answers:
        return "a manifest of no extract and an extract both came: take one away"
    if answers > 1:
        return "a NIL return and a refusal both came: take one away"
    return f"{extracts} files match the profile's pattern: leave one" if extracts > 1 else ""


def _fetch_named(source: Source, slug: str, name: str, folder: Path) -> Receipt:
    """Ask a web server for the one file of this name and for the answers without one; it need not list what it has."""
    came: list[_Fetched] = []
    try:
        for entry in (source.entry(each) for each in (*ANSWERS, name)):
            with suppress(FileNotFoundError):
                came.append(_fetched(source, entry, folder))
        if not came:
            return Receipt(slug, "NOT_RECEIVED")
        extracts = sum(each.entry.name == name for each in came)
        if why := _not_one(extracts, len(came) - extracts):
            return _rejected(Receipt(slug, "NIL"), why)
        return _landed(source, slug, came[0], source.entry(name + manifests.SUFFIX) if extracts else None, folder)
    except ExtractError as error:
        return _rejected(_receipt(slug, entry), str(error))
    finally:
        for each in came:
            each.path.unlink(missing_ok=True)


def _has_wildcard(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _receipt(slug: str, entry: Entry, sha256: str = "") -> Receipt:
    return Receipt(slug, _came_as(entry), neutral_name(slug, sha256, entry.name), sha256)


def _came_as(entry: Entry) -> str:
    return "NIL" if entry.name in ANSWERS else "RECEIVED"


def _landed(source: Source, slug: str, came: _Fetched, beside: Entry | None, folder: Path) -> Receipt:
    """The receipt of what came, once it and its manifest, ``beside`` it or itself, lie in ``folder``."""
    receipt = _receipt(slug, came.entry, came.sha256)
    # Marked, so that it takes no place of the same bytes with a manifest.
    untold = replace(receipt, manifest=UNTOLD)
    sidecar = came.path.read_bytes() if receipt.state == "NIL" else None
    came.path.replace(_place(folder, receipt))
    arrivals.note_name(folder, came.sha256, came.entry.name)
    if beside is not None:
        try:
            sidecar = _sidecar(source, beside, folder)
        except ExtractError as error:
            return _rejected(untold, str(error))
    if sidecar is None:
        return _rejected(untold, NO_MANIFEST)
    came_with = (came.entry, *([beside] if beside is not None else []))
    receipt = arrivals.note(folder, receipt, sidecar, source, came_with)
    write_bytes(folder / (receipt.key + manifests.SUFFIX), sidecar)
    try:
        return _described(receipt, sidecar)
    except ExtractError as error:
        return _rejected(receipt, str(error))


def _fetched(source: Source, entry: Entry, folder: Path) -> _Fetched:
    largest = limits().largest_manifest_bytes if _is_manifest(entry) else limits().largest_extract_bytes
    path = folder / f"{INCOMING}{secrets.token_hex(4)}"
    return _Fetched(entry, source.fetch(entry, path, largest), path)


def _is_manifest(entry: Entry) -> bool:
    return entry.name.endswith(manifests.SUFFIX)


def _sidecar(source: Source, beside: Entry, folder: Path) -> bytes | None:
    try:
        fetched = _fetched(source, beside, folder)
    except FileNotFoundError:
        return None
    content = fetched.path.read_bytes()
    fetched.path.unlink()
    return content


def _place(folder: Path, receipt: Receipt) -> Path:
    return folder / (receipt.sha256 + Path(receipt.file_name).suffix.lower())


def _described(receipt: Receipt, sidecar: bytes) -> Receipt:
    """The receipt with what the manifest says of the extract."""
    manifest = manifests.parse(sidecar, receipt.force)
    if manifest.refused and receipt.state == "NIL":
        return replace(receipt, state="REFUSED", as_of=manifest.as_of, why=(("refused", 0, manifest.refused),))
    if manifest.refused or manifest.nil != (receipt.state == "NIL"):
        return _rejected(
            receipt, "the manifest's nil or refused and the files that came contradict each other: send it again"
        )
    count = manifest.record_count
    return replace(receipt, as_of=manifest.as_of, rows_in=count, accepted=count)


def _rejected(receipt: Receipt, sentence: str) -> Receipt:
    return replace(receipt, state="REJECTED", reasons=(("extract_received", 0, sentence),))
