"""This engine alone on ever larger registers: ``python -m tests.bench.growth --sizes 100k 1m 10m``.

Decides how growth is stated. Invariant: all sizes are of one call on one machine; an exponent is between one size and
the one before it, 1 where ten times the records take ten times the time.
"""

import argparse
import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench import machine, measure_reconcile, report
from tests.bench.data_sets import ROOT, SIZES, WORK, register


def main() -> None:
    parser = argparse.ArgumentParser(description="Run this engine on registers of several sizes and write the report.")
    parser.add_argument("--sizes", nargs="+", default=["100k", "1m", "10m"], choices=list(SIZES))
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    given = parser.parse_args()
    measured: list[dict[str, Any]] = []
    for size in sorted(given.sizes, key=SIZES.__getitem__):
        sys.stderr.write(f"register {size} …\n")
        data = register(size)
        run = measure_reconcile.run(data, WORK / "out" / f"growth_{size}")
        told = json.loads(run.out)
        found = {"name": data.name, "records": told["records"], "compared": told["candidate_pairs"]}
        measured.append(found | {"seconds": run.seconds, "peak_bytes": run.peak_bytes})
        sys.stderr.write(f"register {size}: {run.seconds:.1f} s, {run.peak_bytes / 2**30:.2f} GiB\n")
    for before, after in pairwise(measured):
        for name in ("seconds", "peak_bytes"):
            after[f"{name}_exponent"] = exponent(before, after, name)
    report.write_growth(given.report, {"machine": machine.facts(), "sizes": measured})


def exponent(before: dict[str, Any], after: dict[str, Any], name: str) -> float:
    """The power of the number of records that ``name`` grows with between two sizes."""
    return math.log(after[name] / before[name]) / math.log(after["records"] / before["records"])


if __name__ == "__main__":
    main()
