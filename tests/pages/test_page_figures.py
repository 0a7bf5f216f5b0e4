"""What the release page says of the figures: each with what it rests on, and what cannot be told told as such."""

import copy
import dataclasses
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from reconcile import schema
from reconcile.national import breakdowns, force_rows, method, missing_list, page, statistics
from reconcile.notification import rule_sets
from reconcile.notification.rules import rules
from tests.pages.showing import MARKS, render
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow

needs_chromium = pytest.mark.needs("chromium")
TOLD = {
    "new": {"low": 3, "high": 5},
    "found": {"low": 2, "high": 2},
    "ended_otherwise": {"low": 0, "high": 0},
    "median_days_to_find": 41.0,
    "timed": 2,
}


@pytest.fixture
def flowing(survey: Survey) -> Survey:
    """The survey, with Kent sending closed episodes."""
    figures: dict[str, Any] = copy.deepcopy(survey.statistics)
    figures["by_force"]["Kent Police"]["flow"]["last_12_months"] = TOLD
    whole = {name: TOLD[name] for name in ("new", "found", "ended_otherwise")}
    figures["flow"]["last_12_months"] = {"forces": 1, **whole}
    return dataclasses.replace(survey, statistics=figures)


def cells(html: str, slug: str) -> list[str]:
    """The words of a force's row in the table of forces."""
    (row,) = re.findall(rf'<tr id="force-{slug}">(.*?)</tr>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def test_the_bridge_goes_from_unknown_over_wanted_to_either(survey: Survey) -> None:
    by = survey.statistics["by_status"]
    for of in ("claims", "people"):
        unknown, wanted, either, _, abroad = breakdowns.bridge(survey.statistics, of).bars
        assert sum(unknown.counts) == by["whereabouts_unknown"][of]
        assert sum(wanted.counts) == by["wanted"][of]
        assert wanted.start + sum(wanted.counts) == sum(either.counts) == by["either"][of]
        assert sum(abroad.counts) == breakdowns.abroad(survey.statistics)[of]


def test_who_is_both_is_where_the_bars_overlap() -> None:
    figures = {
        "by_status": {
            "whereabouts_unknown": {"people": 30},
            "wanted": {"people": 12},
            "both": {"people": 2},
            "either": {"people": 40},
        },
        "abroad_known": 9,
        "by_national_status": {"ABROAD_LOCATION_KNOWN": {"people": 8, "claimed": 1}},
    }
    drawn = breakdowns.bridge(figures, "people")
    assert [(bar.start, sum(bar.counts)) for bar in drawn.bars] == [(0, 30), (28, 12), (0, 40), (0, 0), (0, 7)]
    assert drawn.description.endswith("Both: 2.")


def test_risk_not_known_stands_above_low(survey: Survey) -> None:
    labels = [bar.label for bar in breakdowns.by_risk(survey.statistics).bars]
    assert labels == ["very high", "high", "medium", "not known", "low"]


def test_each_figure_that_needs_a_field_says_what_it_rests_on(survey: Survey) -> None:
    html = render(survey)
    said = breakdowns.rests_on(survey.statistics)
    told = survey.statistics["rests_on"]["by_risk"]
    assert said["by_risk"] == (
        f"Rests on {told['given']} of 372 claims with a risk level,"
        f" sent by {told['forces']} of {told['of_forces']} forces with claims."
    )
    for figure in ("by_year_lost", "by_length", "by_risk", "by_age", "by_review", "suspected_overseas"):
        assert said[figure] in html


def test_where_no_force_sends_closed_episodes_nothing_is_told_of_flow(survey: Survey) -> None:
    html = render(survey)
    assert "No force sent closed episodes" in html
    assert cells(html, "kent")[7:] == ["cannot tell"]


def test_a_force_that_sends_them_shows_who_was_lost_and_found(flowing: Survey) -> None:
    html = render(flowing)
    assert "No force sent closed episodes" not in html
    assert '<td class="n">3–5</td><td class="n">2</td><td class="n">0</td><td class="n">1 of 29</td>' in html
    assert cells(html, "kent")[7:] == ["3–5", "2", "41 of 2"]
    assert cells(html, "metropolitan")[7:] == ["cannot tell"]


def test_a_force_stands_with_its_claims_its_people_and_what_is_undated(survey: Survey) -> None:
    html = render(survey)
    entry = survey.statistics["by_force"]["Metropolitan Police Service"]
    undated = round(100 * entry["by_year_lost"]["UNDATED"] / 227)
    owned = survey.statistics["by_owner"]["Metropolitan Police Service"]
    assert cells(html, "metropolitan")[:7] == [
        "Metropolitan Police Service",
        "answered",
        "5 Mar 2018",
        "227",
        str(owned),
        f"{undated} %",
        str(entry["over_a_decade"]),
    ]
    silent = next(force for force in survey.forces if force.name in survey.statistics["forces_silent"])
    assert cells(html, silent.slug) == [silent.name, "silent", "—", "not known"]


def test_the_owners_of_all_force_rows_add_up_to_the_list(survey: Survey) -> None:
    names = {force.slug: force.name for force in survey.forces}
    rows = force_rows.rows(survey.statistics, survey.receipts, names)
    nobody = survey.statistics["by_owner"]["CANNOT_TELL"]
    assert nobody > 0
    assert sum(row.owned or 0 for row in rows) + nobody == len(survey.missing_list)
    assert f"of {nobody} people that cannot be told" in render(survey)


def test_nothing_of_nobody_has_no_share() -> None:
    assert (force_rows.share(0, 0), force_rows.share(1, 3)) == (None, 33)


def test_a_cycle_in_which_nobody_answered_has_a_page(survey: Survey) -> None:
    tables = {
        name: getattr(schema, name.upper()).empty_table()
        for name in ("records", "identities", "links", "decisions", "facts")
    }
    figures = statistics.statistics(**tables, receipts=(), forces=survey.forces) | {"cycle": "2018-03"}
    html = page.render(figures, missing_list.compile_list(**tables), (), survey.forces, **MARKS)
    assert "0 of 45 forces reported 0 open claims" in html
    assert "No force sent a whole register" in html


def test_the_method_names_rules_rule_sets_and_where_the_release_is_proved(survey: Survey) -> None:
    html = page.render(
        survey.statistics,
        survey.missing_list,
        survey.receipts,
        survey.forces,
        **MARKS,
        release="2018-03-01234567",
        rule_sets={"ew/periodic/2003": 1234},
    )
    assert rules()["rule_set"]["name"] in html
    for rule in rule_sets.shipped().rows:
        (row,) = re.findall(rf'<th scope="row" class="mono nowrap">{rule.rule_set}</th>(.*?)</tr>', html)
        assert row.endswith('<td class="n">1,234</td>' if rule.rule_set == "ew/periodic/2003" else ">—</td>")
        assert ("applied to nobody" in row) == (rule.status == "enacted_not_commenced")
    assert html.count("2018-03-01234567") == 3
    assert "calibrated on synthetic records" in html


@pytest.mark.parametrize(
    ("rule_set", "term"),
    [
        ("ew/initial/2003", "3 days"),
        ("ew/periodic/2003", "12 months"),
        ("sc/review/2010", "180 months (96 if under 18)"),
    ],
)
def test_the_term_of_a_rule_set_reads_as_words(rule_set: str, term: str) -> None:
    (rule,) = [row for row in rule_sets.shipped().rows if row.rule_set == rule_set]
    assert method.term(rule) == term


def test_the_limits_of_a_band_read_as_words() -> None:
    assert method.limits({"falls_by": 0.2, "rises_by": 0.3, "at_least": 20}) == (
        "falls by more than 20 % or rises by more than 30 %, and by 20 or more"
    )
    assert method.limits({"falls_by": 3, "rises_by": 10}) == "falls by more than 3 or rises by more than 10"


class Outline(HTMLParser):
    """The levels of the headings, and the scrolling regions that no keyboard reaches or no name tells."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.unreachable: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        of = dict(attrs)
        if of.get("class") == "scroll" and not (of.get("tabindex") == "0" and of.get("aria-label")):
            self.unreachable.append(str(self.getpos()))


def test_headings_skip_no_level_and_what_scrolls_can_be_reached(survey: Survey) -> None:
    outline = Outline()
    outline.feed(render(survey))
    assert outline.levels[0] == 1
    assert all(later - level <= 1 for level, later in zip(outline.levels, outline.levels[1:], strict=False))
    assert outline.unreachable == []


def test_every_entry_of_the_contents_leads_somewhere(survey: Survey) -> None:
    html = render(survey)
    (contents,) = re.findall(r'<nav class="contents".*?</nav>', html, re.DOTALL)
    for anchor in re.findall(r'href="#([^"]+)"', contents):
        assert f'<section id="{anchor}">' in html


@needs_chromium
def test_forces_can_be_sorted_and_what_is_not_known_stands_last(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page)

    def forces() -> list[str]:
        return tab.eval_on_selector_all("table.forces tbody th", "found => found.map(one => one.textContent)")

    before = forces()
    answered = survey.statistics["forces_answered"]
    head = tab.locator("table.forces th", has_text="Open claims")
    head.locator("button").focus()
    tab.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    claims = [survey.statistics["by_force"][name]["claims"] for name in forces()[:answered]]
    assert claims == sorted(claims, reverse=True)
    assert set(forces()[answered:]) == set(survey.statistics["forces_silent"])
    tab.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert [survey.statistics["by_force"][name]["claims"] for name in forces()[:answered]] == sorted(claims)
    assert set(forces()[answered:]) == set(survey.statistics["forces_silent"])
    assert tab.locator("table.forces th[aria-sort]").count() == 1
    assert tab.locator("table.forces ~ p[role=status]").inner_text() == "Sorted by Open claims, ascending"
    tab.locator("table.forces th", has_text="Force").first.locator("button").click()
    assert forces() == before


@needs_chromium
def test_without_a_script_the_tables_have_plain_headings(opened, national_page) -> None:
    tab = opened(national_page, script=False)
    assert tab.locator("table.forces thead button").count() == 0
    assert tab.locator("table.forces tbody tr").count() == 45


@needs_chromium
def test_the_page_prints_no_wider_than_its_paper(opened, national_page) -> None:
    tab = opened(national_page, width=672)
    tab.emulate_media(media="print")
    tab.evaluate("document.querySelectorAll('details.fold').forEach(one => { one.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 672
    assert tab.locator("svg.broad").first.is_visible()
    assert not tab.locator("svg.narrow").first.is_visible()
