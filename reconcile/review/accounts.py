"""The local accounts of the review pages, where they are served alone; inside Airflow its own users stand.

Decides who signs in and with which roles. Invariant: every change of an account is a line of the audit log before it is
made; a changed password, a disabled account and a sign-out end every session begun before; a name is never given anew.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from reconcile import database
from reconcile.audit import AuditLog, Entry
from reconcile.errors import AccountError
from reconcile.forces import forces
from reconcile.review import access, passwords, persons
from reconcile.review.access import OF_A_FORCE, Visitor
from reconcile.settings import Settings

TRIES: Final = 5
"""Wrong passwords in a row before an account waits."""
WAITS: Final = (30, 60, 120, 240, 480, 900)
"""Seconds an account then waits after each further one; the last for ever after."""
BESIDE: Final = "protected"
"""The role that is held beside another only."""

_ACCOUNTS: Final = Table(
    "accounts",
    MetaData(),
    Column("key", Text, primary_key=True),  # the name in small letters, so that no two differ by capitals alone
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id, with its salt and settings
    Column("roles", Text, nullable=False),  # in the order of access.toml, joined with a comma
    Column("force", Text, nullable=False),  # a slug, "" for none
    Column("disabled", Boolean, nullable=False),
    Column("round", Integer, nullable=False),  # a session of an earlier round is over
    Column("wrong", Integer, nullable=False),  # wrong passwords since the last right one
    Column("wrong_at", BigInteger),  # milliseconds since 1970 UTC, as the two below
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger),  # the last sign-in
)


@dataclass(frozen=True)
class Account:
    """An account without its password; times are milliseconds since 1970 UTC, ``seen_at`` None before a sign-in;
    ``airflow``: the user of Airflow who is the same person, "" for none, and where it was not asked for."""

    name: str
    roles: tuple[str, ...]
    force: str
    disabled: bool
    round: int
    made_at: int
    seen_at: int | None
    airflow: str = ""

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.name, frozenset(self.roles), self.force)


class Accounts:
    """The accounts in the database of ``settings``; ``clock`` gives milliseconds since 1970 UTC.

    Raises:
        SettingsError: the database cannot be opened.
    """

    def __init__(self, settings: Settings, clock: Callable[[], int] = database.milliseconds) -> None:
        self._settings, self._clock = settings, clock
        self._engine = database.open_log(settings.database_url, _ACCOUNTS, persons.LOG)

    def add(self, name: str, password: str, roles: Iterable[str], force: str = "", *, by: str) -> None:
        """Make an account.

        Raises:
            AccountError: the name is none or taken, the password too weak, a role or the force unknown.
        """
        if not re.fullmatch(r"[\w](?:[\w .'@-]{0,62}[\w.])?", name):
            raise AccountError("the name is none: take letters, digits, spaces, dots and dashes, 64 at most")
        held, kept = _roles(roles, force), passwords.hashed(password, name=name)
        row: dict[str, Any] = {"key": _key(name), "name": name, "password": kept, "roles": ",".join(held)}
        row |= {"force": force, "disabled": False, "round": 1, "wrong": 0, "made_at": self._clock()}
        taken = f"there is an account {name} already: change it, or take another name"
        if self.find(name):
            raise AccountError(taken)
        self._log(by, name, f"account added with {', '.join(held)}")
        try:
            with database.writing(self._engine, _ACCOUNTS) as connection:
                connection.execute(insert(_ACCOUNTS), row)
        except IntegrityError as error:
            raise AccountError(taken) from error

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give an account another password, which ends its sessions and its waiting.

        Raises:
            AccountError: there is no such account, or the password is too weak.
        """
        kept = passwords.hashed(password, name=name)
        self._change(name, by, "password changed", password=kept, round=_ACCOUNTS.c.round + 1, wrong=0, wrong_at=None)

    def set_roles(self, name: str, roles: Iterable[str], force: str = "", *, by: str) -> None:
        """Give an account other roles, from its next page on.

        Raises:
            AccountError: there is no such account, or a role or the force is unknown.
        """
        held = _roles(roles, force)
        self._change(name, by, f"roles changed to {', '.join(held)}", roles=",".join(held), force=force)

    def disable(self, name: str, *, by: str, disabled: bool = True) -> None:
        """Keep an account from signing in, which ends its sessions; or let it in again.

        Raises:
            AccountError: there is no such account.
        """
        what = "account disabled" if disabled else "account enabled"
        self._change(name, by, what, disabled=disabled, round=_ACCOUNTS.c.round + 1)

    def bind(self, name: str, airflow: str, *, by: str) -> None:
        """Say which user of Airflow is the same person as an account, who then counts once; "" for nobody any more.

        Raises:
            AccountError: there is no such account, or it is bound so already.
        """
        found, airflow = self.find(name), airflow.strip()
        if found is None:
            raise AccountError(f"there is no account {name}: see `reconcile review user list`")
        if self._bound().get(_key(name), "") == airflow:
            raise AccountError(f"the account {name} is bound to {airflow or 'no user of Airflow'} already")
        self._log(by, name, f"bound to the user {airflow} of Airflow" if airflow else "bound to no user of Airflow")
        with database.writing(self._engine, persons.LOG) as connection:
            persons.record_in(connection, found.name, airflow, by, self._clock())

    def sign_in(self, name: str, password: str) -> Account | None:
        """The account whose name, in any capitals, and password these are.

        None where they are not, it is disabled, or it waits; which of them it is, is not said, and each takes as long.
        """
        row = self._row(name)
        right = passwords.holds(row["password"] if row else None, password)
        if row is None:
            return None
        now = self._clock()
        waits = _waits_until(row["wrong"], row["wrong_at"]) > now
        changed: dict[str, Any] = {"wrong": _ACCOUNTS.c.wrong + 1, "wrong_at": now}
        if right and not waits and not row["disabled"]:
            changed = {"wrong": 0, "wrong_at": None, "seen_at": now}
            if passwords.outdated(row["password"]):
                changed["password"] = passwords.hashed(password, name=name)
        elif waits or right:
            return None
        self._write(name, changed)
        return _account(row) if "seen_at" in changed else None

    def end_sessions(self, name: str) -> None:
        """End every session of an account, as its sign-out does."""
        self._write(name, {"round": _ACCOUNTS.c.round + 1})

    def find(self, name: str) -> Account | None:
        row = self._row(name)
        return _account(row) if row else None

    def every(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_ACCOUNTS)).mappings().all()
        bound = self._bound()
        return tuple(sorted((_account(row, bound) for row in rows), key=lambda each: each.name))

    def any_can_sign_in(self) -> bool:
        """Whether an account is there that is not disabled."""
        enabled = select(func.count()).select_from(_ACCOUNTS).where(_ACCOUNTS.c.disabled.is_(False))
        with self._engine.connect() as connection:
            return bool(connection.scalar(enabled))

    def _change(self, name: str, by: str, what: str, **values: Any) -> None:
        if self.find(name) is None:
            raise AccountError(f"there is no account {name}: see `reconcile review user list`")
        self._log(by, name, what)
        self._write(name, values)

    def _bound(self) -> Mapping[str, str]:
        with self._engine.connect() as connection:
            return persons.bound_in(connection)

    def _row(self, name: str) -> Any:
        with self._engine.connect() as connection:
            of = select(_ACCOUNTS).where(_ACCOUNTS.c.key == _key(name))
            return connection.execute(of).mappings().one_or_none()

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        with database.writing(self._engine, _ACCOUNTS) as connection:
            connection.execute(update(_ACCOUNTS).where(_ACCOUNTS.c.key == _key(name)).values(**values))

    def _log(self, by: str, name: str, what: str) -> None:
        entry = Entry(
            "alteration",
            actor=by,
            role="operator",
            purpose=self._settings.purpose,
            justification=f"{what} (review pages)",
            subjects=f"account {name}",
            run=self._settings.cycle,
        )
        AuditLog(self._settings.database_url).append_many([entry])


