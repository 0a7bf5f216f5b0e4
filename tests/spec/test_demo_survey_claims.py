"""The survey scenario's claims hold every published figure and every planted truth, before any of it is written."""

from collections import Counter
from datetime import date, timedelta

import pytest

from reconcile.demo.scenario import build
from reconcile.forces import forces
from reconcile.schema import OPEN_CLAIMS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scenario():
    return build("survey-2018", seed=2018)


@pytest.fixture(scope="module")
def rows(scenario):
    return {row["record_id"]: row for row in scenario.records.to_pylist()}


@pytest.fixture(scope="module")
def claims(rows):
    return [row for row in rows.values() if row["status"] in OPEN_CLAIMS]


@pytest.fixture(scope="module")
def person(scenario):
    table = scenario.people
    return dict(zip(table["record_id"].to_pylist(), table["person"].to_pylist(), strict=True))


def year_lost(row):
    since = row["missing_since"]
    if since is None:
        return "UNDATED"
    assert since["lo"].year == since["hi"].year
    return since["lo"].year


def ten_years_on(day: date) -> date:
    return (day + timedelta(days=1)).replace(year=day.year + 10) - timedelta(days=1)


def planted(scenario, kind):
    return [ids for each, ids in scenario.planted if each == kind]


def test_29_of_45_forces_answer_three_of_them_nil(scenario):
    assert len(scenario.as_of) == 29
    assert len(scenario.nil) == 3
    assert len({force.slug for force in forces()} - set(scenario.as_of)) == 16
    assert set(scenario.records["force"].to_pylist()) == set(scenario.as_of) - set(scenario.nil)
    assert min(scenario.as_of.values()) == date(2018, 2, 26)
    assert max(scenario.as_of.values()) == date(2018, 3, 6)
    assert scenario.records.num_rows == pytest.approx(20_000, rel=0.03)


def test_372_claims_by_force(claims):
    by_force = Counter(row["force"] for row in claims)
    named = {
        "metropolitan": 227,
        "lancashire": 12,
        "south-yorkshire": 10,
        "kent": 9,
        "humberside": 9,
        "south-wales": 8,
        "north-wales": 2,
        "lincolnshire": 1,
    }
    assert sum(by_force.values()) == 372
    assert {slug: by_force[slug] for slug in named} == named
    assert sum(count for slug, count in by_force.items() if slug not in named) == 94
    assert {row["status"] for row in claims if row["force"] == "kent"} == set(OPEN_CLAIMS)


def test_claims_by_year_lost(claims):
    cohort = Counter(year_lost(row) for row in claims)
    assert [cohort[year] for year in (2015, 2016, 2017, 2018)] == [25, 53, 114, 15]
    assert cohort["UNDATED"] == 88
    assert sum(count for year, count in cohort.items() if year == "UNDATED" or year < 2015) == 165
    met = Counter(year_lost(row) for row in claims if row["force"] == "metropolitan")
    assert [met[year] for year in (2016, 2017, 2018)] == [38, 79, 11]
    assert sum(count for year, count in met.items() if year == "UNDATED" or year < 2016) == 99
    humberside = Counter(year_lost(row) for row in claims if row["force"] == "humberside")
    assert (humberside[2017], humberside[2016]) == (4, 1)


def test_13_claims_over_a_decade_and_none_in_doubt(claims):
    dated = [row for row in claims if row["missing_since"]]
    over = [row for row in dated if ten_years_on(row["missing_since"]["hi"]) < row["as_of"]]
    doubt = [row for row in dated if row not in over and ten_years_on(row["missing_since"]["lo"]) < row["as_of"]]
    assert (len(over), doubt) == (13, [])
    assert Counter(year_lost(row) for row in over)[2005] == 1
    assert min(year_lost(row) for row in over) == 2005


def test_361_people_and_11_second_claims(scenario, claims, person):
    claimed = Counter(person[row["record_id"]] for row in claims)
    assert len(claimed) == 361
    assert sorted(claimed.values(), reverse=True)[:12] == [2] * 11 + [1]
    kinds = Counter(kind for kind, _ in scenario.planted if kind.startswith("second_claim"))
    assert kinds == {
        "second_claim_same_pnc": 5,
        "second_claim_deed_poll": 3,
        "second_claim_birth_date_typo": 2,
        "second_claim_alias_only": 1,
    }


def pnc(row):
    return [each["value"] for each in row["identifiers"] if each["scheme"] == "pnc" and each["check"] == "valid"]


def current(row):
    return row["names"][0]["given"], row["names"][0]["surname"]


