"""How much an extract may ask of the machine, from one table with its reasons: ``limits.toml``.

Decides nothing: the readers refuse what goes past a limit. Invariant: every limit is a whole number above 0 with a unit
and a reason, and none stands anywhere else.
"""

import tomllib
from functools import cache
from importlib import resources


@cache
def _table() -> dict[str, int]:
    source = resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")
    return {name: int(entry["limit"]) for name, entry in tomllib.loads(source).items()}


def limit(name: str) -> int:
    """The limit called ``name``, in the unit the table gives."""
    return _table()[name]
