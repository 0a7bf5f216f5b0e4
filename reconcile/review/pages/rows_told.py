"""What a record says in each row of a comparison, in the words of a page.

Decides which columns of RECORDS make a row, and which rows are evidence of who somebody is. Invariant: a value is told
as the force sent it or, where an imported list adds it, with that list as its source.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.render.look import capital, partial, plural, word

Row = dict[str, Any]
Parts = tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """A value as a record gives it; ``parts`` where it is compared part by part; ``note`` says what else is known."""

    text: str
    note: str = ""
    parts: Parts = ()


def absent(record: Row, fields: Sequence[str]) -> str:
    """Why a record says nothing in a row: kept back, not known to the force, or "" where it is blank."""
    for each in record["absent"] or ():
        if each["field"] in fields:
            return {"withheld": "withheld by the force", "unknown": "not known to the force"}.get(each["reason"], "")
    return ""


def date(value: Row | None) -> tuple[Given, ...]:
    """A PARTIAL_DATE, its day, month and year apart where it is a full one, and the text as sent beside it."""
    if not value or (value["lo"] is None and not value["text"]):
        return ()
    lo, hi = value["lo"], value["hi"]
    sent = f"sent as {value['text']}" if value["text"] else ""
    if re.fullmatch(r"\d{4}(-\d\d)?", value["text"] or ""):
        sent = ""  # the same month or year in figures
    if lo is None or lo != hi:
        return (Given(partial(value), sent),)
    numbers = sorted(int(each) for each in re.findall(r"\d+", value["text"] or ""))
    if numbers in (sorted((lo.day, lo.month, lo.year)), sorted((lo.day, lo.year))):
        sent = ""  # the same day in figures
    parts = (str(lo.day), f"{lo:%B}", str(lo.year))
    return (Given(" ".join(parts), sent, parts),)


def name_of(name: Row) -> str:
    return str(name.get("full") or " ".join(part for part in (name["given"], name["surname"]) if part))


def address_of(address: Row) -> str:
    return ", ".join(part for part in (address["address"], address["town"], address["postcode"]) if part)


def _text(field: str, group: str = "", note: str = "") -> Callable[[Row], tuple[Given, ...]]:
    def given(record: Row) -> tuple[Given, ...]:
        value = record[field]
        if value is None:
            return ()
        told = word(value, group).replace("_", " ") if group else str(value)
        return (
            Given(capital(told) if group else told, f"in its words: {record[note]}" if note and record[note] else ""),
        )

    return given


def _dated(field: str) -> Callable[[Row], tuple[Given, ...]]:
    return lambda record: date(record[field])


def _name(record: Row) -> tuple[Given, ...]:
    return tuple(Given(name_of(name)) for name in (record["names"] or ())[:1])


def _other_names(record: Row) -> tuple[Given, ...]:
    sent = [Given(name_of(name), word(name["kind"], "name_kind")) for name in (record["names"] or ())[1:]]
    return (*sent, *(Given(name_of(each), _source(each)) for each in record["added"]))


def _source(added: Row) -> str:
    on = f", changed {partial(added['changed_on'])}" if added["changed_on"] else ""
    return f"{word(added['kind'], 'name_kind')}, from an imported list ({added['source']}){on}"


def _address(part: str, kind: str) -> Callable[[Row], tuple[Given, ...]]:
    def given(record: Row) -> tuple[Given, ...]:
        of_kind = [each for each in record["addresses"] or () if each["kind"] == kind]
        return tuple(
            Given(text) for each in of_kind if (text := address_of(each) if part == "all" else each[part] or "")
        )

    return given


def identifier_rows(records: Sequence[Row]) -> list[tuple[str, Parts, Callable[[Row], tuple[Given, ...]]]]:
    schemes = sorted({each["scheme"] for record in records for each in record["identifiers"] or ()})
    return [(capital(word(scheme, "scheme")), (scheme,), _identifier(scheme)) for scheme in schemes]


def _identifier(scheme: str) -> Callable[[Row], tuple[Given, ...]]:
    def given(record: Row) -> tuple[Given, ...]:
        held = [each for each in record["identifiers"] or () if each["scheme"] == scheme]
        return tuple(Given(each["value"] or "", word(each["check"], "check")) for each in held if each["value"])

    return given


def _sentence(record: Row) -> tuple[Given, ...]:
    months = record["sentence_months"]
    if months is None:
        return ()
    told = plural(months, "month")
    return (Given(told, parts=(told,)),)


EVIDENCE: Final = ("Names", "Birth", "Identifiers", "Addresses", "Conviction")
TABLE: Final[dict[str, tuple[tuple[str, Parts, Callable[[Row], tuple[Given, ...]]], ...]]] = {
    "Names": (("Name", ("names", "given", "surname"), _name), ("Other names", ("names",), _other_names)),
    "Birth": (
        ("Birth date", ("birth_date",), _dated("birth_date")),
        ("Place of birth", ("place_of_birth",), _text("place_of_birth")),
        ("Sex", ("sex",), _text("sex", "sex")),
    ),
    "Addresses": (
        ("Address", ("addresses", "address"), _address("address", "current")),
        ("Town", ("addresses", "town"), _address("town", "current")),
        ("Postcode", ("addresses", "postcode"), _address("postcode", "current")),
        ("Earlier addresses", ("addresses",), _address("all", "previous")),
    ),
    "Conviction": (
        ("Convicted on", ("conviction_date",), _dated("conviction_date")),
        ("Court", ("conviction_court",), _text("conviction_court")),
        ("Country", ("conviction_country",), _text("conviction_country")),
        ("Offence", ("offence",), _text("offence")),
        ("Basis", ("basis",), _text("basis", "basis")),
        ("Disposal", ("disposal",), _text("disposal", "disposal")),
        ("Sentence", ("sentence_months",), _sentence),
        ("Order ends", ("order_end",), _dated("order_end")),
    ),
    "What the force claims": (
        ("Status", ("status",), _text("status", "status", "status_text")),
        ("Missing since", ("missing_since",), _dated("missing_since")),
        ("Last contact", ("last_contact",), _dated("last_contact")),
        ("Last notified", ("last_notified",), _dated("last_notified")),
        ("Released on", ("released_on",), _dated("released_on")),
        ("Circulated on PNC", ("circulated",), _text("circulated")),
        ("Handed over to", ("transferred_to",), _text("transferred_to")),
        ("Abroad", ("overseas_evidence",), _text("overseas_evidence", "evidence")),
    ),
    "Other": (
        ("Risk level", ("risk_level",), _text("risk_level", "risk")),
        ("Risk tool", ("risk_tool",), _text("risk_tool")),
        ("Assessed on", ("risk_assessed_on",), _dated("risk_assessed_on")),
        ("Period ends", ("period_end",), _dated("period_end")),
    ),
}
"""Per group, in the order shown: a row's label, the fields whose absence it tells, and what a record gives in it."""
TITLES: Final = (*EVIDENCE, *(title for title in TABLE if title not in EVIDENCE))
"""The groups in the order shown; the rows of identifiers are those the records hold."""
