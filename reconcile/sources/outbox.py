"""Where files for a force are put: a folder, SFTP or S3, opened as its sources are.

Decides how a file comes to lie there. Invariant: under its name a file is whole or absent, and as long as what was
given; whoever looks at the folder meanwhile sees a hidden name at most. What is wrong is told as of a source.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from reconcile.errors import SourceError
from reconcile.sources.connection import Connections
from reconcile.sources.faults import OUTBOX, SourceUnreachable, told
from reconcile.sources.source import LOCAL, opened
from reconcile.workspace import write_bytes


@dataclass(frozen=True)
class Outbox:
    """A folder of a filesystem, as fsspec has it."""

    filesystem: Any
    root: str
    scheme: str

    def put(self, name: str, content: bytes) -> None:
        """Put a file there, in the place of one of the same name.

        Raises:
            SourceError: somebody has to mend the outbox.
            SourceUnreachable: it may be when tried again.
        """
        try:
            size = told(partial(self._put, name, content), OUTBOX)
        except FileNotFoundError:
            lacking = "bucket" if self.scheme == "s3" else "folder"
            raise SourceError(
                f"the outbox's {lacking} is not there: check outbox in the profile, or ask the force to make it"
            ) from None
        if size != len(content):
            raise SourceUnreachable("what was put into the outbox did not arrive whole: try again")

    def _put(self, name: str, content: bytes) -> int:
        """Put it there; returns how many bytes then lie there."""
        path = f"{self.root.rstrip('/')}/{name}"
        if self.scheme in LOCAL:
            if not Path(self.root).is_dir():  # a share that is not mounted would be made up otherwise
                raise FileNotFoundError
            write_bytes(Path(path), content)
            return Path(path).stat().st_size
        if self.scheme == "s3":  # an object is there whole or not at all
            self.filesystem.pipe_file(path, content)
        else:
            self._beside(path, f"{self.root.rstrip('/')}/.{name}.part", content)
        return int(self.filesystem.info(path)["size"])

    def _beside(self, path: str, beside: str, content: bytes) -> None:
        self.filesystem.info(self.root)
        try:
            self.filesystem.pipe_file(beside, content)
            self.filesystem.mv(beside, path)
        except BaseException:
            with suppress(Exception):
                self.filesystem.rm_file(beside)
            raise


def outbox(uri: str, connection: str, connections: Connections) -> Outbox:
    """Open the outbox at ``uri`` with the connection of that name, "" for none.

    Raises:
        SourceError: the connection is not known or does not fit, or the outbox refuses it.
        SourceUnreachable: it cannot be asked just now.
    """
    found = opened(uri, connection, connections, OUTBOX)
    return Outbox(found.filesystem, found.root, found.scheme)
