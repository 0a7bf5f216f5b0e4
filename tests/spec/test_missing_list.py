"""The national list and the figures, from a handful of records to the lines and numbers they must give."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.national import missing_list, statistics
from tests.small_country import FORCES, NAMES, RECEIPTS, receipt, tables
from tests.small_tables import facts, said_instead


@pytest.fixture
def lines() -> dict[str, dict]:
    listed = missing_list.compile_list(**tables())
    assert listed.schema == schema.MISSING_LIST
    return {line["national_id"]: line for line in listed.to_pylist()}


@pytest.fixture
def figures() -> dict:
    return statistics.statistics(**tables(), receipts=RECEIPTS, forces=FORCES)


def test_leads_come_first_then_the_longest_missing_and_the_undated_last(lines) -> None:
    assert [(line["national_id"], line["located_elsewhere"]) for line in lines.values()] == [
        ("P1", "YES"),
        ("P3", "POSSIBLE"),
        ("P5", "NO"),
        ("P2", "NO"),
    ]


def test_a_line_says_who_is_claimed_by_whom_since_when(lines) -> None:
    line = lines["P1"]
    assert (line["name"], line["other_names"]) == ("Adam, Johnny", ["Adams, John", "Addams, Jon"])
    assert [(claim["force"], claim["status"], claim["missing_since"]["text"]) for claim in line["claims"]] == [
        ("kent", "wanted", "2014-03-01"),
        ("essex", "whereabouts_unknown", "2016-05-01"),
    ]
    assert line["missing_since"]["text"] == "2014-03-01"
    assert line["records"] == ["essex:1", "kent:1", "surrey:1"]
    assert (line["double_claimed"], line["suspected_overseas"], line["offence"]) == ("YES", "STRONG", "rape")
    assert lines["P2"]["missing_since"] is None


def test_the_owner_and_the_status_are_those_of_the_facts_and_the_claims_stand_beside_them(lines) -> None:
    assert [lines[one]["owner_force"] for one in ("P1", "P2", "P3")] == ["essex", "kent", "CANNOT_TELL"]
    assert lines["P1"]["national_status"] == "CONFLICT"
    assert [(claim["force"], claim["status"]) for claim in lines["P1"]["claims"]] == [
        ("kent", "wanted"),
        ("essex", "whereabouts_unknown"),
    ]


def test_how_long_counts_from_the_earliest_claim_to_its_own_extract(lines) -> None:
    assert [(lines[one]["length"], lines[one]["cohort_year"]) for one in ("P1", "P2", "P3", "P5")] == [
        ("2_to_5_years", "2014"),
        ("UNDATED", "UNDATED"),
        ("over_10_years", "2005"),
        ("1_to_2_years", "2016"),
    ]


def test_other_facts_stand_with_their_day_unless_they_are_no(lines) -> None:
    asked = ("national_status", "period_end", "periodic_overdue", "requirement_ended")
    said = [(fact["record_id"], fact["fact"], fact["value"], fact["days"]) for fact in lines["P1"]["facts"]]
    assert [fact for fact in said if fact[1] in asked] == [
        (None, "national_status", "CONFLICT", None),
        ("essex:1", "period_end", "NO", None),
        ("essex:1", "periodic_overdue", "YES", 787),
        ("kent:1", "periodic_overdue", "CANNOT_TELL", None),
        (None, "requirement_ended", "CANNOT_TELL", None),
    ]
    assert "unclaimed" in {fact["fact"] for fact in lines["P2"]["facts"]}
    assert "unclaimed" not in {fact["fact"] for fact in lines["P5"]["facts"]}


def test_a_person_is_grown_up_only_where_every_record_says_so() -> None:
    def answers(*said: tuple[str, str]) -> dict[str, str]:
        held = tables()
        text = "\n".join(f"| {record} | P1 | under_18 | {value} |" for record, value in said)
        held["facts"] = said_instead(held["facts"], facts(f"| of | id | fact | value |\n{text}"))
        return {line["national_id"]: line["under_18"] for line in missing_list.compile_list(**held).to_pylist()}

    assert answers(("essex:1", "NO"), ("kent:1", "NO"), ("surrey:1", "NO"))["P1"] == "NO"
    assert answers(("essex:1", "NO"), ("kent:1", "YES"), ("surrey:1", "NO"))["P1"] == "YES"
    assert answers(("essex:1", "NO"), ("kent:1", "CANNOT_TELL"), ("surrey:1", "NO"))["P1"] == "CANNOT_TELL"
    assert answers(("essex:1", "NO"), ("kent:1", "NO"))["P1"] == "CANNOT_TELL"


def test_the_links_that_carry_a_line_say_how_strong_they_are_and_who_decided() -> None:
    held = tables("|left|right|judgement|\n|essex:1|kent:1|same|\n|essex:3|kent:2|different|")
    people = held["identities"].to_pylist()
    joined = {"kent:1": ("decided", "essex:1"), "surrey:1": ("verified", "essex:1")}
    for row in people:
        row["joined_by"], row["joined_to"] = joined.get(row["record_id"], ("founding", None))
    held["identities"] = pa.Table.from_pylist(people, schema.IDENTITIES)
    lines = {line["national_id"]: line for line in missing_list.compile_list(**held).to_pylist()}
    assert [
        (link["left"], link["right"], link["strength"], link["joins"], link["weight"], link["reviewer"])
        for link in lines["P1"]["carried_by"]
    ] == [
        ("essex:1", "kent:1", "decided", True, 40, "coordinator"),
        ("essex:1", "surrey:1", "verified", True, 40, None),
    ]
    assert lines["P1"]["carried_by"][0]["decided_at"].date() == dt.date(2018, 3, 10)
    assert lines["P2"]["carried_by"] == []


def test_a_join_is_told_also_where_no_link_is_left_of_it_and_a_decision_on_other_evidence_is_not() -> None:
    held = tables("|left|right|judgement|hash|\n|essex:1|surrey:1|same|of other values|")
    people = held["identities"].to_pylist()
    joined = {"kent:1": "essex:1", "surrey:1": "kent:1"}
    for row in people:
        if row["record_id"] in joined:
            row["joined_by"], row["joined_to"] = "held", joined[row["record_id"]]
    held["identities"] = pa.Table.from_pylist(people, schema.IDENTITIES)
    line = missing_list.compile_list(**held).to_pylist()[0]
    assert [
        (link["left"], link["right"], link["strength"], link["joins"], link["weight"], link["reviewer"])
        for link in line["carried_by"]
    ] == [
        ("essex:1", "kent:1", "held", True, 40, None),
        ("kent:1", "surrey:1", "held", True, None, None),
        ("essex:1", "surrey:1", "verified", False, 40, None),
    ]


def test_the_latest_risk_assessment_is_shown(lines) -> None:
    assert (lines["P1"]["risk_level"], lines["P1"]["risk_assessed_on"]["text"]) == ("low", "2017")


def test_sightings_say_what_carries_them(lines) -> None:
    assert [(seen["record_id"], seen["status"], seen["strength"]) for seen in lines["P1"]["sightings"]] == [
        ("surrey:1", "in_custody", "verified")
    ]
    assert [(seen["record_id"], seen["strength"]) for seen in lines["P3"]["sightings"]] == [("essex:2", "possible")]


def test_possibly_the_same_as_stands_on_both_lines_and_never_for_a_guarded_link(lines) -> None:
    assert [other["national_id"] for other in lines["P5"]["possibly_same_as"]] == ["P2"]
    assert [other["national_id"] for other in lines["P2"]["possibly_same_as"]] == ["P5"]
    assert lines["P2"]["possibly_same_as"][0]["sentences"] == ["same name"]


def test_an_answered_link_no_longer_stands_beside_the_line() -> None:
    listed = missing_list.compile_list(
        **tables("|left|right|judgement|\n|essex:3|kent:2|different|\n|kent:3|essex:2|different|")
    )
    assert not [line for line in listed.to_pylist() if line["possibly_same_as"]]
    assert {line["national_id"]: line["located_elsewhere"] for line in listed.to_pylist()}["P3"] == "NO"


def test_the_order_of_rows_does_not_matter() -> None:
    turned = tables(order=[3, 1, 7, 5, 0, 2, 6, 4])
    assert missing_list.compile_list(**turned).equals(missing_list.compile_list(**tables()))
    assert statistics.statistics(**turned, receipts=RECEIPTS[::-1], forces=FORCES) == statistics.statistics(
        **tables(), receipts=RECEIPTS, forces=FORCES
    )


def test_a_withheld_offence_is_not_a_blank_one() -> None:
    held = tables()
    absent = pa.array(
        [[{"field": "offence", "reason": "withheld"}]] * len(held["records"]), schema.RECORDS.field("absent").type
    )
    held["records"] = held["records"].set_column(held["records"].schema.get_field_index("absent"), "absent", absent)
    lines = {line["national_id"]: line for line in missing_list.compile_list(**held).to_pylist()}
    assert (lines["P1"]["offence"], lines["P2"]["offence"]) == ("rape", "WITHHELD")


def test_a_withheld_risk_is_not_an_unknown_or_a_blank_one() -> None:
    held = tables()
    said = {"kent:2": "withheld", "essex:3": "unknown"}
    absent = [
        [{"field": "risk_level", "reason": said[record]}] if record in said else []
        for record in held["records"]["record_id"].to_pylist()
    ]
    place, kind = held["records"].schema.get_field_index("absent"), schema.RECORDS.field("absent").type
    held["records"] = held["records"].set_column(place, "absent", pa.array(absent, kind))
    lines = {line["national_id"]: line for line in missing_list.compile_list(**held).to_pylist()}
    assert [lines[one]["risk_level"] for one in ("P2", "P3", "P5")] == ["WITHHELD", "medium", "UNKNOWN"]


def test_claims_are_counted_as_claims_and_people_as_people(figures) -> None:
    assert figures["gross_claims"] == 5
    assert figures["distinct_people"] == {"low": 3, "high": 4}
    assert figures["overlap"] == {"low": 1, "high": 2}


def test_a_silent_force_is_named_and_a_nil_one_has_answered(figures) -> None:
    assert (figures["forces_total"], figures["forces_answered"]) == (5, 4)
    assert (figures["forces_nil"], figures["forces_silent"]) == ([NAMES["sussex"]], [NAMES["wiltshire"]])
    assert figures["as_of"] == {"first": "2018-02-26", "last": "2018-03-06", "spread_days": 8}
    assert figures["rows"] == {"in": 8, "accepted": 8, "quarantined": 0, "rejected": 0, "held": 0}


def test_another_nil_return_moves_the_coverage_only(figures) -> None:
    heard = [*RECEIPTS[:4], receipt("wiltshire", "NIL", "2018-03-06")]
    more = statistics.statistics(**tables(), receipts=heard, forces=FORCES)
    assert {key for key in more if more[key] != figures[key]} == {
        "forces_answered",
        "forces_nil",
        "forces_silent",
        "by_force",
    }
    nobody = more["by_force"].pop(NAMES["wiltshire"])
    assert (nobody["claims"], nobody["by_year_lost"], nobody["registered"]) == (0, {}, None)
    assert more["by_force"] == figures["by_force"]


def test_claims_by_year_and_by_force(figures) -> None:
    assert figures["by_year_lost"] == {"2005": 1, "2014": 1, "2016": 2, "UNDATED": 1}
    assert {name: (of["claims"], of["by_year_lost"]) for name, of in figures["by_force"].items()} == {
        NAMES["essex"]: (2, {"2016": 2}),
        NAMES["kent"]: (3, {"2005": 1, "2014": 1, "UNDATED": 1}),
        NAMES["surrey"]: (0, {}),
        NAMES["sussex"]: (0, {}),
    }
    assert (figures["over_a_decade"], figures["oldest_year"]) == (1, 2005)


def test_the_other_cuts(figures) -> None:
    assert figures["suspected_overseas"] == {"CONFIRMED_KNOWN": 0, "STRONG": 1, "WEAK": 0, "NONE": 4}
    assert figures["by_status"]["wanted"] == {"claims": 1, "people": 1}
    assert figures["by_status"]["whereabouts_unknown"] == {"claims": 4, "people": 4}
    assert figures["by_status"]["both"]["people"] == 1
    assert figures["by_status"]["either"] == {"claims": 5, "people": 4}
    assert figures["abroad_known"] == 1
    assert {name: claims for name, claims in figures["by_length"].items() if claims} == {
        "1_to_2_years": 2,
        "2_to_5_years": 1,
        "over_10_years": 1,
        "UNDATED": 1,
    }
    assert figures["by_risk"] == {"very_high": 0, "high": 1, "medium": 1, "unknown": 2, "low": 1}
    assert figures["links"]["verified"] == 2
    assert figures["links"]["held_by_a_guard"] == 1


def test_of_whom_counts_people_who_stay_in_every_headline_number(figures) -> None:
    found = {line: people for line, people in figures["of_whom"].items() if people}
    assert found == {
        "located_elsewhere": 1,
        "in_custody_elsewhere": 1,
        "possibly_located_elsewhere": 1,
        "cannot_tell_requirement_ended": 4,
        "double_claimed": 1,
    }


def test_the_figures_are_plain_json(figures) -> None:
    assert json.loads(json.dumps(figures)) == figures


def test_growth_is_computed_where_the_earlier_year_has_enough() -> None:
    years = {"2015": 25, "2016": 53, "2017": 114, "2018": 15, "UNDATED": 4, "2014": 3}
    claims = pa.table({"year_lost": [year for year, count in years.items() for _ in range(count)]}).append_column(
        "as_of", pa.array([dt.date(2018, 3, 1)] * sum(years.values()))
    )
    assert statistics.ratios(claims) == {"2015/2016": 2.12, "2016/2017": 2.15}
