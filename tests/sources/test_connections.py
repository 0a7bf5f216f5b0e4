"""How a connection and an address are written, and what the table of faults knows."""

import errno
import importlib
import json
import socket

import pytest
from fsspec.registry import known_implementations

from reconcile.errors import SourceError
from reconcile.sources import Connection, from_environment, opened
from reconcile.sources.address import checked
from reconcile.sources.connection import parse
from reconcile.sources.faults import find, table, told

URI = "sftp://kent%40force:p%3Ass@host.example:2222/?host_key=ssh-ed25519%20AAAA"


def test_a_uri_and_json_say_the_same_as_they_do_to_airflow() -> None:
    entry = {"conn_type": "sftp", "host": "host.example", "port": 2222, "login": "kent@force", "password": "p:ss"}
    said = Connection("k", "sftp", "host.example", 2222, "kent@force", "p:ss", {"host_key": "ssh-ed25519 AAAA"})
    assert parse("k", URI) == said
    assert parse("k", json.dumps(entry | {"extra": {"host_key": "ssh-ed25519 AAAA"}})) == said
    assert parse("k", json.dumps(entry | {"extra": '{"host_key": "ssh-ed25519 AAAA"}'})) == said
    from airflow.sdk import Connection as Airflows

    theirs = Airflows.from_uri(URI, "k")
    assert (theirs.conn_type, theirs.host, theirs.port) == ("sftp", "host.example", 2222)
    assert (theirs.login, theirs.password, theirs.extra_dejson) == ("kent@force", "p:ss", said.extra)


def test_a_connection_is_found_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_CONN_FORCE_KENT", URI)
    found = from_environment("force_kent")
    assert found is not None
    assert found.login == "kent@force"
    assert repr(found) == "Connection(name='force_kent')"
    assert from_environment("force_essex") is None


@pytest.mark.parametrize(
    "text", ["secret", '{"secret"', "sftp://a:secret@h:port/", '{"port": "secret"}', '{"extra": 1}']
)
def test_a_connection_that_is_none_is_told_without_its_text(text: str) -> None:
    with pytest.raises(SourceError, match="the connection k ") as error:
        parse("k", text)
    assert "secret" not in str(error.value)
    assert error.value.__context__ is None or "secret" not in str(error.value.__context__)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("sftp://kent:pw@host/x", "holds a login"),
        ("https://host/x?sig=1", "query"),
        ("http://host/x", "https or sftp"),
        ("ftp://host/x", "https or sftp"),
        ("sftp://host:ssh/x", "no address"),
        ("ssh://host/x", "write sftp"),
        ("s3a://bucket/x", "write s3"),
        ("simplecache::sftp://host/x", "a chain of addresses"),
        ("simplecache::http://host/x", "a chain of addresses"),
        ("webhdfs://host/x", "use https or sftp"),
    ],
)
def test_an_address_holds_no_secret_and_is_encrypted(uri: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        checked(uri)
    assert checked("http://127.0.0.1:80/x").host == "127.0.0.1"


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("absent", "uri is of absent, and what opens it is not installed: install it, .* needs somelibrary"),
        ("unheard-of", "uri is of unheard-of, which is no kind of source: write sftp, s3, https or a path"),
    ],
)
def test_a_scheme_that_nothing_here_opens_is_told_in_one_line(monkeypatch, scheme: str, said: str) -> None:
    entry = {"class": "somelibrary.of.nobody.System", "err": "absent needs somelibrary"}
    monkeypatch.setitem(known_implementations, "absent", entry)
    with pytest.raises(SourceError, match=said) as error:
        opened(f"{scheme}://host.example/secret-share", "", from_environment)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.__context__ is None


def test_a_local_folder_takes_no_connection() -> None:
    with pytest.raises(SourceError, match="take it out"):
        opened("/inbox", "force_kent", from_environment)


def test_every_error_in_the_table_is_one_and_no_line_stands_in_for_another() -> None:
    names = [name for fault in table() for name in fault.errors]
    assert len(names) == len(set(names))
    for name in names:
        module, _dot, kind = name.rpartition(".")
        found = getattr(importlib.import_module(module), kind)
        assert issubclass(found, Exception)
        assert f"{found.__module__}.{found.__qualname__}" == name, "named where it is defined"
    assert [fault.sentence for fault in table() if len(fault.sentence.splitlines()) > 1] == []


@pytest.mark.parametrize(
    ("error", "heals"),
    [
        (TimeoutError(), True),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), True),
        (socket.gaierror(socket.EAI_AGAIN, "for now"), True),
        (OSError(errno.EBUSY, "slow down"), True),
        (PermissionError("no"), False),
        (OSError(errno.EINVAL, "what?"), False),
    ],
)
def test_what_heals(error: OSError, heals: bool) -> None:
    found = find(error)
    assert found is not None
    assert found.heals == heals


def test_a_full_disk_here_is_not_told_as_the_sources_fault() -> None:
    def ask() -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(OSError, match="no space left"):
        told(ask)


def test_a_bug_is_not_told_as_the_sources_fault() -> None:
    def ask() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        told(ask)
