"""Four eyes at the terminal: whose word is enough for which decision."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import cycle, database, publication
from reconcile.cli import app
from reconcile.errors import DecisionError
from reconcile.review import persons
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.queue_items import QUEUE
from reconcile.review.seconding import by_two, seconded, taking_back
from reconcile.settings import Settings
from tests import small_country
from tests.small_tables import links, records
from tests.small_workspace import compiled_of


def asked(*items: tuple[str, str, int], kind: str = "link") -> pa.Table:
    rows: list[dict[str, Any]] = [
        {"kind": kind, "left": left, "right": right, "judges": judges} for left, right, judges in items
    ]
    return pa.Table.from_pylist(rows, QUEUE)


def decision(left: str, right: str, judgement: str = "same", reviewer: str = "ann") -> Decision:
    return Decision(left, right, judgement, None, reviewer, "fingerprints")


QUEUED = asked(("essex:1", "kent:1", 2), ("essex:2", "kent:2", 1))


@pytest.mark.parametrize("judgement", ["same", "different", "cannot_tell"])
def test_what_the_table_asks_two_people_about_takes_two(judgement: str) -> None:
    with pytest.raises(DecisionError, match="essex:1 ~ kent:1 needs two people"):
        seconded([decision("essex:1", "kent:1", judgement)], QUEUED)
    (made,) = seconded([decision("essex:1", "kent:1", judgement)], QUEUED, "ben")
    assert made.reviewer == "ann and ben"


def test_one_is_enough_where_the_queue_says_so() -> None:
    assert seconded([decision("kent:2", "essex:2")], QUEUED)[0].reviewer == "ann"
    assert seconded([decision("kent:2", "essex:2")], QUEUED, "ben")[0].reviewer == "ann"


def test_records_nobody_was_asked_about_are_joined_by_two_and_parted_by_one() -> None:
    with pytest.raises(DecisionError, match="needs two people"):
        seconded([decision("essex:3", "kent:3")], QUEUED)
    assert seconded([decision("essex:3", "kent:3", "different")], QUEUED)[0].reviewer == "ann"
    identity = asked(("essex:3", "kent:3", 1), kind="identity")
    with pytest.raises(DecisionError, match="needs two people"):
        seconded([decision("essex:3", "kent:3")], identity)


def test_nobody_seconds_themselves_and_of_many_all_or_none_are_recorded() -> None:
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        seconded([decision("essex:1", "kent:1")], QUEUED, " ANN ")
    many = [decision("essex:2", "kent:2"), decision("essex:1", "kent:1")]
    with pytest.raises(DecisionError, match=r"\(1 of 2\) needs two people"):
        seconded(many, QUEUED)
    assert [each.reviewer for each in seconded(many, QUEUED, "ben")] == ["ann", "ann and ben"]


PEOPLE = """
| record   | name           | sex | birth_date | status              | missing_since | last_contact | risk_level |
| essex:1  | Smith, William | M   | 1971-05-12 | whereabouts_unknown | 2016-05-01    |              | low        |
| kent:1   | Smith, Bill    | M   | 1971-05-12 | in_custody          |               | 2017-01-01   |            |
| surrey:1 | Smith, William | M   | 1971-05-12 | located             |               | 2015-01-01   |            |
| kent:6   | Green, Ada     | F   | 1955-11-30 | located             |               | 2017-12-01   |            |
| surrey:6 | Greene, Ada    | F   | 1955-11-30 | located             |               | 2017-10-01   |            |
"""
JOINED = """
| left    | right    | strength | guard |
| essex:1 | kent:1   | verified |       |
| kent:1  | surrey:1 | verified |       |
| kent:6  | surrey:6 | verified |       |
"""
UNASKED = ("essex:1", "surrey:1")
"""Two records of one person on the list, between whom there is no link: the queue does not ask about them."""


@pytest.fixture
def made(tmp_path: Path) -> Settings:
    found = compiled_of(tmp_path, records(PEOPLE), links(JOINED), small_country.RECEIPTS)
    lines = (f'cycle = "{found.cycle}"', 'policy_document = "A"', 'dpia = "D"', "synthetic = true")
    (found.workspace.root / "reconcile.toml").write_text("\n".join(lines))
    return found


def identities(made: Settings) -> dict[str, str]:
    columns = (cycle.table(made, "identities")[name].to_pylist() for name in ("record_id", "national_id"))
    return dict(zip(*columns, strict=True))


def verb(made: Settings, *arguments: str) -> None:
    given = [*arguments, "--reason", "prints", "--reviewer", "ann", "-w", str(made.workspace.root)]
    app(given, standalone_mode=False)


def deciders(made: Settings) -> set[str]:
    return set(DecisionLog(made.database_url).lines()["reviewer"].to_pylist())


@pytest.mark.parametrize("judgement", ["different", "cannot_tell"])
def test_a_pair_the_queue_does_not_ask_about_parts_somebody_on_the_list_by_two_alone(
    made: Settings, judgement: str
) -> None:
    before = identities(made)
    with pytest.raises(DecisionError, match="essex:1 ~ surrey:1 needs two people"):
        verb(made, "decide", *UNASKED, judgement)
    assert (identities(made), deciders(made)) == (before, set())
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        verb(made, "decide", *UNASKED, judgement, "--second", "Ann")
    verb(made, "decide", *UNASKED, judgement, "--second", "ben")
    assert deciders(made) == {"ann and ben"}


def test_one_person_is_not_two_by_another_spelling_nor_by_their_name_in_airflow(made: Settings) -> None:
    with database.writing(database.open_log(made.database_url, persons.LOG), persons.LOG) as connection:
        persons.record_in(connection, "Ann", "marsh", "engineer", 1)
    for second in ("Ann", "ann ", " ANN", "Marsh"):
        with pytest.raises(DecisionError, match="nobody seconds themselves"):
            verb(made, "decide", *UNASKED, "different", "--second", second)
    verb(made, "decide", *UNASKED, "different", "--second", " ben ")
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        verb(made, "decide", *UNASKED, "undo", "--second", "MARSH")
    assert deciders(made) == {"ann and ben"}


def test_one_may_part_who_is_on_no_list_and_tell_apart_who_is_not_one_person(made: Settings) -> None:
    given = [decision("kent:6", "surrey:6", "different"), decision("essex:1", "kent:6", "different")]
    assert by_two(made, [*given, decision(*UNASKED, "different")]) == {UNASKED}
    verb(made, "decide", "essex:1", "kent:6", "different")
    assert deciders(made) == {"ann"}


def test_an_unmerge_of_somebody_on_the_list_takes_two_and_so_does_taking_it_back(made: Settings) -> None:
    before = identities(made)
    unmerge = ("unmerge", before["kent:1"], "surrey:1")
    with pytest.raises(DecisionError, match="needs two people"):
        verb(made, *unmerge)
    assert (identities(made), deciders(made)) == (before, set())
    verb(made, *unmerge, "--dry-run")
    verb(made, *unmerge, "--second", "ben")
    assert deciders(made) == {"ann and ben"}
    apart = identities(made)
    assert apart["surrey:1"] != apart["kent:1"]
    with pytest.raises(DecisionError, match="taking back what two people decided of essex:1 ~ surrey:1 needs two"):
        verb(made, *unmerge, "--undo")
    assert identities(made) == apart
    verb(made, *unmerge, "--undo", "--second", "cat")
    assert identities(made)["surrey:1"] == identities(made)["kent:1"]
    assert deciders(made) == {"ann and ben", "ann and cat"}


def test_what_two_people_decided_one_neither_takes_back_nor_changes(made: Settings) -> None:
    told_apart = [Decision("essex:1", "kent:6", "different", None, "ann and ben", "prints")]
    publication.decide(made, told_apart)
    with pytest.raises(DecisionError, match="taking back what two people decided of essex:1 ~ kent:6 needs two"):
        verb(made, "decide", "kent:6", "essex:1", "undo")
    with pytest.raises(DecisionError, match="essex:1 ~ kent:6 needs two people"):
        verb(made, "decide", "kent:6", "essex:1", "cannot_tell")
    assert cycle.decisions(made).num_rows == 1
    verb(made, "decide", "kent:6", "essex:1", "undo", "--second", "ben")
    assert cycle.decisions(made).num_rows == 0


@pytest.mark.parametrize("by", ["ann", "Avon and Somerset Constabulary, Sergeant"])
def test_what_one_decided_one_takes_back(made: Settings, by: str) -> None:
    publication.decide(made, [Decision("essex:1", "kent:6", "different", None, by, "prints")])
    assert taking_back(cycle.decisions(made), [("kent:6", "essex:1")], "cat") == "cat"
