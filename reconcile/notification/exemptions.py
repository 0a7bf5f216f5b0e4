"""Times in which the clock of a duty stands still: custody, hospital, abroad (SOA 2003 s.83(6), s.84(5), s.85(3), (4)).

Decides when a time counts as one. Invariant: a time whose days are open moves only the end of a due day's interval
that it may move; while it goes on the due day has no end (``FAR``).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.notification.columns import NAT, Bools, Coded, Days, Elements, Ints, Span, elements
from reconcile.notification.days import FAR, LONG_AGO
from reconcile.notification.rules import rules


@dataclass(frozen=True)
class Exemptions:
    """Times exempt, a row each, sorted by ``owner``, the row of the record; an open one ends at ``FAR``."""

    owner: Ints
    start: Span
    end: Span

    def postpone(self, due: Span, owner: Ints | None = None) -> Span:
        """``due`` moved to the third day beginning when the time it falls into ends, as often as it falls into one.

        ``owner`` is the record each due day is of, the row itself where None. FAR: exempt for as long as is known.
        """
        subject, time = self._pairs(np.arange(len(due.lo)) if owner is None else owner)
        start, end = self.start[time], self.end[time]
        lo, hi = due.lo.copy(), due.hi.copy()
        resumed = np.timedelta64(rules()["exemptions"]["days_beginning_with_end"] - 1, "D")
        after = Span(np.minimum(end.lo + resumed, FAR), np.minimum(end.hi + resumed, FAR))
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
        moved, back = (
            self.postpone(day, owner),
            np.timedelta64(rules()["exemptions"]["days_beginning_with_end"] - 1, "D"),
        )
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
    """The times of ``schema.RECORDS``: those sent, journeys abroad, and what the status says where no time is sent."""
    parts = [_sent(elements(records["exemptions"]), as_of), _journeys(elements(records["travels"]), as_of)]
    parts.append(_by_status(elements(records["exemptions"]), status, as_of))
    owner = np.concatenate([part.owner for part in parts])
    order = np.argsort(owner, kind="stable")
    starts, ends = ([getattr(part, end) for part in parts] for end in ("start", "end"))
    return Exemptions(owner[order], _joined(starts)[order], _joined(ends)[order])


def _joined(spans: list[Span]) -> Span:
    return Span(np.concatenate([one.lo for one in spans]), np.concatenate([one.hi for one in spans]))


def _sent(sent: Elements, as_of: Days) -> Exemptions:
    """A start not given was some day up to the extract's; an end that cannot be read is some day after the start."""
    start, end = sent.span("start"), sent.span("end")
    start = start.where(start.known, Span(np.full_like(start.lo, LONG_AGO), as_of[sent.owner]))
    unread = Span(start.hi, np.full_like(start.lo, FAR))
    still = Span(np.full_like(start.lo, FAR), np.full_like(start.lo, FAR))
    return Exemptions(sent.owner, start, end.where(end.known, unread.where(sent.given("end"), still)))


def _journeys(sent: Elements, as_of: Days) -> Exemptions:
    """A journey ends with the return; one that may be overdue, with no day of return, may have ended or not."""
    left, due, back = sent.span("left"), sent.span("return_due"), sent.span("returned")
    overdue = ~back.known & (~(due.lo >= as_of[sent.owner]) | sent.given("returned"))
    start = Span(left.lo, np.where(overdue, FAR, left.hi))
    far = np.full_like(left.lo, FAR)
    end = back.where(back.known, Span(np.where(overdue, left.lo, far), far))
    known = left.known
    return Exemptions(sent.owner[known], start[known], end[known])


def _by_status(sent: Elements, status: Coded, as_of: Days) -> Exemptions:
    """A record in custody, in hospital or abroad has an open time where none that can still go on is sent."""
    kinds: dict[str, str] = rules()["exemptions"]["by_status"]
    end, kind = sent.span("end"), sent.coded("kind")
    may = ~end.known | (end.hi >= as_of[sent.owner])
    goes_on = ~sent.given("end") | (end.lo >= as_of[sent.owner])
    rows, open_ = [], []
    for said, meant in kinds.items():
        there, perhaps = (
            np.bincount(sent.owner[some & kind.among(meant)], minlength=len(as_of)) > 0 for some in (goes_on, may)
        )
        rows.append(np.flatnonzero(status.among(said) & ~there))
        open_.append(perhaps[rows[-1]])
    owner, unsure = np.concatenate(rows), np.concatenate(open_)
    since, until = np.full(len(owner), LONG_AGO), np.full(len(owner), FAR)
    # Where a time sent may go on, or not, the status may stand for another one.
    return Exemptions(owner, Span(since, np.where(unsure, FAR, since)), Span(np.where(unsure, since, until), until))


def exempt(due: Span) -> Bools:
    """Whether a due day is put off for as long as is known."""
    return np.asarray(due.lo >= FAR)


def not_put_off(due: Span) -> Span:
    """``due`` without the days that are put off for as long as is known."""
    return Span(np.where(exempt(due), NAT, due.lo), np.where(exempt(due), NAT, due.hi))
