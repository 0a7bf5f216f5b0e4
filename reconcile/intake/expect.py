"""A suite of ``expectations/`` run on readings by Great Expectations, in this process, keeping nothing.

Decides which rows fail which rule. Invariant: what is kept of a result is the rule, its sentence, how grave it is
and row numbers; a rule that could not be run is a bug and never passes for a rule that held.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import reconcile
from reconcile.intake.looked_at import Looked, looked_at

SUITES: Final = Path(reconcile.__file__).parents[1] / "expectations"
"""Beside the package, in a checkout as in an installation."""
ROW: Final = "row"
RESULT_FORMAT: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "include_unexpected_rows": False,
}
CRITICAL: Final = "critical"
PRESENT: Final = "expect_column_values_to_not_be_null"
"""The one kind of rule that a blank fails."""


@dataclass(frozen=True)
class Failure:
    """A rule that does not hold: ``of`` row or extract, ``severity`` critical or warning, ``rows`` int64, the sorted
    places of the readings that fail it."""

    rule: str
    of: str
    severity: str
    sentence: str
    rows: NDArray[np.int64]


@cache
def suite(name: str) -> Mapping[str, Any]:
    """The suite as data: ``expectations`` with type, kwargs, severity and meta (rule, sentence, source)."""
    found: Mapping[str, Any] = json.loads((SUITES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def run(name: str, readings: Any) -> tuple[Failure, ...]:
    """Run one suite on an Arrow table of readings with every column it names; the failures in the suite's order."""
    batches, suite_of = _prepared(name)
    asked = [dict(entry) for entry in suite(name)["expectations"] if not _holds_of_blanks(entry, readings)]
    kinds: dict[str, set[str]] = {}
    for entry in asked:
        kinds.setdefault(entry["kwargs"]["column"], set()).add(entry["type"])
    looked = {
        column: looked_at(readings[column], frozenset(kinds[column]))
        for column in kinds.keys() & set(readings.column_names)
    }
    # Great Expectations copies the whole frame for every rule.
    length = max((len(each.values) for each in looked.values()), default=0)
    frame = pa.table({column: each.filled(length) for column, each in looked.items()}).to_pandas()
    frame[ROW] = np.arange(length)
    batch = batches.get_batch({"dataframe": frame})
    results = batch.validate(suite_of(name=name, expectations=asked), result_format=RESULT_FORMAT)
    failures = {
        failure.rule: failure for result in results.results if (failure := _failure(result, looked)) is not None
    }
    return tuple(failures[rule] for entry in suite(name)["expectations"] if (rule := entry["meta"]["rule"]) in failures)


@cache
def _prepared(name: str) -> tuple[Any, Any]:
    """One batch definition a process, as setting it up costs more than a small run; and what makes a suite."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    # Four seconds of import that only validating needs.
    import great_expectations as gx  # noqa: PLC0415

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    return asset.add_batch_definition_whole_dataframe(name), gx.ExpectationSuite


def _holds_of_blanks(entry: Mapping[str, Any], readings: Any) -> bool:
    """Whether a rule speaks of what is there, and in no row anything is: it holds, at a hundredth of a second less."""
    column = entry["kwargs"]["column"]
    if entry["type"] == PRESENT or column not in readings.column_names:
        return False
    return bool(readings[column].null_count == readings.num_rows)


def _failure(result: Any, looked: Mapping[str, Looked]) -> Failure | None:
    meta = result.expectation_config.meta
    # Keyed by metric where a rule could not be run; its traceback may quote what it ran on.
    said = result.exception_info
    if said and said.get("raised_exception", True):
        raise RuntimeError(f"the rule {meta['rule']} could not be run: its suite and the readings do not fit")
    if result.success:
        return None
    places = np.array(result.result["unexpected_index_list"][0][ROW], np.int64)
    rows = looked[result.expectation_config.kwargs["column"]].rows_of(places)
    if not len(rows):
        return None
    return Failure(meta["rule"], meta["of"], result.expectation_config.severity, meta["sentence"], rows)
