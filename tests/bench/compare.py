"""This engine and Splink side by side: ``python -m tests.bench.compare --sizes 10k 100k 1m``.

Decides what is run in which order. Invariant: every figure of the report is from one call, in which the engines take
turns on the same files on the same machine; the report's other parts are left as they are.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import machine, measure_reconcile, measure_splink, report
from tests.bench.data_sets import FEW, PUBLIC, ROOT, SIZES, WORK, DataSet, public, register
from tests.bench.scores import Truth, truth_of
from tests.bench.watched import Run

REPEATS = 3
COMPARED = tuple(size for size in SIZES if size != "10m")
"""Splink is not run on ten million records: see ``growth``."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Run both engines on the same files and write the report.")
    parser.add_argument("--sizes", nargs="*", default=list(COMPARED), choices=COMPARED)
    parser.add_argument("--public", type=Path, default=PUBLIC, help="folder of the public files, left out if not there")
    parser.add_argument("--splink-python", type=Path, default=WORK / "venv" / "bin" / "python")
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    given = parser.parse_args()
    sets = [register(size) for size in given.sizes] + public(given.public.absolute())
    splink = given.splink_python.absolute()
    found = {
        "machine": machine.facts(),
        "versions": measure_splink.versions(splink),
        "sets": [compared(data, splink) for data in sets],
    }
    WORK.mkdir(exist_ok=True)
    (WORK / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    report.write(given.report, found)


def compared(data: DataSet, splink: Path) -> dict[str, Any]:
    """The figures of both engines on one set of files."""
    truth = truth_of(list(data.files), data.record, data.person, data.between)
    out = WORK / "out" / data.name.replace(" ", "_")
    ours, theirs, quick = out / "reconcile", out / "splink", out / "splink_quick"
    runs: dict[str, list[Run]] = {"reconcile": [], "splink": [], "quick": []}
    for turn in range(REPEATS if len(truth.ids) <= FEW else 1):
        runs["reconcile"].append(
            _told(f"{data.name}: this engine, {turn + 1}", lambda: measure_reconcile.run(data, ours))
        )
        runs["splink"].append(
            _told(f"{data.name}: Splink, {turn + 1}", lambda: measure_splink.run(data, theirs, splink))
        )
        if data.quick:
            runs["quick"].append(
                _told(
                    f"{data.name}: Splink with fewer random pairs, {turn + 1}",
                    lambda: measure_splink.run(data, quick, splink, data.quick),
                )
            )
    _say(f"{data.name}: scoring")
    found = {
        "name": data.name,
        "records": len(truth.ids),
        "true_pairs": truth.pairs,
        "reconcile": _cost(runs["reconcile"]) | measure_reconcile.scores(runs["reconcile"][-1], ours, truth),
        "splink": _cost(runs["splink"]) | _splink_scores(data, truth, theirs, runs["splink"], splink),
    }
    if data.quick:
        found["quick"] = _cost(runs["quick"]) | measure_splink.scores(runs["quick"][-1], quick, truth)
    return found


def _splink_scores(data: DataSet, truth: Truth, out: Path, runs: list[Run], splink: Path) -> dict[str, Any]:
    return measure_splink.scores(runs[-1], out, truth) | measure_splink.blocking(data, out, truth, splink)


def _cost(runs: list[Run]) -> dict[str, Any]:
    """The median time, the highest peak."""
    return {
        "seconds": round(statistics.median(run.seconds for run in runs), 2),
        "cpu_seconds": round(statistics.median(run.cpu_seconds for run in runs), 2),
        "peak_bytes": max(run.peak_bytes for run in runs),
        "runs": len(runs),
    }


def _told(what: str, act: Callable[[], Run]) -> Run:
    _say(f"{what} …")
    run = act()
    _say(f"{what}: {run.seconds:.1f} s, {run.peak_bytes / 2**30:.2f} GiB")
    return run


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
