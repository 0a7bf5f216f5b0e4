"""A force's extract pulled from a real web server: by an index of links, or by its name alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile.forces import Source
from reconcile.intake import name_as_sent
from reconcile.intake.pull import NO_MANIFEST, landed_file, pull
from reconcile.sources import Connection, SourceUnreachable
from tests.sources.conftest import LOGIN, PASSWORD, Web, finding
from tests.unit.dialect import KENT, csv_bytes, send, settings

pytestmark = pytest.mark.slow

CONTENT = csv_bytes({"Ref": "K1"}, {"Ref": "K2"})
INDEXED, NAMED = "register_*.csv", "register 2018.csv"


def pulled(tmp_path: Path, web: Web, pattern: str = INDEXED, **changes: Any) -> Any:
    given = Connection("portal", **({"kind": "http", "login": LOGIN, "password": PASSWORD} | changes))
    chosen = settings(tmp_path, connections=finding(given))
    return chosen, pull(chosen, replace(KENT, source=Source(pattern, f"{web.address}/outbox", "portal")))


@pytest.mark.parametrize(("pattern", "name"), [(INDEXED, "register_2018.csv"), (NAMED, NAMED)])
def test_an_extract_is_found_in_the_index_or_by_its_name(
    tmp_path: Path, drop: Path, web: Web, pattern: str, name: str
) -> None:
    send(drop / "outbox", CONTENT, 2, name=name)
    chosen, receipt = pulled(tmp_path, web, pattern)
    assert (receipt.state, receipt.accepted, name_as_sent(chosen, receipt)) == ("RECEIVED", 2, name)
    assert landed_file(chosen, receipt).read_bytes() == CONTENT
    assert ("/outbox/" in web.asked) == (pattern == INDEXED), "a name needs no index"


def test_the_certificate_is_checked(tmp_path: Path, drop: Path, secure_web: Web, at_once: list[float]) -> None:
    send(drop / "outbox", CONTENT, 2)
    assert pulled(tmp_path, secure_web, extra={"ca_file": str(tmp_path / "ca.pem")})[1].accepted == 2
    secure_web.asked.clear()
    receipt = pulled(tmp_path, secure_web)[1]
    assert receipt.state == "NOT_RECEIVED"
    assert "certificate cannot be trusted" in receipt.reasons[0][2]
    assert (secure_web.asked, at_once) == ([], [])


@pytest.mark.parametrize("pattern", [INDEXED, "register_2018.csv"])
def test_nothing_or_a_nil_return_or_both(tmp_path: Path, drop: Path, web: Web, pattern: str) -> None:
    assert pulled(tmp_path, web, pattern)[1].state == "NOT_RECEIVED"
    send(drop / "outbox", b"", 0, name="nil", nil=True).unlink()
    assert pulled(tmp_path, web, pattern)[1].state == "NIL"
    sent = send(drop / "outbox", CONTENT, 2)
    assert "take one away" in pulled(tmp_path, web, pattern)[1].reasons[0][2]
    (drop / "outbox" / "nil.manifest.json").unlink()
    sent.with_name(sent.name + ".manifest.json").unlink()
    receipt = pulled(tmp_path, web, pattern)[1]
    assert (receipt.state, receipt.reasons[0][2]) == (
        "REJECTED",
        NO_MANIFEST,
    )


@pytest.mark.parametrize("pattern", [INDEXED, "register_2018.csv"])
def test_a_refusal_is_asked_for_too_and_what_contradicts_it_leaves_no_bytes(
    tmp_path: Path, drop: Path, web: Web, pattern: str
) -> None:
    send(drop / "outbox", b"", 0, name="refused", refused="the system is being replaced").unlink()
    chosen, receipt = pulled(tmp_path, web, pattern)
    assert (receipt.state, receipt.why[0][2]) == ("REFUSED", "the system is being replaced")
    landed = chosen.workspace.landed(chosen.cycle, "kent")
    before = sorted(path.name for path in landed.iterdir())
    send(drop / "outbox", CONTENT, 2)
    assert "take one away" in pulled(tmp_path, web, pattern)[1].reasons[0][2]
    assert sorted(path.name for path in landed.iterdir()) == before


@pytest.mark.parametrize("pattern", [INDEXED, "register_2018.csv"])
@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "refuses these credentials"), (302, "points to another address"), (400, "does not know what it is asked")],
)
def test_what_cannot_heal_fails_at_once(
    tmp_path: Path, drop: Path, web: Web, at_once: list[float], pattern: str, status: int, said: str
) -> None:
    send(drop / "outbox", CONTENT, 2)
    web.answers.append(status)
    receipt = pulled(tmp_path, web, pattern)[1]
    assert receipt.state == "NOT_RECEIVED"
    assert said in receipt.reasons[0][2]
    assert (len(web.asked), at_once) == (1, [])


@pytest.mark.parametrize("pattern", [INDEXED, "register_2018.csv"])
def test_a_server_in_trouble_is_asked_again(
    tmp_path: Path, drop: Path, web: Web, at_once: list[float], pattern: str
) -> None:
    send(drop / "outbox", CONTENT, 2)
    web.answers.extend([503, 200, 502])
    assert pulled(tmp_path, web, pattern)[1].accepted == 2
    assert len(at_once) == 2
    web.answers.extend([500, 429, 408])
    with pytest.raises(SourceUnreachable) as error:
        pulled(tmp_path, web, pattern)
    assert (error.value.__cause__, error.value.__context__) == (None, None)
    assert PASSWORD not in str(error.value)


def test_a_file_without_a_length_is_broken_off_at_the_limit(
    tmp_path: Path, drop: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcile.sources import limits

    small = replace(limits.limits(), largest_extract_bytes=10)
    monkeypatch.setattr("reconcile.intake.pull.limits", lambda: small)
    send(drop / "outbox", CONTENT, 2)
    receipt = pulled(tmp_path, web)[1]
    assert (receipt.state, receipt.sha256) == ("REJECTED", "")
    assert "larger than 10 bytes" in receipt.reasons[0][2]
