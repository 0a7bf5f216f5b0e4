"""A force's extract pulled from a real S3 service on loopback."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from reconcile.forces import Source
from reconcile.intake.pull import landed_file, pull
from reconcile.sources import Connection, SourceUnreachable
from tests.sources.conftest import finding, tell
from tests.unit.dialect import KENT, csv_bytes, send, settings

pytestmark = pytest.mark.slow

CONTENT = csv_bytes({"Ref": "K1"}, {"Ref": "K2"}) + b"\r\n" * 400_000


def connection(endpoint: str, **changes: Any) -> Connection:
    extra = {"endpoint_url": endpoint, "region_name": "eu-west-2"}
    return Connection("drop", **({"kind": "aws", "login": "key-id", "password": "secret", "extra": extra} | changes))


def pulled(tmp_path: Path, given: Connection, uri: str = "s3://forces/kent") -> Any:
    chosen = settings(tmp_path, connections=finding(given))
    return chosen, pull(chosen, replace(KENT, source=Source("register_*.csv", uri, "drop")))


@pytest.fixture
def bucket(s3: str, tmp_path: Path) -> Any:
    keys = {"aws_access_key_id": "key-id", "aws_secret_access_key": "secret", "region_name": "eu-west-2"}
    client = boto3.client("s3", endpoint_url=s3, **keys)
    client.create_bucket(Bucket="forces", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    sent = send(tmp_path / "sent", CONTENT, 2)
    for path in sent.parent.iterdir():
        client.upload_file(str(path), "forces", f"kent/{path.name}")
    client.put_object(Bucket="forces", Key="kent/", Body=b"")
    client.put_object(Bucket="forces", Key="kent/old/register_2017.csv", Body=b"")
    return client


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("uri", ["s3://forces/kent", "s3://forces/kent/"])
def test_an_object_and_its_manifest_are_landed_unchanged(tmp_path: Path, s3: str, uri: str) -> None:
    chosen, receipt = pulled(tmp_path, connection(s3), uri)
    assert (receipt.state, receipt.rows_in) == ("RECEIVED", 2)
    assert landed_file(chosen, receipt).read_bytes() == CONTENT


@pytest.mark.usefixtures("bucket")
def test_an_empty_prefix_and_a_bucket_nobody_made(tmp_path: Path, s3: str) -> None:
    for uri in ("s3://forces/essex", "s3://nowhere/kent"):
        receipt = pulled(tmp_path, connection(s3), uri)[1]
        assert (receipt.state, receipt.reasons[0][0]) == ("NOT_RECEIVED", "source_folder")


@pytest.mark.usefixtures("bucket")
def test_refused_keys_and_no_keys_fail_at_once(tmp_path: Path, s3: str, at_once: list[float]) -> None:
    tell(f"{s3}/moto-api/reset-auth", b"0")  # from now on, no key is known
    for given in (connection(s3), connection(s3, login="", password="")):
        receipt = pulled(tmp_path, given)[1]
        assert receipt.state == "NOT_RECEIVED"
        assert "refuses these credentials" in receipt.reasons[0][2]
        assert "secret" not in str(receipt)
    assert not at_once


def test_a_service_that_is_away_is_tried_again(tmp_path: Path, at_once: list[float]) -> None:
    with pytest.raises(SourceUnreachable):
        pulled(tmp_path, connection("http://127.0.0.1:1"))
    assert len(at_once) == 2


def test_a_connection_says_only_what_is_understood(tmp_path: Path, s3: str) -> None:
    receipt = pulled(tmp_path, connection(s3, extra={"role_arn": "arn:aws:iam::1:role/x"}))[1]
    assert "role_arn that is not known" in receipt.reasons[0][2]
    receipt = pulled(tmp_path, connection("http://example.org"))[1]
    assert "anybody on the way can read" in receipt.reasons[0][2]
