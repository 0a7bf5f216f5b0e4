"""Which records are one identity, and the national id that identity keeps across cycles.

Decides IDENTITIES from verified links, people's decisions and the last cycle. Invariant: two records decided
different are never in one identity; where joins would bring them together, only what people decided, what joins
records of one side, and what held before still joins, and the other joins wait for a person. A weak bridge joins
nothing: groups that verified links bring together are one only where the evidence between them says so on balance.
What was one identity stays one down to a lower bar, marked as held until a person has looked. The result does not
depend on the order of any input, and with itself as the last cycle it comes out again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from reconcile import schema
from reconcile.linkage import national_ids, trees
from reconcile.linkage.average_linkage import Ints, Mask
from reconcile.linkage.clusters import cluster, components, first_of, joined_again, pairs_of, still_held
from reconcile.linkage.joins import Joins, balance, judged
from reconcile.linkage.memory import Memory, memory

Pair = tuple[str, str]


@dataclass(frozen=True)
class Standing:
    """What joins records before the last cycle is asked to hold on.

    ``verified``: bool [p], the links that join; ``same``: bool [s], the decisions that do. ``groups``: int64 [n],
    the least record of each record's group. ``torn``: bool [n], the records among which joins would bring together
    two decided different; ``parted``: int64 [c, 2], those.
    """

    verified: Mask
    same: Mask
    groups: Ints
    torn: Mask
    parted: Ints


def resolve(
    record_ids: Iterable[str],
    links: pa.Table,
    decisions: pa.Table,
    previous: pa.Table | None = None,
    lineage: pa.Table | None = None,
) -> pa.Table:
    """Join records into identities.

    Args:
        record_ids: every record of the cycle.
        links: LINKS. decisions: DECISIONS. previous: the last cycle's IDENTITIES, whose national ids live on.
        lineage: LINEAGE up to the last cycle: an id that ended comes back to its own records and to no others.
    Returns:
        IDENTITIES sorted by national id and record id: a row for every record.
    """
    said = judged(record_ids, links, decisions)
    n = len(said.ids)
    before = memory(said.ids, previous, lineage)
    stands = standing(said, before.identity)
    held = _held(said, stands, before)
    group = components(n, np.r_[np.arange(n), said.left[held]], np.r_[stands.groups, said.right[held]]).astype(np.int64)
    names = national_ids.carried(said.ids, group, before.claims)
    founders = _founders(said.ids, group, names)
    kind, to = trees.joined(n, _edges(said, stands, held, before.edges), founders)
    rank = np.argsort(np.argsort(np.array(names, "S")))
    order = np.argsort(rank[group], kind="stable")
    return pa.table(
        [
            pa.array(names, pa.string()).take(group[order]),
            said.ids.take(pa.array(order)),
            pa.array(trees.KINDS).take(kind[order]),
            said.ids.take(pa.array(to[order], mask=to[order] < 0)),
        ],
        schema=schema.IDENTITIES,
    )


def conflicts(record_ids: Iterable[str], links: pa.Table, decisions: pa.Table) -> list[Pair]:
    """Pairs decided different which joins would nevertheless bring together: each is for a person to look at."""
    said = judged(record_ids, links, decisions)
    parted = standing(said, np.full(len(said.ids), -1)).parted
    return [(str(said.ids[a]), str(said.ids[b])) for a, b in parted.tolist()]


def standing(said: Joins, identity: Ints) -> Standing:
    """What joins records without the last cycle's help.

    Args:
        identity: int64 [n], the identity of the last cycle each record was in, -1 for none: where a person parted
            records, what was one before is not torn by what is new.
    """
    n = len(said.ids)
    verified = said.verified & _strong(said)
    whole = components(n, np.r_[said.left[verified], said.same[:, 0]], np.r_[said.right[verified], said.same[:, 1]])
    parted = said.different[whole[said.different[:, 0]] == whole[said.different[:, 1]]]
    torn = np.isin(whole, whole[parted[:, 0]])
    same = np.ones(len(said.same), bool)
    if len(parted):
        same, kept = _mended(said, verified, torn, parted, identity)
        verified &= ~torn[said.left] | kept
    ends = (np.r_[said.left[verified], said.same[same, 0]], np.r_[said.right[verified], said.same[same, 1]])
    label = components(n, *ends)
    return Standing(verified, same, first_of(label)[label], torn, parted)


def _strong(said: Joins) -> Mask:
    """The links between records that verified links and decisions make one on balance: all but the weak bridges.

    Average linkage over what a person has made one, by verified links alone, so that a bridge is weighed with all
    that speaks between its sides; a search for single bridging links would miss a record that carries the numbers
    of two people and is verified with several of each.
    """
    n = len(said.ids)
    label = components(n, said.same[:, 0], said.same[:, 1])
    person = first_of(label)[label]
    left, right = person[said.left], person[said.right]
    apart = left != right
    ends = left[apart], right[apart], said.bits[apart]
    groups = cluster(n, *ends, threshold=balance()["join"], joins=said.verified[apart])[person]
    return np.asarray(groups[said.left] == groups[said.right])


def _mended(said: Joins, verified: Mask, torn: Mask, parted: Ints, identity: Ints) -> tuple[Mask, Mask]:
    """Which decisions and verified links still join among the ``torn`` records.

    Decisions first, those that bring a ``parted`` pair together last; then links between records that people part
    from the same others: they are of one side; then links inside what was one identity in the last cycle.
    """
    n = len(said.ids)
    among = torn[said.same[:, 0]]
    decided = said.same[among]
    nothing = np.zeros(len(decided))
    groups = joined_again(np.arange(n), pairs_of(decided[:, 0], decided[:, 1], nothing, nothing == 0), parted)
    same = ~among
    same[among] = groups[decided[:, 0]] == groups[decided[:, 1]]
    kept = np.zeros(len(verified), bool)
    for feature in (_sides(n, parted), identity):
        alike = verified & torn[said.left] & (feature[said.left] == feature[said.right]) & (feature[said.left] >= 0)
        label = components(n, np.r_[np.arange(n), said.left[kept | alike]], np.r_[groups, said.right[kept | alike]])
        torn_again = np.isin(label, label[parted[label[parted[:, 0]] == label[parted[:, 1]], 0]])
        kept |= alike & ~torn_again[said.left]
    return same, kept


def _sides(n: int, parted: Ints) -> Ints:
    """For each record the number of the set of records it is parted from, -1 where that is empty; int64 [n]."""
    others: dict[int, list[int]] = {}
    for a, b in parted.tolist():
        others.setdefault(a, []).append(b)
        others.setdefault(b, []).append(a)
    numbers: dict[tuple[int, ...], int] = {}
    result = np.full(n, -1, np.int64)
    for record, those in others.items():
        result[record] = numbers.setdefault(tuple(sorted(those)), len(numbers))
    return result


def _held(said: Joins, stands: Standing, before: Memory) -> Mask:
    """The links that hold groups together only because their records were one in the last cycle, bool [p].

    None of them passes a guard by, touches torn records or, with others, brings together two decided different.
    """
    n = len(said.ids)
    was = np.arange(n)
    was[before.were_one[0]] = before.were_one[1]
    held = still_held(stands.groups, said.left, said.right, said.bits, held=before.were_one, break_at=balance()["hold"])
    held &= was[said.left] == was[said.right]
    held &= ~said.guarded & ~stands.torn[said.left] & ~stands.torn[said.right]
    label = components(n, np.r_[np.arange(n), said.left[held]], np.r_[stands.groups, said.right[held]])
    parted = said.different[label[said.different[:, 0]] == label[said.different[:, 1]]]
    return np.asarray(held & ~np.isin(label, label[parted[:, 0]])[said.left])


def _founders(ids: Any, group: Ints, names: list[str]) -> Ints:
    """The record each identity's id was founded on, the first of the group where that one is gone; int64 [groups]."""
    founder = first_of(group)
    several = np.bincount(group, minlength=1) > 1
    for candidates in (founder, np.arange(len(group))):
        rows = candidates[several[group[candidates]]]
        made = national_ids.of_records(ids.take(pa.array(rows)).to_pylist())
        own = rows[[name == names[place] for name, place in zip(made, group[rows].tolist(), strict=True)]]
        founder[group[own]] = own
        several[group[own]] = False
    return founder


def _edges(said: Joins, stands: Standing, held: Mask, known: Ints) -> trees.Edges:
    """Everything that joins, a row each; ``known`` are codes of the last cycle's joins."""
    same = said.same[stands.same]
    parts = [same.T, *(np.stack([said.left[links], said.right[links]]) for links in (stands.verified, held))]
    left, right = np.concatenate(parts, axis=1)
    kind = np.repeat([trees.KINDS.index(name) for name in ("decided", "verified", "held")], [len(p.T) for p in parts])
    was_held = np.isin(left * len(said.ids) + right, known) & (kind == trees.KINDS.index("held"))
    return trees.Edges(left, right, kind, was_held)
