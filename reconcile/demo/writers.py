"""Files of text columns: CSV, workbook, XML, JSON.

Decides nothing but bytes. Invariant: the same columns give the same bytes, on any day.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from reconcile.demo.dialect import CELL, DATES, Text, style
from reconcile.forces import Profile

CREATED = datetime(2018, 3, 1, 9, 0, 0)  # noqa: DTZ001 - a workbook knows no time zone
Columns = dict[str, list[Text]]


def write(columns: Columns, profile: Profile, as_of: date) -> bytes:
    """The extract's bytes in the profile's format; every list of ``columns`` has one text a row."""
    return {"csv": _csv, "xlsx": _xlsx, "xml": _xml, "json": _json}[profile.format.kind](columns, profile, as_of)


def _rows(columns: Columns) -> Iterator[tuple[Text, ...]]:
    return zip(*columns.values(), strict=True)


def _csv(columns: Columns, profile: Profile, as_of: date) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=profile.format.delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell or "" for cell in row] for row in _rows(columns))
    return text.getvalue().encode(profile.format.encoding)


def _xlsx(columns: Columns, profile: Profile, as_of: date) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"title": f"RSO extract {as_of.isoformat()} SYNTHETIC", "created": CREATED})
    sheet = book.add_worksheet(profile.format.sheet)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    dated = _dated(profile)
    for column, (name, texts) in enumerate(columns.items()):
        sheet.write_string(0, column, name, bold)
        for row, text in enumerate(texts, start=1):
            if text is None:
                continue
            cell = _day(text) if name in dated else None
            if cell is None:
                sheet.write_string(row, column, text)
            else:
                sheet.write_datetime(row, column, cell, day)
    book.close()
    return buffer.getvalue()


def _dated(profile: Profile) -> frozenset[str]:
    if style(profile.force.slug)["date"] != CELL:
        return frozenset()
    return frozenset(source for name in DATES for source in profile.columns.get(name, ()))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year >= 1901 else None


def _xml(columns: Columns, profile: Profile, as_of: date) -> bytes:
    encoding, tag = profile.format.encoding, profile.format.record
    parts = [f'<?xml version="1.0" encoding="{encoding}"?>\n<Extract asOf="{as_of.isoformat()}">\n']
    names = list(columns)
    for row in _rows(columns):
        cells = "".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in zip(names, row, strict=True) if cell)
        parts.append(f"<{tag}>{cells}</{tag}>\n")
    parts.append("</Extract>\n")
    return "".join(parts).encode(encoding, errors="xmlcharrefreplace")


def _json(columns: Columns, profile: Profile, as_of: date) -> bytes:
    names = list(columns)
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in _rows(columns)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = json.dumps({"asOf": as_of.isoformat(), "synthetic": True})[:-1]
    return f'{head}, "{profile.format.record}": [\n{lines}\n]}}\n'.encode(profile.format.encoding)
