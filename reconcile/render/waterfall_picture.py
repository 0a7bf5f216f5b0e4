"""The waterfall of two records as a picture: a row for each piece of evidence, its bar carrying the total on.

Decides how evidence is drawn. Invariant: what a bar is stands in words and sign beside it, never in colour alone; the
marking stands at the head and the foot; nothing is shown but the waterfall handed in.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconcile.render import look
from reconcile.render.canvas import Canvas, Rect, Rule, Shape, Text, svg
from reconcile.render.look import bits

if TYPE_CHECKING:
    from reconcile.linkage.waterfall import Bar, Waterfall

PAPER, INK, SOFT, LINE = "#ffffff", "#0f1418", "#48535b", "#c8ced3"
FOR, AGAINST, EDGE = "#14396e", "#a9c4e6", "#14396e"
OTHER, ALTERNATIVE, GUARD, GUARD_WASH = "#7a858d", "#b36b00", "#8f1d14", "#fbeceb"

WIDTH: Final = 1080.0
MARGIN: Final = 28.0
PLOT: Final = (470.0, 920.0)
"""Pixels between which bits are drawn; the running total stands right of them."""
WRAP: Final = 66
LINE_HEIGHT: Final = 15.0
BAND: Final = 30.0
"""Height of the marking at the head and the foot."""
TALL: Final = 20.0
MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Caption:
    """What stands around the waterfall: ``marking`` with SYNTHETIC where so, and ``lines`` on how it came about."""

    marking: str
    headline: str
    lines: tuple[str, ...]
    foot: tuple[str, ...]


def draw(fall: "Waterfall", caption: Caption) -> str:
    """The picture as an SVG document."""
    place = _Scale(fall)
    shapes: list[Shape] = [Rect(0, 0, WIDTH, BAND, INK), _marking(caption, 20)]
    top = 64.0
    headline = _wrapped([caption.headline], 76)
    shapes += [Text(MARGIN, top + 26 * number, line, 20, INK, bold=True) for number, line in enumerate(headline)]
    top += 26 * (len(headline) - 1)
    for line in _wrapped(caption.lines, 150):
        top += 19
        shapes.append(Text(MARGIN, top, line, 13, SOFT))
    top += 52
    rows = _rows(fall, top)
    foot = rows[-1].bottom
    shapes += _axis(top, foot, place)
    shapes += _heads(top)
    shapes += [Rule(MARGIN, row.bottom, WIDTH - MARGIN, row.bottom, LINE) for row in rows[:-1]]
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        shapes += _words(row) + _bar(row, following, place)
    shapes += _bands(top, foot, fall, place)
    shapes += [label for row in rows for label in _label(row, place)]
    foot += 46
    for line in _wrapped(caption.foot, 170):
        shapes.append(Text(MARGIN, foot, line, 12, SOFT))
        foot += 17
    foot += 4
    shapes += [Rect(0, foot, WIDTH, BAND, INK), _marking(caption, foot + 20)]
    canvas = Canvas(WIDTH, foot + BAND, PAPER, shapes)
    return svg(canvas, title=f"{caption.marking}: {caption.headline}", description=described(fall))


def _marking(caption: Caption, y: float) -> Text:
    return Text(WIDTH / 2, y, caption.marking, 13, PAPER, "center", bold=True)


def _wrapped(lines: Iterable[str], width: int) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, width, break_on_hyphens=False)]


def described(fall: "Waterfall") -> str:
    """The waterfall in words."""
    told = [f"{look.word(bar.feature, 'feature')} {bits(bar.bits)} bits: {bar.sentence}" for bar in fall.bars]
    held = f" Guard: {fall.guard.sentence}" if fall.guard else ""
    return f"{' '.join(told)} Together {bits(fall.weight)} bits.{held}"


class _Scale:
    """Bits to pixels."""

    def __init__(self, fall: "Waterfall") -> None:
        reached = [0.0, fall.weight, *(bar.end for bar in fall.bars)]
        reached += [line for line in (fall.possible, fall.proposed) if line is not None]
        room = (max(reached) - min(reached)) * 0.09 or 1.0
        self.low, self.high = min(reached) - room, max(reached) + room

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(PLOT[0] + share * (PLOT[1] - PLOT[0]), 2)

    def ticks(self) -> list[int]:
        step = next(size for size in (5, 10, 20, 50, 100, 1000) if (self.high - self.low) / size <= 9)
        first = -int(-self.low // step)
        return [step * place for place in range(first, int(self.high // step) + 1)]


@dataclass(frozen=True)
class _Row:
    """A row of the picture: its words, and a bar from ``start`` to ``end`` in bits."""

    top: float
    bottom: float
    head: str
    lines: tuple[str, ...]
    start: float
    end: float
    fill: str
    stroke: str | None
    label: str
    total: str
    dash: tuple[int, ...] = ()
    ink: str = INK

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _rows(fall: "Waterfall", top: float) -> list[_Row]:
    rows = []
    for bar in fall.bars:
        lines = textwrap.wrap(bar.sentence, WRAP)
        if bar.rarity is not None and round(abs(bar.rarity), 1):
            lines.append(f"Of which {bits(bar.rarity)} for a {'rare' if bar.rarity > 0 else 'common'} value.")
        fill, stroke = _look(bar)
        words = look.word(bar.feature, "feature"), tuple(lines)
        rows.append(
            _Row(top, _bottom(top, lines), *words, bar.start, bar.end, fill, stroke, bits(bar.bits), bits(bar.end))
        )
        top = rows[-1].bottom
    total = "Total weight", (f"Probability {look.chance(fall.probability)}.",)
    rows.append(
        _Row(top, _bottom(top, total[1]), *total, 0.0, fall.weight, INK, None, bits(fall.weight), bits(fall.weight))
    )
    return [*rows, _guard(fall, rows[-1].bottom)] if fall.guard else rows


def _guard(fall: "Waterfall", top: float) -> _Row:
    """A bar over what the guard holds back: the weight beyond which the pair would be proposed."""
    assert fall.guard is not None
    lines = tuple(textwrap.wrap(fall.guard.sentence, WRAP))
    held = fall.proposed is not None and fall.weight > fall.proposed
    start = fall.proposed if held and fall.proposed is not None else fall.weight
    return _Row(
        top,
        _bottom(top, lines),
        f"Guard: {look.word(fall.guard.name, 'guard')}",
        lines,
        start,
        fall.weight,
        GUARD_WASH,
        GUARD,
        "held back: at most possible" if held else "at most possible",
        "",
        (4, 3),
        GUARD,
    )


def _bottom(top: float, lines: Sequence[str]) -> float:
    return top + 26 + LINE_HEIGHT * len(lines)


def _look(bar: "Bar") -> tuple[str, str | None]:
    if bar.kind == "household":
        return ALTERNATIVE, None
    if bar.kind != "evidence":
        return OTHER, None
    return (FOR, None) if bar.bits >= 0 else (AGAINST, EDGE)


def _heads(y: float) -> list[Shape]:
    return [
        Text(MARGIN, y - 8, "What speaks for and against", 12.5, INK, bold=True),
        Text(WIDTH - MARGIN, y - 23, "running", 12.5, INK, "right", bold=True),
        Text(WIDTH - MARGIN, y - 8, "total", 12.5, INK, "right", bold=True),
        Rule(MARGIN, y, WIDTH - MARGIN, y, INK, 1.5),
    ]


def _words(row: _Row) -> list[Shape]:
    told = [Text(MARGIN, row.top + 34 + LINE_HEIGHT * at, line, 12, SOFT) for at, line in enumerate(row.lines)]
    total = row.fill == INK
    return [
        Text(MARGIN, row.top + 18, row.head, 13, row.ink, bold=True),
        *told,
        Text(WIDTH - MARGIN, row.middle + 4.5, row.total, 15 if total else 13, INK if total else SOFT, "right", total),
    ]


def _bar(row: _Row, following: _Row | None, place: _Scale) -> list[Shape]:
    """The bar, and the line that carries the running total down to the next."""
    start, end = sorted((place(row.start), place(row.end)))
    bar = Rect(start, row.middle - TALL / 2, max(end - start, 1.5), TALL, row.fill, row.stroke, row.dash)
    if following is None:
        return [bar]
    return [bar, Rule(place(row.end), row.middle + TALL / 2, place(row.end), following.middle - TALL / 2, SOFT)]


def _label(row: _Row, place: _Scale) -> list[Shape]:
    """What the bar is worth, beside the end it leads to, on paper of its own so that no line runs through it."""
    start, end = sorted((place(row.start), place(row.end)))
    room = 7.9 * len(row.label)
    right = row.end >= row.start and end + 6 + room < WIDTH - MARGIN
    x, y = (end + 6, row.middle + 4.5) if right else (start - 6, row.middle + 4.5)
    return [
        Rect(x if right else x - room, y - 12, room, 16, PAPER),
        Text(x, y, row.label, 13, row.ink, "left" if right else "right", bold=True),
    ]


def _axis(head: float, foot: float, place: _Scale) -> list[Shape]:
    shapes: list[Shape] = []
    for tick in place.ticks():
        shapes.append(Rule(place(tick), head, place(tick), foot + 4, INK if tick == 0 else LINE))
        shapes.append(Text(place(tick), foot + 18, str(tick).replace("-", MINUS), 12, SOFT, "center"))
    return [*shapes, Text(PLOT[1] + 8, foot + 18, "bits", 12, SOFT)]


def _bands(head: float, foot: float, fall: "Waterfall", place: _Scale) -> list[Shape]:
    """The weights from which a pair is possible and proposed, as lines over the bars."""
    shapes: list[Shape] = []
    for band, weight, align, shift in (
        ("possible", fall.possible, "right", -5),
        ("proposed", fall.proposed, "left", 5),
    ):
        if weight is not None:
            shapes.append(Rule(place(weight), head - 24, place(weight), foot, INK, 1.25, (5, 3)))
            shapes.append(Text(place(weight) + shift, head - 12, f"{band} from {bits(weight)}", 12, INK, align))
    return shapes
