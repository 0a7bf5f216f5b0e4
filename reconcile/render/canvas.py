"""Rectangles, rules and texts at given pixels as one SVG file, drawn by Vega-Lite through Altair and vl-convert.

Decides nothing of what is drawn. Invariant: the file stands alone (its own paper and colours, no font or picture from
elsewhere), its text stays text, and the same shapes give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from itertools import groupby
from typing import Any, Final

from reconcile.render.charts import inline

FONT: Final = "Helvetica, Arial, Liberation Sans, sans-serif"
PLACED: Final = ("x", "y", "x2", "y2", "width", "height", "text")


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str | None = None
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rule:
    x: float
    y: float
    x2: float
    y2: float
    stroke: str
    thick: float = 1.0
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class Text:
    """``y`` is the baseline; ``align`` is left, center or right of ``x``."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    align: str = "left"
    bold: bool = False


Shape = Rect | Rule | Text


@dataclass(frozen=True)
class Canvas:
    """``width`` by ``height`` pixels of paper; later shapes lie on earlier ones."""

    width: float
    height: float
    paper: str
    shapes: Sequence[Shape]


def svg(canvas: Canvas, *, title: str, description: str) -> str:
    """The drawing as an SVG document; ``title`` and ``description`` are read to those who do not see it."""
    # Altair takes a second to import, and most verbs draw nothing.
    alt, vl_convert = import_module("altair"), import_module("vl_convert")

    # A layer for each run of shapes of one style, so that their order is kept.
    layers = [_layer(alt, canvas, list(run)) for _, run in groupby(canvas.shapes, key=_style)]
    drawn = (
        alt.layer(*layers)
        .properties(
            width=canvas.width,
            height=canvas.height,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            background=canvas.paper,
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
    )
    drawing = str(vl_convert.vegalite_to_svg(drawn.to_dict()))
    return f"{inline(drawing, name='picture', kind='picture', title=title, description=description)}\n"


def _style(shape: Shape) -> tuple[Any, ...]:
    """What shapes drawn in one layer have in common."""
    own = [getattr(shape, each.name) for each in fields(shape) if each.name not in PLACED]
    return type(shape), *own


def _layer(alt: Any, canvas: Canvas, shapes: list[Any]) -> Any:
    one = shapes[0]
    rows: list[dict[str, Any]]
    far: dict[str, str] = {"x2": "x2:Q", "y2": "y2:Q"}
    if isinstance(one, Rect):
        rows = [{"x": r.x, "y": r.y, "x2": r.x + r.width, "y2": r.y + r.height} for r in shapes]
        outline = {"stroke": one.stroke, "strokeDash": list(one.dash)} if one.stroke else {}
        chart = alt.Chart(alt.Data(values=rows)).mark_rect(fill=one.fill, **outline)
    elif isinstance(one, Rule):
        rows = [{"x": r.x, "y": r.y, "x2": r.x2, "y2": r.y2} for r in shapes]
        chart = alt.Chart(alt.Data(values=rows)).mark_rule(
            stroke=one.stroke, strokeWidth=one.thick, strokeDash=list(one.dash)
        )
    else:
        rows, far = [{"x": t.x, "y": t.y, "text": t.text} for t in shapes], {"text": "text:N"}
        weight = 700 if one.bold else 400
        chart = alt.Chart(alt.Data(values=rows)).mark_text(
            fontSize=one.size, fill=one.fill, align=one.align, fontWeight=weight, baseline="alphabetic"
        )
    # Scales on which a pixel is a pixel, counted down from the top.
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, canvas.width], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[canvas.height, 0], nice=False, zero=False))
    return chart.encode(x=x, y=y, **far)
