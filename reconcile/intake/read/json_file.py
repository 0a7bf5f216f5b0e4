"""JSON with a list of records, at the top or under one key.

Decides the names of nested fields ("address.town"). Invariant: a key that stands twice in one record rejects the
extract, as one of its values would be lost.
"""

import json
from typing import Any

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import rows


def read(content: bytes, layout: Format) -> Any:
    """See ``reconcile.intake.read.read``. Lists of texts are joined with the list separator."""
    try:
        value = json.loads(content.decode(layout.encoding).removeprefix("\ufeff"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise ExtractError("the extract is no valid JSON: check its encoding and that the file is whole") from None
    if layout.record and isinstance(value, dict):
        value = value.get(layout.record)
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        where = f"under the key {layout.record!r}" if layout.record else "at its top"
        raise ExtractError(f"the JSON has no list of records {where}: check its profile")
    if not value:
        raise ExtractError("the list of records is empty: send a NIL manifest if there is nothing to send")
    records = []
    for record in value:
        fields: dict[str, str] = {}
        _collect(record, "", layout.list_separator, fields)
        records.append(fields)
    return rows.from_records(records)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ExtractError("a record of the JSON has the same key twice: send each once")
    return found


def _collect(record: dict[str, Any], path: str, separator: str, fields: dict[str, str]) -> None:
    for name, value in record.items():
        if isinstance(value, dict):
            _collect(value, f"{path}{name}.", separator, fields)
        elif isinstance(value, list):
            if any(isinstance(each, dict | list) for each in value):
                raise ExtractError("a list of the JSON holds records or lists, not texts: send one field for each")
            fields[path + name] = f"{separator} ".join(rows.text(each) for each in value if each is not None)
        else:
            fields[path + name] = rows.text(value)
