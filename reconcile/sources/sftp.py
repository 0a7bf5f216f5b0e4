"""SFTP, by sshfs over asyncssh.

Decides what is told to the SSH client: one login, one password or key, and the host keys it may trust. Invariant: a
host whose key is not known is never signed in to, and of the account the pipeline runs under neither the SSH
configuration nor the keys nor the agent is used, only its known hosts.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from reconcile.errors import SourceError
from reconcile.sources.connection import Connection
from reconcile.sources.limits import limits

KNOWN_HOSTS: Final = "RECONCILE_KNOWN_HOSTS"
"""The variable that names a file of host keys for every SFTP source."""


def filesystem(host: str, port: int | None, connection: Connection) -> Any:
    """An fsspec filesystem signed in to ``host``.

    Raises:
        SourceError: no login or no host key is given, or a key cannot be read.
    """
    import asyncssh  # noqa: PLC0415 - most cycles read folders, and it takes a while to load
    from sshfs import SSHFileSystem  # noqa: PLC0415

    if not host:
        raise connection.complaint("names no host, nor does the profile: give one of them one")
    if not connection.login:
        raise connection.complaint("has no login: add it")
    # At its usual level the client logs logins, addresses and file names.
    asyncssh.set_log_level(logging.WARNING)
    return SSHFileSystem(
        host,
        port=port or 22,
        username=connection.login,
        password=connection.password or None,
        client_keys=_key(connection, asyncssh),
        known_hosts=_known_hosts(connection, asyncssh),
        agent_path=None,
        config=None,
        connect_timeout=limits().connect_seconds,
        login_timeout=limits().connect_seconds,
        keepalive_interval=limits().read_seconds / 3,
        keepalive_count_max=3,
        skip_instance_cache=True,
    )


def _key(connection: Connection, asyncssh: Any) -> list[Any] | None:
    text, file = connection.text("private_key"), connection.text("key_file")
    secret = connection.text("private_key_passphrase") or None
    if not text and not file:
        return None
    with suppress(asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError, UnicodeError):
        return [asyncssh.import_private_key(text or Path(file).read_text(encoding="utf-8"), secret)]
    raise connection.complaint("has a private key that cannot be read: check it, its file and its passphrase")


def _known_hosts(connection: Connection, asyncssh: Any) -> Any:
    """What asyncssh takes for the host keys to trust: a list of keys, or lines of a file."""
    if str(connection.extra.get("no_host_key_check", "false")).casefold() == "true":
        raise connection.complaint("turns the check of host keys off: take no_host_key_check out and give host_key")
    if key := connection.text("host_key"):
        return _trusted(key, connection, asyncssh), [], []
    said = connection.text("known_hosts")
    files = [said] if said else [os.environ.get(KNOWN_HOSTS, ""), str(Path("~/.ssh/known_hosts").expanduser())]
    with suppress(OSError, ValueError):
        lines = " " in said.strip()
        found = said if lines else _first(files)
        if found.strip():
            return asyncssh.import_known_hosts(found)
    raise SourceError(
        f"no host key is known for the source of connection {connection.name}: give its extra host_key or known_hosts, "
        f"or name a file of them in {KNOWN_HOSTS}; nothing was asked of it"
    )


def _first(files: list[str]) -> str:
    """What the first file that is there says."""
    return next((Path(file).read_text("utf-8") for file in files if file and Path(file).is_file()), "")


def _trusted(text: str, connection: Connection, asyncssh: Any) -> list[Any]:
    """The one host key, written as OpenSSH does or, as Airflow also takes it, without its kind if it is of RSA."""
    with suppress(asyncssh.KeyImportError):
        return [asyncssh.import_public_key(text if " " in text.strip() else f"ssh-rsa {text}")]
    raise connection.complaint("has a host_key that is no public key: write it as ssh-keyscan does, without the host")
