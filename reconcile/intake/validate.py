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
from reconcile.intake.cross_reading import KEYS
from reconcile.intake.expect import CRITICAL, Failure, run
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER, UNDEFINED
from reconcile.intake.reading import read_cells, read_extract
from reconcile.intake.receipt import Reason

SUITE: Final = "registry_extract"
OF_THE_ROW: Final = ("row_whole", "bytes_in_encoding")
"""The rules that a row has as many fields as there are headings, and that each of its bytes is of a character."""


@dataclass(frozen=True)
class Extract:
    """One force's rows under canonical names, as ``reconcile.intake.columns`` gives them, and what is said of them:
    ``as_of`` and ``record_count`` by the manifest. ``latest`` is the last day an extract of the cycle can speak of."""

    rows: pa.Table
    profile: Profile
    as_of: dt.date
    sha256: str
    record_count: int
    latest: dt.date | None = None


@dataclass(frozen=True)
class Validation:
    """``accepted``: canonical rows; ``quarantine``: ``schema.QUARANTINE``, a line for each row and rule it fails;
    ``findings``: the same columns, a line for each row and warning; ``rejected``: why the whole extract is, then all
    are empty. A failure's ``rows`` are places in the extract."""

    accepted: pa.Table
    quarantine: pa.Table
    findings: pa.Table
    failures: tuple[Failure, ...]
    rejected: tuple[Reason, ...]

    @property
    def quarantined(self) -> int:
        """How many rows are quarantined."""
        return len(pc.unique(self.quarantine[ROW_NUMBER]))

    def reasons(self, severity: str) -> tuple[Reason, ...]:
        """The failed rules of one severity, with how many rows fail each."""
        return tuple(
            (found.rule, len(found.rows) if found.of == "row" else 0, found.sentence)
            for found in self.failures
            if found.severity == severity
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
    readings = read_cells(rows, extract.profile, extract.as_of)
    # What is unique within an extract is not so across extracts: each has its own range of numbers.
    for key in KEYS:
        numbers = pc.add(pc.cast(readings[key], pa.int64()), pa.scalar(place << 32, pa.int64()))
        readings = readings.set_column(readings.column_names.index(key), key, numbers)
    whole = read_extract(extract.rows, extract.as_of, extract.record_count, extract.latest)
    for name, reading in whole.items():
        readings = readings.append_column(name, reading)
    return readings


def _within(failures: tuple[Failure, ...], start: int, end: int) -> tuple[Failure, ...]:
    cut = (replace(found, rows=found.rows[slice(*np.searchsorted(found.rows, (start, end)))]) for found in failures)
    return tuple(replace(found, rows=found.rows - start) for found in cut if len(found.rows))


def _validation(extract: Extract, failures: tuple[Failure, ...]) -> Validation:
    failures = _of_what_was_written(extract, failures)
    critical = [failure for failure in failures if failure.severity == CRITICAL]
    if broken := tuple((failure.rule, 0, failure.sentence) for failure in critical if failure.of == "extract"):
        none = schema.QUARANTINE.empty_table()
        return Validation(extract.rows.slice(0, 0), none, none, failures, broken)
    held = np.zeros(extract.rows.num_rows, bool)
    for failure in critical:
        held[failure.rows] = True
    warnings = [failure for failure in failures if failure.severity != CRITICAL and failure.of == "row"]
    kept = extract.rows.filter(pa.array(~held))
    validation = Validation(kept, _by_row(extract, critical), _by_row(extract, warnings), failures, ())
    if extract.rows.num_rows != validation.accepted.num_rows + validation.quarantined:
        raise AssertionError(f"{extract.profile.force.slug}: a row is neither accepted nor quarantined, or is both")
    return validation


def _of_what_was_written(extract: Extract, failures: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """Of a row that cannot be read as written only that is told: its cells may be others than the force's."""
    whole = np.asarray(pc.is_null(extract.rows[ROW_FAULT]))
    told = (
        failure
        if failure.rule in OF_THE_ROW or failure.of == "extract"
        else replace(failure, rows=failure.rows[whole[failure.rows]])
        for failure in failures
    )
    return tuple(failure for failure in told if len(failure.rows))


def _by_row(extract: Extract, failures: list[Failure]) -> Any:
    places = np.concatenate([np.zeros(0, np.int64), *(failure.rows for failure in failures)])
    rule = np.repeat(np.arange(len(failures)), [len(failure.rows) for failure in failures])
    order = np.lexsort((rule, places))
    rows = extract.rows.select([ROW_NUMBER, ROW_FAULT, "local_id"]).take(pa.array(places[order]))
    # Where a field is lacking or too many, what stands in the column of the local id may be anything.
    in_place = pc.equal(pc.coalesce(rows[ROW_FAULT], pa.scalar(UNDEFINED)), pa.scalar(UNDEFINED))
    keys = pc.if_else(in_place, rows["local_id"], pa.scalar(None, pa.string()))
    return pa.table(
        [
            pa.repeat(extract.profile.force.slug, len(order)),
            pa.repeat(extract.sha256, len(order)),
            rows[ROW_NUMBER],
            pc.replace_substring_regex(keys, "[\\x00-\\x1f\\x7f]", "\ufffd"),
            pa.array([failures[place].rule for place in rule[order]], pa.string()),
            pa.array([failures[place].sentence for place in rule[order]], pa.string()),
        ],
        schema=schema.QUARANTINE,
    )
