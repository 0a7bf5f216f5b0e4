"""Every fact about every identity, as one table.

Decides which facts are asked of whom: what the forces claim and whether the requirement has ended of everyone,
the rest of those whom a force claims missing. Invariant: each row names its rule and the records it rests on.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.forces import forces
from reconcile.notification import elsewhere, predicates
from reconcile.notification.columns import Span, Strings, days, span, text
from reconcile.notification.fact_rows import fact_rows
from reconcile.notification.people import Ints, People, people
from reconcile.notification.periods import sentences
from reconcile.notification.requirement import orders, requirement_ended
from reconcile.notification.rules import rules
from reconcile.notification.standing import open_proposals
from reconcile.notification.verdict import CANNOT_TELL, NO, VALUES, YES, Bools


def assess(records: pa.Table, identities: pa.Table, links: pa.Table, decisions: pa.Table | None = None) -> pa.Table:
    """Derive the facts about each identity, as of its extracts' dates.

    Args:
        records: ``schema.RECORDS``.
        identities: ``schema.IDENTITIES``, every record in one.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``; without it no link counts as answered.

    Returns:
        ``schema.FACTS`` sorted by national id and fact.
    """
    who = people(records, identities)
    parts = [
        _claimed_status(who, "whereabouts_unknown"),
        _claimed_status(who, "wanted"),
        _requirement(who),
        _overseas(who),
        _double_claimed(who),
        _decade(who),
        _cohort(who),
        _located(who, open_proposals(links, decisions)),
    ]
    return pa.concat_tables(parts).sort_by([("national_id", "ascending"), ("fact", "ascending")]).combine_chunks()


def jurisdiction_of(force: Any) -> Strings:
    """The jurisdiction of each record's force, "" for a body that is none of the territorial forces."""
    known: Mapping[str, str] = {one.slug: one.jurisdiction for one in forces()}
    encoded: Any = pc.dictionary_encode(force).combine_chunks()
    names = np.array([known.get(slug, "") for slug in encoded.dictionary.to_pylist()] or [""], dtype=object)
    return np.asarray(names[np.asarray(encoded.indices)], dtype=object)


def _claimed_status(who: People, fact: str) -> pa.Table:
    says = getattr(predicates, fact)(who.status) == YES
    value = np.where(who.any_of(says), "YES", "NO").astype(object)
    return fact_rows(who, fact, value, records=_of_whole(who, who.any_of(says), says))


def _requirement(who: People) -> pa.Table:
    """D2 of a person: over only if it is over by every record that speaks of it."""
    table = who.records
    of = sentences(table, jurisdiction_of(table["force"]))
    order, sent = orders(table["order_end"]), span(table["period_end"])
    found = requirement_ended(of, order, days(table["as_of"]), sent)
    said = who.status == "requirement_ended"
    # A record that holds nothing of conviction, order or period says nothing of its end.
    silent = ~of.relevant.known & (of.disposal == "") & ~sent.known & ~order.open_ended & ~order.end.known & ~said
    values = np.where(said & (found.values != NO), YES, found.values)
    reasons = np.where(said & (found.values != YES), "the force says the requirement has ended", found.reasons)
    chosen = who.first_by(np.where(silent, len(VALUES), values).astype(np.int64))
    value, reason = values[chosen], reasons[chosen]
    disputed = who.any_of(said) & (value == NO)
    value = np.where(disputed, CANNOT_TELL, value)
    reason = np.where(disputed, "a force says the requirement has ended, the dates sent say it is running", reason)
    words = np.array(VALUES, dtype=object)[value]
    return fact_rows(
        who, "requirement_ended", words, reason, records=~silent | _of_whole(who, who.any_of(~silent), ~silent)
    )


def _overseas(who: People) -> pa.Table:
    grade = predicates.overseas_grade(text(who.records["overseas_evidence"]), who.status)
    best = who.greatest(grade, np.ones(len(grade), dtype=bool))
    words = np.array(rules()["overseas"]["grades"], dtype=object)[best]
    shows = (grade > 0) & (grade == best[who.identity])
    return fact_rows(who, "suspected_overseas", words, records=_of_whole(who, best > 0, shows))


def _double_claimed(who: People) -> pa.Table:
    words = np.array(VALUES, dtype=object)[predicates.double_claimed(who.forces_claiming())]
    return fact_rows(who, "double_claimed", words, records=who.claims, only=who.any_of(who.claims))


def _since(who: People) -> tuple[Span, Bools, Ints]:
    """The start of each record's claim, which claims are dated, and the row of each identity's earliest one."""
    since = span(who.records["missing_since"])
    dated = who.claims & since.known
    order = np.where(dated, since.lo.astype(np.int64), np.iinfo(np.int64).max - np.where(who.claims, 1, 0))
    return since, dated, who.first_by(order.astype(np.int64))


def _decade(who: People) -> pa.Table:
    """D9 of a person: YES if so by any open claim; otherwise what the dated ones leave open."""
    since, dated, _ = _since(who)
    value = predicates.over_a_decade(since, days(who.records["as_of"])).astype(np.int64)
    best = who.greatest(value, dated)
    undated = ~who.any_of(dated)
    words = np.array(VALUES, dtype=object)[np.where(undated, CANNOT_TELL, best)]
    reason = np.where(words == "CANNOT_TELL", "the partial date leaves both answers open", "").astype(object)
    reason[undated] = "no open claim is dated"
    rests_on = (dated & (value == best[who.identity])) | (who.claims & undated[who.identity])
    return fact_rows(who, "over_a_decade", words, reason, records=rests_on, only=who.any_of(who.claims))


def _cohort(who: People) -> pa.Table:
    since, _, first = _since(who)
    words = predicates.cohort_year(since)[first]
    only = who.any_of(who.claims)
    chosen = np.zeros(len(who.identity), dtype=bool)
    chosen[first] = True
    return fact_rows(who, "cohort_year", words, records=chosen, only=only)


def _located(who: People, proposals: pa.Table) -> pa.Table:
    seen = elsewhere.sightings(who, proposals)
    best = np.zeros(len(who.national_ids), dtype=np.int64)
    np.maximum.at(best, seen.identity, seen.grade)
    words = np.array(elsewhere.GRADES, dtype=object)[best]
    reasons = {
        "POSSIBLE": "only by a link nobody has decided",
        "CANNOT_TELL": "which came first, the loss or the last contact, cannot be told from the dates as sent",
    }
    reason = np.array([reasons.get(word, "") for word in elsewhere.GRADES], dtype=object)[best]
    leads = (seen.grade > 0) & (seen.grade == best[seen.identity])
    extra = (seen.identity[leads], seen.record[leads])
    only = who.any_of(who.claims)
    return fact_rows(who, "located_elsewhere", words, reason, records=who.claims, extra=extra, only=only)


def _of_whole(who: People, identities: Bools, rows: Bools) -> Bools:
    """``rows`` for the identities named, every record for the others: a NO rests on all of them."""
    return rows | ~identities[who.identity]
