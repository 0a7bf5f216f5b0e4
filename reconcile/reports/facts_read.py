"""The facts a report reads, by the kind of item they make.

Decides which facts are told, and of whom. Invariant: nothing of the law is judged here; a fact that cannot be told for
certain makes no item; what another force's records alone would show is kept apart from what a force's own do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.areas import area_force
from reconcile.reports.kinds import kinds

Row = Mapping[str, Any]


@dataclass(frozen=True)
class FactsRead:
    """What the facts say.

    ``leads``: of each listed identity located elsewhere for certain, its own records that say where. ``owners``: of
    each listed identity, its row of owner_force. ``ended``: by force, its records of people whose requirement ended by
    those alone. ``unclaimed``: the rows of that fact that are YES. ``areas``: of records such a row rests on, the slug
    of the force in whose area the last address lies, where the postcode tells. ``names``, ``reviews``: by record, the
    rows of unnotified_name_suspected and stale_missing_review that are YES. ``overdue``: by record, those of the facts
    of overdue in kinds.toml.
    """

    leads: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, Row]
    ended: Mapping[str, frozenset[str]]
    unclaimed: tuple[Row, ...]
    areas: Mapping[str, str]
    names: Mapping[str, Row]
    reviews: Mapping[str, Row]
    overdue: Mapping[str, tuple[Row, ...]]

    @property
    def records(self) -> frozenset[str]:
        """The ids of all records an item may come to be of by these facts."""
        rests_on = {record for row in (*self.unclaimed, *self.names.values()) for record in row["inputs"]}
        return frozenset(rests_on | self.names.keys() | self.reviews.keys() | self.overdue.keys())


def facts_read(facts: pa.Table, lines: Sequence[Row], records: pa.Table) -> FactsRead:
    """Read FACTS of a cycle for the reports.

    Args:
        facts: ``schema.FACTS``.
        lines: rows of MISSING_LIST.
        records: ``schema.RECORDS``; of them only the postcodes of addresses are read.
    """
    unclaimed = tuple(_yes(facts, "unclaimed"))
    overdue: dict[str, list[Row]] = defaultdict(list)
    for row in _yes(facts, *kinds()["overdue"]["facts"]):
        overdue[row["record_id"]].append(row)
    return FactsRead(
        leads=_leads(facts, lines),
        owners=_owners(facts, lines),
        ended=_ended(facts),
        unclaimed=unclaimed,
        areas=_areas(records, {record for row in unclaimed for record in row["inputs"]}),
        names={row["record_id"]: row for row in _yes(facts, "unnotified_name_suspected")},
        reviews={row["record_id"]: row for row in _yes(facts, "stale_missing_review")},
        overdue={record: tuple(rows) for record, rows in overdue.items()},
    )


def _yes(facts: pa.Table, *names: str) -> Sequence[Row]:
    asked = pc.and_(_among(facts["fact"], *names), _among(facts["value"], "YES"))
    return facts.filter(asked).to_pylist()


def _leads(facts: pa.Table, lines: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    own = {line["national_id"]: set(line["records"]) for line in lines}
    claims = {claim["record_id"] for line in lines for claim in line["claims"]}
    asked = pc.and_(_among(facts["fact"], "located_elsewhere"), _among(facts["value"], "YES", "CANNOT_TELL"))
    return {
        row["national_id"]: tuple(sorted((set(row["inputs"]) & own[row["national_id"]]) - claims))
        for row in facts.filter(asked).select(["national_id", "inputs"]).to_pylist()
        if row["national_id"] in own
    }


def _owners(facts: pa.Table, lines: Sequence[Row]) -> dict[str, Row]:
    asked = pc.and_(
        _among(facts["fact"], "owner_force"),
        pc.is_in(facts["national_id"], value_set=pa.array([line["national_id"] for line in lines], pa.string())),
    )
    return {row["national_id"]: row for row in facts.filter(asked).to_pylist()}


def _ended(facts: pa.Table) -> dict[str, frozenset[str]]:
    """Where the fact rests on one force's records alone; another force's dates are not told."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _yes(facts, "requirement_ended"):
        forces = {record.split(":", 1)[0] for record in row["inputs"]}
        if len(forces) == 1:
            found[forces.pop()].update(row["inputs"])
    return {force: frozenset(records) for force, records in found.items()}


def _areas(records: pa.Table, wanted: Iterable[str]) -> dict[str, str]:
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(wanted), pa.string())))
    found = {}
    for row in held.select(["record_id", "addresses"]).to_pylist():
        current = next((each for each in row["addresses"] or () if each["kind"] == "current"), None)
        if current and (slug := area_force(current["postcode"] or "")):
            found[row["record_id"]] = slug
    return found


def _among(column: Any, *values: str) -> Any:
    return pc.is_in(column, value_set=pa.array(values, pa.string()))
