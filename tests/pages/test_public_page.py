"""The public page as a reader meets it: complete without a network, on a desk and in a hand, in both schemes."""

from pathlib import Path

import pytest

from reconcile.national import coverage, public_aggregate, public_files
from tests.pages.survey import Survey
from tests.pages.test_national_page import CONTRAST

needs_chromium = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def html(survey: Survey) -> str:
    public = public_aggregate.aggregate(
        survey.statistics,
        coverage.by_force(survey.receipts, survey.forces),
        {receipt.force: receipt.sha256 for receipt in survey.receipts},
        survey.forces,
        [],
    )
    return public_files.as_page(public)


def test_it_says_the_total_with_its_bounds_coverage_and_rule(survey: Survey, html: str) -> None:
    people = survey.statistics["distinct_people"]
    assert "29 of 45 police forces answered" in html
    assert f"372 open claims on between {people['low']} and {people['high']} distinct people" in html
    assert "16 forces did not answer, and their numbers are not known" in html
    assert "Counts under 5 read <strong>&lt;5</strong>" in html
    assert "SYNTHETIC" in html
    assert "SENSITIVE" not in html


def test_years_and_bands_stand_in_their_order(html: str) -> None:
    assert html.index(">to 2013<") < html.index(">2014<") < html.index(">2018<") < html.index(">undated<")
    assert (
        html.index(">Up to 1 year<") < html.index(">Over 10 years<") < html.index(">Very high<") < html.index(">Low<")
    )


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_reads_on_a_desk_and_in_a_hand(opened, html: str, tmp_path: Path, width: int, scheme: str) -> None:
    path = tmp_path / "public.html"
    path.write_text(html, encoding="utf-8")
    tab = opened(path, width=width, scheme=scheme)
    assert tab.evaluate(CONTRAST) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
