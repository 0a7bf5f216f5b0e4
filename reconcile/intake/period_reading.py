"""What the suites look at of the notification period: how far the end a force sends lies from the one the law gives.

Decides when the two can be held against each other: where both are one day, or the law's has none. Invariant: what the
force could rightly have done, taken an order that outlasts the period for its end or ended an indefinite one on review,
is never told as a contradiction.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.forces import Profile
from reconcile.intake.standardise import months
from reconcile.intake.words import recognised
from reconcile.notification.columns import span
from reconcile.notification.days import FAR
from reconcile.notification.periods import period_end, sentences
from reconcile.notification.requirement import orders
from reconcile.notification.rules import periods

CERTAIN: Final = "high"
"""The certainty of the rows of the periods table that are held against what a force sends."""
_WORDS: Final = ("basis", "disposal")
_DATES: Final = ("conviction_date", "birth_date", "order_end", "period_end")


def days_off_table(rows: Any, profile: Profile, dates: Mapping[str, Any], ended: Any) -> Any:
    """Days from the period's last day by SOA 2003 s.82 to the one sent, int32; null where there is nothing to compare.

    0 for any day from the period's last to that of an order that outlasts it.

    Args:
        rows: canonical rows whose absent cells are null.
        dates: their PARTIAL_DATE columns by field.
        ended: where the status says that the requirement has ended, as boolean.
    """
    sent = dates["period_end"]
    certain = pc.fill_null(pc.equal(pc.struct_field(sent, "lo"), pc.struct_field(sent, "hi")), False)
    # Of most forces no row sends the end: the table is asked only of those that do.
    places = np.flatnonzero(np.asarray(certain))
    off = np.zeros(rows.num_rows, np.int32)
    told = np.zeros(rows.num_rows, bool)
    if len(places):
        off[places], told[places] = _compared(_taken(rows, profile, dates, ended, places), profile)
    return pa.array(off, pa.int32(), mask=~told)


def _taken(rows: Any, profile: Profile, dates: Mapping[str, Any], ended: Any, places: Any) -> pa.Table:
    at = pa.array(places)
    return pa.table(
        {
            **{field: recognised(field, rows[field].take(at), profile) for field in _WORDS},
            "sentence_months": months(rows["sentence_months"].take(at)),
            **{field: dates[field].take(at) for field in _DATES},
            "ended": ended.take(at),
        }
    )


def _compared(of: pa.Table, profile: Profile) -> tuple[Any, Any]:
    """The days between the two ends of each row, and whether they can be held against each other."""
    place = np.full(of.num_rows, profile.force.jurisdiction, object)
    by_law, order = period_end(sentences(of, place)), orders(of["order_end"])
    sent = span(of["period_end"]).lo
    sure = [row.rule for row in periods() if row.certainty == CERTAIN]
    first, told = by_law.day.lo, (by_law.day.lo == by_law.day.hi) & np.isin(by_law.rule, sure)
    # A force may send the end of the period, or of the order that keeps the person subject after it, for one end.
    last = np.where(order.open_ended | order.unread, FAR, np.fmax(first, order.end.hi))
    told &= ~((first == FAR) & np.asarray(of["ended"]))
    return np.where(told, (sent - np.clip(sent, first, last)).astype(np.int64), 0), told
