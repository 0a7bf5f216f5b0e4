"""The facts about identities: what the forces claim together, the requirement, the decade, leads, the owner.

Decides on which records each answer rests. Invariant: a NO rests on every record of the person, a YES on those that
say so.
"""

from collections.abc import Collection

import numpy as np
import pyarrow as pa

from reconcile.notification import elsewhere, predicates
from reconcile.notification.cases import Cases
from reconcile.notification.columns import Bools, Coded, Ints, Span, days, span
from reconcile.notification.fact_rows import Part, of_identities
from reconcile.notification.ownership import AWAY, NOBODY, SILENT, owner_force, unclaimed
from reconcile.notification.people import People
from reconcile.notification.requirement import requirement_ended
from reconcile.notification.rules import rules
from reconcile.notification.unread import list_kept_back, open_date
from reconcile.notification.verdict import (
    CANNOT_TELL,
    NO,
    VALUES,
    YES,
    Answers,
    Finding,
    answers,
    number,
    reasons,
    words,
)

OPEN = "the partial date leaves both answers open"


def claimed_status(who: People, fact: str) -> Part:
    """S1, S2: any force says so."""
    says = getattr(predicates, fact)(who.status) == YES
    value = np.where(who.any_of(says), YES, NO).astype(np.int8)
    return of_identities(who, fact, answers(value), records=of_whole(who, who.any_of(says), says))


def requirement(of: Cases) -> tuple[Finding, Bools, Bools]:
    """D2 of a person: over only if it is over by every record that speaks of it; the records it rests on; and of
    whom it may be over, by dates that leave it open, or that contradict each other or the force's own word."""
    who, order = of.who, of.order
    found = requirement_ended(of.of, of.period, order, of.as_of, of.sent.where(~of.period.partly))
    said = of.status.among("requirement_ended")
    # A record that holds nothing of conviction, order or period says nothing of its end.
    silent = (
        ~of.of.relevant.known & ~of.of.disposal.known & ~of.sent.known & ~order.open_ended & ~order.end.known & ~said
    )
    by_force = len(found.reasons.words)
    values = np.where(said & (found.values != NO), YES, found.values)
    codes = np.where(said & (found.values != YES), by_force, found.reasons.codes)
    chosen = who.first_by(np.where(silent, len(VALUES), values).astype(np.int64))
    disputed = who.any_of(said) & (values[chosen] == NO)
    value = np.where(disputed, CANNOT_TELL, values[chosen]).astype(np.int8)
    code = np.where(disputed, by_force + 1, codes[chosen]).astype(np.int32)
    told = (
        *found.reasons.words,
        "the force says the requirement has ended",
        "a force says the requirement has ended, the dates sent say it is running",
    )
    unread = open_date(who.records, "conviction_date") | open_date(who.records, "period_end")
    dated = of.period.day.known | of.period.partly | of.sent.known | unread
    may_be = (value == CANNOT_TELL) & (disputed | dated[chosen])
    rests_on = ~silent | of_whole(who, who.any_of(~silent), ~silent)
    return Finding(value, Coded(code, told)), rests_on, may_be


def ended(who: People, found: Finding, records: Bools) -> Part:
    said = Answers(Coded(found.values.astype(np.int32), VALUES), found.reasons)
    return of_identities(who, "requirement_ended", said, records=records)


def overseas(who: People, grade: Ints) -> Part:
    """D13 of a person: the best grade any record supports; NONE says so where journeys were kept back."""
    best = who.greatest(grade, np.ones(len(grade), dtype=bool))
    untold = (best == 0) & who.any_of(list_kept_back(who.records, "travels"))
    why = reasons(len(best), (untold, "the journeys are not sent: the force keeps them back or does not know them"))
    said = Answers(Coded(best.astype(np.int32), tuple(rules()["overseas"]["grades"])), why)
    shows = (grade > 0) & (grade == best[who.identity])
    return of_identities(who, "suspected_overseas", said, records=of_whole(who, best > 0, shows))


