"""Charts as inline SVG, drawn by Vega-Lite through Altair and vl-convert.

Decides how bars look. Invariant: the drawing is a function of the counts alone, its text stays text, and its
colours are the page's own CSS variables, so that it follows light, dark and print. A chart is drawn twice,
broad and narrow, and the page shows the one that fits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from markupsafe import Markup

SVG: Final = "http://www.w3.org/2000/svg"
FILLS: Final = ("var(--first)", "var(--second)", "var(--paper)")
INKS: Final = ("var(--first-ink)", "var(--second-ink)", "var(--ink)")
ROOM_FOR_LABEL: Final = 16
"""Pixels a bar's part must measure for its count to be written inside it."""


@dataclass(frozen=True)
class Bar:
    """One category: its label and its count in each series, in the order of the chart's series.

    A bar with a blank label is a gap. ``start`` is where on the scale the bar begins, for bars that overlap or follow.
    """

    label: str
    counts: tuple[int, ...]
    start: int = 0


@dataclass(frozen=True)
class Bars:
    """A stacked bar chart of one to three series.

    ``name`` is a slug unique on its page (it makes the ids), ``title`` and ``description`` are read to those who
    do not see it. ``upright`` draws columns where there is room for them; ``broad`` is how many pixels the longest
    lying bar may have where there is room.
    """

    name: str
    title: str
    description: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    upright: bool = True
    broad: int = 480


def draw(chart: Bars) -> Markup:
    """The chart as two inline SVG elements, classed ``broad`` and ``narrow``."""
    return Markup("").join(
        inline(
            _drawn(chart, upright=upright, length=length),
            name=f"{chart.name}-{kind}",
            kind=kind,
            title=chart.title,
            description=chart.description,
        )
        for kind, upright, length in (
            ("broad", chart.upright, 240 if chart.upright else chart.broad),
            ("narrow", False, 190),
        )
    )


def _drawn(chart: Bars, *, upright: bool, length: int) -> str:
    # Altair takes a second to import, and most verbs draw nothing.
    alt, vl_convert = import_module("altair"), import_module("vl_convert")

    top = max((bar.start + sum(bar.counts) for bar in chart.bars), default=0) or 1
    parts, totals = _rows(chart, top, length)
    order = [bar.label for bar in chart.bars]
    along, across = ("y", "x") if upright else ("x", "y")
    places: dict[str, Any] = {
        across: _channel(alt, across)(
            "label:N",
            sort=order,
            title=None,
            scale=alt.Scale(paddingInner=0.22, paddingOuter=0.1),
            axis=alt.Axis(labelAngle=0, ticks=False, domainColor="var(--rule)", labelPadding=6, labelLimit=200),
        )
    }
    scale = alt.Scale(domain=[0, top * 1.08], nice=False)
    bars = (
        alt.Chart(alt.Data(values=parts))
        .mark_bar(stroke="var(--edge)", strokeWidth=1)
        .encode(
            **places,
            **{along: _channel(alt, along)("from:Q", scale=scale, axis=None)},
            **{f"{along}2": _channel(alt, f"{along}2")("to:Q")},
            fill=alt.Fill("series:N", scale=alt.Scale(domain=list(chart.series), range=list(FILLS)), legend=None),
        )
    )
    inside = (
        alt.Chart(alt.Data(values=[part for part in parts if part["inside"]]))
        .mark_text(fontSize=12)
        .encode(
            **places,
            **{along: _channel(alt, along)("middle:Q", scale=scale, axis=None)},
            text="count:Q",
            fill=alt.Fill("series:N", scale=alt.Scale(domain=list(chart.series), range=list(INKS)), legend=None),
        )
    )
    above = (
        alt.Chart(alt.Data(values=totals))
        .mark_text(
            fontSize=13,
            fontWeight=600,
            fill="var(--ink)",
            **({"baseline": "bottom", "dy": -4} if upright else {"align": "left", "dx": 6}),
        )
        .encode(**places, **{along: _channel(alt, along)("end:Q", scale=scale, axis=None)}, text="total:Q")
    )
    step = 50 if upright else 30
    size = {"height" if upright else "width": length, "width" if upright else "height": alt.Step(step)}
    drawn = (
        alt.layer(bars, inside, above)
        .resolve_scale(fill="independent")
        .properties(**size, padding=2)
        .configure(background="transparent", font="inherit")
        .configure_view(stroke=None)
        .configure_axis(labelColor="var(--ink)", labelFontSize=13, grid=False)
    )
    return str(vl_convert.vegalite_to_svg(drawn.to_dict()))


def _channel(alt: Any, name: str) -> Any:
    return {"x": alt.X, "y": alt.Y, "x2": alt.X2, "y2": alt.Y2}[name]


def _rows(chart: Bars, top: int, length: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The parts of the bars, each from where to where, and the bars' totals."""
    parts: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    for bar in chart.bars:
        start = bar.start
        for series, count in zip(chart.series, bar.counts, strict=True):
            if count:
                parts.append(
                    {
                        "label": bar.label,
                        "series": series,
                        "count": count,
                        "from": start,
                        "to": start + count,
                        "middle": start + count / 2,
                        # A part that is the whole bar has its count at the end of the bar already.
                        "inside": count < sum(bar.counts) and count * length / (top * 1.08) >= ROOM_FOR_LABEL,
                    }
                )
            start += count
        end, total = (start, sum(bar.counts)) if bar.label.strip() else (None, None)
        totals.append({"label": bar.label, "end": end, "total": total})
    return parts, totals


def inline(drawing: str, *, name: str, kind: str, title: str, description: str) -> Markup:
    """``drawing`` (SVG) as an element of a page: an image with a name and a description, its ids made its own.

    ``name`` is unique on the page and begins every id; ``kind`` is the element's class.
    """
    own = f"{name}-"
    root = fromstring(re.sub(r'\bid="', f'id="{own}', drawing).replace("url(#", f"url(#{own}"))
    for element in root.iter():
        for attribute in [attribute for attribute in element.attrib if attribute == "role" or "aria-" in attribute]:
            del element.attrib[attribute]
    named, told = (f"{own}{part}" for part in ("title", "description"))
    root.attrib |= {"role": "img", "aria-labelledby": named, "aria-describedby": told, "class": kind}
    for place, (tag, ident, text) in enumerate((("title", named, title), ("desc", told, description))):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": ident})
        element.text = text
        root.insert(place, element)
    ET.register_namespace("", SVG)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704


def captions(bars: Sequence[Bar]) -> str:
    """What the bars show, in words, for a description."""
    return "; ".join(f"{bar.label}: {sum(bar.counts)}" for bar in bars if bar.label.strip())
