"""The release page as a reader meets it: complete without a network, a script, a mouse or a wide screen."""

import dataclasses
import itertools
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import expect

from reconcile import schema
from reconcile.national import page
from reconcile.national.changes import Changes
from tests.pages.showing import MARKS, render
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow

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
    assert html.count('role="img"') == 14
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
    shown = tab.locator("#people > li")
    assert shown.count() == len(rows)
    tab.select_option("#by-force", "kent")
    kent = sum(any(claim["force"] == "kent" for claim in row["claims"]) for row in rows)
    assert kent > 0
    expect(shown).to_have_count(kent)
    assert tab.locator("#filter-count").inner_text() == f"{kent} of {len(rows)} people shown"
    tab.select_option("#by-force", "")
    tab.check("input[value=lead]")
    leads = sum(row["located_elsewhere"] in ("YES", "CANNOT_TELL") for row in rows)
    assert leads > 0
    expect(shown).to_have_count(leads)
    tab.click("button[type=reset]")
    expect(tab.locator("#filter-count")).to_have_text(re.compile("^All"))
    tab.fill("#words", rows[0]["national_id"].lower())
    expect(shown).to_have_count(1)
    tab.fill("#words", "nobody is called this")
    assert tab.locator("#filter-none").is_visible()


@needs_chromium
@pytest.mark.parametrize(
    ("key", "code", "fits"),
    [
        ("owner", "CANNOT_TELL", lambda row: row["owner_force"] == "CANNOT_TELL"),
        ("year", "2016", lambda row: row["cohort_year"] == "2016"),
        ("year", "UNDATED", lambda row: row["missing_since"] is None),
        ("length", "over_10_years", lambda row: row["length"] == "over_10_years"),
        ("risk", "unknown", lambda row: row["risk_level"] is None),
        ("status", "CONFLICT", lambda row: row["national_status"] == "CONFLICT"),
        ("status", "wanted", lambda row: row["wanted"] == "YES"),
        ("status", "both", lambda row: row["wanted"] == row["whereabouts_unknown"] == "YES"),
    ],
)
def test_each_filter_shows_those_and_only_those_it_counts(opened, national_page, survey, key, code, fits) -> None:
    tab = opened(national_page)
    expected = {row["national_id"] for row in survey.missing_list.to_pylist() if fits(row)}
    assert expected
    assert tab.locator(f"#by-{key} option[value='{code}']").text_content().endswith(f"({len(expected)})")
    tab.select_option(f"#by-{key}", code)
    assert set(tab.eval_on_selector_all("#people > li", "found => found.map(li => li.id)")) == expected


@needs_chromium
def test_filters_and_order_stand_in_the_print(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page)
    tab.select_option("#by-risk", "unknown")
    tab.check("input[value=wanted]")
    tab.fill("#words", "met")
    tab.click("[data-order=born]")
    told = tab.locator("#filter-said")
    assert not told.is_visible()
    tab.emulate_media(media="print")
    assert told.is_visible()
    assert told.inner_text() == (
        f"{tab.locator('#people > li').count()} of {len(survey.missing_list)} people shown, ordered by Born. "
        "Risk: Not known; marked: Wanted; with the words: met."
    )


@needs_chromium
def test_the_list_can_be_ordered_by_each_column_both_ways(opened, national_page, survey: Survey) -> None:
    tab = opened(national_page)
    rows = {row["national_id"]: row for row in survey.missing_list.to_pylist()}

    def ordered(key: str) -> list[dict]:
        tab.click(f"[data-order={key}]")
        expect(tab.locator(f"[data-order={key}]")).to_have_attribute("aria-pressed", "true")
        assert tab.locator("#order button[aria-pressed=true]").count() == 1
        return [rows[one] for one in tab.eval_on_selector_all("#people > li", "found => found.map(li => li.id)")]

    born = [row["birth_date"]["lo"] for row in ordered("born")]
    assert born == sorted(born)
    assert [row["birth_date"]["lo"] for row in ordered("born")] == sorted(born, reverse=True)
    assert "reversed" in tab.locator("#filter-count").inner_text()
    since = [row["missing_since"]["lo"] for row in ordered("since") if row["missing_since"]]
    assert since == sorted(since)
    levels = ["very_high", "high", "medium", None, "low"]
    risk = [levels.index(row["risk_level"]) for row in ordered("risk")]
    assert risk == sorted(risk)
    owners = [row["owner_force"] for row in ordered("owner")]
    assert owners[-1] == "CANNOT_TELL"
    assert len(list(itertools.groupby(owners))) == len(set(owners))
    assert ordered("status")[0]["national_status"] == "CONFLICT"
    assert [row["national_id"] for row in ordered("place")] == list(rows)


