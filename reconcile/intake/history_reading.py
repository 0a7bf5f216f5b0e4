"""What the suites look at in a person's history: order, the day of the extract, and the status it ends in.

Decides which entries of lists can contradict themselves, the day or the status. Invariant: as in
``reconcile.intake.reading``, no reading holds a cell; a partial date contradicts only if every day it can mean does.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile import schema
from reconcile.forces import Profile
from reconcile.forces.lists import DATE, LISTS, WORD
from reconcile.intake import histories
from reconcile.intake.absence import KEPT, Separated
from reconcile.intake.cross_reading import days, where
from reconcile.intake.standardise import date_column
from reconcile.intake.words import recognised
from reconcile.nested import Part

CODES: Final = ("residence", "circulated", "transferred_to")
PAST: Final = ("first_notified", "released_on", "last_reviewed")
"""Dates of what has happened, one a record."""
PERIODS: Final = {
    "exemptions": (("start", "end"),),
    "stays": (("start", "end"),),
    "travels": (("left", "return_due"), ("left", "returned")),
    "episodes": (("start", "end"),),
}
"""Of each list the fields that come one after the other."""
HAPPENED: Final = {
    "exemptions": ("start",),
    "events": ("happened", "notified"),
    "stays": ("notified",),
    "travels": ("returned",),
    "episodes": ("start", "end"),
}
"""Of each list the fields that tell of what has happened."""
_compute: Any = pc
Ints = NDArray[np.int64]


def read_histories(found: Separated, profile: Profile, as_of: dt.date) -> dict[str, Any]:
    """The readings of separated rows, one Arrow column a question: words are strings, days int32."""
    rows, count = found.rows, found.rows.num_rows
    lists = {name: histories.entries(name, found, profile, as_of.year) for name in LISTS}
    the_day = pa.scalar(as_of, pa.date32())
    past = {name: date_column(rows, name, profile, as_of) for name in (*PAST, "last_notified")}
    first, last = past["first_notified"], past["last_notified"]
    status = recognised("status", rows["status"], profile)
    return {
        **{name: _known(rows[name], recognised(name, rows[name], profile)) for name in CODES},
        **{f"{name}_days_after_as_of": days(the_day, _lo(past[name])) for name in PAST},
        "days_last_after_first_notified": days(_lo(first), _hi(last)),
        "transfer_status": _transfer_status(rows["transferred_to"], status),
        "lists_matched": _lists_matched(found, count),
        "list_dates": _list_dates(lists, found, profile, count),
        **{
            member.column: _words(lists[name], member.field, found.lists[name].texts.get(member.column), count)
            if name in found.lists
            else pa.nulls(count, pa.string())
            for name, listed in LISTS.items()
            for member in listed.members
            if member.holds == WORD
        },
        **{f"{name}_days": _shortest(lists[name], fields, count) for name, fields in PERIODS.items()},
        "history_days_after_as_of": _latest(lists, as_of, count),
        "episodes_and_status": _episodes_and_status(lists["episodes"], status, count),
    }


def _lo(dates: Any) -> Any:
    return pc.struct_field(dates, "lo")


def _hi(dates: Any) -> Any:
    return pc.struct_field(dates, "hi")


def _known(sent: Any, found: Any) -> Any:
    if sent.null_count == len(sent):
        return pa.nulls(len(sent), pa.string())
    return where(pc.is_valid(sent), pc.if_else(pc.is_valid(found), pa.scalar("known"), pa.scalar("unknown")))


def _transfer_status(sent: Any, status: Any) -> Any:
    handed_over = _compute.fill_null(_compute.equal(status, "transferred"), False)
    said = pc.if_else(handed_over, pa.scalar("consistent"), pa.scalar("handed_over_and_held"))
    return where(pc.is_valid(sent), said)


def _on_rows(count: int, some: Ints, others: Ints, words: tuple[str, str]) -> Any:
    """The first word on the rows ``some``, the second on the other rows of ``others``, null elsewhere."""
    code = np.full(count, 2)
    code[others], code[some] = 1, 0
    return pa.array([*words, None], pa.string()).take(pa.array(code))


def _lists_matched(found: Separated, count: int) -> Any:
    rows = [np.zeros(0, np.int64), *(matched.owners for matched in found.lists.values())]
    unmatched = [each for matched in found.lists.values() for each in matched.unmatched.values()]
    return _on_rows(count, np.concatenate([rows[0], *unmatched]), np.concatenate(rows), ("unmatched", "matched"))


def _list_dates(lists: Mapping[str, Part], found: Separated, profile: Profile, count: int) -> Any:
    """Whether the dates in the lists of a row can be read; a word for no date is no fault."""
    words = pa.array(sorted(profile.withheld | profile.unknown), pa.string())
    dated, odd = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for name, part in lists.items():
        for member in LISTS[name].members if len(part.owners) else ():
            if member.holds != DATE:
                continue
            dates = part.values.field(member.field)
            none = np.asarray(_compute.and_(_compute.is_valid(dates), _compute.is_null(_lo(dates))))
            none &= ~np.asarray(_compute.is_in(_compute.utf8_lower(dates.field("text")), value_set=words))
            if member.column in found.absent:
                none &= found.absent[member.column][part.owners] == KEPT
            dated.append(part.owners)
            odd.append(part.owners[none])
    return _on_rows(count, np.concatenate(odd), np.concatenate(dated), ("unreadable", "readable"))


def _words(part: Part, field: str, texts: Any, count: int) -> Any:
    """Whether the coded words in a list of a row are all known."""
    if texts is None:
        return pa.nulls(count, pa.string())
    said = np.asarray(_compute.is_valid(texts))
    strange = said & np.asarray(_compute.is_null(part.values.field(field)))
    return _on_rows(count, part.owners[strange], part.owners[said], ("unknown", "known"))


def _shortest(part: Part, fields: tuple[tuple[str, str], ...], count: int) -> Any:
    """The least days from one field to another of any entry of a row, int32."""
    owners, spans = [], []
    for earlier, later in fields if len(part.owners) else ():
        span = days(_lo(part.values.field(earlier)), _hi(part.values.field(later)))
        told = np.asarray(_compute.is_valid(span))
        owners.append(part.owners[told])
        spans.append(np.asarray(span.drop_null()).astype(np.int64))
    return _extreme(owners, spans, count, np.minimum)


def _latest(lists: Mapping[str, Part], as_of: dt.date, count: int) -> Any:
    """How many days after the extract's the latest day of what has happened is, int32."""
    owners, spans = [], []
    for name, fields in HAPPENED.items():
        for field in fields if len(lists[name].owners) else ():
            span = days(pa.scalar(as_of, pa.date32()), _lo(lists[name].values.field(field)))
            owners.append(lists[name].owners[np.asarray(_compute.is_valid(span))])
            spans.append(np.asarray(span.drop_null()).astype(np.int64))
    return _extreme(owners, spans, count, np.maximum)


