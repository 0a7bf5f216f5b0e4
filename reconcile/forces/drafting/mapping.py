"""Which column of a sample is which, by heading and by content together.

Decides the ``[columns]`` and ``[identifiers]`` of a draft. Invariant: a column has one field and, but for those that
are joined, a field one column; what a person should look at says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconcile.forces.checks import REQUIRED
from reconcile.forces.drafting.content import Content
from reconcile.forces.drafting.headings import IDENTIFIER, LEAST, SURE, meanings
from reconcile.forces.lists import LIST_COLUMNS
from reconcile.intake.standardise import HORIZON

JOINED: Final = ("given_names", "address")
"""Fields that several columns make up, in the order they stand in."""
BORN: Final = (1915, 2012)
"""Years of birth of people who can be on a register."""
PROVEN: Final = 1.2
"""The likeness of a column whose check letters fit: above that of any heading."""

_BY_FORM: Final = {
    IDENTIFIER + "ni_number": 0.8,
    IDENTIFIER + "nomis": 0.8,
    IDENTIFIER + "crn": LEAST,
    "postcode": 0.8,
    "sex": 0.8,
}
"""How likely a form alone makes a field where the heading says less."""


@dataclass(frozen=True)
class Mapped:
    """The columns of each field in the order of the sample, and what to check of it, "" where nothing is in doubt."""

    columns: Mapping[str, tuple[str, ...]]
    doubts: Mapping[str, str]


def map_fields(contents: Mapping[str, Content]) -> Mapped:
    """Give the columns of a sample, by heading, their fields."""
    order = list(contents)
    ranked = sorted(
        (
            (likeness, field, heading)
            for heading, seen in contents.items()
            for field, likeness in _likely(heading, seen)
        ),
        key=lambda each: (-each[0], order.index(each[2]), each[1]),
    )
    columns: dict[str, list[str]] = {}
    doubts: dict[str, str] = {}
    taken: set[str] = set()
    for likeness, field, heading in ranked:
        if heading in taken or (field in columns and not (field in JOINED and likeness >= SURE)):
            continue
        columns.setdefault(field, []).append(heading)
        taken.add(heading)
        if doubt := _doubt(field, likeness, contents[heading]):
            doubts[field] = doubt
    for field, heading in _needed(columns, taken, contents):
        columns[field], doubts[field] = [heading], "told by its content alone"
        taken.add(heading)
    return Mapped({field: tuple(sorted(found, key=order.index)) for field, found in columns.items()}, doubts)


def _likely(heading: str, seen: Content) -> Iterator[tuple[str, float]]:
    said = {meaning.field: meaning.likeness for meaning in meanings(heading)}
    for field, likeness in said.items():
        yield field, likeness * (0.6 if _contradicted(field, seen) else 1.0)
    proven = [field for field in (IDENTIFIER + "pnc", IDENTIFIER + "cro") if seen.shows(field)]
    for field in proven:
        yield field, PROVEN
    for field, likeness in _BY_FORM.items():
        if not proven and seen.shows(field) and max(said.values(), default=0.0) < likeness:
            yield field, likeness


def _contradicted(field: str, seen: Content) -> bool:
    """Whether the values are dates and the field is none, or the other way round; several dates in a cell are none."""
    return bool(seen.filled) and field not in LIST_COLUMNS and seen.is_date != (field in HORIZON)


def _doubt(field: str, likeness: float, seen: Content) -> str:
    if field in (IDENTIFIER + "pnc", IDENTIFIER + "cro") and seen.filled and likeness != PROVEN:
        return "few of its check letters fit"
    if likeness >= SURE:
        return ""
    if _contradicted(field, seen):
        return "its values are no dates" if field in HORIZON else "its values are dates"
    return "told by its content alone" if seen.shows(field) else "its heading is only like one that is known"


def _needed(
    columns: Mapping[str, Sequence[str]], taken: set[str], contents: Mapping[str, Content]
) -> Iterator[tuple[str, str]]:
    """Columns no heading tells, for fields no profile can do without."""
    free = {heading: seen for heading, seen in contents.items() if heading not in taken}
    born = [heading for heading, seen in free.items() if seen.is_date and _are_births(seen)]
    if "birth_date" not in columns and born:
        yield "birth_date", min(born, key=lambda heading: free[heading].last_year)
    most = max((seen.filled for seen in contents.values()), default=0)
    keys = [heading for heading, seen in free.items() if seen.distinct and seen.filled == most and not seen.is_date]
    if "local_id" not in columns and keys:
        yield "local_id", keys[0]


def _are_births(seen: Content) -> bool:
    return BORN[0] <= seen.first_year and seen.last_year <= BORN[1] and seen.last_year - seen.first_year >= 20


def lacking(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """The fields a profile cannot do without that no column was found for."""
    names = [] if "full_name" in columns else [name for name in ("surname", "given_names") if name not in columns]
    return [field for field in REQUIRED if field not in columns] + names
