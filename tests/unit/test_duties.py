# ruff: noqa: E501
"""The duties of Part 2 of the 2003 Act: the traps, one by one; the table of cases in tests/spec stands beside them."""

import pytest

from tests.small_duties import answer, facts, name, record, said

NOTIFIED = {"first_notified": "2017-01-11", "last_notified": "2017-02-01"}


@pytest.mark.parametrize(
    ("columns", "due", "overdue"),
    [
        ({}, ("YES", "2018-02-01", None), ("YES", "2018-02-01", 28)),
        ({"as_of": "2018-02-01"}, ("YES", "2018-02-01", None), ("NO", "2018-02-01", 0)),
        ({"last_notified": "2016-02-29", "first_notified": "2016-02-29", "conviction_date": "2016-02-28", "as_of": "2017-02-28"}, ("YES", "2017-02-28", None), ("NO", "2017-02-28", 0)),
        # a change of address sets the year back, a bank card does not
        ({"events": [("address", "2017-05-01", "2017-05-02")]}, ("YES", "2018-05-02", None), ("NO", "2018-05-02", 0)),
        ({"events": [("prescribed", "2017-05-01", "2017-05-02")]}, ("YES", "2018-02-01", None), ("YES", "2018-02-01", 28)),
        # custody on the due day: the third day beginning with its end; and again while that falls into another
        ({"exemptions": [("custody", "2018-01-20", "2018-02-26")]}, ("YES", "2018-02-28", None), ("YES", "2018-02-28", 1)),
        ({"exemptions": [("custody", "2018-01-20", "2018-02-10"), ("hospital", "2018-02-11", "2018-02-27")]}, ("YES", "2018-03-01", None), ("NO", "2018-03-01", 0)),
        ({"exemptions": [("custody", "2018-01-20", "2018-01-31")]}, ("YES", "2018-02-01", None), ("YES", "2018-02-01", 28)),
        ({"exemptions": [("abroad", "2018-01-20")]}, ("NO", "", None), ("NO", "", None)),
        ({"exemptions": [("custody", "2018-02-02")]}, ("YES", "2018-02-01", None), ("YES", "2018-02-01", 28)),
        # since when in custody is not sent: before the due day or after it; on a day to come it is before
        ({"status": "in_custody"}, ("CANNOT_TELL", "", None), ("CANNOT_TELL", "", None)),
        ({"status": "in_custody", "as_of": "2018-02-01"}, ("NO", "", None), ("NO", "", None)),
        ({"exemptions": [("custody", "2018-01-20", "2018-03-02")]}, ("NO", "", None), ("NO", "", None)),
        ({"exemptions": [("custody", "2018-01-20", "2018-03-01")]}, ("YES", "2018-03-03", None), ("NO", "2018-03-03", 0)),
        ({"status": "in_custody", "exemptions": [("custody", "2018-02-02")]}, ("YES", "2018-02-01", None), ("YES", "2018-02-01", 28)),
        ({"exemptions": [("custody", "2018-01", "2018-02-26")]}, ("YES", "2018-02-28", None), ("YES", "2018-02-28", 1)),
        ({"exemptions": [("custody", "2018-02", "2018-02-26")]}, ("YES", "", None), ("YES", "", None)),
        ({"exemptions": [("custody", "2018-02", "2018-02-27")]}, ("YES", "", None), ("CANNOT_TELL", "", None)),
        # a journey ends with the return; one that is overdue may have ended
        ({"travels": [("2018-01-20", "2018-02-27", "2018-02-27")]}, ("YES", "2018-03-01", None), ("NO", "2018-03-01", 0)),
        ({"travels": [("2018-01-20", "2018-02-10", "")]}, ("CANNOT_TELL", "", None), ("CANNOT_TELL", "", None)),
        ({"residence": "regularly_found", "last_notified": "2018-02-22"}, ("YES", "2018-03-01", None), ("NO", "2018-03-01", 0)),
        ({"last_notified": "2017", "first_notified": None}, ("YES", "", None), ("CANNOT_TELL", "", None)),
        ({"last_notified": None, "first_notified": None}, ("CANNOT_TELL", "", None), ("CANNOT_TELL", "", None)),
        ({"conviction_date": "2010-01-10"}, ("NO", "", None), ("NO", "", None)),
        ({"status": "deceased"}, ("NO", "", None), ("NO", "", None)),
    ],
)  # fmt: skip
def test_the_periodic_notification(columns: dict, due: tuple, overdue: tuple) -> None:
    row = record(**{**NOTIFIED, **columns})
    assert said("periodic_due", row) == due
    assert said("periodic_overdue", row) == overdue


