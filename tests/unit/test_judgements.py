"""The judgement log: what is no judgement, whose it is to take back, and that a line is never changed."""

from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from reconcile.errors import DecisionError
from reconcile.review.judgements import ANSWERS, LINES, Judgement, JudgementLog, reasons


@pytest.fixture
def log(tmp_path: Path) -> JudgementLog:
    return JudgementLog(f"sqlite:///{tmp_path / 'log.sqlite'}", clock=lambda: 1_600_000_000_000)


def judgement(reviewer: str = "ann", **more: object) -> Judgement:
    given = {"item": "link:a~b", "judgement": "same", "reason_code": "identifier", "evidence_hash": "h", **more}
    return Judgement(reviewer=reviewer, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"judgement": "perhaps"}, "unknown"),
        ({"judgement": "undo"}, "unknown"),
        ({"reason_code": "birth_date"}, "no such reason for same"),
        ({"reason_code": "other"}, "say it in the note"),
        ({"reason_code": "other", "note": " "}, "say it in the note"),
        ({"reviewer": " "}, "no reviewer"),
        ({"evidence_hash": ""}, "of no evidence"),
        ({"judgement": "assign", "reason_code": "evidence"}, "which records"),
        ({"assignment": (("a",),)}, "which records"),
    ],
)
def test_what_is_no_judgement_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        judgement(**wrong)


def test_every_answer_has_reasons_and_one_to_be_said_in_a_note() -> None:
    assert set(reasons()) == set(ANSWERS)
    assert all("other" in codes for codes in reasons().values())


def test_a_line_holds_what_was_given(log: JudgementLog) -> None:
    groups = (("b", "a"), ("c",))
    log.record(
        [
            judgement(left="a", right="b", note=" seen ", judges=2, rule="twins", blind=False, waterfall_seen=True),
            judgement(
                judgement="assign", reason_code="evidence", assignment=groups, seconds=12.5, audit_frame="verified"
            ),
        ]
    )
    lines = log.lines()
    assert lines.schema == LINES
    first, second = lines.to_pylist()
    assert (first["left"], first["right"], first["note"], first["judges"], first["rule"]) == (
        "a",
        "b",
        "seen",
        2,
        "twins",
    )
    assert (first["blind"], first["waterfall_seen"], first["seconds"]) == (False, True, None)
    assert (second["assignment"], second["seconds"], second["audit_frame"]) == ('[["a","b"],["c"]]', 12.5, "verified")


def test_nobody_takes_back_anothers_judgement_without_being_told(log: JudgementLog) -> None:
    (number,) = log.record([judgement("ann")])
    with pytest.raises(DecisionError, match="judgement 1 is ann's, not yours"):
        log.undo(number, "bob", "mistaken")
    assert [each.number for each in log.alive("link:a~b")] == [number]
    log.undo(number, "bob", "ann is on leave", of_another=True)
    assert not log.alive("link:a~b")
    line = log.lines().to_pylist()[-1]
    assert (line["judgement"], line["undoes"], line["reviewer"], line["note"]) == ("undo", 1, "bob", "ann is on leave")


def test_an_undo_needs_a_judgement_that_stands_and_a_reason(log: JudgementLog) -> None:
    (number,) = log.record([judgement("ann")])
    with pytest.raises(DecisionError, match="no reason"):
        log.undo(number, "ann", " ")
    log.undo(number, "ann", "mistaken")
    for again in (number, number + 1, 99):  # undone, an undo, no line
        with pytest.raises(DecisionError, match="nothing to undo"):
            log.undo(again, "ann", "mistaken")


def test_the_database_refuses_to_change_a_line(log: JudgementLog, tmp_path: Path) -> None:
    log.record([judgement()])
    before = log.lines()
    engine = create_engine(f"sqlite:///{tmp_path / 'log.sqlite'}")
    for statement in ("UPDATE judgements SET reviewer = 'x'", "DELETE FROM judgements"):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert isinstance(before, pa.Table)
    assert log.lines().equals(before)
