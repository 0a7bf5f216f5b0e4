"""Where a process keeps what the acts at the queue need: the database of the logs, open, and the queue in memory.

Decides which tables one transaction of an act writes. Invariant: one database, so that a judgement, its decision and
its audit lines are committed together or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine

from reconcile import database
from reconcile.audit import log as audit_log
from reconcile.review import decisions, judgements, leases, protections
from reconcile.review.in_memory import Desk
from reconcile.settings import Settings

TABLES = (judgements.LOG, decisions.LOG, audit_log.LOG, leases.TABLE)


@dataclass(frozen=True)
class Office:
    """``engine`` of the database of all logs, ``passing`` for what need not outlive a loss of power; ``desk`` of one
    workspace's cycle.

    Threads of one process wait for each other at ``turn``, in which no one is overtaken for long, as at SQLite's own
    lock they would be; other processes wait there.
    """

    engine: Engine
    passing: Engine
    desk: Desk = field(default_factory=Desk)
    turn: Lock = field(default_factory=Lock)
    counted: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """How many decisions wait to be applied, by the compiled table and the newest line it was counted from."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one writer's transaction on all logs."""
        with self.turn, database.writing(self.engine, *TABLES) as connection:
            yield connection

    @contextmanager
    def leasing(self) -> Iterator[Connection]:
        """The one writer's transaction on the leases alone."""
        with self.turn, database.writing(self.passing, leases.TABLE) as connection:
            yield connection


def office(settings: Settings) -> Office:
    """The office of a workspace's cycle; the same for every request.

    Raises:
        SettingsError: the database cannot be opened.
    """
    return _office(settings.database_url, settings.workspace.root.resolve(), settings.cycle)


@cache
def _office(url: str, _root: Path, _cycle: str) -> Office:
    engine = database.open_log(url, *TABLES, protections.LOG, stay=True)
    return Office(engine, database.open_log(url, leases.TABLE, stay=True, durable=False))
