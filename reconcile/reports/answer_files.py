"""The answers in a file: the workbook of a report filled in, or JSON.

Decides which file is one of answers, and of which force and report. Invariant: no file takes more memory than a report
can need (``limits.toml``), whatever it holds; what is read is the text of cells, never a formula; columns are found by
their headings wherever they stand, and what stands beside no item is not dropped but given on to be refused; a file of
another force is not read on.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconcile.errors import ExtractError, ReconcileError
from reconcile.forces import forces
from reconcile.intake.read.limits import OF_ANSWERS, limit
from reconcile.intake.read.workbook import opened
from reconcile.reports import answer_columns
from reconcile.reports.answer_checks import Raw, printable, short

FORMAT: Final = "match-answers-1"
"""The name and version of answers.schema.json."""
SUFFIXES: Final[Mapping[str, str]] = {".xlsx": "xlsx", ".json": "json"}
"""The files that are read, and the source of the answers in them."""
_LARGEST: Final[Mapping[str, str]] = {"xlsx": "answers_bytes", "json": "answers_json_bytes"}
"""The limit of each, of which no byte more is read."""
_HEADINGS: Final = 20
"""Filled lines of a sheet among which its headings are looked for."""
_NAME: Final = 200
"""Characters read of what a file says is its release, whose name has fewer."""
_FIELDS: Final = ("item", *answer_columns.TITLES, "digest")
_TITLES: Final = {"item": answer_columns.ITEM, "digest": answer_columns.VERSION, **answer_columns.TITLES}
_KEYS: Final = {"digest": "version"}

Lines = Sequence[Sequence[str]]


class AnswerFileError(ReconcileError):
    """A file that is none of answers of this force: nothing in it is taken."""


@dataclass(frozen=True)
class AnswerFile:
    """``source``: xlsx or json; ``sha256`` of its bytes; ``release`` whose report it answers, "" where it does not say;
    ``raws`` in the order in which they stand; ``notes``: what was read otherwise than written, a sentence each."""

    source: str
    sha256: str
    release: str
    raws: tuple[Raw, ...]
    notes: tuple[str, ...] = ()


def read(path: Path, force: str) -> AnswerFile:
    """Read the answers of the force ``force`` (its slug) from a file.

    Raises:
        AnswerFileError: it is no file of answers, or another force's.
        OSError: it cannot be read.
    """
    source = SUFFIXES.get(path.suffix.lower())
    if source is None:
        raise AnswerFileError(f"{path.name} is neither XLSX nor JSON: save the report's workbook as XLSX")
    most = limit(_LARGEST[source])
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise _too_large(path.name)
    return in_bytes(content, source, force, path.name)


def in_bytes(content: bytes, source: str, force: str, name: str) -> AnswerFile:
    """The same of the bytes of a file called ``name``; ``source`` is xlsx or json."""
    release, raws, notes = (_workbook if source == "xlsx" else _document)(content, force, name)
    return AnswerFile(source, hashlib.sha256(content).hexdigest(), release, tuple(raws), tuple(notes))


def _too_large(name: str) -> AnswerFileError:
    return AnswerFileError(
        f"{name} is too large to be a file of answers: send the report's own workbook filled in, or JSON of its"
        " answers, and nothing else in it"
    )


def _workbook(content: bytes, force: str, name: str) -> tuple[str, list[Raw], list[str]]:
    try:
        sheets, empty = opened(content, OF_ANSWERS)
    except ExtractError:
        raise AnswerFileError(
            f"{name} is no whole XLSX workbook, is locked, or takes more than a report does: fill in the report's own"
            " workbook and save it as XLSX"
        ) from None
    about = _about(sheets)
    if about.get(answer_columns.FOR):
        _need_force(about[answer_columns.FOR], force, name)
    lines, at = _answers_sheet(sheets, name)
    raws: list[Raw] = []
    for line in lines:
        cells = {field: line[place].strip() if place < len(line) else "" for field, place in at.items()}
        if any(cells.values()):
            _need_few(len(raws), name)
            raws.append(_short(Raw(**{field: cells.get(field, "") for field in _FIELDS}), name))
    notes = [f"{empty} formulas hold no value and were read as blank"] if empty else []
    notes += [f"there is no column {_TITLES[field]}: it was read as blank" for field in _FIELDS if field not in at]
    return printable(about.get(answer_columns.RELEASE, "")[:_NAME]), raws, notes


def _about(sheets: Sequence[tuple[str, bool, Lines]]) -> dict[str, str]:
    """What the sheet says that says which report it is; empty where there is none."""
    found = next((lines for name, _hidden, lines in sheets if name == answer_columns.ABOUT), ())
    return {line[0].strip(): line[1].strip() for line in found if len(line) > 1 and line[0].strip()}


def _answers_sheet(sheets: Sequence[tuple[str, bool, Lines]], name: str) -> tuple[Lines, Mapping[str, int]]:
    """The lines below the headings of the sheet with the answers, and where each field's column stands."""
    wanted = {_plain(title): field for field, title in _TITLES.items()}
    wanted |= {_plain(_KEYS.get(field, field)): field for field in _FIELDS}
    order = sorted(sheets, key=lambda sheet: sheet[0] != answer_columns.SHEET)
    for _name, _hidden, lines in order:
        for row, line in enumerate(lines[:_HEADINGS]):
            at: dict[str, int] = {}
            for place, cell in enumerate(line):
                field = wanted.get(_plain(cell))
                if field:
                    at.setdefault(field, place)
            if {"item", "answer"} <= at.keys():
                return lines[row + 1 :], at
    raise AnswerFileError(
        f"{name} has no sheet with the columns {answer_columns.ITEM} and {answer_columns.TITLES['answer']}: fill in"
        " the workbook of the force's own match report"
    )


