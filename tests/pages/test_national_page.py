"""The release page as a reader meets it: complete without a network, a script, a mouse or a wide screen."""

import dataclasses
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.national import page
from reconcile.national.changes import Changes
from tests.pages.showing import MARKS, render
from tests.pages.survey import Survey

needs_chromium = pytest.mark.needs("chromium")

CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parse = text => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => { for (let at = node; at; at = at.parentElement) {
    const c = parse(getComputedStyle(at).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
  const low = [];
  for (const node of document.querySelectorAll('body *')) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim())) continue;
    if (node.closest('svg, .hidden-words, .skip') || !node.offsetParent) continue;
    const a = light(parse(getComputedStyle(node).color)), b = light(behind(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(node.className + ' ' + node.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return low;
}"""


def test_the_page_opens_with_the_headline_and_its_bounds(survey: Survey) -> None:
    people = survey.statistics["distinct_people"]
    expected = f"29 of 45 forces reported 372 open claims: between {people['low']} and {people['high']} distinct people"
    assert f"<h1>{expected}</h1>" in render(survey)


def test_bounds_that_meet_are_one_number(survey: Survey) -> None:
    told = page.headline(survey.statistics | {"distinct_people": {"low": 361, "high": 361}})
    assert told == "29 of 45 forces reported 372 open claims: 361 distinct people"


def test_silent_forces_are_named_and_never_given_a_number(survey: Survey) -> None:
    html = render(survey)
    silent = [force for force in survey.forces if force.name in survey.statistics["forces_silent"]]
    assert len(silent) == 16
    for force in silent:
        assert f"<li>{force.name}</li>" in html
        tile = re.search(rf'href="#force-{force.slug}".*?class="claims">([^<]*)<', html)
        assert tile is not None
        assert tile.group(1) == "?"


def test_the_same_inputs_in_any_order_give_the_same_bytes(survey: Survey) -> None:
    turned = dataclasses.replace(survey, receipts=survey.receipts[::-1], forces=survey.forces[::-1])
    assert render(turned) == render(survey)


def test_statistics_read_back_from_a_file_give_the_same_page(survey: Survey) -> None:
    kept = json.loads(json.dumps(survey.statistics, sort_keys=True))
    html = render(dataclasses.replace(survey, statistics=kept))
    assert html == render(survey)
    assert html.index("up to 1 year: ") < html.index("1 to 2 years: ") < html.index("over 10 years: ")


def test_what_a_force_wrote_is_text_and_never_markup(survey: Survey) -> None:
    rows = survey.missing_list.to_pylist()
    rows[0] |= {"name": "<script>alert(1)</script>", "offence": '"><img src=x onerror=alert(1)>'}
    html = render(dataclasses.replace(survey, missing_list=pa.Table.from_pylist(rows, survey.missing_list.schema)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert "<img" not in html


def test_every_sheet_and_screen_is_marked(survey: Survey) -> None:
    html = render(survey)
    assert html.count('class="marking"') == 2
    assert '@top-left { content: "OFFICIAL-SENSITIVE - SYNTHETIC"; }' in html
    assert "<strong>SYNTHETIC</strong>" in html


def test_a_real_release_carries_no_synthetic_banner(survey: Survey) -> None:
    html = page.render(
        survey.statistics,
        survey.missing_list,
        survey.receipts,
        survey.forces,
        marking="OFFICIAL-SENSITIVE",
        synthetic=False,
        model_name="m",
    )
    assert "SYNTHETIC" not in html


def test_charts_say_in_words_what_they_show(survey: Survey) -> None:
    html = render(survey)
    assert html.count('role="img"') == 4
    assert "2016: 53; 2017: 114; 2018: 15" in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_network_or_a_complaint_and_reads_in_both_schemes(opened, national_page, scheme) -> None:
    tab = opened(national_page, scheme=scheme)
    assert tab.locator("h1").inner_text().startswith("29 of 45 forces reported 372 open claims")
    assert tab.evaluate(CONTRAST) == []


@needs_chromium
def test_chart_colours_follow_the_scheme(opened, national_page) -> None:
    def bar(scheme: str) -> str:
        tab = opened(national_page, scheme=scheme)
        return str(tab.locator("svg.broad path[fill='var(--first)']").first.evaluate("e => getComputedStyle(e).fill"))

    assert bar("light") == "rgb(20, 57, 110)"
    assert bar("dark") == "rgb(134, 180, 243)"


@needs_chromium
def test_the_list_can_be_filtered(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page)
    rows = survey.missing_list.to_pylist()
    shown = tab.locator("#people > li:visible")
    assert shown.count() == len(rows)
    tab.select_option("#by-force", "kent")
    kent = sum(any(claim["force"] == "kent" for claim in row["claims"]) for row in rows)
    assert shown.count() == kent > 0
    assert tab.locator("#filter-count").inner_text() == f"{kent} of {len(rows)} people shown"
    tab.select_option("#by-force", "")
    tab.check("input[value=lead]")
    leads = sum(row["located_elsewhere"] in ("YES", "CANNOT_TELL") for row in rows)
    assert shown.count() == leads > 0
    tab.click("button[type=reset]")
    tab.wait_for_function("document.getElementById('filter-count').textContent.startsWith('All')")
    tab.fill("#words", rows[0]["national_id"].lower())
    assert shown.count() == 1
    tab.fill("#words", "nobody is called this")
    assert tab.locator("#filter-none").is_visible()


@needs_chromium
def test_the_list_can_be_ordered_by_name(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page)
    tab.select_option("#order", "name")
    names = tab.locator("#people .who").all_inner_texts()
    assert [name.lower() for name in names] == sorted(name.lower() for name in names)


@needs_chromium
def test_without_a_script_everything_is_there_and_no_dead_filter(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page, script=False)
    assert tab.locator("#people > li").count() == len(survey.missing_list)
    assert not tab.locator("#filter").is_visible()
    tab.locator("#people summary").first.click()
    assert tab.locator("#people details").first.get_by_text("Claims", exact=True).is_visible()


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 820])
def test_no_width_makes_the_page_scroll_sideways(opened, national_page: Path, width: int) -> None:
    tab = opened(national_page, width=width)
    tab.locator("#people summary").first.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


CHANGED = pa.Table.from_pylist(
    [
        {
            "national_id": "P2K7M4QX9C",
            "kind": "found",
            "people": -1,
            "claims": -1,
            "forces": ["kent"],
            "others": [],
            "records": ["kent:1"],
            "reason": "in custody",
            "before": "wanted",
            "after": "in_custody",
        }
    ],
    schema.CHANGES,
)


def test_what_changed_stands_with_its_totals_and_its_reasons(survey: Survey) -> None:
    since = Changes(CHANGED, "2018-02-00000000", ("There are 372 open claims.",), "a force came back")
    html = page.render(survey.statistics, survey.missing_list, survey.receipts, survey.forces, **MARKS, changes=since)
    people = len(survey.missing_list)
    assert f"the list went from {people + 1} people to {people}, and the open claims from 373 to 372" in html
    assert "in custody" in html
    assert "−1" in html
    assert "There are 372 open claims." in html
    assert "“a force came back”" in html


def test_a_first_release_and_one_that_changes_nothing_say_so(survey: Survey) -> None:
    assert "This is the first release" in render(survey)
    nothing = Changes(previous="2018-02-00000000")
    html = page.render(survey.statistics, survey.missing_list, survey.receipts, survey.forces, **MARKS, changes=nothing)
    assert "Nothing changed." in html
