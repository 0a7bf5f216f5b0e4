"""HTTPS, by fsspec over aiohttp.

Decides how a request is signed and whose certificates are believed. Invariant: certificates are always checked, and no
redirect is followed, as it could lead credentials or a register anywhere.
"""

import ssl
from contextlib import suppress
from typing import Any

from reconcile.sources.connection import Connection
from reconcile.sources.limits import limits


class Redirected(Exception):  # noqa: N818 - it is caught and told as the source's fault
    """The server wants another address to be asked."""


def filesystem(connection: Connection) -> Any:
    """An fsspec filesystem; nothing is asked of the server yet.

    Raises:
        SourceError: headers are no texts, or a certificate cannot be read.
    """
    import aiohttp  # noqa: PLC0415 - most cycles read folders, and it takes a while to load
    from fsspec.implementations.http import HTTPFileSystem  # noqa: PLC0415

    headers = connection.extra.get("headers") or {}
    if not isinstance(headers, dict) or not all(isinstance(each, str) for pair in headers.items() for each in pair):
        raise connection.complaint("has extra headers that are no table of texts: write a JSON object")
    if connection.login:
        headers = {"Authorization": aiohttp.encode_basic_auth(connection.login, connection.password), **headers}
    trusted = _certificates(connection)
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse)

    async def session(**_options: Any) -> Any:
        return aiohttp.ClientSession(
            headers=headers,
            connector=aiohttp.TCPConnector(ssl=trusted),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=limits().connect_seconds, sock_read=limits().read_seconds
            ),
            trace_configs=[trace],
            trust_env=False,
        )

    return HTTPFileSystem(get_client=session, skip_instance_cache=True, use_listings_cache=False)


async def _refuse(*_of_the_request: Any) -> None:
    raise Redirected


def _certificates(connection: Connection) -> ssl.SSLContext:
    """Those of the machine, or of ``ca_file`` alone; ``cert_file`` and ``key_file`` where the server asks for one."""
    with suppress(OSError, ValueError):
        context = ssl.create_default_context(cafile=connection.text("ca_file") or None)
        if certificate := connection.text("cert_file"):
            context.load_cert_chain(certificate, connection.text("key_file") or None, password=lambda: "")
        return context
    raise connection.complaint("names a certificate that cannot be read: check ca_file, cert_file and key_file")
