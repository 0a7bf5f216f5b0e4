"""Changes that have to be notified (SOA 2003 s.84): each one in time or late, and the latest one that was late.

Invariant: the days of each of a change's dates take part as they are sent, of a change of unknown kind those of every
kind; a change after the requirement has ended is no duty, one before it stays one.
"""

import numpy as np

from reconcile.notification.cases import DEAD, HANDED_OVER, NO_BODY, OPEN_END, OVER, Cases
from reconcile.notification.change_dates import TWO_DAYS, Changes, changes
from reconcile.notification.columns import NAT, Bools, Days, Ints, Span
from reconcile.notification.days import FAR
from reconcile.notification.unread import list_kept_back
from reconcile.notification.verdict import CANNOT_TELL, NO, NO_NUMBER, YES, Answers, Codes, answers, number, verdict


def late_afterwards(one: Changes) -> Codes:
    """s.84(1): notified after the third day beginning with the event, or not at all and that day is past."""
    told_by = Span(np.where(one.silent, one.as_of, one.notified.lo), one.notified.hi)
    still_time = (one.as_of <= one.due.lo) & ~one.notified.known
    return verdict(told_by.lo > one.due.hi, (told_by.hi <= one.due.lo) | still_time)


def late_in_advance(one: Changes) -> Codes:
    """s.84(2) to (4): a notice before the event holds only if the event is not more than two days before the day it
    named and not after the third day beginning with it; else the event has to be notified as any other, and that it
    has not happened within six days beginning with the day named."""
    holds = (one.happened.lo >= one.announced.hi - TWO_DAYS) & (one.happened.hi <= one.announced.lo + TWO_DAYS)
    sooner = one.happened.hi < one.announced.lo - TWO_DAYS
    not_notified = verdict(one.as_of > one.due.hi, one.as_of <= one.due.lo)
    not_told = verdict(one.as_of > one.told.hi, one.as_of <= one.told.lo)
    values = np.select([holds, sooner, one.missed], [np.full(len(holds), NO), not_notified, not_told], CANNOT_TELL)
    return values.astype(np.int8)


def late_to_tell(one: Changes) -> Codes:
    """s.84(2) to (4): announced, and whether it has happened is not sent. If it has, the notice may have been enough;
    if not, that has to be told within six days beginning with the day named. So only within them it is surely NO."""
    told = (one.notified.lo >= one.announced.hi) & (one.notified.hi <= one.told.lo)
    return verdict(np.zeros(len(told), dtype=bool), told | (one.as_of <= one.told.lo))


def late_after_notice(one: Changes) -> Codes:
    """s.84(1) of what was announced and, by the one notice that is sent, notified after it happened: the notice before
    it may have held, and may have left to tell within six days that it had not happened."""
    values = late_afterwards(one)
    may_hold = (one.happened.hi >= one.announced.lo - TWO_DAYS) & (one.happened.lo <= one.announced.hi + TWO_DAYS)
    in_time = (one.notified.hi <= one.told.lo) | (one.as_of <= one.told.lo)
    may_miss = ~(one.happened.hi <= one.announced.lo + TWO_DAYS) & ~in_time
    crossed = one.notified.lo < one.happened.hi
    open_ = crossed | ((values == YES) & may_hold) | ((values == NO) & may_miss)
    return np.where(open_, CANNOT_TELL, values).astype(np.int8)


def late(one: Changes) -> tuple[Codes, Days, Ints, Ints]:
    """Whether each event was notified late; the last day for it and by how many days, where each is one; the rule."""
    announced = one.announced.known
    ahead = announced & (one.notified.hi < one.happened.lo)
    to_tell = announced & one.not_sent
    values = np.select(
        [one.no_duty, to_tell, ahead, announced],
        [np.full(len(ahead), NO), late_to_tell(one), late_in_advance(one), late_after_notice(one)],
        late_afterwards(one),
    ).astype(np.int8)
    values[one.perhaps_no_duty & (values == YES)] = CANNOT_TELL
    by_telling = to_tell | (ahead & one.missed)
    due = np.where(by_telling, one.told.day, one.due.day)
    notice = np.where(one.silent | ahead, one.as_of, one.notified.day)
    rule_set = np.where(by_telling, one.told_rule, one.rule_set)
    return values, due, number(notice - due, values == YES), rule_set


