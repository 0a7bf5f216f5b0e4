"""Which records are one identity, and the national id that identity keeps across cycles.

Decides IDENTITIES from verified links and people's decisions. Invariant: two records decided different are never
in one identity; where joins would bring them together, only what people decided holds among those records, and
the machine's joins there wait for a person. The result does not depend on the order of any input.
"""

from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa

from reconcile import schema
from reconcile.linkage.national_ids import founder_of, name_groups

Pair = tuple[str, str]


def resolve(
    record_ids: Iterable[str], links: pa.Table, decisions: pa.Table, previous: pa.Table | None = None
) -> pa.Table:
    """Join records into identities.

    Args:
        record_ids: every record of the cycle.
        links: LINKS. decisions: DECISIONS. previous: the last cycle's IDENTITIES, whose national ids live on.
    Returns:
        IDENTITIES sorted by national id and record id: a row for every record.
    """
    ids = sorted({str(record) for record in record_ids})
    verified, same, different = _judged(set(ids), links, decisions)
    groups = _grouped(ids, same | verified)
    where = {record: place for place, group in enumerate(groups) for record in group}
    invalid = {where[left] for left, right in different if where[left] == where[right]}
    held: list[list[str]] = []
    for place, group in enumerate(groups):
        held.extend(_parted(group, same, different) if place in invalid else [group])
    names = name_groups(held, _names_before(previous))
    decided = {record for pair in same for record in pair}
    rows = []
    for group, name in zip(held, names, strict=True):
        founder = founder_of(group, name)
        for record in group:
            how = "founding" if record == founder else "decided" if record in decided else "verified"
            rows.append((name, record, how))
    rows.sort()
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=schema.IDENTITIES)


def conflicts(record_ids: Iterable[str], links: pa.Table, decisions: pa.Table) -> list[Pair]:
    """Pairs decided different which joins would nevertheless bring together: each is for a person to look at."""
    ids = sorted({str(record) for record in record_ids})
    verified, same, different = _judged(set(ids), links, decisions)
    where = {record: place for place, group in enumerate(_grouped(ids, same | verified)) for record in group}
    return sorted(pair for pair in different if where[pair[0]] == where[pair[1]])


def _within(members: set[str], pairs: set[Pair]) -> set[Pair]:
    return {pair for pair in pairs if members.issuperset(pair)}


def _judged(known: set[str], links: pa.Table, decisions: pa.Table) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """Verified, decided-same and decided-different pairs among known records.

    A decision bound to evidence that has changed no longer joins; that two people differ holds until undone.
    """
    shown: dict[Pair, str] = {}
    verified: set[Pair] = set()
    for left, right, strength, shown_hash in zip(
        *(links.column(name).to_pylist() for name in ("left", "right", "strength", "evidence_hash")), strict=True
    ):
        shown[(left, right)] = shown_hash
        if strength == "verified" and left in known and right in known:
            verified.add((left, right))
    same: set[Pair] = set()
    different: set[Pair] = set()
    for left, right, judgement, bound in zip(
        *(decisions.column(name).to_pylist() for name in ("left", "right", "judgement", "evidence_hash")), strict=True
    ):
        pair = (min(left, right), max(left, right))
        if not known.issuperset(pair):
            continue
        if judgement == "different":
            different.add(pair)
        elif judgement == "same" and (bound is None or shown.get(pair) == bound):
            same.add(pair)
    return verified - different, same - different, different


def _grouped(ids: list[str], joins: set[Pair]) -> list[list[str]]:
    """The connected components, each sorted, in the order of their first records."""
    parent = {record: record for record in ids}

    def top(record: str) -> str:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for left, right in sorted(joins):
        a, b = top(left), top(right)
        parent[max(a, b)] = min(a, b)
    groups: dict[str, list[str]] = defaultdict(list)
    for record in ids:
        groups[top(record)].append(record)
    return list(groups.values())


def _parted(group: list[str], same: set[Pair], different: set[Pair]) -> list[list[str]]:
    """A group that holds a pair decided different: only decided joins, those that bring such a pair together last."""
    members = set(group)
    barred = _within(members, different)
    kept: set[Pair] = set()
    for pair in sorted(_within(members, same)):
        trial = _grouped(group, kept | {pair})
        where = {record: place for place, part in enumerate(trial) for record in part}
        if all(where[left] != where[right] for left, right in barred):
            kept.add(pair)
    return _grouped(group, kept)


def _names_before(previous: pa.Table | None) -> dict[str, str]:
    """The national id each record held in the last cycle."""
    if previous is None:
        return {}
    records, names = (previous.column(name).to_pylist() for name in ("record_id", "national_id"))
    return {str(record): str(name) for record, name in zip(records, names, strict=True)}
