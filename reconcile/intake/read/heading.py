"""Which lines of a sheet are its heading: one, or two that stand above each other.

Decides by the headings the force's profile names, never by what looks like one. Invariant: a line above the heading has
a few cells only, so that no row is passed over as a title.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reconcile.errors import ExtractError
from reconcile.forces import Profile

ENOUGH: Final = 2
"""Headings the profile names that make a line the heading."""
TITLE_CELLS: Final = 3
"""Filled cells any line above the heading may have."""


@dataclass(frozen=True)
class Heading:
    """``names`` a column, as sent; ``lines``: the one or two lines they stand in; ``place``: of the first of them
    among the filled lines, from 0."""

    names: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    place: int
    recognised: int

    @property
    def after(self) -> int:
        """The place of the first line below."""
        return self.place + len(self.lines)


def known(profile: Profile) -> frozenset[str]:
    """The headings a profile names, without case and with single spaces."""
    names = [name for sources in profile.columns.values() for name in sources] + list(profile.identifiers.values())
    return frozenset(plain(name) for name in names)


def plain(text: str) -> str:
    """A heading without case and with single spaces."""
    return " ".join(text.split()).casefold()


def find(lines: Sequence[Sequence[str]], wanted: frozenset[str]) -> Heading:
    """The heading among the first filled ``lines``; the first of them where none has headings of the profile.

    Raises:
        ExtractError: rows stand above the heading.
    """
    ones = [_heading(line, (line,), place, wanted) for place, line in enumerate(lines)]
    best = max(ones, key=lambda found: found.recognised)
    twos = [
        _heading(_joined(lines[place], lines[place + 1], wanted), (lines[place], lines[place + 1]), place, wanted)
        for place in (best.place - 1, best.place)
        if 0 <= place < len(lines) - 1 and _is_one_heading(lines[place], lines[place + 1], wanted)
    ]
    best = max([best, *twos], key=lambda found: found.recognised)
    if best.recognised < ENOUGH:
        return ones[0]
    width = sum(bool(name.strip()) for name in best.names)
    for line in lines[: best.place]:
        filled = sum(bool(cell.strip()) for cell in line)
        if filled > TITLE_CELLS and 2 * filled >= width:
            raise ExtractError("rows stand above the heading: put the heading first, and send it once")
    return best


def _heading(names: Sequence[str], lines: tuple[Sequence[str], ...], place: int, wanted: frozenset[str]) -> Heading:
    recognised = len({plain(name) for name in names} & wanted)
    return Heading(tuple(names), tuple(tuple(line) for line in lines), place, recognised)


def _is_one_heading(top: Sequence[str], bottom: Sequence[str], wanted: frozenset[str]) -> bool:
    """No cell stands below a heading that is whole without it: a row below one does."""
    return not any(
        plain(above) in wanted and below.strip() and plain(f"{above} {below}") not in wanted
        for above, below in zip(top, bottom, strict=False)
    )


def _joined(top: Sequence[str], bottom: Sequence[str], wanted: frozenset[str]) -> list[str]:
    """Names of two lines: a merged cell of the upper one goes with every cell below it."""
    names, spanning = [], ""
    for place in range(max(len(top), len(bottom))):
        above = top[place].strip() if place < len(top) else ""
        below = bottom[place].strip() if place < len(bottom) else ""
        spanning = above or (spanning if below else "")
        both = f"{spanning} {below}".strip()
        names.append(below if below and plain(both) not in wanted and plain(below) in wanted else both)
    return names
