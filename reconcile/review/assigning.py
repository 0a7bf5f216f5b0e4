"""What assigning records to people decides of every two of them.

Decides the decisions an answer on an identity item comes to. Invariant: the records of one person are joined by
decisions alone, also where no link does; every record of one person is told apart from every record of another.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from reconcile.errors import DecisionError
from reconcile.review.decisions import Decision

Groups = tuple[tuple[str, ...], ...]


def checked(groups: Sequence[Sequence[str]], records: Sequence[str]) -> Groups:
    """``groups`` sorted, without empty ones.

    Raises:
        DecisionError: they are not all of ``records``, each once.
    """
    found = tuple(sorted(tuple(sorted(group)) for group in groups if group))
    if differ(found, records):
        named = sum(map(len, found))
        raise DecisionError(
            f"{named} records were assigned where {len(records)} are to be: assign each record shown to one person"
        )
    return found


def differ(groups: Sequence[Sequence[str]], records: Sequence[str]) -> bool:
    """Whether ``groups`` are not all of ``records``, each once."""
    return sorted(record for group in groups for record in group) != sorted(records)


def decisions(item: Mapping[str, Any], groups: Groups, reviewer: str, reason: str, note: str | None) -> list[Decision]:
    """What an assignment decides, of a row of the queue."""
    shown = {(link["left"], link["right"]): link["evidence_hash"] for link in item["links"]}
    of = {record: group for group in groups for record in group}
    said: list[Decision] = []

    def decide(one: str, other: str, judgement: str) -> None:
        pair = (one, other) if one < other else (other, one)
        said.append(Decision(*pair, judgement, shown.get(pair), reviewer, reason, note))

    for one, other in combinations(sorted(of), 2):
        if of[one] is not of[other]:
            decide(one, other, "different")
        elif (one, other) in shown:
            decide(one, other, "same")
    for group in groups:
        for one, other in pairwise(_apart(group, shown)):
            decide(one, other, "same")
    return said


def left_open(item: Mapping[str, Any], reviewer: str, reason: str, note: str | None) -> list[Decision]:
    """That nobody can tell of any of the links an identity item asks about."""
    return [
        Decision(link["left"], link["right"], "cannot_tell", link["evidence_hash"], reviewer, reason, note)
        for link in item["links"]
        if link["waits"]
    ]


def _apart(group: tuple[str, ...], shown: Mapping[tuple[str, str], str]) -> list[str]:
    """One record, the first, of each part of a person's records that links hold together."""
    part = {record: record for record in group}
    for one, other in combinations(group, 2):
        if (one, other) in shown and part[one] != part[other]:
            least, most = sorted((part[one], part[other]))
            part = {record: least if head == most else head for record, head in part.items()}
    return sorted(set(part.values()))
