"""When a notification requirement ends: the period of SOA 2003 s.82, and the orders that outlast it.

Invariant: every row of the periods table that could apply to what is known takes part, so the end is an interval;
the requirement has ended only if it has under all of them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.days import FAR, Days, Span, anniversary, last_day, span
from reconcile.notification.rules import INDEFINITE, ITS_LENGTH, Period, periods, rules
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Bools, Finding, finding, verdict

Strings = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Sentence:
    """What decides a period, a row a record; strings "" where blank, ``months`` -1 where blank."""

    jurisdiction: Strings
    disposal: Strings
    months: npt.NDArray[np.int64]
    relevant: Span
    birth: Span


def sentences(records: pa.Table, jurisdiction: Strings) -> Sentence:
    """Read what decides a period from ``schema.RECORDS``."""
    of_basis = rules()["requirement"]["basis_disposals"]
    disposal, basis = text(records["disposal"]), text(records["basis"])
    for said, meant in of_basis.items():
        disposal[(disposal == "") & (basis == said)] = meant
    months: Any = pc.fill_null(records["sentence_months"], pa.scalar(-1, pa.int32()))
    return Sentence(
        jurisdiction,
        disposal,
        months.to_numpy().astype(np.int64),
        span(records["conviction_date"]),
        span(records["birth_date"]),
    )


def text(column: Any) -> Strings:
    """A string column as an object array, "" where null."""
    return np.array(pc.fill_null(column, "").to_numpy(zero_copy_only=False), dtype=object)


def could_apply(row: Period, of: Sentence) -> Bools:
    """Whether a row of the table could be the one: the place, the disposal, the sentence and the date all allow it."""
    fits = (of.disposal == row.disposal) & np.isin(of.jurisdiction, sorted(row.jurisdictions))
    for bound, within in ((row.sentence_from, np.greater_equal), (row.sentence_to, np.less_equal)):
        if bound is not None:
            fits &= within(of.months, bound) | (of.months < 0)
    starts, ends = np.datetime64(row.relevant_from, "D"), np.datetime64(row.relevant_to, "D")
    return np.asarray(fits & (of.relevant.hi >= starts) & (of.relevant.lo <= ends))


def could_be_minor(of: Sentence) -> Bools:
    """Whether the person may have been under 18 on the relevant date (s.82(2): the periods are halved)."""
    of_age = anniversary(of.birth.hi, 12 * rules()["requirement"]["majority_years"])
    return np.asarray((of.relevant.lo < of_age) | ~of.birth.known)


def could_be_adult(of: Sentence) -> Bools:
    """Whether the person may have been 18 or over on the relevant date."""
    of_age = anniversary(of.birth.lo, 12 * rules()["requirement"]["majority_years"])
    return np.asarray((of.relevant.hi >= of_age) | ~of.birth.known)


def period_end(of: Sentence) -> Span:
    """D1: the last day of the period. N years beginning with the relevant date, that date included.

    Both ends are ``FAR`` where the period is indefinite, ``NaT`` where no row of the table can be applied. A period
    that is the length of the discharge or order is told by the force alone, so it is ``NaT`` too.
    """
    lo = np.full(len(of.months), FAR)
    hi = np.full(len(of.months), np.datetime64("0001-01-01", "D"))
    untold = np.zeros(len(of.months), dtype=bool)
    minor, adult = could_be_minor(of), could_be_adult(of)
    for row in periods():
        applies = could_apply(row, of)
        for months, person in ((row.adult_months, adult), (row.minor_months, minor)):
            here = applies & person
            if months == ITS_LENGTH:
                untold |= here
                continue
            lo[here] = np.minimum(lo[here], _last_day(of.relevant.lo[here], months))
            hi[here] = np.maximum(hi[here], _last_day(of.relevant.hi[here], months))
    nothing = untold | (hi < lo)
    never = np.datetime64("NaT", "D")
    return Span(np.where(nothing, never, lo), np.where(nothing, never, hi))


def _last_day(relevant: Days, months: int | str) -> Days:
    return np.full_like(relevant, FAR) if months == INDEFINITE else last_day(relevant, int(months))


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
    end = period_end(of)
    by_table = verdict(as_of > end.hi, as_of <= end.lo)
    by_force = verdict(as_of > sent.hi, as_of <= sent.lo)
    contradicts = ((by_table == YES) & (by_force == NO)) | ((by_table == NO) & (by_force == YES))
    period = np.where(end.known, np.where(contradicts, CANNOT_TELL, by_table), by_force)
    in_force = order_in_force(order, as_of)
    may_be_in_force = order.unread | (order.end.hi >= as_of)
    ended = np.where(in_force, NO, np.where((period == YES) & may_be_in_force, CANNOT_TELL, period)).astype(np.int8)
    return finding(
        ended,
        (in_force, "an order is in force"),
        ((period == YES) & may_be_in_force, "whether an order is still in force cannot be told from its end as sent"),
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
