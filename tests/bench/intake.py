"""What intake costs: ``python -m tests.bench.intake``.

Decides what is measured: one CSV extract read and standardised, its rows for each second of one core; the same at a
million rows, with its memory, also where one row is irregular and all are read line by line; and the extracts of 45
forces from pull to standardised. Invariant: each is a process of its own, and what writes the extracts is not in its
time or its memory.
"""

import argparse
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

# As the verbs do, before Arrow is imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

import pyarrow as pa

from tests.bench import machine, report, watched
from tests.bench.data_sets import ROOT, WORK

PEOPLE: Final = 90_000
SEED: Final = 7302
"""A seed of this benchmark alone."""
FORCE: Final = "metropolitan"
DAY: Final = dt.date(2018, 3, 1)
SIZES: Final = {"csv 120k": 120_000, "csv 1m": 1_000_000}
IRREGULAR: Final = b'X-1,a "quote" within a field\r\n'
"""A row that makes the quick way of reading CSV give up, at the very end."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure reading and standardising, and write the report.")
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--run", choices=["write", "extract", "irregular", "country"], help="one step, by itself")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if given.run:
        steps = {"write": _write, "extract": _extract, "irregular": _irregular, "country": _country}
        steps[given.run](given.file)
        return
    folder = WORK / "intake"
    if not (folder / "written").exists():
        _alone("write", folder)
    found = []
    for name, rows in SIZES.items():
        sys.stderr.write(f"{name} …\n")
        found.append({"name": name, **_least(given.runs, "extract", folder / f"{rows}.csv")})
    sys.stderr.write("csv 1m, irregular …\n")
    found.append({"name": "csv 1m, irregular", **_least(given.runs, "irregular", folder / f"{SIZES['csv 1m']}.csv")})
    sys.stderr.write("45 forces …\n")
    found.append({"name": "45 forces, pull to standardised", **_least(given.runs, "country", folder)})
    load = os.getloadavg()[1]
    report.write_intake(given.report, {"machine": machine.facts(), "load": load, "runs": given.runs, "sets": found})


def _alone(step: str, path: Path) -> watched.Run:
    return watched.run([sys.executable, "-m", "tests.bench.intake", "--run", step, "--file", str(path)], ROOT)


def _least(count: int, step: str, path: Path) -> dict[str, Any]:
    """The run that took least of the processor: what others take of the machine is not ours."""
    runs = []
    for _ in range(count):
        run = _alone(step, path)
        runs.append({**json.loads(run.out), "peak_bytes": run.peak_bytes})
    return min(runs, key=lambda one: one["cpu_seconds"])


def _write(folder: Path) -> None:
    """The extracts of the country and of one force of 120,000 and of a million rows."""
    from reconcile.demo import population
    from reconcile.demo.dialect import columns
    from reconcile.demo.extracts import of_force, write_extract
    from reconcile.demo.writers import write
    from reconcile.forces import forces, profile

    records, _truth = population.register(PEOPLE, SEED)
    place = records.schema.get_field_index("as_of")
    records = records.set_column(place, "as_of", pa.array([DAY] * records.num_rows, pa.date32()))
    for force in forces():
        mine = of_force(records, force.slug)
        if mine.num_rows:
            write_extract(folder / "inbox" / force.slug, force.slug, DAY, mine)
    said = profile(FORCE)
    place = records.schema.get_field_index("force")
    one = records.set_column(place, "force", pa.array([FORCE] * records.num_rows)).slice(0, SIZES["csv 120k"])
    head, _, body = write(columns(one, said), said, DAY).partition(b"\r\n")
    (folder / f"{SIZES['csv 120k']}.csv").write_bytes(head + b"\r\n" + body)
    with (folder / f"{SIZES['csv 1m']}.csv").open("wb") as file:
        file.write(head + b"\r\n")
        many = body.split(b"\r\n")[:-1]
        for row in range(SIZES["csv 1m"]):
            # Local ids stay unique: the first cell of each line is the force's reference.
            file.write(b"%d-%s\r\n" % (row // len(many), many[row % len(many)]))
    (folder / "written").touch()


def _irregular(path: Path) -> None:
    _extract(path, IRREGULAR)


def _extract(path: Path, last: bytes = b"") -> None:
    from reconcile.forces import profile
    from reconcile.intake.columns import map_columns
    from reconcile.intake.read import read
    from reconcile.intake.standardise import standardise

    said, content = profile(FORCE), path.read_bytes() + last
    clock, cpu = time.perf_counter(), time.process_time()
    rows = map_columns(read(content, said), said).rows
    records, _provenance = standardise(rows, said, DAY, "ab" * 32)
    _say(records.num_rows, clock, cpu)


def _country(folder: Path) -> None:
    import shutil

    from reconcile import intake
    from reconcile.forces import forces
    from reconcile.settings import Settings
    from reconcile.workspace import Workspace

    shutil.rmtree(folder / "cycles", ignore_errors=True)
    run = Settings(Workspace(folder), cycle="2018-03", policy_document="APD", dpia="DPIA")
    clock, cpu = time.perf_counter(), time.process_time()
    receipts = intake.intake_forces(run, [force.slug for force in forces()])
    _say(sum(receipt.accepted for receipt in receipts), clock, cpu)


def _say(rows: int, clock: float, cpu: float) -> None:
    said = {"rows": rows, "seconds": time.perf_counter() - clock, "cpu_seconds": time.process_time() - cpu}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
