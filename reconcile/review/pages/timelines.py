"""Names, addresses and contact in the order of their dates, each record in a lane of its own.

Decides which dated values make a timeline. Invariant: an entry stands at the first day its date can mean and is told as
loosely as it was sent; what has no date comes last and is called undated; nothing is dated that no force dated.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.render.look import capital, day, partial, word
from reconcile.review.pages.rows_told import address_of, name_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """``lane`` is the place of the record among those shown; ``first`` sorts, None where undated."""

    first: dt.date | None
    when: str
    lane: int
    text: str


def names(records: Sequence[Row], added: Sequence[Row] = ()) -> tuple[Entry, ...]:
    """Names and changes of name; ``added`` are rows of NAMES_ADDED."""
    found: list[Entry] = []
    for lane, record in enumerate(records):
        held = record["names"] or ()
        found += [_as_of(record, lane, f"{name_of(name)}: name now") for name in held[:1]]
        found += [_undated(lane, f"{name_of(name)}: {word(name['kind'], 'name_kind')}") for name in held[1:]]
        found += _events(record, lane, "name")
        for each in added:
            if each["record_id"] == record["record_id"]:
                told = f"{name_of(each)}: {word(each['kind'], 'name_kind')}, from an imported list ({each['source']})"
                found.append(_at(each["changed_on"], lane, told))
    return _in_order(found)


def addresses(records: Sequence[Row]) -> tuple[Entry, ...]:
    """Addresses, changes of address, stays and journeys."""
    found: list[Entry] = []
    for lane, record in enumerate(records):
        for each in record["addresses"] or ():
            told = address_of(each)
            found.append(
                _as_of(record, lane, f"{told}: address now")
                if each["kind"] == "current"
                else _undated(lane, f"{told}: earlier address")
            )
        found += _events(record, lane, "address")
        for stay in record["stays"] or ():
            found.append(_at(stay["start"], lane, f"Stay at another address{_until(stay['end'])}"))
        for journey in record["travels"] or ():
            back = journey["returned"]
            told = f"back {partial(back)}" if back else "no return known"
            found.append(_at(journey["left"], lane, f"Left the United Kingdom, {told}"))
    return _in_order(found)


def contact(records: Sequence[Row]) -> tuple[Entry, ...]:
    """When each force last met, lost or held them."""
    found: list[Entry] = []
    for lane, record in enumerate(records):
        for field, told in CONTACT:
            if record[field]:
                found.append(_at(record[field], lane, told))
        for each in record["exemptions"] or ():
            found.append(_at(each["start"], lane, f"{EXEMPT[each['kind']]}{_until(each['end'])}"))
        for each in record["episodes"] or ():
            outcome = f", {word(each['outcome'], 'outcome')}" if each["outcome"] else ""
            if each["end"] or not record["missing_since"]:
                found.append(_at(each["start"], lane, f"Not to be found{_until(each['end'])}{outcome}"))
        found += _events(record, lane, "release")
        found.append(_as_of(record, lane, f"{capital(word(record['status'], 'status'))}: status now"))
    return _in_order(found)


CONTACT = (
    ("conviction_date", "Convicted"),
    ("released_on", "Released"),
    ("first_notified", "First notified"),
    ("last_notified", "Last notified"),
    ("last_contact", "Last contact"),
    ("missing_since", "Missing from then on"),
    ("last_reviewed", "Enquiries last reviewed"),
)
EXEMPT = {"custody": "In custody", "hospital": "In hospital", "abroad": "Abroad"}


def _events(record: Row, lane: int, kind: str) -> Iterable[Entry]:
    for event in record["events"] or ():
        if event["kind"] == kind:
            told = f", notified {partial(event['notified'])}" if event["notified"] else ""
            yield _at(event["happened"], lane, f"{word(kind, 'event')}{told}")


def _at(date: Row | None, lane: int, text: str) -> Entry:
    return Entry(date["lo"] if date else None, partial(date), lane, text)


def _as_of(record: Row, lane: int, text: str) -> Entry:
    return Entry(record["as_of"], f"as at {day(record['as_of'])}", lane, text)


def _undated(lane: int, text: str) -> Entry:
    return Entry(None, "undated", lane, text)


def _until(end: Row | None) -> str:
    return f" until {partial(end)}" if end else ""


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(
        sorted(set(entries), key=lambda each: (each.first is None, each.first or dt.date.max, each.lane, each.text))
    )
