# ruff: noqa: E501
"""When a requirement ends, case by case: hand-computed from SOA 2003 s.82 and its explanatory note.

"N years beginning with the relevant date" ends on the day before the anniversary; a half is counted in months.
The extract's date in ``as_of`` is the last day of the requirement, and the requirement ends on the day after it.
"""

import datetime as dt

import pytest

from reconcile import notification
from tests.small_tables import alone, links, records, rows

LAST_DAYS = rows(
    """
    | why                                         | force           | disposal           | sentence_months | birth_date | conviction_date | last_day   |
    | a caution: 2 years                          | kent            | caution            |                 | 1970-05-05 | 2014-06-10      | 2016-06-09 |
    | a fine: 5 years                             | kent            | fine               |                 | 1970-05-05 | 2010-01-01      | 2014-12-31 |
    | a community order: 5 years                  | kent            | community_order    |                 | 1970-05-05 | 2011-07-15      | 2016-07-14 |
    | six months: 7 years                         | kent            | imprisonment       | 6               | 1970-05-05 | 2009-02-03      | 2016-02-02 |
    | seven months: 10 years                      | kent            | imprisonment       | 7               | 1970-05-05 | 2006-02-03      | 2016-02-02 |
    | 29 months: 10 years                         | kent            | imprisonment       | 29              | 1970-05-05 | 2006-02-03      | 2016-02-02 |
    | a suspended sentence counts by its term     | kent            | suspended_sentence | 12              | 1970-05-05 | 2006-02-03      | 2016-02-02 |
    | hospital without restriction: 7 years       | kent            | hospital           |                 | 1970-05-05 | 2009-02-03      | 2016-02-02 |
    | begins on 29 February                       | kent            | caution            |                 | 1970-05-05 | 2012-02-29      | 2014-02-28 |
    | begins on 29 February, ends in a leap year  | kent            | hospital           |                 | 1970-05-05 | 2005-02-28      | 2012-02-27 |
    | begins on 1 March, ends in a leap year      | kent            | imprisonment       | 12              | 1970-05-05 | 2006-03-01      | 2016-02-28 |
    | begins on 1 March of a leap year            | kent            | caution            |                 | 1970-05-05 | 2012-03-01      | 2014-02-28 |
    | under 18: half of 2 years                   | kent            | caution            |                 | 1998-01-01 | 2014-06-10      | 2015-06-09 |
    | under 18: half of 5 years                   | kent            | fine               |                 | 1995-01-01 | 2011-05-01      | 2013-10-31 |
    | under 18: half of 7 years                   | kent            | imprisonment       | 4               | 1995-01-01 | 2011-05-01      | 2014-10-31 |
    | under 18: half of 10 years                  | kent            | imprisonment       | 12              | 1995-01-01 | 2011-05-01      | 2016-04-30 |
    | a half ending in February                   | kent            | fine               |                 | 1995-01-01 | 2010-08-31      | 2013-02-28 |
    | 18 on the very day: an adult                | kent            | caution            |                 | 1996-06-10 | 2014-06-10      | 2016-06-09 |
    | 18 on the day after: a minor                | kent            | caution            |                 | 1996-06-11 | 2014-06-10      | 2015-06-09 |
    | born on 29 February: 18 on 1 March          | kent            | caution            |                 | 1996-02-29 | 2014-02-28      | 2015-02-27 |
    | in Scotland the same lengths                | police-scotland | fine               |                 | 1970-05-05 | 2011-07-15      | 2016-07-14 |
    | in Northern Ireland too, cautions included  | psni            | caution            |                 | 1970-05-05 | 2014-06-10      | 2016-06-09 |
    """
)


def answer(case: dict[str, str], as_of: dt.date | str) -> str:
    """What the product says of one record on one day."""
    named = {**case, "record": f"{case['force']}:1"}
    columns = [name for name in named if name not in ("why", "force", "last_day", "says")]
    table = records(f"|{'|'.join(columns)}|\n|{'|'.join(named[name] for name in columns)}|", str(as_of))
    facts = notification.assess(table, alone(table), links())
    (value,) = [fact["value"] for fact in facts.to_pylist() if fact["fact"] == "requirement_ended"]
    return value


@pytest.mark.parametrize("case", LAST_DAYS, ids=[case["why"] for case in LAST_DAYS])
def test_the_last_day_and_the_day_after(case: dict[str, str]) -> None:
    last = dt.date.fromisoformat(case["last_day"])
    assert (answer(case, last), answer(case, last + dt.timedelta(days=1))) == ("NO", "YES")