def test_where_the_requirement_may_have_ended_nothing_is_said_to_be_due() -> None:
    found = answer("periodic_overdue", record(**NOTIFIED, order_end="2018"))
    assert found["value"] == "YES"
    found = answer("periodic_overdue", record(**{**NOTIFIED, "conviction_date": "2016"}))
    assert (found["value"], found["reason"]) == (
        "CANNOT_TELL",
        "whether the requirement still runs cannot be told from the dates as sent",
    )


def test_a_body_that_is_no_force_has_no_rule_set() -> None:
    assert answer("periodic_due", record("btp:1", **NOTIFIED))["reason"] == "no rule set for this body"


def test_a_duty_ends_with_the_requirement_and_says_so() -> None:
    found = {row["fact"]: row for row in facts(record(conviction_date="2010-01-10", **NOTIFIED))}
    for fact in ("periodic_due", "periodic_overdue", "nfa_weekly"):
        assert (found[fact]["value"], found[fact]["reason"]) == ("NO", "the requirement has ended")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"residence": "regularly_found"}, "YES"),
        ({"residence": "regularly_found", "as_of": "2012-08-12", "conviction_date": "2012-01-01"}, "NO"),
        ({"residence": "regularly_found", "as_of": "2012-08-13", "conviction_date": "2012-01-01"}, "YES"),
        ({"addresses": [{"kind": "current", "address": "N.F.A., town centre", "postcode": None}]}, "YES"),
        ({"addresses": [{"kind": "current", "address": "", "postcode": "ZZ99 3VZ"}]}, "YES"),
        ({"addresses": [{"kind": "previous", "address": "NFA", "postcode": None}]}, "CANNOT_TELL"),
        ({"addresses": [{"kind": "current", "address": "1 Infant Street", "postcode": None}]}, "NO"),
        ({"absent": [{"field": "address", "reason": "unknown", "text": "no fixed abode"}]}, "YES"),
        ({}, "CANNOT_TELL"),
    ],
)  # fmt: skip
def test_the_weekly_cycle(columns: dict, expected: str) -> None:
    assert said("nfa_weekly", record(**columns))[0] == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"as_of": "2017-01-12"}, ("NO", "2017-01-12", 0)),
        ({"as_of": "2017-01-13"}, ("YES", "2017-01-12", 1)),
        ({"as_of": "2017-01-13", "first_notified": "2017-01-13"}, ("NO", "", None)),
        ({"released_on": "2018-02-26"}, ("YES", "2018-02-28", 1)),
        ({"exemptions": [("custody", "2017-01-10", "2018-02-27")]}, ("NO", "2018-03-01", 0)),
        ({"exemptions": [("custody", "2017-01-11", "2018-02-26")]}, ("YES", "2018-02-28", 1)),
        ({"exemptions": [("custody", "2017-01-10")]}, ("NO", "", None)),
        ({"disposal": "imprisonment", "sentence_months": 12}, ("CANNOT_TELL", "", None)),
        ({"absent": [{"field": "first_notified", "reason": "unknown", "text": "N/K"}]}, ("CANNOT_TELL", "", None)),
        ({"conviction_date": "2018-02", "as_of": "2018-03-02"}, ("CANNOT_TELL", "", None)),
    ],
)  # fmt: skip
def test_the_initial_notification(columns: dict, expected: tuple) -> None:
    assert said("initial_overdue", record(**columns)) == expected


