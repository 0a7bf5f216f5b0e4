"""Charts of values with their intervals, one row each, and of single values as a distribution.

Decides how they look, as ``charts`` does: colours are the page's own, and each is drawn broad and narrow. Invariant: no
figure is computed here but its place on the paper; a row without a value has its words and no mark.
"""

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from reconcile.render.model_charts import EDGE, FIRST, INK, LINE, SECOND, SOFT, both

PLOT: Final = {"broad": 340, "narrow": 165}
"""Pixels of the plot itself."""
SHARE: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Span:
    """A row: its label, its ``value`` between ``low`` and ``high``, and the ``text`` that says it."""

    label: str
    value: float | None
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Spans:
    """Rows on one axis from ``axis[0]`` to ``axis[-1]`` with a line at each of its values, in the format ``number``.

    ``name`` is a slug unique on its page, ``title`` is read to those who do not see it.
    """

    name: str
    title: str
    rows: tuple[Span, ...]
    axis: tuple[float, ...] = SHARE
    number: str = ".0%"


def draw(chart: Spans) -> Markup:
    """The chart as two inline SVG elements, classed ``broad`` and ``narrow``."""
    rows = [vars(row) | {"text": row.text if row.value is None else ""} for row in chart.rows]
    marked = [row for row in rows if row["value"] is not None]

    def drawn(alt: Any, kind: str) -> Any:
        scale = alt.Scale(domain=[chart.axis[0], chart.axis[-1]], nice=False, zero=False)
        axis = alt.Axis(
            values=list(chart.axis if kind == "broad" else chart.axis[:: 2 if len(chart.axis) > 3 else 1]),
            format=chart.number,
            domain=False,
            ticks=False,
            grid=True,
            labelPadding=6,
            tickCount=50,
        )
        across = alt.Y(
            "label:N",
            sort=[row.label for row in chart.rows],
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=10, labelLimit=220 if kind == "broad" else 120),
        )
        every = alt.Chart(alt.Data(values=rows)).encode(y=across)
        base = alt.Chart(alt.Data(values=marked)).encode(y=across)
        along = alt.X("low:Q", scale=scale, axis=axis, title=None)
        lines = base.mark_rule(stroke=EDGE, strokeWidth=2.5).encode(x=along, x2="high:Q")
        points = base.mark_circle(size=90, fill=FIRST, stroke=EDGE, opacity=1).encode(x=alt.X("value:Q", scale=scale))
        words = every.mark_text(align="left", dx=2, fontSize=12, fill=SOFT).encode(
            x=alt.value(0), text=alt.Text("text:N")
        )
        return alt.layer(lines, points, words).properties(width=PLOT[kind], height=alt.Step(26))

    return both(drawn, chart.name, chart.title, "; ".join(f"{row.label}: {row.text}" for row in chart.rows))


@dataclass(frozen=True)
class Strip:
    """``values`` on one axis, and beside them one's ``own``, None where there is none; the rest as ``Spans`` has it."""

    name: str
    title: str
    values: tuple[float, ...]
    own: float | None
    axis: tuple[float, ...] = SHARE
    number: str = ".0%"


def distribution(strip: Strip) -> Markup:
    """A stroke for each value on a line, and a filled mark above it for one's own."""
    told = ", ".join(f"{value:{strip.number}}" for value in strip.values)
    yours = f"; yours {strip.own:{strip.number}}" if strip.own is not None else ""

    def drawn(alt: Any, kind: str) -> Any:
        scale = alt.Scale(domain=[strip.axis[0], strip.axis[-1]], nice=False, zero=False)
        shown = alt.Axis(
            values=list(strip.axis), format=strip.number, domain=False, ticks=False, labelPadding=6, tickCount=50
        )
        line = (
            alt.Chart(alt.Data(values=[{"from": strip.axis[0], "to": strip.axis[-1]}]))
            .mark_rule(stroke=LINE)
            .encode(x=alt.X("from:Q", scale=scale, axis=shown, title=None), x2="to:Q", y=alt.value(22))
        )
        strokes = (
            alt.Chart(alt.Data(values=[{"value": value} for value in strip.values]))
            .mark_tick(stroke=EDGE, fill=SECOND, thickness=3, size=22)
            .encode(x=alt.X("value:Q", scale=scale), y=alt.value(22))
        )
        layers = [line, strokes]
        if strip.own is not None:
            mark = alt.Chart(alt.Data(values=[{"value": strip.own}])).mark_point(
                shape="triangle-down", size=110, fill=FIRST, stroke=INK, opacity=1
            )
            layers.append(mark.encode(x=alt.X("value:Q", scale=scale), y=alt.value(5)))
        return alt.layer(*layers).properties(width=PLOT[kind], height=38)

    return both(drawn, strip.name, strip.title, f"others: {told}{yours}")