def change_late(of: Cases) -> tuple[Answers, Bools]:
    """D7: a change of name or address, a release or a prescribed change was notified late; of those, the latest.

    Asked of records with events, or whose events were kept back; these are the second part of the result.
    """
    one, kept = changes(of), list_kept_back(of.records, "events")
    values, due, over, rules_used = late(one)
    runs = of.runs_until[one.owner]
    when = one.happened.where(one.happened.known, one.announced)
    values[~(when.hi <= runs.lo) & (runs.lo < FAR) & (values == YES)] = CANNOT_TELL
    values[(when.lo > runs.hi) | of.status.among("deceased")[one.owner]] = NO
    values[of.status.among("transferred")[one.owner] & one.silent & (values == YES)] = CANNOT_TELL
    best = np.where(kept & ~of.status.among("deceased"), CANNOT_TELL, NO).astype(np.int8)
    np.maximum.at(best, one.owner, values)
    records, events = _latest(one, values == best[one.owner], when, over)
    day, days = np.full(of.count, NAT), np.full(of.count, NO_NUMBER, dtype=np.int64)
    rule_set = np.full(of.count, -1, dtype=np.int64)
    day[records], days[records], rule_set[records] = due[events], over[events], rules_used[events]
    shown = (best == YES) & which_is_latest(one, values, when, of.count)
    found = answers(
        best,
        (of.status.among("deceased"), DEAD),
        (of.over & (best == NO), OVER),
        (kept & (best == CANNOT_TELL), "the changes are not sent: the force keeps them back or does not know them"),
        ((best == CANNOT_TELL) & ~of.jurisdiction.known, NO_BODY),
        ((best == CANNOT_TELL) & of.status.among("transferred"), HANDED_OVER),
        ((best == CANNOT_TELL) & (of.open | of.over), OPEN_END),
        (best == CANNOT_TELL, "the dates as sent leave both answers open"),
        day=np.where(shown, day, NAT),
        days=np.where(shown, days, NO_NUMBER),
        rule_set=rule_set,
    )
    return found, (np.bincount(one.owner, minlength=of.count) > 0) | kept


def which_is_latest(one: Changes, values: Codes, when: Span, count: int) -> Bools:
    """Of which records it is certain which late event is the latest: no other that was, or may have been, late can be
    later; several of one day are one."""
    late_ones = values == YES
    floor, first, last = (np.full(count, NAT) for _ in range(3))
    np.fmax.at(floor, one.owner[late_ones], when.lo[late_ones])
    could_be = (values != NO) & ~(when.hi < floor[one.owner])
    np.fmin.at(first, one.owner[could_be], when.lo[could_be])
    np.fmax.at(last, one.owner[could_be], when.hi[could_be])
    alone = np.bincount(one.owner[could_be], minlength=count) == 1
    unsure = np.bincount(one.owner[could_be & ~late_ones], minlength=count) > 0
    return np.asarray((alone | (first == last)) & ~unsure)


def _latest(one: Changes, among: Bools, when: Span, over: Ints) -> tuple[Ints, Ints]:
    """Of each record the event, ``among`` these, that happened, or was announced for, the latest day."""
    rows = np.flatnonzero(among)
    day, due = when.hi[rows].astype(np.int64), one.due.lo[rows].astype(np.int64)
    order = rows[np.lexsort((over[rows], due, day, one.owner[rows]))]
    last = np.append(one.owner[order][1:] != one.owner[order][:-1], True) if len(order) else np.zeros(0, dtype=bool)
    return one.owner[order[last]], order[last]
