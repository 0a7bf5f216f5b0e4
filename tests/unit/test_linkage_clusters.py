"""Groups by average linkage: chains are not people, and what was told apart stays apart."""

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.clusters import cluster
from reconcile.linkage.measure import of_groups, of_pairs

Edges = list[tuple[int, int, float]]


def groups(n: int, edges: Edges, **options: object) -> NDArray[np.int64]:
    left = np.array([edge[0] for edge in edges], np.int32)
    right = np.array([edge[1] for edge in edges], np.int32)
    weight = np.array([edge[2] for edge in edges])
    return cluster(n, left, right, weight, **({"threshold": 0.0} | options))  # type: ignore[arg-type]


def test_agreeing_pairs_make_a_group() -> None:
    assert groups(4, [(0, 1, 5.0), (1, 2, 5.0)]).tolist() == [0, 0, 0, 3]


def test_a_weak_bridge_between_two_groups_is_cut() -> None:
    edges: Edges = [(0, 1, 9.0), (2, 3, 9.0), (1, 2, 1.0), (0, 2, -6.0), (0, 3, -6.0), (1, 3, -6.0)]
    assert groups(4, edges).tolist() == [0, 0, 2, 2]


def test_pairs_never_compared_are_not_held_against_a_group() -> None:
    assert groups(3, [(0, 1, 9.0), (1, 2, 2.0)]).tolist() == [0, 0, 0]


def test_what_was_told_apart_stays_apart() -> None:
    found = groups(3, [(0, 1, 9.0), (1, 2, 8.0)], apart=[(0, 2)])
    assert found.tolist() == [0, 0, 2]


def test_the_order_of_pairs_does_not_matter() -> None:
    random = np.random.default_rng(3)
    edges = [(a, b, float(random.normal(0, 5))) for a in range(12) for b in range(a + 1, 12)]
    expected = groups(12, edges).tolist()
    for _ in range(5):
        random.shuffle(edges)
        assert groups(12, edges).tolist() == expected


def test_a_large_component_is_split_at_higher_thresholds() -> None:
    blocks = [[(k * 50 + i, k * 50 + i + 1, 11.0) for i in range(49)] for k in range(10)]
    chain = [(k * 50 + 49, k * 50 + 50, 0.5) for k in range(9)]
    found = groups(500, [edge for block in blocks for edge in block] + chain)
    assert len(set(found.tolist())) == 10


def test_very_many_copies_of_one_record_are_one_group() -> None:
    """The threshold once rose past what an average can reach, and each copy was alone."""
    copies = [(0, other, 20.0) for other in range(1, 500)] + [(one, one + 1, 20.0) for one in range(1, 499)]
    assert set(groups(500, copies, threshold=-0.6).tolist()) == {0}
    against = [*copies, (7, 400, -3.0)]
    assert len(set(groups(500, against, threshold=-0.6).tolist())) == 2
    assert groups(500, copies, apart=[(7, 400)], threshold=-0.6)[[7, 400]].tolist() == [0, 400]


def test_a_join_of_the_last_cycle_holds_until_the_average_falls_below_the_lower_threshold() -> None:
    for bits, expected in ((1.0, [0, 0]), (-1.0, [0, 0]), (-2.0, [0, 0]), (-2.1, [0, 1])):
        assert groups(2, [(0, 1, bits)], held=(np.array([0]), np.array([1])), break_at=-2.0).tolist() == expected
    assert groups(2, [(0, 1, -1.0)]).tolist() == [0, 1]


def test_a_join_is_held_between_groups_not_between_pairs() -> None:
    """0 and 1 go with 2 and 3 while the evidence between the two pairs, taken together, does not fall too low."""
    edges: Edges = [(0, 1, 9.0), (2, 3, 9.0), (0, 2, 4.0), (1, 3, -6.0)]
    were_one = np.array([0, 0, 0]), np.array([1, 2, 3])
    assert groups(4, edges).tolist() == [0, 0, 2, 2]
    assert groups(4, edges, held=were_one, break_at=-2.0).tolist() == [0, 0, 0, 0]
    assert groups(4, [*edges, (0, 3, -6.0)], held=were_one, break_at=-2.0).tolist() == [0, 0, 2, 2]


def test_a_join_is_not_held_where_no_pair_is_left_or_a_person_told_them_apart() -> None:
    were_one = np.array([0, 1]), np.array([1, 2])
    assert groups(3, [(0, 1, -1.0)], held=were_one, break_at=-2.0).tolist() == [0, 0, 2]
    assert groups(3, [(0, 1, -1.0), (1, 2, -1.5)], held=were_one, break_at=-2.0, apart=[(0, 2)]).tolist() == [0, 0, 2]


def test_pairs_that_cannot_join_only_weigh() -> None:
    edges: Edges = [(0, 1, 2.0), (1, 2, 9.0), (0, 2, 9.0)]
    assert groups(3, edges[1:], joins=np.array([True, False])).tolist() == [0, 1, 1]
    assert groups(3, edges, joins=np.array([True, True, False])).tolist() == [0, 0, 0]
    assert groups(3, [(0, 1, 2.0), (1, 2, 9.0), (0, 2, -6.0)], joins=np.array([True, True, False])).tolist() == [
        0,
        1,
        1,
    ]


def test_measure_counts_pairs() -> None:
    truth = np.array([0, 0, 0, 1, 1, -1], np.int64)
    found = of_groups(np.array([0, 0, 2, 3, 3, 3], np.int64), truth)
    assert (found.found, found.right, found.true) == (2, 2, 4)
    linked = of_pairs(np.array([0, 0, 3], np.int32), np.array([1, 3, 5], np.int32), truth)
    assert (linked.found, linked.right, linked.true) == (2, 1, 4)
    across = of_groups(np.array([0, 0, 0, 3, 3, 5], np.int64), truth, np.array([0, 0, 1, 0, 1, 1], np.int64))
    assert (across.found, across.right, across.true) == (3, 3, 3)
