"""Accepted rows as records of the canonical schema, each column by the steps it names.

Decides the meaning of every column of ``schema.RECORDS``; read ``SPECIFICATION``, it says how, step by step, and
``docs/standardising.md`` says it in sentences. Invariant: one row gives one record; records are sorted by record id, so
the order of rows leaves no trace; what a force wrote is kept as written beside what it means.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.forces.lists import LISTS
from reconcile.intake import histories, people
from reconcile.intake.absence import Separated, separate
from reconcile.intake.as_sent import as_sent
from reconcile.intake.distinct import each, whole
from reconcile.intake.read.rows import ROW_NUMBER
from reconcile.intake.words import recognised
from reconcile.nested import lists
from reconcile.values import dates

HORIZON: Final[Mapping[str, int]] = {
    "birth_date": -10,
    "missing_since": 0,
    "last_contact": 0,
    "first_notified": 0,
    "last_notified": 0,
    "released_on": 0,
    "last_reviewed": 0,
    "conviction_date": 0,
    "order_end": 50,
    "period_end": 50,
    "risk_assessed_on": 0,
}
"""The latest year a two-digit year can mean, in years after the extract's own."""

PIECE: Final = 1 << 16
"""Rows made into records at a time."""
_MONTHS: Final = re.compile(r"(\d{1,4})\s*(?:m|mths?|months?)?", re.IGNORECASE)
_YEARS: Final = re.compile(r"(\d{1,2})\s*(?:y|yrs?|years?)(?:\s*(\d{1,2})\s*(?:m|mths?|months?))?", re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """What every step may look at: the rows with absent cells taken out, the profile, the day the extract speaks of."""

    found: Separated
    profile: Profile
    as_of: dt.date
    made: dict[str, Any] = field(default_factory=dict)
    """The columns made before this one, by name."""


@dataclass(frozen=True)
class Step:
    """``reads``: what it does, in words. ``run``: what the steps before it have made, and what this one makes of it;
    None before the first. ``field``: the canonical field it takes, "" where it takes none."""

    reads: str
    run: Callable[[Any, Given], Any]
    field: str = ""


Steps = tuple[Step, ...]


def date_column(rows: Any, field: str, profile: Profile, as_of: dt.date) -> Any:
    """A date field as ``schema.PARTIAL_DATE``, read in the order of the force's profile."""
    if rows[field].null_count == rows.num_rows:
        return pa.nulls(rows.num_rows, schema.PARTIAL_DATE)
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


def cell(field: str) -> Step:
    """Begin with the cells of a field, absent ones blank."""
    return Step("the cell, blank where absent", lambda _, on: on.found.rows[field], field)


def coded_word(field: str) -> Step:
    """Turn codes into canonical words."""
    named = "; of a force also its full name" if field == "transferred_to" else ""
    return Step(
        f"the canonical word for the force's code, by the profile; else the canonical word itself{named}",
        lambda column, on: recognised(field, column, on.profile),
    )


def partial_date(field: str) -> Step:
    """Read dates."""
    horizon = HORIZON[field]
    latest = f"{abs(horizon)} years {'after' if horizon >= 0 else 'before'} the extract" if horizon else "the extract's"
    return Step(
        f"the days it can mean, in the profile's order of day and month; a two-digit year at most {latest}; the text",
        lambda _, on: date_column(on.found.rows, field, on.profile, on.as_of),
    )


def further_names(field: str) -> Step:
    """Add the names of a field to those before them."""
    apart = ", apart at the profile's list separator" if field in people.LISTS else ""
    surname = "; alone, a surname" if field == "maiden_name" else ""
    return Step(
        f"then each {people.OTHER_NAMES[field]} name{apart}; placeholders left out{surname}",
        lambda parts, on: [*parts, people.further_names(on.found.rows, field, on.profile)],
        field,
    )


def as_list(kind: Any) -> Step:
    """Put the parts together, a list a record."""
    return Step("a list a record, in this order", lambda parts, on: lists(on.found.rows.num_rows, parts, kind))


def entries(name: str) -> Step:
    """Put the columns of a list side by side."""
    place = "; an address as a running number within the record" if name == "stays" else ""
    return Step(
        "an entry for each position of the columns, apart at the profile's list separator; dates and codes as elsewhere"
        f"{place}; where a column is absent, its dates have no days",
        lambda _, on: [histories.entries(name, on.found, on.profile, on.as_of.year)],
        ", ".join(LISTS[name].columns),
    )


FORCE: Final = Step("the force's slug", lambda _, on: on.profile.force.slug)
AS_OF: Final = Step("the day of the manifest", lambda _, on: on.as_of)
RECORD_ID: Final = Step("the force's slug, a colon, the local id", lambda _, on: _record_ids(on), "local_id")
MONTHS: Final = Step('whole months, of "18", "18 months" or "3 years 6 months"', lambda column, _: months(column))
CURRENT_NAME: Final = Step(
    "the current name: given names and surname where sent, else the full name, in two where it is SURNAME, Given",
    lambda _, on: [people.current_name(on.found.rows)],
    "given_names, surname, full_name",
)
IDENTIFIERS: Final = Step(
    "each identifier in its scheme's form with the check of its letter; a placeholder is kept and marked",
    lambda _, on: people.identifiers(on.found.rows, on.as_of.year),
    "identifiers",
)
CURRENT_ADDRESS: Final = Step(
    'the current address where any part is known, as sent; the postcode as "AA9A 9AA" where it is one',
    lambda _, on: [people.current_address(on.found.rows)],
    "address, town, postcode",
)
PREVIOUS_POSTCODES: Final = Step(
    "then each previous postcode, apart at the profile's list separator",
    lambda parts, on: [*parts, people.previous_postcodes(on.found.rows, on.profile)],
    "previous_postcodes",
)
ABSENT: Final = Step(
    "each absent cell and each placeholder among the names: field, reason, and what the force wrote",
    lambda _, on: people.absent_fields(on.found, on.profile),
)

SENT: Final = Step(
    "what the force wrote, wherever a code, length, identifier or postcode reads otherwise above: field and text",
    lambda _, on: as_sent(on.found, on.made, on.profile),
)

SPECIFICATION: Final[Mapping[str, Steps]] = {
    "record_id": (RECORD_ID,),
    "force": (FORCE,),
    "local_id": (cell("local_id"),),
    "as_of": (AS_OF,),
    "names": (
        CURRENT_NAME,
        further_names("maiden_name"),
        further_names("deed_poll_name"),
        further_names("previous_names"),
        further_names("aliases"),
        as_list(schema.NAME),
    ),
    "sex": (cell("sex"), coded_word("sex")),
    "birth_date": (cell("birth_date"), partial_date("birth_date")),
    "place_of_birth": (cell("place_of_birth"),),
    "identifiers": (IDENTIFIERS, as_list(schema.IDENTIFIER)),
    "addresses": (CURRENT_ADDRESS, PREVIOUS_POSTCODES, as_list(schema.ADDRESS)),
    "status": (cell("status"), coded_word("status")),
    "status_text": (cell("status"),),
    "missing_since": (cell("missing_since"), partial_date("missing_since")),
    "last_contact": (cell("last_contact"), partial_date("last_contact")),
    "first_notified": (cell("first_notified"), partial_date("first_notified")),
    "last_notified": (cell("last_notified"), partial_date("last_notified")),
    "released_on": (cell("released_on"), partial_date("released_on")),
    "residence": (cell("residence"), coded_word("residence")),
    "exemptions": (entries("exemptions"), as_list(schema.EXEMPTION)),
    "events": (entries("events"), as_list(schema.EVENT)),
    "stays": (entries("stays"), as_list(schema.STAY)),
    "travels": (entries("travels"), as_list(schema.TRAVEL)),
    "episodes": (entries("episodes"), as_list(schema.EPISODE)),
    "last_reviewed": (cell("last_reviewed"), partial_date("last_reviewed")),
    "circulated": (cell("circulated"), coded_word("circulated")),
    "transferred_to": (cell("transferred_to"), coded_word("transferred_to")),
    "overseas_evidence": (cell("overseas_evidence"), coded_word("overseas_evidence")),
    "conviction_date": (cell("conviction_date"), partial_date("conviction_date")),
    "conviction_court": (cell("conviction_court"),),
    "conviction_country": (cell("conviction_country"), coded_word("conviction_country")),
    "offence": (cell("offence"),),
    "basis": (cell("basis"), coded_word("basis")),
    "disposal": (cell("disposal"), coded_word("disposal")),
    "sentence_months": (cell("sentence_months"), MONTHS),
    "order_end": (cell("order_end"), partial_date("order_end")),
    "period_end": (cell("period_end"), partial_date("period_end")),
    "risk_level": (cell("risk_level"), coded_word("risk_level")),
    "risk_tool": (cell("risk_tool"), coded_word("risk_tool")),
    "risk_assessed_on": (cell("risk_assessed_on"), partial_date("risk_assessed_on")),
    "absent": (ABSENT, as_list(schema.ABSENT)),
    "as_sent": (SENT, as_list(schema.SENT)),
}


def standardise(rows: Any, profile: Profile, as_of: dt.date, sha256: str) -> tuple[pa.Table, pa.Table]:
    """Accepted canonical rows as (``schema.RECORDS``, ``schema.PROVENANCE``), both sorted by record id."""
    found = [_standardised(piece, profile, as_of, sha256) for piece in _by_record_id(rows)]
    records, provenance = zip(*found, strict=True)
    return pa.concat_tables(records), pa.concat_tables(provenance)


def _standardised(rows: pa.Table, profile: Profile, as_of: dt.date, sha256: str) -> tuple[pa.Table, pa.Table]:
    """The records and provenance of some of the rows, in their order."""
    given = Given(separate(rows, profile), profile, as_of)
    for name in schema.RECORDS.names:
        given.made[name] = _made(SPECIFICATION[name], given)
    records = pa.table([given.made[name] for name in schema.RECORDS.names], schema=schema.RECORDS)
    provenance = pa.table(
        [records["record_id"], records["force"], pa.repeat(sha256, rows.num_rows), rows[ROW_NUMBER]],
        schema=schema.PROVENANCE,
    )
    return records, provenance


def _made(steps: Steps, given: Given) -> Any:
    value = None
    for step in steps:
        value = step.run(value, given)
    if isinstance(value, str | dt.date):
        return pa.repeat(value, given.found.rows.num_rows)
    return whole(value)


def _by_record_id(rows: Any) -> Iterator[pa.Table]:
    """The rows in the order of their record ids, a piece at a time.

    Local ids sort as record ids do, as all of them begin with the same force. Sorted as flat texts: lists of names and
    addresses cost many times as much to move.
    """
    # What is made on the way to a record is many times the record: of a piece it stays in memory that is at hand, of
    # a million rows it is new memory, which costs more than what is done with it.
    starts = range(0, max(rows.num_rows, 1), PIECE)
    order = np.asarray(pc.sort_indices(whole(rows["local_id"])))
    if (order[1:] > order[:-1]).all():
        yield from (rows.slice(start, PIECE) for start in starts)
        return
    columns = {name: whole(rows[name]) for name in rows.column_names}
    blank = {name: column.null_count == len(column) for name, column in columns.items()}
    for start in starts:
        places: Any = pa.array(order[start : start + PIECE])
        yield pa.table({name: c.slice(start, PIECE) if blank[name] else c.take(places) for name, c in columns.items()})


def _record_ids(given: Given) -> Any:
    join: Any = pc.binary_join_element_wise
    return join(given.profile.force.slug, given.found.rows["local_id"], ":")
