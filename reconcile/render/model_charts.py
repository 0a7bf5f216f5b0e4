"""The charts of a linkage model's page: what levels are worth, how weights fall, whether what is said comes true.

Decides how they look, as ``charts`` does: colours are the page's own, and each is drawn broad and narrow. Invariant: no
figure is computed here but its place on the paper, and what a mark is can be told without its colour.
"""

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from reconcile.render.charts import inline
from reconcile.render.look import bits

if TYPE_CHECKING:
    from reconcile.linkage.training_report import Bin, Said

PAPER, INK, SOFT, LINE, EDGE = "var(--paper)", "var(--ink)", "var(--soft)", "var(--line)", "var(--edge)"
FIRST, SECOND = "var(--first)", "var(--second)"
BROAD: Final = {"broad": 620, "narrow": 250}
"""Pixels of the plot itself."""
NARROWEST: Final = {"broad": 330, "narrow": 150}


def levels(name: str, title: str, rows: Sequence[tuple[str, float, float]], series: tuple[str, str]) -> Markup:
    """Bars right and left of nought, in bits: for each level (label, first series, second series)."""
    told = "; ".join(f"{label}: {bits(one)} and {bits(other)}" for label, one, other in rows)
    reach = max((abs(value) for _, *values in rows for value in values), default=1.0) or 1.0
    data = [
        {
            "label": label,
            "series": series[place],
            "bits": round(value, 2),
            "text": bits(value),
            "at": round(max(value, 0.0) + reach * 0.03, 2),
        }
        for label, *values in rows
        for place, value in enumerate(values)
    ]

    def drawn(alt: Any, kind: str) -> Any:
        places = {
            "y": alt.Y(
                "label:N",
                sort=[label for label, *_ in rows],
                title=None,
                scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15),
                axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=180),
            ),
            "yOffset": alt.YOffset("series:N", sort=list(series)),
        }
        scale = alt.Scale(domain=[-reach * 1.05, reach * 1.3], nice=False)
        base = alt.Chart(alt.Data(values=data))
        bars = base.mark_bar(stroke=EDGE, strokeWidth=1).encode(
            **places,
            x=alt.X("bits:Q", scale=scale, axis=None),
            fill=alt.Fill("series:N", scale=alt.Scale(domain=list(series), range=[FIRST, SECOND]), legend=None),
        )
        texts = base.mark_text(align="left", fontSize=12, fill=INK).encode(
            **places, x=alt.X("at:Q", scale=scale, axis=None), text="text:N"
        )
        nought = (
            alt.Chart(alt.Data(values=[{"nought": 0}]))
            .mark_rule(stroke=SOFT)
            .encode(x=alt.X("nought:Q", scale=scale, axis=None))
        )
        return alt.layer(bars, nought, texts).properties(width=NARROWEST[kind], height=alt.Step(15))

    return both(drawn, name, title, told)


def weights(name: str, title: str, bins: Sequence["Bin"], bands: Sequence[tuple[str, float]]) -> Markup:
    """Matches above the line and others below it, by weight, each counted on a logarithmic scale."""
    told = "; ".join(
        f"{_between(bin_.low, bin_.high)}: {bin_.matches:.0f} and {bin_.others:.0f}"
        for bin_ in bins
        if bin_.matches + bin_.others >= 0.5
    )
    step = min(bin_.high - bin_.low for bin_ in bins)
    data = [
        {
            "low": bin_.low if math.isfinite(bin_.low) else bin_.high - step,
            "high": bin_.high if math.isfinite(bin_.high) else bin_.low + step,
            "up": _log(bin_.matches),
            "down": -_log(bin_.others),
        }
        for bin_ in bins
    ]
    top = max(max(row["up"], -row["down"]) for row in data)
    powers = [math.log10(1 + 10**power) for power in range(1, math.floor(top) + 1)]
    left, right = data[0]["low"], data[-1]["high"]

    def drawn(alt: Any, kind: str) -> Any:
        x = alt.Scale(domain=[left, right], nice=False)
        y = alt.Scale(domain=[-top * 1.12, top * 1.12], nice=False)
        count = alt.Axis(
            values=[-power for power in powers] + [0, *powers],
            tickCount=50,  # Vega leaves out every other value where there are more than it would have chosen
            labelOverlap=False,
            labelExpr="format(round(pow(10, abs(datum.value)) - 1), ',')",
            ticks=False,
            domain=False,
            grid=True,
            gridColor=LINE,
        )
        ticks = list(range(-10, int(right) + 1, 10 if kind == "broad" else 20))
        base = alt.Chart(alt.Data(values=data)).encode(
            x=alt.X("low:Q", scale=x, title="weight in bits", axis=alt.Axis(values=ticks, grid=False, domain=False)),
            x2="high:Q",
        )
        ups = base.mark_bar(fill=FIRST, stroke=PAPER, strokeWidth=1).encode(
            y=alt.Y("up:Q", scale=y, title="pairs", axis=count), y2=alt.value({"expr": "scale('y', 0)"})
        )
        downs = base.mark_bar(fill=SECOND, stroke=EDGE, strokeWidth=1).encode(
            y=alt.Y("down:Q", scale=y), y2=alt.value({"expr": "scale('y', 0)"})
        )
        lines = [{"at": weight, "band": band, "top": top * 1.1} for band, weight in bands]
        rules = alt.Chart(alt.Data(values=lines)).mark_rule(stroke=INK, strokeDash=[4, 3]).encode(x="at:Q")
        nought = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(stroke=INK).encode(y="zero:Q")
        return alt.layer(ups, downs, nought, rules, *_named(alt, lines)).properties(width=BROAD[kind], height=320)

    return both(drawn, name, title, told)


