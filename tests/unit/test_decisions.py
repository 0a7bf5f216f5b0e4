"""The decision log: what it takes, what it refuses, and which judgement stands."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from reconcile import schema
from reconcile.errors import DecisionError, SettingsError
from reconcile.review.decisions import LINES, Decision, DecisionLog, from_table, read_csv


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'decisions.sqlite'}"


def decision(left: str, right: str, judgement: str = "same", **other: str | None) -> Decision:
    values: dict = {"evidence_hash": "h1", "reviewer": "reviewer-1", "reason": "same photograph"} | other
    return Decision(left, right, judgement, **values)


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    ticks = iter(range(1_500_000_000_000, 1_600_000_000_000, 1000))
    return DecisionLog(url(tmp_path), clock=lambda: next(ticks))


def test_empty_log_has_an_empty_state_of_the_schema(log: DecisionLog) -> None:
    assert log.state().schema == schema.DECISIONS
    assert log.state().num_rows == 0
    assert log.lines().schema == LINES


def test_state_normalises_sorts_and_keeps_the_latest(log: DecisionLog) -> None:
    log.record([decision("kent:2", "essex:1"), decision("avon:1", "kent:2", "cannot_tell")])
    log.record([decision("essex:1", "kent:2", "different", evidence_hash="h2")])
    state = log.state().to_pylist()
    assert [(row["left"], row["right"], row["judgement"], row["evidence_hash"]) for row in state] == [
        ("avon:1", "kent:2", "cannot_tell", "h1"),
        ("essex:1", "kent:2", "different", "h2"),
    ]
    assert log.state().schema == schema.DECISIONS
    assert state[0]["decided_at"].timestamp() == 1_500_000_000
    assert log.lines().num_rows == 3


def test_undo_restores_the_judgement_before_and_leaves_its_line(log: DecisionLog) -> None:
    log.record([decision("a:1", "b:1", "same"), decision("a:1", "b:1", "different")])
    log.undo("b:1", "a:1", "reviewer-2", "mistook the file")
    assert log.state()["judgement"].to_pylist() == ["same"]
    log.undo("a:1", "b:1", "reviewer-2", "again")
    assert log.state().num_rows == 0
    lines = log.lines()
    assert lines["judgement"].to_pylist() == ["same", "different", "undo", "undo"]
    assert lines["undoes"].to_pylist() == [None, None, 2, 1]
    with pytest.raises(DecisionError, match="nothing to undo"):
        log.undo("a:1", "b:1", "reviewer-2", "once more")
    log.record([decision("a:1", "b:1", "cannot_tell")])
    assert log.state()["judgement"].to_pylist() == ["cannot_tell"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("a:1", "a:1", "same", None, "r", "why"), "two different"),
        (("", "a:1", "same", None, "r", "why"), "two different"),
        (("a:1", "b:1", "maybe", None, "r", "why"), "judgement"),
        (("a:1", "b:1", "undo", None, "r", "why"), "judgement"),
        (("a:1", "b:1", "same", None, " ", "why"), "no reviewer"),
        (("a:1", "b:1", "same", None, "r", ""), "no reason"),
    ],
)
def test_what_is_no_decision_is_refused_in_one_line(values: tuple, message: str) -> None:
    with pytest.raises(DecisionError, match=message) as refusal:
        Decision(*values)
    assert "\n" not in str(refusal.value)
    assert "a:1" not in str(refusal.value)


def test_a_batch_is_recorded_whole_or_not_at_all(log: DecisionLog) -> None:
    def rows():
        yield decision("a:1", "b:1")
        raise DecisionError("a bad row")

    with pytest.raises(DecisionError):
        log.record(rows())
    assert log.lines().num_rows == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET judgement = 'different'",
        "DELETE FROM decisions",
        "DELETE FROM decisions WHERE number = 1",
        "INSERT OR REPLACE INTO decisions SELECT number, 'x', 'y', judgement, undoes, evidence_hash,"
        " reviewer, reason, note, decided_at FROM decisions",
    ],
)
def test_the_database_refuses_to_change_a_line(log: DecisionLog, tmp_path: Path, statement: str) -> None:
    log.record([decision("a:1", "b:1"), decision("a:1", "c:1")])
    before = log.lines()
    with sqlite3.connect(tmp_path / "decisions.sqlite") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()
    connection.close()
    assert log.lines().equals(before)


def test_thousands_at_once_keep_their_order(log: DecisionLog) -> None:
    assert log.record(decision(f"a:{n:05}", f"b:{n:05}") for n in range(20_000)) == 20_000
    assert log.lines()["number"].to_pylist() == list(range(1, 20_001))
    assert log.state()["left"].to_pylist() == [f"a:{n:05}" for n in range(20_000)]


def _write(address: str, worker: int) -> None:
    log = DecisionLog(address)
    for n in range(20):
        log.record([decision(f"a:{worker}-{n}", f"b:{worker}-{n}")])


def test_writers_in_several_processes_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    writers = [spawn.Process(target=_write, args=(url(tmp_path), n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    log = DecisionLog(url(tmp_path))
    assert log.lines()["number"].to_pylist() == list(range(1, 81))
    assert log.state().num_rows == 80


def test_read_csv(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("left,right,judgement,evidence_hash,reason,note\nkent:2,essex:1,same,h1,photograph,\n", "utf-8-sig")
    assert read_csv(path, reviewer="reviewer-1") == (
        Decision("essex:1", "kent:2", "same", "h1", "reviewer-1", "photograph"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("left,right,judgement\na:1,b:1,same\n", "lacks the columns reason"),
        ("left,right,judgement,reason,name\na:1,b:1,same,x,Smith\n", "unknown columns name"),
        ("left,right,judgement,reason,reviewer\na:1,b:1,same,x,r\na:1,b:1,no,x,r\n", "line 3: a judgement is unknown"),
        ("left,right,judgement,reason\na:1,b:1,same\n", "line 2 has more or fewer cells"),
        ("left,right,judgement,reason\na:1,b:1,same,x,y\n", "line 2 has more or fewer cells"),
        ("left,right,judgement,reason,reviewer\na:1,b:1,same,x,\n", "line 2: a decision has no reviewer"),
    ],
)
def test_read_csv_says_where_a_file_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DecisionError, match=message):
        read_csv(path)


def test_read_csv_of_no_file_and_of_no_text(tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match="no file"):
        read_csv(tmp_path / "absent.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00left")
    with pytest.raises(DecisionError, match="UTF-8"):
        read_csv(tmp_path / "bytes.csv")


def test_from_table_gives_back_what_the_state_holds(log: DecisionLog) -> None:
    decisions = (decision("a:1", "b:1"), decision("a:1", "c:1", "different"))
    log.record(decisions)
    assert from_table(log.state(), "reviewer-1") == decisions


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nonsense", "not a database URL"),
        ("nosuch://host/name", "not a database URL"),
        ("sqlite:////nosuch/folder/decisions.sqlite", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_said_in_one_line(address: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as refusal:
        DecisionLog(address)
    assert "\n" not in str(refusal.value)