def test_a_force_that_sends_no_notification_is_not_held_to_have_none() -> None:
    rows = [record(f"kent:{number}") for number in range(20)]
    assert {row["value"] for row in facts(*rows) if row["fact"] == "initial_overdue"} == {"CANNOT_TELL"}
    told = record("kent:99", first_notified="2017-01-11")
    assert {row["value"] for row in facts(*rows, told) if row["fact"] == "initial_overdue"} == {"YES", "NO"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("name", "2018-01-10", "2018-01-12")], ("NO", "", None)),
        ([("name", "2018-01-10", "2018-01-13")], ("YES", "2018-01-12", 1)),
        ([("address", "2018-02-27", "")], ("NO", "", None)),
        ([("address", "2018-02-26", "")], ("YES", "2018-02-28", 1)),
        ([("address", "2018-02-26", "see file")], ("CANNOT_TELL", "", None)),
        ([("address", "2018-01", "2018-02-03")], ("YES", "", None)),
        ([("address", "2018-01", "2018-02-02")], ("CANNOT_TELL", "", None)),
        # an advance notice of 12 January holds from the 10th to the 14th
        ([("name", "2018-01-09", "2018-01-01", "2018-01-12")], ("YES", "2018-01-11", 49)),
        ([("name", "2018-01-10", "2018-01-01", "2018-01-12")], ("NO", "", None)),
        ([("name", "2018-01-14", "2018-01-01", "2018-01-12")], ("NO", "", None)),
        ([("name", "2018-01-15", "2018-01-01", "2018-01-12")], ("YES", "2018-01-17", 43)),
        # whether it happened is not sent: if on the day announced, the notice was enough
        ([("name", "", "2018-02-01", "2018-02-24")], ("NO", "", None)),
        ([("name", "", "2018-02-01", "2018-02-23")], ("CANNOT_TELL", "", None)),
        ([("name", "", "2018-01-17", "2018-01-12")], ("NO", "", None)),
        ([("name", "", "2018-01-18", "2018-01-12")], ("CANNOT_TELL", "", None)),
        # notified after it happened, and announced before: the notice before it held, or not
        ([("name", "2018-01-12", "2018-01-20", "2018-01-12")], ("CANNOT_TELL", "", None)),
        ([("name", "2018-01-08", "2018-01-20", "2018-01-12")], ("YES", "2018-01-10", 10)),
        ([("name", "2018-01-17", "2018-01-18", "2018-01-12")], ("CANNOT_TELL", "", None)),
        ([("name", "2018-01-10", "2018-01-01", "see file")], ("CANNOT_TELL", "", None)),
        # of several the latest that was late
        ([("name", "2017-05-01", "2017-06-01"), ("address", "2018-01-10", "2018-01-14"), ("name", "2018-02-01", "2018-02-02")], ("YES", "2018-01-12", 2)),
    ],
)  # fmt: skip
def test_changes(events: list, expected: tuple) -> None:
    assert said("change_late", record(**NOTIFIED, events=events)) == expected


def test_a_change_in_custody_begins_to_count_with_the_release() -> None:
    held = {"exemptions": [("custody", "2018-01-01", "2018-01-20")]}
    assert said("change_late", record(**held, events=[("name", "2018-01-10", "2018-01-22")]))[0] == "NO"
    assert said("change_late", record(**held, events=[("name", "2018-01-10", "2018-01-23")])) == (
        "YES",
        "2018-01-22",
        1,
    )


def test_a_change_after_the_requirement_is_no_duty_and_one_before_stays_one() -> None:
    ended = {"conviction_date": "2015-01-10"}  # a caution: until 9 January 2017
    assert said("change_late", record(**ended, events=[("name", "2017-01-10", "")]))[0] == "NO"
    assert said("change_late", record(**ended, events=[("name", "2017-01-04", "2017-01-09")])) == (
        "YES",
        "2017-01-06",
        3,
    )


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([("a", "2018-01-01", "2018-01-07")], ("YES", "2018-01-09", None)),
        ([("a", "2018-01-01", "2018-01-31")], ("YES", "2018-01-09", None)),
        ([("a", "2018-01-01", "2018-01-06")], ("NO", "", None)),
        ([("a", "2018-01-01", "2018-01-07", "2018-01-08")], ("NO", "", None)),
        ([("a", "2018-01-01", "2018-01-03"), ("b", "2018-01-04", "2018-01-07")], ("NO", "", None)),
        ([("a", "2018-01-01", "2018-01-04"), ("a", "2018-01-03", "2018-01-06")], ("NO", "", None)),
        ([("a", "2017-01-04", "2017-01-06"), ("a", "2017-12-31", "2018-01-03")], ("YES", "2018-01-05", None)),
        ([("a", "2017-01-03", "2017-01-05"), ("a", "2017-12-31", "2018-01-03")], ("NO", "", None)),
        ([("a", "2018-02-23", "")], ("YES", "2018-03-03", None)),
        ([("a", "2018-02-24", "")], ("NO", "", None)),
        ([("a", "2018-01", "2018-01-08")], ("CANNOT_TELL", "", None)),
    ],
)  # fmt: skip
def test_stays(stays: list, expected: tuple) -> None:
    assert said("qualifying_stay", record(stays=stays)) == expected


INDEFINITE = {"disposal": "life", "conviction_date": "2003-03-01", "first_notified": "2003-03-02"}


