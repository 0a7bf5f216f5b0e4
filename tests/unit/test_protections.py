"""The log of protected records: appended to, never changed."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from reconcile.errors import DecisionError
from reconcile.review.protections import ProtectionLog


def log(folder: Path) -> ProtectionLog:
    return ProtectionLog(f"sqlite:///{folder / 'decisions.sqlite'}", clock=lambda: 1_000)


def test_a_record_is_protected_until_that_is_lifted(tmp_path: Path) -> None:
    protections = log(tmp_path)
    protections.protect("kent:1", "Ada", "witness")
    protections.protect("essex:1", "Ada", "new identity")
    assert protections.state()["record_id"].to_pylist() == ["essex:1", "kent:1"]
    protections.lift("kent:1", "Bea", "trial over")
    assert protections.state()["record_id"].to_pylist() == ["essex:1"]
    protections.protect("kent:1", "Bea", "appeal")
    assert protections.state()["reason"].to_pylist() == ["new identity", "appeal"]
    assert protections.lines()["act"].to_pylist() == ["protect", "protect", "lift", "protect"]
    assert protections.length() == 4


@pytest.mark.parametrize(
    ("act", "by", "reason", "said"),
    [
        ("protect", "Ada", "again", "protected already"),
        ("lift", " ", "why", "nobody is named"),
        ("lift", "Ada", " ", "no reason"),
    ],
)
def test_what_is_refused(tmp_path: Path, act: str, by: str, reason: str, said: str) -> None:
    protections = log(tmp_path)
    protections.protect("kent:1", "Ada", "witness")
    with pytest.raises(DecisionError, match=said):
        getattr(protections, act)("kent:1", by, reason)
    with pytest.raises(DecisionError, match="nothing to lift"):
        protections.lift("kent:2", "Ada", "never was")
    assert protections.length() == 1


def test_the_database_refuses_to_change_a_line(tmp_path: Path) -> None:
    log(tmp_path).protect("kent:1", "Ada", "witness")
    engine = create_engine(f"sqlite:///{tmp_path / 'decisions.sqlite'}")
    for change in ("DELETE FROM protections", "UPDATE protections SET act = 'lift'"):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(change))
