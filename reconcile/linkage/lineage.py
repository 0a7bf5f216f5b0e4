"""What became of each national id, and why.

Decides LINEAGE. Invariant: an id whose records changed has exactly one row a run and any other id none, so that
applying the rows to the identities before gives the ids now; reasons name links, decisions and records, never what
they say of a person; the rows follow from identities, links and decisions alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile import schema

NEW: Final = "new records"
BACK: Final = "its records are back"
GONE: Final = "records are gone"
DIFFERENT: Final = "decided different by a person"
UNDECIDED: Final = "a decision that joined them no longer stands"
WEAK: Final = "a verified link is a weak bridge"
UNVERIFIED: Final = "a verified link no longer holds"
JOINED: Final = {"verified": "verified link", "decided": "decided same by a person", "held": "held from the last cycle"}
REASONS: Final = (NEW, BACK, *JOINED.values(), DIFFERENT, UNDECIDED, WEAK, UNVERIFIED, GONE)
"""In the order in which a row names several."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class _Side:
    """Identities of one cycle, those concerned only: who is in which, and by what each record is joined."""

    of: Mapping[str, str]
    members: Mapping[str, list[str]]
    joins: Mapping[str, list[tuple[str, str, str]]]  # national id -> record, the record it is joined to, how


def lineage(
    previous: pa.Table | None,
    resolved: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    *,
    cycle: str,
    before: pa.Table | None = None,
) -> pa.Table:
    """The rows of LINEAGE ``before`` and those of this cycle, sorted by national id.

    Args:
        previous: the last cycle's IDENTITIES. resolved: this cycle's, from these LINKS and DECISIONS.
        cycle: its name. before: LINEAGE up to the last cycle.
    """
    history = schema.LINEAGE.empty_table() if before is None else before
    old = schema.IDENTITIES.empty_table() if previous is None else previous
    changed = _changed(old, resolved)
    simple = _founded(resolved, old, history, changed, cycle)
    concerned = changed.filter(pc.invert(pc.is_in(changed, value_set=simple["national_id"].combine_chunks())))
    was, now = _side(old, concerned), _side(resolved, concerned)
    different = _pairs(decisions.filter(pc.equal(decisions["judgement"], pa.scalar("different"))), was.of)
    verified = _pairs(links.filter(pc.equal(links["strength"], pa.scalar("verified"))), was.of)
    parted = {was.of[a] for a, b in different if was.of[a] == was.of[b]}
    parting = {
        name: _why_parted(was.members[name], joins, now.of, verified, by_a_person=name in parted)
        for name, joins in was.joins.items()
    }
    ended = set(history.filter(pc.is_in(history["national_id"], value_set=concerned))["national_id"].to_pylist())
    rows = [
        {**_row(name, was, now, parting, name in ended), "national_id": name, "cycle": cycle}
        for name in concerned.to_pylist()
    ]
    fresh = pa.concat_tables([simple, pa.Table.from_pylist(rows, schema.LINEAGE)]).sort_by("national_id")
    return pa.concat_tables([history, fresh]).combine_chunks()


def _changed(old: pa.Table, new: pa.Table) -> Any:
    """The ids, sorted, of which a record came, went or is new."""
    came = pc.index_in(new["record_id"], value_set=old["record_id"])
    moved: Any = pc.not_equal(old["national_id"].take(came), new["national_id"])
    other = pc.fill_null(moved, True)
    gone = pc.invert(pc.is_in(old["record_id"], value_set=new["record_id"]))
    rows = [new.filter(other), old.take(came).filter(other), old.filter(gone)]
    names = pa.concat_tables([table.select(["national_id"]) for table in rows])["national_id"]
    return pc.unique(names.drop_null()).sort()


