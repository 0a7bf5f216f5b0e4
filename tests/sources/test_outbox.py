"""Reports put into outboxes on real servers: whole under their name or absent, nothing said of the connection."""

import logging
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from reconcile.reports.compiled import CompiledLog
from reconcile.reports.deliveries import DeliveryLog
from reconcile.reports.delivery import Receipt, deliver_reports
from reconcile.reports.sealing import opened
from reconcile.settings import Settings
from reconcile.sources import Connection, SourceUnreachable
from reconcile.sources.outbox import outbox
from tests.desks import RELEASE, desk, document, office, released
from tests.sources.conftest import LOGIN, PASSWORD, Sftp, finding

STEM = f"OFFICIAL-SENSITIVE_2018-03_kent_match-report-{RELEASE}"
SECRETS = (LOGIN, PASSWORD, "127.0.0.1:", "AAAA")


def reported(tmp_path: Path, uri: str, connection: Connection) -> tuple[Settings, str]:
    """A workspace with the report of one force, whose outbox is ``uri``, and its secret key."""
    settings, secrets = office(tmp_path / "workspace", "kent")
    desk(settings, "kent", secrets["kent"], outbox=uri, connection=connection.name)
    released(settings)
    made = document("kent", "what it is told")
    folder = settings.workspace.reports / RELEASE / "kent"
    folder.mkdir(parents=True)
    for name, content in made.files:
        (folder / name).write_bytes(content)
    CompiledLog(settings.database_url).record([made])
    return replace(settings, connections=finding(connection)), secrets["kent"]


def delivered(settings: Settings, **options: Any) -> Receipt:
    (receipt,) = deliver_reports(settings, ["kent"], **options)
    return receipt


@pytest.mark.parametrize("uri", ["sftp://127.0.0.1/outbox", "sftp:///outbox", "sftp:///outbox/"])
def test_a_report_lies_in_the_folder_of_an_sftp_server_and_nothing_else(
    tmp_path: Path, drop: Path, sftp: Sftp, uri: str
) -> None:
    settings, secret = reported(tmp_path, uri, sftp.connection())
    assert delivered(settings).state == "delivered"
    assert sorted(path.name for path in (drop / "outbox").iterdir()) == [f"{STEM}.age", f"{STEM}.notice.txt"]
    assert opened((drop / "outbox" / f"{STEM}.age").read_bytes(), [secret])[0]["force"] == "kent"
    assert delivered(settings).state == "already"


def test_a_second_delivery_takes_the_place_of_the_first(tmp_path: Path, drop: Path, sftp: Sftp) -> None:
    settings, secret = reported(tmp_path, "sftp:///outbox", sftp.connection())
    delivered(settings)
    first = (drop / "outbox" / f"{STEM}.age").read_bytes()
    assert delivered(settings, again=True).state == "delivered"
    second = (drop / "outbox" / f"{STEM}.age").read_bytes()
    assert second != first
    assert opened(second, [secret])[1] == opened(first, [secret])[1]
    assert len(list((drop / "outbox").iterdir())) == 2


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, drop: Path, sftp: Sftp, at_once: list[float]) -> None:
    settings, _ = reported(tmp_path, "sftp:///in/kent", sftp.connection())
    receipt = delivered(settings)
    assert (receipt.state, receipt.heals) == ("failed", False)
    assert receipt.reason.startswith("the outbox's folder is not there: check outbox in the profile")
    assert not (drop / "in").exists()
    assert not at_once


