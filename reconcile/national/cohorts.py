"""The open claims by when they began and how long they have lasted, made ready to draw.

Decides which force is drawn apart and which years share a bar. Invariant: no figure is made here but sums of the
statistics' own; every claim falls into exactly one bar.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconcile.render.charts import Bar, Bars, captions
from reconcile.render.look import ordered, word

UNDATED: Final = "UNDATED"
YEARS_SHOWN: Final = 14
RATIOS_SHOWN: Final = 4


@dataclass(frozen=True)
class Split:
    """The force drawn apart, the one with most claims, and what the chart's series are called."""

    force: str
    series: tuple[str, ...]


def split(statistics: Mapping[str, Any]) -> Split:
    """Draw the force with the most claims apart from the others; with one force or none there is one series."""
    claims = {name: entry["claims"] for name, entry in statistics["by_force"].items() if entry["claims"]}
    if len(claims) < 2:
        return Split("", ("All forces",))
    largest = max(sorted(claims), key=lambda name: claims[name])
    others = statistics["forces_answered"] - 1
    return Split(largest, (largest, f"the {others} other forces that answered"))


def by_year(statistics: Mapping[str, Any], apart: Split) -> Bars:
    """Open claims by year lost; the earliest years share a bar where there are more than ``YEARS_SHOWN``."""
    every = Counter(statistics["by_year_lost"])
    own = Counter(statistics["by_force"].get(apart.force, {}).get("by_year_lost", {}))
    dated = sorted(int(year) for year in every if year != UNDATED)
    bars = []
    if dated:
        start = max(dated[0], dated[-1] - YEARS_SHOWN + 1)
        early = [str(year) for year in dated if year < start]
        if early:
            bars.append(_bar(f"to {start - 1}", sum(every[y] for y in early), sum(own[y] for y in early), apart))
        bars += [_bar(str(year), every[str(year)], own[str(year)], apart) for year in range(start, dated[-1] + 1)]
    bars.append(_bar(" ", 0, 0, apart))
    bars.append(_bar("undated", every[UNDATED], own[UNDATED], apart))
    return Bars(
        name="years",
        title="Open claims by the year the person was lost",
        description=f"Open claims by year lost. {captions(bars)}.",
        series=apart.series,
        bars=tuple(bars),
    )


def by_length(statistics: Mapping[str, Any]) -> Bars:
    """Open claims by how long they had lasted as of their extract, in the bands of the statistics."""
    bars = tuple(
        Bar(word(band, "length"), (claims,)) for band, claims in ordered(statistics["by_length"], "length").items()
    )
    return Bars(
        name="lengths",
        title="Open claims by how long the person has been missing",
        description=f"Open claims by length, as of each extract. {captions(bars)}.",
        series=("open claims",),
        bars=bars,
        upright=False,
    )


@dataclass(frozen=True)
class Year:
    """A year's claims and their ratio to the year before: of all forces, then of the force drawn apart."""

    year: int
    complete: bool
    counts: tuple[int, ...]
    ratios: tuple[float | None, ...]


def growth(statistics: Mapping[str, Any], apart: Split) -> list[Year]:
    """The latest ``RATIOS_SHOWN`` years, each with the ratio to the year before that the statistics hold."""
    last = statistics["as_of"]["last"]
    by_year = [statistics["by_year_lost"]]
    ratios = [statistics["growth"].get("all", {})]
    if apart.force:
        by_year.append(statistics["by_force"][apart.force]["by_year_lost"])
        ratios.append(statistics["growth"].get(apart.force, {}))
    dated = [int(year) for year in by_year[0] if year != UNDATED]
    if not dated or not last:
        return []
    return [
        Year(
            year,
            year < int(last[:4]),
            tuple(counts.get(str(year), 0) for counts in by_year),
            tuple(found.get(f"{year - 1}/{year}") for found in ratios),
        )
        for year in range(max(dated) - RATIOS_SHOWN + 1, max(dated) + 1)
    ]


def heat(statistics: Mapping[str, Any]) -> dict[str, Any]:
    """Forces with claims against years lost: the columns' labels, and a row a force, most claims first."""
    bars = [bar for bar in by_year(statistics, Split("", ("all",))).bars if bar.label.strip()]
    labels = [bar.label for bar in bars]
    shown = {label for label in labels if label.isdigit()}
    rows = []
    for name, entry in sorted(statistics["by_force"].items(), key=lambda item: (-item[1]["claims"], item[0])):
        counts = Counter[str]()
        for year, claims in entry["by_year_lost"].items():
            counts["undated" if year == UNDATED else year if year in shown else labels[0]] += claims
        if entry["claims"]:
            rows.append({"force": name, "claims": entry["claims"], "counts": [counts[label] for label in labels]})
    return {"labels": labels, "rows": rows, "totals": [bar.counts[0] for bar in bars]}


def _bar(label: str, every: int, own: int, apart: Split) -> Bar:
    return Bar(label, (own, every - own) if apart.force else (every,))
