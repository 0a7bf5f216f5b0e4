"""What an operator sets for a workspace: its sources, its database, its legal references.

Invariant: settings come from one file, ``reconcile.toml`` at the workspace's root, with
``RECONCILE_DATABASE_URL`` overriding the database; a run without the references the law asks for is refused.
"""

import calendar
import datetime as dt
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from reconcile.audit.chain import PURPOSES
from reconcile.errors import SettingsError
from reconcile.review import access
from reconcile.sources.connection import Connections, from_environment
from reconcile.workspace import Workspace

FILE = "reconcile.toml"
DAYS: Final = ("stale_after_days", "reuse_days", "keep_raw_days")
MONTHS: Final = ("keep_snapshot_months",)
LINES: Final = ("cycle", "policy_document", "dpia", "marking", "inbox", "contact")
TRUTHS: Final = ("synthetic", "name_under_18")
WATCHED: Final = ("stale_after_days", "reuse_days")


@dataclass(frozen=True)
class Settings:
    """Settings of one workspace.

    ``policy_document`` is the reference of the appropriate policy document (DPA 2018 s.42), ``dpia`` that of the
    impact assessment (s.64), ``purpose`` one of the codes of ``reconcile.audit`` (s.36). ``connections`` finds the
    credentials of forces' sources by name; it is no key of the file.

    ``cut_off`` is the moment (UTC) after which what comes is late; None where nothing is. ``stale_after_days``: an
    extract that speaks of a day longer ago is STALE. ``reuse_days``: where nothing new came, the force's last accepted
    extract is used again while it speaks of a day at most so long ago. Both are counted back from ``last_day``; None
    where neither is watched. ``keep_raw_days``: days for which the bytes of an accepted extract are kept as sent.
    ``name_under_18``: whether the release's page and workbook name those who are or may be under 18.
    ``keep_snapshot_months``: months from its sign-off for which what a release is run again from is kept.
    ``public_small_counts``: slugs of the forces whose small counts the public aggregate shows, as they themselves say.
    ``contact``: whom a force asks about what it was sent, as a line of text; a role, no name.
    ``airflow_roles``: for a role or group of Airflow the roles of ``access.toml`` it gives on the review pages.
    """

    workspace: Workspace
    cycle: str
    policy_document: str
    dpia: str
    purpose: str = "locate_missing"
    marking: str = "OFFICIAL-SENSITIVE"
    synthetic: bool = False
    inbox: str = "inbox"
    database_url: str = ""
    keep_raw_days: int = 14
    keep_snapshot_months: int = 24
    cut_off: dt.datetime | None = None
    stale_after_days: int | None = None
    reuse_days: int | None = None
    name_under_18: bool = False
    public_small_counts: tuple[str, ...] = ()
    contact: str = "the national coordinators"
    airflow_roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    connections: Connections = field(default=from_environment, repr=False, compare=False)

    @property
    def last_day(self) -> dt.date | None:
        """The last day an extract that came in time can speak of: that of the cut-off, else the last of the month or
        the day the cycle is named after; None where it is named otherwise."""
        if self.cut_off:
            return self.cut_off.date()
        if found := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", self.cycle):
            year, month = int(found[1]), int(found[2])
            if year and 1 <= month <= 12:
                last = calendar.monthrange(year, month)[1]
                return dt.date(year, month, min(int(found[3] or last), last) or last)
        return None


def load(root: Path) -> Settings:
    """Read the settings of the workspace at ``root``.

    Raises:
        SettingsError: there is no settings file, it is no TOML, or a key is missing or unknown.
    """
    path = root / FILE
    values = _values(path)
    if values.get("purpose", PURPOSES[1]) not in PURPOSES:
        raise SettingsError(f"{path} has an unknown purpose: write one of {', '.join(PURPOSES)}")
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]*", values["cycle"]):
        raise SettingsError(f"{path}: cycle names a folder, write letters, digits, dots and dashes, such as 2018-03")
    if "cut_off" in values:
        values["cut_off"] = _moment(path, values["cut_off"])
    if not isinstance(small := values.get("public_small_counts", []), list) or any(
        type(each) is not str for each in small
    ):
        raise SettingsError(f'{path}: public_small_counts is no list of forces: write their slugs, such as ["kent"]')
    values["public_small_counts"] = tuple(small)
    values["airflow_roles"] = _airflow_roles(path, values.get("airflow_roles", {}))
    values["database_url"] = (
        os.environ.get("RECONCILE_DATABASE_URL")
        or values.get("database_url")
        or f"sqlite:///{(root / 'decisions.sqlite').resolve()}"
    )
    found = Settings(workspace=Workspace(root), **values)
    if found.last_day is None and (watched := [key for key in WATCHED if key in values]):
        raise SettingsError(f"{path}: {watched[0]} is counted back from cut_off: write one, or name the cycle yyyy-mm")
    return found


def _values(path: Path) -> dict[str, Any]:
    """What the file says, every key known, none lacking, and each line, truth and number of the kind it has to be."""
    if not path.is_file():
        raise SettingsError(f"no {FILE} in {path.parent}: run `reconcile demo` to make a workspace, or write one")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not written in UTF-8: save it so") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML ({error}): mend that line") from error
    known = {each.name for each in fields(Settings)} - {"workspace", "connections"}
    if unknown := sorted(values.keys() - known):
        raise SettingsError(f"{path} has unknown keys {', '.join(unknown)}: known are {', '.join(sorted(known))}")
    if missing := sorted({"cycle", "policy_document", "dpia"} - values.keys()):
        raise SettingsError(f"{path} lacks {', '.join(missing)}: add them, a run is refused without")
    values |= {key: _line(path, key, values[key]) for key in LINES if key in values}
    for key in TRUTHS:
        if not isinstance(values.get(key, False), bool):
            raise SettingsError(f"{path}: {key} is neither true nor false: write one of them without quotes")
    for key in (*DAYS, *MONTHS):
        if not isinstance(values.get(key, 0), int) or isinstance(values.get(key), bool) or values.get(key, 0) < 0:
            unit, such = ("months", 24) if key in MONTHS else ("days", 92)
            raise SettingsError(f"{path}: {key} is no number of {unit}: write a whole number, such as {such}")
    return values


def _airflow_roles(path: Path, table: Any) -> dict[str, tuple[str, ...]]:
    """An account of Airflow says nothing of a force, so the role force cannot be given to one."""
    known = sorted(access.roles().keys() - {"force"})
    such = f'write one such as admin = ["coordinator"], with roles of {", ".join(known)}'
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: airflow_roles is no table: {such}")
    for name, given in table.items():
        if not isinstance(given, list) or not all(each in known for each in given):
            raise SettingsError(f"{path}: airflow_roles gives {name} what is no list of roles: {such}")
    return {name: tuple(given) for name, given in table.items()}


def _line(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise SettingsError(f"{path}: {key} is no line of text: write one in quotes")
    return value.strip()


def _moment(path: Path, value: Any) -> dt.datetime:
    """A TOML date is the end of that day, a time without an offset is UTC."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time.max, dt.UTC)
    raise SettingsError(f"{path}: cut_off is no date: write it without quotes, such as 2026-12-05 or with T17:00:00Z")
