"""Key pairs of forces made here, for demonstrations and tests: a force makes its own and gives the public key alone.

Decides how an identity file looks and who may read it. Invariant: a secret key goes into a file that only its owner can
read and is never said; a file that is there is never written over.
"""

import os
from pathlib import Path
from typing import Final

from reconcile.errors import DeliveryError
from reconcile.forces.desk import fingerprint
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

FOLDER: Final = "demo-keys"
"""The folder of a demonstration's identity files, in its workspace."""


def make(file: Path, force: str) -> str:
    """Make a key pair for ``force``; write the identity file, as age's own ``age-keygen`` does; return the public key.

    Raises:
        DeliveryError: the file is there already.
    """
    from pyrage import x25519  # noqa: PLC0415 - few verbs make keys

    made = x25519.Identity.generate()
    public = str(made.to_public())
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as held:
            held.write(f"# {force}\n# public key: {public}\n{made}\n")
    except FileExistsError:
        raise DeliveryError(f"{file} is there already: whoever has its key would lose it; name another file") from None
    return public


def read(file: Path) -> tuple[str, ...]:
    """The secret keys in an identity file, which are never said.

    Raises:
        OSError: it cannot be read.
        DeliveryError: it is no text.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise DeliveryError(f"{file} is no identity file: give the file with AGE-SECRET-KEY-1…") from None
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def profile_lines(force: str, public: str) -> str:
    """The lines of a profile that have the reports of ``force`` sealed for this public key."""
    return f'slug = "{force}"\n\n[report]\nrecipients = ["{public}"]  # fingerprint {fingerprint(public)}\n'


def make_for_demo(settings: Settings, force: str) -> None:
    """A key for a force of the demonstration: the identity file, and the workspace's profile that names it."""
    public = make(settings.workspace.root / FOLDER / f"{force}.txt", force)
    write_bytes(settings.workspace.profiles / f"{force}.toml", profile_lines(force, public).encode())
