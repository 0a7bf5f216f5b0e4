# ruff: noqa: E501
"""The facts, case by case, as of each extract's own date."""

import datetime as dt

import pyarrow as pa
import pytest

from reconcile import notification, schema
from reconcile.notification import rules
from tests.small_tables import alone, decisions, identities, links, records, rows


def facts(table: pa.Table, people: pa.Table, between: pa.Table | None = None, decided: pa.Table | None = None) -> dict:
    """``national id, fact`` → its row."""
    found = notification.assess(table, people, between if between is not None else links(), decided)
    assert found.schema == schema.FACTS
    return {(row["national_id"], row["fact"]): row for row in found.to_pylist()}


DECADE = rows(
    """
    | missing_since | as_of      | says        | why                                     |
    | 2008-03-01    | 2018-03-01 | NO          | the tenth anniversary itself            |
    | 2008-02-29    | 2018-02-28 | NO          | ten years from 29 February: 28 February |
    | 2008-02-29    | 2018-03-01 | YES         | and the day after                       |
    | 2008-02-28    | 2018-03-01 | YES         | a day over                              |
    | 2008          | 2018-03-01 | CANNOT_TELL | some day of 2008                        |
    | 2008          | 2018-12-31 | CANNOT_TELL | the last day of 2008 is ten years ago   |
    | 2008          | 2019-01-01 | YES         | all of 2008 is over ten years ago       |
    | 2008          | 2018-01-01 | NO          | none of it is                           |
    | 2008-02       | 2018-03-01 | YES         | all of February 2008                    |
    |               | 2018-03-01 | CANNOT_TELL | no date                                 |
    | N/K           | 2018-03-01 | CANNOT_TELL | no date                                 |
    """
)


@pytest.mark.parametrize("case", DECADE, ids=[f"{case['missing_since']} at {case['as_of']}" for case in DECADE])
def test_over_a_decade(case: dict[str, str]) -> None:
    table = records(
        f"|record|status|missing_since|\n|kent:1|whereabouts_unknown|{case['missing_since']}|", case["as_of"]
    )
    assert facts(table, alone(table))["P1", "over_a_decade"]["value"] == case["says"]


def test_over_a_decade_changes_on_one_day_only() -> None:
    start, said = dt.date(2018, 2, 20), []
    for day in range(20):
        table = records(
            "|record|status|missing_since|\n|kent:1|wanted|2008-03-01|", str(start + dt.timedelta(days=day))
        )
        said.append(facts(table, alone(table))["P1", "over_a_decade"]["value"])
    assert said == ["NO"] * 10 + ["YES"] * 10  # 1 March 2018 is the tenth day


@pytest.mark.parametrize(
    ("missing_since", "year"),
    [("2016-05-04", "2016"), ("2016", "2016"), ("2016-02", "2016"), ("", "UNDATED"), ("N/K", "UNDATED")],
)
def test_cohort_year(missing_since: str, year: str) -> None:
    table = records(f"|record|status|missing_since|\n|kent:1|wanted|{missing_since}|")
    assert facts(table, alone(table))["P1", "cohort_year"]["value"] == year


def test_a_span_over_two_years_counts_for_neither() -> None:
    table = records("|record|status|missing_since|\n|kent:1|wanted|2016|")
    winter = pa.array(
        [{"lo": dt.date(2016, 12, 1), "hi": dt.date(2017, 2, 28), "text": "winter 2016"}], schema.PARTIAL_DATE
    )
    table = table.set_column(table.schema.get_field_index("missing_since"), "missing_since", winter)
    assert facts(table, alone(table))["P1", "cohort_year"]["value"] == "UNDATED"


def test_the_person_is_missing_since_the_earliest_claim_and_counts_once() -> None:
    table = records(
        """
        | record         | status              | missing_since |
        | kent:1         | wanted              | 2016-05-01    |
        | metropolitan:1 | whereabouts_unknown | 2007-05-01    |
        | essex:1        | wanted              |               |
        """
    )
    found = facts(table, identities("kent:1 metropolitan:1 essex:1"))
    assert {fact: found["P1", fact]["value"] for fact in ("double_claimed", "cohort_year", "over_a_decade")} == {
        "double_claimed": "YES",
        "cohort_year": "2007",
        "over_a_decade": "YES",
    }
    assert found["P1", "double_claimed"]["inputs"] == ["essex:1", "kent:1", "metropolitan:1"]
    assert found["P1", "cohort_year"]["inputs"] == ["metropolitan:1"]
    assert (found["P1", "whereabouts_unknown"]["value"], found["P1", "wanted"]["value"]) == ("YES", "YES")


