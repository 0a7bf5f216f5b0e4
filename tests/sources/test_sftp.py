"""A force's extract pulled from a real SFTP server: who is let in, which host is believed, what is tried again."""

import datetime as dt
import hashlib
import logging
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from reconcile.errors import SourceError
from reconcile.forces import Source
from reconcile.intake import arrivals
from reconcile.intake.pull import SOURCE_OPENED, landed_file, pull
from reconcile.sources import Connection, SourceUnreachable
from tests.sources.conftest import LOGIN, PASSWORD, Sftp, finding
from tests.unit.dialect import KENT, csv_bytes, send, settings

CONTENT = csv_bytes({"Ref": "K1"}, {"Ref": "K2"})


def pulled(tmp_path: Path, connection: Connection, uri: str = "sftp://127.0.0.1/outbox") -> Any:
    chosen = settings(tmp_path, connections=finding(connection))
    profile = replace(KENT, source=Source("register_*.csv", uri, "force_kent"))
    return chosen, pull(chosen, profile)


def refusal(receipt: Any) -> str:
    """The one sentence of a source that somebody has to mend."""
    assert receipt.state == "NOT_RECEIVED"
    [(rule, _count, sentence)] = receipt.reasons
    assert rule == SOURCE_OPENED
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("uri", ["sftp://127.0.0.1/outbox", "sftp:///outbox"])
def test_an_extract_and_its_manifest_are_landed_unchanged(tmp_path: Path, drop: Path, sftp: Sftp, uri: str) -> None:
    send(drop / "outbox", CONTENT, 2)
    chosen, receipt = pulled(tmp_path, sftp.connection(), uri)
    assert (receipt.state, receipt.accepted, str(receipt.as_of)) == ("RECEIVED", 2, "2018-03-01")
    assert receipt.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert landed_file(chosen, receipt).read_bytes() == CONTENT
    landed = sorted(path.name for path in landed_file(chosen, receipt).parent.iterdir())
    assert landed == sorted(
        [
            *(f"{receipt.sha256}{end}" for end in (".csv", ".manifest.json", ".arrival.json", ".sent_as.json")),
            "receipt.json",
        ]
    )


def test_when_it_was_written_there_and_not_when_it_was_fetched_is_when_it_came(
    tmp_path: Path, drop: Path, sftp: Sftp
) -> None:
    sent = send(drop / "outbox", CONTENT, 2)
    day = dt.datetime(2018, 3, 5, 12, tzinfo=dt.UTC)
    for path in (sent, sent.with_name(sent.name + ".manifest.json")):
        os.utime(path, (day.timestamp(), day.timestamp()))
    assert arrivals.came(*pulled(tmp_path, sftp.connection())) == day


def test_a_private_key_signs_in_without_a_password(tmp_path: Path, drop: Path, sftp: Sftp) -> None:
    send(drop / "outbox", CONTENT, 2)
    extra = {"host_key": sftp.host_key, "private_key": sftp.client_key}
    assert pulled(tmp_path, sftp.connection(password="", extra=extra))[1].state == "RECEIVED"
    (tmp_path / "id").write_text(sftp.client_key)
    extra = {"host_key": sftp.host_key, "key_file": str(tmp_path / "id")}
    assert pulled(tmp_path, sftp.connection(password="", extra=extra))[1].state == "RECEIVED"
    extra = {"host_key": sftp.host_key, "private_key": "no key"}
    said = refusal(pulled(tmp_path, sftp.connection(password="", extra=extra))[1])
    assert (
        said == "the connection force_kent has a private key that cannot be read: check it, its file and its passphrase"
    )