ANSWERS = rows(
    """
    | why                                            | force           | disposal              | sentence_months | birth_date | conviction_date | order_end           | period_end | status            | says        |
    | 30 months: indefinite                          | kent            | imprisonment          | 30              | 1970-05-05 | 1999-01-01      |                     |            | located           | NO          |
    | life: indefinite                               | kent            | life                  |                 | 1970-05-05 | 1999-01-01      |                     |            | located           | NO          |
    | hospital with restriction: indefinite          | kent            | hospital_restriction  |                 | 1970-05-05 | 1999-01-01      |                     |            | located           | NO          |
    | indefinite is not halved under 18              | kent            | imprisonment          | 36              | 1990-01-01 | 2006-01-01      |                     |            | located           | NO          |
    | lifelong restriction in Scotland               | police-scotland | lifelong_restriction  |                 | 1970-05-05 | 2007-01-01      |                     |            | located           | NO          |
    | no lifelong restriction outside Scotland       | kent            | lifelong_restriction  |                 | 1970-05-05 | 2007-01-01      |                     |            | located           | CANNOT_TELL |
    | no caution in Scotland                         | police-scotland | caution               |                 | 1970-05-05 | 2010-01-01      |                     |            | located           | CANNOT_TELL |
    | before the scheme began                        | kent            | fine                  |                 | 1970-05-05 | 1996-01-01      |                     |            | located           | CANNOT_TELL |
    | an order outlasts the period                   | kent            | caution               |                 | 1970-05-05 | 2010-01-01      | 2018-03-01          |            | located           | NO          |
    | an order that ended yesterday                  | kent            | caution               |                 | 1970-05-05 | 2010-01-01      | 2018-02-28          |            | located           | YES         |
    | an order until further order                   | kent            | caution               |                 | 1970-05-05 | 2010-01-01      | until further order |            | located           | NO          |
    | an order whose end nobody can read             | kent            | caution               |                 | 1970-05-05 | 2010-01-01      | see file            |            | located           | CANNOT_TELL |
    | an order that ends some day this year          | kent            | caution               |                 | 1970-05-05 | 2010-01-01      | 2018                |            | located           | CANNOT_TELL |
    | the sentence is blank, 7 years still run       | kent            | imprisonment          |                 | 1970-05-05 | 2013-01-01      |                     |            | located           | NO          |
    | the sentence is blank, 7 years are over        | kent            | imprisonment          |                 | 1970-05-05 | 2009-01-01      |                     |            | located           | CANNOT_TELL |
    | the age is blank, over for an adult too        | kent            | caution               |                 |            | 2010-01-01      |                     |            | located           | YES         |
    | the age is blank, over for a minor only        | kent            | caution               |                 |            | 2016-08-01      |                     |            | located           | CANNOT_TELL |
    | only the year of conviction, over all the same | kent            | caution               |                 | 1970-05-05 | 2010            |                     |            | located           | YES         |
    | only the year, and it matters                  | kent            | caution               |                 | 1970-05-05 | 2016            |                     |            | located           | CANNOT_TELL |
    | no conviction date                             | kent            | caution               |                 | 1970-05-05 |                 |                     |            | located           | CANNOT_TELL |
    | no disposal                                    | kent            |                       |                 | 1970-05-05 | 2010-01-01      |                     |            | located           | CANNOT_TELL |
    | a disposal the table does not know             | kent            | bound_over            |                 | 1970-05-05 | 2010-01-01      |                     |            | located           | CANNOT_TELL |
    | a discharge lasts its own length               | kent            | conditional_discharge |                 | 1970-05-05 | 2010-01-01      |                     |            | located           | CANNOT_TELL |
    | the force alone knows that length              | kent            | conditional_discharge |                 | 1970-05-05 | 2010-01-01      |                     | 2011-12-31 | located           | YES         |
    | the force's end agrees with the table          | kent            | caution               |                 | 1970-05-05 | 2010-01-01      |                     | 2011-12-31 | located           | YES         |
    | the force's end contradicts the table          | kent            | caution               |                 | 1970-05-05 | 2010-01-01      |                     | 2020-12-31 | located           | CANNOT_TELL |
    | nothing sent at all                            | kent            |                       |                 |            |                 |                     |            | located           | CANNOT_TELL |
    | the force says it has ended                    | kent            |                       |                 |            |                 |                     |            | requirement_ended | YES         |
    | the force says so against its own dates        | kent            | fine                  |                 | 1970-05-05 | 2016-01-01      |                     |            | requirement_ended | CANNOT_TELL |
    """
)


@pytest.mark.parametrize("case", ANSWERS, ids=[case["why"] for case in ANSWERS])
def test_as_of_1_march_2018(case: dict[str, str]) -> None:
    assert answer(case, "2018-03-01") == case["says"]


REASONS = rows(
    """
    | disposal     | sentence_months | birth_date | conviction_date | order_end  | reason |
    | caution      |                 | 1970-05-05 | 2014-06-10      |            | the period of the table is over and no order is in force (s82/2003/caution, last day 2016-06-09) |
    | caution      |                 | 1970-05-05 | 2017-06-10      |            | the period is running (s82/2003/caution, last day 2019-06-09) |
    | imprisonment | 30              | 1970-05-05 | 2014-06-10      |            | the period is indefinite (s82/2003/imprisonment-30) |
    | caution      |                 | 1970-05-05 | 2014-06-10      | 2019-01-01 | an order is in force |
    | imprisonment |                 | 1970-05-05 | 2009-01-01      |            | the length of the sentence, or the age at the relevant date, leaves both answers open |
    | caution      |                 | 1970-05-05 |                 |            | the date of the conviction, finding or caution is not given |
    """
)


@pytest.mark.parametrize("case", REASONS, ids=[case["reason"] for case in REASONS])
def test_the_reason_names_the_row_of_the_table_and_the_last_day(case: dict[str, str]) -> None:
    columns = [name for name in case if name != "reason"]
    table = records(f"|record|{'|'.join(columns)}|\n|kent:1|{'|'.join(case[name] for name in columns)}|")
    facts = notification.assess(table, alone(table), links()).to_pylist()
    assert [fact["reason"] for fact in facts if fact["fact"] == "requirement_ended"] == [case["reason"]]
