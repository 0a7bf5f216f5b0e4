"""Records for the tests of linkage: only what a test says, everything else missing."""

import datetime as dt
from typing import Any

import pyarrow as pa

from reconcile import schema


def date(text: str | None) -> dict[str, Any] | None:
    """A PARTIAL_DATE from "2001-02-03" or "2001"; anything else stays text."""
    if text is None:
        return None
    try:
        if len(text) == 4:
            return {"lo": dt.date(int(text), 1, 1), "hi": dt.date(int(text), 12, 31), "text": text}
        day = dt.date.fromisoformat(text)
    except ValueError:
        return {"lo": None, "hi": None, "text": text}
    return {"lo": day, "hi": day, "text": text}


def record(
    record_id: str,
    given: str | None = None,
    surname: str | None = None,
    born: str | None = None,
    *,
    also: tuple[tuple[str, str], ...] = (),
    sex: str | None = None,
    pnc: str | None = None,
    check: str = "valid",
    address: str | None = None,
    town: str | None = None,
    postcode: str | None = None,
    convicted: str | None = None,
) -> dict[str, Any]:
    names = [{"kind": "current", "given": given, "surname": surname, "full": None}]
    names += [{"kind": "alias", "given": one, "surname": other, "full": None} for one, other in also]
    place = {"kind": "current", "address": address, "town": town, "postcode": postcode}
    return {
        "record_id": record_id,
        "force": record_id.split(":", maxsplit=1)[0],
        "names": names,
        "sex": sex,
        "birth_date": date(born),
        "identifiers": [{"scheme": "pnc", "value": pnc, "check": check}] if pnc else [],
        "addresses": [place] if address or town or postcode else [],
        "conviction_date": date(convicted),
    }


def table(*records: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(records), schema=schema.RECORDS)
