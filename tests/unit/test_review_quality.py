"""The figures of the review, against values worked out by hand or printed in the papers they come from."""

import datetime as dt
import math
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given as forall
from hypothesis import strategies as st
from scipy.stats import binomtest

from reconcile import schema
from reconcile.review import quality
from reconcile.review.judgements import LINES
from reconcile.review.quality import Given, Rate
from reconcile.review.quality.reviewers import of_pairs, with_others
from reconcile.review.queue_items import KINDS, QUEUE

NUMBERS = count(1)
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def answer(item: str, reviewer: str, judgement: str, **rest: Any) -> dict[str, Any]:
    left, _, right = item.removeprefix("link:").partition("~")
    row = dict.fromkeys(LINES.names) | {"number": next(NUMBERS), "item": item, "judgement": judgement}
    row |= {"left": left or None, "right": right or None, "reviewer": reviewer, "evidence_hash": "h", "judges": 1}
    return row | {"blind": True, "decided_at": MONDAY} | rest


def log(*rows: dict[str, Any]) -> list[Given]:
    return quality.given(pa.Table.from_pylist(list(rows), LINES))


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    return [
        (str(row), str(column))
        for row, cells in enumerate(table)
        for column, cell in enumerate(cells)
        for _ in range(cell)
    ]


# Agreement


def test_cohens_kappa_of_the_textbook() -> None:
    """Observed 0.7, expected 0.5 of 20, 5, 10, 15."""
    found = quality.cohen(pairs([[20, 5], [10, 15]]))
    assert (found.items, found.agreed) == (50, 35)
    assert found.value == pytest.approx(0.4)