@pytest.mark.parametrize(
    ("force", "columns", "expected"),
    [
        ("kent", {}, ("NO", "2018-03-02", None)),
        ("kent", {"as_of": "2018-03-02"}, ("YES", "2018-03-02", 0)),
        ("kent", {"as_of": "2018-03-02", "order_end": "2020-01-01"}, ("NO", "2018-03-02", None)),
        ("kent", {"birth_date": "1986-01-01"}, ("YES", "2011-03-02", 2556)),
        ("kent", {"first_notified": None}, ("CANNOT_TELL", "", None)),
        ("psni", {}, ("NO", "2018-03-02", None)),
        ("police-scotland", {}, ("YES", "2018-03-01", 0)),
        ("police-scotland", {"exemptions": [("custody", "2003-03-01", "2003-03-11")], "first_notified": "2003-03-12"}, ("NO", "2018-03-11", None)),
        ("police-scotland", {"exemptions": [("custody", "2005-03-01", "2006-03-11")]}, ("YES", "2018-03-01", 0)),
    ],
)  # fmt: skip
def test_the_review_of_an_indefinite_requirement(force: str, columns: dict, expected: tuple) -> None:
    assert said("indefinite_review_due", record(f"{force}:1", **{**INDEFINITE, **columns})) == expected


def test_the_last_day_is_that_of_an_order_that_outlasts_the_period() -> None:
    assert said("period_end", record()) == ("YES", "2019-01-09", None)
    assert said("period_end", record(order_end="2020-05-01")) == ("YES", "2020-05-01", None)
    assert said("period_end", record(order_end="until further order"))[0] == "NO"
    assert said("period_end", record(conviction_date="2017")) == ("YES", "", None)
    assert said("period_end", record(**INDEFINITE))[0] == "NO"
    assert said("period_end", record(disposal=None))[0] == "CANNOT_TELL"


@pytest.mark.parametrize(
    ("other", "columns", "expected"),
    [
        ("John Smith", {}, "NO"),
        ("JON SMITH", {}, "NO"),
        ("Peter Brown", {}, "CANNOT_TELL"),
        ("Peter Brown", {"as_of": "2018-02-26"}, "YES"),
        ("Peter Brown", {"as_of": "2018-02-27"}, "CANNOT_TELL"),
        ("Peter Brown", {"first_notified": "2015-01-01"}, "CANNOT_TELL"),
        ("Peter Brown", {"events": [("name", "2018-02-26", "2018-02-26")]}, "YES"),
        ("Peter Brown", {"events": [("name", "2018-02-27", "2018-02-27")], "first_notified": "2015-01-01"}, "NO"),
    ],
)  # fmt: skip
def test_a_name_another_force_knows(other: str, columns: dict, expected: str) -> None:
    mine, theirs = record("kent:1"), record("essex:1", names=[name(other)], **columns)
    found = [row for row in facts(mine, theirs, groups=("kent:1 essex:1",)) if row["record_id"] == "kent:1"]
    (asked,) = [row for row in found if row["fact"] == "unnotified_name_suspected"]
    assert (asked["value"], asked["inputs"]) == (expected, ["essex:1", "kent:1"])


@pytest.mark.parametrize(
    ("kent", "essex", "status", "owner", "unclaimed"),
    [
        ({"last_notified": "2017-02-01"}, {"last_notified": "2018-01-01"}, "LOCATED_BREACH", "essex", "NO"),
        ({"last_notified": "2018-02-01"}, {"last_notified": "2018-02-01"}, "LOCATED_COMPLIANT", "CANNOT_TELL", "NO"),
        ({"last_notified": "2018-02-01", "status": "transferred"}, {"last_notified": "2018-02-01"}, "LOCATED_COMPLIANT", "essex", "NO"),
        ({"status": "transferred"}, {"status": "transferred"}, "CANNOT_TELL", "CANNOT_TELL", "YES"),
        ({"last_notified": "2018-02-01", "status": "wanted"}, {"last_notified": "2018-01-01"}, "CONFLICT", "kent", "NO"),
        ({"last_notified": "2018-02-01", "status": "wanted"}, {"last_notified": "2018-01-01", "status": "whereabouts_unknown", "overseas_evidence": "deported"}, "ABROAD_BELIEVED", "kent", "NO"),
        ({"last_notified": "2018-02-01"}, {"last_notified": "2018-01-01", "status": "deceased"}, "CONFLICT", "kent", "NO"),
        ({"last_notified": "2017", "status": "transferred"}, {"last_notified": "2017-06-01"}, "LOCATED_COMPLIANT", "essex", "NO"),
    ],
)  # fmt: skip
def test_status_owner_and_handover(kent: dict, essex: dict, status: str, owner: str, unclaimed: str) -> None:
    first = {"first_notified": "2017-01-11"}
    rows = record("kent:1", **{**first, **kent}), record("essex:1", **{**first, **essex})
    if kent.get("status") == "transferred" and essex.get("status") == "transferred":
        rows = record("kent:1", **kent), record("essex:1", **essex)
    found = {row["fact"]: row["value"] for row in facts(*rows, groups=("kent:1 essex:1",)) if row["record_id"] is None}
    assert (found["national_status"], found["owner_force"], found["unclaimed"]) == (status, owner, unclaimed)


