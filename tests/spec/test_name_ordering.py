"""Full names put in the order in which a careful reader would put them.

``name_order.csv``: the better of two names is more alike to the first than the worse. ``name_pairs.csv``: names that
one person can bear, and names that as they stand tell two people apart. Both were written by hand, from no list that
the matcher knows.
"""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

from reconcile.names import compare, similarity

HERE = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return [(one, two, three) for one, two, three in list(csv.reader(lines))[1:]]


ORDER, PAIRS = rows("name_order.csv"), rows("name_pairs.csv")


@pytest.mark.parametrize(("name", "better", "worse"), ORDER)
def test_the_better_name_is_more_alike(name: str, better: str, worse: str) -> None:
    assert similarity(name, better) > similarity(name, worse) + 0.002


def test_names_of_one_person_score_above_names_of_two() -> None:
    """The share of couples of a pair of one person and a pair of two in which the first scores higher."""
    same = np.array([similarity(left, right) for kind, left, right in PAIRS if kind == "yes"])
    other = np.array([similarity(left, right) for kind, left, right in PAIRS if kind == "no"])
    above = (same[:, None] > other[None, :]).mean() + (same[:, None] == other[None, :]).mean() / 2
    assert above > 0.99


@pytest.mark.parametrize(("left", "right"), [(left, right) for kind, left, right in PAIRS if kind == "yes"])
def test_names_of_one_person_are_alike(left: str, right: str) -> None:
    assert similarity(left, right) > 0.6


@pytest.mark.parametrize(("left", "right"), [(left, right) for kind, left, right in PAIRS if kind == "no"])
def test_names_of_two_people_are_less_so(left: str, right: str) -> None:
    assert similarity(left, right) < 0.6


LADDER = (
    ("John Smith", "the same"),
    ("JOHN SMITH", "written otherwise"),
    ("Jack Smith", "forms of one name"),
    ("Jhon Smith", "one slip of the pen"),
    ("J Smith", "alike in the initial"),
    ("Smith", "not both given"),
    ("Joan Smith", "somewhat alike"),
    ("Peter Smith", "the given names are different"),
    ("John Brown", "the surnames are different"),
    ("Peter Brown", "different"),
)


def test_scores_fall_from_rung_to_rung_and_only_equal_names_reach_one() -> None:
    scores = [similarity("John Smith", name) for name, _says in LADDER]
    assert scores[0] == 1.0
    assert all(above > below + 0.0005 for above, below in itertools.pairwise(scores))
    assert scores[1] > 0.99
    assert scores[-1] < 0.05


@pytest.mark.parametrize(("name", "says"), LADDER[1:])
def test_the_sentence_says_why(name: str, says: str) -> None:
    assert says in compare("John Smith", name)[1].replace("The", "the")