def _named(alt: Any, lines: Sequence[dict[str, Any]]) -> list[Any]:
    """The names of the first and the last line, on the sides where they do not meet."""
    made = []
    for line, align, shift in zip(lines, ("right", "left"), (-5, 5), strict=False):
        text = alt.Chart(alt.Data(values=[line])).mark_text(
            align=align, dx=shift, fontSize=12, fill=INK, baseline="top"
        )
        made.append(text.encode(x="at:Q", y="top:Q", text="band:N"))
    return made


def reliability(name: str, title: str, bands: Sequence["Said"]) -> Markup:
    """What was said (across) against what came true (up), each with its interval, beside the line of perfect truth."""
    told = "; ".join(f"said {band.said:.3f}, came true {band.observed:.3f} of {band.pairs}" for band in bands)
    data = [
        {
            "said": band.said,
            "observed": band.observed,
            "least": band.least,
            "most": band.most,
            "pairs": f"{band.pairs:,}",
        }
        for band in bands
    ]

    def drawn(alt: Any, kind: str) -> Any:
        scale = alt.Scale(domain=[0, 1], nice=False)
        values = [0, 0.2, 0.4, 0.6, 0.8, 1]
        axis = alt.Axis(
            values=values, format=".1f", grid=True, domain=False, ticks=False, labelPadding=10, tickCount=50
        )
        straight = (
            alt.Chart(alt.Data(values=[{"said": 0, "observed": 0}, {"said": 1, "observed": 1}]))
            .mark_line(stroke=SOFT, strokeDash=[4, 3])
            .encode(
                x=alt.X("said:Q", scale=scale, axis=axis, title="said"),
                y=alt.Y("observed:Q", scale=scale, axis=axis, title="came true"),
            )
        )
        base = alt.Chart(alt.Data(values=data)).encode(x="said:Q")
        spans = base.mark_rule(stroke=EDGE, strokeWidth=2).encode(y="least:Q", y2="most:Q")
        points = base.mark_circle(size=70, fill=FIRST, stroke=EDGE, opacity=1).encode(y="observed:Q")
        size = 360 if kind == "broad" else 240
        return alt.layer(straight, spans, points).properties(width=size, height=size)

    return both(drawn, name, title, told)


def both(drawn: Callable[[Any, str], Any], name: str, title: str, description: str) -> Markup:
    """What ``drawn`` makes for broad and for narrow, in the page's colours, as inline SVG."""
    # Altair takes a second to import, and most verbs draw nothing.
    alt, vl_convert = import_module("altair"), import_module("vl_convert")

    made = []
    for kind in ("broad", "narrow"):
        chart = (
            drawn(alt, kind)
            .properties(padding=4)
            .configure(background="transparent", font="inherit")
            .configure_view(stroke=None)
            .configure_axis(
                labelColor=INK, labelFontSize=12, titleColor=INK, titleFontSize=12, titleFontWeight=400, gridColor=LINE
            )
        )
        drawing = str(vl_convert.vegalite_to_svg(chart.to_dict()))
        made.append(inline(drawing, name=f"{name}-{kind}", kind=kind, title=title, description=description))
    return Markup("").join(made)


def _between(low: float, high: float) -> str:
    if not math.isfinite(low):
        return f"below {high:.0f} bits"
    return f"from {low:.0f} bits" if not math.isfinite(high) else f"{low:.0f} to {high:.0f} bits"


def _log(count: float) -> float:
    return round(math.log10(1 + count), 4)
