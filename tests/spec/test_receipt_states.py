# ruff: noqa: E501
"""What becomes of an extract: what came and when, what is configured and what stood before, and the state it ends in."""

import datetime as dt

import pytest

from reconcile.intake.judgements import Judgement
from reconcile.intake.kept import Kept
from reconcile.intake.receipt import Receipt
from reconcile.intake.states import Circumstances, settle
from reconcile.render.look import day as in_words
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.small_tables import rows

TABLE = """
| case                                               | came         | as_of      | came_on    | cut_off    | stale_after | reuse | last       | same_bytes | bands          | judged                  | state        | as_of_counted | why                   |
| an extract in time                                 | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       |            |            |                |                         | RECEIVED     | 2018-03-01    |                       |
| on the day of the cut-off                          | RECEIVED     | 2018-03-01 | 2018-03-05 | 2018-03-05 |             |       |            |            |                |                         | RECEIVED     | 2018-03-01    |                       |
| the day after                                      | RECEIVED     | 2018-03-01 | 2018-03-06 | 2018-03-05 |             |       |            |            |                |                         | LATE         | 2018-03-01    | late                  |
| late, of a day after the cut-off                   | RECEIVED     | 2018-03-06 | 2018-03-07 | 2018-03-05 |             |       |            |            |                |                         | LATE         | 2018-03-06    | late                  |
| no cut-off: nothing is late                        | RECEIVED     | 2018-03-01 | 2026-01-01 |            |             |       |            |            |                |                         | RECEIVED     | 2018-03-01    |                       |
| nobody knows when it came                          | RECEIVED     | 2018-03-01 |            | 2018-03-05 |             |       |            |            |                |                         | RECEIVED     | 2018-03-01    |                       |
| of a day after the cycle                           | RECEIVED     | 2018-04-01 | 2018-03-02 |            |             |       |            |            |                |                         | REJECTED     | 2018-04-01    |                       |
| a NIL return                                       | NIL          | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       |            |            |                |                         | NIL          | 2018-03-01    |                       |
| a late NIL return stays one                        | NIL          | 2018-03-01 | 2018-03-06 | 2018-03-05 |             |       |            |            |                |                         | NIL          | 2018-03-01    | late                  |
| a NIL return of a day after the cycle              | NIL          | 2018-04-01 | 2018-03-02 |            |             |       |            |            |                |                         | REJECTED     | 2018-04-01    |                       |
| refused                                            | REFUSED      | 2018-03-01 | 2018-03-02 | 2018-03-05 |             | 92    | 2018-02-01 |            |                |                         | REFUSED      | 2018-03-01    |                       |
| cannot be read                                     | REJECTED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             | 92    | 2018-02-01 |            |                |                         | REJECTED     | 2018-03-01    |                       |
| of an old day                                      | RECEIVED     | 2018-01-01 | 2018-03-02 |            | 60          |       |            |            |                |                         | STALE        | 2018-01-01    | stale                 |
| of an old day, and late                            | RECEIVED     | 2018-01-01 | 2018-04-02 | 2018-03-31 | 60          |       |            |            |                |                         | STALE        | 2018-01-01    | late stale            |
| just not of an old day                             | RECEIVED     | 2018-01-30 | 2018-03-02 |            | 60          |       |            |            |                |                         | RECEIVED     | 2018-01-30    |                       |
| nothing                                            | NOT_RECEIVED |            |            | 2018-03-05 |             |       |            |            |                |                         | NOT_RECEIVED |               |                       |
| nothing, and nothing before                        | NOT_RECEIVED |            |            | 2018-03-05 |             | 92    |            |            |                |                         | NOT_RECEIVED |               |                       |
| nothing, and nothing is used again                 | NOT_RECEIVED |            |            | 2018-03-05 |             |       | 2018-02-01 |            |                |                         | NOT_RECEIVED |               |                       |
| nothing, the last one is used again                | NOT_RECEIVED |            |            | 2018-03-05 |             | 92    | 2018-02-01 |            |                |                         | STALE        | 2018-02-01    | nothing_new           |
| nothing, the last one is just young enough         | NOT_RECEIVED |            |            | 2018-03-05 |             | 92    | 2017-12-03 |            |                |                         | STALE        | 2017-12-03    | nothing_new           |
| nothing, the last one is too old                   | NOT_RECEIVED |            |            | 2018-03-05 |             | 92    | 2017-12-02 |            |                |                         | NOT_RECEIVED |               | nothing_new           |
| last cycle's file still lies there                 | RECEIVED     | 2018-02-01 | 2018-02-02 | 2018-03-05 |             | 92    | 2018-02-01 | yes        |                |                         | STALE        | 2018-02-01    | nothing_new           |
| the same, and nobody watches                       | RECEIVED     | 2018-02-01 | 2018-02-02 | 2018-03-05 |             |       | 2018-02-01 | yes        |                |                         | RECEIVED     | 2018-02-01    |                       |
| the same, too old                                  | RECEIVED     | 2017-10-01 | 2017-10-02 | 2018-03-05 |             | 92    | 2017-10-01 | yes        |                |                         | NOT_RECEIVED |               | nothing_new           |
| a band is broken                                   | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       | 2018-02-01 |            | records        |                         | HELD         | 2018-03-01    | records               |
| a band is broken, late                             | RECEIVED     | 2018-03-01 | 2018-03-06 | 2018-03-05 |             |       | 2018-02-01 |            | records        |                         | HELD         | 2018-03-01    | late records          |
| a NIL return of a force that had many              | NIL          | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       | 2018-02-01 |            | records        |                         | HELD         | 2018-03-01    | records               |
| broken, and a person accepted it                   | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       | 2018-02-01 |            | records        | accept records          | RECEIVED     | 2018-03-01    | accepted_by_a_person  |
| broken, accepted and late                          | RECEIVED     | 2018-03-01 | 2018-03-06 | 2018-03-05 |             |       | 2018-02-01 |            | records        | accept records          | LATE         | 2018-03-01    | late accepted_by_a_person |
| another band is broken than the person saw         | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       | 2018-02-01 |            | records status | accept records          | HELD         | 2018-03-01    | records status        |
| fewer are broken than the person saw               | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       | 2018-02-01 |            | status         | accept records status   | RECEIVED     | 2018-03-01    | accepted_by_a_person  |
| nothing is broken, and a person holds it back      | RECEIVED     | 2018-03-01 | 2018-03-02 | 2018-03-05 |             |       |            |            |                | hold                    | HELD         | 2018-03-01    | held_by_a_person      |
| the one used again is held back                    | NOT_RECEIVED |            |            | 2018-03-05 |             | 92    | 2018-02-01 |            |                | hold                    | HELD         | 2018-02-01    | nothing_new held_by_a_person |
| a hold says nothing of what did not come           | NOT_RECEIVED |            |            | 2018-03-05 |             |       | 2018-02-01 |            |                | hold                    | NOT_RECEIVED |               |                       |
"""


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def moment(text: str, time: dt.time) -> dt.datetime | None:
    return dt.datetime.combine(dt.date.fromisoformat(text), time, dt.UTC) if text else None


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: row["case"])
def test_state(row: dict[str, str]) -> None:
    settings = Settings(
        Workspace(__file__),
        "2018-03",
        "APD-1",
        "DPIA-1",
        cut_off=moment(row["cut_off"], dt.time.max),
        stale_after_days=int(row["stale_after"]) if row["stale_after"] else None,
        reuse_days=int(row["reuse"]) if row["reuse"] else None,
    )
    came = Receipt("kent", row["came"], sha256="new" if row["as_of"] else "", as_of=day(row["as_of"]))
    last = Receipt("kent", "RECEIVED", sha256="old", as_of=day(row["last"]), rows_in=9, accepted=9)
    act, *seen = row["judged"].split() or [""]
    found = settle(
        came,
        Circumstances(
            came=moment(row["came_on"], dt.time(12)),
            last=Kept(last, "2018-02") if row["last"] else None,
            repeated=row["same_bytes"] == "yes",
            bands=tuple((rule, 1, "It differs.") for rule in row["bands"].split()),
            judgement=Judgement(act, tuple(seen), "coordinator-1", "asked the force", "2018-03-07") if act else None,
        ),
        settings,
    )
    assert (found.state, found.as_of) == (row["state"], day(row["as_of_counted"]))
    assert [rule for rule, _count, _sentence in found.why] == row["why"].split()
    assert [rule for rule, _count, _sentence in found.bands] == (
        [] if row["came"] == "NOT_RECEIVED" else row["bands"].split()
    )
    if "nothing_new" in row["why"] and row["state"] != "NOT_RECEIVED":
        assert (found.taken_from, found.sha256, found.accepted) == ("2018-02", "old", 9)
        assert in_words(day(row["last"])) in found.why[0][2]
    assert all("coordinator" not in sentence and "asked" not in sentence for _rule, _count, sentence in found.why)
