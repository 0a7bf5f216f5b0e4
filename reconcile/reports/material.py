"""What reports may be made of: the records, links and facts that may be told to the forces they are of.

Decides what may be told at all. Invariant: a link nobody has decided never passes here but as a count; evidence is
told only between records of one identity; everything is gathered once for all forces.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.linkage.name_changes import with_names
from reconcile.notification.standing import ENDS, open_proposals
from reconcile.reports.evidence_told import COLUMNS
from reconcile.reports.facts_read import FactsRead, facts_read
from reconcile.reports.shared import Shared, shared_identifiers
from reconcile.reports.told_links import Told, told_links
from reconcile.review.restricted import Restricted

__all__ = ["ABOUT", "Material", "Row", "Told", "gather", "is_claim"]

Row = Mapping[str, Any]

ABOUT: Final = (
    "record_id",
    "force",
    "names",
    "birth_date",
    "sex",
    "status",
    "missing_since",
    "last_contact",
    "as_of",
    "risk_level",
    "transferred_to",
)
"""The columns of ``RECORDS`` a report draws on; no other value of a record can reach one, but for a number that
contradicting records share, and what ``evidence_told`` lets pass of a link's evidence."""


@dataclass(frozen=True)
class Material:
    """All that reports draw on. ``undecided`` counts open proposals by force; ``lines`` are the missing list's."""

    records: Mapping[str, Row]
    told: Mapping[str, tuple[Told, ...]]  # by national id
    lines: tuple[Row, ...]
    facts: FactsRead
    shared: tuple[Shared, ...]
    undecided: Mapping[str, int]
    restricted: Restricted

    @cached_property
    def lines_of(self) -> Mapping[str, Sequence[Row]]:
        """The list's lines by each force that holds a record of them."""
        found: dict[str, list[Row]] = defaultdict(list)
        for line in self.lines:
            for force in sorted({force_of(record) for record in line["records"]}):
                found[force].append(line)
        return found

    @cached_property
    def inside(self) -> Mapping[str, Mapping[str, tuple[Told, ...]]]:
        """By force and national id, the links that may be told between two records of that one force."""
        found: dict[str, dict[str, tuple[Told, ...]]] = defaultdict(dict)
        for national, links in self.told.items():
            for link in links:
                if (force := force_of(link.left)) == force_of(link.right):
                    found[force][national] = (*found[force].get(national, ()), link)
        return found

    @cached_property
    def unclaimed_of(self) -> Mapping[str, Sequence[Row]]:
        """The facts of people between two forces, by each force whose record they rest on or that one names."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.facts.unclaimed:
            named = (self.records[record]["transferred_to"] for record in row["inputs"])
            for force in sorted({*map(force_of, row["inputs"]), *filter(None, named)}):
                found[force].append(row)
        return found

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """The national id of every record that has a link which may be told."""
        return {end: national for national, links in self.told.items() for link in links for end in link.ends}


def gather(
    *,
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    missing_list: pa.Table,
    facts: pa.Table,
    restricted: Restricted,
    names_added: pa.Table | None = None,
) -> Material:
    """Gather what may be told, from the tables of one cycle in their schemas; ``names_added`` are names by which
    records were linked beside their own."""
    told = told_links(identities, links, decisions, _linked_by(records, names_added))
    lines = tuple(missing_list.to_pylist())
    shared = shared_identifiers(records, identities, links, decisions)
    read = facts_read(facts, lines, records)
    wanted = {end for links_of in told.values() for link in links_of for end in link.ends}
    wanted |= {record for line in lines for record in line["records"]}
    wanted |= {record for each in shared for record in each.records}
    wanted |= read.records
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(wanted), pa.string())))
    return Material(
        records={row["record_id"]: row for row in held.select(list(ABOUT)).to_pylist()},
        told=told,
        lines=lines,
        facts=read,
        shared=shared,
        undecided=_undecided(identities, links, decisions, lines),
        restricted=restricted,
    )


def _linked_by(records: pa.Table, added: pa.Table | None) -> pa.Table:
    """What told evidence is made of, with all names that records were linked by."""
    columns = records.select(list(COLUMNS))
    return columns if added is None else with_names(columns, added)


def _undecided(identities: pa.Table, links: pa.Table, decisions: pa.Table, lines: Sequence[Row]) -> dict[str, int]:
    """Open proposals between two identities that touch the missing list, by each force one of their ends belongs to."""
    listed = {record for line in lines for record in line["records"]}
    national = dict(zip(identities["record_id"].to_pylist(), identities["national_id"].to_pylist(), strict=True))
    counted: Counter[str] = Counter()
    for link in open_proposals(links, decisions).select(ENDS).to_pylist():
        left, right = link["left"], link["right"]
        if listed & {left, right} and national[left] != national[right]:
            counted.update({force_of(left), force_of(right)})
    return dict(counted)


def is_claim(row: Row) -> bool:
    return row["status"] in schema.OPEN_CLAIMS


def force_of(record: str) -> str:
    """The slug of the force a record is of, by its id."""
    return record.split(":", 1)[0]


def reached(links: Iterable[Told], own: Iterable[str]) -> frozenset[str]:
    """``own`` and every record that ``links`` join to them, however many lie between."""
    links, reach = list(links), set(own)
    while more := {end for link in links for end in link.ends if reach & set(link.ends)} - reach:
        reach |= more
    return frozenset(reach)
