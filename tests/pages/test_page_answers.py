"""The release page on how forces answered: the table, its bars, and what stands there before any report went out."""

import re
from pathlib import Path

import pytest

from tests.pages.showing import ANSWERS, render
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow

needs_chromium = pytest.mark.needs("chromium")
STATES = ("answered", "open", "overdue", "lapsed")


def section(html: str) -> str:
    (found,) = re.findall(r'<section id="answers">.*?</section>', html, re.DOTALL)
    return str(found)


def lines(html: str) -> list[list[str]]:
    """The words of each row of the table, the last one that of the sums."""
    found = re.findall(r'<tr><th scope="row">.*?</tr>', section(html), re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in found
    ]


def test_each_force_that_was_told_stands_with_its_counts_most_overdue_first(survey: Survey) -> None:
    assert lines(render(survey, answers=ANSWERS)) == [
        ["Metropolitan Police Service", "214", "111", "33", "66", "4", "6.1"],
        ["Kent Police", "9", "2", "3", "3", "1", "11.0"],
        ["Police Service of Northern Ireland", "3", "0", "2", "1", "0", "—"],
        ["Essex Police", "1,200", "1,200", "0", "0", "0", "2.5"],
        ["4 forces", "1,426", "1,313", "38", "70", "5", "—"],
    ]


def test_the_sums_open_the_section_and_forces_told_nothing_are_named(survey: Survey) -> None:
    said = section(render(survey, answers=ANSWERS))
    assert (
        "As of 2 June 2018: of 1,426 items told to 4 forces, 1,313 are answered, 38 open, 70 overdue, 5 lapsed." in said
    )
    (untold,) = re.findall(r"Told of nothing yet: ([^<]*)\.", said)
    assert len(re.split(", | and (?!Cornwall|Somerset)", untold)) == 41
    assert "Kent" not in untold


def test_each_bar_has_the_parts_of_its_row_and_is_kept_from_being_read_aloud(survey: Survey) -> None:
    bars = re.findall(
        r'<span class="shares" aria-hidden="true">(.*?</span>)</span>', section(render(survey, answers=ANSWERS))
    )
    told = [dict(re.findall(r'class="(\w+)" style="flex-grow: (\d+)"', bar)) for bar in bars]
    assert told[:4] == [
        {state: str(row[state]) for state in STATES if row[state]}
        for row in (
            ANSWERS["by_force"][name]
            for name in (
                "Metropolitan Police Service",
                "Kent Police",
                "Police Service of Northern Ireland",
                "Essex Police",
            )
        )
    ]
    assert len(told) == 5


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"as_of": None, "by_force": {}}, "No report had gone to any force when this list was compiled"),
        ({}, "How forces answered was not counted when this list was compiled."),
    ],
)
def test_where_nothing_can_be_told_a_sentence_stands_and_no_table(survey: Survey, answers: dict, said: str) -> None:
    found = section(render(survey, answers=answers))
    assert said in found
    assert "<table" not in found
    assert "flex-grow" not in found


@needs_chromium
def test_a_bar_is_as_wide_for_every_force_and_split_as_its_row_says(opened, national_page: Path) -> None:
    tab = opened(national_page)
    kent = tab.locator("table.answers tbody tr", has_text="Kent")
    wide = kent.locator(".shares").bounding_box()["width"]
    assert tab.locator("table.answers .shares").first.bounding_box()["width"] == pytest.approx(wide, abs=1)
    parts = {name: kent.locator(f".shares .{name}").bounding_box()["width"] for name in STATES}
    assert {name: parts[name] / wide for name in STATES} == pytest.approx(
        {"answered": 2 / 9, "open": 3 / 9, "overdue": 3 / 9, "lapsed": 1 / 9}, abs=0.02
    )


@needs_chromium
def test_forces_can_be_sorted_by_days_and_who_answered_nothing_stands_last(opened, national_page: Path) -> None:
    tab = opened(national_page)

    def forces() -> list[str]:
        return tab.eval_on_selector_all("table.answers tbody th", "found => found.map(one => one.textContent)")

    assert forces()[0] == "Metropolitan Police Service"
    head = tab.locator("table.answers th", has_text="Days to answer").locator("button")
    head.click()
    assert forces()[0] == "Kent Police"
    assert forces()[-1] == "Police Service of Northern Ireland"
    head.click()
    assert forces()[0] == "Essex Police"
    assert forces()[-1] == "Police Service of Northern Ireland"


@needs_chromium
def test_the_bars_print_in_their_colours(opened, national_page: Path) -> None:
    tab = opened(national_page, width=672)
    tab.emulate_media(media="print")
    bar = tab.locator("table.answers .shares").first
    assert bar.is_visible()
    assert bar.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
    assert bar.locator(".answered").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(20, 57, 110)"
