"""The waterfall of two records as text: a line for each piece of evidence, its bar drawn in characters.

Decides how evidence reads on a terminal. Invariant: what a bar is stands in its sign and its pattern, never in colour
alone; piped, a line is one piece of evidence whatever its length.
"""

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reconcile.render import look
from reconcile.render.look import bits

if TYPE_CHECKING:
    from reconcile.linkage.waterfall import Bar, Waterfall

ENDLESS: Final = 10_000
"""Columns wide enough for every sentence."""
PATTERNS: Final = {"for": ("█", "blue"), "against": ("▒", "cyan"), "household": ("▚", "yellow"), "other": ("░", "dim")}
GUARD: Final = ("×", "red")
BANDS: Final = {"possible": "┊", "proposed": "╎"}


def plain(fall: "Waterfall") -> str:
    """The waterfall without colour, a line a piece of evidence, for a pipe or a file."""
    console = Console(width=ENDLESS, file=StringIO(), color_system=None)
    with console.capture() as kept:
        console.print(table(fall, ENDLESS))
    return "\n".join(line.rstrip() for line in kept.get().splitlines())


def table(fall: "Waterfall", columns: int) -> Table:
    """The waterfall as a table for a terminal of so many ``columns``."""
    cells = 40 if columns >= 120 else 26 if columns >= 100 else 14
    scale = _Scale(fall, cells)
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column("bits", justify="right", no_wrap=True)
    made.add_column("total", justify="right", no_wrap=True)
    made.add_column(scale.heads(), no_wrap=True, width=cells)
    made.add_column("", no_wrap=True, style="bold")
    made.add_column("what it rests on", overflow="fold")
    for bar in fall.bars:
        drawn = scale.bar(bar.start, bar.end, *PATTERNS[_pattern(bar)])
        made.add_row(bits(bar.bits), bits(bar.end), drawn, look.word(bar.feature, "feature"), Text(_told(bar)))
    total = scale.bar(0.0, fall.weight, "█", "bold")
    said = f"Probability {look.chance(fall.probability)}."
    made.add_row(Text(bits(fall.weight), style="bold"), "", total, "Total weight", Text(said))
    if fall.guard:
        held = fall.proposed if fall.proposed is not None and fall.proposed < fall.weight else fall.weight
        name = f"Guard: {look.word(fall.guard.name, 'guard')}"
        told = Text(f"At most possible. {fall.guard.sentence}")
        made.add_row("", "", scale.bar(held, fall.weight, *GUARD), Text(name, style="red"), told)
    return made


def _pattern(bar: "Bar") -> str:
    if bar.kind == "evidence":
        return "for" if bar.bits >= 0 else "against"
    return "household" if bar.kind == "household" else "other"


def _told(bar: "Bar") -> str:
    if bar.rarity is None or not round(abs(bar.rarity), 1):
        return bar.sentence
    return f"{bar.sentence} Of which {bits(bar.rarity)} for a {'rare' if bar.rarity > 0 else 'common'} value."


class _Scale:
    """Bits to characters."""

    def __init__(self, fall: "Waterfall", cells: int) -> None:
        self.cells = cells
        self.bands = {band: weight for band in BANDS if (weight := getattr(fall, band)) is not None}
        reached = [0.0, fall.weight, *(bar.end for bar in fall.bars), *self.bands.values()]
        self.low, self.high = float(min(reached)), float(max(reached))

    def _cell(self, value: float) -> int:
        return round((value - self.low) / (self.high - self.low or 1.0) * (self.cells - 1))

    def heads(self) -> Text:
        """The lowest and the highest running total, as the ends of the column."""
        low, high = bits(self.low), bits(self.high)
        return Text(low + high.rjust(self.cells - len(low)), style="dim")

    def bar(self, start: float, end: float, pattern: str, style: str) -> Text:
        """The bar over the lines at which the bands begin."""
        cells = [" "] * self.cells
        for band, weight in self.bands.items():
            cells[self._cell(weight)] = BANDS[band]
        first, last = sorted((self._cell(start), self._cell(end)))
        cells[first : last + 1] = pattern * (last + 1 - first)
        drawn = Text("".join(cells), style="dim")
        drawn.stylize(f"not dim {style}" if style != "dim" else style, first, last + 1)
        return drawn
