"""The facts about duties counted over the forces' records: what is overdue, stale, uncirculated, implausible.

Decides which facts are counted and which of them are told per 100 registered. Invariant: what cannot be told is counted
beside what can and never as met; a rate is of the force's own whole register.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.national.claims import cuts
from reconcile.national.counting import Counts, looked_up, ordered, rate, summed

ANSWERS: Final = ("YES", "NO", "CANNOT_TELL")


def counted() -> tuple[str, ...]:
    """The facts that are counted, in the order of the table of cuts."""
    return (*cuts()["duties"]["registered"], *cuts()["duties"]["asked_of_some"])


def by_force(facts: pa.Table, records: pa.Table) -> dict[str, dict[str, Counts]]:
    """For each counted fact, records by answer, by the force's slug; ``schema.FACTS`` and ``schema.RECORDS``."""
    asked: Any = pc.is_in(facts["fact"], value_set=pa.array(counted()))
    rows = facts.select(["fact", "record_id", "value"]).filter(pc.and_(asked, pc.is_valid(facts["record_id"])))
    rows = rows.append_column("force", looked_up(rows["record_id"], records, "record_id", "force"))
    counts = rows.group_by(["fact", "force", "value"]).aggregate([([], "count_all")])
    found: dict[str, dict[str, Counts]] = {name: {} for name in counted()}
    for row in counts.to_pylist():
        found[row["fact"]].setdefault(row["force"], {})[row["value"]] = row["count_all"]
    return found


def of_force(found: Mapping[str, Mapping[str, Counts]], slug: str, people: int | None) -> dict[str, dict[str, Any]]:
    """One force's part of ``by_force``, each with every answer, and its YES per 100 registered."""
    rates = cuts()["duties"]["registered"]
    out: dict[str, dict[str, Any]] = {}
    for name, forces in found.items():
        answers = ordered(forces.get(slug, {}), ANSWERS)
        out[name] = dict(answers)
        if name in rates:
            out[name]["per_100_registered"] = _rate(answers, people)
    return out


def all_forces(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The forces' counts added up; the rate is over the forces that sent a whole register and can tell of anybody."""
    rates = cuts()["duties"]["registered"]
    out: dict[str, dict[str, Any]] = {}
    for name in counted():
        own = [(entry["duties"][name], entry["registered"]) for entry in entries.values()]
        answers = [{word: each[word] for word in ANSWERS} for each, _ in own]
        out[name] = {**ordered(summed(answers), ANSWERS), "forces": sum(_told(each) for each in answers)}
        if name in rates:
            whole = [(each, people) for each, people in own if people and _told(each)]
            yes, everyone = sum(each["YES"] for each, _ in whole), sum(people for _, people in whole)
            out[name]["per_100_registered"] = rate(yes, everyone)
    return out


def _rate(answers: Counts, people: int | None) -> float | None:
    return rate(answers["YES"], people) if _told(answers) else None


def _told(answers: Mapping[str, Any]) -> bool:
    return bool(answers["YES"] or answers["NO"])
