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
from reconcile.intake.distinct import each
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER
from reconcile.intake.standardise import date_column, months
from reconcile.intake.words import recognised
from reconcile.values import identifier_columns, placeholders, places

SCHEME_START: Final = dt.date(1997, 9, 1)
"""The Sex Offenders Act 1997 came into force: nobody was on a register before."""


def read_cells(rows: Any, profile: Profile, as_of: dt.date, record_count: int) -> Any:
    """The readings of canonical ``rows`` whose absent cells are null, one Arrow column a question.

    Words are strings, ages whole years, days int32; a blank or absent cell reads null. ``local_id`` is a number
    that equal local ids share.
    """
    status = recognised("status", rows["status"], profile)
    claim = pc.fill_null(pc.is_in(status, value_set=pa.array(schema.OPEN_CLAIMS)), False)
    birth, missing, notified = (
        date_column(rows, field, profile, as_of) for field in ("birth_date", "missing_since", "last_notified")
    )
    readings = {
        "shape": pc.coalesce(rows[ROW_FAULT], pa.scalar("whole")),
        "characters": _characters(rows),
        "records_counted": pa.repeat("as_manifest" if rows.num_rows == record_count else "otherwise", rows.num_rows),
        "local_id": rows["local_id"].combine_chunks().dictionary_encode().indices,
        "name": _present(pc.coalesce(*(rows[field] for field in NAMES))),
        "birth_date": _readable(birth),
        "birth_days_after_as_of": _days(_lo(birth), as_of),
        "age_at_most": _age(_lo(birth), as_of),
        "age_at_least": _age(pc.struct_field(birth, "hi"), as_of),
        "sex": _known(rows, "sex", profile),
        "status_given": _present(rows["status"]),
        "status": _known(rows, "status", profile),
        "missing_since": _readable(missing),
        "missing_days_after_as_of": _days(_lo(missing), as_of),
        "missing_days_after_scheme_start": _days(pc.struct_field(missing, "hi"), SCHEME_START),
        "claim_date": pc.if_else(claim, pc.if_else(pc.is_valid(_lo(missing)), "dated", "undated"), _none()),
        "days_notified_after_missing": pc.if_else(claim, _gap(_lo(notified), pc.struct_field(missing, "hi")), None),
        "postcode": each(rows["postcode"], _postcode, pa.string()),
        "overseas_evidence": _known(rows, "overseas_evidence", profile),
        "risk_level": _known(rows, "risk_level", profile),
        "sentence_months": _read(rows["sentence_months"], months(rows["sentence_months"])),
        **{scheme: _check(rows, scheme, as_of) for scheme in ("pnc", "cro")},
    }
    return pa.table(readings)


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
    lo, hi = _lo(dates), pc.struct_field(dates, "hi")
    other = pc.if_else(pc.is_valid(lo), "partial", "unreadable")
    kind = pc.if_else(pc.fill_null(pc.equal(lo, hi), False), "day", other)
    return pc.if_else(pc.is_valid(dates), kind, _none())


def _lo(dates: Any) -> Any:
    return pc.struct_field(dates, "lo")


def _days(dates: Any, since: dt.date) -> Any:
    return _gap(dates, pa.scalar(since, pa.date32()))


def _gap(later: Any, earlier: Any) -> Any:
    return pc.subtract(pc.cast(later, pa.int32()), pc.cast(earlier, pa.int32()))


def _age(born: Any, as_of: dt.date) -> Any:
    """Whole years from ``born`` to ``as_of``; null where born later."""
    day = pc.add(pc.multiply(pc.month(born), 100), pc.day(born))
    to_come = pc.greater(day, pa.scalar(as_of.month * 100 + as_of.day))
    years = pc.subtract(pc.subtract(as_of.year, pc.year(born)), pc.cast(to_come, pa.int64()))
    return pc.if_else(pc.less_equal(born, pa.scalar(as_of, pa.date32())), years, pa.scalar(None, pa.int64()))


def _postcode(text: str) -> str:
    if placeholders.is_placeholder("postcode", places.postcode(text)):
        return "placeholder"
    return "postcode" if places.is_postcode(text) else "other"


def _check(rows: Any, scheme: str, as_of: dt.date) -> Any:
    if IDENTIFIER + scheme not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return pc.struct_field(identifier_columns.parse_column(scheme, rows[IDENTIFIER + scheme], as_of.year), "check")