def test_two_claims_of_one_force_are_no_double_claim() -> None:
    table = records("|record|status|\n|kent:1|wanted|\n|kent:2|wanted|")
    assert facts(table, identities("kent:1 kent:2"))["P1", "double_claimed"]["value"] == "NO"


LOCATED = rows(
    """
    | why                                   | lost       | status              | contact    | force  | joined | says        |
    | seen after, active elsewhere          | 2016-05-01 | located             | 2017-01-01 | essex  | yes    | YES         |
    | in custody since                      | 2016-05-01 | in_custody          | 2017-01-01 | essex  | yes    | YES         |
    | abroad, location known                | 2016-05-01 | abroad_known        | 2017-01-01 | essex  | yes    | YES         |
    | in hospital                           | 2016-05-01 | in_hospital         | 2017-01-01 | essex  | yes    | YES         |
    | dead, the date is not needed          | 2016-05-01 | deceased            |            | essex  | yes    | YES         |
    | last contact before the loss          | 2016-05-01 | located             | 2015-01-01 | essex  | yes    | NO          |
    | last contact on the day itself        | 2016-05-01 | located             | 2016-05-01 | essex  | yes    | NO          |
    | last contact on the day after         | 2016-05-01 | located             | 2016-05-02 | essex  | yes    | YES         |
    | no date of contact                    | 2016-05-01 | located             |            | essex  | yes    | CANNOT_TELL |
    | the same year                         | 2016       | located             | 2016-08-01 | essex  | yes    | CANNOT_TELL |
    | the loss is undated                   |            | located             | 2017-01-01 | essex  | yes    | CANNOT_TELL |
    | moved on, nobody says where           | 2016-05-01 | transferred         | 2017-01-01 | essex  | yes    | NO          |
    | the same force's second record        | 2016-05-01 | located             | 2017-01-01 | kent   | yes    | NO          |
    | only by a link nobody decided         | 2016-05-01 | located             | 2017-01-01 | essex  | no     | POSSIBLE    |
    | undecided, and contact before         | 2016-05-01 | located             | 2015-01-01 | essex  | no     | NO          |
    """
)


@pytest.mark.parametrize("case", LOCATED, ids=[case["why"] for case in LOCATED])
def test_located_elsewhere(case: dict[str, str]) -> None:
    other = f"{case['force']}:9"
    table = records(
        f"""| record | status              | missing_since  | last_contact      |
        | kent:1     | whereabouts_unknown | {case["lost"]} |                   |
        | {other}    | {case["status"]}    |                | {case["contact"]} |"""
    )
    joined = case["joined"] == "yes"
    people = identities(f"kent:1 {other}") if joined else identities("kent:1", other)
    between = links(f"|left|right|strength|\n|kent:1|{other}|{'verified' if joined else 'proposed'}|")
    found = facts(table, people, between)["P1", "located_elsewhere"]
    assert found["value"] == case["says"]
    assert found["inputs"] == (["kent:1"] if case["says"] == "NO" else sorted(["kent:1", other]))


@pytest.mark.parametrize(
    ("guard", "judgement", "says"), [("twins", "", "NO"), ("", "different", "NO"), ("", "cannot_tell", "POSSIBLE")]
)
def test_a_guarded_or_refused_link_locates_nobody(guard: str, judgement: str, says: str) -> None:
    table = records(
        """| record  | status              | missing_since | last_contact |
           | kent:1  | whereabouts_unknown | 2016-05-01    |              |
           | essex:1 | in_custody          |               | 2017-01-01   |"""
    )
    between = links(f"|left|right|strength|guard|\n|kent:1|essex:1|possible|{guard}|")
    decided = decisions(f"|left|right|judgement|\n|kent:1|essex:1|{judgement}|" if judgement else "")
    assert facts(table, alone(table), between, decided)["P1", "located_elsewhere"]["value"] == says


def test_a_link_locates_by_every_record_of_the_person_beyond_it() -> None:
    table = records(
        """| record   | status              | missing_since | last_contact |
           | kent:1   | whereabouts_unknown | 2016-05-01    |              |
           | essex:1  | transferred         |               | 2017-01-01   |
           | surrey:1 | in_custody          |               | 2017-06-01   |"""
    )
    between = links("|left|right|strength|\n|kent:1|essex:1|possible|\n|essex:1|surrey:1|verified|")
    found = facts(table, identities("kent:1", "essex:1 surrey:1"), between)
    assert found["P1", "located_elsewhere"]["value"] == "POSSIBLE"
    assert found["P1", "located_elsewhere"]["inputs"] == ["kent:1", "surrey:1"]


def test_another_force_that_lost_the_person_later_is_the_one_to_beat() -> None:
    table = records(
        """| record         | status              | missing_since | last_contact |
           | kent:1         | whereabouts_unknown | 2010-05-01    |              |
           | metropolitan:1 | whereabouts_unknown | 2016-05-01    |              |
           | essex:1        | located             |               | 2013-01-01   |"""
    )
    assert facts(table, identities("kent:1 metropolitan:1 essex:1"))["P1", "located_elsewhere"]["value"] == "NO"