def _founded(new: pa.Table, old: pa.Table, history: pa.Table, changed: Any, cycle: str) -> pa.Table:
    """The rows of ids that are new and hold new records only: nearly all of a first cycle."""
    known = pa.concat_arrays([*old["national_id"].chunks, *history["national_id"].chunks, pa.array([], pa.string())])
    fresh = pc.and_(
        pc.is_in(new["national_id"], value_set=changed), pc.invert(pc.is_in(new["national_id"], value_set=known))
    )
    from_old = new["national_id"].filter(pc.is_in(new["record_id"], value_set=old["record_id"]))
    rows = new.filter(pc.and_(fresh, pc.invert(pc.is_in(new["national_id"], value_set=from_old))))
    rows = rows.select(["national_id", "record_id"]).sort_by([("national_id", "ascending"), ("record_id", "ascending")])
    encoded: Any = pc.dictionary_encode(rows["national_id"]).combine_chunks()
    starts = np.searchsorted(np.asarray(encoded.indices), np.arange(len(encoded.dictionary) + 1)).astype(np.int32)
    count = len(encoded.dictionary)
    return pa.table(
        [
            encoded.dictionary,
            pa.repeat("founded", count),
            _lists(np.zeros(count + 1, np.int32), pa.array([], pa.string())),
            _lists(starts, rows["record_id"].combine_chunks()),
            pa.repeat(NEW, count),
            pa.repeat(cycle, count),
        ],
        schema=schema.LINEAGE,
    )


def _lists(starts: NDArray[np.int32], values: Any) -> Any:
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), values)


def _side(identities: pa.Table, concerned: Any) -> _Side:
    rows = identities.filter(pc.is_in(identities["national_id"], value_set=concerned))
    of: dict[str, str] = {}
    members: dict[str, list[str]] = defaultdict(list)
    joins: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows.to_pylist():
        of[row["record_id"]] = row["national_id"]
        members[row["national_id"]].append(row["record_id"])
        if to := row.get("joined_to"):
            joins[row["national_id"]].append((row["record_id"], to, row["joined_by"]))
    return _Side(of, members, {name: joins[name] for name in members})


def _pairs(table: pa.Table, records: Iterable[str]) -> frozenset[Pair]:
    known = pa.array(list(records), pa.string())
    both = pc.and_(*(pc.is_in(table[end], value_set=known) for end in ("left", "right")))
    return frozenset(zip(*(table[end].filter(both).to_pylist() for end in ("left", "right")), strict=True))


def _why_parted(
    members: Iterable[str],
    joins: Iterable[tuple[str, str, str]],
    now: Mapping[str, str],
    verified: frozenset[Pair],
    *,
    by_a_person: bool,
) -> set[str]:
    """Why the records of an identity that was are in several identities now; empty where they are in one."""
    if len({now[record] for record in members if record in now}) < 2:
        return set()
    if by_a_person:
        return {DIFFERENT}
    reasons = set()
    for record, to, how in joins:
        if record not in now or to not in now:
            reasons.add(GONE)
        elif now[record] != now[to]:
            still = (min(record, to), max(record, to)) in verified
            reasons.add(UNDECIDED if how == "decided" else WEAK if still else UNVERIFIED)
    return reasons or {UNVERIFIED}


def _row(name: str, was: _Side, now: _Side, parting: Mapping[str, set[str]], known: bool) -> dict[str, Any]:
    had, has = was.members.get(name, []), now.members.get(name, [])
    went = {now.of[record] for record in had if record in now.of} - {name}
    came = {was.of[record] for record in has if record in was.of} - {name}
    joined = {
        JOINED[how]
        for other in (went if not has else {name})
        for record, to, how in now.joins.get(other, [])
        if was.of.get(record) != was.of.get(to) and (has or name in (was.of.get(record), was.of.get(to)))
    }
    if had and has:
        event, reasons = "kept", joined | parting[name] | {reason for other in came for reason in parting[other]}
        reasons |= {GONE} if any(record not in now.of for record in had) else set()
    elif had:
        event, reasons = ("merged_into", joined | parting[name]) if went else ("retired", {GONE})
    elif came:
        event, reasons = "split_from", joined | {reason for other in came for reason in parting[other]}
    else:
        event, reasons = ("returned", {BACK}) if known else ("founded", {NEW})
    return {
        "event": event,
        "others": sorted(went | came),
        "records": sorted(has or had),
        "reason": "; ".join(sorted(reasons, key=REASONS.index)),
    }
