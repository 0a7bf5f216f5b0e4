"""Each answering force's own figures: what it would be asked in a survey, from its own extract alone.

Decides what is told of one force. Invariant: a force that did not answer has no entry, one that answered with nobody
has noughts; no other force's answer moves a figure here but those that say they do.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.national import caseload, duties, flow
from reconcile.national.claims import cuts
from reconcile.national.counting import count, crossed, ordered, rate
from reconcile.national.coverage import answered
from reconcile.notification.predicates import UNDATED
from reconcile.notification.rules import rules

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt


def by_force(  # noqa: PLR0917 - the tables of one cycle, in the order of its stages
    claims: pa.Table,
    records: pa.Table,
    facts: pa.Table,
    receipts: "Sequence[Receipt]",
    forces: "Sequence[Force]",
    since: Mapping[str, dt.date] | None = None,
) -> dict[str, dict[str, Any]]:
    """The figures of each force that answered, by name; ``claims`` as ``described`` gives them."""
    heard = {receipt.force: receipt for receipt in answered(receipts)}
    people, said = caseload.registered(records), duties.by_force(facts, records)
    statuses = crossed(records, "force", "status")
    asked = [force for force in forces if force.slug in heard]
    flowing = flow.flow(records, asked, since)
    out: dict[str, dict[str, Any]] = {}
    for force in asked:
        own = claims.filter(pc.equal(claims["force"], pa.scalar(force.slug)))
        as_of, registered = heard[force.slug].as_of, people.get(force.slug)
        held = statuses.get(force.slug, {})
        out[force.name] = {
            "as_of": as_of.isoformat() if as_of else None,
            "records": sum(held.values()),
            "registered": registered,
            "claims_per_100_registered": rate(len(own), registered),
            "abroad_known": held.get("abroad_known", 0),
            **of_claims(own),
            "duties": duties.of_force(said, force.slug, registered),
            "flow": {period: flowing[period][force.name] for period in flowing},
        }
    return out


def of_claims(claims: pa.Table) -> dict[str, Any]:
    """What is told of some open claims: by status, year, length, risk, evidence overseas, age, last review."""
    by_year = count(claims, "year_lost")
    status = count(claims, "status")
    return {
        "claims": len(claims),
        "whereabouts_unknown": status.get("whereabouts_unknown", 0),
        "wanted": status.get("wanted", 0),
        "by_year_lost": by_year,
        "oldest_year": oldest(by_year),
        "undated": ordered(count(claims.filter(pc.is_valid(claims["undated"])), "undated"), WHY_UNDATED),
        "by_length": by_length(claims),
        "over_a_decade": count(claims, "over_a_decade").get("YES", 0),
        "by_risk": ordered(count(claims, "risk_level", "unknown"), cuts()["risk"]["levels"]),
        "suspected_overseas": ordered(count(claims, "suspected_overseas"), rules()["overseas"]["grades"][::-1]),
        "requirement_ended": count(claims, "requirement_ended", "CANNOT_TELL").get("YES", 0),
        "double_claimed": count(claims, "double_claimed", "CANNOT_TELL").get("YES", 0),
        "by_review": by_review(claims),
    }


WHY_UNDATED = ("withheld", "unknown", "not_given", "imprecise")


def by_length(claims: pa.Table) -> dict[str, int]:
    names = [band["name"] for band in cuts()["length"]["bands"]]
    return ordered(count(claims, "length"), [*names, "CANNOT_TELL", UNDATED])


def by_review(claims: pa.Table) -> dict[str, int]:
    names = [band["name"] for band in cuts()["review"]["bands"]]
    return ordered(count(claims, "review", "not_given"), [*names, "CANNOT_TELL", "not_given"])


def oldest(by_year: Mapping[str, int]) -> int | None:
    """The earliest year somebody is still missing from; None where no claim is dated."""
    return min((int(year) for year in by_year if year != UNDATED), default=None)
