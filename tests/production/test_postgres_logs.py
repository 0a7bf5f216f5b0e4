"""The decision log and the audit log on Postgres: the same code, the same refusals, writers in turn."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from reconcile.audit import AuditLog, Entry
from reconcile.reports.compiled import CompiledLog
from reconcile.reports.deliveries import Attempt, DeliveryLog
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.queue_items import numbers
from tests import crowd
from tests.desks import RELEASE, document

pytestmark = [pytest.mark.slow, pytest.mark.needs("postgres")]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of a Postgres of its own, in a temporary folder and on a socket there."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3])).parent
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    # Postgres refuses to run as root.
    other = (
        [shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin") or "runuser", "-u", "postgres", "--"]
        if os.geteuid() == 0
        else []
    )
    if other:
        shutil.chown(folder, "postgres")
    data, options = folder / "data", f"-k {folder} -c listen_addresses=''"

    def run(*command: str | Path) -> None:
        subprocess.run([*other, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "reconcile")
    run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    yield f"postgresql+psycopg://reconcile@/postgres?host={folder}"
    run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


def entry() -> Entry:
    return Entry("consultation", "reviewer-1", "reviewer", "locate_missing", "queue", ("essex:1",), count=1)


def test_the_logs_work_and_refuse_changes(url: str) -> None:
    decisions, audit = DecisionLog(url), AuditLog(url)
    decisions.record(
        [Decision("kent:2", "essex:1", "same", "h1", "r", "why"), Decision("a:1", "b:1", "same", None, "r", "y")]
    )
    decisions.record([Decision("a:1", "b:1", "different", None, "r", "why")])
    decisions.undo("a:1", "b:1", "r", "mistaken")
    assert decisions.state()["judgement"].to_pylist() == ["same", "same"]
    assert decisions.state()["left"].to_pylist() == ["a:1", "essex:1"]
    head = audit.append_many([entry(), entry()])
    before = decisions.lines()
    engine = create_engine(url)
    for statement in (
        "UPDATE decisions SET judgement = 'same'",
        "DELETE FROM decisions",
        "TRUNCATE audit",
        "INSERT INTO audit SELECT * FROM audit ON CONFLICT (number) DO UPDATE SET actor = 'x'",
    ):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert decisions.lines().equals(before)
    assert audit.verify([head]).holds


def test_writers_take_turns(url: str) -> None:
    start = AuditLog(url).head().number

    def write(_writer: int) -> None:
        log = AuditLog(url)
        for _ in range(15):
            log.append_many([entry()])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    log = AuditLog(url)
    assert log.head().number == start + 60
    assert log.verify().holds


@pytest.mark.parametrize("at_once", [False, True])
def test_twenty_reviewers_lose_no_decision(
    url: str, at_once: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(numbers()["audit"], "frames", {})
    own = f"reviewers_{at_once}".lower()
    with create_engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {own}")
    made = crowd.workspace(tmp_path, 10 if at_once else 500, url.replace("/postgres?", f"/{own}?"))
    (crowd.all_at_once if at_once else crowd.work_through)(made, 20)


def test_accounts_on_postgres(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reconcile.errors import AccountError
    from reconcile.review.accounts import Accounts
    from reconcile.settings import load

    monkeypatch.setenv("RECONCILE_DATABASE_URL", url)
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    accounts = Accounts(load(tmp_path))
    accounts.add("Ann", "four plain words here", ["coordinator"], by="operator")
    with pytest.raises(AccountError, match="already"):
        accounts.add("ann", "four plain words here", ["reviewer"], by="operator")
    found = accounts.sign_in("ANN", "four plain words here")
    assert found
    accounts.end_sessions("Ann")
    accounts.disable("Ann", by="operator")
    (after,) = accounts.every()
    assert (after.round, after.disabled, accounts.any_can_sign_in()) == (found.round + 2, True, False)


def test_the_ledgers_of_reports_work_and_refuse_changes(url: str) -> None:
    compiled, deliveries = CompiledLog(url), DeliveryLog(url)
    assert compiled.record([document("kent"), document("essex")]) == 2
    assert compiled.record([document("kent")]) == 0
    assert compiled.latest(RELEASE, "kent")["kent"]["files"] == document("kent").hashes
    attempt = Attempt(
        "kent", RELEASE, "report", "k.age", "a" * 64, "b" * 64, 7, ("f" * 16,), "outbox/kent", "delivered"
    )
    deliveries.record(attempt)
    deliveries.record(replace(attempt, force="essex", state="failed", reason="no key", archive=None, sha256=None))
    assert deliveries.keys() == {"f" * 16: "kent"}
    assert deliveries.lines()["number"].to_pylist() == [1, 2]
    engine = create_engine(url)
    for table in ("compiled", "deliveries"):
        for change in (f"UPDATE {table} SET force = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql(change)