def _roles(roles: Iterable[str], force: str) -> tuple[str, ...]:
    """The roles in the order of access.toml, each once."""
    asked, known = set(roles), access.roles()
    if unknown := sorted(asked - known.keys()):
        raise AccountError(f"no such role: {', '.join(unknown)}: write one of {', '.join(known)}")
    if not asked - {BESIDE}:
        raise AccountError(f"an account needs a role, and {BESIDE} is held beside another: name one with --role")
    if OF_A_FORCE in asked and len(asked) > 1:
        raise AccountError("the role force is held alone: whoever has it sees the items of one force and nothing else")
    if (OF_A_FORCE in asked) != bool(force):
        raise AccountError("the role force and a force go together: give --role force with --force SLUG, or neither")
    if force and force not in {each.slug for each in forces()}:
        raise AccountError(f"no force has the slug {force}: write it as its profile is named, such as kent")
    return tuple(role for role in known if role in asked)


def _key(name: str) -> str:
    return name.strip().casefold()


def _waits_until(wrong: int, wrong_at: int | None) -> int:
    """When an account may be tried again, in milliseconds since 1970 UTC."""
    if wrong < TRIES or wrong_at is None:
        return 0
    return wrong_at + 1000 * WAITS[min(wrong - TRIES, len(WAITS) - 1)]


def _account(row: Any, bound: Mapping[str, str] = MappingProxyType({})) -> Account:
    taken = {name: row[name] for name in ("name", "force", "disabled", "round", "made_at", "seen_at")}
    return Account(**taken, roles=tuple(row["roles"].split(",")), airflow=bound.get(row["key"], ""))
