"""This engine run as a person would run it, and what came of it.

Decides which of its figures are reported. Invariant: the run is the public verb with ``--train`` and knows no truth;
scores are of the files it wrote, at the threshold it shipped with and, apart, at the best threshold in hindsight.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from reconcile.linkage.clusters import cluster
from tests.bench.data_sets import ROOT, DataSet
from tests.bench.scores import Truth, best, of_clusters, of_pairs
from tests.bench.watched import Run
from tests.bench.watched import run as watched

SWEEP: Final = np.arange(-6.0, 17.0).tolist()
"""Thresholds tried in hindsight, in bits."""


def run(data: DataSet, out: Path) -> Run:
    """``reconcile link FILES --columns MAP --out OUT --train --json``, read to written."""
    verb = Path(sys.executable).with_name("reconcile")
    command = [str(verb), "link", *map(str, data.files), "--columns", str(data.columns), "--out", str(out)]
    return watched([*command, "--train", "--json", *(["--between"] if data.between else [])], ROOT)


def scores(run: Run, out: Path, truth: Truth) -> dict[str, Any]:
    """Compared pairs, the ceiling of blocking, and pair and cluster scores, as JSON."""
    told = json.loads(run.out)
    pairs = pq.read_table(out / "pairs.parquet", columns=["left", "right", "weight"])
    left, right = truth.places(pairs["left"]), truth.places(pairs["right"])
    weight = pairs["weight"].to_numpy()
    joined = np.sort(weight)[-told["joined_pairs"]] if told["joined_pairs"] else np.inf
    identities = pq.read_table(out / "identities.parquet")
    group = np.zeros(len(truth.ids), np.int64)
    group[truth.places(identities["record_id"])] = np.unique(
        identities["identity"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True
    )[1]

    def clusters_at(threshold: float) -> Any:
        return of_clusters(truth, cluster(len(truth.ids), left, right, weight, threshold=threshold))

    def pairs_at(threshold: float) -> Any:
        return of_pairs(truth, left[weight >= threshold], right[weight >= threshold])

    return {
        "compared": told["candidate_pairs"],
        "ceiling": round(of_pairs(truth, left, right).recall, 6),
        "threshold": float(joined),
        "pairs": pairs_at(joined).to_json(),
        "clusters": of_clusters(truth, group).to_json(),
        "best_pairs": best(pairs_at, SWEEP).to_json(),
        "best_clusters": best(clusters_at, SWEEP).to_json(),
    }
