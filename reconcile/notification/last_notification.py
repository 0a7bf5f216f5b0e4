"""Which notification was the last one under s.83(1), 84(1) or 85(1), from which the period of s.85 runs.

Decides what counts as one. Invariant: a notification that cannot be read, was kept back or is of a change of unknown
kind may be the last; it moves only the end of the interval.
"""

import numpy as np
import pyarrow as pa

from reconcile.notification.columns import Bools, Days, Ints, Span, elements, latest, nothing, span
from reconcile.notification.unread import list_kept_back, open_date

RESETTING = ("name", "address", "release")
"""Events notified under s.84(1): they begin the period of s.85(1) anew. A prescribed change does not."""


def last_notification(records: pa.Table, first: Span, as_of: Days) -> tuple[Span, Bools]:
    """The latest notification of those sent; and where there may be another one, on some day up to the extract's.

    ``last_notified`` is by its meaning the last of all: only without it does a list kept back leave the day open.
    """
    events, stays, count = elements(records["events"]), elements(records["stays"]), records.num_rows
    kind, notified = events.coded("kind"), events.span("notified")
    resets = kind.among(*RESETTING)
    sent = span(records["last_notified"])
    last = latest(
        first,
        sent,
        _last(count, events.owner, notified.where(resets)),
        _last(count, stays.owner, stays.span("notified")),
    )
    perhaps = _last(count, events.owner, notified.where(~kind.known))
    lists = list_kept_back(records, "events") | list_kept_back(records, "stays")
    unread = open_date(records, "last_notified") | (lists & ~sent.known)
    unread |= _any(count, events.owner[events.unread("notified") & (resets | ~kind.known)])
    unread |= _any(count, stays.owner[stays.unread("notified")])
    hi = np.fmax(last.hi, np.where(unread, np.fmax(as_of, perhaps.hi), perhaps.hi))
    may_be = unread | perhaps.known | open_date(records, "first_notified")
    return Span(last.lo, np.where(last.known, hi, last.hi)), may_be


def _any(count: int, owner: Ints) -> Bools:
    return np.bincount(owner, minlength=count) > 0


def _last(count: int, owner: Ints, day: Span) -> Span:
    out, known = nothing(count), day.known
    for ends, values in ((out.lo, day.lo), (out.hi, day.hi)):
        np.fmax.at(ends, owner[known], values[known])
    return out