def _document(content: bytes, force: str, name: str) -> tuple[str, list[Raw], list[str]]:
    if sum(map(content.count, (b",", b"{", b"["))) > limit("answers_cells"):
        # Before any of it is built, which takes many times its text.
        raise _too_large(name)
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise AnswerFileError(f"{name} is no JSON in UTF-8: send a file in the shape of answers.schema.json") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("answers"), list):
        raise AnswerFileError(
            f"{name} is no file of answers: give it format {FORMAT} and answers, as answers.schema.json has them"
        )
    _need_force(found.get("force"), force, name)
    _need_few(len(found["answers"]) - 1, name)
    raws = [_raw(entry, name) for entry in found["answers"]]
    release = found.get("release")
    return printable(release[:_NAME]) if isinstance(release, str) else "", raws, []


def _raw(entry: Any, name: str) -> Raw:
    known = {_KEYS.get(field, field): field for field in _FIELDS}
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values() if value is not None):
        raise AnswerFileError(f"{name} has an answer that is no object of texts: mend it, see answers.schema.json")
    if unknown := sorted(str(key) for key in entry.keys() - known.keys()):
        raise AnswerFileError(f"{name} has an answer with the field {short(unknown[0])}, which is none: take it out")
    return _short(Raw(**{field: entry.get(key) or "" for key, field in known.items()}), name)


def _short(raw: Raw, name: str) -> Raw:
    """The answer, where none of its texts is longer than a cell can hold."""
    if max(map(len, vars(raw).values())) > (most := limit("answers_characters")):
        raise AnswerFileError(f"{name} has an answer with a text of more than {most:,} characters: shorten it")
    return raw


def _need_few(before: int, name: str) -> None:
    """Refuse one answer more than a file may hold."""
    if before >= limit("answers_lines"):
        raise _too_large(name)


def _need_force(said: Any, force: str, name: str) -> None:
    """Refuse a file that says it is another force's."""
    of = next((each for each in forces() if each.slug == force), None)
    # A workbook says whose it is in a sentence that begins with the force's name, JSON by the slug alone.
    names = [force, *([of.name] if of else [])]
    text = str(said).strip()
    if not any(text == each or text.startswith(f"{each} only.") for each in names):
        raise AnswerFileError(f"{name} says it is of another force than {force}: answer each force's report by itself")


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()
