"""A register too large for the memory of its generator, from several of a million records.

Decides how parts are kept apart. Invariant: no record id, person or identifier of one part is one of another's, and an
identifier's check letter fits or fails as it did.
"""

from typing import Any, Final

import pyarrow as pa

from reconcile.demo.identifiers import LETTERS

RECORDS: Final = 1_000_000
"""Records of a part."""
SERIALS: Final = {"pnc": (5, 1_000_000), "cro": (0, 100_000)}
"""Where the first digit of an issued number's serial stands, always 9, and what it counts."""
ISSUED: Final = "9"


def told_apart(rows: pa.Table, part: int) -> pa.Table:
    """The flat ``rows`` as part number ``part``, 0 to 9; part 0 is left as it is."""
    if not part:
        return rows
    columns: dict[str, Any] = {name: rows.column(name) for name in rows.column_names}
    for name in ("record_id", "person"):
        columns[name] = pa.array([f"{value}/{part}" for value in rows.column(name).to_pylist()], pa.string())
    for scheme, (place, unit) in SERIALS.items():
        values = rows.column(scheme).to_pylist()
        columns[scheme] = pa.array([_renumbered(value, place, unit, part) for value in values], pa.string())
    nomis = rows.column("nomis").to_pylist()
    columns["nomis"] = pa.array([value and chr(ord("Z") - part) + value[1:] for value in nomis], pa.string())
    return pa.table(columns)


def _renumbered(value: str | None, place: int, unit: int, part: int) -> str | None:
    """The number with another first digit of its serial, and its letter moved by as much."""
    if not value or value[place] != ISSUED:
        return value
    letter = LETTERS[(LETTERS.index(value[-1]) - part * unit) % len(LETTERS)]
    return f"{value[:place]}{int(ISSUED) - part}{value[place + 1 : -1]}{letter}"
