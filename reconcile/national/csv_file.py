"""Tables as CSV that opens safely in a spreadsheet.

Decides how a cell is written. Invariant: no cell a person sent can become a formula; every row carries the marking;
the bytes depend on the rows alone.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.workspace import write_bytes

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

MARKING = "marking"


def write_csv(path: Path, table: pa.Table, marking: str) -> None:
    """Write ``table`` as UTF-8 CSV with a byte-order mark and a last column ``marking``.

    A partial date becomes its text and two columns, ``_first`` and ``_last``; a list of texts is joined with "; ";
    a list of structs is JSON.
    """
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([*(name for field in table.schema for name in _headings(field)), MARKING])
    for row in table.to_pylist():
        out.writerow([*(cell for field in table.schema for cell in _cells(field.type, row[field.name])), marking])
    write_bytes(path, text.getvalue().encode("utf-8-sig"))


def _headings(field: "pa.Field[Any]") -> tuple[str, ...]:
    if field.type == schema.PARTIAL_DATE:
        return field.name, f"{field.name}_first", f"{field.name}_last"
    return (field.name,)


def _cells(kind: pa.DataType, value: Any) -> Iterator[str]:
    if kind == schema.PARTIAL_DATE:
        date = value or {"lo": None, "hi": None, "text": None}
        yield safe(date["text"] or "")
        yield from (_plain(date[end]) for end in ("lo", "hi"))
    elif pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
        yield json.dumps(value or [], default=_plain, ensure_ascii=False, sort_keys=True)
    elif pa.types.is_list(kind):
        yield safe("; ".join(value or []))
    elif pa.types.is_string(kind):
        yield safe(value or "")
    else:
        yield _plain(value)


def _plain(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def safe(text: str) -> str:
    """``text`` with a leading apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA) else text
