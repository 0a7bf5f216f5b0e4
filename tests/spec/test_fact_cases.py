"""The spec table of the facts: every case of ``tests/spec/facts``, computed by hand from the Act, against the product.

A case that fails says what is tried, its source, what the table expects and what the product answers and why.
"""

import datetime as dt
import functools
from pathlib import Path
from typing import Any

import pytest

from reconcile import schema
from tests import fact_cases
from tests.fact_cases import NOT_ASKED, Case

FOLDER = Path(__file__).parent / "facts"
CASES = fact_cases.cases(FOLDER)

FLOW = {"D11", "D12"}
"""Flow figures of a force over a period: they are statistics, not facts of a record or a person."""


@functools.cache
def answers() -> dict[tuple[str, str], dict[str, Any]]:
    """All cases in one assessment, each an identity of its own."""
    return fact_cases.told(fact_cases.asked((case.id, case.where, case.as_of, case.inputs) for case in CASES))


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(case: Case) -> None:
    row = answers().get((case.id, case.fact))
    said = {"value": NOT_ASKED, "day": None, "days": None} if row is None else row
    expected = {
        "value": case.value,
        "day": _day(case.day) if case.day else said["day"],
        "days": _number(case.days) if case.days else said["days"],
    }
    if expected != {name: said[name] for name in expected}:
        pytest.fail(_told(case, said), pytrace=False)
    if row is not None:
        assert row["rule"] == case.rule
        assert row["reason"] or row["value"] != "CANNOT_TELL", f"{case.id}: no reason why it cannot be told"
        assert row["inputs"], f"{case.id}: names no record"


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text != "-" else None


def _number(text: str) -> int | None:
    return int(text) if text != "-" else None


def _told(case: Case, said: dict[str, Any]) -> str:
    expects = " ".join(filter(None, (case.value, case.day and f"day {case.day}", case.days and f"{case.days} days")))
    got = f"{said['value']} day {said['day'] or '-'} {'-' if said['days'] is None else said['days']} days"
    return (
        f"\n{case.id} {case.fact}: {case.tried}\n  source:   {case.source}\n"
        f"  inputs:   {case.where} as of {case.as_of}: {case.inputs}\n"
        f"  expected: {expects}\n  answered: {got}   ({said.get('reason') or 'no reason given'})"
    )


def test_no_answer_rests_on_a_duty_that_is_enacted_and_not_commenced() -> None:
    after = [case for case in CASES if case.as_of >= "2026-04-29"]  # Royal Assent of the Crime and Policing Act 2026
    named = {answers()[case.id, case.fact]["rule_set"] for case in after if case.rule == "D7"}
    assert named
    assert None not in named
    assert not [row for row in answers().values() if "2026" in (row["rule_set"] or "")]


def test_what_is_implausible_is_said_in_words_each_thing_by_itself() -> None:
    said = {case.tried: answers()[case.id, case.fact]["reason"] for case in CASES if case.rule == "D22"}
    too_young, to_come = said["ten years old tomorrow"], said["missing since the day after the extract's date"]
    assert too_young
    assert to_come
    assert too_young != to_come
    assert too_young in said["two things at once"]
    assert to_come in said["two things at once"]


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 170
    assert len({case.id for case in CASES}) == len(CASES)
    assert len({(case.fact, case.where, case.as_of, case.inputs) for case in CASES}) == len(CASES)
    assert all(case.source and case.tried and case.value for case in CASES)
    rules = {f"D{number}" for number in range(1, 24)} | {"S1", "S2", "S3"}
    assert {case.rule for case in CASES} == rules - FLOW


def test_both_answers_of_every_fact_that_has_two_are_tried() -> None:
    tried: dict[str, set[str]] = {}
    for case in CASES:
        tried.setdefault(case.fact, set()).add(case.value)
    graded = {"cohort_year", "suspected_overseas", "owner_force", "age_band", "national_status"}
    assert all({"YES", "NO"} <= values for fact, values in tried.items() if fact not in graded)


def test_a_word_the_notation_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no word 'custdy'"):
        fact_cases.record("1", "kent", "2018-03-01", "born 1970-05-05; custdy 2018-01-01..")


def test_the_notation() -> None:
    text = "essex: subject; custody 2020-01-05..; event name happened 2020-02-01 advance 2020-02-03; disposal caution"
    row = fact_cases.record("1", "kent", "2020-03-01", text)
    assert (row["force"], row["disposal"], row["sentence_months"]) == ("essex", "caution", None)
    assert row["exemptions"][0]["end"] is None
    assert row["events"][0]["notified"] is None
    assert row["events"][0]["advance"]["lo"] == dt.date(2020, 2, 3)
    assert set(row) <= set(schema.RECORDS.names)
