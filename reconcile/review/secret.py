"""The secret that signs sessions and forms of the review pages.

Invariant: it is the same for every process that serves a workspace, and nobody but their user can read it.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from reconcile.errors import SettingsError

VARIABLE: Final = "RECONCILE_REVIEW_SECRET"
FILE: Final = "review.secret"
SHORTEST: Final = 32
"""Characters; fewer could be guessed."""


def secret_of(root: Path) -> str:
    """The secret of the workspace at ``root``: ``RECONCILE_REVIEW_SECRET``, else its file, made at first use.

    Raises:
        SettingsError: it is too short, or others may read the file.
    """
    if given := os.environ.get(VARIABLE, ""):
        return _long_enough(given, VARIABLE)
    path = root / FILE
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"others may read {path}: say `chmod 600 {path}`, or remove it, which ends every session")
    return _long_enough(path.read_text(encoding="ascii").strip(), str(path))


def _make(path: Path) -> None:
    """Written beside and linked into place, so that of two processes that begin at once one wins and both read it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        if not path.exists():
            os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()


def _long_enough(secret: str, where: str) -> str:
    if len(secret) < SHORTEST:
        raise SettingsError(f"{where} is shorter than {SHORTEST} characters: give a long random one")
    return secret
