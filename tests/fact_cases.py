"""Hand-computed cases about facts, read from tables that a lawyer can check, and what the product says of them.

Decides how the few words of a case become the records of one person. The notation is explained in
``tests/spec/facts/README.md``. Invariant: a word the notation does not know is refused, so that no input of a case is
passed over unsaid.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import notification, schema
from tests.small_tables import partial

NOT_ASKED = "(not asked)"
SUBJECT = {"born": "1970-05-05", "relevant": "2005-01-10", "disposal": "life"}
"""An adult convicted and subject to the requirements without end, where a case turns on other things."""

DATES = {
    "born": "birth_date",
    "relevant": "conviction_date",
    "missing": "missing_since",
    "contact": "last_contact",
    "first_notified": "first_notified",
    "last_notified": "last_notified",
    "released": "released_on",
    "order_end": "order_end",
    "period_end": "period_end",
    "reviewed": "last_reviewed",
}
WORDS = {
    "status": "status",
    "residence": "residence",
    "basis": "basis",
    "circulated": "circulated",
    "transferred_to": "transferred_to",
    "evidence": "overseas_evidence",
    "risk": "risk_level",
    "place_of_birth": "place_of_birth",
    "conviction_country": "conviction_country",
}


@dataclass(frozen=True)
class Case:
    """One line of a table. ``day`` and ``days`` as written: blank is not part of the case, "-" is none."""

    id: str
    rule: str
    fact: str
    tried: str
    where: str
    as_of: str
    inputs: str
    value: str
    day: str
    days: str
    source: str


def cases(folder: Path) -> list[Case]:
    """Every case of the tables in ``folder``, file by file."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            found += [Case(**row) for row in csv.DictReader(lines)]
    return found


Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """The rows of ``schema.RECORDS``, ``schema.IDENTITIES`` and ``schema.LINKS`` of people to ask about."""

    records: Rows
    people: Rows
    links: Rows


def asked(people: Iterable[tuple[str, str, str, str]]) -> Asked:
    """The rows of people, each given by key, force of the first record, the extract's date, inputs in the notation.

    The key is the national id of the first record's identity; keys are unique.
    """
    out = Asked([], [], [])
    for key, where, as_of, inputs in people:
        ids: list[str] = []
        for number, group in enumerate(inputs.split("??")):
            for inside, text in enumerate(group.split("//")):
                row = record(f"{key}-{len(ids)}", where, as_of, text.strip())
                out.records.append(row)
                ids.append(row["record_id"])
                joined = {"joined_by": "verified", "joined_to": ids[0]} if inside else {"joined_by": "founding"}
                out.people.append({"national_id": f"{key}/{number}" if number else key, "record_id": ids[-1], **joined})
                if len(ids) > 1:
                    out.links.append(_link(ids[0], ids[-1], "verified" if inside else "proposed"))
    return out


def facts(of: Asked) -> pa.Table:
    """``schema.FACTS`` as the product derives them."""
    found = notification.assess(
        pa.Table.from_pylist(of.records, schema.RECORDS),
        pa.Table.from_pylist(of.people, schema.IDENTITIES),
        pa.Table.from_pylist(of.links, schema.LINKS),
    )
    assert found.schema == schema.FACTS
    return found


def told(of: Asked) -> dict[tuple[str, str], dict[str, Any]]:
    """What the product says: (key, fact) → the row about the first record, or about the identity."""
    firsts = {row["record_id"] for row in of.records if row["local_id"].endswith("-0")}
    rows = [row for row in facts(of).to_pylist() if row["record_id"] is None or row["record_id"] in firsts]
    out = {(row["national_id"], row["fact"]): row for row in rows}
    assert len(out) == len(rows), "a fact is told twice of one record or identity"
    return out


