"""What forces hold of where a person has been: stays, journeys, times of being missing, and what is done to find them.

Decides which journeys are overdue and who was handed over and never taken on. Invariant: an open claim's open episode
begins when the claim does; nobody who has a second record, or is claimed without such evidence, is overdue abroad.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile import schema
from reconcile.demo import assembly
from reconcile.demo.convictions import NO_DAY
from reconcile.demo.distortion import chosen
from reconcile.demo.people import Days
from reconcile.demo.recording import Rows
from reconcile.demo.tables import Ints, Texts, caseload, number, rate, texts
from reconcile.schema import OPEN_CLAIMS

Marks = NDArray[np.bool_]
Entry = tuple[Ints, int, dict[str, Any]]


def add(rows: Rows, first: Days, as_of: Days, alone: Marks, rng: np.random.Generator) -> dict[str, Any]:
    """Stays, travels, episodes, reviews, circulation, hand-overs; ``alone`` are records whose person has no other."""
    count = len(first)
    claim = np.isin(rows["status"], OPEN_CLAIMS)
    reviewed, circulated = _search(rows, claim, as_of, rng)
    return {
        "stays": _stays(rows, as_of, rng),
        "travels": _travels(rows, as_of, alone, rng),
        "episodes": _episodes(rows, first, claim, rng),
        "last_reviewed": assembly.date_column(reviewed),
        "circulated": circulated,
        "transferred_to": _handed_to(rows, chosen(count, number("histories", "transfer_unnamed"), rng), rng),
    }


def first_known(days: Days, others: Days) -> Days:
    """Each day, the other where it is not known."""
    found: Days = np.where(np.isnat(days), others, days)
    return found


def _dates(**columns: Days) -> dict[str, Any]:
    return {name: assembly.date_column(days) for name, days in columns.items()}


def _stays(rows: Rows, as_of: Days, rng: np.random.Generator) -> assembly.Column:
    """Some stay elsewhere once for long, some again and again at one address."""
    count = len(as_of)
    at = np.flatnonzero((rows["status"] == "located") & chosen(count, number("histories", "stays"), rng))
    entries: list[Entry] = []
    begin = as_of[at] - rng.integers(60, 340, len(at))
    for rank in range(3):
        here = np.flatnonzero(rng.random(len(at)) < (1.0, 0.4, 0.2)[rank])
        start = begin[here] + 18 * rank
        end = start + rng.integers(1, 9, len(here))
        told = np.where(
            chosen(len(here), number("histories", "stay_told"), rng), end + rng.integers(0, 3, len(here)), NO_DAY
        )
        entries.append((at[here], rank, {"place": "1", **_dates(start=start, end=end, notified=told)}))
    return assembly.list_column(schema.STAY, count, entries)


def _travels(rows: Rows, as_of: Days, alone: Marks, rng: np.random.Generator) -> assembly.Column:
    count = len(as_of)
    located = (rows["status"] == "located") & chosen(count, number("histories", "travels"), rng)
    overdue = located & alone & chosen(count, number("histories", "travel_overdue"), rng)
    lost = rows["evidence"] == "travel_return_overdue"
    lost &= np.isin(rows["status"], OPEN_CLAIMS)
    until = np.where(np.isnat(rows["missing"]), as_of - 30, rows["missing"])
    at = np.flatnonzero(located | lost)
    due: Days = np.where(
        lost, until, as_of - np.where(overdue, rng.integers(5, 40, count), rng.integers(1, 300, count))
    )[at]
    left: Days = due - rng.integers(3, 29, len(at))
    back = np.minimum(due + rng.choice([-1, 0, 0, 0, 1, 2], len(at)), as_of[at])
    back[(lost | overdue)[at]] = NO_DAY
    return assembly.list_column(schema.TRAVEL, count, [(at, 0, _dates(left=left, return_due=due, returned=back))])


def _episodes(rows: Rows, first: Days, claim: Marks, rng: np.random.Generator) -> assembly.Column:
    """Times of being missing that have ended, found in custody or at home; and the open one of each dated claim."""
    count = len(first)
    seen = first_known(rows["notified"], rows["contact"])
    room = ~np.isnat(first) & ~np.isnat(seen) & (seen - first > np.timedelta64(120, "D"))
    at = np.flatnonzero(room & chosen(count, number("histories", "episodes"), rng))
    long = np.maximum((rng.exponential(110, len(at)) + 2).astype(np.int64), 2)
    end: Days = seen[at] - (rng.random(len(at)) * ((seen - first)[at].astype(np.int64) - 100)).astype(np.int64)
    start = np.maximum(end - long, first[at] + 1)
    shares = rate("histories", "outcomes")
    outcome = texts(list(shares))[
        np.searchsorted(np.cumsum(list(shares.values()))[:-1], rng.random(len(at)), side="right")
    ]
    now = np.flatnonzero(claim & ~np.isnat(rows["missing"]))
    begun = assembly.date_column(rows["missing"][now], rows["missing_text"][now], rows["missing_last"][now])
    open_end = assembly.date_column(np.full(len(now), NO_DAY))
    return assembly.list_column(
        schema.EPISODE,
        count,
        [
            (at, 0, {**_dates(start=start, end=end), "outcome": outcome}),
            (now, 1, {"start": begun, "end": open_end}),
        ],
    )


def _search(rows: Rows, claim: Marks, as_of: Days, rng: np.random.Generator) -> tuple[Days, Texts]:
    """The last review of the enquiries and whether the person is circulated, of open claims."""
    count = len(as_of)
    stale = chosen(count, number("histories", "review_stale"), rng)
    reviewed = as_of - np.where(stale, rng.integers(200, 900, count), rng.integers(1, 90, count))
    reviewed = np.maximum(reviewed, np.where(np.isnat(rows["missing"]), reviewed, rows["missing"]))
    reviewed[~claim | chosen(count, number("histories", "review_missing"), rng)] = NO_DAY
    circulated = texts(["yes", "no", ""])[
        np.searchsorted(rate("histories", "circulated"), rng.random(count), side="right")
    ]
    circulated[~claim] = ""
    return reviewed, circulated


def _handed_to(rows: Rows, unnamed: Marks, rng: np.random.Generator) -> Texts:
    """The force a person was handed over to: that of the next record; of those without one, any, and never taken on."""
    slugs, count = caseload().values, len(rows["force"])
    order = np.lexsort((rows["step"], rows["person"]))
    after = np.append(order[1:], order[-1:])
    follows = (rows["person"][order] == rows["person"][after]) & (rows["force"][order] != rows["force"][after])
    force = rng.integers(len(slugs), size=count)
    force[order[follows]] = rows["force"][after[follows]]
    named = (rows["status"] == "transferred") & (force != rows["force"]) & ~unnamed
    return np.where(named, slugs[force], "").astype(object)
