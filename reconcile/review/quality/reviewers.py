"""How one reviewer's answers lie among those of the others.

Decides what a reviewer is told of the others. Invariant: their own figure by name, everybody else's as a distribution
without names, and that only where there are so many others that it is nobody's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reconcile.review.quality.agreement import Agreement, cohen
from reconcile.review.quality.answers import Given
from reconcile.review.quality.rates import Rate, rate
from reconcile.review.quality.thresholds import numbers


@dataclass(frozen=True)
class Others:
    """One's ``own`` figure, None where they have none, and the ``values`` of the others, smallest first.

    ``people``: how many others have a figure; ``values`` is empty where they are too few to be shown.
    """

    own: Rate | None
    people: int
    values: tuple[float, ...]


def by_reviewer(answers: Iterable[Given], counts: Callable[[Given], bool], least: int | None = None) -> dict[str, Rate]:
    """By reviewer, the share of their answers that count, such as those that could not tell."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for each in answers:
        hits[each.reviewer].append(counts(each))
    return {name: rate(sum(told), len(told), least) for name, told in sorted(hits.items())}


def among(figures: Mapping[str, Rate], name: str) -> Others:
    """The figures as the reviewer ``name`` may see them; a name nobody has sees but the distribution."""
    values = sorted(each.value for other, each in figures.items() if other != name and each.value is not None)
    enough = len(values) >= numbers()["least"]["others"]
    return Others(figures.get(name), len(values), tuple(values) if enough else ())


def with_others(pairs: Iterable[tuple[Given, Given]], name: str, least: int | None = None) -> Agreement:
    """Cohen's kappa between ``name`` and whoever else answered the same items, taken as one."""
    own = [(one, other) if one.reviewer == name else (other, one) for one, other in pairs]
    return cohen([(one.answer, other.answer) for one, other in own if one.reviewer == name], least)


def of_pairs(pairs: Iterable[tuple[Given, Given]], least: int | None = None) -> dict[tuple[str, str], Agreement]:
    """Cohen's kappa of every two people, the names of each pair sorted."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, other in pairs:
        first, second = sorted((one, other), key=lambda each: each.reviewer)
        found[first.reviewer, second.reviewer].append((first.answer, second.answer))
    return {names: cohen(said, least) for names, said in sorted(found.items())}
