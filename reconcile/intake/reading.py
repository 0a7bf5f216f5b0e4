"""What the suites look at: for each cell a word or a number about it, never the cell.

Decides which questions can be asked of a row; the answers that pass are in ``expectations/``. Invariant: nothing a
force wrote is in a reading, so nothing of it can come to stand in a result, a log or an exception.
"""

import datetime as dt
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake.columns import IDENTIFIER, NAMES
from reconcile.intake.cross_reading import DATES, cross_fields, days, duplicates, years
from reconcile.intake.distinct import each
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER, UNDEFINED
from reconcile.intake.standardise import date_column, months
from reconcile.intake.words import recognised
from reconcile.values import identifier_columns, placeholders, places

SCHEME_START: Final = dt.date(1997, 9, 1)
"""The Sex Offenders Act 1997 came into force: nobody was on a register before."""
CHECKED: Final = ("pnc", "cro", "nomis", "crn", "ni_number")
"""The schemes whose numbers have a check letter or a public form."""


def read_cells(rows: Any, profile: Profile, as_of: dt.date) -> Any:
    """The readings of canonical ``rows`` whose absent cells are null, one Arrow column a question.

    Words are strings, ages whole years, days int32; a blank or absent cell reads null. The ``KEYS`` of
    ``reconcile.intake.cross_reading`` are numbers that equal cells share.
    """
    status = recognised("status", rows["status"], profile)
    claim = pc.fill_null(pc.is_in(status, value_set=pa.array(schema.OPEN_CLAIMS)), False)
    dates = {field: date_column(rows, field, profile, as_of) for field in DATES}
    birth, missing = dates["birth_date"], dates["missing_since"]
    the_day = pa.scalar(as_of, pa.date32())
    undefined = pc.fill_null(pc.equal(rows[ROW_FAULT], pa.scalar(UNDEFINED)), False)
    readings = {
        "shape": pc.if_else(undefined, pa.scalar("whole"), pc.coalesce(rows[ROW_FAULT], pa.scalar("whole"))),
        "bytes": pc.if_else(undefined, "undefined", "defined"),
        "characters": _characters(rows),
        "local_id": rows["local_id"].combine_chunks().dictionary_encode().indices,
        "name": _present(pc.coalesce(*(rows[field] for field in NAMES))),
        "birth_date": _readable(birth),
        "birth_days_after_as_of": days(the_day, _lo(birth)),
        "age_at_most": years(_lo(birth), the_day),
        "age_at_least": years(_hi(birth), the_day),
        "sex": _known(rows, "sex", profile),
        "status_given": _present(rows["status"]),
        "status": _known(rows, "status", profile),
        "missing_since": _readable(missing),
        "missing_days_after_as_of": days(the_day, _lo(missing)),
        "missing_days_after_scheme_start": days(pa.scalar(SCHEME_START, pa.date32()), _hi(missing)),
        "claim_date": pc.if_else(claim, pc.if_else(pc.is_valid(_lo(missing)), "dated", "undated"), _none()),
        "postcode": each(rows["postcode"], _postcode, pa.string()),
        "overseas_evidence": _known(rows, "overseas_evidence", profile),
        "risk_level": _known(rows, "risk_level", profile),
        "sentence_months": _read(rows["sentence_months"], months(rows["sentence_months"])),
        **{scheme: _check(rows, scheme, as_of) for scheme in CHECKED},
        **cross_fields(rows, profile, as_of, dates),
        **duplicates(rows, birth, as_of),
    }
    return pa.table(readings)


def read_extract(sent: Any, as_of: dt.date, record_count: int, latest: dt.date | None) -> dict[str, Any]:
    """The readings of an extract as a whole, the same on each of its rows.

    Args:
        sent: its canonical rows as sent, absent cells not yet taken out.
        as_of: the day its manifest says it speaks of.
        record_count: how many rows its manifest says it holds.
        latest: the last day of which an extract of the cycle can speak; None where none is known.
    """
    words = {
        "records_counted": "as_manifest" if sent.num_rows == record_count else "otherwise",
        "as_of": "after_cycle" if latest is not None and as_of > latest else "in_cycle",
        **{
            f"{field}_sent": "never" if sent[field].null_count == sent.num_rows else "sent"
            for field in ("birth_date", "sex")
        },
    }
    return {name: pa.repeat(word, sent.num_rows) for name, word in words.items()}


def _characters(rows: Any) -> Any:
    """Whether a cell of the row holds a control character; line breaks are let be but in a local id."""
    found = pc.match_substring_regex(rows["local_id"], "[\\x00-\\x1f\\x7f]")
    for name in set(rows.column_names) - {ROW_NUMBER, "local_id"}:
        here = pc.match_substring_regex(rows[name], "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]")
        found = pc.or_(pc.fill_null(found, False), pc.fill_null(here, False))
    return pc.if_else(pc.fill_null(found, False), "control", "plain")


def _none() -> Any:
    return pa.scalar(None, pa.string())


def _present(column: Any) -> Any:
    return pc.if_else(pc.is_valid(column), "present", _none())


def _read(sent: Any, found: Any) -> Any:
    return pc.if_else(pc.is_valid(sent), pc.if_else(pc.is_valid(found), "readable", "unreadable"), _none())


def _known(rows: Any, field: str, profile: Profile) -> Any:
    found = recognised(field, rows[field], profile)
    return pc.if_else(pc.is_valid(rows[field]), pc.if_else(pc.is_valid(found), "known", "unknown"), _none())


def _readable(dates: Any) -> Any:
    lo, hi = _lo(dates), _hi(dates)
    other = pc.if_else(pc.is_valid(lo), "partial", "unreadable")
    kind = pc.if_else(pc.fill_null(pc.equal(lo, hi), False), "day", other)
    return pc.if_else(pc.is_valid(dates), kind, _none())


def _lo(dates: Any) -> Any:
    return pc.struct_field(dates, "lo")


def _hi(dates: Any) -> Any:
    return pc.struct_field(dates, "hi")


def _postcode(text: str) -> str:
    if placeholders.is_placeholder("postcode", places.postcode(text)):
        return "placeholder"
    return "postcode" if places.is_postcode(text) else "other"


def _check(rows: Any, scheme: str, as_of: dt.date) -> Any:
    if IDENTIFIER + scheme not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return pc.struct_field(identifier_columns.parse_column(scheme, rows[IDENTIFIER + scheme], as_of.year), "check")
