"""Changes that have to be notified (SOA 2003 s.84): each one in time or late, and the latest one that was late.

Invariant: the days of each of a change's dates take part as they are sent; a change after the requirement has ended
is no duty, one before it stays one.
"""

from dataclasses import dataclass

import numpy as np

from reconcile.notification.cases import DEAD, HANDED_OVER, NO_BODY, OPEN_END, OVER, Cases
from reconcile.notification.columns import NAT, Bools, Coded, Days, Elements, Ints, Span, elements, nothing
from reconcile.notification.days import FAR
from reconcile.notification.verdict import CANNOT_TELL, NO, NO_NUMBER, YES, Answers, Codes, answers, number, verdict

KINDS = ("name", "address", "release", "prescribed")
"""Each kind of event is a duty of the table of rule sets."""

TWO_DAYS = np.timedelta64(2, "D")


@dataclass(frozen=True)
class Changes:
    """Events, a row each: what was sent, ``due`` the last day to notify, ``told`` the last day to tell that what was
    announced has not happened (s.84(4)(b)), ``as_of`` the extract's date."""

    owner: Ints
    happened: Span
    notified: Span
    silent: Bools
    announced: Span
    due: Span
    rule_set: Ints
    told: Span
    told_rule: Ints
    as_of: Days


def changes(of: Cases) -> Changes:
    """The events of the records; the three days begin when a time exempt ends, and stand still in one."""
    sent = elements(of.records["events"])
    owner, happened = sent.owner, sent.span("happened")
    place = Coded(of.jurisdiction.codes[owner], of.jurisdiction.words)
    due, rule_set = _due(of, sent, of.exempt.resume(happened, owner), place)
    announced = sent.span("advance")
    told = of.sets.due("advance_told", place, announced)
    return Changes(
        owner,
        happened,
        sent.span("notified"),
        ~sent.given("notified"),
        announced,
        of.exempt.postpone(due, owner),
        rule_set,
        told.day,
        told.rule_set,
        of.as_of[owner],
    )


def _due(of: Cases, sent: Elements, begun: Span, place: Coded) -> tuple[Span, Ints]:
    kind, day, rule_set = sent.coded("kind"), nothing(len(begun.lo)), np.full(len(begun.lo), -1, dtype=np.int64)
    for duty in KINDS:
        here = kind.among(duty)
        if here.any():
            found = of.sets.due(duty, place, begun)
            day, rule_set = found.day.where(here, day), np.where(here, found.rule_set, rule_set)
    return day, rule_set


def late_afterwards(one: Changes) -> Codes:
    """s.84(1): notified after the third day beginning with the event, or not at all and that day is past."""
    by_notice = verdict(one.notified.lo > one.due.hi, one.notified.hi <= one.due.lo)
    return np.where(one.silent, verdict(one.as_of > one.due.hi, one.as_of <= one.due.lo), by_notice).astype(np.int8)


def late_in_advance(one: Changes) -> Codes:
    """s.84(2) to (4): a notice before the event holds only if the event is not more than two days before the day it
    named and not after the third day beginning with it; else the event has to be notified as any other, and that it
    has not happened within six days beginning with the day named."""
    holds = (one.happened.lo >= one.announced.hi - TWO_DAYS) & (one.happened.hi <= one.announced.lo + TWO_DAYS)
    sooner = one.happened.hi < one.announced.lo - TWO_DAYS
    later = one.happened.lo > one.announced.hi + TWO_DAYS
    not_notified = verdict(one.as_of > one.due.hi, one.as_of <= one.due.lo)
    values = np.select([holds, sooner, later], [np.full(len(holds), NO), not_notified, _not_told(one)], CANNOT_TELL)
    return values.astype(np.int8)


def late_to_tell(one: Changes) -> Codes:
    """s.84(4)(b): what was announced has not happened, and six days beginning with the day named are past."""
    by_notice = verdict(one.notified.lo > one.told.hi, one.notified.hi <= one.told.lo)
    since = np.select([one.notified.lo >= one.announced.hi, one.silent | (one.notified.hi < one.announced.lo)], [2, 1])
    return np.select([since == 2, since == 1], [by_notice, _not_told(one)], CANNOT_TELL).astype(np.int8)


