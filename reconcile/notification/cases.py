"""What the facts of a record are judged on, read once.

Decides nothing but which jurisdiction a force is in. Invariant: a row a record, in the order of ``People.records``;
nothing here depends on another record but whether the person's requirement has ended.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.forces import forces
from reconcile.notification.columns import Bools, Coded, Days, Span, coded, days, span
from reconcile.notification.days import FAR, LONG_AGO
from reconcile.notification.exemptions import Exemptions, exemptions
from reconcile.notification.last_notification import last_notification
from reconcile.notification.people import People
from reconcile.notification.periods import End, Sentence, period_end, sentences
from reconcile.notification.requirement import Order, last_day, orders
from reconcile.notification.rule_sets import RuleSets
from reconcile.notification.unread import kept_back

OVER = "the requirement has ended"
DEAD = "the person is dead"
NO_BODY = "no rule set for this body"
OPEN_END = "whether the requirement still runs cannot be told from the dates as sent"
HANDED_OVER = "handed over to another force, which holds the notifications"


@dataclass(frozen=True)
class Cases:
    """Records as the facts see them.

    ``first`` and ``last``: the first and the last notification, ``unread``: there may be one that cannot be read;
    ``end`` and ``why``: rule D1 and its reason; ``over``: the person's requirement has ended (rule D2); ``open``: it
    may have, by dates that leave it open or contradict.
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
    unread: Bools
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
    of, sent = sentences(table, jurisdiction), span(table["period_end"])
    order = orders(table["order_end"], kept_back(table, "order_end"))
    period = period_end(of)
    end, why = last_day(of, period, order, as_of, sent.where(~period.partly))
    first = span(table["first_notified"])
    last, untold = last_notification(table, first, as_of)
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
        last=last,
        unread=untold,
        exempt=exemptions(table, status, as_of),
        over=np.zeros(len(as_of), dtype=bool),
        open=np.zeros(len(as_of), dtype=bool),
    )
