"""One source, opened: what lies in its folder, and a file of it brought to disk.

Decides which library opens which scheme and when a fetch is given up. Invariant: what was fetched is a whole file of
this machine with the sha256 that is returned for it, or there is no file.
"""

import datetime as dt
import hashlib
import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, Final, TypeVar
from urllib.parse import unquote

import fsspec
from fsspec.callbacks import Callback
from fsspec.implementations.local import LocalFileSystem
from fsspec.registry import known_implementations

from reconcile.errors import ExtractError, SourceError
from reconcile.sources import https, s3, sftp
from reconcile.sources.address import Address, checked
from reconcile.sources.connection import Connection, Connections
from reconcile.sources.faults import SOURCE, Place, SourceUnreachable, told
from reconcile.sources.limits import limits

T = TypeVar("T")
KINDS: Final = {"sftp": ("sftp", "ssh"), "s3": ("aws", "s3"), "https": ("http", "https"), "http": ("http", "https")}
"""The kinds of connection a scheme takes; one without a kind, or generic, fits all."""
LOCAL: Final = ("", "file", "local")


@dataclass(frozen=True)
class Entry:
    """Something in a source's folder: a file, directory, link or other; ``size`` in bytes, None where not told."""

    name: str
    path: str
    kind: str
    size: int | None = None


@dataclass(frozen=True)
class Source:
    """A folder of a filesystem, as fsspec has it."""

    filesystem: Any
    root: str
    scheme: str

    @property
    def is_web(self) -> bool:
        """Whether the source answers for single files and may have no list of them."""
        return self.scheme in KINDS["https"]

    def entries(self) -> tuple[Entry, ...] | None:
        """What lies in the folder, by name; None where there is no such folder.

        Raises:
            SourceError, SourceUnreachable: it cannot be asked.
        """
        try:
            listed = told(partial(self.filesystem.ls, self.root, detail=True))
        except FileNotFoundError:
            return None
        found = (self._entry(each) for each in listed)
        return tuple(sorted((entry for entry in found if entry.name), key=lambda entry: entry.name))

    def entry(self, name: str) -> Entry:
        """A file of this name, which may not be there."""
        return Entry(name, f"{self.root.rstrip('/')}/{name}", "file")

    def written(self, entry: Entry) -> dt.datetime | None:
        """When a file was last written, UTC; None where the source does not tell.

        Raises:
            SourceError, SourceUnreachable: it cannot be asked.
        """
        with suppress(NotImplementedError, KeyError, FileNotFoundError):
            moment: dt.datetime | None = told(partial(self.filesystem.modified, entry.path))
            return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return None

    def fetch(self, entry: Entry, path: Path, largest: int) -> str:
        """Bring a file to ``path`` and return its sha256 in hex digits.

        Raises:
            FileNotFoundError: it is not there.
            ExtractError: it is larger than ``largest`` bytes; no more than that was taken.
            SourceError, SourceUnreachable: it cannot be fetched whole.
        """
        within = _Within(largest)
        within.check(entry.size or 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            told(partial(self.filesystem.get_file, entry.path, str(path), callback=within))
            if path.is_symlink() or not path.is_file():
                raise SourceError("what came is no plain file: put the file itself there")
            size = path.stat().st_size
            within.check(size)
            if entry.size not in (None, size):
                raise SourceUnreachable("a file changed while it was fetched: try again when it is whole")
            with path.open("rb") as landed:
                return hashlib.file_digest(landed, "sha256").hexdigest()
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _entry(self, listed: Any) -> Entry:
        path = str(listed["name"])
        name = posixpath.basename(path)
        if self.is_web:
            # Only what lies in the folder itself is asked for, by the scheme and host the profile names.
            return Entry(unquote(name), self.root.rstrip("/") + "/" + name, listed["type"])
        kind = "link" if listed.get("islink") else listed["type"]
        return Entry("" if path.strip("/") == self.root.strip("/") else name, path, kind, listed.get("size"))


class _Within(Callback):  # type: ignore[misc]  # fsspec has no types
    """Told by fsspec how far a transfer is; breaks it off at a size."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest

    def check(self, size: int) -> None:
        if size > self.largest:
            raise ExtractError(
                f"what came is larger than {self.largest:,} bytes, the most that is taken: send the register alone"
            )

    def set_size(self, size: int | None) -> None:
        self.check(size or 0)

    def absolute_update(self, value: int) -> None:
        self.check(value)

    def relative_update(self, inc: int = 1) -> None:
        self.value += inc
        self.check(self.value)


def opened(uri: str, connection: str, connections: Connections, place: Place = SOURCE) -> Source:
    """Open the folder at ``uri`` with the connection of that name, "" for none; ``place`` is what faults call it.

    Raises:
        SourceError: the connection is not known or does not fit, or the source refuses it.
        SourceUnreachable: the source cannot be asked just now.
    """
    address = checked(uri)
    if address.scheme in LOCAL:
        if connection:
            raise SourceError(f"the connection {connection} is for a place elsewhere: take it out, or give uri a host")
        return Source(LocalFileSystem(), address.path, address.scheme)
    found = Connection("") if not connection else told(partial(connections, connection), place)
    if found is None:
        raise SourceError(f"there is no connection {connection}: set RECONCILE_CONN_{connection.upper()}, or add it")
    fitting = KINDS.get(address.scheme, (found.kind,))
    if found.kind not in ("", "generic", *fitting):
        raise found.complaint(f"is of another kind than uri: make it {fitting[0]}")
    return told(partial(_source, address, found), place)


def _source(address: Address, connection: Connection) -> Source:
    if address.scheme == "sftp":
        if not connection.name:
            raise SourceError("an SFTP source needs a connection: name it in the profile")
        if address.host and connection.host and address.host.casefold() != connection.host.casefold():
            raise connection.complaint("is for another host than uri: give the host in one of them")
        host, port = address.host or connection.host, address.port or connection.port
        return Source(sftp.filesystem(host, port, connection), address.path or "/", address.scheme)
    if address.scheme == "s3":
        return Source(s3.filesystem(connection), f"{address.host}{address.path}".rstrip("/"), address.scheme)
    if address.scheme in KINDS["https"]:
        return Source(https.filesystem(connection), address.text.rstrip("/") + "/", address.scheme)
    if lacking := _lacking(address.scheme):
        raise SourceError(lacking)
    filesystem, root = fsspec.core.url_to_fs(address.text, **connection.extra)
    return Source(filesystem, root, address.scheme)


def _lacking(scheme: str) -> str:
    """Why no source of ``scheme`` can be opened here, "" where one can."""
    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError:
        # The library's own list says what to install; its error may hold more than that.
        needs = str(known_implementations.get(scheme, {}).get("err", ""))
        return f"uri is of {scheme}, and what opens it is not installed: install it, or use sftp, s3 or https ({needs})"
    except ValueError:
        return f"uri is of {scheme}, which is no kind of source: write sftp, s3, https or a path"
    return ""


def persistently(ask: Callable[[], T]) -> T:
    """The answer to ``ask``, asked again after a while for as often as the limits say while a fault may heal.

    Raises:
        SourceUnreachable: it did not heal.
    """
    for attempt in range(limits().attempts - 1):
        with suppress(SourceUnreachable):
            return ask()
        sleep(limits().wait_seconds * 2**attempt)
    return ask()