def test_the_known_hosts_of_a_connection_or_of_a_file(
    tmp_path: Path, drop: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(drop / "outbox", CONTENT, 2)
    line = f"[127.0.0.1]:{sftp.port} {sftp.host_key}\n"
    assert pulled(tmp_path, sftp.connection(extra={"known_hosts": line}))[1].state == "RECEIVED"
    (tmp_path / "known_hosts").write_text(line)
    extra = {"known_hosts": str(tmp_path / "known_hosts")}
    assert pulled(tmp_path, sftp.connection(extra=extra))[1].state == "RECEIVED"
    monkeypatch.setenv("RECONCILE_KNOWN_HOSTS", str(tmp_path / "known_hosts"))
    assert pulled(tmp_path, sftp.connection(extra={}))[1].state == "RECEIVED"


def test_no_host_key_no_pull(tmp_path: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    said = refusal(pulled(tmp_path, sftp.connection(extra={}))[1])
    assert said.startswith("no host key is known for the source of connection force_kent: give its extra host_key")
    said = refusal(pulled(tmp_path, sftp.connection(extra={"no_host_key_check": "true"}))[1])
    assert "take no_host_key_check out" in said
    said = refusal(pulled(tmp_path, sftp.connection(extra={"host_key": "AAAA"}))[1])
    assert "no public key" in said
    assert not sftp.signed_in


def test_another_host_key_is_refused_at_once_and_sees_no_password(
    tmp_path: Path, sftp: Sftp, at_once: list[float]
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for extra in ({"host_key": other}, {"known_hosts": f"elsewhere {sftp.host_key}"}):
        assert "host key is not the one known" in refusal(pulled(tmp_path, sftp.connection(extra=extra))[1])
    assert not sftp.signed_in
    assert not at_once


def test_refused_credentials_fail_at_once(tmp_path: Path, sftp: Sftp, at_once: list[float]) -> None:
    said = refusal(pulled(tmp_path, sftp.connection(password="wrong"))[1])
    assert "refuses these credentials" in said
    assert sftp.signed_in == [LOGIN]
    assert not at_once


def test_what_may_heal_is_tried_three_times_and_leaves_nothing(
    tmp_path: Path, sftp: Sftp, at_once: list[float]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = sftp.connection(port=taken.getsockname()[1])
        with pytest.raises(SourceUnreachable, match="could not be reached") as error:
            pulled(tmp_path, closed)
    assert at_once == [3, 6]
    assert isinstance(error.value, OSError)
    assert (error.value.__cause__, error.value.__context__) == (None, None)
    assert not (tmp_path / "cycles").exists()


def test_a_source_that_heals_between_two_attempts_is_received(
    tmp_path: Path, drop: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(drop / "outbox", CONTENT, 2)
    ports = iter([1, sftp.port])
    chosen = settings(tmp_path, connections=lambda _name: sftp.connection(port=next(ports)))
    assert pull(chosen, replace(KENT, source=Source("register_*.csv", "sftp:///outbox", "force_kent"))).accepted == 2


def test_links_folders_and_missing_folders(tmp_path: Path, drop: Path, sftp: Sftp) -> None:
    (drop / "outbox" / "register_old.csv").mkdir()
    receipt = pulled(tmp_path, sftp.connection())[1]
    assert (receipt.state, receipt.reasons[0][0]) == ("NOT_RECEIVED", "extract_named")
    send(drop, CONTENT, 2, name="elsewhere.csv")
    (drop / "outbox" / "register_2018.csv").symlink_to(drop / "elsewhere.csv")
    receipt = pulled(tmp_path, sftp.connection())[1]
    assert (receipt.state, receipt.sha256) == ("REJECTED", "")
    assert "link" in receipt.reasons[0][2]
    receipt = pulled(tmp_path, sftp.connection(), "sftp:///inbox")[1]
    assert (receipt.state, receipt.reasons[0][0]) == ("NOT_RECEIVED", "source_folder")


def test_an_extract_above_the_limit_is_rejected_before_it_fills_the_disk(
    tmp_path: Path, drop: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcile.sources import limits

    small = replace(limits.limits(), largest_extract_bytes=len(CONTENT) - 1)
    monkeypatch.setattr("reconcile.intake.pull.limits", lambda: small)
    send(drop / "outbox", CONTENT, 2)
    chosen, receipt = pulled(tmp_path, sftp.connection())
    assert receipt.state == "REJECTED"
    assert "larger than" in receipt.reasons[0][2]
    landed = chosen.workspace.landed(chosen.cycle, "kent")
    assert [path.name for path in landed.iterdir()] == ["receipt.json"]


def test_nothing_of_a_connection_is_said(
    tmp_path: Path, drop: Path, sftp: Sftp, caplog: pytest.LogCaptureFixture
) -> None:
    send(drop / "outbox", CONTENT, 2)
    caplog.set_level(logging.INFO)
    connection = sftp.connection(extra={"host_key": sftp.host_key, "private_key": sftp.client_key})
    pulled(tmp_path, connection)
    said = refusal(pulled(tmp_path, sftp.connection(password="wrong"))[1]) + caplog.text + repr(connection)
    secrets = [LOGIN, PASSWORD, "wrong", "127.0.0.1", sftp.host_key.split()[1], sftp.client_key.splitlines()[1]]
    assert not [secret for secret in secrets if secret in said]


def test_a_connection_for_another_host_or_of_another_kind_is_not_used(tmp_path: Path, sftp: Sftp) -> None:
    said = refusal(pulled(tmp_path, sftp.connection(), "sftp://localhost/outbox")[1])
    assert "for another host" in said
    assert "of another kind" in refusal(pulled(tmp_path, sftp.connection(kind="aws"))[1])
    chosen = settings(tmp_path, connections=lambda _name: None)
    said = refusal(pull(chosen, replace(KENT, source=Source("x", "sftp://127.0.0.1/", "force_kent"))))
    assert said == "there is no connection force_kent: set RECONCILE_CONN_FORCE_KENT, or add it"
    assert "needs a connection" in refusal(pull(chosen, replace(KENT, source=Source("x", "sftp://127.0.0.1/"))))
    assert not sftp.signed_in


def test_the_intake_task_fails_at_once_with_the_sentence(
    tmp_path: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcile import tasks

    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\n', "utf-8")
    remote = replace(KENT, source=Source("register_*.csv", "sftp:///outbox", "force_kent"))
    monkeypatch.setattr("reconcile.intake.force.profile_of", lambda *_given: remote)
    with pytest.raises(SourceError, match=r"^kent: the source refuses these credentials") as error:
        tasks.intake(str(tmp_path), "kent", finding(sftp.connection(password="wrong")))
    assert (error.value.__cause__, error.value.__context__) == (None, None)
