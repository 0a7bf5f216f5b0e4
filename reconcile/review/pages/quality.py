"""Quality: how far people agree, how often the machine is right, how long it takes and what waits too long.

Decides who reads which figures. Invariant: no reviewer is named; a visitor sees their own figures and the others' as a
distribution; no person of a record is shown.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import pyarrow as pa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from reconcile.forces import forces
from reconcile.linkage.training_from_decisions import SYNTHETIC, needed
from reconcile.render import charts, model_charts, span_charts
from reconcile.render.charts import Bar, Bars
from reconcile.render.look import plural
from reconcile.render.span_charts import SHARE, Span, Spans, Strip
from reconcile.review.access import Visitor
from reconcile.review.judgements import JudgementLog
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.gate import needs
from reconcile.review.pages.quality_figures import Figures, Own, People, figures, own, people
from reconcile.review.pages.showing import show
from reconcile.review.quality import Agreement, Rate, given, numbers
from reconcile.review.queue import QUEUE

router = APIRouter()
SEES: Any = needs("see_quality")
FEW: Final = (0.0, 0.1, 0.2, 0.3, 0.4)
"""An axis for shares that should be small."""
EMPTY: Final = QUEUE.empty_table()


@router.get("/quality", name="quality")
def quality(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """The figures of the review as it stands."""
    desk: Desk = request.app.state.desk
    kept = _kept(desk)
    found, yours = kept.found, own(kept.of, visitor.name) if visitor.may("judge") else None
    return show(
        request,
        "quality.html",
        figures=found,
        at=f"{kept.at:%H:%M} UTC",
        yours=yours,
        numbers=numbers(),
        names={force.slug: force.name for force in forces()},
        calibrated=_calibrated(found),
        drawn=_drawn(found, yours),
        share=share,
        chance=beyond_chance,
        minutes=minutes,
    )


def share(rate: Rate | None) -> str:
    """A share in words: "75 % (51 to 91)", or what it is of where that is too few."""
    if rate is None or not rate.of:
        return "none yet"
    if rate.value is None:
        return f"{rate.count} of {rate.of}: too few for a share"
    return f"{_percent(rate.value)} % ({_percent(rate.low)} to {_percent(rate.high)})"


def beyond_chance(agreement: Agreement) -> str:
    """Agreement beyond chance in words: "0.81 (0.72 to 0.90)"."""
    if agreement.value is None:
        few = agreement.items < numbers()["least"]["items"]
        return "too few" if few else "cannot be told: everybody always said the same"
    return f"{agreement.value:.2f} ({agreement.low:.2f} to {agreement.high:.2f})".replace("-", "\N{MINUS SIGN}")


def minutes(seconds: float | None) -> str:
    """A time as "45 s" or "2 min 05 s"; an em dash where there is none."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02d} s" if whole % 60 else f"{whole // 60} min"


def _percent(value: float) -> str:
    """Per cent without decimals, and never rounded to none or to all."""
    rounded = round(100 * value)
    if rounded in (0, 100) and 0 < value < 1:
        return f"{100 * value:.1f}" if 0.0005 <= value <= 0.9995 else "under 0.1" if value < 0.5 else "over 99.9"
    return str(rounded)


def _calibrated(found: Figures) -> str:
    said = f"{found.decisions:,} of {needed()} decisions"
    return (
        f"{SYNTHETIC}; {said}" if found.decisions < needed() else f"{plural(found.decisions, 'decision')} to train from"
    )


@dataclass(frozen=True)
class Kept:
    """Figures as they were ``at`` a time, of a log and tables that ``stamp`` tells from others."""

    stamp: Any
    at: dt.datetime
    found: Figures
    of: People


_KEPT: Final[WeakKeyDictionary[Desk, Kept]] = WeakKeyDictionary()


