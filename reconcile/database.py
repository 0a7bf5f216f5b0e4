"""How the database of the logs of judgements, decisions and audit is opened, read and written.

Decides the transaction a writer gets. Invariant: a committed line of a log is neither changed nor removed: the
database itself refuses UPDATE, DELETE, TRUNCATE and REPLACE, and writers take turns, so a log is numbered from 1
without a gap. The same code serves SQLite and Postgres.
"""

import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Connection,
    Engine,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from reconcile.errors import SettingsError

BUSY_MILLISECONDS = 30_000

_SQLITE_REFUSALS = (
    "CREATE TRIGGER %(table)s_refuses_update BEFORE UPDATE ON %(table)s"
    " BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
    "CREATE TRIGGER %(table)s_refuses_delete BEFORE DELETE ON %(table)s"
    " BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
    # SQLite's REPLACE removes a line without running its delete triggers.
    "CREATE TRIGGER %(table)s_refuses_replace BEFORE INSERT ON %(table)s"
    " WHEN NEW.number <= (SELECT max(number) FROM %(table)s)"
    " BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
)
_POSTGRES_REFUSALS = (
    "CREATE OR REPLACE FUNCTION %(table)s_refuses() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '%(table)s is append-only'; END $$",
    "CREATE TRIGGER %(table)s_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s"
    " FOR EACH STATEMENT EXECUTE FUNCTION %(table)s_refuses()",
)


def append_only(table: Table) -> Table:
    """Have ``table`` refuse every change to its lines from the moment it is created."""
    ddl: Any = DDL  # untyped in SQLAlchemy
    for dialect, refusals in (("sqlite", _SQLITE_REFUSALS), ("postgresql", _POSTGRES_REFUSALS)):
        for refusal in refusals:
            event.listen(table, "after_create", ddl(refusal).execute_if(dialect=dialect))
    return table


def open_log(url: str, *tables: Table, stay: bool = False, durable: bool = True) -> Engine:
    """Open the database at ``url``, creating each of ``tables`` with its refusals where it is not there yet.

    Args:
        stay: keep connections to SQLite open between uses, as a server does, whose every use would wait for the disk
            twice otherwise.
        durable: whether what is committed must outlive a loss of power.

    Raises:
        SettingsError: the URL is none, its driver is not installed, or the database cannot be reached.
    """
    try:
        address = make_url(url)
        sqlite = address.get_backend_name() == "sqlite"
        # SQLite keeps no connection open, so that its write-ahead log is folded away after each use.
        pool = {"poolclass": NullPool} if sqlite and not stay else {}
        engine = create_engine(address, hide_parameters=True, **pool)
        if sqlite:
            event.listen(engine, "connect", partial(_prepare_sqlite, durable=durable))
            event.listen(engine, "begin", _begin_sqlite)
        elif not durable:
            event.listen(engine, "begin", _begin_passing)
        with writing(engine, *tables) as connection:
            for table in tables:
                table.create(connection, checkfirst=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingsError(
            "database_url is not a database URL: write it as sqlite:///path or postgresql://…"
        ) from error
    except ModuleNotFoundError as error:
        raise SettingsError(f"the database driver {error.name} is not installed: install it with pip") from error
    except DBAPIError as error:
        shown = address.render_as_string(hide_password=True)
        raise SettingsError(f"the database {shown} cannot be opened: check its path, address and rights") from error
    return engine


def is_there(url: str) -> bool:
    """Whether the database at ``url`` can hold anything: only a file of SQLite is known to be missing."""
    address = make_url(url)
    return address.get_backend_name() != "sqlite" or (address.database is not None and Path(address.database).is_file())


@contextmanager
def writing(engine: Engine, *tables: Table) -> Iterator[Connection]:
    """Give the one writer's transaction on ``tables``: committed whole at the end, or not at all."""
    with engine.connect().execution_options(reconcile_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # An advisory lock asks for no right beyond INSERT, which is all a service account should have; taken in one
            # order, so that no two writers of several tables wait for each other.
            for key in sorted(zlib.crc32(table.name.encode()) for table in tables):
                connection.execute(select(func.pg_advisory_xact_lock(key, type_=BigInteger)))
        yield connection


def length(connection: Connection, log: Table) -> int:
    """How many lines an append-only log has, which is the number of its last."""
    return connection.scalar(select(func.max(log.c.number))) or 0


def milliseconds() -> int:
    """The time now, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry, *, durable: bool) -> None:
    connection.isolation_level = None  # the driver would begin too late to hold off other writers
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")


def _begin_sqlite(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("reconcile_writes") else "BEGIN")


def _begin_passing(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
