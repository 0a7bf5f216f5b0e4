"""The open claims as one table: what each force says of whom, since when.

Decides what is counted. Invariant: one row an open claim, whatever else is known of the person; every count of
claims anywhere in a release is a count of these rows.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.notification import predicates
from reconcile.notification.columns import Days, Span, Strings, days, span
from reconcile.notification.days import corresponding
from reconcile.notification.overseas import overseas_grade
from reconcile.notification.rules import rules
from reconcile.notification.verdict import VALUES

CLAIMS = pa.schema(
    [
        ("national_id", pa.string()),
        ("record_id", pa.string()),
        ("force", pa.string()),
        ("status", pa.string()),
        ("status_text", pa.string()),
        ("missing_since", schema.PARTIAL_DATE),
        ("as_of", pa.date32()),
        ("year_lost", pa.string()),  # or UNDATED
        ("length", pa.string()),  # band of how long missing, UNDATED, or CANNOT_TELL
        ("over_a_decade", pa.string()),
        ("overseas_evidence", pa.string()),
        ("suspected_overseas", pa.string()),
        ("risk_level", pa.string()),
    ]
)


@cache
def cuts() -> Mapping[str, Any]:
    """How the figures are cut: the tables of ``figures.toml``."""
    return tomllib.loads(files(__package__).joinpath("figures.toml").read_text(encoding="utf-8"))


def open_claims(records: pa.Table, identities: pa.Table) -> pa.Table:
    """The open claims among ``schema.RECORDS`` as ``CLAIMS``, sorted by record id."""
    held = records.filter(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS))).sort_by("record_id")
    since, as_of = span(held["missing_since"]), days(held["as_of"])
    decade = predicates.over_a_decade(since, as_of)
    grade = overseas_grade(held)
    derived: dict[str, Any] = {
        "national_id": identities["national_id"].take(
            pc.index_in(held["record_id"], value_set=identities["record_id"])
        ),
        "year_lost": predicates.cohort_year(since),
        "length": length(since, as_of),
        "over_a_decade": np.array(VALUES, dtype=object)[decade],
        "suspected_overseas": np.array(rules()["overseas"]["grades"], dtype=object)[grade],
    }
    columns: list[Any] = [derived[name] if name in derived else held[name] for name in CLAIMS.names]
    return pa.table(dict(zip(CLAIMS.names, columns, strict=True)), schema=CLAIMS)


def length(since: Span, as_of: Days) -> Strings:
    """The band of how long the person has been missing, UNDATED, or CANNOT_TELL where the partial date spans bands."""
    bands = cuts()["length"]["bands"]
    names = np.array([band["name"] for band in bands], dtype=object)
    most, least = (_bands_passed(day, as_of, bands) for day in (since.lo, since.hi))
    told = np.where(most == least, names[most], "CANNOT_TELL")
    return np.where(since.known, told, predicates.UNDATED).astype(object)


def _bands_passed(start: Days, as_of: Days, bands: Any) -> npt.NDArray[np.int64]:
    passed = [as_of > corresponding(start, 12 * band["over_years"]) for band in bands[1:]]
    return np.asarray(np.sum(passed, axis=0), dtype=np.int64)
