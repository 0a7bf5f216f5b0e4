"""The survey of January 2018, from 45 forces' files to a release: every published figure comes out of the pipeline.

The figures are those of a broadcaster's survey by Freedom of Information requests, as at 17 January 2018, some given in
part and some refused (domain 6.4); the people are invented.
"""

import datetime as dt
import json

import pytest

from reconcile import cycle, publication
from reconcile.schema import OPEN_CLAIMS
from reconcile.settings import Settings

pytestmark = pytest.mark.slow

AS_OF = dt.date(2018, 1, 17)


@pytest.fixture(scope="module")
def figures(survey_january: Settings) -> dict:
    """What the release published, read back from its own file."""
    return json.loads((publication.current(survey_january) / "statistics.json").read_text())


@pytest.fixture(scope="module")
def claims(survey_january: Settings) -> list[dict]:
    rows = cycle.table(survey_january, "records").to_pylist()
    return [row for row in rows if row["status"] in OPEN_CLAIMS]


def test_485_open_claims_by_41_of_45_forces_as_at_17_january(figures) -> None:
    assert figures["gross_claims"] == 485
    assert (figures["forces_answered"], figures["forces_total"]) == (41, 45)
    assert len(figures["forces_silent"]) == 4
    assert figures["as_of"] == {"first": "2018-01-17", "last": "2018-01-17", "spread_days": 0}


@pytest.mark.parametrize(
    ("force", "claims"),
    [
        ("Thames Valley Police", 13),
        ("Bedfordshire Police", 3),
        ("Hertfordshire Constabulary", 3),
        ("Northumbria Police", 5),
        ("Durham Constabulary", 1),
        ("Cleveland Police", 3),
        ("Derbyshire Constabulary", 7),
        ("Staffordshire Police", 5),
        ("Leicestershire Police", 1),
        ("West Yorkshire Police", 10),
        ("South Yorkshire Police", 10),
        ("North Yorkshire Police", 0),
    ],
)
def test_the_parts_that_were_published(figures, force: str, claims: int) -> None:
    assert figures["by_force"][force]["claims"] == claims


def test_the_published_parts_are_61_and_the_rest_fill_up_to_485(figures) -> None:
    published = 13 + 3 + 3 + 5 + 1 + 3 + 7 + 5 + 1 + 10 + 10 + 0
    assert published == 61
    assert sum(force["claims"] for force in figures["by_force"].values()) == 61 + 424


@pytest.mark.parametrize(
    ("force", "years"),
    [
        ("Bedfordshire Police", {"2014": 1, "2015": 1, "2016": 1}),
        ("Northumbria Police", {"2005": 1, "2017": 2, "2018": 2}),
        ("Durham Constabulary", {"2013": 1}),
        ("Cleveland Police", {"2016": 1, "UNDATED": 2}),
    ],
)
def test_the_years_that_were_published(figures, force: str, years: dict[str, int]) -> None:
    assert figures["by_force"][force]["by_year_lost"] == years


def test_derbyshires_starts_and_its_three_over_ten_years(figures, claims) -> None:
    assert set(figures["by_force"]["Derbyshire Constabulary"]["by_year_lost"]) == {
        "2006",
        "2008",
        "2010",
        "2012",
        "2017",
    }
    started = [row["missing_since"]["hi"] for row in claims if row["force"] == "derbyshire"]
    assert sum(day < AS_OF.replace(year=2008) for day in started) == 3


@pytest.mark.parametrize(("force", "longer"), [("hertfordshire", 1), ("west-yorkshire", 4)])
def test_how_many_were_lost_over_a_year_ago(claims, force: str, longer: int) -> None:
    started = [row["missing_since"]["hi"] for row in claims if row["force"] == force]
    assert sum(day < AS_OF.replace(year=2017) for day in started) == longer


def test_west_yorkshires_ten_are_wanted_and_three_of_them_known_to_be_abroad(claims) -> None:
    own = [row for row in claims if row["force"] == "west-yorkshire"]
    assert {row["status"] for row in own} == {"wanted"}
    assert sum(row["overseas_evidence"] == "location_known" for row in own) == 3


def test_clevelands_refused_dates_are_withheld_and_not_blank(claims) -> None:
    undated = [row for row in claims if row["force"] == "cleveland" and row["missing_since"] is None]
    assert len(undated) == 2
    for row in undated:
        reasons = {each["field"]: each["reason"] for each in row["absent"]}
        assert reasons["missing_since"] == "withheld"
    (dated,) = (row["missing_since"] for row in claims if row["force"] == "cleveland" and row["missing_since"])
    assert (dated["lo"], dated["hi"]) == (dt.date(2016, 4, 1), dt.date(2016, 4, 30))


def test_north_yorkshire_answered_that_it_has_nobody(figures) -> None:
    assert "North Yorkshire Police" in figures["forces_nil"]
    assert figures["by_force"]["North Yorkshire Police"] == figures["by_force"]["City of London Police"]


def test_the_oldest_is_of_2005_and_two_were_lost_within_the_last_17_days(figures, claims) -> None:
    assert figures["oldest_year"] == 2005
    lost = [row["missing_since"]["lo"] for row in claims if row["force"] == "northumbria" and row["missing_since"]]
    assert sum(dt.date(2018, 1, 1) <= day <= AS_OF for day in lost) == 2


def test_the_ratios_between_years_are_those_of_the_counts(figures) -> None:
    years = figures["by_year_lost"]
    assert figures["growth"]["all"]["2016/2017"] == round(years["2017"] / years["2016"], 2)
    assert figures["growth"]["all"]["2015/2016"] == round(years["2016"] / years["2015"], 2)
    assert "2017/2018" not in figures["growth"]["all"]


def test_the_true_480_people_lie_inside_the_interval(figures) -> None:
    people = figures["distinct_people"]
    assert people["low"] <= 480 <= people["high"] < figures["gross_claims"]
