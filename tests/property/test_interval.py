"""What the bounds of distinct people keep to, whatever the links and the decisions."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconcile import schema
from reconcile.national.interval import distinct_people

pytestmark = pytest.mark.slow

IDS = [f"kent:{number}" for number in range(8)]
PAIRS = [(left, right) for left in IDS for right in IDS if left < right]
OPEN = schema.OPEN_CLAIMS
AT = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)

some_records = st.lists(st.sampled_from(schema.STATUSES), min_size=8, max_size=8).map(
    lambda statuses: pa.table({"record_id": IDS, "status": statuses})
)
some_links = st.dictionaries(
    st.sampled_from(PAIRS),
    st.sampled_from([("verified", None), ("proposed", None), ("possible", None), ("possible", "twins")]),
    max_size=14,
)
some_answers = st.dictionaries(
    st.sampled_from(PAIRS),
    st.tuples(st.sampled_from(["same", "different", "cannot_tell"]), st.sampled_from(["h", "old", None])),
)


def links(given_links: dict) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"left": left, "right": right, "strength": strength, "guard": guard, "evidence_hash": "h"}
            for (left, right), (strength, guard) in given_links.items()
        ],
        schema.LINKS,
    )


def decisions(answers: dict) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "left": left,
                "right": right,
                "judgement": judgement,
                "evidence_hash": shown,
                "reviewer": "a",
                "reason": "b",
                "decided_at": AT,
            }
            for (left, right), (judgement, shown) in answers.items()
        ],
        schema.DECISIONS,
    )


@settings(max_examples=80, deadline=None)
@given(some_records, some_links, some_answers)
def test_low_is_at_most_high_is_at_most_gross(records: pa.Table, between: dict, answers: dict) -> None:
    low, high = distinct_people(records, links(between), decisions(answers))
    gross = sum(status in schema.OPEN_CLAIMS for status in records["status"].to_pylist())
    assert (gross > 0) <= low <= high <= gross


@settings(max_examples=60, deadline=None)
@given(some_records, st.lists(st.sampled_from(PAIRS), unique=True, max_size=14), st.data())
def test_answering_open_proposals_narrows_step_by_step(records: pa.Table, pairs: list, data: st.DataObject) -> None:
    """Answers that contradict nothing: each says what a hidden truth says."""
    truth = dict(zip(IDS, data.draw(st.lists(st.integers(0, 3), min_size=8, max_size=8)), strict=True))
    strength = {
        (left, right): ("verified" if truth[left] == truth[right] and data.draw(st.booleans()) else "possible", None)
        for left, right in pairs
    }
    open_pairs = [pair for pair in pairs if strength[pair][0] == "possible"]
    answers: dict = {}
    low, high = distinct_people(records, links(strength), decisions(answers))
    people = len(
        {
            truth[one]
            for one, status in zip(IDS, records["status"].to_pylist(), strict=True)
            if status in schema.OPEN_CLAIMS
        }
    )
    for left, right in open_pairs:
        answers[left, right] = ("same" if truth[left] == truth[right] else "different", "h")
        narrower = distinct_people(records, links(strength), decisions(answers))
        assert low <= narrower[0] <= narrower[1] <= high
        low, high = narrower
    assert low == high >= people


@settings(max_examples=40, deadline=None)
@given(some_records, some_links, some_answers, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(records: pa.Table, between: dict, answers: dict, random) -> None:
    expected = distinct_people(records, links(between), decisions(answers))
    order = random.sample(range(8), 8)
    turned = dict(random.sample(list(between.items()), len(between)))
    assert distinct_people(records.take(order), links(turned), decisions(answers)) == expected


@settings(max_examples=150, deadline=None)
@given(some_records, some_links, some_answers, st.data())
def test_low_is_never_above_what_the_links_and_people_leave_possible(
    records: pa.Table, between: dict, answers: dict, data: st.DataObject
) -> None:
    """What people say stands holds. Beyond it any unguarded link, and any "same" whose evidence has changed or is gone,
    may hold, unless it joins whom a person parted."""
    may_hold = [pair for pair, (_strength, guard) in between.items() if guard is None]
    may_hold += [pair for pair, (judgement, _shown) in answers.items() if judgement == "same"]
    apart = [
        pair
        for pair, (judgement, shown) in answers.items()
        if judgement == "different" and not (pair in between and shown == "old")
    ]
    stand = [
        pair
        for pair, (judgement, shown) in answers.items()
        if judgement == "same" and (shown is None or (pair in between and shown == "h"))
    ]
    person = {one: one for one in IDS}
    for left, right in stand:
        person = {one: person[left] if whose == person[right] else whose for one, whose in person.items()}
    assume(all(person[one] != person[other] for one, other in apart))
    for left, right in data.draw(st.permutations(sorted(set(may_hold)))):
        joined = {one: person[left] if whose == person[right] else whose for one, whose in person.items()}
        if all(joined[one] != joined[other] for one, other in apart):
            person = joined
    claimed = [one for one, status in zip(IDS, records["status"].to_pylist(), strict=True) if status in OPEN]
    low, _high = distinct_people(records, links(between), decisions(answers))
    assert low <= len({person[one] for one in claimed})
