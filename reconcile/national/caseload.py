"""How many people a force manages, by its own extract: the denominator of every rate.

Decides which extracts are whole registers. Invariant: a rate divides a force's figure by what the same force sent; a
force that sent a list of its missing, or nothing, has no rate and takes no part in any.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.national.claims import cuts
from reconcile.national.counting import crossed, rate


def registered(records: pa.Table) -> dict[str, int | None]:
    """Records under management by force's slug, None where the extract is no whole register."""
    table = cuts()["caseload"]
    found: dict[str, int | None] = {}
    for force, statuses in crossed(records, "force", "status").items():
        managed = sum(statuses.get(status, 0) for status in table["statuses"])
        claims = sum(statuses.get(status, 0) for status in schema.OPEN_CLAIMS)
        whole = managed >= table["at_least"] and claims <= table["claims_at_most"] * managed
        found[force] = managed if whole else None
    return found


def caseload(by_force: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The whole registers added up, and the open claims of the forces that sent them per 100 registered."""
    whole = [entry for entry in by_force.values() if entry["registered"]]
    people, claims = (sum(entry[name] for entry in whole) for name in ("registered", "claims"))
    return {
        "forces": len(whole),
        "registered": people,
        "claims": claims,
        "claims_per_100": rate(claims, people),
        "records": sum(entry["records"] for entry in by_force.values()),
    }
