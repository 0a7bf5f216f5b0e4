"""The audit log: what an entry must say, what the database refuses, what the Commissioner is given."""

import csv
import sqlite3
from pathlib import Path

import pytest

from reconcile.audit import OPERATIONS, PURPOSES, AuditLog, Entry, Head
from reconcile.audit.log import LINES
from reconcile.errors import AuditError


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    ticks = iter(range(1_500_000_000_000, 1_600_000_000_000, 1000))
    return AuditLog(f"sqlite:///{tmp_path / 'audit.sqlite'}", clock=lambda: next(ticks))


def entry(**other: object) -> Entry:
    values: dict = {
        "operation": "combination",
        "actor": "pipeline",
        "role": "service",
        "purpose": "locate_missing",
        "justification": "joined by a verified link, model 2018-03-01-abcd1234, 31.5 bits",
        "subjects": ("essex:1", "kent:2"),
        "count": 2,
    }
    return Entry(**(values | other))


def test_the_operations_and_purposes_are_those_of_the_law() -> None:
    assert OPERATIONS == ("collection", "alteration", "consultation", "disclosure", "combination", "erasure")
    assert PURPOSES == ("manage_rso", "locate_missing", "statutory_statistics")


def test_appended_lines_are_chained_and_exported(log: AuditLog) -> None:
    log.append(
        "disclosure",
        actor="coordinator-1",
        role="coordinator",
        force="kent",
        purpose="locate_missing",
        justification="monthly match report",
        subjects=["essex:1", "kent:2"],
        recipient="kent",
        count=2,
        run="2018-03",
    )
    head = log.append_many([entry(), entry(operation="consultation", subjects="status = wanted", count=7)])
    assert head == log.head()
    table = log.export()
    assert table.schema == LINES
    assert table["number"].to_pylist() == [1, 2, 3]
    assert table["previous"].to_pylist() == ["0" * 64, *table["hash"].to_pylist()[:2]]
    assert table["subjects"].to_pylist() == [["essex:1", "kent:2"], ["essex:1", "kent:2"], []]
    assert table["query"].to_pylist() == [None, None, "status = wanted"]
    assert table["at"].to_pylist()[1].timestamp() == 1_500_000_001
    assert head == Head(3, table["hash"].to_pylist()[-1])
    assert log.verify([head]).holds
    assert log.verify().lines == 3


def test_nothing_appended_leaves_the_head(log: AuditLog) -> None:
    assert log.append_many([]) == Head(0, "0" * 64)
    assert log.verify().holds


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operation": "deletion"}, "unknown operation"),
        ({"purpose": "curiosity"}, "unknown purpose"),
        ({"actor": " "}, "no actor"),
        ({"role": ""}, "no role"),
        ({"justification": ""}, "no justification"),
        ({"operation": "disclosure"}, "no recipient"),
        ({"count": -1}, "negative count"),
    ],
)
def test_an_entry_that_lacks_what_the_law_asks_for_is_refused(change: dict, message: str) -> None:
    with pytest.raises(AuditError, match=message):
        entry(**change)


def test_a_batch_is_appended_whole_or_not_at_all(log: AuditLog) -> None:
    def entries():
        yield entry()
        yield entry(operation="nothing")

    with pytest.raises(AuditError):
        log.append_many(entries())
    assert log.head().number == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE number = 1",
        "DELETE FROM audit WHERE number = 2",
        "REPLACE INTO audit SELECT * FROM audit WHERE number = 1",
    ],
)
def test_the_database_refuses_to_change_a_line(log: AuditLog, tmp_path: Path, statement: str) -> None:
    log.append_many([entry(), entry()])
    connection = sqlite3.connect(tmp_path / "audit.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert log.verify().holds


def test_a_line_changed_behind_the_refusals_is_named(log: AuditLog, tmp_path: Path) -> None:
    head = log.append_many(entry(run=f"2018-{n}") for n in range(5))
    with sqlite3.connect(tmp_path / "audit.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_refuses_update")
        connection.execute("UPDATE audit SET recipient = 'press' WHERE number = 3")
    connection.close()
    found = log.verify([head])
    assert (found.holds, found.lines, found.broken, found.reason) == (False, 2, 3, "line 3 was changed")


def test_newest_lines_cut_off_show_against_a_kept_head(log: AuditLog, tmp_path: Path) -> None:
    head = log.append_many(entry() for _ in range(3))
    with sqlite3.connect(tmp_path / "audit.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_refuses_delete")
        connection.execute("DELETE FROM audit WHERE number = 3")
    connection.close()
    assert log.verify().holds
    assert log.verify([head]).broken == 3


def test_subjects_of_an_operation(log: AuditLog) -> None:
    log.append_many(
        [entry(), entry(), entry(subjects="status = wanted"), entry(operation="erasure", subjects=("a:1",))]
    )
    assert log.subjects("combination") == {("essex:1", "kent:2")}
    assert log.subjects("erasure") == {("a:1",)}
    assert log.subjects("disclosure") == frozenset()


def test_thousands_at_once(log: AuditLog) -> None:
    log.append_many(entry(subjects=(f"essex:{n}", f"kent:{n}")) for n in range(10_000))
    assert log.verify().lines == 10_000


def test_export_csv_has_every_line(log: AuditLog, tmp_path: Path) -> None:
    log.append_many([entry(), entry(operation="consultation", subjects="status = wanted")])
    assert log.export_csv(tmp_path / "out" / "audit.csv") == 2
    with (tmp_path / "out" / "audit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["subjects"] for row in rows] == ["essex:1 kent:2", ""]
    assert rows[1]["query"] == "status = wanted"
    assert rows[0]["at"].startswith("2017-07-14 02:40:00")
