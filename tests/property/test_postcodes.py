"""Postcodes compared as numbers are one slip apart exactly where their letters are."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from reconcile.linkage.postcodes import Postcodes

TEXTS = st.text("AB12É日", min_size=1, max_size=10)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and what one or two slips make of it."""
    text = draw(TEXTS)
    other = text
    for _ in range(draw(st.integers(1, 2))):
        cut = draw(st.integers(0, len(other)))
        end = min(len(other), cut + draw(st.integers(0, 2)))
        other = other[:cut] + draw(st.sampled_from(("", "A", "É", other[cut:end][::-1]))) + other[end:]
    return text, other or "1"


@given(st.one_of(slipped(), st.tuples(TEXTS, TEXTS)))
def test_a_slip_is_one_edit_of_any_letters(pair: tuple[str, str]) -> None:
    one, other = pair
    if one == other:
        return
    values = pa.array(["before", one, other, "behind"]).slice(1, 2)
    found = Postcodes(values)
    ends = np.array([0, 1], np.int32), np.array([1, 0], np.int32)
    assert found.slip(*ends).tolist() == [OSA.distance(one, other) <= 1] * 2
    outward = [text[:-3] if len(text) > 4 else None for text in pair]
    assert found.same_outward(*ends).tolist() == [outward[0] is not None and outward[0] == outward[1]] * 2
