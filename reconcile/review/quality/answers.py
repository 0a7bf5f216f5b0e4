"""The answers that stand in the judgement log, and the items they decided.

Decides which answers are counted as judging, and which are held against each other. Invariant: an answer taken back
counts for nothing; two answers are compared only on the same evidence, and only the first two people's, who did not
see each other's: a third is asked because they differ, which would count every disagreement twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import pyarrow as pa

from reconcile.review.four_eyes import outcome
from reconcile.review.judgements import UNDO, Answer


@dataclass(frozen=True)
class Given:
    """A line of the judgement log that nobody took back, its columns as there."""

    number: int
    item: str
    left: str | None
    right: str | None
    judgement: str
    assignment: str | None
    reviewer: str
    evidence_hash: str | None
    judges: int | None
    blind: bool | None
    seconds: float | None
    audit_frame: str | None
    audit_probability: float | None
    decided_at: object

    @property
    def kind(self) -> str:
        """link, identity, answer or extract."""
        kind = self.item.split(":", 1)[0]
        return "identity" if kind == "parting" else kind

    @property
    def answer(self) -> str:
        """What was said, so that two who said the same are told from two who did not."""
        return self.assignment or self.judgement


@dataclass(frozen=True)
class Decided:
    """An item as many as needed agreed on: ``judgement`` same, different, cannot_tell or assign, ``by`` whom."""

    last: Given
    judgement: str
    by: tuple[str, ...]


def given(lines: pa.Table) -> list[Given]:
    """The answers of ``judgements.LINES`` that stand, oldest first."""
    names = [field.name for field in fields(Given)]
    taken_back = {number for number in lines["undoes"].to_pylist() if number is not None}
    return [
        Given(**row)
        for row in lines.select(names).to_pylist()
        if row["judgement"] != UNDO and row["number"] not in taken_back
    ]


def of_judging(answers: Iterable[Given]) -> list[Given]:
    """The answers that judge something; that a force's answer is seen to is work done, and judges nobody."""
    return [each for each in answers if each.kind != "answer"]


def decided(answers: Iterable[Given]) -> list[Decided]:
    """The items decided on the evidence they showed last, in the order of their last answers."""
    found = []
    for of_item in _by_item(answers).values():
        last = of_item[-1]
        said = [
            Answer(each.number, each.item, each.reviewer, each.judgement, each.evidence_hash, each.assignment)
            for each in of_item
        ]
        holds = outcome(said, judges=last.judges or 1, evidence_hash=last.evidence_hash)
        if holds.state == "decided" and holds.judgement is not None:
            found.append(Decided(last, holds.judgement, holds.by))
    return sorted(found, key=lambda each: each.last.number)


def first_two(answers: Iterable[Given]) -> list[tuple[Given, Given]]:
    """The first two people's answers on each item and evidence that two or more have answered."""
    found = []
    for (_item, _evidence), of_item in sorted(_by_evidence(answers).items()):
        by_person: dict[str, Given] = {}
        for each in of_item:
            by_person.setdefault(each.reviewer, each)
        if len(by_person) > 1:
            one, other, *_ = by_person.values()
            found.append((one, other))
    return found


def _by_item(answers: Iterable[Given]) -> dict[str, Sequence[Given]]:
    found: dict[str, list[Given]] = defaultdict(list)
    for each in answers:
        found[each.item].append(each)
    return dict(found)


def _by_evidence(answers: Iterable[Given]) -> dict[tuple[str, str], Sequence[Given]]:
    found: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for each in answers:
        found[each.item, each.evidence_hash or ""].append(each)
    return dict(found)
