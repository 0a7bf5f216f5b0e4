"""Addresses of sources, as a profile writes them.

Decides which addresses may be asked at all. Invariant: an address holds no login and no password, and nothing leaves
this machine unencrypted.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from reconcile.errors import SourceError

OTHER_NAMES: Final = {"ssh": "sftp", "s3a": "s3"}
"""Names under which fsspec opens the same without the host key, or the connection, being looked at here."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Address:
    """``scheme`` is "" for a path of this machine; ``text`` the whole address as written."""

    scheme: str
    host: str
    port: int | None
    path: str
    text: str


def checked(text: str) -> Address:
    """Take an address apart.

    Raises:
        SourceError: it holds credentials, is not encrypted, or is no address.
    """
    if "://" not in text:
        return Address("", "", None, text, text)
    parts = _split(text)
    if parts is None:
        raise SourceError("uri is no address: write it as sftp://host/folder, s3://bucket/folder or a path")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SourceError("uri holds a login or a query: name the folder alone, and a connection to sign in")
    if "::" in text.partition("://")[0]:
        raise SourceError("uri is a chain of addresses, of which none would be checked: name the folder itself")
    if parts.scheme in OTHER_NAMES:
        raise SourceError(
            f"uri is of {parts.scheme}: write {OTHER_NAMES[parts.scheme]}, which is checked as it should be"
        )
    if parts.scheme in ("ftp", "http", "webhdfs") and (parts.hostname or "") not in LOOPBACK:
        raise SourceError(f"uri is of {parts.scheme}, which anybody on the way can read: use https or sftp")
    return Address(parts.scheme, parts.hostname or "", parts.port, unquote(parts.path), text)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _number = parts.port
    except ValueError:
        return None
    return parts