def _not_told(one: Changes) -> Codes:
    return verdict(one.as_of > one.told.hi, one.as_of <= one.told.lo)


def late(one: Changes) -> tuple[Codes, Days, Ints, Ints]:
    """Whether each event was notified late; the last day for it and by how many days, where each is one; the rule."""
    afterwards, announced = late_afterwards(one), one.announced.known
    ahead = announced & (one.notified.hi < one.happened.lo)
    missed = announced & (one.happened.lo > one.announced.hi + TWO_DAYS)
    after = announced & ~ahead & one.happened.known
    # The one notice that is sent may be the second: it does not show that the first day passed in silence.
    unshown = after & (afterwards == NO) & (missed & (one.notified.lo > one.told.hi))
    crossed = after & ~one.silent & (one.notified.lo < one.happened.hi)
    to_tell = announced & ~one.happened.known
    values = np.select(
        [to_tell, ahead, unshown | crossed], [late_to_tell(one), late_in_advance(one), CANNOT_TELL], afterwards
    ).astype(np.int8)
    by_telling = to_tell | (ahead & missed)
    due = np.where(by_telling, one.told.day, one.due.day)
    notice = np.where(
        one.silent | ahead | (to_tell & ~(one.notified.lo >= one.announced.hi)), one.as_of, one.notified.day
    )
    rule_set = np.where(by_telling, one.told_rule, one.rule_set)
    return values, due, number(notice - due, values == YES), rule_set


def change_late(of: Cases) -> tuple[Answers, Bools]:
    """D7: a change of name or address, a release or a prescribed change was notified late; of those, the latest.

    Asked of records with events, which are the second part of the result.
    """
    one = changes(of)
    values, due, over, rules_used = late(one)
    runs = of.runs_until[one.owner]
    when = one.happened.where(one.happened.known, one.announced)
    values[~(when.hi <= runs.lo) & (runs.lo < FAR) & (values == YES)] = CANNOT_TELL
    values[(when.lo > runs.hi) | of.status.among("deceased")[one.owner]] = NO
    values[of.status.among("transferred")[one.owner] & one.silent & (values == YES)] = CANNOT_TELL
    best = np.zeros(of.count, dtype=np.int8)
    np.maximum.at(best, one.owner, values)
    asked = np.bincount(one.owner, minlength=of.count) > 0
    shown, events = _latest(one, values, over)
    day, days = np.full(of.count, NAT), np.full(of.count, NO_NUMBER, dtype=np.int64)
    rule_set = np.full(of.count, -1, dtype=np.int64)
    day[shown], days[shown], rule_set[shown] = due[events], over[events], rules_used[events]
    found = answers(
        best,
        (of.status.among("deceased"), DEAD),
        (of.over & (best == NO), OVER),
        ((best == CANNOT_TELL) & ~of.jurisdiction.known, NO_BODY),
        ((best == CANNOT_TELL) & of.status.among("transferred"), HANDED_OVER),
        ((best == CANNOT_TELL) & (of.open | of.over), OPEN_END),
        (best == CANNOT_TELL, "the dates as sent leave both answers open"),
        day=day,
        days=days,
        rule_set=rule_set,
    )
    return found, asked


def _latest(one: Changes, values: Codes, over: Ints) -> tuple[Ints, Ints]:
    """Of each record with a late event, the one that happened, or was announced for, the latest day."""
    rows = np.flatnonzero(values == YES)
    when = np.where(one.happened.known, one.happened.hi, one.announced.hi)[rows].astype(np.int64)
    order = rows[np.lexsort((over[rows], one.due.lo[rows].astype(np.int64), when, one.owner[rows]))]
    last = np.append(one.owner[order][1:] != one.owner[order][:-1], True) if len(order) else np.zeros(0, dtype=bool)
    return one.owner[order[last]], order[last]
