"""The queue: what is an item, why, how urgent, and what is drawn by chance."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from reconcile.intake import Receipt
from reconcile.review import four_eyes
from reconcile.review.audit_sample import sample
from reconcile.review.concerned import RISKS, TOUCHES
from reconcile.review.force_answers import SAID
from reconcile.review.queue import QUEUE, compile_queue, ordered
from reconcile.review.queue_items import numbers
from reconcile.review.waiting import WHY
from tests import small_queue as small
from tests import small_tables as tables
from tests.small_queue import CHILD, HIGH, LINES, LOCATES, PLAIN, TWINS


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few links would all be drawn; the tests of the draw say what they draw."""
    monkeypatch.setitem(numbers()["audit"], "frames", {})


def by_item(found: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["item"]: row for row in found.to_pylist()}


def test_what_hangs_on_an_answer_comes_first() -> None:
    found = small.queue()
    assert found.schema == QUEUE
    assert found["item"].to_pylist() == [LOCATES, CHILD, LINES, HIGH, TWINS, PLAIN]
    assert found["touches"].to_pylist() == ["locates", "locates", "lines", "none", "none", "none"]


def test_a_link_says_whom_it_concerns_and_why_it_is_here() -> None:
    row = by_item(small.queue())[LOCATES]
    assert (row["left"], row["right"], row["forces"]) == ("essex:1", "kent:1", ["essex", "kent"])
    assert row["national_ids"] == ["P1", "P2"]  # the one on the list first
    assert row["risk_level"] == "medium"
    assert row["evidence_hash"] == "a"
    assert row["why"] == (
        "Much speaks for one person, but no identifier proves it;"
        " the answer can mark somebody on the missing list as located."
    )


def test_whoever_is_not_surely_grown_up_is_restricted() -> None:
    assert {item for item, row in by_item(small.queue()).items() if row["restricted"]} == {CHILD}


def test_two_people_are_needed_by_the_first_rule_that_applies() -> None:
    found = {item: (row["rule"], row["judges"]) for item, row in by_item(small.queue()).items()}
    assert found == {
        CHILD: ("restricted", 2),
        LOCATES: ("locates", 2),
        LINES: ("changes_list", 2),
        TWINS: ("twins", 2),
        HIGH: ("joins_forces", 2),
        PLAIN: (None, 1),
    }


def test_what_is_answered_does_not_wait() -> None:
    decided = "| left | right | judgement | hash |\n| kent:4 | essex:4 | cannot_tell | d |"
    assert PLAIN not in by_item(small.queue(decisions=decided))
    changed = "| left | right | judgement | hash |\n| kent:4 | essex:4 | cannot_tell | before |"
    assert PLAIN in by_item(small.queue(decisions=changed))


def test_an_item_keeps_the_day_it_was_opened_on_while_its_evidence_is_the_same() -> None:
    first = small.queue()
    later = small.queue(links=small.LINKS.replace("| d    |", "| D    |"), previous=(first,), as_of="2018-06-01")
    found = by_item(later)
    assert (found[LINES]["opened_on"], found[LINES]["age_days"]) == (dt.date(2018, 3, 1), 92)
    assert (found[PLAIN]["opened_on"], found[PLAIN]["age_days"]) == (dt.date(2018, 6, 1), 0)
    assert found[LINES]["priority"] == pytest.approx(2 * by_item(first)[LINES]["priority"])


def test_the_order_the_tables_come_in_changes_nothing() -> None:
    lines = small.LINKS.strip().splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    assert small.queue(links=turned).equals(small.queue())


BRIDGE = """
| left   | right   | strength | guard                | weight | hash |
| kent:1 | essex:1 | verified |                      | 40     | a    |
| kent:1 | kent:3  | possible | mis_keyed_identifier | 1      | x    |
| kent:3 | essex:1 | verified |                      | 40     | y    |
"""


def test_an_identity_its_own_links_contradict_is_one_item() -> None:
    people = tables.identities("kent:1 essex:1 kent:3", "kent:2")
    row = by_item(small.queue(links=BRIDGE, identities=people))["identity:P1"]
    assert row["records"] == ["essex:1", "kent:1", "kent:3"]
    assert [(each["left"], each["right"], each["waits"]) for each in row["links"]] == [
        ("essex:1", "kent:1", None),
        ("essex:1", "kent:3", None),
        ("kent:1", "kent:3", "contradicted"),
    ]
    assert (row["weight"], row["touches"], row["rule"]) == (1.0, "locates", "locates")
    assert not [item for item in by_item(small.queue(links=BRIDGE, identities=people)) if item.startswith("link:")]


