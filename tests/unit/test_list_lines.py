"""A line of the list in words: facts with their days, marks, the codes it is filtered by, and who is not named."""

import datetime as dt
from typing import Any

import pytest

from reconcile import schema
from reconcile.national import list_filters, missing_list
from reconcile.national.facts_told import facts_told, open_facts, table
from reconcile.national.lines import Line, line
from tests.small_country import NAMES, tables

SHORT = {"kent": "Kent", "essex": "Essex"}
DAY = dt.date(2018, 1, 5)


def fact(name: str, value: str = "YES", record: str | None = "kent:1", **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(field.name for field in schema.FACT_SAID)
    return blank | {"record_id": record, "fact": name, "value": value} | more


@pytest.fixture
def rows() -> dict[str, dict[str, Any]]:
    return {row["national_id"]: row for row in missing_list.compile_list(**tables()).to_pylist()}


@pytest.fixture
def lines(rows) -> dict[str, Line]:
    return {one: line(row, NAMES) for one, row in rows.items()}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            fact("periodic_overdue", day=DAY, days=55),
            ("periodic notification overdue: due 5 January 2018, 55 days over (Kent 1)",),
        ),
        (fact("periodic_due", day=DAY), ("periodic notification due: 5 January 2018 (Kent 1)",)),
        (fact("stale_missing_review", days=1), ("review of the enquiries overdue: 1 day since the last (Kent 1)",)),
        (
            fact("unclaimed", record=None, reason="handed over by Kent"),
            ("handed over, or living in another force’s area, and held by no such force; handed over by Kent",),
        ),
        (fact("period_end", "NO"), ("the notification period is indefinite (Kent 1)",)),
        (fact("period_end", "NO", reason="by the table"), ("the notification period is indefinite (Kent 1)",)),
        (fact("periodic_overdue", "CANNOT_TELL"), ()),
        (fact("no_such_fact"), ()),
    ],
)
def test_a_fact_is_told_with_its_day_and_its_record(given: dict[str, Any], told: tuple[str, ...]) -> None:
    assert facts_told([given], SHORT) == told


def test_what_is_due_is_not_told_again_where_it_is_overdue_on_the_same_record() -> None:
    both = [fact("periodic_due", day=DAY), fact("periodic_overdue", day=DAY, days=55)]
    assert facts_told(both, SHORT) == ("periodic notification overdue: due 5 January 2018, 55 days over (Kent 1)",)
    other = [both[0], {**both[1], "record_id": "essex:1"}]
    assert facts_told(other, SHORT) == (
        "periodic notification overdue: due 5 January 2018, 55 days over (Essex 1)",
        "periodic notification due: 5 January 2018 (Kent 1)",
    )


def test_what_cannot_be_told_is_said_once_whatever_the_records() -> None:
    said = [fact("periodic_due", "CANNOT_TELL"), fact("periodic_due", "CANNOT_TELL", "essex:1"), fact("period_end")]
    assert open_facts(said) == ("periodic notification due",)


def test_every_fact_with_a_mark_has_words() -> None:
    assert {each["fact"] for each in table()["fact_flags"]} <= table()["facts"].keys()
    assert {each["column"] for each in table()["flags"]} <= set(schema.MISSING_LIST.names)


def test_marks_say_what_presses(lines: dict[str, Line]) -> None:
    assert {flag.code for flag in lines["P1"].flags} == {"lead", "double", "wanted", "overseas"}
    assert {flag.code for flag in lines["P2"].flags} == {"perhaps", "unclaimed"}


def test_a_line_is_filtered_by_what_it_says(lines: dict[str, Line]) -> None:
    assert lines["P1"].keys == {
        "force": "kent essex",
        "owner": "essex",
        "status": "CONFLICT whereabouts_unknown wanted both",
        "risk": "low",
        "year": "2014",
        "length": "2_to_5_years",
    }
    assert (lines["P3"].keys["owner"], lines["P2"].keys["risk"]) == ("CANNOT_TELL", "unknown")


def test_a_withheld_risk_is_found_with_those_not_known(rows) -> None:
    assert line(rows["P2"] | {"risk_level": "WITHHELD"}, NAMES).keys["risk"] == "unknown"


def test_a_reason_stands_with_its_column(lines: dict[str, Line]) -> None:
    assert lines["P1"].reasons["national_status"] == "kent claims, surrey holds in custody"
    assert lines["P3"].reasons["owner_force"] == "no force says when it was last notified"


def test_filters_offer_what_there_is_in_the_order_they_sort_by(lines: dict[str, Line]) -> None:
    offered = {
        each.key: [(option.code, option.count) for _, options in each.groups for option in options]
        for each in list_filters.filters(list(lines.values()), SHORT)
    }
    assert offered == {
        "force": [("essex", 2), ("kent", 3)],
        "owner": [("essex", 2), ("kent", 1), ("CANNOT_TELL", 1)],
        "year": [("2005", 1), ("2014", 1), ("2016", 1), ("UNDATED", 1)],
        "length": [("1_to_2_years", 1), ("2_to_5_years", 1), ("over_10_years", 1), ("UNDATED", 1)],
        "risk": [("medium", 1), ("unknown", 2), ("low", 1)],
        "status": [("CONFLICT", 1), ("WHEREABOUTS_UNKNOWN", 3), ("whereabouts_unknown", 4), ("wanted", 1), ("both", 1)],
    }


@pytest.mark.parametrize(
    ("age", "shown"), [("YES", "Restricted: under 18"), ("CANNOT_TELL", "Restricted: may be under 18")]
)
def test_whoever_is_or_may_be_a_child_is_not_named(rows, age: str, shown: str) -> None:
    child = line(rows["P1"] | {"under_18": age}, NAMES)
    assert (child.row["name"], child.row["other_names"], child.restricted) == (shown, [], True)
    told = line(rows["P1"] | {"under_18": age}, NAMES, name_under_18=True)
    assert (told.row["name"], told.restricted) == ("Adam, Johnny", False)


def test_whoever_is_protected_is_not_named_whatever_the_settings_say_of_children(rows) -> None:
    for age, children, shown in (
        ("NO", False, "Restricted"),
        ("YES", True, "Restricted"),
        ("YES", False, "Restricted: under 18"),
    ):
        told = line(rows["P1"] | {"under_18": age}, NAMES, name_under_18=children, protected={"P1"})
        assert (told.row["name"], told.row["other_names"], told.restricted) == (shown, [], True)
    other = rows["P5"]["possibly_same_as"][0]["national_id"]
    for one in ("P5", other):
        (sentence,) = line(rows["P5"], NAMES, name_under_18=True, protected={one}).row["possibly_same_as"][0][
            "sentences"
        ]
        assert "same name" not in sentence
    assert line(rows["P5"], NAMES, protected={"P9"}).row == line(rows["P5"], NAMES).row


def test_evidence_that_names_a_child_is_told_on_neither_line(rows) -> None:
    assert line(rows["P5"], NAMES).row["possibly_same_as"][0]["sentences"] == ["same name"]
    for changed in (
        rows["P5"] | {"under_18": "YES"},
        rows["P5"] | {"possibly_same_as": [rows["P5"]["possibly_same_as"][0] | {"under_18": "CANNOT_TELL"}]},
    ):
        (sentence,) = line(changed, NAMES).row["possibly_same_as"][0]["sentences"]
        assert "same name" not in sentence
        assert "not told here" in sentence
