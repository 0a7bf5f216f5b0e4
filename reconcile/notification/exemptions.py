"""Times in which the clock of a duty stands still: custody, hospital, abroad (SOA 2003 s.83(6), s.84(5), s.85(3), (4)).

Decides when a time counts as one. Invariant: a time whose days are open moves only the end of a due day's interval
that it may move; while it goes on, be its end known or to come, the due day has no end (``FAR``).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.notification.columns import NAT, Bools, Coded, Days, Elements, Ints, Span, elements
from reconcile.notification.days import FAR, LONG_AGO
from reconcile.notification.rules import rules
from reconcile.notification.unread import list_kept_back


@dataclass(frozen=True)
class Exemptions:
    """Times exempt, a row each, sorted by ``owner``, the row of the record; an open one ends at ``FAR``.

    ``again``: the last day of what fell due in it; ``FAR`` while it goes on.
    """

    owner: Ints
    start: Span
    end: Span
    again: Span

    def postpone(self, due: Span, owner: Ints | None = None) -> Span:
        """``due`` moved to the third day beginning when the time it falls into ends, as often as it falls into one.

        ``owner`` is the record each due day is of, the row itself where None. FAR: exempt for as long as is known.
        """
        subject, time = self._pairs(np.arange(len(due.lo)) if owner is None else owner)
        start, end = self.start[time], self.end[time]
        lo, hi = due.lo.copy(), due.hi.copy()
        after = self.again[time]
        for _ in range(int(np.bincount(subject).max(initial=0))):
            sure = (start.hi <= lo[subject]) & (hi[subject] <= end.lo)
            may = (start.lo <= hi[subject]) & (lo[subject] <= end.hi)
            before = hi.copy()
            np.maximum.at(lo, subject[sure], after.lo[sure])
            np.maximum.at(hi, subject[may], after.hi[may])
            if np.array_equal(before, hi, equal_nan=True):
                break
        return Span(lo, hi)

    def resume(self, day: Span, owner: Ints | None = None) -> Span:
        """``day``, or the end of the time it falls into: the day a period can begin with. ``FAR``: while it goes on."""
        moved, back = self.postpone(day, owner), _resuming()
        lo, hi = (
            np.where((new > old) & (new < FAR), new - back, new)
            for new, old in ((moved.lo, day.lo), (moved.hi, day.hi))
        )
        return Span(lo, hi)

    def _pairs(self, owner: Ints) -> tuple[Ints, Ints]:
        """Every due day with every time of its record."""
        first, last = (np.searchsorted(self.owner, owner, side=side) for side in ("left", "right"))
        counts = last - first
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(np.arange(len(owner)), counts), np.repeat(first, counts) + within

    def elapsed(self, count: int, since: Span, until: Span) -> tuple[Ints, Ints]:
        """How many days of each record's times lie between two days, at least and at most."""
        begins, ends = since[self.owner], until[self.owner]
        least = np.minimum(self.end.lo, ends.lo) - np.maximum(self.start.hi, begins.hi)
        most = np.minimum(self.end.hi, ends.hi) - np.maximum(self.start.lo, begins.lo)
        out = []
        for length in (least, most):
            known = np.where(np.isnat(length), np.timedelta64(0, "D"), length).astype(np.int64)
            out.append(np.bincount(self.owner, np.maximum(known, 0), minlength=count).astype(np.int64))
        return out[0], out[1]


def exemptions(records: pa.Table, status: Coded, as_of: Days) -> Exemptions:
    """The times of ``schema.RECORDS``: those sent, journeys abroad, what the status says where no time is sent, and
    any time at all where the times were kept back."""
    sent, journeys = elements(records["exemptions"]), elements(records["travels"])
    parts = [_sent(sent, as_of), _journeys(journeys, as_of), _by_status(sent, status, as_of), _kept_back(records)]
    owners, starts, ends = zip(*parts, strict=True)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    start, end = _joined(starts)[order], _joined(ends)[order]
    return Exemptions(owner[order], start, end, _again(start, end, as_of[owner[order]]))


Times = tuple[Ints, Span, Span]


