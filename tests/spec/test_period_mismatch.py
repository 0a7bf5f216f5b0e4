# ruff: noqa: E501
"""When the end of a period that a force sends contradicts the sentence it sends: hand-computed from SOA 2003 s.82."""

import datetime as dt
from dataclasses import replace

import pytest

from reconcile.intake.validate import Extract, validate
from tests.small_tables import rows
from tests.unit.dialect import KENT, canonical

pytestmark = pytest.mark.slow

RULE = "period_as_in_table"

CASES = rows(
    """
    | why                                                 | Disposal              | Months | DOB        | Convicted  | Order ends          | Period ends | Status   | warned |
    | 12 months: 10 years, as sent                        | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 02/02/2022  | At home  |        |
    | 12 months, and the 7 years of six months are sent   | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 02/02/2019  | At home  | yes    |
    | six months, and the 10 years of seven are sent      | imprisonment          | 6      | 05/05/1970 | 03/02/2012 |                     | 02/02/2022  | At home  | yes    |
    | counted from the day after                          | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 03/02/2022  | At home  |        |
    | counted from a sentence a month later               | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 05/03/2022  | At home  |        |
    | a day more than the tolerance, later                | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 06/03/2022  | At home  | yes    |
    | 31 days earlier                                     | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 02/01/2022  | At home  |        |
    | a day more than the tolerance, earlier              | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 01/01/2022  | At home  | yes    |
    | under 18: half of 10 years, as sent                 | imprisonment          | 12     | 01/01/1997 | 01/06/2013 |                     | 31/05/2018  | At home  |        |
    | under 18, and an adult's 10 years are sent          | imprisonment          | 12     | 01/01/1997 | 01/06/2013 |                     | 31/05/2023  | At home  | yes    |
    | no birth date: adult or minor, nobody can tell      | imprisonment          | 12     |            | 01/06/2013 |                     | 31/05/2030  | At home  |        |
    | no length of sentence: three rows of the table      | imprisonment          |        | 05/05/1970 | 03/02/2012 |                     | 02/02/2030  | At home  |        |
    | only the year of conviction                         | imprisonment          | 12     | 05/05/1970 | 2012       |                     | 02/02/2030  | At home  |        |
    | only the year of the end                            | imprisonment          | 12     | 05/05/1970 | 03/02/2012 |                     | 2030        | At home  |        |
    | no conviction date                                  | imprisonment          | 12     | 05/05/1970 |            |                     | 02/02/2030  | At home  |        |
    | a disposal the table does not know                  | bound_over            |        | 05/05/1970 | 03/02/2012 |                     | 02/02/2030  | At home  |        |
    | a discharge lasts its own length                    | conditional_discharge |        | 05/05/1970 | 03/02/2016 |                     | 02/02/2030  | At home  |        |
    | 30 months: indefinite, and an end is sent           | imprisonment          | 30     | 05/05/1970 | 03/02/2012 |                     | 02/02/2022  | At home  | yes    |
    | indefinite, ended on review                         | imprisonment          | 30     | 05/05/1970 | 03/02/2002 |                     | 02/02/2018  | Over     |        |
    | an order outlasts the period, and its end is sent   | fine                  |        | 05/05/1970 | 03/02/2016 | 02/02/2026          | 02/02/2026  | At home  |        |
    | an order outlasts it, and a day after both is sent  | fine                  |        | 05/05/1970 | 03/02/2016 | 02/02/2026          | 02/02/2028  | At home  | yes    |
    | an order with no end                                | fine                  |        | 05/05/1970 | 03/02/2016 | until further order | 02/02/2028  | At home  |        |
    | an order whose end nobody can read                  | fine                  |        | 05/05/1970 | 03/02/2016 | see file            | 02/02/2028  | At home  |        |
    | an order makes no period shorter                    | fine                  |        | 05/05/1970 | 03/02/2016 | 02/02/2026          | 02/02/2019  | At home  | yes    |
    | an order that ends before the period                | fine                  |        | 05/05/1970 | 03/02/2016 | 02/02/2019          | 02/02/2026  | At home  | yes    |
    """
)


@pytest.fixture(scope="module")
def warned() -> dict[str, bool]:
    """Every line as an extract of its own, all validated in one pass."""
    people = [{name: cell for name, cell in case.items() if name not in ("why", "warned")} for case in CASES]
    other = {"Ref": "K0", "Surname": "Other"}
    found = validate([Extract(canonical(one, other), KENT, dt.date(2018, 3, 1), "ab" * 32, 2) for one in people])
    assert all(each.accepted.num_rows == 2 for each in found), "a warning holds no row back"
    return {
        case["why"]: any(failure.rule == RULE for failure in each.failures)
        for case, each in zip(CASES, found, strict=True)
    }


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_warned_only_where_both_are_certain_and_more_than_a_month_apart(case: dict[str, str], warned) -> None:
    assert warned[case["why"]] == (case["warned"] == "yes")


def test_the_rule_that_decides_is_that_of_the_forces_own_jurisdiction() -> None:
    # No row of the table has a caution in Scotland, so nothing is held against what is sent.
    scottish = replace(KENT, force=replace(KENT.force, jurisdiction="scotland"))
    one = {"Basis": "caution", "Convicted": "01/06/2017", "Period ends": "31/05/2024"}
    here, there = validate(
        [Extract(canonical(one), profile, dt.date(2018, 3, 1), "ab" * 32, 1) for profile in (KENT, scottish)]
    )
    assert [failure.rule for failure in here.failures] == [RULE]
    assert there.failures == ()
