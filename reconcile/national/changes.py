"""How the national list differs from that of the release before: new, found, moved, merged, split, corrected, gone.

Decides CHANGES. Invariant: the lines before and the sum of ``people`` give the lines now, the claims before and the sum
of ``claims`` the claims now; each line that came or went is counted by one row, and each claim that came or went is in
one. A person is counted found only where every force that claimed them has answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national import bands
from reconcile.national.claim_fates import MOVEABLE, Fate, Fates, Row, line_fate, words
from reconcile.national.claims import open_claims
from reconcile.national.line_fates import Lines
from reconcile.national.previous import Previous

if TYPE_CHECKING:
    from reconcile.intake import Receipt
    from reconcile.national.contents import Compiled

Sides = tuple[list[str], list[str]]
"""Claims gone and claims come."""
GOING: Final = ("unanswered", "found", "withdrawn", "corrected")
COMING: Final = ("new", "answered", "corrected", "moved")
"""The kind that counts a line gone or come, where several of its claims went or came: the first of these."""


@dataclass(frozen=True)
class Changes:
    """``table``: CHANGES. ``previous``: the name of the release it compares with, None for a first release.

    ``broken``: the bands the figures left beside it, a sentence each; ``accepted``: why a person let that pass.
    """

    table: pa.Table = field(default_factory=schema.CHANGES.empty_table)
    previous: str | None = None
    broken: tuple[str, ...] = ()
    accepted: str = ""

    def counts(self) -> dict[str, dict[str, int]]:
        """For each kind, in the order shown: the rows, and by how much they change people and claims."""
        rows = self.table.to_pylist()
        return {
            kind: {
                "rows": sum(row["kind"] == kind for row in rows),
                **{what: sum(row[what] for row in rows if row["kind"] == kind) for what in ("people", "claims")},
            }
            for kind in words()["kinds"]
        }

    def counted(self) -> dict[str, Any]:
        """The counts, and nothing of anybody, as JSON values: what stays when a release's people are erased."""
        return {
            "previous": self.previous,
            "changes": self.counts(),
            "bands": {"broken": list(self.broken), "accepted": self.accepted},
        }


FIRST: Final = Changes()
"""Those of a first release."""


