"""The initial notification (SOA 2003 s.83): whether it was never given and its three days are past.

Invariant: a blank means that no notification was given only where the force sends such dates at all, and a date that
cannot be read, or was kept back, never means it.
"""

import numpy as np

from reconcile.notification.cases import OPEN_END, Cases
from reconcile.notification.columns import NAT, Bools, Span, coded, elements, latest, span
from reconcile.notification.exemptions import exempt, not_put_off
from reconcile.notification.periodic import EXEMPT, overruled
from reconcile.notification.rules import rules
from reconcile.notification.unread import list_kept_back, open_date
from reconcile.notification.verdict import CANNOT_TELL, NO, Answers, answers, number, verdict


def begins(of: Cases) -> Span:
    """The day the three days begin with: the relevant date, or the later release; the end of a time exempt. A release
    whose day cannot be read, or was kept back, was some day up to the extract's."""
    relevant, released = of.of.relevant, span(of.records["released_on"])
    some_day = Span(relevant.lo, np.fmax(relevant.hi, of.as_of)).where(relevant.known)
    released = some_day.where(open_date(of.records, "released_on"), released)
    return of.exempt.resume(latest(relevant, released))


def release_not_told(of: Cases) -> Bools:
    """A custodial disposal with no release and no time in custody or hospital sent: when it ended is not known."""
    custodial = of.of.disposal.among(*rules()["initial"]["custodial"])
    sent = elements(of.records["exemptions"])
    times = (np.bincount(sent.owner, minlength=of.count) > 0) | list_kept_back(of.records, "exemptions")
    return np.asarray(custodial & ~span(of.records["released_on"]).known & ~times)


def not_sent(of: Cases) -> Bools:
    """Whether a blank may mean anything: there may be a notification that cannot be read, or the force sends none in an
    extract of some size."""
    force = coded(of.records["force"])
    records = np.bincount(force.codes, minlength=len(force.words))
    told = np.bincount(force.codes[of.last.known], minlength=len(force.words))
    silent = (told == 0) & (records >= rules()["initial"]["silent_from_records"])
    return np.asarray(of.unread | silent[force.codes])


def initial_overdue(of: Cases) -> Answers:
    """D6: no notification under s.83(1), and the extract is of a day after the third beginning with the relevant
    date or the release; times in custody, in hospital and abroad are disregarded."""
    begun = begins(of)
    due = of.sets.due("initial", of.jurisdiction, begun)
    put_off = of.exempt.postpone(due.day)
    notified, off = of.last.known, exempt(put_off)
    open_ = ~notified & (not_sent(of) | release_not_told(of)) & ~off
    values = verdict(of.as_of > put_off.hi, (of.as_of <= put_off.lo) | off | notified)
    values = np.where(notified, NO, np.where(open_, CANNOT_TELL, values)).astype(np.int8)
    gone, known = of.stopped(), of.untold()
    values = overruled(of, values, gone, tuple((rows & ~notified, why) for rows, why in known))
    day = not_put_off(put_off).day
    runs = ~notified & ~off & ~gone[0][0] & ~gone[1][0] & (values != CANNOT_TELL)
    return answers(
        values,
        *gone,
        (notified, "the initial notification was given"),
        *known,
        (off, EXEMPT),
        (of.open & (values == CANNOT_TELL), OPEN_END),
        (open_ & release_not_told(of), "the day of release is not given"),
        (open_, "the force does not give the day of the initial notification"),
        (~begun.known, "the date of the conviction, finding or caution is not given"),
        (~due.day.known, "no rule set was in force"),
        (values == CANNOT_TELL, "the dates as sent leave both answers open"),
        day=np.where(runs, day, NAT),
        days=number(np.maximum(of.as_of - day, np.timedelta64(0, "D")), runs),
        rule_set=due.rule_set,
    )