@pytest.mark.parametrize(
    ("to", "silent", "expected"),
    [
        ("essex", (), "YES"),
        ("essex", ("surrey",), "YES"),
        ("essex", ("essex",), "CANNOT_TELL"),
        (None, ("surrey",), "CANNOT_TELL"),
        (None, (), "YES"),
    ],
)
def test_who_was_handed_over_to_a_silent_force_may_be_held_there(to: str | None, silent: tuple, expected: str) -> None:
    """A silent force once looked like one that holds nobody: a tenth of the demonstration's people were unclaimed."""
    (found,) = [
        row
        for row in facts(record("kent:1", status="transferred", transferred_to=to), silent=silent)
        if row["fact"] == "unclaimed"
    ]
    assert found["value"] == expected
    assert bool(found["reason"]) == (expected != "NO")


def test_a_return_from_abroad_overdue_by_more_than_three_days_is_strong_evidence() -> None:
    assert said("suspected_overseas", record(travels=[("2018-01-01", "2018-02-26", "")]))[0] == "NONE"
    assert said("suspected_overseas", record(travels=[("2018-01-01", "2018-02-25", "")]))[0] == "STRONG"
    assert said("suspected_overseas", record(travels=[("2018-01-01", "2018-02-01", "2018-02-20")]))[0] == "NONE"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"birth_date": "2008-03-02"}, "under 10 years old"),
        ({"birth_date": "1912-03-01"}, "over 105 years old"),
        ({"missing_since": "1997-08-31", "conviction_date": None}, "missing since before the scheme began"),
        ({"missing_since": "2018-03-02"}, "missing since after the extract"),
        ({"missing_since": "2017-01-09"}, "missing since before the relevant date"),
        ({"period_end": "2020-01-09"}, "the force's end of the period is not that of the sentence"),
        ({"missing_since": "2018-01-01", "status": "wanted", "last_notified": "2018-01-02"}, "notified after going missing, still claimed"),
        ({"missing_since": "2018-03-02", "period_end": "2020-01-09"}, "missing since after the extract; the force's end of the period is not that of the sentence"),
        ({"missing_since": "2018-03"}, "left open by the dates: missing since after the extract"),
        ({"birth_date": "2008-03-01"}, None),
        ({"birth_date": "1912-03-02"}, None),
        ({"period_end": "2020-01-09", "order_end": "2020-01-09"}, None),
        ({"missing_since": "2018-01-01", "status": "located", "last_notified": "2018-01-02"}, None),
    ],
)  # fmt: skip
def test_what_is_implausible_is_said_in_words(columns: dict, reason: str | None) -> None:
    found = answer("implausible", record(**columns))
    value = "NO" if reason is None else "CANNOT_TELL" if reason.startswith("left open") else "YES"
    assert (found["value"], found["reason"]) == (value, reason)


@pytest.mark.parametrize(
    ("birth_date", "band", "under_18"),
    [("2000-03-02", "under_18", "YES"), ("2000-03-01", "18_to_24", "NO"), ("2000", "CANNOT_TELL", "CANNOT_TELL"), ("1953-03-01", "65_and_over", "NO"), ("1953-03-02", "55_to_64", "NO"), (None, "CANNOT_TELL", "CANNOT_TELL")],
)  # fmt: skip
def test_ages(birth_date: str | None, band: str, under_18: str) -> None:
    row = record(birth_date=birth_date)
    assert (said("age_band", row)[0], said("under_18", row)[0]) == (band, under_18)


def test_enquiries() -> None:
    lost = {"status": "whereabouts_unknown", "missing_since": "2017-06-01"}
    assert said("stale_missing_review", record(**lost, last_reviewed="2018-01-30", risk_level="high"))[::2] == (
        "NO",
        30,
    )
    assert said("stale_missing_review", record(**lost, last_reviewed="2018-01-29", risk_level="high"))[::2] == (
        "YES",
        31,
    )
    assert said("stale_missing_review", record(**lost, last_reviewed="2018-01-29"))[0] == "CANNOT_TELL"
    assert said("stale_missing_review", record(**lost, last_reviewed="2018-02-25"))[0] == "NO"
    assert [said("no_circulation", record(**lost, circulated=word))[0] for word in ("yes", "no", None)] == [
        "NO",
        "YES",
        "CANNOT_TELL",
    ]
    assert not [row for row in facts(record()) if row["fact"] in ("stale_missing_review", "no_circulation")]
