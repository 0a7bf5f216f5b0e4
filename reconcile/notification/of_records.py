"""The facts about records: the duties of SOA 2003 Part 2 as each force's own record shows them.

Decides which record is asked what. Invariant: a record is asked the same whatever else is known of the person, but for
a name by which another force knows them.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from reconcile.notification.ages import age_band, under_18
from reconcile.notification.cases import Cases
from reconcile.notification.changes import change_late
from reconcile.notification.columns import NAT, Bools, Coded
from reconcile.notification.days import FAR
from reconcile.notification.enquiries import no_circulation, stale_missing_review
from reconcile.notification.fact_rows import Part, of_records
from reconcile.notification.indefinite import indefinite_review_due
from reconcile.notification.initial import initial_overdue
from reconcile.notification.names_elsewhere import unnotified_name_suspected
from reconcile.notification.periodic import nfa_weekly, periodic, periodic_due, periodic_overdue
from reconcile.notification.plausible import implausible
from reconcile.notification.stays import qualifying_stay
from reconcile.notification.verdict import VALUES, Answers, verdict


def period_end(of: Cases) -> Answers:
    """D1: the requirement has a last day, and which; NO where it is indefinite or an order without end is in force."""
    values = verdict(of.end.hi < FAR, of.end.lo >= FAR)
    day = np.where(of.end.one & (of.end.hi < FAR), of.end.lo, NAT)
    return Answers(Coded(values.astype(np.int32), VALUES), of.why, day)


def facts(of: Cases) -> tuple[list[Part], Bools]:
    """Every fact of the records; and of which records one of the duties D4, D6, D7, D8 was failed."""
    clock, who = periodic(of), of.who
    stay, with_stays, not_notified_in_time = qualifying_stay(of)
    everyone = np.ones(of.count, dtype=bool)
    # The one fact that is Python's own work goes on beside the others, which are numpy's.
    pool = ThreadPoolExecutor(1)
    by_name = pool.submit(unnotified_name_suspected, of)
    pool.shutdown(wait=False)
    asked = {
        "period_end": (period_end(of), everyone),
        "periodic_due": (periodic_due(of, clock), everyone),
        "periodic_overdue": (periodic_overdue(of, clock), everyone),
        "nfa_weekly": (nfa_weekly(of, clock), everyone),
        "initial_overdue": (initial_overdue(of), everyone),
        "change_late": change_late(of),
        "qualifying_stay": (stay, with_stays),
        "stale_missing_review": stale_missing_review(of),
        "no_circulation": no_circulation(of),
        "indefinite_review_due": indefinite_review_due(of),
        "implausible": (implausible(of), everyone),
        "age_band": (age_band(of.of.birth, of.as_of), everyone),
        "under_18": (under_18(of.of.birth, of.as_of), everyone),
    }
    # A stay that qualifies is no failure while it can still be notified.
    failed = not_notified_in_time
    for duty in ("periodic_overdue", "initial_overdue", "change_late"):
        failed |= asked[duty][1] & asked[duty][0].value.among("YES")
    names, some, beside = by_name.result()
    parts = [of_records(who, fact, said, only) for fact, (said, only) in asked.items()]
    return [*parts, of_records(who, "unnotified_name_suspected", names, some, beside)], failed
