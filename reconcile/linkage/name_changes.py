"""Imported name changes applied to records: whoever bears the old name or the new one is also looked for by the other.

Decides which records a change is about: those that bear one of its names and whose birth date can be its birth date.
Invariant: a change adds names, which are evidence, and joins nobody; it is compared like any other name, whatever its
source; the records themselves are not changed, and the order of rows and records leaves no trace.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.names import parse
from reconcile.nested import Part, lists, struct

DEED_POLL: Final = "deed_poll"
"""The source whose new names are called so; any other new name is an alias, as no source tells more of a person."""

Name = tuple[tuple[str, ...], str]
"""Given names and surname as they are compared."""


@dataclass(frozen=True)
class Applied:
    """``added``: NAMES_ADDED sorted by record; ``changes``: NAME_CHANGES, each used, unmatched or rejected."""

    added: pa.Table
    changes: pa.Table


@dataclass(frozen=True)
class _Change:
    row: dict[str, Any]
    sides: tuple[tuple[str, str], tuple[str, str]]
    """Old and new, each given names and surname as written, a part blank on one side taken from the other."""
    names: tuple[Name, Name]

    def agrees(self, side: int, name: Name, born: dict[str, Any] | None) -> bool:
        """Whether a record with this name and birth date bears the name of ``side``: further given names may lack."""
        birth = self.row["birth_date"]
        if not born or not born["lo"] or born["lo"] > birth["hi"] or birth["lo"] > born["hi"]:
            return False
        further = zip(self.names[side][0][1:], name[0][1:], strict=False)
        return all(mine == theirs or (min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0])
                   for mine, theirs in further)  # fmt: skip


def apply(records: pa.Table, changes: pa.Table) -> Applied:
    """Find the records each change is about.

    Args:
        records: ``schema.RECORDS``, or its record_id, names and birth_date.
        changes: ``schema.NAME_CHANGES`` whose rows are "unmatched" or "rejected".

    A name so added can be the old name of another change, and is followed.
    """
    order: Any = [("list_sha256", "ascending"), ("row_number", "ascending")]
    rows = changes.sort_by(order).to_pylist()
    by_name: dict[tuple[str, str], list[tuple[_Change, int]]] = defaultdict(list)
    for row in rows:
        if row["outcome"] != "rejected":
            change = _change(row)
            for side, name in enumerate(change.names):
                by_name[_key(name)].append((change, side))
    added: list[dict[str, Any]] = []
    for record_id, names, born in _bearers(records, by_name) if by_name else ():
        added += _followed(record_id, names, born, by_name)
    for row in rows:
        if row["records"]:
            row["outcome"] = "used"
    order = [("record_id", "ascending"), *order]
    return Applied(
        pa.Table.from_pylist(added, schema.NAMES_ADDED).sort_by(order),
        pa.Table.from_pylist(rows, schema.NAME_CHANGES),
    )


def with_names(records: pa.Table, added: pa.Table) -> pa.Table:
    """``records`` with the added names after their own, for linking."""
    if not added.num_rows:
        return records
    column: Any = records["names"].combine_chunks()
    own = Part(pc.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64), pc.list_flatten(column))
    owners: Any = pc.index_in(added["record_id"], value_set=records["record_id"])
    more = struct(schema.NAME, added.num_rows, kind=added["kind"], given=added["given"], surname=added["surname"])
    names = lists(records.num_rows, [own, Part(owners.to_numpy().astype(np.int64), more)], schema.NAME)
    return records.set_column(records.column_names.index("names"), "names", names)


def _followed(
    record_id: str,
    names: Sequence[Name],
    born: dict[str, Any] | None,
    by_name: dict[tuple[str, str], list[tuple[_Change, int]]],
) -> Iterator[dict[str, Any]]:
    """The names that changes add to one record, and those that changes of these add."""
    known, waiting, met = set(names), deque(names), set[int]()
    while waiting:
        name = waiting.popleft()
        for change, side in by_name.get(_key(name), ()):
            if id(change) in met or not change.agrees(side, name, born):
                continue
            met.add(id(change))
            change.row["records"] += 1
            other = change.names[1 - side]
            if other not in known:
                known.add(other)
                waiting.append(other)
                yield _added(record_id, change, 1 - side)


def _added(record_id: str, change: _Change, side: int) -> dict[str, Any]:
    given, surname = change.sides[side]
    later = DEED_POLL if change.row["source"] == DEED_POLL else "alias"
    shared = {name: change.row[name] for name in ("source", "changed_on", "list_sha256", "row_number")}
    kind = later if side else "previous"
    return {"record_id": record_id, "kind": kind, "given": given or None, "surname": surname or None, **shared}


def _change(row: dict[str, Any]) -> _Change:
    old, new = ((row[f"{side}_given"] or "", row[f"{side}_surname"] or "") for side in ("old", "new"))
    sides = ((old[0] or new[0], old[1] or new[1]), (new[0] or old[0], new[1] or old[1]))
    return _Change(row, sides, (_name(*sides[0]), _name(*sides[1])))


def _name(given: str, surname: str) -> Name:
    return parse.given(given), parse.surname(surname).whole


def _key(name: Name) -> tuple[str, str]:
    return (name[0][0] if name[0] else ""), name[1]


def _bearers(
    records: pa.Table, by_name: dict[tuple[str, str], list[tuple[_Change, int]]]
) -> Iterator[tuple[str, list[Name], dict[str, Any] | None]]:
    """The records that bear a name some change has: their id, all their names, their birth date."""
    ordered = records.select(["record_id", "names", "birth_date"])
    ordered = ordered.take(pc.sort_indices(ordered["record_id"]))
    names = [_names(entries or []) for entries in ordered["names"].to_pylist()]
    chosen = [place for place, found in enumerate(names) if any(_key(name) in by_name for name in found)]
    for place, row in zip(
        chosen, ordered.select(["record_id", "birth_date"]).take(pa.array(chosen, pa.int64())).to_pylist(), strict=True
    ):
        yield row["record_id"], names[place], row["birth_date"]


def _names(entries: Sequence[dict[str, str | None]]) -> list[Name]:
    """A record's names; one without given names or surname borrows the current one's."""
    found: list[Name] = []
    for entry in entries:
        given, surname = entry["given"] or "", entry["surname"] or ""
        if not given and not surname and entry["full"]:
            given, surname = parse.full(entry["full"])
        words, last = parse.given(given), parse.surname(surname)
        current = found[0] if found else (words, last.whole)
        for whole in filter(None, (last.whole or current[1], last.former)):
            found.append((words or current[0], whole))
    return found
