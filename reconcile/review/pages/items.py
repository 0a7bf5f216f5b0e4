"""What the page of a link and that of an identity have in common: who may see it, what it rests on, what was answered.

Decides when the time an answer took says something. Invariant: whoever may not see one of the people is told nothing,
not even that there is such an item.
"""

import time
from typing import Any, Final
from urllib.parse import quote

from fastapi import HTTPException

from reconcile.forces import forces
from reconcile.national.facts_told import facts_told, open_facts
from reconcile.review.access import Visitor
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.rows_told import Row
from reconcile.review.restricted import hidden

LONGEST: Final = 3600.0
"""Seconds beyond which the time an answer took says nothing."""


def need_seen_by(desk: Desk, visitor: Visitor, *ids: str) -> None:
    """Refuse (404, as if there were no such item) whoever may not see one of these people or records."""
    if hidden(visitor, desk.restricted(), *ids):
        raise HTTPException(404)


def facts_of(desk: Desk, national_id: str) -> dict[str, Any]:
    """What the rules say of an identity: facts in words, and those that cannot be told."""
    facts = desk.rows("facts", "national_id", national_id)
    return {"told": facts_told(facts, {force.slug: force.name for force in forces()}), "open": open_facts(facts)}


def added(desk: Desk, record_ids: list[str]) -> list[Row]:
    """The names that imported lists add to records."""
    return desk.rows("names_added", "record_id", *record_ids)


def seconds_since(since: str) -> float | None:
    """Seconds from ``since``, milliseconds since 1970 UTC as a form carries it; None where that says nothing."""
    if not since.isdecimal() or len(since) > 15:
        return None
    taken = time.time() - int(since) / 1000
    return round(taken, 1) if 0 <= taken <= LONGEST else None


def pair_of(left: str, right: str) -> str:
    """Two record ids as the address of their page holds them."""
    return quote("~".join(sorted((left, right))), safe=":~/")
