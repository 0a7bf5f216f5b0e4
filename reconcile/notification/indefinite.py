"""The review of an indefinite requirement (rule D21): SOA 2003 s.91B, s.88B in Scotland, sch.3A in Northern Ireland.

Invariant: only a period that is indefinite for certain has a review; where an order is in force there is none yet.
"""

import numpy as np

from reconcile.notification.cases import OPEN_END, Cases
from reconcile.notification.columns import NAT, Bools, Ints, Span
from reconcile.notification.days import FAR, LONG_AGO, corresponding, last_day
from reconcile.notification.periods import could_be_adult, could_be_minor
from reconcile.notification.requirement import order_in_force, order_may_be_in_force
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Answers, answers, number, verdict

ONE = np.timedelta64(1, "D")


def from_first_notification(of: Cases, months: int) -> Span:
    """s.91B(2): the day after the end of the period beginning with the day of the first notification."""
    return Span(last_day(of.first.lo, months) + ONE, last_day(of.first.hi, months) + ONE)


def from_relevant_date(of: Cases, months: int) -> Span:
    """s.88B: so long after the relevant date; time in custody, in hospital or abroad before the first notification is
    disregarded, so that many days later."""
    until = of.first.where(of.first.known, Span(of.of.relevant.lo, of.as_of))
    least, most = of.exempt.elapsed(of.count, of.of.relevant, until)
    lo = corresponding(of.of.relevant.lo, months) + least.astype("timedelta64[D]")
    hi = corresponding(of.of.relevant.hi, months) + most.astype("timedelta64[D]")
    return Span(lo, hi)


def review_day(of: Cases, rule_set: Ints) -> Span:
    """The day a review can first be asked for, or falls due in Scotland: after 15 years, 8 for those under 18 then."""
    scots = of.sets.counts(rule_set, "relevant_date")
    lo, hi = np.full(of.count, FAR), np.full(of.count, LONG_AGO)
    for field, person in (("months", could_be_adult(of.of)), ("minor_months", could_be_minor(of.of))):
        for months in {getattr(row, field) or 0 for row in of.sets.of("review")}:
            here = person & (of.sets.numbers(field, rule_set) == months) & (rule_set >= 0)
            day = from_relevant_date(of, months).where(scots, from_first_notification(of, months))
            lo, hi = np.where(here, np.fmin(lo, day.lo), lo), np.where(here, np.fmax(hi, day.hi), hi)
    known = (hi >= lo) & np.where(scots, of.of.relevant.known, of.first.known)
    return Span(np.where(known, lo, NAT), np.where(known, hi, NAT))


def indefinite_review_due(of: Cases) -> tuple[Answers, Bools]:
    """D21: the day of the review has come; asked of records whose period is indefinite, the second part of the
    result. Nobody under an order in force can apply (s.91A(2)(b))."""
    rule_set = of.sets.on("review", of.jurisdiction, of.as_of)
    day = review_day(of, rule_set)
    held = order_in_force(of.order, of.as_of) & ~of.sets.counts(rule_set, "relevant_date")
    may_be = order_may_be_in_force(of.order, of.as_of) & ~of.sets.counts(rule_set, "relevant_date")
    none = (rule_set < 0) & of.jurisdiction.known
    gone = of.stopped()
    values = verdict(of.as_of >= day.hi, of.as_of < day.lo)
    values = np.where(held | none | gone[0][0] | gone[1][0], NO, values).astype(np.int8)
    values = np.where((of.open | may_be) & (values == YES), CANNOT_TELL, values).astype(np.int8)
    said = (
        *gone,
        (~of.jurisdiction.known, "no rule set for this body"),
        (none, "no review is in force in this place at that date"),
        (held, "an order is in force"),
        (~day.known & of.sets.counts(rule_set, "relevant_date"), "the relevant date is not given"),
        (~day.known, "the day of the first notification is not given"),
        (of.open & (values == CANNOT_TELL), OPEN_END),
        (may_be & (values == CANNOT_TELL), "an order may be in force"),
        (values == CANNOT_TELL, "the dates, or the age at the relevant date, leave both answers open"),
    )
    over = number(of.as_of - day.day, values == YES)
    return answers(values, *said, day=day.day, days=over, rule_set=rule_set), of.period.day.lo == FAR
