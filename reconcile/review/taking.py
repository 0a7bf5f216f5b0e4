"""The national list as a file to take away: a workbook, CSV, Parquet, JSON or a page.

Decides what each format holds and what the file is called. Invariant: every format holds the same lines, those of the
restricted left out and counted; the marking stands in the file and in its name, which says of nobody who is in it.
"""

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from reconcile.national import contents, list_workbook, page
from reconcile.national.changes import Changes
from reconcile.national.csv_file import write_csv
from reconcile.settings import Settings

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt


@dataclass(frozen=True)
class Takeable:
    """A list and what a page or a workbook says beside it; ``what`` names it: a release, or the compiled cycle.

    ``missing_list``: MISSING_LIST, only the lines to be taken. ``withheld``: how many lines are left out. ``answers``:
    how forces had answered, as ``answers.json`` has it; empty where nobody counted.
    """

    what: str
    missing_list: pa.Table
    statistics: Mapping[str, Any]
    receipts: "Sequence[Receipt]"
    forces: "Sequence[Force]"
    changes: Changes
    withheld: int
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    called: str
    media: str
    write: Callable[[Path, Takeable, Settings], None]


def _workbook(path: Path, taken: Takeable, settings: Settings) -> None:
    list_workbook.write_workbook(path, *_shown(taken), **_marks(taken, settings), withheld=taken.withheld)


def _page(path: Path, taken: Takeable, settings: Settings) -> None:
    path.write_text(page.render(*_shown(taken), **_marks(taken, settings), withheld=taken.withheld), encoding="utf-8")


def _csv(path: Path, taken: Takeable, settings: Settings) -> None:
    write_csv(path, taken.missing_list, contents.marking(settings))


def _parquet(path: Path, taken: Takeable, settings: Settings) -> None:
    marks = {"marking": contents.marking(settings), "list": taken.what, "withheld": str(taken.withheld)}
    pq.write_table(taken.missing_list.combine_chunks().replace_schema_metadata(marks), path, compression="zstd")


def _json(path: Path, taken: Takeable, settings: Settings) -> None:
    said = {
        "marking": contents.marking(settings),
        "synthetic": settings.synthetic,
        "list": taken.what,
        "withheld": taken.withheld,
        "people": taken.missing_list.to_pylist(),
    }
    text = json.dumps(said, indent=2, ensure_ascii=False, default=_plain)
    path.write_text(f"{text}\n", encoding="utf-8")


FORMATS: Final[Mapping[str, Format]] = {
    "xlsx": Format("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook),
    "csv": Format("CSV, one line a person", "text/csv; charset=utf-8", _csv),
    "html": Format("Page to read and print", "text/html; charset=utf-8", _page),
    "json": Format("JSON, for programs", "application/json", _json),
    "parquet": Format("Parquet, for analysis", "application/vnd.apache.parquet", _parquet),
}


def file_name(taken: Takeable, settings: Settings, kind: str) -> str:
    """What the file is called: the list, the release or cycle, and the marking."""
    parts = ("missing-list", taken.what, contents.marking(settings))
    return "_".join(re.sub(r"[^A-Za-z0-9.-]+", "-", part).strip("-") for part in parts) + f".{kind}"


def written(taken: Takeable, settings: Settings, kind: str) -> bytes:
    """The bytes of the file in a format of ``FORMATS``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{kind}"
        FORMATS[kind].write(path, taken, settings)
        return path.read_bytes()


def without(changes: Changes, ids: Sequence[str]) -> Changes:
    """The changes with nothing of ``ids`` but that they are counted."""
    nobody = {"national_id": "restricted", "forces": [], "others": [], "records": [], "before": "", "after": ""}
    hidden = set(ids)
    rows = [
        {**row, **nobody} if hidden & {row["national_id"], *row["others"], *row["records"]} else row
        for row in changes.table.to_pylist()
    ]
    return replace(changes, table=pa.Table.from_pylist(rows, changes.table.schema))


def _shown(taken: Takeable) -> Any:
    return taken.statistics, taken.missing_list, taken.receipts, taken.forces


def _marks(taken: Takeable, settings: Settings) -> dict[str, Any]:
    return {
        "marking": settings.marking,
        "synthetic": settings.synthetic,
        "model_name": str(taken.statistics["model"]),
        "name_under_18": True,  # who is restricted is not among the lines, unless whoever takes it may see them
        "changes": taken.changes,
        "answers": taken.answers,
    }


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
