"""What the facts of a record are judged on, read once.

Decides which notification counts as the last one. Invariant: a row a record, in the order of ``People.records``;
nothing here depends on another record but whether the person's requirement has ended.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.forces import forces
from reconcile.notification.columns import Bools, Coded, Days, Ints, Span, coded, days, elements, latest, span
from reconcile.notification.days import FAR, LONG_AGO
from reconcile.notification.exemptions import Exemptions, exemptions
from reconcile.notification.people import People
from reconcile.notification.periods import End, Sentence, period_end, sentences
from reconcile.notification.requirement import Order, last_day, orders
from reconcile.notification.rule_sets import RuleSets

RESETTING = ("name", "address", "release")
"""Events notified under s.84(1): they begin the period of s.85(1) anew. A prescribed change does not."""

OVER = "the requirement has ended"
DEAD = "the person is dead"
NO_BODY = "no rule set for this body"
OPEN_END = "whether the requirement still runs cannot be told from the dates as sent"
HANDED_OVER = "handed over to another force, which holds the notifications"


@dataclass(frozen=True)
class Cases:
    """Records as the facts see them.

    ``first`` and ``last``: the first and the last notification; ``end`` and ``why``: rule D1 and its reason; ``over``:
    the person's requirement has ended (rule D2); ``open``: it may have, by dates that leave it open or contradict.
    """

    who: People
    sets: RuleSets
    jurisdiction: Coded
    status: Coded
    as_of: Days
    of: Sentence
    period: End
    order: Order
    sent: Span
    end: Span
    why: Coded
    first: Span
    last: Span
    exempt: Exemptions
    over: Bools
    open: Bools

    @property
    def count(self) -> int:
        return len(self.as_of)

    @property
    def records(self) -> pa.Table:
        return self.who.records

    @property
    def runs_until(self) -> Span:
        """The last day on which a duty can have run, at least and at most; ``FAR`` where it runs."""
        known = self.end.known & (self.end.hi < FAR)
        lo, hi = (np.where(known, day, LONG_AGO) for day in (self.end.lo, self.end.hi))
        return Span(np.where(self.over | self.open, lo, FAR), np.where(self.over, hi, FAR))

    def stopped(self) -> tuple[tuple[Bools, str], ...]:
        """Why no duty runs: the answer is NO."""
        return (self.status.among("deceased"), DEAD), (self.over, OVER)

    def untold(self) -> tuple[tuple[Bools, str], ...]:
        """Why nothing can be told of a duty that runs."""
        return (~self.jurisdiction.known, NO_BODY), (self.status.among("transferred"), HANDED_OVER)


def jurisdiction_of(force: Coded) -> Coded:
    """The jurisdiction of each record's force, blank for a body that is none of the territorial forces."""
    known = {one.slug: one.jurisdiction for one in forces()}
    words = tuple(sorted(set(known.values())))
    place = np.array([*(words.index(known[slug]) if slug in known else -1 for slug in force.words), -1], dtype=np.int32)
    return Coded(place[force.codes], words)


def cases(who: People, sets: RuleSets) -> Cases:
    """Read the records; ``over`` and ``open`` are to be told them (``of_people.requirement``)."""
    table = who.records
    status, as_of = coded(table["status"]), days(table["as_of"])
    jurisdiction = jurisdiction_of(coded(table["force"]))
    of, order, sent = sentences(table, jurisdiction), orders(table["order_end"]), span(table["period_end"])
    period = period_end(of)
    end, why = last_day(of, period, order, as_of, sent)
    first = span(table["first_notified"])
    return Cases(
        who=who,
        sets=sets,
        jurisdiction=jurisdiction,
        status=status,
        as_of=as_of,
        of=of,
        period=period,
        order=order,
        sent=sent,
        end=end,
        why=why,
        first=first,
        last=latest(first, span(table["last_notified"]), *_told(table)),
        exempt=exemptions(table, status, as_of),
        over=np.zeros(len(as_of), dtype=bool),
        open=np.zeros(len(as_of), dtype=bool),
    )


def _told(table: pa.Table) -> tuple[Span, Span]:
    """The last notification of an event under s.84(1), and of a stay."""
    events, stays = elements(table["events"]), elements(table["stays"])
    resets = events.coded("kind").among(*RESETTING)
    return (
        _last(table.num_rows, events.owner, events.span("notified").where(resets)),
        _last(table.num_rows, stays.owner, stays.span("notified")),
    )


def _last(count: int, owner: Ints, day: Span) -> Span:
    out = Span(*(np.full(count, np.datetime64("NaT", "D")) for _ in range(2)))
    known = day.known
    for ends, values in ((out.lo, day.lo), (out.hi, day.hi)):
        np.fmax.at(ends, owner[known], values[known])
    return out
