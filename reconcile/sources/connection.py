"""A connection: who signs in to a source, kept out of profiles and found by name when it is needed.

Decides how a connection is written: as Airflow writes its own, a URI or JSON. Invariant: a ``Connection`` shows its
name and nothing else, whoever prints it.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from reconcile.errors import SourceError

VARIABLE: Final = "RECONCILE_CONN_"
"""Before the connection's name in capitals, in the name of the variable that holds it."""


@dataclass(frozen=True)
class Connection:
    """Credentials of one source, with the fields of an Airflow connection of the same kind.

    ``kind`` is "sftp", "aws", "http" or what else Airflow calls it, "" where it was not said; ``port`` is None for the
    usual one.
    """

    name: str
    kind: str = field(default="", repr=False)
    host: str = field(default="", repr=False)
    port: int | None = field(default=None, repr=False)
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def complaint(self, what: str) -> SourceError:
        return SourceError(f"the connection {self.name} {what}")

    def text(self, key: str) -> str:
        """The text under ``key`` of the extra, "" where there is none.

        Raises:
            SourceError: something else than a text stands there.
        """
        value = self.extra.get(key) or ""
        if not isinstance(value, str):
            raise self.complaint(f"has an extra {key} that is no text: write it in quotes")
        return value


Connections = Callable[[str], Connection | None]
"""Finds a connection by its name; None where there is none."""


def from_environment(name: str) -> Connection | None:
    """The connection that the variable ``RECONCILE_CONN_<NAME>`` holds.

    Raises:
        SourceError: the variable holds neither a URI nor JSON of a connection.
    """
    text = os.environ.get(VARIABLE + name.upper(), "").strip()
    return parse(name, text) if text else None


def parse(name: str, text: str) -> Connection:
    """Read a connection as Airflow's own variables write it.

    Args:
        text: ``sftp://login:password@host:22/?host_key=…``, each part percent-encoded, or JSON with ``conn_type``,
            ``host``, ``port``, ``login``, ``password`` and ``extra``.

    Raises:
        SourceError: it is neither.
    """
    found = _json(name, text) if text.startswith("{") else _uri(name, text)
    if found is None:
        # Said once the error is done with: the parser's own words quote what it read.
        raise SourceError(f"the connection {name} is neither a URI nor JSON of one: write it as Airflow does")
    return found


def _json(name: str, text: str) -> Connection | None:
    try:
        entry = json.loads(text)
        port = int(entry["port"]) if entry.get("port") else None
        kind, host, login, password = (str(entry.get(key) or "") for key in ("conn_type", "host", "login", "password"))
        return Connection(name, kind, host, port, login, password, extra_of(name, entry.get("extra")))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _uri(name: str, text: str) -> Connection | None:
    try:
        kind, mark, _rest = text.partition("://")
        parts = urlsplit(text)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        login, password = (unquote(each or "") for each in (parts.username, parts.password))
        extra = extra_of(name, query["__extra__"]) if "__extra__" in query else query
        found = Connection(name, kind, unquote(parts.hostname or ""), parts.port, login, password, extra)
    except (ValueError, TypeError):
        return None
    return found if mark else None


def extra_of(name: str, value: Any) -> Mapping[str, Any]:
    """The extra of the connection ``name``, as JSON or as what that says.

    Raises:
        SourceError: it is no table.
    """
    with suppress(ValueError, TypeError, RecursionError):
        found = json.loads(value) if isinstance(value, str) and value.strip() else value or {}
        if isinstance(found, Mapping):
            return found
    raise SourceError(f"the connection {name} has an extra that is no JSON object: mend it where it is kept")
