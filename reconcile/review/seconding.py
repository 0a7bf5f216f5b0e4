"""Decisions made at the terminal, held to the four-eyes table like those made on the pages.

Decides which of them one person's word is enough for: those of links that the queue says one person may judge, and what
joins nobody. Invariant: nobody seconds themselves; who was named is who the decision says it is of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.errors import DecisionError
from reconcile.review.decisions import Decision
from reconcile.review.judging import together

NOT_ASKED: Final[Mapping[str, int]] = {"same": 2, "different": 1, "cannot_tell": 1}
"""How many people have to agree on a pair that is no item of the queue."""


def seconded(decisions: Sequence[Decision], queue: pa.Table, second: str = "") -> tuple[Decision, ...]:
    """The decisions as of everybody they rest on.

    Args:
        queue: ``queue_items.QUEUE`` of the cycle. A pair that is no item of it was not asked about: two join it.
        second: who agreed with whoever decided, "" where nobody did.

    Raises:
        DecisionError: one needs a second person and none is named, or somebody seconds themselves.
    """
    judges = _judges(queue)
    needing = [each for each in decisions if judges.get((each.left, each.right), NOT_ASKED[each.judgement]) > 1]
    if needing and not second.strip():
        of = f" ({len(needing)} of {len(decisions)})" if len(decisions) > 1 else ""
        raise DecisionError(
            f"{needing[0].left} ~ {needing[0].right}{of} needs two people by the four-eyes table: judge it on the pages"
            ", or name who agrees with --second; nothing was recorded"
        )
    if any(each.reviewer.strip().casefold() == second.strip().casefold() for each in needing):
        raise DecisionError("nobody seconds themselves: --second names another person; nothing was recorded")
    return tuple(
        replace(each, reviewer=together((each.reviewer, second.strip()))) if each in needing else each
        for each in decisions
    )


def _judges(queue: pa.Table) -> dict[tuple[str, str], int]:
    links = queue.filter(pc.field("kind") == "link")
    columns = (links[name].to_pylist() for name in ("left", "right", "judges"))
    return {(left, right): judges for left, right, judges in zip(*columns, strict=True)}
