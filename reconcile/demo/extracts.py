"""The extracts of a scenario, each with the manifest that goes beside it.

Decides file names. Invariant: a file name tells the force's pattern and the day, never a person; every extract is
marked synthetic.
"""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute

from reconcile.demo import dialect, writers
from reconcile.demo.dialect import Fault
from reconcile.forces import profile
from reconcile.workspace import write_bytes, write_json

MANIFEST = ".manifest.json"


def write_extract(folder: Path, force: str, as_of: date, records: pa.Table, faults: tuple[Fault, ...] = ()) -> Path:
    """Write one force's records and manifest into ``folder``; returns the extract's path."""
    said = profile(force)
    path = folder / said.source.pattern.replace("????-??-??", as_of.isoformat())
    write_bytes(path, writers.write(dialect.columns(records, said, faults), said, as_of))
    write_manifest(path.with_name(path.name + MANIFEST), force, as_of, records.num_rows)
    return path


def write_nil(folder: Path, force: str, as_of: date) -> Path:
    """Write the manifest of a NIL return; returns its path."""
    path = folder / f"nil{MANIFEST}"
    write_manifest(path, force, as_of, 0, nil=True)
    return path


def write_manifest(path: Path, force: str, as_of: date, count: int, *, nil: bool = False) -> None:
    write_json(path, {"force": force, "as_of": as_of.isoformat(), "record_count": count, "nil": nil, "synthetic": True})


def of_force(records: pa.Table, force: str) -> pa.Table:
    """The records of one force, in their order."""
    compute = pyarrow.compute
    found: pa.Table = records.filter(compute.equal(records["force"], force))  # type: ignore[call-overload]
    return found
