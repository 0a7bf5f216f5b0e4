"""What forces hold of a person's duties: first and last notification, release, kind of home, exemptions, changes.

Decides nothing of who the person is or whether they are missing: it is drawn from a generator of its own, after all
else. Invariant: what it adds contradicts no column that was there before, and knows nothing of the rules it is judged
by.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile import schema
from reconcile.demo import assembly, whereabouts
from reconcile.demo.convictions import NO_DAY
from reconcile.demo.distortion import chosen
from reconcile.demo.people import Days
from reconcile.demo.recording import Rows
from reconcile.demo.tables import Ints, number, rate, read_toml

Marks = NDArray[np.bool_]


def add(rows: Rows, as_of: Days, rng: np.random.Generator) -> dict[str, Any]:
    """The columns of ``schema.RECORDS`` that tell a history, of rows with their last status and home.

    ``rows["notified"]`` of some people of no fixed abode is brought up to date, in place: they notify every week.
    """
    count = len(rows["person"])
    rough = np.isin(rows["address"], read_toml("streets.toml")["not_fixed"])
    alone = np.bincount(rows["person"])[rows["person"]] == 1
    _weekly(rows, rough & alone, as_of, rng)
    known = whereabouts.first_known(rows["notified"], rows["contact"])
    released = _released(rows, known)
    first = _first(rows, released, known, rng)
    residence = np.where(rough, "regularly_found", "sole_or_main").astype(object)
    residence[chosen(count, number("histories", "residence_missing"), rng)] = ""
    return {
        "first_notified": assembly.date_column(first),
        "last_notified": assembly.date_column(rows["notified"]),
        "released_on": assembly.date_column(released),
        "residence": residence,
        "exemptions": _exemptions(rows, released, first, as_of, rng),
        "events": _events(rows, released, first, rng),
        **whereabouts.add(rows, first, as_of, alone, rng),
    }


def _weekly(rows: Rows, rough: Marks, as_of: Days, rng: np.random.Generator) -> None:
    """People of no fixed abode were last there within the week, but for a few, in place."""
    here = rough & (rows["status"] == "located") & ~np.isnat(rows["notified"])
    kept = here & chosen(len(here), number("histories", "weekly_kept"), rng)
    day = as_of - rng.integers(0, 7, len(here))
    rows["notified"] = np.where(kept & (day > rows["date"]), day, rows["notified"])


def _released(rows: Rows, known: Days) -> Days:
    """The day of release from the sentence: halfway, and in any case well before the last notification."""
    served = rows["date"] + (np.maximum(rows["months"], 0) * 15.2).astype(np.int64)
    room = (known - rows["date"]).astype(np.int64)
    served = np.minimum(served, rows["date"] + (room * 0.6).astype(np.int64))
    fits = (rows["disposal"] == "imprisonment") & ~np.isnat(rows["date"]) & ~np.isnat(known) & (room > 10)
    found: Days = np.where(fits, served, NO_DAY)
    return found


def _first(rows: Rows, released: Days, known: Days, rng: np.random.Generator) -> Days:
    """The day of the initial notification: on the first three days at large, but for a few."""
    count = len(known)
    at_large = np.where(np.isnat(released), rows["date"], released)
    late = chosen(count, number("histories", "initial_late"), rng)
    day = at_large + np.where(late, rng.integers(3, 25, count), rng.integers(0, 3, count))
    day = np.where(day > known, known, day)
    day[(day < at_large) | np.isnat(at_large)] = NO_DAY
    day[chosen(count, number("histories", "first_missing"), rng)] = NO_DAY
    return day


def _between(first: Days, last: Days, share: NDArray[np.float64]) -> Days:
    """A day at a share of the way from one to the other."""
    found: Days = first + ((last - first).astype(np.int64) * share).astype(np.int64)
    return found


def _exemptions(rows: Rows, released: Days, first: Days, as_of: Days, rng: np.random.Generator) -> assembly.Column:
    count, status = len(first), rows["status"]
    seen = whereabouts.first_known(rows["notified"], first)
    entries: list[tuple[Ints, int, dict[str, Any]]] = []

    def put(where: Marks, rank: int, kind: str, start: Days, end: Days) -> None:
        at = np.flatnonzero(where)
        days = {name: assembly.date_column(each[at]) for name, each in (("start", start), ("end", end))}
        entries.append((at, rank, {"kind": kind, **days}))

    put(~np.isnat(released), 0, "custody", rows["date"], released)
    room = ~np.isnat(first) & (seen - first > np.timedelta64(200, "D"))
    for rank, kind in enumerate(("custody", "hospital", "abroad"), start=1):
        start = _between(first, seen, rng.random(count) * 0.6)
        end = _between(start, seen, rng.random(count) * 0.6 + 0.1)
        put(room & chosen(count, rate("histories", "exempt_before")[kind], rng), rank, kind, start, end)
    for word, kind in (("in_custody", "custody"), ("in_hospital", "hospital"), ("abroad_known", "abroad")):
        start = _between(seen, as_of, rng.random(count))
        put((status == word) & ~np.isnat(seen), 4, kind, start, np.full(count, NO_DAY))
    return assembly.list_column(schema.EXEMPTION, count, entries)


def _events(rows: Rows, released: Days, first: Days, rng: np.random.Generator) -> assembly.Column:
    """The changes a record shows, each notified on the first three days, late, or not at all."""
    count, last = len(first), rows["notified"]
    entries: list[tuple[Ints, int, dict[str, Any]]] = []
    room = ~np.isnat(first) & ~np.isnat(last) & (last - first > np.timedelta64(60, "D"))
    shown = {
        "release": ~np.isnat(released) & ~np.isnat(first),
        "name": room & (rows["former_surname"] != ""),
        "address": room & (rows["before_postcode"] != ""),
        "prescribed": room & chosen(count, number("histories", "prescribed"), rng),
    }
    for rank, (kind, where) in enumerate(shown.items()):
        at = np.flatnonzero(where)
        lag = np.select(
            [chosen(len(at), number("histories", "change_late"), rng)],
            [rng.integers(3, 45, len(at))],
            rng.integers(0, 3, len(at)),
        )
        notified = _between(first[at] + 46, last[at], rng.random(len(at)))
        happened = notified - lag
        if kind == "release":
            notified, happened = first[at], released[at]
        advance = np.where(
            chosen(len(at), number("histories", "advance"), rng), happened + rng.integers(-1, 3, len(at)), NO_DAY
        )
        advance[kind != "address"] = NO_DAY
        never = chosen(len(at), number("histories", "change_never") * (kind != "release"), rng)
        notified[never] = NO_DAY
        columns = {"happened": happened, "notified": notified, "advance": advance}
        entries.append(
            (at, rank, {"kind": kind, **{name: assembly.date_column(each) for name, each in columns.items()}})
        )
    return assembly.list_column(schema.EVENT, count, entries)