@pytest.mark.parametrize(
    ("evidence", "status", "grade"),
    [
        ("location_known", "wanted", "CONFIRMED_KNOWN"),
        ("travel_return_overdue", "wanted", "STRONG"),
        ("border_exit", "wanted", "STRONG"),
        ("agency_sighting", "wanted", "STRONG"),
        ("deported", "wanted", "STRONG"),
        ("believed_abroad", "wanted", "WEAK"),
        ("", "wanted", "NONE"),
        ("", "abroad_known", "CONFIRMED_KNOWN"),
    ],
)
def test_suspected_overseas(evidence: str, status: str, grade: str) -> None:
    table = records(f"|record|status|overseas_evidence|\n|kent:1|{status}|{evidence}|")
    assert facts(table, alone(table))["P1", "suspected_overseas"]["value"] == grade


def test_being_from_abroad_is_no_evidence_of_being_abroad() -> None:
    table = records("|record|status|place_of_birth|conviction_country|\n|kent:1|wanted|Gdansk|Poland|")
    assert facts(table, alone(table))["P1", "suspected_overseas"]["value"] == "NONE"


def test_every_kind_of_overseas_evidence_has_its_grade() -> None:
    assert set(rules.rules()["overseas"]["evidence"]) == set(schema.OVERSEAS_EVIDENCE)


REQUIREMENT = rows(
    """
    | why                                                  | kent       | essex      | essex_status      | says        |
    | over by the one record that speaks                   | 2010-01-01 |            | located           | YES         |
    | one conviction is over, another runs                 | 2010-01-01 | 2017-01-01 | located           | NO          |
    | both are over                                        | 2010-01-01 | 2011-01-01 | located           | YES         |
    | one is over, the other cannot be told                | 2010-01-01 | N/K        | located           | CANNOT_TELL |
    | another force says it has ended, the dates say no    | 2017-01-01 |            | requirement_ended | CANNOT_TELL |
    | another force says it has ended, nothing contradicts | 2010-01-01 |            | requirement_ended | YES         |
    """
)


@pytest.mark.parametrize("case", REQUIREMENT, ids=[case["why"] for case in REQUIREMENT])
def test_the_requirement_of_a_person_with_two_records(case: dict[str, str]) -> None:
    def disposal(date: str) -> str:
        return "caution" if date else ""

    table = records(
        f"""| record | status                | birth_date | conviction_date | disposal                 |
        | kent:1     | wanted                | 1970-01-01 | {case["kent"]}  | {disposal(case["kent"])} |
        | essex:1    | {case["essex_status"]}| 1970-01-01 | {case["essex"]} | {disposal(case["essex"])}|"""
    )
    assert facts(table, identities("kent:1 essex:1"))["P1", "requirement_ended"]["value"] == case["says"]


ASKED_OF_SOME = {
    "change_late",
    "indefinite_review_due",
    "no_circulation",
    "qualifying_stay",
    "unnotified_name_suspected",
}
"""Facts of records with events, an indefinite period, whereabouts unknown, stays, or a record of another force."""


def test_every_fact_names_its_rule_and_its_records_and_what_it_cannot_tell() -> None:
    table = records(
        "|record|status|missing_since|\n|kent:1|wanted|\n|essex:1|located|".replace("|wanted|", "|wanted||").replace(
            "|located|", "|located||"
        )
    )
    found = facts(table, alone(table))
    assert {fact for _, fact in found} == set(rules.rules()["rules"]) - ASKED_OF_SOME
    assert all(row["rule"] == rules.rule_id(fact) and row["inputs"] for (_, fact), row in found.items())
    assert all(row["reason"] for row in found.values() if row["value"] == "CANNOT_TELL")


def test_the_order_of_rows_does_not_matter() -> None:
    table = records(
        """| record         | status              | missing_since | last_contact |
           | metropolitan:1 | whereabouts_unknown | 2016-05-01    |              |
           | essex:1        | located             |               | 2017-01-01   |
           | kent:1         | wanted              | 2010-05-01    |              |"""
    )
    people, between = (
        identities("kent:1 metropolitan:1", "essex:1"),
        links("|left|right|strength|\n|kent:1|essex:1|possible|"),
    )
    turned = notification.assess(table.take([2, 0, 1]), people.take([1, 2, 0]), between)
    assert turned.equals(notification.assess(table, people, between))


def test_no_records_at_all() -> None:
    empty = schema.RECORDS.empty_table()
    assert len(notification.assess(empty, schema.IDENTITIES.empty_table(), links())) == 0
