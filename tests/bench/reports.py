"""What the forces' reports cost: ``python -m tests.bench.reports``.

Decides what is measured: the reports of a register of the whole country, whose truth was entered as decisions so that
as much is told as ever can be, compiled, rendered, sealed and put into 45 folders. Invariant: a process of its own, in
whose time neither the making of the register nor its linkage lies.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

from reconcile import cycle, publication, reporting
from reconcile import settings as of_file
from reconcile.demo import truth_decisions, write_scenario
from reconcile.forces import forces
from reconcile.reports import delivery, identities
from reconcile.reports.deliveries import DELIVERED
from reconcile.review.decisions import from_table
from reconcile.settings import Settings
from tests.bench import machine, report, watched
from tests.bench.data_sets import ROOT, WORK

SEED: Final = 7407
"""A seed of this benchmark alone."""
BY: Final = "benchmark"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the forces' reports, and write the report.")
    parser.add_argument("--people", type=int, nargs="+", default=[9_000, 90_000])
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--run", type=Path, help="the reports of one workspace, by themselves")
    given = parser.parse_args()
    if given.run:
        _reported(of_file.load(given.run))
        return
    found = []
    for people in given.people:
        sys.stderr.write(f"{people} people …\n")
        settings = made(WORK / "reports" / str(people), people)
        runs = [_alone(settings.workspace.root) for _ in range(given.runs)]
        found.append(min(runs, key=lambda run: run["cpu_seconds"]))
        sys.stderr.write(f"{found[-1]}\n")
    load = os.getloadavg()[1]
    report.write_reports(given.report, {"machine": machine.facts(), "load": load, "runs": given.runs, "sets": found})


def made(root: Path, people: int) -> Settings:
    """The released workspace of a national register of so many people, every force with a key; made once."""
    done = root / "made"
    if not done.exists():
        write_scenario("national", root, seed=SEED, people=people)
        settings = of_file.load(root)
        for force in forces():
            identities.make_for_demo(settings, force.slug)
        cycle.run(settings)
        publication.decide(settings, from_table(truth_decisions(root, cycle.table(settings, "links")), BY))
        publication.release(settings, signed_by=BY, role=publication.ROLE, reason="measured")
        done.touch()
    return of_file.load(root)


def _alone(root: Path) -> dict[str, Any]:
    ran = watched.run([sys.executable, "-m", "tests.bench.reports", "--run", str(root)], ROOT)
    return {**json.loads(ran.out), "peak_bytes": ran.peak_bytes}


def _reported(settings: Settings) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    paths = reporting.report(settings)
    written = time.perf_counter()
    receipts = delivery.deliver_reports(settings, again=True)
    ended = time.perf_counter()
    spent = os.times()
    if any(receipt.state != DELIVERED for receipt in receipts):
        raise RuntimeError("a report was not delivered")
    figures = {
        "records": cycle.table(settings, "records").num_rows,
        "reports": len(receipts),
        "files": len(paths),
        "bytes": sum(path.stat().st_size for path in paths),
        "sealed_bytes": sum(receipt.size for receipt in receipts),
        "write_seconds": written - began,
        "deliver_seconds": ended - written,
        "seconds": ended - began,
        "cpu_seconds": time.process_time() - cpu + spent.children_user + spent.children_system,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
