"""The sign-off held: somebody says the compiled list is not to be published, until somebody lifts that.

Decides whether a cycle's sign-off is held. Invariant: the log is append-only; holding and lifting are lines of their
own with who said so and why, and a cycle is held while its last line says so, whoever else would sign it off.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, insert, select

from reconcile import database
from reconcile.errors import ReleaseError

HOLD: Final = "hold"
LIFT: Final = "lift"
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_LOG: Final = database.append_only(
    Table(
        "sign_off_holds",
        MetaData(),
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("cycle", Text, nullable=False, index=True),
        Column("act", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("said_at", BigInteger, nullable=False),  # milliseconds since 1970 UTC
    )
)


@dataclass(frozen=True)
class Said:
    """A line of the log; ``act`` is HOLD or LIFT."""

    act: str
    by: str
    role: str
    reason: str
    said_at: dt.datetime


class HoldLog:
    """The log of holds in the database at ``url``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, url: str, clock: Callable[[], int] = database.milliseconds) -> None:
        self._engine = database.open_log(url, _LOG)
        self._clock = clock

    def hold(self, cycle: str, *, by: str, role: str, reason: str) -> None:
        """Hold the sign-off of a cycle.

        Raises:
            ReleaseError: it is held already, nobody says so, or no reason is given.
        """
        self._say(cycle, HOLD, by, role, reason)

    def lift(self, cycle: str, *, by: str, role: str, reason: str) -> None:
        """Lift the hold of a cycle.

        Raises:
            ReleaseError: it is not held, nobody says so, or no reason is given.
        """
        self._say(cycle, LIFT, by, role, reason)

    def standing(self, cycle: str) -> Said | None:
        """The hold that stands on a cycle; None where none does."""
        lines = self.lines(cycle)
        return lines[-1] if lines and lines[-1].act == HOLD else None

    def need_none(self, cycle: str) -> None:
        """Refuse to publish a cycle whose sign-off is held.

        Raises:
            ReleaseError: it is held.
        """
        if held := self.standing(cycle):
            raise ReleaseError(
                f"the sign-off of cycle {cycle} is held by {held.by} since {held.said_at:%Y-%m-%d}: {held.reason}:"
                " lift that on the sign-off page first"
            )

    def lines(self, cycle: str) -> tuple[Said, ...]:
        """What was said of a cycle, oldest first."""
        of = select(_LOG).where(_LOG.c.cycle == cycle).order_by(_LOG.c.number)
        with self._engine.connect() as connection:
            rows = list(connection.execute(of))
        return tuple(
            Said(row.act, row.by, row.role, row.reason, dt.datetime.fromtimestamp(row.said_at / 1000, dt.UTC))
            for row in rows
        )

    def _say(self, cycle: str, act: str, by: str, role: str, reason: str) -> None:
        if not (by.strip() and role.strip() and reason.strip()):
            raise ReleaseError(
                "to hold a sign-off or lift that needs who says so, their role and a reason: give all three"
            )
        with database.writing(self._engine, _LOG) as connection:
            last = database.length(connection, _LOG)
            newest = select(_LOG.c.act).where(_LOG.c.cycle == cycle).order_by(_LOG.c.number.desc()).limit(1)
            if (connection.scalar(newest) == HOLD) == (act == HOLD):
                state = "held already" if act == HOLD else "not held"
                raise ReleaseError(f"the sign-off of cycle {cycle} is {state}: nothing was recorded")
            line: dict[str, Any] = {"number": last + 1, "cycle": cycle, "act": act, "by": by.strip()}
            line |= {"role": role, "reason": reason.strip(), "said_at": self._clock()}
            connection.execute(insert(_LOG), line)