def test_the_interval_of_kappa_is_that_of_fleiss_levin_and_paik() -> None:
    """Table 18.1 of Statistical Methods for Rates and Proportions: kappa 0.68, its standard error 0.088."""
    found = quality.cohen(pairs([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert found.value == pytest.approx(0.676, abs=0.001)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.088, abs=0.001)


def test_krippendorffs_alpha_of_the_paper() -> None:
    """Four observers, twelve units with gaps: 0.743, section C of Krippendorff (2011); two observers, ten: 0.095."""
    observers = (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    units = [[value for value in unit if value != "."] for unit in zip(*map(str.split, observers), strict=True)]
    found = quality.alpha(units, 4, least=1)
    assert (found.items, found.value) == (11, pytest.approx(0.743, abs=0.0005))
    assert found.low < 0.743 < found.high
    two = list(zip("0100000010", "1110010000", strict=True))
    assert quality.alpha(two, 2, least=1).value == pytest.approx(0.095, abs=0.0005)


@pytest.mark.parametrize("measure", [quality.cohen, lambda said: quality.alpha(said, 2)])
def test_agreement_is_told_of_enough_items_and_where_answers_differ(measure: Any) -> None:
    assert measure(pairs([[10, 0], [0, 9]])).value is None
    assert measure(pairs([[10, 0], [0, 10]])).value == pytest.approx(1)
    assert measure(pairs([[40, 0], [0, 0]])).value is None, "of one answer chance says all"
    assert measure([]).items == 0


@forall(st.lists(st.tuples(st.sampled_from("sdc"), st.sampled_from("sdc")), min_size=20, max_size=60))
def test_agreement_stays_within_its_bounds_and_knows_no_order(said: list[tuple[str, str]]) -> None:
    for found, turned in (
        (quality.cohen(said), quality.cohen([pair[::-1] for pair in reversed(said)])),
        (quality.alpha(said, 2), quality.alpha([pair[::-1] for pair in reversed(said)], 2)),
    ):
        if found.value is None:
            assert turned.value is None
            continue
        assert turned.value == pytest.approx(found.value)
        assert -1 <= found.low <= found.value + 1e-9 <= found.high + 2e-9 <= 1 + 3e-9
        assert (found.value == pytest.approx(1)) == (found.agreed == found.items)


# Shares


def test_wilsons_interval_and_no_share_of_few() -> None:
    found = quality.rate(15, 20)
    assert (found.value, found.low, found.high) == (
        0.75,
        pytest.approx(0.531, abs=1e-3),
        pytest.approx(0.888, abs=1e-3),
    )
    assert quality.rate(15, 19) == Rate(15, 19, None)
    assert quality.rate(0, 0) == Rate(0, 0, None)


def test_weights_turn_the_share_and_widen_the_interval() -> None:
    """Ten right that stand for ten, ten wrong that stand for thirty: a quarter, of 40² / 100 = 16 items."""
    found = quality.weighted([True] * 10 + [False] * 10, [1.0] * 10 + [3.0] * 10)
    assert (found.count, found.of, found.value) == (10, 20, 0.25)
    exact = binomtest(4, 16).proportion_ci(method="exact")
    assert (found.low, found.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


@forall(st.lists(st.booleans(), min_size=20, max_size=200), st.floats(0.5, 50))
def test_like_weights_give_clopper_and_pearsons_interval(right: list[bool], weight: float) -> None:
    found = quality.weighted(right, [weight] * len(right))
    exact = binomtest(sum(right), len(right)).proportion_ci(method="exact")
    assert found.value == pytest.approx(sum(right) / len(right))
    assert (found.low, found.high) == (pytest.approx(exact.low, abs=1e-9), pytest.approx(exact.high, abs=1e-9))


# Answers


def test_what_is_taken_back_counts_for_nothing() -> None:
    first = answer("link:a:1~b:1", "Ada", "same")
    undo = answer("link:a:1~b:1", "Ada", "undo", undoes=first["number"])
    again = answer("link:a:1~b:1", "Ada", "different")
    assert [each.judgement for each in log(first, undo, again)] == ["different"]


def test_only_the_first_two_on_the_same_evidence_are_held_against_each_other() -> None:
    """The third is asked because two differ; on other evidence two people did not look at the same thing."""
    item = "link:a:1~b:1"
    three = log(answer(item, "Ada", "same"), answer(item, "Bea", "different"), answer(item, "Cal", "same"))
    assert [(one.reviewer, other.reviewer) for one, other in quality.first_two(three)] == [("Ada", "Bea")]
    assert quality.first_two(log(answer(item, "Ada", "same"), answer(item, "Ada", "different"))) == []
    assert quality.first_two(log(answer(item, "Ada", "same"), answer(item, "Bea", "same", evidence_hash="new"))) == []


def test_an_item_is_decided_as_the_rules_of_four_eyes_have_it() -> None:
    one, other = "link:a:1~b:1", "link:a:2~b:2"
    said = log(
        answer(one, "Ada", "same", judges=2),
        answer(other, "Ada", "same", judges=2),
        answer(one, "Bea", "same", judges=2),
        answer(other, "Bea", "different", judges=2),
    )
    (found,) = quality.decided(said)
    assert (found.last.item, found.judgement, found.by) == (one, "same", ("Ada", "Bea"))


# What is right


def drawn(frame: str, probability: float, judgements: str, force: str = "a") -> list[dict[str, Any]]:
    """Audit items, one a letter: s same, d different, c cannot tell."""
    said = {"s": "same", "d": "different", "c": "cannot_tell"}
    return [
        answer(f"link:{force}:{next(NUMBERS)}~b:1", "Ada", said[each], audit_frame=frame, audit_probability=probability)
        for each in judgements
    ]


def test_precision_rests_on_items_drawn_at_random_each_by_its_chance() -> None:
    """18 of 20 verified that stand for 20 each, 10 of 20 proposed that stand for 2: (18·20 + 10·2) / (400 + 40)."""
    rows = [*drawn("verified", 0.05, "s" * 18 + "dd"), *drawn("proposed", 0.5, "s" * 10 + "d" * 10 + "cc")]
    urgent = [answer(f"link:x:{place}~y:1", "Ada", "different") for place in range(50)]
    verified, proposed, everything = quality.precision(quality.decided(log(*rows, *urgent)), {"proposed": 3})
    assert (verified.frame, verified.rate.count, verified.rate.of, verified.rate.value) == ("verified", 18, 20, 0.9)
    assert (proposed.rate.value, proposed.could_not_tell, proposed.waiting) == (0.5, 2, 3)
    assert (proposed.least, proposed.most) == (pytest.approx(10 / 22), pytest.approx(12 / 22))
    assert (everything.frame, everything.rate.value) == ("all", pytest.approx(380 / 440))


def test_of_few_items_drawn_there_is_a_count_and_no_share() -> None:
    (found,) = quality.precision(quality.decided(log(*drawn("verified", 0.1, "s" * 19 + "c"))), {})
    assert (found.rate, found.least, found.could_not_tell) == (Rate(19, 19, None), None, 1)
    assert quality.precision([], {}) == []


def test_false_joins_by_group_are_of_verified_items_drawn_at_random() -> None:
    rows = [*drawn("verified", 0.1, "s" * 18 + "dd", "kent"), *drawn("verified", 0.1, "sd", "essex")]
    rows += drawn("proposed", 0.1, "d" * 30, "kent")
    found = quality.false_joins(
        quality.decided(log(*rows)),
        lambda each: [end.split(":")[0] for end in (each.last.left, each.last.right) if end],
    )
    assert (found["kent"].count, found["kent"].of, found["kent"].value) == (2, 20, pytest.approx(0.1))
    assert found["essex"] == Rate(1, 2, None)
    assert (found["b"].count, found["b"].of) == (3, 22)


def test_calibration_holds_what_is_said_now_against_decisions_on_the_same_evidence() -> None:
    links = [
        {"left": f"a:{place}", "right": "b:1", "evidence_hash": "h", "probability": 0.95 if place < 20 else 0.3}
        for place in range(23)
    ]
    rows = [{name: link.get(name) for name in schema.LINKS.names} for link in links]
    said = [answer(f"link:a:{place}~b:1", "Ada", "same" if place < 19 else "different") for place in range(22)]
    said.append(answer("link:a:22~b:1", "Ada", "same", evidence_hash="since changed"))
    found = quality.calibration(quality.decided(log(*said)), pa.Table.from_pylist(rows, schema.LINKS))
    assert [(band.low, band.high, rate.count, rate.of, rate.value) for band, rate in found] == [
        (0.2, 0.4, 0, 2, None),
        (0.9, 0.98, 19, 20, 0.95),
    ]
    assert quality.calibration([], pa.Table.from_pylist(rows, schema.LINKS)) == []


# Time


def test_time_leaves_out_what_was_left_open_and_what_nobody_timed() -> None:
    said = log(*(answer(f"link:a:{n}~b:1", "Ada", "same", seconds=float(n)) for n in range(1, 22)))
    more = log(answer("link:x:1~y:1", "Ada", "same", seconds=1801.0), answer("link:x:2~y:2", "Ada", "same"))
    found = quality.seconds([*said, *more])
    assert (found.items, found.median, found.left_open, found.untimed) == (21, 11.0, 1, 1)
    assert found.quantiles == (3.0, 6.0, 11.0, 16.0, 19.0)
    assert quality.seconds(said[:19]).median is None


def test_answers_by_week_end_with_this_one() -> None:
    said = log(
        answer("link:a:1~b:1", "Ada", "same"),
        answer("link:a:2~b:1", "Ada", "same", decided_at=MONDAY + dt.timedelta(days=6)),
        answer("link:a:3~b:1", "Ada", "same", decided_at=MONDAY - dt.timedelta(days=1)),
    )
    weeks = quality.by_week(said, dt.date(2026, 11, 26))
    assert len(weeks) == 12
    assert weeks[-2:] == [(dt.date(2026, 11, 16), 1), (dt.date(2026, 11, 23), 2)]


def test_what_waits_longer_than_it_should() -> None:
    rows = [
        dict.fromkeys(QUEUE.names) | {"item": f"link:{age}", "kind": "link", "age_days": age}
        for age in (0, 7, 28, 29, 100)
    ]
    rows.append(dict.fromkeys(QUEUE.names) | {"item": "extract:kent", "kind": "extract", "age_days": 3})
    rows += [
        dict.fromkeys(QUEUE.names) | {"item": f"answer:{age}", "kind": "answer", "age_days": age} for age in (7, 8)
    ]
    links, answers, extracts = quality.waiting(pa.Table.from_pylist(rows, QUEUE), {"link:100"})
    assert (links.items, links.over, links.service, links.oldest, links.median) == (4, 1, 28, 29, 17.5)
    assert links.bands == ((0, 7, 1), (7, 14, 1), (14, 28, 0), (28, 90, 2), (90, None, 0))
    assert (answers.kind, answers.items, answers.over, answers.service) == ("answer", 2, 1, 7)
    assert (extracts.kind, extracts.over, extracts.service) == ("extract", 1, 2)


def test_every_kind_of_item_has_a_service_and_a_name() -> None:
    assert set(quality.numbers()["service"]) == set(quality.numbers()["called"]["kinds"]) == set(KINDS)


# Reviewers


def test_the_others_are_a_distribution_without_names_from_four_on() -> None:
    figures = {name: quality.rate(hits, 20) for name, hits in (("Ada", 1), ("Bea", 4), ("Cal", 2), ("Dee", 6))}
    assert quality.among(figures, "Ada") == quality.Others(figures["Ada"], 3, ())
    told = quality.among({**figures, "Eli": quality.rate(0, 20), "Fay": quality.rate(1, 5)}, "Ada")
    assert (told.people, told.values) == (4, (0.0, 0.1, 0.2, 0.3))
    assert quality.among(figures, "an engineer").own is None


def test_a_reviewer_is_held_against_all_others_taken_as_one() -> None:
    rows = []
    for place in range(20):
        item, wrong = f"link:a:{place}~b:1", place < 2
        people = ("Ada", "Bea") if place % 2 else ("Cal", "Ada")
        said = {"Ada": "different" if wrong else "same"}
        truth = "same" if place < 10 else "different"
        rows += [answer(item, name, truth if name != "Ada" or not wrong else said["Ada"]) for name in people]
    two = quality.first_two(log(*rows))
    found = with_others(two, "Ada")
    assert (found.items, found.agreed, found.value) == (20, 18, pytest.approx(0.8))
    assert {names: each.items for names, each in of_pairs(two).items()} == {("Ada", "Bea"): 10, ("Ada", "Cal"): 10}
    assert with_others(two, "Bea").value is None


@forall(st.permutations(range(30)))
def test_figures_know_no_order_of_items(order: list[int]) -> None:
    rows = log(*drawn("verified", 0.2, "s" * 20 + "d" * 5 + "c" * 5))
    turned = [rows[place] for place in order]
    one, other = (quality.precision(quality.decided(said), {})[0] for said in (rows, turned))
    assert math.isclose(one.rate.value or 0, other.rate.value or 1)
    assert one.could_not_tell == other.could_not_tell