def double_claimed(who: People) -> Part:
    said = answers(predicates.double_claimed(who.forces_claiming()))
    return of_identities(who, "double_claimed", said, records=who.claims, only=who.any_of(who.claims))


def _since(who: People) -> tuple[Span, Bools, Ints]:
    """The start of each record's claim, which claims are dated, and the row of each identity's earliest one."""
    since = span(who.records["missing_since"])
    dated = who.claims & since.known
    order = np.where(dated, since.lo.astype(np.int64), np.iinfo(np.int64).max - np.where(who.claims, 1, 0))
    return since, dated, who.first_by(order.astype(np.int64))


def decade(who: People) -> Part:
    """D9 of a person: YES if so by any open claim, NO if by none, each of them dated; days since the first of those."""
    since, dated, first = _since(who)
    as_of = days(who.records["as_of"])
    each = predicates.over_a_decade(since, as_of).astype(np.int64)
    best = who.greatest(each, dated)
    undated, one_undated = ~who.any_of(dated), who.any_of(who.claims & ~dated)
    value = np.where(undated | (one_undated & (best == NO)), CANNOT_TELL, best).astype(np.int8)
    missing = number((as_of - since.day)[first], dated[first])
    why = (
        (undated, "no open claim is dated"),
        ((value == CANNOT_TELL) & (best == NO), "an open claim is not dated, and none of the others is so old"),
        (value == CANNOT_TELL, OPEN),
    )
    said = answers(value, *why, days=missing)
    left_open = who.claims & ~dated & (value == CANNOT_TELL)[who.identity]
    rests_on = (dated & (each == best[who.identity])) | left_open
    return of_identities(who, "over_a_decade", said, records=rests_on, only=who.any_of(who.claims))


def cohort(who: People) -> Part:
    """D10 of a person: by the earliest dated open claim."""
    since, _, first = _since(who)
    said = _worded(words(predicates.cohort_year(since[first])))
    chosen = np.zeros(len(who.identity), dtype=bool)
    chosen[first] = True
    return of_identities(who, "cohort_year", said, records=chosen, only=who.any_of(who.claims))


def located(who: People, proposals: pa.Table) -> Part:
    """D14 of a person: the best grade of any record that says where they are."""
    seen = elsewhere.sightings(who, proposals)
    best = np.zeros(len(who.national_ids), dtype=np.int64)
    np.maximum.at(best, seen.identity, seen.grade)
    value = Coded(best.astype(np.int32), elsewhere.GRADES)
    why = reasons(
        len(best),
        (value.among("POSSIBLE"), "only by a link nobody has decided"),
        (
            value.among("CANNOT_TELL"),
            "which came first, the loss or the last contact, cannot be told from the dates as sent",
        ),
    )
    leads = (seen.grade > 0) & (seen.grade == best[seen.identity])
    extra, only = (seen.identity[leads], seen.record[leads]), who.any_of(who.claims)
    return of_identities(who, "located_elsewhere", Answers(value, why), records=who.claims, extra=extra, only=only)


def orphaned(who: People, silent: Collection[str]) -> Part:
    value, over, away = unclaimed(who, silent)
    alone = who.any_of(over) & ~who.any_of(~over)
    said = answers(value, ((value == YES) & alone, NOBODY), (value == YES, AWAY), (value == CANNOT_TELL, SILENT))
    return of_identities(who, "unclaimed", said, records=of_whole(who, value == YES, over | away))


def owner(of: Cases) -> Part:
    said, rests = owner_force(of.who, of.last)
    return of_identities(of.who, "owner_force", said, records=rests)


def _worded(value: Coded) -> Answers:
    return Answers(value, Coded(np.full(len(value.codes), -1, dtype=np.int32), ()))


def of_whole(who: People, identities: Bools, rows: Bools) -> Bools:
    """``rows`` for the identities named, every record for the others: a NO rests on all of them."""
    return rows | ~identities[who.identity]
