"""What an operator sets for a workspace: its sources, its database, its legal references.

Invariant: settings come from one file, ``reconcile.toml`` at the workspace's root, with
``RECONCILE_DATABASE_URL`` overriding the database; a run without the references the law asks for is refused.
"""

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from reconcile.audit.chain import PURPOSES
from reconcile.errors import SettingsError
from reconcile.sources.connection import Connections, from_environment
from reconcile.workspace import Workspace

FILE = "reconcile.toml"


@dataclass(frozen=True)
class Settings:
    """Settings of one workspace.

    ``policy_document`` is the reference of the appropriate policy document (DPA 2018 s.42), ``dpia`` that of the
    impact assessment (s.64), ``purpose`` one of the codes of ``reconcile.audit`` (s.36). ``connections`` finds the
    credentials of forces' sources by name; it is no key of the file.
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
    connections: Connections = field(default=from_environment, repr=False, compare=False)


def load(root: Path) -> Settings:
    """Read the settings of the workspace at ``root``.

    Raises:
        SettingsError: there is no settings file, it is no TOML, or a key is missing or unknown.
    """
    path = root / FILE
    if not path.is_file():
        raise SettingsError(f"no {FILE} in {root}: run `reconcile demo` to make a workspace, or write one")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML ({error}): mend that line") from error
    known = {each.name for each in fields(Settings)} - {"workspace", "connections"}
    if unknown := sorted(values.keys() - known):
        raise SettingsError(f"{path} has unknown keys {', '.join(unknown)}: known are {', '.join(sorted(known))}")
    if missing := sorted({"cycle", "policy_document", "dpia"} - values.keys()):
        raise SettingsError(f"{path} lacks {', '.join(missing)}: add them, a run is refused without")
    if values.get("purpose", PURPOSES[1]) not in PURPOSES:
        raise SettingsError(f"{path} has an unknown purpose: write one of {', '.join(PURPOSES)}")
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]*", str(values["cycle"])):
        raise SettingsError(f"{path}: cycle names a folder, write letters, digits, dots and dashes, such as 2018-03")
    values["database_url"] = (
        os.environ.get("RECONCILE_DATABASE_URL")
        or values.get("database_url")
        or f"sqlite:///{(root / 'decisions.sqlite').resolve()}"
    )
    return Settings(workspace=Workspace(root), **values)
