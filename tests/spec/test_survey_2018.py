"""The survey of 2018, from 45 forces' files to a release: every published figure comes out of the pipeline.

The figures are those of a newspaper's survey of forces by Freedom of Information requests; the people are invented.
"""

import json
from pathlib import Path

import pytest

from reconcile import cycle, publication
from reconcile.settings import Settings

pytestmark = pytest.mark.slow

STRANGERS = ("twins", "namesakes", "mis_keyed_pnc")
"""Planted people who look alike and are not: twins, father and son, one valid PNC on two people."""


@pytest.fixture(scope="module")
def figures(survey: Settings) -> dict:
    """What the release published, read back from its own file."""
    return json.loads((publication.current(survey) / "statistics.json").read_text())


def test_372_open_claims_by_29_of_45_forces(figures) -> None:
    assert figures["gross_claims"] == 372
    assert (figures["forces_answered"], figures["forces_total"]) == (29, 45)
    assert len(figures["forces_silent"]) == 16


@pytest.mark.parametrize(
    ("force", "claims"),
    [
        ("Metropolitan Police Service", 227),
        ("Lancashire Constabulary", 12),
        ("South Yorkshire Police", 10),
        ("Kent Police", 9),
        ("Humberside Police", 9),
        ("South Wales Police", 8),
        ("North Wales Police", 2),
        ("Lincolnshire Police", 1),
    ],
)
def test_the_named_forces_claims(figures, force: str, claims: int) -> None:
    assert figures["by_force"][force]["claims"] == claims


def test_the_other_forces_hold_94(figures) -> None:
    named = 227 + 12 + 10 + 9 + 9 + 8 + 2 + 1
    assert sum(force["claims"] for force in figures["by_force"].values()) - named == 94


def test_claims_by_year_lost(figures) -> None:
    years = figures["by_year_lost"]
    assert {year: years[year] for year in ("2015", "2016", "2017", "2018")} == {
        "2015": 25,
        "2016": 53,
        "2017": 114,
        "2018": 15,
    }
    rest = {year: claims for year, claims in years.items() if year not in ("2015", "2016", "2017", "2018")}
    assert sum(rest.values()) == 165
    assert rest["UNDATED"] > 0
    assert min(rest) == "2005"
    assert rest["2005"] == 1


def test_the_met_and_humberside_by_year_lost(figures) -> None:
    met = figures["by_force"]["Metropolitan Police Service"]["by_year_lost"]
    assert (met["2016"], met["2017"], met["2018"]) == (38, 79, 11)
    assert sum(met.values()) - 38 - 79 - 11 == 99
    humberside = figures["by_force"]["Humberside Police"]["by_year_lost"]
    assert (humberside["2016"], humberside["2017"]) == (1, 4)


def test_13_over_a_decade_and_the_oldest_since_2005(figures) -> None:
    assert figures["over_a_decade"] == 13
    assert figures["oldest_year"] == 2005


def test_the_growth_between_years_is_computed(figures) -> None:
    growth = figures["growth"]
    assert growth["all"]["2016/2017"] == 2.15
    assert growth["all"]["2015/2016"] == 2.12
    assert growth["Metropolitan Police Service"]["2016/2017"] == 2.08


def test_the_true_361_people_lie_inside_the_interval(figures) -> None:
    people = figures["distinct_people"]
    assert people["low"] <= 361 <= people["high"] < figures["gross_claims"]


def test_nobody_leaves_the_headline_for_being_found_elsewhere(figures) -> None:
    of_whom = figures["of_whom"]
    assert of_whom["requirement_ended"] >= 4
    assert figures["gross_claims"] == 372


def test_the_planted_stranger_twins_and_father_are_never_joined(survey: Settings) -> None:
    planted = json.loads((survey.workspace.root / "truth" / "planted.json").read_text())["planted"]
    identities = cycle.table(survey, "identities").to_pylist()
    identity = {row["record_id"]: row["national_id"] for row in identities}
    strangers = [entry["record_ids"] for entry in planted if entry["kind"] in STRANGERS]
    assert len(strangers) == 3
    for record_ids in strangers:
        assert len({identity[record_id] for record_id in record_ids}) == len(record_ids)


def test_the_hostel_is_thirty_people(survey: Settings) -> None:
    planted = json.loads((survey.workspace.root / "truth" / "planted.json").read_text())["planted"]
    (hostel,) = (entry["record_ids"] for entry in planted if entry["kind"] == "hostel")
    links = cycle.table(survey, "links").to_pylist()
    inside = set(hostel)
    assert len(inside) == 30
    assert not [link for link in links if {link["left"], link["right"]} <= inside and link["strength"] != "possible"]


def test_every_row_is_accepted_or_quarantined(survey: Settings) -> None:
    for receipt in cycle.receipts(survey):
        assert receipt.rows_in == receipt.accepted + receipt.quarantined
    assert cycle.table(survey, "records").num_rows == sum(receipt.accepted for receipt in cycle.receipts(survey))


def test_every_output_says_synthetic(survey: Settings) -> None:
    release = publication.current(survey)
    assert "SYNTHETIC" in (release / publication.PAGE).read_text()
    assert json.loads((release / "statistics.json").read_text())["synthetic"] is True
    reports = list((survey.workspace.reports / release.name).rglob("*.html"))
    assert len(reports) == 45
    assert all("SYNTHETIC" in Path(report).read_text() for report in reports)


def test_the_truth_entered_as_decisions_closes_the_interval_on_361(decided_survey: Settings) -> None:
    figures = cycle.statistics_of(decided_survey)
    assert figures["distinct_people"] == {"low": 361, "high": 361}
    assert figures["gross_claims"] == 372
    found = {line: people for line, people in figures["of_whom"].items() if people}
    assert found == {
        "located_elsewhere": 6,
        "active_elsewhere": 3,
        "in_custody_elsewhere": 2,
        "deceased_elsewhere": 1,
        "requirement_ended": 4,
        "double_claimed": 11,
    }