def record(local_id: str, where: str, as_of: str, text: str) -> dict[str, Any]:
    """One row of ``schema.RECORDS`` from inputs such as ``born 1990-05-05; custody 2020-01-05..2020-02-01``.

    Raises:
        ValueError: a word the notation does not know.
    """
    if named := re.match(r"([a-z-]+): *", text):
        where, text = named[1], text[named.end() :]
    out: dict[str, Any] = {
        "record_id": f"{where}:{local_id}",
        "force": where,
        "local_id": local_id,
        "as_of": dt.date.fromisoformat(as_of),
        "names": [_name("current", "Smith, John")],
        "status": "located",
        **{name: [] for name in ("identifiers", "addresses", "absent", "as_sent")},
        **{name: [] for name in ("exemptions", "events", "stays", "travels", "episodes")},
    }
    for said in filter(None, (part.strip() for part in text.split(";"))):
        word, _, rest = said.partition(" ")
        if word == "subject":
            for name, value in SUBJECT.items():
                _put(out, name, value)
        else:
            _put(out, word, rest.strip())
    return out


def _put(out: dict[str, Any], word: str, rest: str) -> None:
    if word in DATES:
        out[DATES[word]] = partial(rest)
    elif word in WORDS:
        out[WORDS[word]] = rest
    elif word == "as_of":
        out["as_of"] = dt.date.fromisoformat(rest)
    elif word == "disposal":
        out["disposal"], _, months = rest.partition(" ")
        out["sentence_months"] = int(months) if months else None
    elif word == "name":
        out["names"][0] = _name("current", rest)
    elif word == "alias":
        out["names"].append(_name("alias", rest))
    elif word == "postcode":
        out["addresses"].append({"kind": "current", "address": None, "town": None, "postcode": rest})
    elif word == "address":
        out["addresses"].append({"kind": "current", "address": rest, "town": None, "postcode": None})
    elif word in schema.EXEMPTIONS:
        first, last = _span(rest)
        out["exemptions"].append({"kind": word, "start": first, "end": last})
    elif word == "exempt":
        first, last = _span(rest)
        out["exemptions"].append({"kind": None, "start": first, "end": last})
    elif word == "event":
        kind, *pairs = rest.split()
        out["events"].append({"kind": _known(kind), **_pairs(pairs, ("happened", "notified", "advance"))})
    elif word == "stay":
        place, span, *pairs = rest.split()
        first, last = _span(span)
        out["stays"].append({"place": _known(place), "start": first, "end": last, **_pairs(pairs, ("notified",))})
    elif word == "withheld":
        out["absent"].append({"field": rest, "reason": "withheld", "text": "refused"})
    elif word == "travel":
        span, *pairs = rest.split()
        first, last = _span(span)
        out["travels"].append({"left": first, "return_due": last, **_pairs(pairs, ("returned",))})
    else:
        raise ValueError(f"the notation has no word {word!r}")


def _known(word: str) -> str | None:
    return None if word == "?" else word


def _name(kind: str, text: str) -> dict[str, str]:
    surname, _, given = text.partition(", ")
    return {"kind": kind, "given": given, "surname": surname, "full": f"{given} {surname}"}


def _span(text: str) -> tuple[Any, Any]:
    """``2020-01-05..2020-02-01``: first and last day; nothing after the dots is still open."""
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(f"{text!r} is no time from one day to another")
    return partial(first), partial(last)


def _pairs(words: list[str], known: tuple[str, ...]) -> dict[str, Any]:
    found = dict(zip(words[::2], words[1::2], strict=True))
    if unknown := set(found) - set(known):
        raise ValueError(f"the notation has no word {min(unknown)!r} here")
    return {name: partial(found.get(name, "")) for name in known}


def _link(one: str, other: str, strength: str) -> dict[str, Any]:
    left, right = sorted((one, other))
    return {
        "left": left,
        "right": right,
        "weight": 40.0 if strength == "verified" else 20.0,
        "probability": 1.0,
        "strength": strength,
        "evidence": [],
        "evidence_hash": "h",
    }
