"""One person is one pair of eyes, in whatever way the name is typed."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import DecisionError
from reconcile.review.decisions import Decision
from reconcile.review.persons import folded, persons
from reconcile.review.queue_items import QUEUE
from reconcile.review.seconding import seconded

NOT_ASKED: pa.Table = QUEUE.empty_table()
"""Nobody was asked about any pair, so that two have to join it."""
NAMES = st.text("abnÉéßŁłΣσ'-.1 ", min_size=1, max_size=20).filter(str.strip)
TYPED = (
    str.upper,
    str.lower,
    str.title,
    lambda name: f" {name}\t",
    lambda name: name.replace(" ", "\u00a0 "),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFC", name),
)


def joined(reviewer: str) -> Decision:
    return Decision("essex:1", "kent:1", "same", None, reviewer, "fingerprints")


@given(NAMES, st.lists(st.sampled_from(TYPED), max_size=4), st.lists(st.sampled_from(TYPED), max_size=4))
def test_nobody_is_both_pairs_of_eyes_by_spelling_their_name_otherwise(name, first, second) -> None:
    one = other = name
    for typed in first:
        one = typed(one)
    for typed in second:
        other = typed(other)
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        seconded([joined(one)], NOT_ASKED, other)
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        seconded([joined(f"{one} and dan")], NOT_ASKED, other)


@given(NAMES, NAMES)
def test_two_names_that_differ_by_more_are_two_people_unless_they_are_bound(one, other) -> None:
    if folded(one) == folded(other):
        return
    assert seconded([joined(one)], NOT_ASKED, other)[0].reviewer == f"{one.strip()} and {other.strip()}"
    with pytest.raises(DecisionError, match="nobody seconds themselves"):
        seconded([joined(one)], NOT_ASKED, other, persons=persons([(one.upper(), f"{other} ")]))


@given(st.text())
def test_what_is_compared_of_a_name_is_one_form_of_it(name: str) -> None:
    assert folded(folded(name)) == folded(name)
