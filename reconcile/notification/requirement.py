"""Whether a notification requirement has ended: its period, and the orders that outlast it.

Invariant: the requirement has ended only if it has on every day its dates can mean.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from reconcile.notification.columns import NAT, Bools, Coded, Days, Span, coded, span
from reconcile.notification.days import EVERY_DAY, FAR, LONG_AGO
from reconcile.notification.periods import End, Sentence
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Finding, finding, reasons, verdict


@dataclass(frozen=True)
class Order:
    """A SHPO or SOPO in force: its end, whether it has none, and whether its end cannot be read."""

    end: Span
    open_ended: Bools
    unread: Bools


def orders(column: Any, kept: Bools | None = None) -> Order:
    """Read the orders from ``order_end``: a date, the words of an order without end, or words nobody can date; where
    it was ``kept`` back there may be an order as well."""
    end = span(column)
    sent = coded(pc.struct_field(column, "text"))
    said = [word.strip().casefold() for word in sent.words]
    without_end = np.array([*(word in rules()["requirement"]["open_ended"] for word in said), False])
    open_ended = without_end[sent.codes] & ~end.known
    written = np.array([*(word != "" for word in said), False])[sent.codes]
    untold = written if kept is None else written | kept
    return Order(end, open_ended, untold & ~end.known & ~open_ended)


def order_in_force(order: Order, as_of: Days) -> Bools:
    """While an order is in force the person stays subject even if the period has ended (s.103G, s.107)."""
    return np.asarray(order.open_ended | (order.end.lo >= as_of))


def order_may_be_in_force(order: Order, as_of: Days) -> Bools:
    """Likewise where the day on which the order ends is known in part, or cannot be read."""
    return np.asarray(order.unread | order_in_force(order, as_of) | (order.end.hi >= as_of))


def requirement_ended(of: Sentence, period: End, order: Order, as_of: Days, sent: Span) -> Finding:
    """D2: the extract's date is after the period's last day and no order is in force.

    Expiry is by calendar: being missing, abroad or in prison does not extend the period. ``sent`` is the period's
    end as the force computes it; it answers where the table cannot, and makes CANNOT_TELL where it contradicts it.
    """
    end = period.day
    by_table = verdict(as_of > end.hi, as_of <= end.lo)
    by_force = verdict(as_of > sent.hi, as_of <= sent.lo)
    contradicts = ((by_table == YES) & (by_force == NO)) | ((by_table == NO) & (by_force == YES))
    over = np.where(end.known, np.where(contradicts, CANNOT_TELL, by_table), by_force)
    in_force = order_in_force(order, as_of)
    may_be_in_force = order.unread | (order.end.hi >= as_of)
    ended = np.where(in_force, NO, np.where((over == YES) & may_be_in_force, CANNOT_TELL, over)).astype(np.int8)
    found = finding(
        ended,
        (in_force, "an order is in force"),
        ((over == YES) & may_be_in_force, "whether an order is still in force cannot be told from its end as sent"),
        (contradicts, "the force's own end of the period contradicts the table"),
        ((ended == YES) & end.known, "the period of the table is over and no order is in force"),
        (ended == YES, "the period as the force computes it is over and no order is in force"),
        ((ended == NO) & (end.lo == FAR), "the period is indefinite"),
        (ended == NO, "the period is running"),
        *((~end.known & condition, sentence) for condition, sentence in unknown(of, period)),
        (of.months < 0, "the length of the sentence, or the age at the relevant date, leaves both answers open"),
        (end.known, "the dates as sent leave both answers open"),
    )
    return Finding(found.values, citing(found.reasons, period, end.known & ~in_force))


def citing(why: Coded, period: End, by_table_alone: Bools) -> Coded:
    """``why`` with the row of the periods table and the last day, where one row gives one day."""
    one = by_table_alone & period.rule.known & period.day.one
    last = (period.day.hi[one] - LONG_AGO).astype(np.int64)
    pair = why.codes[one].astype(np.int64) * len(period.rule.words) + period.rule.codes[one]
    keys, place = np.unique(pair * EVERY_DAY + last, return_inverse=True)
    codes = why.codes.copy()
    codes[one] = len(why.words) + place
    cited = []
    for key in keys.tolist():
        (reason, rule), day = divmod(key // EVERY_DAY, len(period.rule.words)), LONG_AGO + key % EVERY_DAY
        cited.append(f"{why.words[reason]} ({period.rule.words[rule]}{_dated(day)})")
    return Coded(codes, (*why.words, *cited))


def _dated(day: np.datetime64) -> str:
    return "" if day == FAR else f", last day {day}"


def last_day(of: Sentence, period: End, order: Order, as_of: Days, sent: Span) -> tuple[Span, Coded]:
    """D1: the last day of the requirement, that of an order in force if later; ``FAR`` where it has none.

    The table of s.82 decides, and the force's own date only where the table cannot. No date: it cannot be told. The
    reason comes with it, with the row of the periods table where one gives one day.
    """
    end = period.day.where(period.day.known, sent)
    in_force, may_be = order_in_force(order, as_of), order.unread | (order.end.hi >= as_of)
    lo = np.where(in_force, np.where(order.open_ended, FAR, np.fmax(end.lo, order.end.lo)), end.lo)
    hi = np.where(order.open_ended | order.unread, FAR, np.where(may_be, np.fmax(end.hi, order.end.hi), end.hi))
    # An order ends the requirement no sooner than the period does; without the period its own end is no last day.
    untold = ~end.known & ~order.open_ended
    outlasts = in_force & ~untold & (hi > end.hi)
    why = reasons(
        len(lo),
        (order.open_ended, "an order without end is in force"),
        (outlasts, "an order in force outlasts the period"),
        (~untold & (lo == FAR), "the period is indefinite"),
        (~untold & (lo == hi) & period.day.known, "the period of the table"),
        (~untold & (lo == hi), "the period as the force computes it"),
        (~untold & (hi < FAR), "it has a last day; which one the dates as sent leave open"),
        (~untold, "the length of the sentence, the age at the relevant date or an order's end leaves it open"),
        *unknown(of, period),
    )
    day = Span(np.where(untold, NAT, lo), np.where(untold, NAT, hi))
    return day, citing(why, period, period.day.known & ~outlasts & ~order.open_ended & (lo == hi))


def unknown(of: Sentence, period: End) -> tuple[tuple[Bools, str], ...]:
    """Why the table of periods gives no last day."""
    return (
        (~of.relevant.known, "the date of the conviction, finding or caution is not given"),
        (~of.disposal.known, "the disposal is not given"),
        (~of.jurisdiction.known, "no rule set for this body"),
        (period.partly, "on some of the days the relevant date can mean no row of the periods table applies"),
        (
            np.ones(len(of.months), dtype=bool),
            "no row of the periods table gives the length of this disposal in this place at that date",
        ),
    )