def test_a_server_that_lets_nobody_write_is_told_as_the_outboxs_fault(
    tmp_path: Path, drop: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise PermissionError(13, "not here")

    monkeypatch.setattr(asyncssh.SFTPServer, "open", refuse)
    settings, _ = reported(tmp_path, "sftp:///outbox", sftp.connection())
    receipt = delivered(settings)
    assert (receipt.state, receipt.heals) == ("failed", False)
    assert receipt.reason.startswith("the outbox refuses these credentials, or they give no right to write")
    assert not list((drop / "outbox").iterdir())


def test_a_file_that_could_not_be_given_its_name_is_taken_away(
    tmp_path: Path, drop: Path, sftp: Sftp, monkeypatch: pytest.MonkeyPatch, at_once: list[float]
) -> None:
    def refuse(*_given: Any) -> None:
        raise OSError(5, "not just now")

    monkeypatch.setattr(asyncssh.SFTPServer, "posix_rename", refuse)
    settings, _ = reported(tmp_path, "sftp:///outbox", sftp.connection())
    assert delivered(settings).state == "failed"
    assert not list((drop / "outbox").iterdir())


def test_refused_credentials_and_another_host_key_fail_at_once(
    tmp_path: Path, drop: Path, sftp: Sftp, at_once: list[float]
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for place, (said, connection) in enumerate(
        [
            ("the outbox refuses these credentials", sftp.connection(password="wrong")),
            ("the outbox's host key is not the one known for it", sftp.connection(extra={"host_key": other})),
        ]
    ):
        settings, _ = reported(tmp_path / str(place), "sftp:///outbox", connection)
        receipt = delivered(settings)
        assert (receipt.state, receipt.heals) == ("failed", False)
        assert receipt.reason.startswith(said)
    assert not list((drop / "outbox").iterdir())
    assert not at_once


def test_what_may_heal_is_tried_three_times_and_delivered_the_next_time(
    tmp_path: Path, drop: Path, sftp: Sftp, at_once: list[float]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings, _ = reported(tmp_path, "sftp:///outbox", sftp.connection(port=taken.getsockname()[1]))
        receipt = delivered(settings)
    assert (receipt.state, receipt.heals) == ("failed", True)
    assert receipt.reason.startswith("the outbox could not be reached")
    assert at_once == [3, 6]
    healed = replace(settings, connections=finding(sftp.connection()))
    assert delivered(healed).state == "delivered"


def test_nothing_of_a_connection_is_said_or_kept(
    tmp_path: Path, drop: Path, sftp: Sftp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings, _ = reported(tmp_path, "sftp:///outbox", sftp.connection())
    delivered(settings)
    failing = replace(settings, connections=finding(sftp.connection(password="Wr0ng-and-3")))
    receipt = delivered(failing, again=True)
    lines = str(DeliveryLog(settings.database_url).lines().to_pylist())
    kept = b"".join(path.read_bytes() for path in settings.workspace.root.rglob("*") if path.is_file())
    for secret in (*SECRETS, "Wr0ng-and-3"):
        assert secret not in caplog.text + receipt.reason + lines
        assert secret.encode() not in kept


def aws(address: str) -> Connection:
    return Connection("force_kent", "aws", login="key", password="secret", extra={"endpoint_url": address})


@pytest.mark.slow
def test_a_report_lies_in_a_bucket(tmp_path: Path, s3: str) -> None:
    import s3fs

    held = s3fs.S3FileSystem(key="key", secret="secret", endpoint_url=s3, skip_instance_cache=True)
    held.mkdir("forces")
    settings, secret = reported(tmp_path, "s3://forces/kent", aws(s3))
    assert delivered(settings).state == "delivered"
    assert sorted(held.ls("forces/kent", detail=False)) == [
        f"forces/kent/{STEM}.age",
        f"forces/kent/{STEM}.notice.txt",
    ]
    assert opened(held.cat_file(f"forces/kent/{STEM}.age"), [secret])[0]["force"] == "kent"
    assert delivered(settings, again=True).state == "delivered"


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_not_made(tmp_path: Path, s3: str) -> None:
    settings, _ = reported(tmp_path, "s3://nowhere/kent", aws(s3))
    receipt = delivered(settings)
    assert (receipt.state, receipt.heals) == ("failed", False)
    assert receipt.reason.startswith("the outbox's bucket is not there")


def test_what_arrives_short_is_not_taken_for_delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.sources.outbox.write_bytes", lambda path, content: path.write_bytes(content[:-1]))
    with pytest.raises(SourceUnreachable, match="did not arrive whole"):
        outbox(str(tmp_path), "", finding(Connection("none"))).put("a.age", b"whole")
