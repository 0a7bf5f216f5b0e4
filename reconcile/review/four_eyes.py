"""Which items need two people, and what holds of an item after what people answered.

Decides by ``four_eyes.toml``: a row each rule, with the predicate of that name here. Invariant: the second person is
never the first, and where two disagree a third who is neither answers; an answer given on other evidence than is shown
now counts for nothing; what holds depends on the answers alone, not on who reads them or in which order they come.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.review.judgements import Answer
from reconcile.review.persons import NOBODY_BOUND, Persons

State = Literal["open", "second", "third", "decided", "settled"]
STATES: Final = ("open", "second", "third", "decided", "settled")
WAITING: Final = ("open", "second", "third")
Mask = NDArray[np.bool_]
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """What holds of an item.

    ``state``: ``open`` nobody answered on the evidence shown now; ``second``, ``third``: waits for a second or third
    person; ``decided``: as many as needed agree; ``settled``: later data settled it, nobody is asked any more.
    ``judgement``: of a decided item same, different, cannot_tell or assign, else None. ``assignment``: of an assign, as
    in the log. ``by``: of a decided item the people it rests on, else everybody who has answered, in their order.
    """

    state: State
    judgement: str | None = None
    assignment: str | None = None
    by: tuple[str, ...] = ()


def _among(items: pa.Table, column: str, values: Sequence[str]) -> Mask:
    return np.asarray(pc.is_in(items[column], value_set=pa.array(values, pa.string())), bool)


def restricted(items: pa.Table, _rule: Rule) -> Mask:
    return np.asarray(items["restricted"], bool)


def locates(items: pa.Table, _rule: Rule) -> Mask:
    return _among(items, "touches", ["locates"])


def splits_list(items: pa.Table, _rule: Rule) -> Mask:
    """Records of one identity on the list: a link inside it, or the identity as a whole."""
    return np.asarray(pc.is_valid(items["national_id"]), bool) & ~_among(items, "touches", ["none"])


def changes_list(items: pa.Table, _rule: Rule) -> Mask:
    return np.asarray(pc.is_in(items["kind"], value_set=pa.array(["link", "identity"])), bool) & ~_among(
        items, "touches", ["none"]
    )


def twins(items: pa.Table, rule: Rule) -> Mask:
    return _among(items, "guard", rule["guards"])


def joins_forces(items: pa.Table, rule: Rule) -> Mask:
    several = np.asarray(pc.list_value_length(items["forces"]).fill_null(0)) > 1
    return several & _among(items, "risk_level", rule["levels"])


PREDICATES: Final[Mapping[str, Callable[[pa.Table, Rule], Mask]]] = {
    each.__name__: each for each in (restricted, locates, splits_list, changes_list, twins, joins_forces)
}


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order in which they are asked: ``name``, ``says``, and the numbers of each."""
    text = files(__package__).joinpath("four_eyes.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["rules"])


def needed(items: pa.Table) -> tuple[Any, Any]:
    """The rule that applies to each item of the queue (its name or null), and how many people it needs (int8).

    Extracts are judged by one person, in their own way; what a force answered is seen to by one, as that alone changes
    nothing that is published.
    """
    chosen = np.full(len(items), None, object)
    for rule in reversed(rules()):
        chosen[PREDICATES[rule["name"]](items, rule)] = rule["name"]
    chosen[_among(items, "kind", ["extract", "answer"])] = None
    names = pa.array(chosen, pa.string())
    return names, pc.if_else(names.is_valid(), pa.scalar(2, pa.int8()), pa.scalar(1, pa.int8()))


def outcome(
    answers: Sequence[Answer],
    *,
    judges: int,
    evidence_hash: str | None,
    settled: bool = False,
    persons: Persons = NOBODY_BOUND,
) -> Standing:
    """What holds of an item.

    One person's answer decides where one is needed. Where two are, two who agree decide; where the first two do not, a
    third decides with whom they agree. Cannot tell is an answer like the others: decided so, the item waits no more and
    the question stays open in the bounds, until its evidence changes. Three who all differ come to cannot tell.

    Args:
        answers: judgements of the item that nobody took back, in any order.
        judges: how many people have to agree, 1 or 2.
        evidence_hash: of what the item shows now.
        settled: the item is no longer in the queue and nobody decided it.
        persons: which names are one person's, who counts once whatever the name they answered under.
    """
    by_person: dict[str, Answer] = {}
    for each in sorted(answers, key=lambda answer: answer.number):
        if each.evidence_hash == evidence_hash:
            by_person.setdefault(persons.of(each.reviewer), each)
    counted = list(by_person.values())[:3]
    for place, answer in enumerate(counted):
        agree = [each for each in counted[: place + 1] if _said(each) == _said(answer)]
        if len(agree) >= judges:
            return Standing("decided", *_said(answer), tuple(each.reviewer for each in agree))
    people = tuple(each.reviewer for each in counted)
    if len(counted) == 3:
        return Standing("decided", "cannot_tell", None, people)
    if settled:
        return Standing("settled", by=people)
    return Standing(STATES[len(counted)], by=people)


def _said(answer: Answer) -> tuple[str, str | None]:
    return answer.judgement, answer.assignment
