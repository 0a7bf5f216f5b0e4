"""Decisions made at the terminal, held to the four-eyes table like those made on the pages.

Decides which of them one person's word is enough for: those of links that the queue says one person may judge, and what
joins nobody, parts no identity that two have to part, and overturns nothing two people decided. Invariant: nobody
seconds themselves, however they spell their name; who was named is who the decision says it is of.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle
from reconcile.errors import DecisionError
from reconcile.forces import forces
from reconcile.review import four_eyes
from reconcile.review.concerned import people
from reconcile.review.decisions import Decision
from reconcile.review.identity_items import Group
from reconcile.review.judging import together
from reconcile.review.persons import NOBODY_BOUND, Persons
from reconcile.review.queue_items import QUEUE, of_parting
from reconcile.settings import Settings

Pair = tuple[str, str]
NOT_ASKED: Final[Mapping[str, int]] = {"same": 2, "different": 1, "cannot_tell": 1}
"""How many people have to agree on a pair that is no item of the queue and not among those ``by_two`` finds."""


def seconded(
    decisions: Sequence[Decision],
    queue: pa.Table,
    second: str = "",
    held: Set[Pair] = frozenset(),
    persons: Persons = NOBODY_BOUND,
) -> tuple[Decision, ...]:
    """The decisions as of everybody they rest on.

    Args:
        queue: ``queue_items.QUEUE`` of the cycle. A pair that is no item of it was not asked about: two join it.
        second: who agreed with whoever decided, "" where nobody did.
        held: of ``by_two``: pairs that take two, whatever is said of them, where the queue does not ask about them.
        persons: which names are one person's, who cannot second themselves under another of them.

    Raises:
        DecisionError: one needs a second person and none is named, or somebody seconds themselves.
    """
    judges = dict.fromkeys(held, 2) | _judges(queue)
    needing = [each for each in decisions if judges.get((each.left, each.right), NOT_ASKED[each.judgement]) > 1]
    if needing:
        of = f" ({len(needing)} of {len(decisions)})" if len(decisions) > 1 else ""
        _need_another(
            f"{needing[0].left} ~ {needing[0].right}{of}", [each.reviewer for each in needing], second, persons
        )
    return tuple(
        replace(each, reviewer=together((each.reviewer.strip(), second.strip()))) if each in needing else each
        for each in decisions
    )


def by_two(settings: Settings, decisions: Iterable[Decision]) -> frozenset[Pair]:
    """Of the pairs decided, those inside an identity two people have to part, and those two people decided before."""
    pairs = {(each.left, each.right) for each in decisions}
    standing = _reviewers(cycle.decisions(settings))
    return frozenset(pair for pair in pairs if _are_two(standing.get(pair, ""))) | _of_one_identity(settings, pairs)


def taking_back(
    standing: pa.Table, pairs: Iterable[Pair], reviewer: str, second: str = "", persons: Persons = NOBODY_BOUND
) -> str:
    """Who takes the decisions on ``pairs`` back: what two people decided is taken back by two, all of it as one act.

    Args:
        standing: the decisions that stand, ``schema.DECISIONS``.

    Raises:
        DecisionError: two have to and none is named, or somebody seconds themselves.
    """
    of = _reviewers(standing)
    left_right = [(min(pair), max(pair)) for pair in pairs]
    decided = [pair for pair in left_right if _are_two(of.get(pair, ""))]
    if not decided:
        return reviewer
    _need_another(f"taking back what two people decided of {' ~ '.join(decided[0])}", [reviewer], second, persons)
    return together((reviewer.strip(), second.strip()))


def _need_another(what: str, reviewers: Sequence[str], second: str, persons: Persons) -> None:
    if not second.strip():
        raise DecisionError(
            f"{what} needs two people by the four-eyes table: judge it on the pages"
            ", or name who agrees with --second; nothing was recorded"
        )
    if any(_named(each, persons) & _named(second, persons) for each in reviewers):
        raise DecisionError("nobody seconds themselves: --second names another person; nothing was recorded")


def _named(text: str, persons: Persons) -> frozenset[str]:
    """Everybody whom a text can name: the text as one name, and each of those ``together`` would have made it of."""
    names = (text, *re.split(r",\s|\sand\s", text))
    return frozenset(persons.of(each) for each in names if each.strip())


def _of_one_identity(settings: Settings, pairs: Iterable[Pair]) -> frozenset[Pair]:
    """The pairs inside one identity whose parting, asked of the pages, would be an item for two."""
    tables = {name: cycle.table(settings, name) for name in ("records", "identities", "facts", "missing_list")}
    identities = tables["identities"]
    columns = (identities[name].to_pylist() for name in ("record_id", "national_id"))
    national: dict[str, str] = dict(zip(*columns, strict=True))
    inside = {pair: national[pair[0]] for pair in pairs if national.get(pair[0], "") == national.get(pair[1])}
    if not inside:
        return frozenset()
    who, wanted = people(*tables.values()), sorted(set(inside.values()))
    held: dict[str, list[str]] = {name: [] for name in wanted}
    for record in sorted(national):
        held.get(national[record], []).append(record)
    rows = []
    for name in wanted:
        (person,) = {int(each) for each in who.person[who.rows(pa.array(held[name], pa.string()))]}
        # Links say on what evidence it is asked, never of how many.
        rows.append(of_parting(Group((person,), tuple(held[name]), ()), who))
    _rules, judges = four_eyes.needed(pa.Table.from_pylist(rows, QUEUE))
    needed = dict(zip(wanted, judges.to_pylist(), strict=True))
    return frozenset(pair for pair, name in inside.items() if needed[name] > 1)


def _reviewers(decisions: pa.Table) -> dict[Pair, str]:
    columns = (decisions[name].to_pylist() for name in ("left", "right", "reviewer"))
    return {(left, right): reviewer for left, right, reviewer in zip(*columns, strict=True)}


def _are_two(reviewer: str) -> bool:
    """Whether a decision is of several people, as ``judging.together`` names them; a force's answer is of one."""
    return " and " in reviewer and not reviewer.startswith(tuple(f"{force.name}, " for force in forces()))


def _judges(queue: pa.Table) -> dict[tuple[str, str], int]:
    links = queue.filter(pc.field("kind") == "link")
    columns = (links[name].to_pylist() for name in ("left", "right", "judges"))
    return {(left, right): judges for left, right, judges in zip(*columns, strict=True)}
