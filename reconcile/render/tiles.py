"""The tile map: the 45 forces as equal squares, roughly where they lie, each saying its state in words and number.

Decides which class of tile a force is. Invariant: no state is told by colour alone, and a force that sent nothing
never shows a number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

SOFT: Final = "\N{SOFT HYPHEN}"
ENDINGS: Final = ("shire", "side", "bria", "chester", "land", "folk")
MIDDLES: Final = ("ton", "ham", "cester", "bridge")
"""What may stand alone before "shire" where a square is narrower still."""
STEPS: Final = (5, 10, 50)
"""Claims from which a tile is a step darker."""


@dataclass(frozen=True)
class Tile:
    """One force's square: ``column`` and ``row``, ``state`` of its receipt, ``claims`` None where none are counted."""

    slug: str
    name: str
    short: str
    column: int
    row: int
    state: str
    claims: int | None

    @property
    def kind(self) -> str:
        """The tile's CSS class: step-1 to step-4, nil, silent or rejected."""
        if self.claims is None:
            return "silent" if self.state == "NOT_RECEIVED" else "rejected"
        return f"step-{step(self.claims)}" if self.claims else "nil"

    @property
    def label(self) -> str:
        """The short name, with soft hyphens where a narrow square may break it."""
        parts = re.sub(rf"(?<=\w\w)({'|'.join(ENDINGS)})\b", f"{SOFT}\\1", self.short)
        return re.sub(rf"(?<=\w\w)({'|'.join(MIDDLES)})(?={SOFT})", f"{SOFT}\\1", parts)

    @property
    def sign(self) -> str:
        """What stands in the square: the count, starred if of an old extract, or a sign where there is none."""
        count = f"{self.claims or 0:,}" + ("*" if self.state == "STALE" else "")
        return {"silent": "?", "rejected": "×"}.get(self.kind, count)


def step(claims: int) -> int:
    """The darkness of a count, 1 to 4."""
    return 1 + sum(claims >= least for least in STEPS)


def of_forces(statistics: Mapping[str, Any], receipts: Sequence["Receipt"], forces: Sequence["Force"]) -> list[Tile]:
    """A tile a force, of what became of its extract and the claims counted of it."""
    states = {receipt.force: receipt.state for receipt in receipts}
    counted = {name: entry["claims"] for name, entry in statistics["by_force"].items()}
    return [
        Tile(
            slug=force.slug,
            name=force.name,
            short=force.short,
            column=force.tile[0],
            row=force.tile[1],
            state=states.get(force.slug, "NOT_RECEIVED"),
            claims=counted.get(force.name),
        )
        for force in forces
    ]


def placed(tiles: Sequence[Tile]) -> list[Tile]:
    """The tiles in reading order, moved so that the map starts at column 1 and row 1."""
    left = min((tile.column for tile in tiles), default=1)
    top = min((tile.row for tile in tiles), default=1)
    moved = [replace(tile, column=tile.column - left + 1, row=tile.row - top + 1) for tile in tiles]
    return sorted(moved, key=lambda tile: (tile.row, tile.column, tile.slug))
