"""A force's extract fetched from where it lies and landed unchanged.

Decides what came: an extract, a NIL return, a refusal or nothing. Invariant: the landed bytes are those the force
sent, named by their sha256, and are never written over.
"""

import hashlib
import posixpath
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.intake import arrivals
from reconcile.intake import manifest as manifests
from reconcile.intake.receipt import Reason, Receipt
from reconcile.settings import Settings
from reconcile.workspace import write_bytes, write_json

MISNAMED: Reason = (
    "extract_named",
    0,
    "files came, but none has the name the force's profile expects: rename the extract, or change the pattern",
)


def pull(settings: Settings, profile: Profile) -> Receipt:
    """Fetch and land one force's extract and manifest.

    Returns:
        A receipt in state RECEIVED (rows not yet read: ``rows_in`` is the manifest's count, all accepted so far),
        NIL, REFUSED, NOT_RECEIVED, or REJECTED where what came cannot be taken; also written beside the landed bytes.
    """
    folder = settings.workspace.landed(settings.cycle, profile.force.slug)
    receipt = _fetch(_source(settings, profile), profile, folder)
    write_json(folder / "receipt.json", receipt.to_json())
    return receipt


def landed_manifest(settings: Settings, receipt: Receipt) -> manifests.Manifest:
    """The manifest of a received extract, as landed."""
    folder = settings.workspace.landed(settings.cycle, receipt.force)
    return manifests.parse((folder / (receipt.sha256 + manifests.SUFFIX)).read_bytes(), receipt.force)


def landed_file(settings: Settings, receipt: Receipt) -> Path:
    """Where the bytes of a received extract were landed."""
    folder = settings.workspace.landed(settings.cycle, receipt.force)
    return folder / (receipt.sha256 + Path(receipt.file_name).suffix.lower())


def _source(settings: Settings, profile: Profile) -> str:
    """A URL or path; a relative one lies in the workspace."""
    uri = profile.source.uri or posixpath.join(settings.inbox, profile.force.slug)
    return uri if "://" in uri or Path(uri).is_absolute() else str(settings.workspace.root / uri)


def _fetch(source: str, profile: Profile, folder: Path) -> Receipt:
    slug = profile.force.slug
    filesystem, root = fsspec.core.url_to_fs(source)
    there = sorted(filesystem.ls(root, detail=False)) if filesystem.isdir(root) else []
    # Matched by name alone: a folder's own name may hold what a pattern takes for a wildcard.
    found = [
        path
        for path in there
        if fnmatchcase(posixpath.basename(path), profile.source.pattern)
        and not path.endswith(manifests.SUFFIX)
        and (filesystem.isfile(path) or _is_link(filesystem, path))
    ]
    answers = [posixpath.join(root, name) for name in (manifests.NIL_NAME, manifests.REFUSED_NAME)]
    answers = [path for path in answers if filesystem.exists(path)]
    is_nil = bool(answers)
    if not found and not is_nil:
        return Receipt(slug, "NOT_RECEIVED", reasons=(MISNAMED,) if there else ())
    if is_nil and found:
        return _rejected(Receipt(slug, "NIL"), "a manifest of no extract and an extract both came: take one away")
    if len(answers) > 1:
        return _rejected(Receipt(slug, "NIL"), "a NIL return and a refusal both came: take one away")
    if len(found) > 1:
        return _rejected(Receipt(slug, "NIL"), f"{len(found)} files match the profile's pattern: leave one")
    path = answers[0] if is_nil else found[0]
    # What a link points at may be anybody's: a drop folder could fetch any file the pipeline can read.
    if _is_link(filesystem, path):
        return _rejected(Receipt(slug, "NIL"), "what came is a link to another file: put the file itself there")
    content = filesystem.cat_file(path)
    receipt = Receipt(
        slug, "NIL" if is_nil else "RECEIVED", posixpath.basename(path), hashlib.sha256(content).hexdigest()
    )
    _land(folder / (receipt.sha256 + Path(receipt.file_name).suffix.lower()), content)
    sidecar = content if is_nil else _sidecar(filesystem, path)
    if sidecar is not None:
        arrivals.note(folder, receipt.sha256, filesystem, (path, path + manifests.SUFFIX))
    return _described(receipt, sidecar, folder)


def _sidecar(filesystem: Any, path: str) -> bytes | None:
    beside = path + manifests.SUFFIX
    if _is_link(filesystem, beside) or not filesystem.isfile(beside):
        return None
    content: bytes = filesystem.cat_file(beside)
    return content


def _is_link(filesystem: Any, path: str) -> bool:
    return isinstance(filesystem, LocalFileSystem) and bool(filesystem.islink(path))


def _described(receipt: Receipt, sidecar: bytes | None, folder: Path) -> Receipt:
    """The receipt with what the manifest says of the extract."""
    if sidecar is None:
        return _rejected(receipt, f"no {receipt.file_name}{manifests.SUFFIX} came with the extract: send it")
    _land(folder / (receipt.sha256 + manifests.SUFFIX), sidecar)
    try:
        manifest = manifests.parse(sidecar, receipt.force)
    except ExtractError as error:
        return _rejected(receipt, str(error))
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


def _land(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)
