"""How much an extract, or a file of answers, may ask of the machine, from one table with its reasons: ``limits.toml``.

Decides nothing: the readers refuse what goes past a limit. Invariant: every limit is a whole number above 0 with a unit
and a reason, and none stands anywhere else.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final


@dataclass(frozen=True)
class Share:
    """What a workbook may take, as names of limits: bytes of its parts unpacked, its cells, and bytes of memory where
    it is read in a process of its own."""

    unpacked: str
    cells: str
    memory: str


OF_EXTRACT: Final = Share("workbook_bytes", "cells", "xls_bytes")
OF_ANSWERS: Final = Share("answers_unpacked_bytes", "answers_cells", "answers_memory_bytes")


@cache
def _table() -> dict[str, int]:
    source = resources.files(__package__).joinpath("limits.toml").read_text(encoding="utf-8")
    return {name: int(entry["limit"]) for name, entry in tomllib.loads(source).items()}


def limit(name: str) -> int:
    """The limit called ``name``, in the unit the table gives."""
    return _table()[name]
