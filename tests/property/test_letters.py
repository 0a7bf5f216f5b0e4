"""The bound on similarity never leaves out a pair that reaches what is asked for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Indel, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

from reconcile.linkage.letters import letters_of

WORDS = st.one_of(
    st.text(alphabet="abcdeinorst '-013é", min_size=1, max_size=12),
    st.text(alphabet="ae 1", min_size=1, max_size=90),
    st.builds(
        lambda letter, count, rest: letter * count + rest,
        st.sampled_from("0ae"),
        st.integers(10, 40),
        st.text(alphabet="0a1", max_size=3),
    ),
)
ONE, OTHER = np.array([0]), np.array([1])


@given(WORDS, WORDS, st.sampled_from([0.7, 0.82, 0.88, 0.94]))
def test_no_alike_pair_is_left_out(left: str, right: str, least: float) -> None:
    left, right = (" ".join(text.split()) or "x" for text in (left, right))
    bound = letters_of([left, right])
    edits = OSA.distance(left, right)
    assert bound.within_edits(ONE, OTHER, edits)[0]
    if JaroWinkler.similarity(left, right) >= least:
        assert bound.reaches_winkler(ONE, OTHER, least)[0]
    if Indel.normalized_similarity(left, right) >= least or token_sort_ratio(left, right) >= 100 * least:
        assert bound.reaches_indel(ONE, OTHER, least)[0]


def test_unlike_pairs_are_left_out() -> None:
    bound = letters_of(["katherine", "smith", "12 high st", "9 mill ln"])
    assert not bound.reaches_winkler(ONE, OTHER, 0.82)[0]
    assert not bound.within_edits(ONE, OTHER, 2)[0]
    assert not bound.reaches_indel(np.array([2]), np.array([3]), 0.8)[0]


def test_no_values_at_all() -> None:
    assert len(letters_of([]).length) == 0
