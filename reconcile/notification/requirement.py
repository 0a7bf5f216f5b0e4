"""Whether a notification requirement has ended: its period, and the orders that outlast it.

Invariant: the requirement has ended only if it has on every day its dates can mean.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from reconcile.notification.columns import Days, Span, Strings, span, text
from reconcile.notification.days import FAR
from reconcile.notification.periods import End, Sentence, period_end
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Bools, Finding, finding, verdict


@dataclass(frozen=True)
class Order:
    """A SHPO or SOPO in force: its end, whether it has none, and whether its end cannot be read."""

    end: Span
    open_ended: Bools
    unread: Bools


def orders(column: Any) -> Order:
    """Read the orders from ``order_end``: a date, the words of an order without end, or words nobody can date."""
    end = span(column)
    words = np.array([word.strip().casefold() for word in text(pc.struct_field(column, "text"))], dtype=object)
    open_ended = np.isin(words, rules()["requirement"]["open_ended"]) & ~end.known
    return Order(end, open_ended, (words != "") & ~end.known & ~open_ended)


def order_in_force(order: Order, as_of: Days) -> Bools:
    """While an order is in force the person stays subject even if the period has ended (s.103G, s.107)."""
    return np.asarray(order.open_ended | (order.end.lo >= as_of))


def requirement_ended(of: Sentence, order: Order, as_of: Days, sent: Span) -> Finding:
    """D2: the extract's date is after the period's last day and no order is in force.

    Expiry is by calendar: being missing, abroad or in prison does not extend the period. ``sent`` is the period's
    end as the force computes it; it answers where the table cannot, and makes CANNOT_TELL where it contradicts it.
    """
    period = period_end(of)
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
        (~of.relevant.known, "the date of the conviction, finding or caution is not given"),
        (of.disposal == "", "the disposal is not given"),
        (of.jurisdiction == "", "no rule set for this body"),
        (~end.known, "no row of the periods table gives the length of this disposal in this place at that date"),
        (of.months < 0, "the length of the sentence, or the age at the relevant date, leaves both answers open"),
        (end.known, "the dates as sent leave both answers open"),
    )
    return Finding(found.values, _citing(found.reasons, period, by_table_alone=end.known & ~in_force))


def _citing(reasons: Strings, period: End, by_table_alone: Bools) -> Strings:
    """``reasons`` with the row of the periods table and the last day, where one row gives one day."""
    one = by_table_alone & (period.rule != "") & (period.day.lo == period.day.hi)
    dated = one & (period.day.hi != FAR)
    out = reasons.copy()
    out[one] += " (" + period.rule[one]
    out[dated] += ", last day " + period.day.hi[dated].astype(str).astype(object)
    out[one] += ")"
    return out
