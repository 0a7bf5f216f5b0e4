"""The lists of a record that a flat extract sends as several columns side by side.

Decides which columns make up which list. Invariant: the cells of a row hold one list each, apart at the profile's list
separator; what stands at one position of each belongs together, and a blank position is a blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DATE, WORD, PLACE = "date", "word", "place"


@dataclass(frozen=True)
class Member:
    """One column of a list: the ``field`` of the list's struct it gives, and what it ``holds``: DATE, WORD or PLACE.

    ``years_ahead`` is of dates: the latest year a two-digit year can mean, in years after the extract's own.
    ``needed``: a blank in it says something, so that the list cannot be read without it.
    """

    field: str
    column: str
    holds: str = DATE
    years_ahead: int = 0
    needed: bool = True


@dataclass(frozen=True)
class Listed:
    """The columns of one list. ``leads`` is the column that says how many entries there are, where it is filled."""

    leads: str
    members: tuple[Member, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(member.column for member in self.members)


LISTS: Final[Mapping[str, Listed]] = {
    "exemptions": Listed(
        "exemption_starts",
        (
            Member("kind", "exemption_kinds", WORD),
            Member("start", "exemption_starts"),
            Member("end", "exemption_ends", years_ahead=50),
        ),
    ),
    "events": Listed(
        "event_dates",
        (
            Member("kind", "event_kinds", WORD),
            Member("happened", "event_dates", years_ahead=1),
            Member("notified", "event_notified"),
            Member("advance", "event_advance", years_ahead=1, needed=False),
        ),
    ),
    "stays": Listed(
        "stay_starts",
        (
            Member("place", "stay_places", PLACE, needed=False),
            Member("start", "stay_starts", years_ahead=1),
            Member("end", "stay_ends", years_ahead=1),
            Member("notified", "stay_notified"),
        ),
    ),
    "travels": Listed(
        "travel_left",
        (
            Member("left", "travel_left", years_ahead=1),
            Member("return_due", "travel_return_due", years_ahead=10),
            Member("returned", "travel_returned"),
        ),
    ),
    "episodes": Listed(
        "episode_starts",
        (
            Member("start", "episode_starts"),
            Member("end", "episode_ends"),
            Member("outcome", "episode_outcomes", WORD, needed=False),
        ),
    ),
}
"""Of each list column of a record what it is read from."""

LIST_COLUMNS: Final = tuple(column for listed in LISTS.values() for column in listed.columns)
"""Every column of a list, in the order of the lists."""
