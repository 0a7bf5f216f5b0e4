"""Rows accepted, rows quarantined with their reasons, or the whole extract rejected.

Decides which failures cost what: a critical rule of a row quarantines the row, a critical rule of the extract
rejects it, a warning is counted. Invariant: every row of an extract that is not rejected ends accepted or
quarantined, never both, never neither; and extracts validated together fare as they would alone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake.absence import separate
from reconcile.intake.expect import CRITICAL, Failure, run
from reconcile.intake.read.rows import ROW_NUMBER
from reconcile.intake.reading import read_cells
from reconcile.intake.receipt import Reason

SUITE: Final = "registry_extract"


@dataclass(frozen=True)
class Extract:
    """One force's rows under canonical names, as ``reconcile.intake.columns`` gives them, and what is said of them:
    ``as_of`` and ``record_count`` by the manifest."""

    rows: pa.Table
    profile: Profile
    as_of: dt.date
    sha256: str
    record_count: int


@dataclass(frozen=True)
class Validation:
    """``accepted``: canonical rows; ``quarantine``: ``schema.QUARANTINE``, a line for each row and rule it fails;
    ``rejected``: why the whole extract is, then both are empty. ``warned``: the same of rows, accepted or not, and the
    warnings that speak of them. A failure's ``rows`` are places in the extract."""

    accepted: pa.Table
    quarantine: pa.Table
    warned: pa.Table
    failures: tuple[Failure, ...]
    rejected: tuple[Reason, ...]

    @property
    def quarantined(self) -> int:
        """How many rows are quarantined."""
        return len(pc.unique(self.quarantine[ROW_NUMBER]))

    def reasons(self, severity: str) -> tuple[Reason, ...]:
        """The failed rules of one severity, with how many rows fail each."""
        return tuple(
            (found.rule, len(found.rows), found.sentence) for found in self.failures if found.severity == severity
        )


def validate(extracts: Sequence[Extract]) -> tuple[Validation, ...]:
    """Run the suite on extracts, all in one pass: it costs as much for one as for 45."""
    if not extracts:
        return ()
    failures = run(SUITE, pa.concat_tables([_readings(extract, place) for place, extract in enumerate(extracts)]))
    ends = np.cumsum([extract.rows.num_rows for extract in extracts])
    return tuple(
        _validation(extract, _within(failures, int(end) - extract.rows.num_rows, int(end)))
        for extract, end in zip(extracts, ends, strict=True)
    )


def _readings(extract: Extract, place: int) -> Any:
    rows = separate(extract.rows, extract.profile).rows
    readings = read_cells(rows, extract.profile, extract.as_of, extract.record_count)
    # Local ids are unique within an extract, not across extracts: each has its own range of numbers.
    numbers = pc.add(pc.cast(readings["local_id"], pa.int64()), pa.scalar(place << 32, pa.int64()))
    return readings.set_column(readings.column_names.index("local_id"), "local_id", numbers)


def _within(failures: tuple[Failure, ...], start: int, end: int) -> tuple[Failure, ...]:
    cut = (replace(found, rows=found.rows[slice(*np.searchsorted(found.rows, (start, end)))]) for found in failures)
    return tuple(replace(found, rows=found.rows - start) for found in cut if len(found.rows))


def _validation(extract: Extract, failures: tuple[Failure, ...]) -> Validation:
    critical = [failure for failure in failures if failure.severity == CRITICAL]
    if broken := tuple((failure.rule, 0, failure.sentence) for failure in critical if failure.of == "extract"):
        none = schema.QUARANTINE.empty_table()
        return Validation(extract.rows.slice(0, 0), none, none, failures, broken)
    held = np.zeros(extract.rows.num_rows, bool)
    for failure in critical:
        held[failure.rows] = True
    warned = [found for found in failures if found.severity != CRITICAL and found.of == "row"]
    accepted = extract.rows.filter(pa.array(~held))
    validation = Validation(accepted, _told(extract, critical), _told(extract, warned), failures, ())
    if extract.rows.num_rows != validation.accepted.num_rows + validation.quarantined:
        raise AssertionError(f"{extract.profile.force.slug}: a row is neither accepted nor quarantined, or is both")
    return validation


def _told(extract: Extract, failures: Sequence[Failure]) -> Any:
    """A line of ``schema.QUARANTINE`` for each row and rule it fails, in the order of rows and then of rules."""
    places = np.concatenate([np.zeros(0, np.int64), *(failure.rows for failure in failures)])
    rule = np.repeat(np.arange(len(failures)), [len(failure.rows) for failure in failures])
    order = np.lexsort((rule, places))
    rows = extract.rows.select([ROW_NUMBER, "local_id"]).take(pa.array(places[order]))
    return pa.table(
        [
            pa.repeat(extract.profile.force.slug, len(order)),
            pa.repeat(extract.sha256, len(order)),
            rows[ROW_NUMBER],
            pc.replace_substring_regex(rows["local_id"], "[\\x00-\\x1f\\x7f]", "\ufffd"),
            pa.array([failures[place].rule for place in rule[order]], pa.string()),
            pa.array([failures[place].sentence for place in rule[order]], pa.string()),
        ],
        schema=schema.QUARANTINE,
    )
