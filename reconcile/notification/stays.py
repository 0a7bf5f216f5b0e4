"""Stays at addresses nobody notified (SOA 2003 s.84(1)(c), (6)): whether they add up to a qualifying period.

Invariant: a day counts once however many stays it lies in; YES rests only on days that are certain, NO on all days
that are possible.
"""

import numpy as np

from reconcile.notification.cases import DEAD, NO_BODY, OVER, Cases
from reconcile.notification.columns import NAT, Bools, Days, Elements, Ints, Span, distinct, elements
from reconcile.notification.days import EVERY_DAY, FAR, LONG_AGO, corresponding
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Answers, answers, verdict

ONE = np.timedelta64(1, "D")


def unnotified(sent: Elements) -> tuple[Ints, Bools]:
    """The place of each stay, as a number of its own in its record; and whether no stay there was ever notified."""
    place = sent.coded("place")
    _, group = np.unique(sent.owner * (len(place.words) + 1) + place.codes, return_inverse=True)
    told = np.bincount(group[sent.given("notified")], minlength=len(group) and int(group.max()) + 1) > 0
    return np.asarray(group, dtype=np.int64), np.asarray(~told[group], dtype=bool)


def complete(group: Ints, first: Days, last: Days, needed: Ints, months: int) -> Days:
    """For each group the first day on which so many of its days lie within ``months``; ``NaT`` where there is none.

    Of each stay only the first ``needed`` days can matter: where they are not enough, they are all.
    """
    out = np.full(int(group.max(initial=-1)) + 1, NAT)
    length = np.where(last >= first, np.minimum((last - first).astype(np.int64) + 1, needed), 0)
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    day, place = np.repeat(first, length) + within * ONE, np.repeat(group, length)
    reach = np.full(len(out), np.iinfo(np.int64).max)
    np.minimum.at(reach, group, needed)
    since = (day - LONG_AGO).astype(np.int64)
    place, since = np.divmod(distinct(place * EVERY_DAY + since), EVERY_DAY)
    day = LONG_AGO + since.astype("timedelta64[D]")
    begins = np.arange(len(place)) - reach[place] + 1
    held = np.maximum(begins, 0)
    fits = (begins >= 0) & (place[held] == place) & (day[held] > corresponding(day, -months))
    np.fmin.at(out, place[fits], day[fits])
    return out


def qualifying_days(of: Cases, sent: Elements) -> tuple[Span, Ints, Ints]:
    """The day each record's first qualifying period is complete, ``FAR`` for never; the rule set; and its stays."""
    as_of, start, end = of.as_of[sent.owner], sent.span("start"), sent.span("end")
    rule_set = of.sets.on("stay", of.jurisdiction, of.as_of)
    needed = of.sets.numbers("days", rule_set, blank=np.iinfo(np.int32).max)[sent.owner]
    months = max((row.months or 0 for row in of.sets.of("stay")), default=0)
    group, asked = unnotified(sent)
    open_ = ~sent.given("end")
    sure = np.where(open_, as_of, np.where(end.known, end.lo, start.hi)), np.where(start.known, start.hi, FAR)
    may = np.where(open_ | ~end.known, as_of, end.hi), np.where(start.known, start.lo, NAT)
    out = []
    for last, first in (sure, may):
        used = asked & ~np.isnat(first)
        day = complete(group[used], first[used], np.minimum(last, as_of)[used], needed[used], months)
        best = np.full(of.count, FAR)
        of_group = np.zeros(len(day), dtype=np.int64)
        of_group[group[used]] = sent.owner[used]
        np.minimum.at(best, of_group, np.where(np.isnat(day), FAR, day))
        out.append(best)
    undated = np.bincount(sent.owner[asked & ~start.known], minlength=of.count) > 0
    may_be = np.where(undated, np.minimum(out[1], LONG_AGO), out[1])
    return Span(may_be, out[0]), rule_set, np.bincount(sent.owner, minlength=of.count)


def qualifying_stay(of: Cases) -> tuple[Answers, Bools]:
    """D8: at one address nobody notified, seven days in sum in any 12 months; last day to notify it.

    The three days begin with the seventh. Asked of records with stays, the second part of the result.
    """
    sent = elements(of.records["stays"])
    reached, rule_set, stays = qualifying_days(of, sent)
    last = of.sets.due("stay_told", of.jurisdiction, reached.where(reached.hi < FAR)).day
    put_off = of.exempt.postpone(last)
    known = of.jurisdiction.known & (rule_set >= 0)
    runs = of.runs_until
    values = verdict(known & (reached.hi <= runs.lo) & (reached.hi < FAR), known & (reached.lo >= FAR))
    ended = of.over & (reached.lo > runs.hi)
    values = np.where(ended | of.status.among("deceased"), NO, values).astype(np.int8)
    found = answers(
        values,
        (of.status.among("deceased"), DEAD),
        (ended, OVER),
        (~of.jurisdiction.known, NO_BODY),
        (~known, "no rule set was in force"),
        (values == CANNOT_TELL, "the dates as sent leave both answers open"),
        day=np.where((values == YES) & (put_off.lo < FAR), put_off.day, NAT),
        rule_set=rule_set,
    )
    return found, stays > 0
