"""Records each free text of which says whose it is, so that a test can tell what of another force a report repeats.

Every text of ``schema.RECORDS`` is either closed (an id, or a word of a list) or free: a column added to the schema is
free until it is named here.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from reconcile import schema

CLOSED: Final[Mapping[str, str]] = {
    "record_id": "",
    "force": "",
    "local_id": "",
    "names.kind": "alias",
    "sex": "M",
    "identifiers.scheme": "visor",
    "identifiers.check": "none",
    "addresses.kind": "previous",
    "status": "located",
    "residence": "sole_or_main",
    "exemptions.kind": "abroad",
    "events.kind": "address",
    "episodes.outcome": "found",
    "circulated": "no",
    "transferred_to": "",
    "overseas_evidence": "deported",
    "risk_level": "low",
    "absent.field": "town",
    "absent.reason": "withheld",
    "as_sent.field": "town",
}
"""Texts that are an id or one of a closed list of words, and a word for each."""
NOTES: Final = (
    "{name} (see victim {secret})",
    "{name} see {secret}",
    "{name} victim of {secret}",
    "{name}, {secret}",
    "{name}; {secret}",
    "{name}: {secret}",
    "{name} - {secret}",
    "{name} – {secret}",
    "{name}/{secret}",
    "{name} & {secret}",
    "{name} [{secret}]",
    "{name} “{secret}”",
    "{name}\n{secret}",
    "{name} 1998 {secret}",
    "{name} of {secret}",
)
"""Ways a note stands beside a name in its field."""
HARMLESS: Final = ("identifiers", "addresses", "absent", "as_sent")
"""Lists that no fact is judged by, the postcode aside."""


def texts(fields: Any = schema.RECORDS, within: str = "") -> Iterator[str]:
    """The path of every text in the schema: "offence", "names.given", "birth_date.text"."""
    for field in fields:
        kind = field.type.value_type if pa.types.is_list(field.type) else field.type
        if pa.types.is_string(kind):
            yield f"{within}{field.name}"
        elif pa.types.is_struct(kind):
            yield from texts(list(kind), f"{within}{field.name}.")


FREE: Final = tuple(path for path in texts() if path not in CLOSED)


def canary(path: str, record: str) -> str:
    """Letters alone, so that it stays one word whatever is done with it; ``record`` is an id or a force's slug."""
    return f"leak{_letters(path)}xq{_letters(record)}qx"


def _letters(text: str) -> str:
    spelt = "".join(chr(ord("a") + int(sign)) if sign.isdecimal() else sign for sign in text)
    return re.sub("[^a-z]", "", spelt.casefold())


def found(text: str) -> set[tuple[str, str]]:
    """The path and the record, in letters, of every canary in ``text``, whatever its case."""
    return set(re.findall(r"leak([a-z]+?)xq([a-z]+?)qx", text.casefold()))


def strangers(text: str, force: str) -> set[tuple[str, str]]:
    """The canaries in ``text`` of the records of other forces than ``force``."""
    return {(path, record) for path, record in found(text) if not record.startswith(_letters(force))}


def bearer(kind: str, record: str) -> str:
    """A name that says whose it is, in letters alone; ``kind`` tells the names of a record apart."""
    return f"{kind}xq{_letters(record)}qx"


def bearers(text: str, kind: str, records: Iterable[str]) -> set[str]:
    """Those of ``records`` whose name of a kind is in ``text``, whatever its case."""
    named = set(re.findall(rf"{kind}xq([a-z]+?)qx", text.casefold()))
    return {record for record in records if _letters(record) in named}


def filled(
    row: Mapping[str, Any], *, dates_read: bool = True, whole_names: bool = False, note: str = NOTES[0]
) -> dict[str, Any]:
    """A row of RECORDS with a canary in every free text, behind the name in its names.

    Args:
        dates_read: whether dates keep their days; else but for the birth date none has any, and every list of dates has
            an entry more. The text has eight figures, as a date has.
        whole_names: whether names are one text, their parts not told apart.
        note: one of ``NOTES``, how the canary stands beside a name.
    """
    record, made = row["record_id"], dict(row)
    for field in schema.RECORDS:
        value = row.get(field.name)
        if field.name == "names":
            made["names"] = [*(_name(each, record, note, whole=whole_names) for each in value or ()), _note(record)]
        elif pa.types.is_list(field.type):
            more = field.name in HARMLESS or not dates_read
            entries = [_struct(field.type.value_type, field.name, record, each, dates_read) for each in value or ()]
            if more:
                entries.append(_struct(field.type.value_type, field.name, record, None, dates_read))
            made[field.name] = entries
        elif field.type == schema.PARTIAL_DATE:
            made[field.name] = _date(field.name, record, value, dates_read or field.name == "birth_date")
        elif field.name in FREE:
            made[field.name] = canary(field.name, record)
    invalid = {"value": canary("identifiers.value", record).upper(), "check": "invalid"}
    numbers = [{"scheme": scheme, **invalid} for scheme in ("pnc", "passport")]
    made["identifiers"] = [*numbers, *made["identifiers"], *(row.get("identifiers") or ())]
    return made


def _name(name: Mapping[str, Any], record: str, note: str, *, whole: bool) -> dict[str, Any]:
    noted = {
        part: note.format(name=name[part], secret=canary(f"names.{part}", record)) for part in ("given", "surname")
    }
    if whole:
        full = note.format(name=f"{name['given']} {name['surname']}", secret=canary("names.full", record))
        return {"kind": name["kind"], "given": None, "surname": None, "full": full}
    return {"kind": name["kind"], **noted, "full": canary("names.full", record)}


def _note(record: str) -> dict[str, Any]:
    return {"kind": "alias", "given": None, "surname": None, "full": f"see victim {canary('names.full', record)}"}


def _struct(kind: Any, column: str, record: str, value: Mapping[str, Any] | None, dates_read: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in kind:
        path, known = f"{column}.{field.name}", (value or {}).get(field.name)
        if field.type == schema.PARTIAL_DATE:
            made[field.name] = _date(path, record, known, dates_read)
        elif path in CLOSED:
            made[field.name] = known or CLOSED[path]
        else:
            made[field.name] = canary(path, record)
    return made


def _date(path: str, record: str, value: Mapping[str, Any] | None, read: bool) -> dict[str, Any] | None:
    if read and value is None:
        return None
    day = (value or {}).get("lo") or dt.date(2017, 1, 11)
    text = f"{canary(f'{path}.text', record)} {day.isoformat()}"
    ends = {end: value[end] for end in ("lo", "hi")} if read and value else {"lo": None, "hi": None}
    return {**ends, "text": text}
