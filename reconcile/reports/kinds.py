"""The kinds of item there are, and by when and in which order they are to be worked through.

Decides the day by which an answer is asked and what comes first in a kind. Invariant: the days stand in kinds.toml and
are counted from a day that is given, never from that of the run.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

RISKS: Final = ("very_high", "high", "", "medium", "low")
"""Levels of risk, the most pressing first; a risk nobody gives stands above one that is known to be middling."""


@cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """The kinds of item in their order, as kinds.toml has them."""
    return tomllib.loads(files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))


def due(kind: str, risk: str, on: dt.date) -> dt.date:
    """The day by which an item of ``kind`` and ``risk`` first told on ``on`` is to be answered."""
    return on + dt.timedelta(days=int(kinds()[kind]["days"][risk or "unknown"]))


def highest(levels: Iterable[str | None]) -> str:
    """The highest of some levels of risk, "" where none is given."""
    known = [level for level in levels if level in RISKS and level]
    return min(known, key=RISKS.index, default="")


def place(kind: str, status: str) -> int:
    """Where a status stands in the order in which items of ``kind`` are worked through."""
    order = kinds()[kind].get("order", ())
    return order.index(status) if status in order else len(order)
