"""Which records are one identity, and the national id that identity keeps across cycles.

Decides IDENTITIES from verified links and people's decisions. Invariant: two records decided different are never
in one identity; where joins would bring them together, only what people decided holds among those records, and
the machine's joins there wait for a person. The result does not depend on the order of any input.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from reconcile import schema

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Pair = tuple[str, str]


def national_id(record_id: str) -> str:
    """The national id founded on a record: "P", eight letters and digits, and a check character."""
    number = int.from_bytes(hashlib.sha256(record_id.encode()).digest()[:8], "big")
    while True:
        body = "".join(_LETTERS[number // 32**place % 32] for place in reversed(range(8)))
        if check := check_character(body):
            return f"P{body}{check}"
        number += 1


def check_character(body: str) -> str:
    """Catches any one wrong character and any two neighbours swapped: weights 1, 3, 5 ... modulo 37.

    Empty where the sum has no letter: such a body is not used.
    """
    total = sum((2 * place + 1) * (_LETTERS.index(letter) + 1) for place, letter in enumerate(body))
    return (_LETTERS + "ILOU")[total % 37 : total % 37 + 1]


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
    names = _named(held, previous)
    decided = {record for pair in same for record in pair}
    rows = []
    for group, name in zip(held, names, strict=True):
        founder = next((record for record in group if national_id(record) == name), group[0])
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


def _named(groups: list[list[str]], previous: pa.Table | None) -> list[str]:
    """A national id for each group: one it held before, else one founded on its first record whose id is free."""
    before: dict[str, str] = {}
    if previous is not None:
        records, held_ids = (previous.column(name).to_pylist() for name in ("record_id", "national_id"))
        before = {str(record): str(name) for record, name in zip(records, held_ids, strict=True)}
    claims = []
    for place, group in enumerate(groups):
        held: dict[str, list[str]] = defaultdict(list)
        for record in group:
            if record in before:
                held[before[record]].append(record)
        for name, bearers in held.items():
            founds = any(national_id(record) == name for record in bearers)
            claims.append((not founds, -len(bearers), name, place))
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, name, place in sorted(claims):
        if place not in names and name not in taken:
            names[place] = name
            taken.add(name)
    taken |= set(before.values())
    for place, group in enumerate(groups):
        if place not in names:
            names[place] = _founded(group, taken)
            taken.add(names[place])
    return [names[place] for place in range(len(groups))]


def _founded(group: list[str], taken: set[str]) -> str:
    for record in group:
        if (name := national_id(record)) not in taken:
            return name
    attempt = 1
    while (name := national_id(f"{group[0]}#{attempt}")) in taken:
        attempt += 1
    return name