def test_a_bridge_between_groups_is_asked_about_with_both() -> None:
    people = tables.identities("kent:1 kent:3", "essex:1")
    found = by_item(small.queue(links=BRIDGE, identities=people))
    assert list(found) == ["identity:P1"]
    assert found["identity:P1"]["national_ids"] == ["P1", "P2"]
    assert {each["waits"] for each in found["identity:P1"]["links"]} == {"weak_bridge", "contradicted"}


def test_two_records_or_too_many_are_asked_about_link_by_link(monkeypatch: pytest.MonkeyPatch) -> None:
    people = tables.identities("kent:1 essex:1 kent:3")
    monkeypatch.setitem(numbers()["identity"], "most_records", 2)
    assert list(by_item(small.queue(links=BRIDGE, identities=people))) == ["link:kent:1~kent:3"]
    two = tables.identities("kent:1 kent:3")
    one_link = "\n".join(line for line in BRIDGE.strip().splitlines() if "| y " not in line and "| a " not in line)
    assert list(by_item(small.queue(links=one_link, identities=two))) == ["link:kent:1~kent:3"]


def test_the_hash_of_an_identity_is_of_its_records_and_of_every_link_among_them() -> None:
    people = tables.identities("kent:1 essex:1 kent:3")
    hashes = {
        by_item(small.queue(links=links, identities=people))["identity:P1"]["evidence_hash"]
        for links in (BRIDGE, BRIDGE.replace("| y ", "| z "), BRIDGE.replace("| 40 ", "| 30 "))
    }
    assert len(hashes) == 2  # another weight of the same evidence is no other evidence


def test_a_held_extract_is_an_item_of_one_person() -> None:
    found = tables.records(small.RECORDS)
    people = tables.alone(found)
    receipts = [
        Receipt("durham", "HELD", sha256="ab", rows_in=1, accepted=1, bands=(("rows", 0, "half the rows are gone"),)),
        Receipt("kent", "RECEIVED", sha256="cd", rows_in=1, accepted=1),
    ]
    shown = (tables.links(), people, tables.decisions(), small.grown_up(people), small.listed())
    (row,) = compile_queue(*shown, found, receipts).to_pylist()
    assert (row["item"], row["evidence_hash"], row["judges"], row["rule"]) == ("extract:durham", "ab", 1, None)
    assert row["why"].endswith("half the rows are gone")


def said(*rows: tuple[int, str, str, list[tuple[str, str]]]) -> pa.Table:
    """``SAID`` of number, force, what it says and links; it came after every decision of these tests."""
    at = dt.datetime(2018, 4, 1, tzinfo=dt.UTC)
    made = [
        {
            "number": number,
            "force": force,
            "name": force.title(),
            "item": "I",
            "says": says,
            "pairs": pairs,
            "received_at": at,
        }
        for number, force, says, pairs in rows
    ]
    return pa.Table.from_pylist(made, SAID)


TOLD = "| left | right | strength | hash |\n| kent:1 | essex:1 | verified | a |\n| kent:2 | essex:2 | proposed | b |"
ONE_PERSON = tables.identities("kent:1 essex:1", "kent:2", "essex:2")
APART = [("essex:1", "kent:1")]


def test_what_a_force_says_to_be_two_people_stands_before_all_else() -> None:
    found = small.queue(links=TOLD, identities=ONE_PERSON, said=said((1, "kent", "told_apart", APART)))
    first = found.to_pylist()[0]
    assert (first["item"], first["said"], first["records"]) == ("identity:P1", "told_apart", ["essex:1", "kent:1"])
    assert (first["national_ids"], first["links"][0]["waits"]) == (["P1"], "told_apart")
    assert first["priority"] > 2.0
    assert first["why"].startswith("Kent says that these are two people; ")


def test_two_forces_are_named_and_a_denial_goes_before_a_confirmation() -> None:
    every = said((1, "kent", "told_apart", APART), (2, "essex", "told_same", APART), (3, "surrey", "told_apart", APART))
    row = by_item(small.queue(links=TOLD, identities=ONE_PERSON, said=every))["identity:P1"]
    assert (row["said"], row["links"][0]["waits"]) == ("told_apart", "told_apart")
    assert row["why"].startswith("Kent and Surrey say that these are two people; ")


def test_another_answer_of_a_force_is_other_evidence() -> None:
    hashes = {
        by_item(small.queue(links=TOLD, identities=ONE_PERSON, said=said(row)))["identity:P1"]["evidence_hash"]
        for row in ((1, "kent", "told_apart", APART), (2, "kent", "told_apart", APART), (1, "kent", "told_same", APART))
    }
    assert len(hashes) == 3


def test_records_a_decision_alone_joins_are_asked_about_too() -> None:
    row = by_item(small.queue(links="", identities=ONE_PERSON, said=said((1, "kent", "told_apart", APART))))[
        "identity:P1"
    ]
    assert (row["links"], row["weight"], row["why"].split(";")[0]) == ([], None, "Kent says that these are two people")