def test_second_claims_are_what_they_say(scenario, rows, person):
    for kind in ("same_pnc", "deed_poll", "birth_date_typo", "alias_only"):
        for left, right in planted(scenario, f"second_claim_{kind}"):
            one, two = rows[left], rows[right]
            assert person[left] == person[right]
            assert one["force"] != two["force"]
            assert (pnc(one) == pnc(two) != []) == (kind in ("same_pnc", "deed_poll"))
            assert (one["birth_date"]["lo"] == two["birth_date"]["lo"]) == (kind != "birth_date_typo")
            assert (current(one) == current(two)) == (kind in ("same_pnc", "birth_date_typo"))
            listed = {(name["given"], name["surname"]) for name in one["names"][1:]}
            assert (current(two) in listed) == (kind == "alias_only")


@pytest.mark.parametrize(("status", "count"), [("located", 3), ("in_custody", 2), ("deceased", 1)])
def test_people_held_elsewhere_were_heard_of_after_they_were_lost(scenario, rows, person, status, count):
    pairs = planted(scenario, f"elsewhere_{status}")
    assert len(pairs) == count
    for claim, other in pairs:
        assert person[claim] == person[other]
        assert rows[claim]["status"] in OPEN_CLAIMS
        assert rows[other]["status"] == status
        assert rows[other]["last_contact"]["lo"] > rows[claim]["missing_since"]["hi"]
        assert pnc(rows[claim]) == pnc(rows[other]) != []


def test_claimed_people_have_no_record_beside_what_is_planted(scenario, claims, person):
    claimed = {person[row["record_id"]] for row in claims}
    held = Counter(who for who in person.values() if who in claimed)
    assert sum(held.values()) == 361 + 11 + 6


def test_four_requirements_had_ended_and_no_other_claims_had(scenario, claims):
    ended = {
        row["record_id"]
        for row in claims
        if row["period_end"] and row["period_end"]["hi"] < row["as_of"] and row["order_end"] is None
    }
    assert ended == {record for (record,) in planted(scenario, "requirement_ended")}
    assert len(ended) == 4


def test_claims_are_in_order_of_time(claims):
    for row in claims:
        lost, heard = row["missing_since"], row["last_contact"]
        assert (row["conviction_date"]["lo"] - row["birth_date"]["lo"]).days > 18 * 365
        if lost:
            assert row["conviction_date"]["hi"] < lost["hi"] < row["as_of"]
        if lost and heard:
            assert heard["lo"] <= lost["hi"]


def test_who_must_not_merge(scenario, rows, person):
    ((one, two),) = planted(scenario, "twins")
    assert person[one] != person[two]
    assert current(rows[one])[1] == current(rows[two])[1]
    assert current(rows[one])[0] != current(rows[two])[0]
    assert rows[one]["birth_date"] == rows[two]["birth_date"]
    ((father, son),) = planted(scenario, "namesakes")
    assert person[father] != person[son]
    assert current(rows[father]) == current(rows[son])
    assert rows[father]["addresses"][0] == rows[son]["addresses"][0]
    ((victim, stranger),) = planted(scenario, "mis_keyed_pnc")
    assert pnc(rows[victim]) == pnc(rows[stranger]) != []
    assert person[victim] != person[stranger]
    assert rows[victim]["birth_date"] != rows[stranger]["birth_date"]
    (members,) = planted(scenario, "hostel")
    assert len({person[record] for record in members}) == 30
    assert len({rows[record]["addresses"][0]["postcode"] for record in members}) == 1


def test_lincolnshires_one_claim_is_by_a_notification_order_on_a_foreign_conviction(claims):
    (row,) = [row for row in claims if row["force"] == "lincolnshire"]
    assert row["basis"] == "s97_order"
    assert row["conviction_country"] != "United Kingdom"
    assert "Rape" in row["offence"]


def test_what_is_faulty_is_no_claim_and_not_in_the_truth(scenario, rows, person):
    assert 5 <= len(scenario.faults) <= 10
    for fault in scenario.faults:
        assert rows[fault.record_id]["status"] not in OPEN_CLAIMS
        assert fault.record_id not in person


def test_claims_hold_evidence_of_travel_of_several_grades(claims):
    assert len({row["overseas_evidence"] for row in claims}) >= 6


@pytest.mark.parametrize("seed", [1, 77])
def test_the_figures_hold_for_any_seed(seed):
    made = build("survey-2018", seed=seed)
    claims = [row for row in made.records.to_pylist() if row["status"] in OPEN_CLAIMS]
    cohort = Counter(year_lost(row) for row in claims)
    assert (len(claims), cohort[2017], min(year for year in cohort if year != "UNDATED")) == (372, 114, 2005)