def _kept(desk: Desk) -> Kept:
    """The figures now; of a long log they may be as old as ``quality.toml`` says, for making them takes seconds."""
    now, log = dt.datetime.now(dt.UTC), JudgementLog(desk.settings.database_url)
    stamp = (log.newest(), now.date(), tuple(desk.stamp(name) for name in ("links", "decisions", "records", "queue")))
    held, fresh = _KEPT.get(desk), numbers()["fresh"]
    if held is not None:
        young = held.found.answers > fresh["answers"] and (now - held.at).total_seconds() < fresh["seconds"]
        if young or held.stamp == stamp:
            return held
    answers = given(log.lines())
    _KEPT[desk] = Kept(stamp, now, figures(answers, _tables(desk), now.date()), people(answers))
    return _KEPT[desk]


def _tables(desk: Desk) -> Mapping[str, pa.Table]:
    tables = {name: desk.table(name) for name in ("links", "decisions", "records")}
    return tables | {"queue": desk.table("queue") if desk.stamp("queue")[1] else EMPTY}


def _drawn(found: Figures, yours: Own | None) -> Mapping[str, Markup | None]:
    called = numbers()["called"]
    precision = [(called["frames"][each.frame], each.rate) for each in found.precision]
    sexes = [(called["sexes"][group], each) for group, each in found.by_sex.items()]
    forces_of = {force.slug: force.short for force in forces()}
    by_force = [(forces_of.get(slug, slug), each) for slug, each in found.by_force.items() if each.value is not None]
    told = [each.high for _label, each in (*sexes, *by_force) if each.value is not None]
    few = FEW if max(told, default=0.0) <= FEW[-1] else SHARE
    bands = tuple(
        replace(band, observed=rate.value, least=rate.low, most=rate.high)
        for band, rate in found.calibration
        if rate.value is not None
    )
    ages = tuple(
        Bar(_band(low, high), (sum(each.bands[place][2] for each in found.waiting),))
        for place, (low, high, _count) in enumerate(found.waiting[0].bands if found.waiting else ())
    )
    first = next((place for place, (_day, count) in enumerate(found.weeks) if count), len(found.weeks))
    weeks = tuple(Bar(f"{day.day} {day:%b}", (count,)) for day, count in found.weeks[first:])
    return {
        "precision": _rates("precision", "Share of links that are one person", precision),
        "sexes": _rates("sexes", "False joins by sex", sexes, few),
        "forces": _rates("forces", "False joins by force", by_force, few),
        "calibration": _reliability(bands) if bands else None,
        "weeks": _bars(Bars("weeks", "Answers by week", charts.captions(weeks), ("answers",), weeks))
        if weeks
        else None,
        "ages": _bars(Bars("ages", "Open items by age", charts.captions(ages), ("items",), ages, upright=False))
        if ages
        else None,
        "cannot_tell": _strip(Strip("cannot-tell", "Share that could not be told", *_others(yours)))
        if yours and yours.cannot_tell.values
        else None,
        "pairs": _strip(
            Strip("pairs", "Agreement of every two others", yours.pairs, yours.agreement.value, _axis(yours), ".1f")
        )
        if yours and yours.pairs
        else None,
    }


def _others(yours: Own) -> tuple[tuple[float, ...], float | None]:
    return yours.cannot_tell.values, yours.cannot_tell.own.value if yours.cannot_tell.own else None


def _axis(yours: Own) -> tuple[float, ...]:
    least = min((*yours.pairs, yours.agreement.value or 0.0))
    return (0.0, 0.2, 0.4, 0.6, 0.8, 1.0) if least >= 0 else (-1.0, -0.5, 0.0, 0.5, 1.0)


def _band(low: int, high: int | None) -> str:
    return f"{low} days or more" if high is None else f"{low} to {high - 1} days"


def _rates(name: str, title: str, rows: list[tuple[str, Rate]], axis: tuple[float, ...] = SHARE) -> Markup | None:
    if all(each.value is None for _label, each in rows):
        return None
    spans = tuple(Span(label, each.value, each.low, each.high, share(each)) for label, each in rows)
    return _spans(Spans(name, title, spans, axis))


# Drawing takes a tenth of a second a chart, and the same figures give the same drawing.
_spans = lru_cache(32)(span_charts.draw)
_strip = lru_cache(128)(span_charts.distribution)
_bars = lru_cache(32)(charts.draw)


@lru_cache(8)
def _reliability(bands: tuple[Any, ...]) -> Markup:
    return model_charts.reliability("calibration", "What the model said, and what people decided", bands)
