"""Servers on loopback that a force could have: SFTP, S3 and HTTPS, real ones, each started for the tests that ask."""

import asyncio
import http.server
import os
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from aiohttp import encode_basic_auth

from reconcile.sources import Connection
from reconcile.sources.limits import limits

LOGIN, PASSWORD = "kent-drop", "Tr0ub4dor-and-3"


@dataclass
class Sftp:
    port: int
    host_key: str
    client_key: str
    signed_in: list[str]

    def connection(self, **changes: Any) -> Connection:
        given = {"kind": "sftp", "host": "127.0.0.1", "port": self.port, "login": LOGIN, "password": PASSWORD}
        return Connection("force_kent", **(given | {"extra": {"host_key": self.host_key}} | changes))


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The folder the servers serve."""
    folder = tmp_path / "drop"
    (folder / "outbox").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Waits between attempts pass at once; gives the seconds that would have been waited."""
    waited: list[float] = []
    monkeypatch.setattr("reconcile.sources.source.sleep", waited.append)
    yield waited
    limits.cache_clear()


@pytest.fixture
def sftp(drop: Path) -> Iterator[Sftp]:
    """An SFTP server that lets one login in, by password or key, and shows it the drop folder alone."""
    host, client = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    signed_in: list[str] = []

    class Server(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            signed_in.append(username)
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (LOGIN, PASSWORD)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return username == LOGIN and key.public_data == client.public_data

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listening() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host],
            server_factory=Server,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(drop)),
        )

    server = asyncio.run_coroutine_threadsafe(listening(), loop).result(10)
    public = host.export_public_key().decode().strip()
    yield Sftp(server.get_port(), public, client.export_private_key().decode(), signed_in)
    asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _end(server: asyncssh.SSHAcceptor) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@dataclass
class Web:
    address: str
    answers: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def web(drop: Path) -> Iterator[Web]:
    """A web server of the drop folder; ``answers`` holds the statuses of the next requests, 200 once it is empty."""
    yield from _web(drop, None)


@pytest.fixture
def secure_web(drop: Path, tmp_path: Path) -> Iterator[Web]:
    """The same over TLS, with a certificate of its own authority: ``ca.pem`` in the test's folder."""
    key, certificate = _certificate()
    (tmp_path / "ca.pem").write_bytes(certificate)
    (tmp_path / "key.pem").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    yield from _web(drop, context)


def _web(drop: Path, context: ssl.SSLContext | None) -> Iterator[Web]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(drop))

        def do_GET(self) -> None:
            web.asked.append(self.path)
            status = web.answers.pop(0) if web.answers else 200
            if self.headers["Authorization"] != encode_basic_auth(LOGIN, PASSWORD):
                status = 401
            if status in (301, 302):
                self.send_response(status)
                self.send_header("Location", "/elsewhere/")
                self.end_headers()
            elif status != 200:
                self.send_error(status)
            else:
                super().do_GET()

        def log_message(self, *_said: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    web = Web(f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield web
    server.shutdown()
    server.server_close()
    thread.join(10)


def _certificate() -> tuple[bytes, bytes]:
    """A private key and a certificate of 127.0.0.1 that it signed itself."""
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, built.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an S3 service that takes any keys; the machine has none of its own."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    tell(f"http://{host}:{port}/moto-api/reset-auth", b"inf")
    tell(f"http://{host}:{port}/moto-api/reset", b"")
    server.stop()


def tell(address: str, content: bytes) -> None:
    """Post something to the S3 service's own switches."""
    urllib.request.urlopen(urllib.request.Request(address, content, {"Content-Type": "text/plain"}))


Finder = Callable[[str], Connection | None]


def finding(connection: Connection) -> Finder:
    """Connections that know this one alone."""
    return lambda name: connection if name == connection.name else None
