"""What groups keep to, whatever the pairs: one result for any order, cannot-links, the best pair first, hysteresis."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reconcile.linkage import clusters
from reconcile.linkage.average_linkage import LEAST, MOST
from reconcile.linkage.clusters import cluster

N = 9
PAIRS = [(a, b) for a in range(N) for b in range(a + 1, N)]
Edges = dict[tuple[int, int], float]

some_pairs = st.sampled_from(PAIRS)
some_weights = st.dictionaries(some_pairs, st.integers(-32, 64).map(lambda quarters: quarters / 4), max_size=20)
unequal_weights = st.tuples(st.lists(some_pairs, unique=True, max_size=20), st.integers(0, 10**6)).map(
    lambda drawn: dict(zip(drawn[0], np.random.default_rng(drawn[1]).normal(1, 5, len(drawn[0])).tolist(), strict=True))
)
"""No two averages are equal: where they are, average linkage leaves open which pair to join first."""
some_told = st.lists(some_pairs, max_size=4)
some_groups = st.lists(st.integers(0, 2), min_size=N, max_size=N)


def groups(edges: Edges, **options: object) -> list[int]:
    left, right = (np.array([pair[end] for pair in edges], np.int32) for end in (0, 1))
    return cluster(N, left, right, np.array(list(edges.values())), **({"threshold": 0.0} | options)).tolist()  # type: ignore[arg-type]


def held(before: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(N), np.array([before.index(each) for each in before])


def average(edges: Edges, one: set[int], other: set[int]) -> float | None:
    between = [min(max(bits, LEAST), MOST) for (a, b), bits in edges.items() if {a, b} & one and {a, b} & other]
    return sum(between) / len(between) if between and not one & other else None


def best_pair_first(edges: Edges, told: list[tuple[int, int]], threshold: float) -> set[frozenset[int]]:
    """Average linkage as the books have it: look at all pairs of groups, join the best, look again."""
    parts = [{one} for one in range(N)]
    while True:
        found = [
            (bits, one, other)
            for place, one in enumerate(parts)
            for other in parts[place + 1 :]
            if (bits := average(edges, one, other)) is not None
            and bits >= threshold
            and not any({a, b} & one and {a, b} & other for a, b in told)
        ]
        if not found:
            return set(map(frozenset, parts))
        _, one, other = max(found, key=lambda each: each[0])
        parts = [part for part in parts if part not in (one, other)] + [one | other]


def parts_of(heads: list[int]) -> set[frozenset[int]]:
    return {frozenset(one for one in range(N) if heads[one] == head) for head in heads}


@settings(max_examples=80, deadline=None)
@given(some_weights, some_told, some_groups, st.randoms(use_true_random=False))
def test_order_and_direction_of_pairs_change_nothing(edges: Edges, told: list, before: list[int], random) -> None:
    expected = groups(edges, apart=told, held=held(before), break_at=-2.0)
    shuffled = random.sample([*edges.items()], len(edges))
    turned = {(pair[::-1] if random.random() < 0.5 else pair): bits for pair, bits in shuffled}
    left, right = held(before)
    again = (right[::-1], left[::-1])
    assert groups(turned, apart=[pair[::-1] for pair in told[::-1]], held=again, break_at=-2.0) == expected


@settings(max_examples=80, deadline=None)
@given(some_weights, some_told, some_groups)
def test_a_cannot_link_is_honoured_everywhere(edges: Edges, told: list, before: list[int]) -> None:
    found = groups(edges, apart=told, held=held(before), break_at=-4.0)
    assert all(found[a] != found[b] for a, b in told)


@settings(max_examples=80, deadline=None)
@given(unequal_weights, some_told)
def test_joining_all_at_once_is_joining_the_best_pair_first(edges: Edges, told: list) -> None:
    assert parts_of(groups(edges, apart=told)) == best_pair_first(edges, told, 0.0)


@settings(max_examples=80, deadline=None)
@given(some_weights, some_groups, st.sampled_from([-1.0, -3.0, -8.0]))
def test_what_was_one_stays_one_down_to_the_lower_threshold(edges: Edges, before: list[int], break_at: float) -> None:
    fresh, kept = groups(edges), groups(edges, held=held(before), break_at=break_at)
    assert all(kept[a] == kept[b] for a, b in PAIRS if fresh[a] == fresh[b])
    parts = [set(part) for part in parts_of(fresh)]
    for place, one in enumerate(parts):
        for other in parts[place + 1 :]:
            bits = average(edges, one, other)
            if bits is not None and bits >= break_at and {before[a] for a in one} & {before[b] for b in other}:
                assert kept[min(one)] == kept[min(other)]
    assert groups(edges, held=held(kept), break_at=break_at) == kept
    assert groups(edges, held=held(list(range(N))), break_at=break_at) == fresh


@settings(max_examples=100, deadline=None)
@given(some_weights, st.sets(some_pairs))
def test_groups_join_only_by_pairs_that_can_join(edges: Edges, can: set) -> None:
    found = groups(edges, joins=np.array([pair in can for pair in edges], bool))
    for part in parts_of(found):
        reached, waiting = set[int](), [min(part)]
        while waiting:
            reached.add(one := waiting.pop())
            waiting += [
                b for pair in can & edges.keys() for a, b in (pair, pair[::-1]) if a == one and b not in reached
            ]
        assert part <= reached


@settings(max_examples=60, deadline=None)
@given(some_weights, some_told, st.randoms(use_true_random=False))
def test_large_components_are_split_the_same_in_any_order(edges: Edges, told: list, random) -> None:
    kept, clusters.LARGEST = clusters.LARGEST, 3
    try:
        expected = groups(edges, apart=told)
        shuffled = dict(random.sample([*edges.items()], len(edges)))
        assert groups(shuffled, apart=told) == expected
        assert all(expected[a] != expected[b] for a, b in told)
    finally:
        clusters.LARGEST = kept
