"""A document sealed for the force it was compiled for, and opened again by that force.

Decides what is in a sealed file and for whom. Invariant: a ``Sealed`` comes from ``Sealer.seal`` and from nowhere else,
and it is encrypted for the keys of the force that the document itself names: no key and no force is taken from whoever
calls. One that was changed since is refused; so is a key that another force's documents were once sealed for.
"""

import hashlib
import hmac
import io
import json
import re
import secrets
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconcile.errors import DeliveryError
from reconcile.forces import Desk, desks
from reconcile.forces.desk import fingerprint
from reconcile.national.contents import marking
from reconcile.reports.compiled import Document
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

ENVELOPE: Final = "envelope.json"
"""In each sealed archive: whose it is, which document, and the hash of every file."""
CALLED: Final = {"report": "match-report", "notice": "notice"}
BEGINS: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
"""How a file sealed with age begins, as it is or as text."""
LARGEST: Final = 1 << 30
"""Bytes a sealed file may unpack to, and it may itself have; a report of the largest force is a few MB."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = secrets.token_bytes(32)
"""Known to this process alone: what bears its stamp was sealed here."""


class NotSealedError(RuntimeError):
    """Something was to be delivered that was not sealed, or changed since: a fault of the program or an attempt."""


@dataclass(frozen=True)
class Sealed:
    """A document as age encrypted it: ``content``, for the keys with ``recipients`` as fingerprints.

    ``archive`` is the SHA-256 of what was encrypted, the same whenever the document is; ``sha256`` that of ``content``,
    which is another each time it is sealed.
    """

    force: str
    document: str
    kind: str
    file: str
    content: bytes
    archive: str
    recipients: tuple[str, ...]
    told: tuple[str, ...]
    stamp: bytes = b""

    def __post_init__(self) -> None:
        self.need_intact()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def need_intact(self) -> None:
        """Refuse what was not sealed here or was changed since.

        Raises:
            NotSealedError: it was.
        """
        if not hmac.compare_digest(self.stamp, _stamp(_covered(self))):
            raise NotSealedError("this was not sealed for its force, or was changed since: nothing was delivered")


def _covered(sealed: Sealed) -> dict[str, Any]:
    return {**vars(sealed), "content": sealed.sha256, "stamp": ""}


def _stamp(covered: Mapping[str, Any]) -> bytes:
    return hmac.digest(_STAMP, json.dumps(covered, sort_keys=True).encode(), "sha256")


class Sealer:
    """Seals documents of one workspace, with the keys its forces' profiles have.

    Args:
        known: for each fingerprint the force that documents were sealed for with it before.

    Raises:
        ProfileError: two forces have the same key, or a profile is none.
    """

    def __init__(self, settings: Settings, known: Mapping[str, str]) -> None:
        self._settings = settings
        self._known = known
        self.desks: Mapping[str, Desk] = desks(settings.workspace.profiles)

    def desk(self, force: str) -> Desk:
        """Where the reports of a force go.

        Raises:
            DeliveryError: it has no key, or one that was another force's.
        """
        found = self.desks[force]
        if not found.recipients:
            raise DeliveryError("no public key is known: have the force make one, and write it into its profile")
        for key in found.recipients:
            other = self._known.get(fingerprint(key), force)
            if other != force:
                raise DeliveryError(
                    f"its key {fingerprint(key)} was that of {other}: a key never moves from force to force; compare"
                    " the profiles of both with the forces"
                )
        return found

    def seal(self, document: Document) -> Sealed:
        """The document for the force it was compiled for.

        Raises:
            DeliveryError: the force has no key, or one that was another force's.
        """
        from pyrage import encrypt, x25519  # noqa: PLC0415 - few verbs seal anything

        keys = self.desk(document.force).recipients
        archive = packed(document, marking(self._settings))
        content = bytes(encrypt(archive, [x25519.Recipient.from_str(key) for key in keys]))
        what = {
            "force": document.force,
            "document": document.name,
            "kind": document.kind,
            "file": self.file_of(document) + ".age",
            "archive": hashlib.sha256(archive).hexdigest(),
            "recipients": tuple(map(fingerprint, keys)),
            "told": document.told,
        }
        covered = {**what, "content": hashlib.sha256(content).hexdigest(), "stamp": ""}
        return Sealed(**what, content=content, stamp=_stamp(covered))  # type: ignore[arg-type]

    def file_of(self, document: Document) -> str:
        """The name of the sealed file, without its ending."""
        parts = (marking(self._settings), self._settings.cycle, document.force, CALLED[document.kind])
        named = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", part) for part in parts)
        return f"{named}-{re.sub(r'[^A-Za-z0-9-]+', '-', document.name)}"


def packed(document: Document, mark: str) -> bytes:
    """A document as a ZIP archive with its envelope: the same bytes for the same document."""
    envelope = {
        "force": document.force,
        "document": document.name,
        "kind": document.kind,
        "marking": mark,
        "files": document.hashes,
    }
    said = (json.dumps(envelope, indent=2, sort_keys=True) + "\n").encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((ENVELOPE, said), *sorted(document.files)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return held.getvalue()


def opened(content: bytes, identities: Iterable[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a sealed file holds: its envelope, and its files by name.

    Args:
        identities: secret keys of age, of which one has to fit.

    Raises:
        DeliveryError: none fits, or what was sealed is not what its envelope says.
    """
    from pyrage import DecryptError, IdentityError, decrypt, x25519  # noqa: PLC0415 - few verbs open anything

    try:
        keys = [x25519.Identity.from_str(each) for each in identities]
        plain = bytes(decrypt(content, keys))
    except IdentityError:
        plain = None
    except DecryptError:
        plain = b""
    if plain is None:
        raise DeliveryError("the identity file holds no secret key of age: give the file with AGE-SECRET-KEY-1…")
    if not plain:
        raise DeliveryError(
            "this key does not open the file: it was sealed for another, or is damaged; nothing was written"
        )
    return _unpacked(plain)


def _unpacked(plain: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    wrong = DeliveryError("what was sealed is no report as this program seals them: nothing was written")
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise wrong
            held = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        envelope = json.loads(held.pop(ENVELOPE))
        document = Document(envelope["force"], envelope["document"], envelope["kind"], tuple(held.items()), ())
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, NotImplementedError):
        raise wrong from None
    if document.hashes != envelope["files"]:
        raise wrong
    return envelope, held


def write_opened(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write opened files into ``folder``; returns their paths."""
    for name, content in sorted(files.items()):
        write_bytes(folder / name, content)
    return [folder / name for name in sorted(files)]
