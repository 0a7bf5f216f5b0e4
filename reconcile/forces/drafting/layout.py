"""How a sample is written: its format, encoding, delimiter, sheet or record, told from its bytes.

Decides the ``[format]`` of a draft. Invariant: the format it gives reads the sample, or it says why none does.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zipfile import BadZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from reconcile.errors import ExtractError
from reconcile.forces.profile import Format

DELIMITERS: Final = (",", ";", "\t", "|")
LOOKED_AT: Final = 200
"""Lines from which a delimiter is told."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Layout:
    """A format, and what a person should check of it, by its key."""

    format: Format
    notes: dict[str, str]


def detect(content: bytes) -> Layout:
    """The layout of a sample.

    Raises:
        ExtractError: it is of no format that can be read.
    """
    notes: dict[str, str] = {}
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Layout(_format("xlsx", sheet=_sheet(content, notes)), notes)
    encoding = _encoding(content, notes)
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeError:
        raise ExtractError("the sample is in no encoding that is known: save it as UTF-8") from None
    start = text.lstrip()[:1]
    if start == "<":
        return Layout(_format("xml", record=_element(content)), notes)
    if start in ("{", "["):
        return Layout(_format("json", encoding=encoding, record=_key(text, notes)), notes)
    if not start:
        raise ExtractError("the sample is empty: give a file with a heading and rows")
    return Layout(_format("csv", encoding=encoding, delimiter=_delimiter(text)), notes)


def _format(kind: str, **said: str) -> Format:
    keys = {"encoding": "utf-8", "delimiter": "", "sheet": "", "record": ""} | said
    return Format(kind=kind, date_order="dmy", list_separator=";", **keys)


def _encoding(content: bytes, notes: dict[str, str]) -> str:
    if marked := next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None):
        return marked
    sample = content[:4096]
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1:2] == b"\0" else "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if text.isascii():
            notes["encoding"] = "the sample has plain letters only, other encodings read it alike: ask the force"
        elif encoding == "cp1252" and not any(0x80 <= byte < 0xA0 for byte in content):
            notes["encoding"] = "latin-1 reads the sample alike"
        return encoding
    return "latin-1"


def _delimiter(text: str) -> str:
    """The sign that cuts the first lines into the same number of fields, and the most of them."""
    lines = text.splitlines()[:LOOKED_AT]

    def score(delimiter: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual, often = Counter(counts).most_common(1)[0]
        return (often / len(counts) if usual > 1 else 0.0, usual)

    try:
        return max(DELIMITERS, key=lambda delimiter: (round(score(delimiter)[0], 1), score(delimiter)[1]))
    except csv.Error:
        raise ExtractError("the sample is no table: a field of it never ends") from None


def _sheet(content: bytes, notes: dict[str, str]) -> str:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        sizes = {name: _cells(book.get_sheet_by_name(name)) for name in shown or book.sheet_names}
    except PasswordError:
        raise ExtractError("the workbook is locked with a password: save it without one") from None
    except (CalamineError, BadZipFile, OSError, ValueError):
        raise ExtractError("the sample is no whole XLSX workbook: save it again") from None
    if len(sizes) > 1:
        notes["sheet"] = f"the largest of {len(sizes)} sheets"
    return max(sizes, key=lambda name: sizes[name])


def _cells(sheet: Any) -> int:
    return int(sheet.height) * int(sheet.width)


def _element(content: bytes) -> str:
    """The element that stands most often among those that hold others or attributes and are not inside one another."""
    open_tags: list[str] = []
    found: Counter[tuple[int, str]] = Counter()
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_tags.append(element.tag.rpartition("}")[2])
                continue
            tag = open_tags.pop()
            if len(element) or element.attrib:
                found[len(open_tags), tag] += 1
            if len(open_tags) <= 1:
                element.clear()
    except DefusedXmlException:
        raise ExtractError("the XML declares a document type or entities: save it without") from None
    except (SyntaxError, UnicodeError, ValueError, LookupError):
        raise ExtractError("the sample is no well-formed XML: check that the file is whole") from None
    every = [(depth, -count, tag) for (depth, tag), count in found.items() if depth > 0]
    # Where nothing stands twice, the sample has one person, right below the top.
    repeated = [each for each in every if each[1] < -1] or [each for each in every if each[0] == 1]
    if not repeated:
        raise ExtractError("the XML has no element for each person: give a sample with some records")
    return min(repeated)[2]


def _key(text: str, notes: dict[str, str]) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ExtractError("the sample is no valid JSON: check that the file is whole") from None
    if isinstance(value, list):
        notes["record"] = "the list stands at the top and has no name; any will do"
        return "records"
    lists = {key: len(under) for key, under in value.items() if _is_records(under)}
    if not lists:
        raise ExtractError("the JSON has no list of records at its top or under a key of it: give a plainer file")
    return str(max(lists, key=lambda key: lists[key]))


def _is_records(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(each, dict) for each in value)