def _extreme(owners: list[Ints], numbers: list[Ints], count: int, which: Any) -> Any:
    if not owners:
        return pa.nulls(count, pa.int32())
    mine, values = np.concatenate(owners), np.concatenate(numbers)
    start = np.iinfo(np.int32).max if which is np.minimum else np.iinfo(np.int32).min
    found = np.full(count, start, np.int64)
    which.at(found, mine, values)
    return pa.array(found, mask=found == start).cast(pa.int32())


def _episodes_and_status(part: Part, status: Any, count: int) -> Any:
    """Whether an open episode and an open claim stand together; a row without episodes says nothing of it."""
    claim = np.asarray(_compute.fill_null(_compute.is_in(status, value_set=pa.array(schema.OPEN_CLAIMS)), False))
    has, is_open, unsure = (np.zeros(count, bool) for _ in range(3))
    if len(part.owners):
        ends = part.values.field("end")
        has[part.owners] = True
        is_open[part.owners[np.asarray(_compute.is_null(ends))]] = True
        unsure[part.owners[np.asarray(_compute.and_(_compute.is_valid(ends), _compute.is_null(_lo(ends))))]] = True
    found = np.select(
        [~has, is_open & ~claim, claim & ~is_open & ~unsure],
        ["", "open_but_no_claim", "claim_but_closed"],
        "consistent",
    )
    return pa.array(found, mask=~has)
