"""JSON with a list of records, at the top or under one key, and JSON Lines with a record a line.

Decides the names of nested fields ("address.town"). Invariant: a key that stands twice in one record rejects the
extract, as one of its values would be lost; a line of JSON Lines that is no record is a row with a fault, and so is a
record in which a byte is no character; where such a byte stands between records, the extract is rejected and the line
told.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.forces.lists import LIST_COLUMNS
from reconcile.intake.read import encoding, rows, undefined
from reconcile.intake.read.limits import limit

_BROKEN: Final = "the extract is no valid JSON: check its encoding and that the file is whole"
_MIXED: Final = "a list of the JSON holds lists, or records and texts mixed: send one field for each"
_DEEP: Final = f"the JSON is more than {limit('depth')} levels deep: check its profile"


@dataclass(frozen=True)
class _How:
    """``listed``: the fields of which every position counts, also a null one."""

    separator: str
    listed: frozenset[str]

    def join(self, field: str, values: list[Any]) -> str:
        texts = [rows.text(each) for each in values if each is not None or field in self.listed]
        return f"{self.separator} ".join(texts) if any(texts) else ""


def read(content: bytes, profile: Profile) -> Any:
    """See ``reconcile.intake.read.read``. Lists of texts are joined with the list separator; a list of records is as
    many lists as they have fields, each with a position for every record."""
    layout = profile.format
    listed = frozenset(name for column in LIST_COLUMNS for name in profile.columns.get(column, ()))
    how = _How(layout.list_separator, listed)
    _check(content)
    content, notes, marked = encoding.utf8_or_marked(content, layout.encoding)
    by_line = lines(content)
    if by_line is not None:
        values, faults = (
            by_line,
            pa.array([None if isinstance(each, dict) else rows.NO_RECORD for each in by_line], pa.string()),
        )
    else:
        (values, passed), faults = _listed(content, layout.record, marked), None
        notes = (*notes, *rows.beside_records(passed))
    records = []
    for value in values:
        fields: dict[str, str] = {}
        if isinstance(value, dict):
            _collect(value, "", how, fields, 1)
        records.append(fields)
    found = rows.from_records(records, notes, faults)
    return undefined.told_of(found, marked) if marked else found


def _listed(content: bytes, key: str, marked: undefined.Marked | None) -> tuple[list[Any], int]:
    """The records, and how many others stand in lists under other keys."""
    passed = 0
    try:
        value = _load(content.decode())
    except (ValueError, RecursionError):
        raise ExtractError(f"{_BROKEN}; {undefined.where(marked)}" if marked else _BROKEN) from None
    if key and isinstance(value, dict):
        lists = (found for name, found in value.items() if name != key and isinstance(found, list))
        passed = sum(isinstance(record, dict) for found in lists for record in found)
        value = value.get(key)
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        where = f"under the key {key!r}" if key else "at its top"
        raise ExtractError(f"the JSON has no list of records {where}: check its profile")
    if not value:
        raise ExtractError("the list of records is empty: send a NIL manifest if there is nothing to send")
    return value, passed


def lines(content: bytes) -> list[Any] | None:
    """The value of each filled line, None for a line that has none; None altogether where it is not JSON Lines."""
    filled = [line for line in content.decode().split("\n") if line.strip()]
    if len(filled) < 2 or not isinstance(_try(filled[0]), dict):
        return None
    if max(map(len, filled)) > limit("line_bytes"):
        raise ExtractError("a line of the extract is too long: check its line ends")
    return [_try(line) for line in filled]


def _try(text: str) -> Any:
    try:
        return _load(text)
    except (ValueError, RecursionError):
        return None


def _load(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_int=str, parse_constant=_no_number)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ExtractError("a record of the JSON has the same key twice: send each once")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _check(content: bytes) -> None:
    """Too much of it, before any of it is built: a record takes many times its text."""
    many = sum(content.count(mark) for mark in (b",", b"{", b"["))
    if len(content) > limit("tree_bytes") or many > limit("cells"):
        raise ExtractError("the JSON is too large: send one force's register")


def _collect(record: dict[str, Any], path: str, how: _How, fields: dict[str, str], depth: int) -> None:
    if depth > limit("depth"):
        raise ExtractError(_DEEP)
    for key, value in record.items():
        name = path + key
        if isinstance(value, dict):
            _collect(value, f"{name}.", how, fields, depth + 1)
            continue
        if value == [] and any(field.startswith(f"{name}.") for field in how.listed):
            continue
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            told = _side_by_side(value, f"{name}.", how)
        elif isinstance(value, list):
            if any(isinstance(each, dict | list) for each in value):
                raise ExtractError(_MIXED)
            told = {name: how.join(name, value)}
        else:
            told = {name: rows.text(value)}
        if told.keys() & fields.keys():
            raise ExtractError("two fields of a record come to the same name once nested: give each its own")
        fields |= told


def _side_by_side(records: list[dict[str, Any]], path: str, how: _How) -> dict[str, str]:
    """The fields of records inside a record, each a list with a position for every one of them."""
    if any(isinstance(value, dict | list) for record in records for value in record.values()):
        raise ExtractError(_MIXED)
    names = dict.fromkeys(name for record in records for name in record)
    return {path + name: how.join(path + name, [record.get(name) for record in records]) for name in names}
