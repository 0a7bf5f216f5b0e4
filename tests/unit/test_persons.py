"""Which names are one human being's."""

import itertools

import pytest

from reconcile.review.persons import NOBODY_BOUND, persons


def test_names_nobody_bound_are_two_people_but_for_their_capitals() -> None:
    assert NOBODY_BOUND.of("Ann") == NOBODY_BOUND.of(" ann")
    assert NOBODY_BOUND.of("ann") != NOBODY_BOUND.of("anna")


@pytest.mark.parametrize("order", list(itertools.permutations([("ann", "x"), ("x", "b"), ("b", "Ann"), ("cas", "y")])))
def test_names_that_hang_together_are_one_persons_in_whatever_order_they_were_bound(order) -> None:
    """An account may bear the name of another's user of Airflow, and be bound in its turn."""
    found = persons(order)
    assert found.of("ann") == found.of("X") == found.of("b") != found.of("cas")
    assert found.of("y") == found.of("CAS")
    assert found.of("dan") == "dan"
