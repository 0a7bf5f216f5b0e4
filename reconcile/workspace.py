"""Where a cycle's tables lie, and how they are written so that a crash leaves nothing half done.

Invariant: a file of the workspace is either absent or whole (written beside, then moved into place), and the
bytes of a table depend on its rows alone.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; move it into place when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    with whole(path) as beside:
        beside.write_bytes(content)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as UTF-8 JSON with sorted keys, two-space indent and a final newline."""
    write_bytes(path, (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_table(path: Path, table: pa.Table) -> None:
    """Write ``table`` as Parquet (zstd), dropping schema metadata so that equal rows give equal bytes."""
    with whole(path) as beside:
        pq.write_table(table.combine_chunks().replace_schema_metadata(None), beside, compression="zstd")


def write_tables(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tables of one schema, at least one, as one of Parquet (zstd), each as it comes and none kept."""
    rest = iter(tables)
    first = next(rest).replace_schema_metadata(None)
    with whole(path) as beside, pq.ParquetWriter(beside, first.schema, compression="zstd") as file:
        for table in chain([first], rest):
            file.write_table(table.replace_schema_metadata(None))


def read_table(path: Path, of: pa.Schema | None = None) -> pa.Table:
    """The table in ``path``; where it is ``of`` a schema, what it was written without is null, or an empty list."""
    found = pq.read_table(path)
    if of is None:
        return found
    for field in of:
        if field.name not in found.column_names:
            found = found.append_column(field, _blanks(found.num_rows, field.type))
    return found.select(of.names).cast(of)


def _blanks(count: int, kind: Any) -> Any:
    if not pa.types.is_list(kind):
        return pa.nulls(count, kind)
    return pa.ListArray.from_arrays(pa.array([0] * (count + 1), pa.int32()), pa.nulls(0, kind.value_type))


@dataclass(frozen=True)
class Workspace:
    """A folder holding every cycle's tables, the decision log and the releases."""

    root: Path

    def cycle(self, cycle: str) -> Path:
        return self.root / "cycles" / cycle

    def landed(self, cycle: str, force: str) -> Path:
        """The folder of one force's bytes as sent, with its ``receipt.json``."""
        return self.cycle(cycle) / "landed" / force

    def extracts(self, cycle: str, force: str) -> Path:
        """The folder of what was made of one force's extracts, each below its key, and people's judgements."""
        return self.cycle(cycle) / "extracts" / force

    def stage(self, cycle: str, name: str) -> Path:
        """A table or JSON file handed from one stage to the next, such as ``links.parquet``."""
        return self.cycle(cycle) / "stages" / name

    def force_stage(self, cycle: str, force: str, name: str) -> Path:
        return self.cycle(cycle) / "stages" / "forces" / force / name

    def cycles_before(self, cycle: str) -> tuple[str, ...]:
        """The cycles whose names sort before ``cycle``, the nearest first."""
        known = sorted((path.name for path in self.cycle("").glob("*") if path.is_dir()), reverse=True)
        return tuple(name for name in known if name < cycle)

    @property
    def profiles(self) -> Path:
        """Profiles of this workspace's own, each in place of the one shipped for its force."""
        return self.root / "profiles"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def snapshots(self) -> Path:
        """What each release is run again from, below the release's name."""
        return self.root / "snapshots"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def notices(self) -> Path:
        """What forces were told between two releases, below the notice's name and the force's slug."""
        return self.root / "notices"

    @property
    def outboxes(self) -> Path:
        """The outboxes of forces whose profile names none, below it by their slugs."""
        return self.root / "outbox"

    def acceptance(self, cycle: str) -> Path:
        """The folder of what the forces get back of their extracts, named by their slugs."""
        return self.reports / "acceptance" / cycle
