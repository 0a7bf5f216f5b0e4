"""Stays at addresses nobody notified (SOA 2003 s.84(1)(c), (6)): whether they add up to a qualifying period.

Invariant: a day counts once however many stays it lies in; YES rests only on days that are certain, NO on all days
that are possible; a stay at an address that is not told apart may have been at any.
"""

from dataclasses import dataclass

import numpy as np

from reconcile.notification.cases import DEAD, NO_BODY, OVER, Cases
from reconcile.notification.columns import NAT, Bools, Days, Elements, Ints, Span, distinct, elements
from reconcile.notification.days import EVERY_DAY, FAR, LONG_AGO, corresponding
from reconcile.notification.unread import list_kept_back
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Answers, answers, verdict

ONE = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Stays:
    """Stays, a row each, that may count towards one place: the row of each in the list, and its ``group``, a number of
    the place in its record; whether no stay there was notified."""

    row: Ints
    group: Ints
    unnotified: Bools


def at_one_place(sent: Elements) -> tuple[Stays, Stays]:
    """The stays that were at one place nobody notified, surely; and those that may have been.

    Surely: each stay at an unknown address is by itself, if nothing of the record was notified, and where one of them
    was no place is sure. Perhaps: it counts with every place of its record, and only a notification whose day is known
    rules a place out.
    """
    place = sent.coded("place")
    words, lost = len(place.words), ~place.known
    alone = np.where(lost, words + np.arange(len(lost)), place.codes)
    each = sent.owner * (words + len(lost)) + alone
    given, dated = sent.given("notified"), sent.span("notified").known
    of_lost, of_any = (np.isin(sent.owner, sent.owner[told]) for told in (lost & given, given))
    rows = np.arange(len(lost))
    sure = _stays(rows, each, given, ~np.where(lost, of_any, of_lost))
    if not lost.any():
        return sure, _stays(rows, each, dated, np.ones(len(rows), dtype=bool))
    with_all, of_stay = _every_pair(sent.owner, sent.owner[lost])
    rows = np.concatenate([rows[~lost], np.flatnonzero(lost)[of_stay]])
    places = np.concatenate([each[~lost], each[with_all]])
    return sure, _stays(rows, places, dated & ~lost, ~(dated & lost)[rows])


def _stays(rows: Ints, places: Ints, told: Bools, may: Bools) -> Stays:
    """``rows`` that ``may`` count grouped by ``places``, of which those of a stay that was ``told`` are out."""
    _, group = np.unique(places, return_inverse=True)
    out = np.bincount(group[told[rows]], minlength=len(group) and int(group.max()) + 1) > 0
    return Stays(rows, np.asarray(group, dtype=np.int64), np.asarray(~out[group] & may, dtype=bool))


def _every_pair(owner: Ints, of: Ints) -> tuple[Ints, Ints]:
    """Each element of ``of`` with each row of the same owner; ``owner`` is sorted."""
    first, last = (np.searchsorted(owner, of, side=side) for side in ("left", "right"))
    count = last - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(first, count) + within, np.repeat(np.arange(len(of)), count)


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


def qualifying_days(of: Cases, sent: Elements) -> tuple[Span, Ints]:
    """The day each record's first qualifying period is complete, ``FAR`` for never; and the rule set."""
    as_of, start, end = of.as_of[sent.owner], sent.span("start"), sent.span("end")
    rule_set = of.sets.on("stay", of.jurisdiction, of.as_of)
    needed = of.sets.numbers("days", rule_set, blank=np.iinfo(np.int32).max)[sent.owner]
    months = max((row.months or 0 for row in of.sets.of("stay")), default=0)
    open_ = ~sent.given("end")
    sure = np.where(open_, as_of, np.where(end.known, end.lo, start.hi)), np.where(start.known, start.hi, FAR)
    may = np.where(open_ | ~end.known, as_of, end.hi), np.where(start.known, start.lo, NAT)
    out = []
    places = at_one_place(sent)
    for stays, (last, first) in zip(places, (sure, may), strict=True):
        used = stays.unnotified & ~np.isnat(first[stays.row])
        row, group = stays.row[used], stays.group[used]
        day = complete(group, first[row], np.minimum(last, as_of)[row], needed[row], months)
        best = np.full(of.count, FAR)
        of_group = np.zeros(len(day), dtype=np.int64)
        of_group[group] = sent.owner[row]
        np.minimum.at(best, of_group, np.where(np.isnat(day), FAR, day))
        out.append(best)
    perhaps = places[1].row[places[1].unnotified]
    undated = np.bincount(sent.owner[perhaps[~start.known[perhaps]]], minlength=of.count) > 0
    return Span(np.where(undated, LONG_AGO, out[1]), out[0]), rule_set


def qualifying_stay(of: Cases) -> tuple[Answers, Bools, Bools]:
    """D8: at one address nobody notified, seven days in sum in any 12 months; last day to notify it.

    The three days begin with the seventh. Asked of records with stays, or whose stays were kept back, the second part
    of the result; the third: where that day is past, which alone makes a stay a failure.
    """
    sent, kept = elements(of.records["stays"]), list_kept_back(of.records, "stays")
    reached, rule_set = qualifying_days(of, sent)
    last = of.sets.due("stay_told", of.jurisdiction, reached.where(reached.hi < FAR)).day
    put_off = of.exempt.postpone(last)
    known = of.jurisdiction.known & (rule_set >= 0)
    runs = of.runs_until
    values = verdict(known & (reached.hi <= runs.lo) & (reached.hi < FAR), known & (reached.lo >= FAR) & ~kept)
    ended = of.over & (reached.lo > runs.hi)
    values = np.where(ended | of.status.among("deceased"), NO, values).astype(np.int8)
    found = answers(
        values,
        (of.status.among("deceased"), DEAD),
        (ended, OVER),
        (~of.jurisdiction.known, NO_BODY),
        (~known, "no rule set was in force"),
        (kept, "the stays are not sent: the force keeps them back or does not know them"),
        (values == CANNOT_TELL, "the dates as sent leave both answers open"),
        day=np.where((values == YES) & (put_off.lo < FAR), put_off.day, NAT),
        rule_set=rule_set,
    )
    return found, (np.bincount(sent.owner, minlength=of.count) > 0) | kept, (values == YES) & (of.as_of > put_off.hi)
