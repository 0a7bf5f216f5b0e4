"""The figures of a cycle: what forces say, how many people that can be, and how much is not known.

Decides how things are counted; ``docs/data_dictionary.md`` defines every key. Invariant: claims are counted as
claims and people as people, never mixed; bounds stand together; a silent force is named, never counted as zero.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national import caseload, duties, flow, per_force
from reconcile.national.claims import cuts, open_claims
from reconcile.national.counting import Counts, count, ordered, said
from reconcile.national.coverage import coverage, rests_on
from reconcile.national.described import described
from reconcile.national.interval import distinct_people
from reconcile.notification.standing import judged

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

Fact = dict[str, Any]
CANNOT_TELL = "CANNOT_TELL"


def statistics(  # noqa: PLR0917 - the tables of one cycle, in the order of its stages
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    facts: pa.Table,
    receipts: "Iterable[Receipt]",
    forces: "Sequence[Force]",
    since: Mapping[str, dt.date] | None = None,
) -> dict[str, Any]:
    """Count everything a release says of a cycle; JSON values only, keys as in the data dictionary.

    Args:
        records: ``schema.RECORDS`` of ``forces``.
        identities: ``schema.IDENTITIES``.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
        facts: ``schema.FACTS``.
        receipts: at most one a force.
        forces: the denominator.
        since: by slug, the day each force's extract of the last release of another cycle speaks of; None before one.
    """
    received = tuple(receipts)
    claims = described(open_claims(records, identities), records, facts)
    low, high = distinct_people(records, links, decisions, identities)
    people = people_claimed(claims, facts)
    of_all = per_force.of_claims(claims)
    own = per_force.by_force(claims, records, facts, received, forces, since)
    return {
        "gross_claims": len(claims),
        "distinct_people": {"low": low, "high": high},
        "overlap": {"low": len(claims) - high, "high": len(claims) - low},
        "of_whom": of_whom(people, records),
        **coverage(received, forces),
        **{name: of_all[name] for name in OF_CLAIMS},
        "by_force": own,
        "growth": growth(claims, forces),
        "by_status": by_status(claims, people),
        "by_national_status": by_national_status(claims, facts),
        "by_owner": by_owner(claims, forces),
        "by_age": count(claims, "age_band", CANNOT_TELL),
        "under_18": ordered(count(claims, "under_18", CANNOT_TELL), duties.ANSWERS),
        "unclaimed": ordered(count(said(facts, "unclaimed", of_records=False), "value"), duties.ANSWERS),
        "abroad_known": len(records.filter(pc.equal(records["status"], pa.scalar("abroad_known")))),
        "caseload": caseload.caseload(own),
        "duties": duties.all_forces(own),
        "flow": {
            period: flow.all_forces({name: entry["flow"][period] for name, entry in own.items()})
            for period in (flow.YEAR, flow.SINCE)
        },
        "rests_on": rests_on(claims, records),
        "links": link_counts(links, decisions),
    }


OF_CLAIMS = (
    "by_year_lost",
    "oldest_year",
    "undated",
    "by_length",
    "over_a_decade",
    "by_risk",
    "suspected_overseas",
    "by_review",
)
"""The figures over all open claims that are told of each force alike."""


def by_national_status(claims: pa.Table, facts: pa.Table) -> dict[str, Counts]:
    """People by their national status: everybody, and those an open claim is held on."""
    everybody = said(facts, "national_status", of_records=False)
    claimed = everybody.filter(pc.is_in(everybody["national_id"], value_set=pc.unique(claims["national_id"])))
    all_of, those = (ordered(count(each, "value"), cuts()["status"]["words"]) for each in (everybody, claimed))
    return {word: {"people": people, "claimed": those.get(word, 0)} for word, people in all_of.items()}


def by_owner(claims: pa.Table, forces: "Sequence[Force]") -> Counts:
    """People with an open claim by the force that owns them; CANNOT_TELL where the facts do not say."""
    names = {force.slug: force.name for force in forces}
    owner = dict(zip(claims["national_id"].to_pylist(), claims["owner_force"].to_pylist(), strict=True))
    return dict(sorted(Counter(names.get(slug or "", CANNOT_TELL) for slug in owner.values()).items()))


def people_claimed(claims: pa.Table, facts: pa.Table) -> list[dict[str, Fact]]:
    """The facts of each identity holding an open claim, by fact."""
    of_identities = facts.filter(pc.is_null(facts["record_id"]))
    held = of_identities.filter(pc.is_in(of_identities["national_id"], value_set=pc.unique(claims["national_id"])))
    people: dict[str, dict[str, Fact]] = {}
    for fact in held.to_pylist():
        people.setdefault(fact["national_id"], {})[fact["fact"]] = fact
    return [people[national_id] for national_id in sorted(people)]


def of_whom(people: Sequence[dict[str, Fact]], records: pa.Table) -> Counts:
    """People on the list, by what else is known of them; all of them stay in every headline number."""

    def saying(fact: str, value: str) -> int:
        return sum(person[fact]["value"] == value for person in people)

    lines = cuts()["found"]["lines"]
    found = [
        person["located_elsewhere"]["inputs"] for person in people if person["located_elsewhere"]["value"] == "YES"
    ]
    return {
        "located_elsewhere": len(found),
        **ordered(Counter(_found_as(inputs, records) for inputs in found), [entry["line"] for entry in lines]),
        "possibly_located_elsewhere": saying("located_elsewhere", "POSSIBLE"),
        "cannot_tell_located_elsewhere": saying("located_elsewhere", "CANNOT_TELL"),
        "requirement_ended": saying("requirement_ended", "YES"),
        "cannot_tell_requirement_ended": saying("requirement_ended", "CANNOT_TELL"),
        "double_claimed": saying("double_claimed", "YES"),
    }


def _found_as(inputs: Sequence[str], records: pa.Table) -> str:
    """The line a located person counts under: the status elsewhere that settles most."""
    statuses = records.filter(pc.is_in(records["record_id"], value_set=pa.array(inputs)))["status"].to_pylist()
    return next(str(entry["line"]) for entry in cuts()["found"]["lines"] if entry["status"] in statuses)


def by_status(claims: pa.Table, people: Sequence[dict[str, Fact]]) -> dict[str, Counts]:
    """The bridge between the definitions: whereabouts unknown, wanted, and either, as claims and as people."""
    unknown, wanted = (
        [person[status]["value"] == "YES" for person in people] for status in ("whereabouts_unknown", "wanted")
    )
    stated = count(claims, "status")
    return {
        "whereabouts_unknown": {"claims": stated.get("whereabouts_unknown", 0), "people": sum(unknown)},
        "wanted": {"claims": stated.get("wanted", 0), "people": sum(wanted)},
        "both": {"claims": 0, "people": sum(one and other for one, other in zip(unknown, wanted, strict=True))},
        "either": {"claims": len(claims), "people": len(people)},
    }


def _of(claims: pa.Table, force: "Force") -> pa.Table:
    return claims.filter(pc.equal(claims["force"], pa.scalar(force.slug)))


def growth(claims: pa.Table, forces: "Sequence[Force]") -> dict[str, dict[str, float]]:
    """Claims of a year lost over those of the year before, "all" and by force, where the table of cuts allows it.

    It compares people *still* missing, of whom more of the earlier year have been found: a ratio of stock, no rate.
    """
    out = {"all": ratios(claims)}
    out |= {force.name: ratios(_of(claims, force)) for force in forces}
    return {name: found for name, found in out.items() if found or name == "all"}


def ratios(claims: pa.Table) -> dict[str, float]:
    """``earlier/later`` year → ratio to two places; the extracts' own, unfinished year takes no part."""
    if not len(claims):
        return {}
    years = count(claims, "year_lost")
    unfinished = pc.max(claims["as_of"]).as_py().year
    pairs = [(str(year - 1), str(year)) for year in range(1900, unfinished)]
    enough = cuts()["growth"]["at_least"]
    return {
        f"{earlier}/{later}": round(years[later] / years[earlier], 2)
        for earlier, later in pairs
        if years.get(earlier, 0) >= enough and later in years
    }


def link_counts(links: pa.Table, decisions: pa.Table) -> Counts:
    """Links by strength, those a guard holds back, and those a person has answered."""
    answers = count(judged(links, decisions), "judgement", "open")
    return {
        **ordered(count(links, "strength"), schema.STRENGTHS),
        "held_by_a_guard": len(links) - links["guard"].null_count,
        **{f"decided_{answer}": answers.get(answer, 0) for answer in ("same", "different", "cannot_tell")},
    }
