"""The figures beside the headline: who owns whom, what is overdue, who was found; each with what it rests on."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from reconcile import notification, schema
from reconcile.national import caseload, flow, statistics
from reconcile.national.claims import cuts
from tests.small_country import FORCES, NAMES, RECEIPTS, tables
from tests.small_tables import alone, decisions, links, partial, records, rows

FACTS = """
| national_id | record_id | fact                 | value               |
| P1          |           | owner_force          | essex               |
| P2          |           | owner_force          | CANNOT_TELL         |
| P3          |           | owner_force          | kent                |
| P4          |           | owner_force          | essex               |
| P5          |           | owner_force          | essex               |
| P1          |           | national_status      | CONFLICT            |
| P2          |           | national_status      | WHEREABOUTS_UNKNOWN |
| P4          |           | national_status      | LOCATED_COMPLIANT   |
| P6          |           | unclaimed            | YES                 |
| P4          |           | unclaimed            | CANNOT_TELL         |
| P3          |           | unclaimed            | NO                  |
| P1          | essex:1   | age_band             | 40 to 49            |
| P1          | kent:1    | age_band             | 40 to 49            |
| P2          | kent:2    | age_band             | 16 to 17            |
| P4          | essex:2   | age_band             | 20 to 29            |
| P2          | kent:2    | under_18             | YES                 |
| P3          | kent:3    | under_18             | NO                  |
| P4          | essex:2   | periodic_overdue     | YES                 |
| P6          | essex:4   | periodic_overdue     | NO                  |
| P1          | essex:1   | periodic_overdue     | CANNOT_TELL         |
| P1          | kent:1    | periodic_overdue     | CANNOT_TELL         |
| P1          | essex:1   | stale_missing_review | YES                 |
| P2          | kent:2    | no_circulation       | YES                 |
"""


def facts() -> pa.Table:
    """The facts of the small country with those of this table added."""
    said = [{**{name: cell or None for name, cell in row.items()}, "rule": "D", "inputs": []} for row in rows(FACTS)]
    mine = {row["fact"] for row in said}
    others = [row for row in tables()["facts"].to_pylist() if row["fact"] not in mine]
    return pa.Table.from_pylist(others + said, schema.FACTS)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return statistics.statistics(**{**tables(), "facts": facts()}, receipts=RECEIPTS, forces=FORCES)


def test_people_by_owner_are_the_lines_of_the_list(figures) -> None:
    assert figures["by_owner"] == {NAMES["essex"]: 2, NAMES["kent"]: 1, "CANNOT_TELL": 1}
    assert sum(figures["by_owner"].values()) == figures["distinct_people"]["high"]


def test_people_by_national_status_and_how_many_of_them_are_claimed(figures) -> None:
    found = {word: counts for word, counts in figures["by_national_status"].items() if counts["people"]}
    assert found == {
        "LOCATED_COMPLIANT": {"people": 1, "claimed": 0},
        "WHEREABOUTS_UNKNOWN": {"people": 1, "claimed": 1},
        "CONFLICT": {"people": 1, "claimed": 1},
    }
    assert list(figures["by_national_status"]) == cuts()["status"]["words"]


def test_who_is_handed_over_and_held_by_nobody_is_counted_beside_who_cannot_be_told(figures) -> None:
    assert figures["unclaimed"] == {"YES": 1, "NO": 1, "CANNOT_TELL": 1}


def test_claims_by_age_leave_out_who_is_not_claimed_and_keep_who_is_not_known(figures) -> None:
    assert figures["by_age"] == {"16 to 17": 1, "40 to 49": 2, "CANNOT_TELL": 2}
    assert figures["under_18"] == {"YES": 1, "NO": 1, "CANNOT_TELL": 3}


def test_duties_are_counted_by_answer_and_by_force(figures) -> None:
    overdue = figures["duties"]["periodic_overdue"]
    assert (overdue["YES"], overdue["NO"], overdue["CANNOT_TELL"], overdue["forces"]) == (1, 1, 2, 1)
    own = {name: entry["duties"]["periodic_overdue"] for name, entry in figures["by_force"].items()}
    assert (own[NAMES["essex"]]["YES"], own[NAMES["kent"]]["CANNOT_TELL"]) == (1, 1)
    assert figures["duties"]["stale_missing_review"]["YES"] == 1
    assert figures["duties"]["no_circulation"]["YES"] == 1


def test_no_rate_is_told_of_forces_that_sent_no_whole_register(figures) -> None:
    assert figures["caseload"] == {"forces": 0, "registered": 0, "claims": 0, "claims_per_100": None, "records": 8}
    assert figures["duties"]["periodic_overdue"]["per_100_registered"] is None
    assert "per_100_registered" not in figures["duties"]["no_circulation"]


def test_a_rate_is_of_the_forces_own_register_and_of_those_that_can_tell() -> None:
    lines = [f"| essex:{number} | located |" for number in range(198)]
    lines += ["| essex:198 | wanted |", "| essex:199 | whereabouts_unknown |"]
    lines += [f"| kent:{number} | located |" for number in range(100)] + ["| surrey:1 | wanted |"]
    held = records("\n".join(["| record | status |", *lines]))
    said = [("essex:1", "YES"), ("essex:2", "YES"), ("essex:3", "NO"), ("kent:1", "CANNOT_TELL"), ("surrey:1", "YES")]
    overdue = [
        {"national_id": "P1", "record_id": record, "fact": "periodic_overdue", "value": value, "rule": "D4"}
        for record, value in said
    ]
    figures = statistics.statistics(
        held,
        alone(held),
        links(),
        decisions(),
        pa.concat_tables([_assessed(held), pa.Table.from_pylist(overdue, schema.FACTS)]),
        RECEIPTS,
        FORCES,
    )
    assert caseload.registered(held) == {"essex": 200, "kent": 100, "surrey": None}
    assert figures["caseload"]["claims_per_100"] == round(2 / 300 * 100, 2)
    told = figures["duties"]["periodic_overdue"]
    assert (told["YES"], told["forces"], told["per_100_registered"]) == (3, 2, 1.0)
    own = {name: entry["duties"]["periodic_overdue"] for name, entry in figures["by_force"].items()}
    assert own[NAMES["essex"]]["per_100_registered"] == 1.0
    assert own[NAMES["kent"]]["per_100_registered"] is None


def _assessed(held: pa.Table) -> pa.Table:
    assessed = notification.assess(held, alone(held), links(), decisions())
    return assessed.filter(pc.not_equal(assessed["fact"], "periodic_overdue"))


def test_a_claim_without_a_year_says_why() -> None:
    text = """
    | record  | status | missing_since |
    | essex:1 | wanted |               |
    | essex:2 | wanted |               |
    | essex:3 | wanted |               |
    | essex:4 | wanted | not recorded  |
    | essex:5 | wanted | 2016          |
    """
    held = records(text).to_pylist()
    for row, reason in zip(held, ("withheld", "unknown"), strict=False):
        row["absent"] = [
            {"field": "offence", "reason": "withheld", "text": None},
            {"field": "missing_since", "reason": reason, "text": None},
        ]
    figures = _figures(pa.Table.from_pylist(held, schema.RECORDS))
    assert figures["undated"] == {"withheld": 1, "unknown": 1, "not_given": 1, "imprecise": 1}
    assert figures["by_year_lost"] == {"2016": 1, "UNDATED": 4}
    assert figures["rests_on"]["by_year_lost"] == {
        "field": "missing_since",
        "given": 1,
        "of": 5,
        "forces": 1,
        "of_forces": 1,
    }


@pytest.mark.parametrize(
    ("reviewed", "band"),
    [
        ("2018-03-01", "up_to_30_days"),
        ("2018-01-30", "up_to_30_days"),
        ("2018-01-29", "31_to_90_days"),
        ("2017-12-01", "31_to_90_days"),
        ("2017-11-30", "91_to_365_days"),
        ("2017-03-01", "91_to_365_days"),
        ("2017-02-28", "over_365_days"),
        ("2017", "CANNOT_TELL"),
        ("", "not_given"),
    ],
)
def test_time_since_the_last_review_as_of_1_march_2018(reviewed: str, band: str) -> None:
    held = records(f"| record | status | last_reviewed |\n| essex:1 | wanted | {reviewed} |")
    found = _figures(held)["by_review"]
    assert {name for name, count in found.items() if count} == {band}


def _figures(held: pa.Table) -> dict[str, Any]:
    return statistics.statistics(held, alone(held), links(), decisions(), _assessed(held), RECEIPTS, FORCES)


EPISODES = """
| record  | status              | missing_since | start      | end        | outcome           |
| essex:1 | located             |               | 2017-04-01 | 2017-04-11 | found             |
| essex:2 | in_custody          |               | 2016-01-01 | 2017-12-31 | custody           |
| essex:3 | located             |               | 2015-01-01 | 2016-01-01 | found             |
| essex:4 | located             |               | 2017-05-01 | 2017-05-02 | corrected         |
| essex:5 | requirement_ended   |               | 2017-06-01 | 2017-07-01 | requirement_ended |
| essex:6 | whereabouts_unknown | 2017-08-01    |            |            |                   |
| essex:7 | whereabouts_unknown | 2017-09-01    | 2017-09-01 |            |                   |
| essex:8 | whereabouts_unknown | 2010-01-01    |            |            |                   |
| essex:9 | whereabouts_unknown | 2017          |            |            |                   |
| kent:1  | whereabouts_unknown | 2017-09-01    |            |            |                   |
"""


def episodes(text: str = EPISODES) -> pa.Table:
    """Records with the one episode each line tells."""
    held = records(text).to_pylist()
    for row, told in zip(held, rows(text), strict=True):
        if told["start"]:
            row["episodes"] = [
                {"start": partial(told["start"]), "end": partial(told["end"]), "outcome": told["outcome"] or None}
            ]
    return pa.Table.from_pylist(held, schema.RECORDS)


def test_flow_of_a_force_that_sends_closed_episodes() -> None:
    told = flow.flow(episodes(), FORCES)[flow.YEAR][NAMES["essex"]]
    # 1, 5, 6 and 7 began in the year to 1 March 2018; 9 may have, and 4 never was.
    assert told["new"] == {"low": 4, "high": 5}
    assert told["found"] == {"low": 2, "high": 2}
    assert told["ended_otherwise"] == {"low": 2, "high": 2}
    assert (told["median_days_to_find"], told["timed"]) == ((10 + 730) / 2, 2)


def test_a_force_without_a_closed_episode_cannot_tell_and_is_in_no_sum() -> None:
    by_force = flow.flow(episodes(), FORCES)[flow.YEAR]
    assert by_force[NAMES["kent"]] == flow.CANNOT_TELL
    assert flow.all_forces(by_force)["forces"] == 1
    assert flow.all_forces(by_force)["new"] == by_force[NAMES["essex"]]["new"]
    assert flow.all_forces({NAMES["kent"]: flow.CANNOT_TELL}) == {
        "forces": 0,
        "new": "CANNOT_TELL",
        "found": "CANNOT_TELL",
        "ended_otherwise": "CANNOT_TELL",
    }


def test_flow_since_the_last_release_counts_from_the_day_after_its_extract() -> None:
    before = flow.flow(episodes(), FORCES, {"essex": dt.date(2017, 8, 1)})[flow.SINCE]
    assert before[NAMES["essex"]]["new"] == {"low": 1, "high": 2}  # 7, perhaps 9; 6 began on the day itself
    assert before[NAMES["essex"]]["found"] == {"low": 1, "high": 1}
    assert flow.flow(episodes(), FORCES)[flow.SINCE][NAMES["essex"]] == flow.CANNOT_TELL


def test_an_undated_end_widens_and_does_not_settle() -> None:
    text = """
    | record  | status  | missing_since | start      | end      | outcome |
    | essex:1 | located |               | 2017-04-01 | unknown  | found   |
    | essex:2 | located |               | 2017-04-01 | 2017     |         |
    """
    told = flow.flow(episodes(text), FORCES)[flow.YEAR][NAMES["essex"]]
    assert told["found"] == {"low": 0, "high": 2}  # 2 ended, how is not said
    assert told["ended_otherwise"] == {"low": 0, "high": 1}


def test_an_end_that_is_not_said_how_may_be_any() -> None:
    text = """
    | record  | status  | missing_since | start      | end        | outcome |
    | essex:1 | located |               | 2017-04-01 | 2017-05-01 |         |
    """
    told = flow.flow(episodes(text), FORCES)[flow.YEAR][NAMES["essex"]]
    assert [told[name] for name in ("new", "found", "ended_otherwise")] == [{"low": 0, "high": 1}] * 3
    assert told["timed"] == 0
    assert told["median_days_to_find"] is None
