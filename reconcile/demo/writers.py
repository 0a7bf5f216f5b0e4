"""Files of text columns: CSV, workbook, XML, JSON.

Decides nothing but bytes. Invariant: the same columns give the same bytes, on any day.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from reconcile.demo.dialect import CELL, DATES, Text, style
from reconcile.forces import Profile
from reconcile.forces.lists import LIST_COLUMNS

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
    names, inside = list(columns), _inside(columns, profile, "/")
    for row in _rows(columns):
        told = dict(zip(names, row, strict=True))
        cells = "".join(_element(name, cell) for name, cell in told.items() if cell and "/" not in name)
        for outer, fields in inside.items():
            for entry in _entries(told, fields, profile):
                cells += f"<{outer}>{''.join(_element(name, text) for name, text in entry.items() if text)}</{outer}>"
        parts.append(f"<{tag}>{cells}</{tag}>\n")
    parts.append("</Extract>\n")
    return "".join(parts).encode(encoding, errors="xmlcharrefreplace")


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _inside(columns: Columns, profile: Profile, sign: str) -> dict[str, dict[str, str]]:
    """The lists that are sent as records inside a record: their name, and the column of each of their fields."""
    found: dict[str, dict[str, str]] = {}
    for column in LIST_COLUMNS:
        for source in profile.columns.get(column, ()):
            outer, apart, field = source.partition(sign)
            if apart and source in columns:
                found.setdefault(outer, {})[field] = source
    return found


def _entries(row: Mapping[str, Text], fields: Mapping[str, str], profile: Profile) -> list[dict[str, Text]]:
    """The records inside one record, of columns side by side."""
    separator = profile.format.list_separator + " "
    apart = {field: (row[source] or "").split(separator) for field, source in fields.items()}
    most = max(map(len, apart.values())) if any(row[source] for source in fields.values()) else 0
    return [
        {field: texts[place] or None if place < len(texts) else None for field, texts in apart.items()}
        for place in range(most)
    ]


def _json(columns: Columns, profile: Profile, as_of: date) -> bytes:
    names, inside = list(columns), _inside(columns, profile, ".")
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in _rows(columns)]
    for row in rows:
        for outer, fields in inside.items():
            row[outer] = _entries(row, fields, profile)
            for source in fields.values():
                del row[source]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = json.dumps({"asOf": as_of.isoformat(), "synthetic": True})[:-1]
    return f'{head}, "{profile.format.record}": [\n{lines}\n]}}\n'.encode(profile.format.encoding)
