"""How a sample is written: its format, encoding, delimiter, sheet or record, told from its bytes.

Decides the ``[format]`` of a draft, and which lines may hold the heading; what can be told without a profile is told by
the readers of extracts. Invariant: the format it gives reads the sample, or it says why none does.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from reconcile.errors import ExtractError
from reconcile.forces.profile import Format
from reconcile.intake.read import delimited, encoding, json_file, unpack, workbook, xml_file
from reconcile.intake.read.limits import limit

LOOKED_AT: Final = 200
"""Lines from which a delimiter is told."""

Lines = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Layout:
    """A format, what a person should check of it, by its key, and the first filled lines where one is the heading."""

    format: Format
    notes: dict[str, str]
    first: Lines = ()


def detect(content: bytes) -> Layout:
    """The layout of a sample, which may be packed as an extract may be.

    Raises:
        ExtractError: it is of no format that can be read.
    """
    notes: dict[str, str] = {}
    content = unpack.unpacked(content, "xlsx")
    if content.startswith((unpack.ZIP, workbook.OLD)):
        sheet, lines = _sheet(content, notes)
        return Layout(_format("xlsx", sheet=sheet), notes, lines[: limit("heading_lines")])
    if not content.strip():
        raise ExtractError("the sample is empty: give a file with a heading and rows")
    said = _encoding(content, notes)
    text = encoding.utf8(content, said)[0]
    start = text.lstrip()[:1]
    if start == b"<":
        return Layout(_format("xml", record=_element(xml_file.as_declared(content)[0])), notes)
    if start in (b"{", b"["):
        return Layout(_format("json", encoding=said, record=_key(text, notes)), notes)
    if not start:
        raise ExtractError("the sample is empty: give a file with a heading and rows")
    delimiter = _delimiter(text)
    first = [line for line, _after in delimited.first_lines(text, delimiter)]
    return Layout(_format("csv", encoding=said, delimiter=delimiter), notes, first)


def _format(kind: str, **said: str) -> Format:
    keys = {"encoding": "utf-8", "delimiter": "", "sheet": "", "record": ""} | said
    return Format(kind=kind, date_order="dmy", list_separator=";", **keys)


def _encoding(content: bytes, notes: dict[str, str]) -> str:
    found = encoding.actual(content, "utf-8")
    if content.isascii():
        notes["encoding"] = "the sample has plain letters only, other encodings read it alike: ask the force"
    elif found == encoding.WINDOWS and not any(0x80 <= byte < 0xA0 for byte in content):
        notes["encoding"] = "latin-1 reads the sample alike"
    return found


def _delimiter(text: bytes) -> str:
    """The sign that cuts the first lines into the same number of fields, and the most of them."""
    lines = [line for line, _number in zip(io.StringIO(text.decode(), newline=""), range(LOOKED_AT), strict=False)]

    def score(delimiter: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual, often = Counter(counts).most_common(1)[0]
        return (often / len(counts) if usual > 1 else 0.0, usual)

    try:
        return max(delimited.DELIMITERS, key=lambda delimiter: (round(score(delimiter)[0], 1), score(delimiter)[1]))
    except csv.Error:
        raise ExtractError("the sample is no table: a field of it never ends") from None


def _sheet(content: bytes, notes: dict[str, str]) -> tuple[str, Lines]:
    every = workbook.opened(content)[0]
    visible = [(name, lines) for name, hidden, lines in every if not hidden]
    shown = visible or [(name, lines) for name, _hidden, lines in every]
    if not shown:
        raise ExtractError("the workbook has no sheet of cells: give one with a heading and rows")
    if len(shown) > 1:
        notes["sheet"] = f'the largest of {len(shown)} sheets; "*" reads every visible one with its columns'
    return max(shown, key=lambda sheet: sum(map(len, sheet[1])))


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


def _key(text: bytes, notes: dict[str, str]) -> str:
    if json_file.lines(text) is not None:
        notes["record"] = "JSON Lines: a record a line, under no name; any will do"
        return "records"
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
