"""The release page: the headline with its bounds, who answered, the figures, the list and the method.

Decides what a reader sees first and what stands beside it. Invariant: every figure is taken from the statistics
or counted from the list it stands above; a silent force shows no number; nothing is extrapolated.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reconcile.national import breakdowns, cohorts, force_rows, list_filters
from reconcile.national.changes import FIRST, Changes, shown
from reconcile.national.how_answered import how_answered
from reconcile.national.lines import line
from reconcile.national.method import method
from reconcile.render import charts, look, tiles

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt


def render(
    statistics: Mapping[str, Any],
    missing_list: pa.Table,
    receipts: Sequence["Receipt"],
    forces: Sequence["Force"],
    *,
    marking: str,
    synthetic: bool,
    model_name: str,
    name_under_18: bool = False,
    protected: Collection[str] = (),
    changes: Changes = FIRST,
    release: str = "",
    rule_sets: Mapping[str, int] = MappingProxyType({}),
    withheld: int = 0,
    answers: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The release page as one self-contained HTML document.

    ``statistics`` as ``national.statistics`` gives them, ``missing_list`` in ``schema.MISSING_LIST``; receipts and
    forces in any order. ``name_under_18``: whether those who are or may be under 18 are named, ``protected``
    the national ids of those who are not named in any case; ``changes`` since the
    release before; ``release`` is its name, "" where it has none yet; ``rule_sets`` how many facts about those on the
    list rest on each rule set; ``withheld``: how many lines of restricted people are left out; ``answers``: how forces
    answered their reports, as ``answers.json`` has it. The same inputs give the same bytes.
    """
    names = {force.slug: force.name for force in forces}
    shorts = {force.slug: force.short for force in forces}
    lines = [line(row, shorts, name_under_18=name_under_18, protected=protected) for row in missing_list.to_pylist()]
    split = cohorts.split(statistics)
    years = cohorts.by_year(statistics, split)
    return look.page(
        "national/page.html",
        marking=marking,
        synthetic=synthetic,
        model_name=model_name,
        s=statistics,
        first=_date(statistics["as_of"]["first"]),
        last=_date(statistics["as_of"]["last"]),
        headline=headline(statistics),
        stale={name: _date(old) for name, old in statistics["forces_stale"].items()},
        tiles=tiles.placed(tiles.of_forces(statistics, receipts, forces)),
        series=split.series,
        series_all=("All forces", split.force) if split.force else ("All forces",),
        year_chart=charts.draw(years),
        length_chart=charts.draw(cohorts.by_length(statistics)),
        bridge={of: charts.draw(breakdowns.bridge(statistics, of)) for of in ("claims", "people")},
        bridge_series=breakdowns.BRIDGE,
        abroad=breakdowns.abroad(statistics),
        risk_chart=charts.draw(breakdowns.by_risk(statistics)),
        age_chart=charts.draw(breakdowns.by_age(statistics)),
        review_chart=charts.draw(breakdowns.by_review(statistics)),
        rests=breakdowns.rests_on(statistics),
        statuses=breakdowns.statuses(statistics),
        flows=breakdowns.flows(statistics),
        undated=breakdowns.undated(statistics),
        undated_share=force_rows.share(statistics["by_year_lost"].get("UNDATED", 0), statistics["gross_claims"]),
        growth=cohorts.growth(statistics, split),
        heat=cohorts.heat(statistics),
        step=tiles.step,
        rows=force_rows.rows(statistics, receipts, names),
        names=names,
        shorts={force.name: force.short for force in forces},
        lines=lines,
        listed_ids=frozenset(line.row["national_id"] for line in lines),
        names_short=shorts,
        filters=list_filters.filters(lines, shorts),
        flags=list_filters.flags(lines),
        restricted=sum(line.restricted for line in lines),
        release=release,
        **method(rule_sets, statistics),
        withheld=withheld,
        answers=how_answered(answers, forces),
        **shown(changes, missing_list, statistics),
    )


def headline(statistics: Mapping[str, Any]) -> str:
    """The one sentence the release says: coverage, gross claims, and the bounds of distinct people."""
    people = statistics["distinct_people"]
    low, high = people["low"], people["high"]
    count = look.plural(low, "distinct person", "distinct people")
    bounds = f"{count}" if low == high else f"between {low:,} and {high:,} distinct people"
    claims = look.plural(statistics["gross_claims"], "open claim")
    return f"{statistics['forces_answered']} of {statistics['forces_total']} forces reported {claims}: {bounds}"


def _date(value: str | dt.date | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