def _resuming() -> np.timedelta64:
    return np.timedelta64(rules()["exemptions"]["days_beginning_with_end"] - 1, "D")


def _again(start: Span, end: Span, as_of: Days) -> Span:
    """The third day beginning with the end of each time, once it has ended; an end to come is not waited for."""
    going_on = (start.hi <= as_of) & (as_of < end.lo), (start.lo <= as_of) & (as_of < end.hi)
    lo, hi = (np.minimum(day + _resuming(), FAR) for day in (end.lo, end.hi))
    return Span(np.where(going_on[0], FAR, lo), np.where(going_on[1], FAR, hi))


def _joined(spans: Iterable[Span]) -> Span:
    each = list(spans)
    return Span(np.concatenate([one.lo for one in each]), np.concatenate([one.hi for one in each]))


def _sent(sent: Elements, as_of: Days) -> Times:
    """A start not given was some day up to the extract's; an end that cannot be read is some day after the start."""
    start, end = sent.span("start"), sent.span("end")
    start = start.where(start.known, Span(np.full_like(start.lo, LONG_AGO), as_of[sent.owner]))
    unread = Span(start.hi, np.full_like(start.lo, FAR))
    still = Span(np.full_like(start.lo, FAR), np.full_like(start.lo, FAR))
    return sent.owner, start, end.where(end.known, unread.where(sent.given("end"), still))


def _journeys(sent: Elements, as_of: Days) -> Times:
    """A journey ends with the return; one that may be overdue, with no day of return, may have ended or not. Without
    the day of departure it may have begun on any."""
    left, due, back = sent.span("left"), sent.span("return_due"), sent.span("returned")
    overdue = ~back.known & (~(due.lo >= as_of[sent.owner]) | sent.given("returned"))
    far = np.full_like(left.lo, FAR)
    left = left.where(left.known, Span(np.full_like(far, LONG_AGO), far))
    start = Span(left.lo, np.where(overdue, FAR, left.hi))
    return sent.owner, start, back.where(back.known, Span(np.where(overdue, left.lo, far), far))


def _by_status(sent: Elements, status: Coded, as_of: Days) -> Times:
    """A record in custody, in hospital or abroad has an open time where none that can still go on is sent: it began on
    some day up to the extract's. A time of unknown kind may be the one."""
    kinds: dict[str, str] = rules()["exemptions"]["by_status"]
    end, kind = sent.span("end"), sent.coded("kind")
    may = ~end.known | (end.hi >= as_of[sent.owner])
    goes_on = ~sent.given("end") | (end.lo >= as_of[sent.owner])
    rows, open_ = [], []
    for said, meant in kinds.items():
        there, perhaps = (
            np.bincount(sent.owner[some], minlength=len(as_of)) > 0
            for some in (goes_on & kind.among(meant), may & (kind.among(meant) | ~kind.known))
        )
        rows.append(np.flatnonzero(status.among(said) & ~there))
        open_.append(perhaps[rows[-1]])
    owner, unsure = np.concatenate(rows), np.concatenate(open_)
    since, until = np.full(len(owner), LONG_AGO), np.full(len(owner), FAR)
    # Where a time sent may go on, or not, the status may stand for another one.
    return owner, Span(since, np.where(unsure, FAR, as_of[owner])), Span(np.where(unsure, since, until), until)


def _kept_back(records: pa.Table) -> Times:
    """Where a force keeps the times or the journeys of a record back, it may have been exempt on any day."""
    owner = np.flatnonzero(list_kept_back(records, "exemptions") | list_kept_back(records, "travels"))
    any_day = Span(np.full(len(owner), LONG_AGO), np.full(len(owner), FAR))
    return owner, any_day, any_day


def exempt(due: Span) -> Bools:
    """Whether a due day is put off for as long as is known."""
    return np.asarray(due.lo >= FAR)


def not_put_off(due: Span) -> Span:
    """``due`` without the days that are put off for as long as is known."""
    return Span(np.where(exempt(due), NAT, due.lo), np.where(exempt(due), NAT, due.hi))
