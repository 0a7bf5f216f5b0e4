"""Where forces' extracts lie: folders, SFTP, S3 and HTTPS, all opened through fsspec.

Decides how a source is opened, what is asked of it and which of its faults can heal. Invariant: nothing of a
connection, neither its host nor its secrets, is in a log, a message or an exception; a host is never trusted unseen;
and an extract goes to disk as a stream, never whole through memory.
"""

from reconcile.sources.connection import Connection, Connections, from_environment
from reconcile.sources.faults import SourceUnreachable
from reconcile.sources.source import Entry, Source, opened

__all__ = ["Connection", "Connections", "Entry", "Source", "SourceUnreachable", "from_environment", "opened"]
