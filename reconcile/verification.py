"""A release run again from its snapshot and compared, byte for byte.

Decides when a release is proved: its files are as published, and the same records, decisions and model give them again.
Invariant: nothing but the snapshot is read, and nothing is written outside a folder that is gone afterwards; what could
not be run again is never said to be proved.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from reconcile import cycle, database, publication
from reconcile.audit import AuditLog
from reconcile.errors import ReleaseError
from reconcile.national import changes, contents, previous, snapshot
from reconcile.national import release as releases
from reconcile.national.snapshot import Erasure
from reconcile.release_erasure import subject
from reconcile.settings import Settings
from reconcile.workspace import Workspace, read_json

Progress = cycle.Progress
VANISHED: Final = (
    "release {name} has no snapshot in snapshots/{name} and no erasure of it is noted or logged: restore it from a "
    "from a copy and verify it again, or say with `reconcile erase` why it is gone"
)


@dataclass(frozen=True)
class Verified:
    """What was found of a release.

    ``altered``: files that are no longer what was published, a sentence each. ``proof_only``: why it cannot be run
    again and need not be, "" where it was. ``missing``: what has vanished without an erasure, so that it could not be
    run again, and what to do; "" where nothing has. ``differs``: files that came out otherwise. ``suspects``: what is
    another now than when it was published, from which differences may stem. ``data_hash``: that of the data as they
    came out, "" where not run. ``vouched``: whether there was an audit log to hold the manifest against; without one, a
    release rewritten together with its manifest looks whole.
    """

    release: str
    altered: tuple[str, ...] = ()
    proof_only: str = ""
    missing: str = ""
    differs: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    data_hash: str = ""
    vouched: bool = True

    @property
    def holds(self) -> bool:
        return not self.altered and not self.differs and not self.missing


def verify(settings: Settings, name: str = "", progress: Progress = cycle.quiet) -> Verified:
    """Check a release, the current one where none is named, and run it again from its snapshot.

    Raises:
        ReleaseError: there is no such release.
    """
    folder = releases.named(settings, name)
    manifest: dict[str, Any] = read_json(folder / releases.MANIFEST)
    kept = settings.workspace.snapshots / folder.name
    progress("check hashes", 0.0)
    altered = (*releases.verify_hashes(folder), *_unsealed(settings, folder), *_unlogged(settings, folder))
    vouched = database.is_there(settings.database_url)
    found = Verified(folder.name, altered, suspects=releases.another_now(manifest), vouched=vouched)
    if why := cannot_be_run(settings, folder.name, manifest):
        return replace(found, proof_only=why)
    if not (kept / snapshot.LISTING).is_file():
        return replace(found, missing=VANISHED.format(name=folder.name))
    if problems := snapshot.problems(kept, manifest["snapshot"]):
        return replace(found, altered=(*found.altered, *problems))
    with tempfile.TemporaryDirectory() as beside:
        again = _run_again(kept, Path(beside), _accepted(folder), progress)
        progress("compare", 0.0)
        differs = [path for path, sha256 in _hashes(again).items() if manifest["files"].get(path) != sha256]
        unmade = manifest["files"].keys() - {path.name for path in again.iterdir()} - {releases.SIGN_OFF}
        data_hash = releases.release_hash(again)
    return replace(found, differs=tuple(sorted([*differs, *unmade])), data_hash=data_hash)


def _unsealed(settings: Settings, folder: Path) -> Iterator[str]:
    """Whether the manifest, which names the hash of everything else, is another than the audit log has of it."""
    if not database.is_there(settings.database_url):
        return
    logged = AuditLog(settings.database_url).first_logged("combination")
    if releases.seal_of(folder, folder.name) not in logged:
        yield f"{releases.MANIFEST} is not the one the audit log has the hash of"


def _unlogged(settings: Settings, folder: Path) -> Iterator[str]:
    """Whether something is noted as erased that no line of the audit log accounts for."""
    people = (folder / releases.ERASED).is_file()
    if people or snapshot.erased(settings.workspace, folder.name):
        logged = AuditLog(settings.database_url).first_logged("erasure")
        accounts = {subject(folder.name, people=each) for each in (True, people)}
        if accounts.isdisjoint(logged):
            yield "it is noted as erased, and no line of the audit log says so"


def cannot_be_run(settings: Settings, name: str, manifest: Mapping[str, Any]) -> str:
    """Why a release cannot be run again and need not be, in a few words; "" where it can or should."""
    if "snapshot" not in manifest:
        return "it was published before snapshots were kept"
    if erased := snapshot.erased(settings.workspace, name):
        return said(erased)
    if not (settings.workspace.snapshots / name / snapshot.LISTING).is_file() and _erased_by_the_log(settings, name):
        return "its snapshot was erased, as the audit log says"
    return ""


def _erased_by_the_log(settings: Settings, name: str) -> bool:
    logged = AuditLog(settings.database_url).first_logged("erasure")
    return any(subject(name, people=each) in logged for each in (True, False))


def said(erased: Erasure) -> str:
    return f"its snapshot was erased on {erased.at[:10]} by {erased.by}: {erased.why}"


def _run_again(kept: Path, root: Path, accepted: str, progress: Progress) -> Path:
    """The release's folder as it comes out of the snapshot ``kept``, in the empty folder ``root``."""
    url = f"sqlite:///{root / 'none.sqlite'}"
    again = Settings(Workspace(root), **snapshot.settings_of(kept), database_url=url)
    artefact = snapshot.lay_out(kept, again)
    progress("link", 0.0)
    cycle.link(again, lambda _what, share: progress("link", share), artefact)
    progress("resolve, assess, compile", 0.0)
    cycle.resolve(again, again=True)
    cycle.assess(again)
    cycle.compile_list(again)
    progress("write", 0.0)
    compiled, before = (
        publication.compiled_of(again, snapshot.protected_of(kept)),
        previous.read(releases.current(again)),
    )
    out = root / "again"
    out.mkdir()
    changed = changes.since(before, compiled)
    contents.write(out, compiled, again, replace(changed, accepted=accepted if changed.broken else ""))
    return out


def _accepted(folder: Path) -> str:
    """Why a person accepted figures out of their bands, as it stands in the sign-off."""
    signed: dict[str, Any] = read_json(folder / releases.SIGN_OFF)
    return str(signed["bands"]["accepted"]) if signed.get("bands") else ""


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def need(found: Verified) -> None:
    """Refuse a release that does not hold.

    Raises:
        ReleaseError: it was altered, or came out otherwise.
    """
    if found.altered:
        raise ReleaseError(f"release {found.release} was altered ({len(found.altered)} faults): restore it from a copy")
    if found.differs:
        raise ReleaseError(f"release {found.release} came out otherwise in {len(found.differs)} files: see above why")