def shown(changes: Changes, missing_list: pa.Table, statistics: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of the changes asks for."""
    counts = changes.counts()
    people, claims = len(missing_list), int(statistics["gross_claims"])
    return {
        "changes": changes,
        "change_counts": counts,
        "change_kinds": words()["kinds"],
        "change_rows": changes.table.to_pylist(),
        "change_listed": set(missing_list["national_id"].to_pylist()),
        "change_totals": {
            "people": people,
            "people_before": people - sum(count["people"] for count in counts.values()),
            "claims": claims,
            "claims_before": claims - sum(count["claims"] for count in counts.values()),
        },
    }


def since(previous: Previous | None, compiled: "Compiled") -> Changes:
    """The changes of a compiled cycle since ``previous``, with the bands its figures left, accepted by nobody yet."""
    table = compare(previous, compiled.records, compiled.identities, compiled.lineage, compiled.receipts)
    found = Changes(table, previous.name if previous else None)
    before = previous.statistics if previous else None
    return replace(found, broken=bands.broken(compiled.statistics, before, found.counts()))


def compare(
    previous: Previous | None,
    records: pa.Table,
    identities: pa.Table,
    lineage: pa.Table,
    receipts: "Iterable[Receipt]",
) -> pa.Table:
    """CHANGES since ``previous``, sorted by kind as shown and national id; no rows where there is no release before.

    Args:
        records: ``schema.RECORDS`` of this cycle. identities: ``schema.IDENTITIES``. lineage: ``schema.LINEAGE``.
        receipts: at most one a force.
    """
    if previous is None:
        return schema.CHANGES.empty_table()
    was = _by_record(previous.claims)
    now = _by_record(open_claims(records, identities))
    lines = Lines(previous, was, now, identities, lineage)
    found = _Rows()
    _add_claims(found, Fates(previous, receipts), lines, _said(records, was), was=was, now=now)
    _add_lines(found, lines)
    return found.table()


def _add_claims(
    found: "_Rows",
    fates: Fates,
    lines: Lines,
    said: Mapping[str, Row],
    *,
    was: Mapping[str, Row],
    now: Mapping[str, Row],
) -> None:
    gone = {record: fates.gone(claim, said.get(record)) for record, claim in was.items() if record not in now}
    came = {record: fates.came(claim) for record, claim in now.items() if record not in was}
    for line, of in _together(gone, came, lines).items():
        for why, *sides in _paired(of, gone):
            for side, fates_of, step in zip(sides, (gone, came), (-1, 1), strict=True):
                for record in side:
                    fate = fates_of.pop(record)
                    found.add(line, line_fate(why, before=fate.before, after=fate.after), record, claims=step)
    for record, fate in gone.items():
        found.add(was[record]["national_id"], fate, record, claims=-1)
    for record, fate in came.items():
        found.add(now[record]["national_id"], fate, record, claims=1)
    for record in sorted(was.keys() & now.keys()):
        if kept := fates.kept(was[record], now[record]):
            found.add(now[record]["national_id"], kept, record)


def _together(gone: Mapping[str, Fate], came: Mapping[str, Fate], lines: Lines) -> dict[str, Sides]:
    """The claims gone that may have moved, and those that came, by the line now that both are of."""
    of: dict[str, Sides] = defaultdict(lambda: ([], []))
    for record, fate in gone.items():
        if fate.why in MOVEABLE and (line := lines.line_of_gone(record)):
            of[line][0].append(record)
    for record in came:
        of[lines.now[record]["national_id"]][1].append(record)
    return {line: both for line, both in sorted(of.items()) if all(both)}


def _paired(of: Sides, gone: Mapping[str, Fate]) -> Iterator[tuple[str, list[str], list[str]]]:
    """The claims, gone and come, that went from one reference to another of a force, or from one force to another."""
    forces = [{_force(record) for record in side} for side in of]
    again = forces[0] & forces[1]
    for force in sorted(again):
        went, came = ([record for record in side if _force(record) == force] for side in of)
        if all(gone[record].why != "transferred" for record in went):
            yield "renumbered", went, came
    went, came = ([record for record in side if _force(record) not in again] for side in of)
    if went and came:
        yield "moved", went, came


def _add_lines(found: "_Rows", lines: Lines) -> None:
    for change in lines.changes():
        reason = lines.why(change.national_id, *change.others)
        found.add(change.national_id, line_fate(change.kind, reason=reason), *change.records, others=change.others)
        found.count(change.national_id, change.kind, change.people)
    for national_id in lines.lost:
        found.count(national_id, found.first(national_id, GOING), -1)
    for national_id in lines.gained:
        found.count(national_id, found.first(national_id, COMING), 1)


def _by_record(claims: pa.Table) -> dict[str, Row]:
    return {row["record_id"]: row for row in claims.to_pylist()}


def _said(records: pa.Table, was: Mapping[str, Row]) -> dict[str, Row]:
    """What the records of claims of the release before say now."""
    of = records.filter(pc.is_in(records["record_id"], value_set=pa.array(list(was), pa.string())))
    return {row["record_id"]: row for row in of.select(["record_id", "status", "episodes"]).to_pylist()}


def _force(record: str) -> str:
    return record.partition(":")[0]


class _Rows:
    """The rows in the making, by national id and kind."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, national_id: str, fate: Fate, *records: str, claims: int = 0, others: Iterable[str] = ()) -> None:
        row = self.rows.setdefault(
            (national_id, fate.kind),
            {"people": 0, "claims": 0, **{name: set() for name in ("others", "records", "reason", "before", "after")}},
        )
        row["claims"] += claims
        row["records"].update(records)
        row["others"].update(others)
        for name in ("reason", "before", "after"):
            row[name].update({getattr(fate, name)} - {""})

    def count(self, national_id: str, kind: str, people: int) -> None:
        self.rows[national_id, kind]["people"] += people

    def first(self, national_id: str, kinds: Iterable[str]) -> str:
        return next(kind for kind in kinds if (national_id, kind) in self.rows)

    def table(self) -> pa.Table:
        order = list(words()["kinds"])
        rows = [
            {
                **{name: row[name] for name in ("people", "claims")},
                **{name: "; ".join(sorted(row[name])) for name in ("reason", "before", "after")},
                **{name: sorted(row[name]) for name in ("others", "records")},
                "national_id": national_id,
                "kind": kind,
                "forces": sorted({_force(record) for record in row["records"]}),
            }
            for (national_id, kind), row in sorted(
                self.rows.items(), key=lambda each: (order.index(each[0][1]), each[0])
            )
        ]
        return pa.Table.from_pylist(rows, schema.CHANGES)
