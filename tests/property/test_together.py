"""What stands together is counted by cells as it would be one record at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.together import PAIRS, Together, _cells

OWN = 1.7
FAR = 1 << 29
"""Codes so far apart that a cell and a record do not fit into one number together."""


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    n, values = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    codes = st.lists(st.integers(-1, values - 1), min_size=n, max_size=n)
    return draw(codes), draw(codes)


def counted(given: list[int], surname: list[int]) -> Together:
    n = len(given)
    rest = {name: np.full(n, -1, np.int32) for pair in PAIRS for name in pair}
    return Together(rest | {"given": np.array(given, np.int32), "surname": np.array(surname, np.int32)})


def one_by_one(given: list[int], surname: list[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The bits beside and of crowding of each record."""
    n, leaning, doubt = max(2, len(given)), table.limit("leaning"), table.limit("doubt")
    beside, crowding = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for row, (one, other) in enumerate(zip(given, surname, strict=True)):
        if one < 0 or other < 0:
            continue
        strangers = max(list(zip(given, surname, strict=True)).count((one, other)) - OWN, 0)
        sure = max(strangers - doubt * strangers**0.5, 0)
        held = given.count(one), surname.count(other)
        taken = []
        for first, second in (held, held[::-1]):
            share = max(second, 2) / n
            taken.append(np.log2(share / ((sure + leaning * share) / (max(first - OWN, 0) + leaning))))
        beside[row] = min(0, *[max(taken)])
        product = max(held[0], 2) / n * max(held[1], 2) / n
        crowding[row] = min(0, np.log2(product / max(product, strangers / n)))
    return beside, crowding


@given(columns())
@settings(deadline=None)
def test_cells_count_what_records_do(codes: tuple[list[int], list[int]]) -> None:
    beside, crowding = one_by_one(*codes)
    found = counted(*codes)
    np.testing.assert_allclose(found.beside("given", "surname", OWN), beside, atol=1e-5)
    np.testing.assert_allclose(found.crowding("given", "surname", OWN), crowding, atol=1e-5)


@given(columns())
@settings(deadline=None)
def test_codes_too_large_for_one_number_fall_into_the_same_cells(codes: tuple[list[int], list[int]]) -> None:
    near = [np.array(column, np.int32) for column in codes]
    far = [np.where(column > 0, column * FAR, column).astype(np.int32) for column in near]
    found, expected = _cells(*far), _cells(*near)
    assert [part.tolist() for part in found[:2]] == [part.tolist() for part in expected[:2]]
    assert found.one.tolist() == (expected.one * FAR).tolist()
    assert found.other.tolist() == (expected.other * FAR).tolist()
