"""The dates of changes that have to be notified (SOA 2003 s.84): what was sent, and until when to notify by which rule.

Decides under which duty a change falls. Invariant: a change of unknown kind may be of any, so that its last day lies
between those of all kinds; a change before anything of its duty was in force is no duty.
"""

from dataclasses import dataclass

import numpy as np

from reconcile.notification.cases import Cases
from reconcile.notification.columns import Bools, Coded, Days, Elements, Ints, Span, elements, nothing
from reconcile.notification.days import FAR, LONG_AGO

KINDS = ("name", "address", "release", "prescribed")
"""Each kind of event is a duty of the table of rule sets."""

TWO_DAYS = np.timedelta64(2, "D")


@dataclass(frozen=True)
class Changes:
    """Events, a row each: what was sent (``silent``: no notification, ``not_sent``: no day on which it happened),
    ``due`` the last day to notify, ``told`` the last day to tell that what was announced has not happened
    (s.84(4)(b)), ``as_of`` the extract's date. ``no_duty``, ``perhaps_no_duty``: before the duty was in force."""

    owner: Ints
    happened: Span
    not_sent: Bools
    notified: Span
    silent: Bools
    announced: Span
    due: Span
    rule_set: Ints
    no_duty: Bools
    perhaps_no_duty: Bools
    told: Span
    told_rule: Ints
    as_of: Days

    @property
    def missed(self) -> Bools:
        """The event came after the third day beginning with the day an advance notice named (s.84(4))."""
        return np.asarray(self.happened.lo > self.announced.hi + TWO_DAYS)


def changes(of: Cases) -> Changes:
    """The events of the records; the three days begin when a time exempt ends, and stand still in one."""
    sent = elements(of.records["events"])
    owner, happened = sent.owner, sent.span("happened")
    place = Coded(of.jurisdiction.codes[owner], of.jurisdiction.words)
    due, rule_set, no_duty, perhaps = _due(of, sent, of.exempt.resume(happened, owner), place)
    announced = _announced(sent)
    told = of.sets.due("advance_told", place, announced)
    return Changes(
        owner=owner,
        happened=happened,
        not_sent=~sent.given("happened"),
        notified=sent.span("notified"),
        silent=~sent.given("notified"),
        announced=announced,
        due=of.exempt.postpone(due, owner),
        rule_set=rule_set,
        no_duty=no_duty,
        perhaps_no_duty=perhaps,
        told=told.day,
        told_rule=told.rule_set,
        as_of=of.as_of[owner],
    )


def _announced(sent: Elements) -> Span:
    """The day an advance notice named; one that cannot be read may be any day."""
    any_day = Span(np.full(len(sent.owner), LONG_AGO), np.full(len(sent.owner), FAR))
    return any_day.where(sent.unread("advance"), sent.span("advance"))


def _due(of: Cases, sent: Elements, begun: Span, place: Coded) -> tuple[Span, Ints, Bools, Bools]:
    """The last day to notify and its rule; whether, or perhaps, nothing of the duty was in force yet."""
    kind, count = sent.coded("kind"), len(begun.lo)
    day, rule_set = nothing(count), np.full(count, -1, dtype=np.int64)
    no_duty, perhaps = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    for duty in KINDS:
        here = kind.among(duty) | ~kind.known
        if not here.any():
            continue
        begins = of.sets.begins(duty, place)
        found = of.sets.due(duty, place, Span(np.maximum(begun.lo, begins), np.maximum(begun.hi, begins)))
        fits = found.day.where(here)
        day = Span(np.fmin(day.lo, fits.lo), np.fmax(day.hi, fits.hi))
        rule_set = np.where(here & kind.known, found.rule_set, rule_set)
        no_duty &= ~here | (begun.hi < begins)
        perhaps |= here & ~(begun.lo >= begins)
    return day, rule_set, no_duty & (begun.hi >= begun.lo), perhaps
