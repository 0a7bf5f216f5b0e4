"""Which links wait for a person, and why.

Decides what stands in the queue. Invariant: every link whose answer would change an identity or a bound is in it
until a person answers; what joins only because it did before, and what is cut although verified, says so.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.linkage.identities import standing
from reconcile.linkage.joins import judged as joins_of
from reconcile.linkage.joins import rows_of
from reconcile.notification.standing import ENDS, judged
from reconcile.review import force_answers
from reconcile.review.force_answers import Said

WHY: Final = {
    "told_apart": "a force it was told to says that these are two people",
    "told_same": "a force it was told to confirms it, and a second person has to",
    "held": "joined in the last release, and too weak to be joined now",
    "weak_bridge": "verified, but on balance the evidence between the two groups speaks against one person",
    "parted": "verified, but a person parted records it would bring together",
    "contradicted": "a guard speaks against it, and other links hold the two to be one person",
}


def waiting(links: pa.Table, decisions: pa.Table, resolved: pa.Table, said: Iterable[Said] = ()) -> pa.Table:
    """The links nobody has answered that are not settled: LINKS with ``why``, one of ``WHY`` or null.

    Between two identities every link waits, and ``why`` says why a verified one joins nothing. Inside an identity a
    link waits where it alone holds on from the last cycle, where a guard contradicts what joins its records, and,
    whatever was decided before, where a force said something of it.

    Args:
        links: LINKS. decisions: DECISIONS. resolved: IDENTITIES that came of them. said: what forces say of links in
            an identity that nobody has judged since.
    """
    answered = judged(links, decisions)
    ends: list[Any] = [pc.index_in(links[end], value_set=resolved["record_id"]) for end in ENDS]
    inside: Any = pc.equal(*(resolved["national_id"].take(end) for end in ends))
    between = pc.invert(inside)
    guarded = pc.is_valid(links["guard"])
    verified = pc.and_(pc.equal(links["strength"], pa.scalar("verified")), pc.invert(guarded))
    torn = _torn(links, decisions, resolved)
    held = pa.array(_held(links, resolved))
    cut = pc.and_(between, verified)
    why = pc.case_when(
        pc.make_struct(pc.and_(inside, held), pc.and_(inside, guarded), pc.and_(cut, torn), cut),
        *(pa.scalar(name) for name in ("held", "contradicted", "parted", "weak_bridge")),
    )
    unsettled = pc.or_(between, pc.is_valid(why))
    told: Any = _told(links, said)
    open_now: Any = pc.and_(pc.is_null(answered["judgement"]), pc.fill_null(unsettled, False))
    again: Any = pc.and_(pc.is_valid(told), pc.fill_null(inside, False))
    open_now = pc.or_(open_now, again)
    return links.append_column("why", pc.coalesce(told, why)).filter(open_now)


def _told(links: pa.Table, said: Iterable[Said]) -> Any:
    """What a force said of each link, null where none did."""
    says = force_answers.says(said)
    if not says:
        return pa.nulls(len(links), pa.string())
    keys = pa.array([f"{left}~{right}" for left, right in says])
    ends: list[Any] = [links[end] for end in ENDS]
    place = pc.index_in(pc.binary_join_element_wise(*ends, "~"), value_set=keys)
    return pa.array(list(says.values())).take(place)


def _torn(links: pa.Table, decisions: pa.Table, resolved: pa.Table) -> Any:
    """The links among whose records joins would bring together two that a person told apart."""
    said = joins_of(resolved["record_id"], links, decisions)
    torn = standing(said, np.full(len(said.ids), -1)).torn
    rows = rows_of(said.ids, *(links[end] for end in ENDS))
    return pa.array((rows[0] >= 0) & (rows[1] >= 0) & torn[rows[0]] & torn[rows[1]])


def _held(links: pa.Table, resolved: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The links by which a record is held in its identity."""
    by = resolved.filter(pc.equal(resolved["joined_by"], pa.scalar("held")))
    joins: Any = zip(by["record_id"].to_pylist(), by["joined_to"].to_pylist(), strict=True)
    pairs = {(min(pair), max(pair)) for pair in joins}
    if not pairs:
        return np.zeros(len(links), bool)
    return np.array([pair in pairs for pair in zip(*(links[end].to_pylist() for end in ENDS), strict=True)], bool)