def test_what_is_said_of_records_of_two_people_is_settled() -> None:
    people = tables.identities("kent:1", "essex:1")
    found = small.queue(links=TOLD, identities=people, said=said((1, "kent", "told_apart", APART)))
    assert set(found["said"].to_pylist()) == {None}


def test_an_empty_cycle_has_an_empty_queue() -> None:
    empty = tables.records("| record |\n")
    people = tables.alone(empty)
    shown = (tables.links(), people, tables.decisions(), small.grown_up(people), small.listed(), empty, ())
    assert compile_queue(*shown).equals(QUEUE.empty_table())


def many(count: int) -> pa.Table:
    rows = "\n".join(f"| kent:{n} | essex:{n} | {'verified' if n % 2 else 'possible'} | h{n} |" for n in range(count))
    return tables.links(f"| left | right | strength | hash |\n{rows}")


def test_the_draw_keeps_its_probabilities() -> None:
    drawn = sample(many(4000), {"verified": 500}, "salt")
    verified = np.array(drawn.frame.to_pylist()) == "verified"
    assert not drawn.drawn[~verified].any()
    assert set(drawn.probability[verified]) == {0.25}
    assert drawn.drawn[verified].mean() == pytest.approx(0.25, abs=0.05)


def test_the_draw_depends_on_nothing_but_the_links_and_the_salt() -> None:
    links = many(400)
    turned = links.take(pa.array(range(399, -1, -1)))
    first, again = sample(links, {"possible": 50}, "salt"), sample(turned, {"possible": 50}, "salt")
    assert (first.drawn == again.drawn[::-1]).all()
    assert (first.drawn != sample(links, {"possible": 50}, "other").drawn).any()


def test_links_the_machine_settled_are_asked_about_where_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(numbers()["audit"], "frames", {"verified": 9})
    links = "| left | right | strength | hash |\n| kent:4 | essex:4 | verified | d |"
    people = tables.identities("kent:4 essex:4", "kent:1")
    row = by_item(small.queue(links=links, identities=people))[PLAIN]
    assert (row["audit"], row["audit_frame"], row["audit_probability"], row["national_id"]) == (
        True,
        "verified",
        1.0,
        "P1",
    )
    assert row["why"].startswith("Drawn at random")
    decided = "| left | right | judgement | hash |\n| kent:4 | essex:4 | same | d |"
    assert not by_item(small.queue(links=links, identities=people, decisions=decided))


def in_order(chosen: Iterable[int], count: int = 60) -> list[int]:
    """The numbers of items in the queue's order, 0 the most urgent, ``chosen`` drawn by chance."""
    drawn = set(chosen)
    rows = [
        {
            "item": f"link:{n:03d}",
            "evidence_hash": f"{7 * n % count:03d}",
            "effect": 1.0 - n / count,
            "uncertainty": 1.0,
            "risk": 1.0,
            "age_days": 0,
            "audit": n in drawn,
        }
        for n in range(count)
    ]
    found = ordered(pa.Table.from_pylist(rows, QUEUE))
    return [int(item.removeprefix("link:")) for item in found["item"].to_pylist()]


def test_every_tenth_place_is_kept_for_those_there_by_chance() -> None:
    found = in_order(range(40, 60))
    assert [place for place, n in enumerate(found, 1) if n >= 40][:4] == [10, 20, 30, 40]
    others = [n for n in found if n < 40]
    assert others == sorted(others)


@pytest.mark.parametrize("share", [2, 3])
def test_the_kept_places_stay_every_tenth_where_many_were_drawn_that_are_due_anyway(share: int) -> None:
    drawn = range(0, 120, share)
    found = in_order(drawn, 120)
    assert sorted(found) == list(range(120))
    by_priority = [n for place, n in enumerate(found, 1) if place % 10]
    assert by_priority == sorted(by_priority)
    # Each kept place has the first in the order of the hashes that no place before it has.
    by_hash = sorted(drawn, key=lambda n: 7 * n % 120)
    for place in range(10, 60, 10):
        assert found[place - 1] == next(n for n in by_hash if n not in found[: place - 1])


def test_every_word_has_its_numbers_and_its_sentence() -> None:
    assert set(numbers()["effect"]) == set(numbers()["says"]["touches"]) == set(TOUCHES)
    assert set(numbers()["risk"]) == {*RISKS, "unknown"}
    assert set(numbers()["says"]["why"]) == set(WHY) == set(numbers()["uncertainty"]) - {"least", "guard"}
    assert {rule["name"] for rule in four_eyes.rules()} == set(four_eyes.PREDICATES)
