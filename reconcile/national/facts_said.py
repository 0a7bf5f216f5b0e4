"""The facts about a person as a line of the list holds them.

Decides which facts have a column of their own and which stand among the others. Invariant: what was not asked is
blank and never NO; a person counts as grown up only where every record says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national.claims import cuts

Row = dict[str, Any]

COLUMNS: Final = (
    "owner_force",
    "national_status",
    "cohort_year",
    "whereabouts_unknown",
    "wanted",
    "double_claimed",
    "over_a_decade",
    "requirement_ended",
    "suspected_overseas",
    "located_elsewhere",
)
"""The facts of a person whose value is a column of the list."""
OF_RECORDS: Final = ("age_band", "under_18")
"""The facts of records that are a column of the list."""


@dataclass
class Said:
    """The facts of one identity: those of the person by name, those of its records in order."""

    person: dict[str, Row] = field(default_factory=dict)
    records: list[Row] = field(default_factory=list)

    def value(self, fact: str) -> str | None:
        return self.person[fact]["value"] if fact in self.person else None

    def days(self, fact: str) -> int | None:
        return self.person[fact]["days"] if fact in self.person else None

    def of_records(self, fact: str) -> Mapping[str, str]:
        """The values of a fact by record id."""
        return {row["record_id"]: row["value"] for row in self.records if row["fact"] == fact}


def facts_of(facts: pa.Table, national_ids: Iterable[str]) -> Mapping[str, Said]:
    """The rows of ``schema.FACTS`` about these identities; nothing is said of one without rows."""
    out: dict[str, Said] = defaultdict(Said)
    names = ["national_id", *(each.name for each in schema.FACT_SAID)]
    asked = facts.filter(pc.is_in(facts["national_id"], value_set=pa.array(sorted(set(national_ids)), pa.string())))
    for row in asked.select(names).to_pylist():
        said = out[row.pop("national_id")]
        if row["record_id"] is None:
            said.person[row["fact"]] = row
        else:
            said.records.append(row)
    return out


def under_18(said: Said, records: Sequence[Row]) -> str:
    """NO where every record says so, YES where any does, else CANNOT_TELL: what is not known guards as a child's."""
    answers = said.of_records("under_18")
    if "YES" in answers.values():
        return "YES"
    return "NO" if all(answers.get(row["record_id"]) == "NO" for row in records) else "CANNOT_TELL"


def age_band(said: Said, nearest: Sequence[Row]) -> str | None:
    """The band of the nearest record that has one; CANNOT_TELL where none has, None where nobody asked."""
    bands = said.of_records("age_band")
    known = [bands[row["record_id"]] for row in nearest if bands.get(row["record_id"], "CANNOT_TELL") != "CANNOT_TELL"]
    return next(iter(known), "CANNOT_TELL" if bands else None)


def others(said: Said) -> list[Row]:
    """The rows of ``schema.FACT_SAID``: what no column holds and is not NO, and columns that have a reason."""
    rows = [row for row in (*said.person.values(), *said.records) if _stands(row)]
    return sorted(rows, key=lambda row: (row["fact"], row["record_id"] or ""))


def _stands(row: Row) -> bool:
    if row["fact"] in COLUMNS:
        return row["reason"] is not None and row["fact"] != "cohort_year"
    return row["fact"] not in OF_RECORDS and (row["value"] != "NO" or row["fact"] in cuts()["list"]["told_when_no"])
