"""Splink run in its own environment, and what came of it.

Decides which of its figures are reported. Invariant: the run knows no truth; its scores are the best over a sweep of
thresholds found with the truth, which favours it; counting what its blocking reaches is outside its time.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.data_sets import ROOT, DataSet
from tests.bench.scores import Truth, best, components, of_clusters, of_pairs
from tests.bench.watched import Run
from tests.bench.watched import run as watched

SWEEP: Final = np.arange(-4.0, 40.0, 0.5).tolist()
"""Thresholds tried in hindsight, in bits."""


def versions(python: Path) -> dict[str, str]:
    """The versions of Splink, DuckDB and Python in Splink's environment."""
    return json.loads(watched([str(python), "-m", "tests.bench.splink_run", "versions"], ROOT).out)


def run(data: DataSet, out: Path, python: Path, model: str = "") -> Run:
    """Splink's whole run, with ``model`` or the files' own: read, prepared, trained, predicted, clustered, written."""
    out.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "tests.bench.splink_run", "link", model or data.model, str(out)]
    command += map(str, data.files)
    return watched(command, ROOT)


def scores(run: Run, out: Path, truth: Truth) -> dict[str, Any]:
    """The time of each step, and pair and cluster scores at the best thresholds, as JSON."""
    told = json.loads(run.out)
    pairs = pq.read_table(out / "pairs.parquet", columns=["left", "right", "weight"])
    left, right = truth.places(pairs["left"]), truth.places(pairs["right"])
    weight = pairs["weight"].to_numpy()

    def clusters_at(threshold: float) -> Any:
        kept = weight >= threshold
        return of_clusters(truth, components(len(truth.ids), left[kept], right[kept]))

    def pairs_at(threshold: float) -> Any:
        return of_pairs(truth, left[weight >= threshold], right[weight >= threshold])

    return {
        "steps": told["seconds"],
        "threshold": told["threshold"],
        "clusters": clusters_at(told["threshold"]).to_json(),
        "best_pairs": best(pairs_at, SWEEP).to_json(),
        "best_clusters": best(clusters_at, SWEEP).to_json(),
    }


def blocking(data: DataSet, out: Path, truth: Truth, python: Path) -> dict[str, Any]:
    """How many pairs Splink's rules compare, and the share of the true pairs among them."""
    answers = out / "truth.parquet"
    source = truth.source if truth.source is not None else np.zeros(len(truth.ids), np.int64)
    pq.write_table(pa.table({"record_id": truth.ids.tolist(), "person": truth.person, "source": source}), answers)
    command = [str(python), "-m", "tests.bench.splink_run", "blocking", data.model, str(answers)]
    return json.loads(watched([*command, *map(str, data.files)], ROOT).out)
