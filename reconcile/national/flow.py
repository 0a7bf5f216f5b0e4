"""Who went missing and who was found in a period: flow, told only by forces that send closed episodes.

Decides which episodes began and ended in a period. Invariant: a force without a closed episode is CANNOT_TELL and in
no sum; an entry that was corrected was never missing and is neither new nor found; a date that may lie in the period,
and an end that is not said how, widen the figure and do not settle it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national.claims import cuts
from reconcile.notification.columns import Days, Span, Strings, days, span, text
from reconcile.notification.days import corresponding

if TYPE_CHECKING:
    from reconcile.forces import Force

CANNOT_TELL: Final = "CANNOT_TELL"
YEAR: Final = "last_12_months"
SINCE: Final = "since_last_release"
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Episodes:
    """Episodes of one length: the force's slug, first and last day, how each ended and whether, the extract's day."""

    force: Strings
    start: Span
    end: Span
    closed: Bools
    outcome: Strings
    as_of: Days

    def where(self, rows: Bools) -> "Episodes":
        start, end = (Span(each.lo[rows], each.hi[rows]) for each in (self.start, self.end))
        return Episodes(self.force[rows], start, end, self.closed[rows], self.outcome[rows], self.as_of[rows])


def episodes(records: pa.Table) -> Episodes:
    """Every episode the forces sent, and for an open claim whose record names no open one, the claim itself."""
    held = records["episodes"].combine_chunks()
    rows, inner = pc.list_parent_indices(held), pc.list_flatten(held)
    sent = _table(
        {
            "force": records["force"].take(rows),
            "start": pc.struct_field(inner, "start"),
            "end": pc.struct_field(inner, "end"),
            "outcome": pc.struct_field(inner, "outcome"),
            "as_of": records["as_of"].take(rows),
        }
    )
    going_on = np.asarray(rows)[np.asarray(pc.is_null(sent["end"]), dtype=bool)]
    claims = np.asarray(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS)), dtype=bool)
    claims[going_on] = False
    own = records.filter(pa.array(claims))
    claimed = _table(
        {
            "force": own["force"],
            "start": own["missing_since"],
            "end": pa.nulls(len(own), schema.PARTIAL_DATE),
            "outcome": pa.nulls(len(own), pa.string()),
            "as_of": own["as_of"],
        }
    )
    every = pa.concat_tables([sent, claimed])
    closed = np.asarray(pc.is_valid(every["end"]), dtype=bool)
    return Episodes(
        text(every["force"]),
        span(every["start"]),
        span(every["end"]),
        closed,
        text(every["outcome"]),
        days(every["as_of"]),
    )


def _table(columns: dict[str, Any]) -> pa.Table:
    return pa.table(columns)


def flow(
    records: pa.Table, forces: "Sequence[Force]", since: Mapping[str, dt.date] | None = None
) -> dict[str, dict[str, Any]]:
    """Flow by period and by the force's name; a force that cannot tell has CANNOT_TELL in place of figures.

    Args:
        records: ``schema.RECORDS``.
        forces: of whom to tell.
        since: by slug, the day the force's extract in the last release of another cycle speaks of; None before one.
    """
    every = episodes(records)
    found: dict[str, dict[str, Any]] = {YEAR: {}, SINCE: {}}
    for force in forces:
        own = every.where(np.asarray(every.force == force.slug))
        tells = bool(own.closed.any())
        after = corresponding(own.as_of, -int(cuts()["flow"]["months"]))
        found[YEAR][force.name] = in_period(own, after) if tells else CANNOT_TELL
        before = (since or {}).get(force.slug)
        moment = np.full(len(own.as_of), np.datetime64(before or "NaT", "D"))
        found[SINCE][force.name] = in_period(own, moment) if tells and before else CANNOT_TELL
    return found


def in_period(own: Episodes, after: Days) -> dict[str, Any]:
    """What began and ended after a day and not after the extract's, at least and at most; median days to find."""
    table = cuts()["flow"]
    ended_so = np.isin(own.outcome, table["found"])
    never = np.isin(own.outcome, table["never"])
    not_said = own.closed & (own.outcome == "")
    timed = own.closed & ended_so & _certainly(own.end, after, own.as_of) & (own.start.lo == own.start.hi)
    timed &= own.end.lo == own.end.hi
    took = (own.end.lo - own.start.lo)[timed].astype(np.int64)
    return {
        "new": _counted(own, own.start, ~never & ~not_said, ~never, after),
        "found": _counted(own, own.end, own.closed & ended_so, own.closed & (ended_so | not_said), after),
        "ended_otherwise": _counted(own, own.end, own.closed & ~ended_so & ~not_said, own.closed & ~ended_so, after),
        "median_days_to_find": float(np.median(took)) if len(took) else None,
        "timed": len(took),
    }


def all_forces(by_force: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the forces that can tell added up, and how many they are; no median, which does not add up."""
    told = [each for each in by_force.values() if each != CANNOT_TELL]
    return {
        "forces": len(told),
        **{
            name: {bound: sum(each[name][bound] for each in told) for bound in ("low", "high")} if told else CANNOT_TELL
            for name in ("new", "found", "ended_otherwise")
        },
    }


def _counted(own: Episodes, when: Span, surely: Bools, perhaps: Bools, after: Days) -> dict[str, int]:
    may = ~when.known | ((when.hi > after) & (when.lo <= own.as_of))
    return {"low": int((surely & _certainly(when, after, own.as_of)).sum()), "high": int((perhaps & may).sum())}


def _certainly(when: Span, after: Days, until: Days) -> Bools:
    return np.asarray((when.lo > after) & (when.hi <= until))
