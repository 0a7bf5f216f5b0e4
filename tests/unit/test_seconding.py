"""Four eyes at the terminal: whose word is enough for which decision."""

from typing import Any

import pyarrow as pa
import pytest

from reconcile.errors import DecisionError
from reconcile.review.decisions import Decision
from reconcile.review.queue_items import QUEUE
from reconcile.review.seconding import seconded


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
