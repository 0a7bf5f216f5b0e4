"""Accepted rows as records of the canonical schema, each column by the steps it names.

Decides the meaning of every column of ``schema.RECORDS``; read ``SPECIFICATION``, it says how. Invariant: one row
gives one record; records are sorted by record id, so the order of rows leaves no trace; what a force wrote is kept
as written beside what it means.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake import people
from reconcile.intake.absence import Separated, separate
from reconcile.intake.distinct import each
from reconcile.intake.read.rows import ROW_NUMBER
from reconcile.intake.words import recognised
from reconcile.values import dates

HORIZON: Final[Mapping[str, int]] = {
    "birth_date": -10,
    "missing_since": 0,
    "last_contact": 0,
    "last_notified": 0,
    "conviction_date": 0,
    "order_end": 50,
    "period_end": 50,
    "risk_assessed_on": 0,
}
"""The latest year a two-digit year can mean, in years after the extract's own."""

_MONTHS: Final = re.compile(r"(\d{1,4})\s*(?:m|mths?|months?)?", re.IGNORECASE)
_YEARS: Final = re.compile(r"(\d{1,2})\s*(?:y|yrs?|years?)(?:\s*(\d{1,2})\s*(?:m|mths?|months?))?", re.IGNORECASE)

Step = Callable[[Separated, Profile, dt.date], Any]
"""Makes one column of the records from the separated rows, the profile and the day the extract speaks of."""


def date_column(rows: Any, field: str, profile: Profile, as_of: dt.date) -> Any:
    """A date field as ``schema.PARTIAL_DATE``, read in the order of the force's profile."""
    return dates.parse_column(rows[field], profile.format.date_order, as_of.year + HORIZON[field])


def months(column: Any) -> Any:
    """Lengths such as "18", "18 months" or "3 years 6 months" as int32 months; null where unreadable."""

    def judge(text: str) -> int | None:
        if found := _MONTHS.fullmatch(text.strip()):
            return int(found[1])
        if found := _YEARS.fullmatch(text.strip()):
            return int(found[1]) * 12 + int(found[2] or 0)
        return None

    return each(column, judge, pa.int32())


def as_sent(field: str) -> Step:
    """The force's own text, trimmed."""
    return lambda found, _profile, _as_of: found.rows[field]


def as_word(field: str) -> Step:
    """The canonical word for the force's code."""
    return lambda found, profile, _as_of: recognised(field, found.rows[field], profile)


def as_date(field: str) -> Step:
    """The interval of days the text can mean, and the text."""
    return lambda found, profile, as_of: date_column(found.rows, field, profile, as_of)


def as_months(field: str) -> Step:
    """A length in months."""
    return lambda found, _profile, _as_of: months(found.rows[field])


def the_force(_found: Separated, profile: Profile, _as_of: dt.date) -> str:
    return profile.force.slug


def the_day(_found: Separated, _profile: Profile, as_of: dt.date) -> dt.date:
    return as_of


def force_and_local_id(found: Separated, profile: Profile, _as_of: dt.date) -> Any:
    join: Any = pc.binary_join_element_wise
    return join(profile.force.slug, found.rows["local_id"], ":")


SPECIFICATION: Final[Mapping[str, Step]] = {
    "record_id": force_and_local_id,
    "force": the_force,
    "local_id": as_sent("local_id"),
    "as_of": the_day,
    "names": people.names,
    "sex": as_word("sex"),
    "birth_date": as_date("birth_date"),
    "place_of_birth": as_sent("place_of_birth"),
    "identifiers": people.identifiers,
    "addresses": people.addresses,
    "status": as_word("status"),
    "status_text": as_sent("status"),
    "missing_since": as_date("missing_since"),
    "last_contact": as_date("last_contact"),
    "last_notified": as_date("last_notified"),
    "overseas_evidence": as_word("overseas_evidence"),
    "conviction_date": as_date("conviction_date"),
    "conviction_court": as_sent("conviction_court"),
    "conviction_country": as_word("conviction_country"),
    "offence": as_sent("offence"),
    "basis": as_word("basis"),
    "disposal": as_word("disposal"),
    "sentence_months": as_months("sentence_months"),
    "order_end": as_date("order_end"),
    "period_end": as_date("period_end"),
    "risk_level": as_word("risk_level"),
    "risk_tool": as_word("risk_tool"),
    "risk_assessed_on": as_date("risk_assessed_on"),
    "absent": people.absent,
}


def standardise(rows: Any, profile: Profile, as_of: dt.date, sha256: str) -> tuple[pa.Table, pa.Table]:
    """Accepted canonical rows as (``schema.RECORDS``, ``schema.PROVENANCE``), both sorted by record id."""
    found = separate(rows, profile)
    columns = {name: _column(step(found, profile, as_of), rows.num_rows) for name, step in SPECIFICATION.items()}
    records = pa.table([columns[name] for name in schema.RECORDS.names], schema=schema.RECORDS)
    order = pc.sort_indices(records["record_id"])
    records = records.take(order)
    provenance = pa.table(
        [
            records["record_id"],
            records["force"],
            pa.repeat(sha256, rows.num_rows),
            rows[ROW_NUMBER].take(order),
        ],
        schema=schema.PROVENANCE,
    )
    return records, provenance


def _column(values: Any, count: int) -> Any:
    if isinstance(values, str | dt.date):
        return pa.repeat(values, count)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