@needs_chromium
def test_the_list_can_be_ordered_by_name(opened, national_page) -> None:
    tab = opened(national_page)
    tab.click("[data-order=name]")
    names = tab.eval_on_selector_all("#people .who", "found => found.map(one => one.textContent)")
    assert [name.lower() for name in names] == sorted(name.lower() for name in names)


@needs_chromium
def test_the_list_is_worked_with_the_keyboard_alone(opened, national_page) -> None:
    tab = opened(national_page)
    tab.focus("#by-status")
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.dataset.order") == "risk":
            break
    tab.keyboard.press("Enter")
    assert tab.locator("#filter-count").inner_text().endswith("ordered by Risk")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.locator("#people details[open]").count() == 1
    assert tab.locator("#filter-count").get_attribute("role") == "status"


@needs_chromium
def test_a_link_to_another_line_opens_it_also_where_it_is_filtered_away(opened, national_page, survey) -> None:
    listed = set(survey.missing_list["national_id"].to_pylist())
    row, other = next(
        (row, other["national_id"])
        for row in survey.missing_list.to_pylist()
        for other in row["possibly_same_as"]
        if other["national_id"] in listed
    )
    tab = opened(national_page)
    tab.fill("#words", row["national_id"])
    tab.locator("#people summary").first.click()
    tab.click(f"#people a[href='#{other}']")
    tab.wait_for_selector(f"#{other} details[open]")


@needs_chromium
def test_of_a_long_list_the_first_lines_stand_and_all_of_them_print(opened, survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(render(survey).replace('data-most="500"', 'data-most="10"'), encoding="utf-8")
    tab = opened(path)
    lines = tab.locator("#people > li")
    expect(lines).to_have_count(10)
    assert tab.locator("#filter-count").inner_text() == f"All {len(survey.missing_list)} people, the first 10 shown"
    tab.select_option("#by-risk", "unknown")
    unknown = survey.missing_list["risk_level"].null_count
    assert unknown > 10
    expect(lines).to_have_count(10)
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(lines).to_have_count(unknown)
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(lines).to_have_count(10)
    tab.locator("#filter-more button").press("Enter")
    expect(lines).to_have_count(unknown)
    assert not tab.locator("#filter-more").is_visible()


def test_who_is_or_may_be_a_child_is_not_named_unless_the_settings_say_so(survey: Survey) -> None:
    rows = survey.missing_list.to_pylist()
    child, adult = (next(row for row in rows if row["under_18"] == answer) for answer in ("YES", "NO"))
    child |= {"name": "Hidden, Harry", "other_names": ["Masked, Mo"]}
    quoting = {"fact": "unnotified_name_suspected", "value": "YES", "reason": "Masked, Mo was not notified"}
    child["facts"].append(dict.fromkeys(schema.FACTS.names[1:-1]) | quoting)
    link = dict.fromkeys(("national_id", "left", "right"), "kent:1") | {"strength": "possible"}
    link |= {"weight": 7.0, "probability": 0.5, "sentences": ["Same name, Hidden, Harry."], "under_18": "YES"}
    adult["possibly_same_as"] = [link]
    listed = pa.Table.from_pylist(rows, survey.missing_list.schema)
    html = render(dataclasses.replace(survey, missing_list=listed))
    assert "Restricted: under 18" in html
    assert "Restricted: may be under 18" in html
    assert "2 people are not named here" in html
    assert not re.search("hidden, harry|masked, mo", html, re.IGNORECASE)
    named = render(dataclasses.replace(survey, missing_list=listed), name_under_18=True)
    assert re.search("Hidden, Harry.*Masked, Mo", named, re.DOTALL)
    assert "not named here" not in named


def test_withheld_unknown_and_blank_are_told_apart(survey: Survey) -> None:
    rows = survey.missing_list.to_pylist()
    for row, offence in zip(rows, ("WITHHELD", "UNKNOWN", None), strict=False):
        row["offence"] = offence
    html = render(dataclasses.replace(survey, missing_list=pa.Table.from_pylist(rows, survey.missing_list.schema)))
    for said in ("withheld by the force", "not known to the force", "left blank"):
        assert html.count(f"<dt>Offence</dt><dd>{said} (conviction)</dd>") == 1


def test_a_line_says_which_links_carry_it_and_who_decided(survey: Survey) -> None:
    html = render(survey)
    assert "same person, reviewer-1, 7 March 2018" in html


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
