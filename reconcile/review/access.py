"""Who is at the pages, and what they may do there.

Decides by ``access.toml`` alone. Invariant: what no role of a visitor names is refused; an unknown permission is a bug
and never a permission; somebody of a force may do what the role force may and nothing besides, whatever else they hold.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

OF_A_FORCE: Final = "force"
"""The role of somebody of one force, which is held alone."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: ``name`` goes into logs and decisions, ``roles`` are those of ``access.toml``.

    ``force`` is the slug of the one force whose items somebody with the role force may see, "" for everyone else.
    """

    name: str
    roles: frozenset[str]
    force: str = ""

    @property
    def of_a_force(self) -> bool:
        """Whether they see the items of one force and nothing else."""
        return OF_A_FORCE in self.roles

    def may(self, permission: str) -> bool:
        """Whether a role of theirs holds ``permission``."""
        held = frozenset({OF_A_FORCE}) if self.of_a_force else self.roles
        return bool(held & permissions()[permission])


def roles() -> Mapping[str, str]:
    """The roles, and what each is called."""
    return dict(_table()["roles"])


def called(role: str) -> str:
    """What a role is called, without whom it is meant for: "Reviewer"; a role that is not in the table is a bug."""
    return str(_table()["roles"][role]).partition(":")[0]


@cache
def permissions() -> Mapping[str, frozenset[str]]:
    """The roles that hold each permission."""
    return {name: frozenset(held) for name, held in _table()["permissions"].items()}


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("access.toml").read_text(encoding="utf-8"))
