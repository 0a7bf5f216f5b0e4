"""Synthetic registers as one flat file, which both engines read.

Decides how a nested record becomes one row of text. Invariant: a size and the seed give the same file; the file holds
what the record says and, in the one column ``person`` that no engine is told of, who it is.
"""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconcile.demo.population import register
from tests.bench import parts

SEED: Final = 7301
"""A seed of the benchmark alone: no model was trained or calibrated on it."""
RECORDS_A_PERSON: Final = 1.35
SCHEMES: Final = ("pnc", "cro", "nomis")
PLAIN: Final = ("record_id", "force", "sex", "place_of_birth")
DATES: Final = ("birth_date", "conviction_date")
NAMES: Final = ("given_names", "surname", "other_names")
HOME: Final = ("address", "town", "postcode")
SCHEMA: Final = pa.schema([(name, pa.string()) for name in (*PLAIN, *NAMES, *DATES, *HOME, *SCHEMES, "person")])


def written(records: int, folder: Path, seed: int = SEED, largest: int = parts.RECORDS) -> Path:
    """The Parquet file of a register of about ``records`` records in ``folder``, written where it is not there yet.

    One of more than ``largest`` records, at most ten times as many, is of parts drawn with seeds that follow ``seed``.
    """
    path = folder / f"register_{records}_{seed}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".partial")
        count = -(-records // largest)
        with pq.ParquetWriter(unfinished, SCHEMA) as file:
            for part in range(count):
                people = round(records / count / RECORDS_A_PERSON)
                file.write_table(parts.told_apart(flat(*register(people, seed + part)), part))
        unfinished.replace(path)
    return path


def flat(records: pa.Table, truth: pa.Table) -> pa.Table:
    """One row of text a record of ``schema.RECORDS``, and its ``person``; rows in the order of the record ids.

    Columns: ``PLAIN``, given_names, surname, other_names ("given surname", separated by ";"), ``DATES`` as ISO or
    partial text, address, town, postcode, ``SCHEMES``, person.
    """
    compute: Any = pc
    columns: dict[str, Any] = {name: records.column(name) for name in PLAIN}
    columns |= _names(records)
    for name in DATES:
        columns[name] = compute.struct_field(records.column(name), "text")
    home = compute.list_element(records.column("addresses"), 0)
    columns |= {name: compute.struct_field(home, name) for name in HOME}
    columns |= _identifiers(records)
    people = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    columns["person"] = pa.array([people[record] for record in records.column("record_id").to_pylist()], pa.string())
    return pa.table(columns, schema=SCHEMA).sort_by("record_id")


def _names(records: pa.Table) -> dict[str, Any]:
    given, surname, others = [], [], []
    for names in records.column("names").to_pylist():
        current, *rest = names
        given.append(current["given"])
        surname.append(current["surname"])
        others.append("; ".join(_spoken(name) for name in rest) or None)
    columns = {"given_names": given, "surname": surname, "other_names": others}
    return {name: pa.array(values, pa.string()) for name, values in columns.items()}


def _spoken(name: dict[str, str | None]) -> str:
    return " ".join(part for part in (name["given"], name["surname"], name["full"]) if part)


def _identifiers(records: pa.Table) -> dict[str, Any]:
    columns: dict[str, list[str | None]] = {scheme: [None] * records.num_rows for scheme in SCHEMES}
    for row, found in enumerate(records.column("identifiers").to_pylist()):
        for identifier in found or []:
            columns[identifier["scheme"]][row] = identifier["value"]
    return {name: pa.array(values, pa.string()) for name, values in columns.items()}
