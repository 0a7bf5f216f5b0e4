"""A force's report as one JSON document, in the shape of match_report.schema.json.

Decides what the document's fields are called and how values are written. Invariant: it holds what the page and the
workbook hold, from the same ``Report``; days are ISO 8601, what is not there is null or empty and never left out.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reconcile.national.contents import marking
from reconcile.reports import answers, sheets
from reconcile.reports.item import Item, Party
from reconcile.reports.kinds import kinds
from reconcile.reports.report import STATES, Report
from reconcile.settings import Settings

FORMAT: Final = "match-report-2"
"""The name and version of match_report.schema.json."""
CONFIRM: Final = "Confirm identity, by fingerprint where possible, before any action."


def document(report: Report, settings: Settings, *, release: str, as_of: dt.date) -> dict[str, Any]:
    """The report as JSON values.

    Args:
        release: its name, "" where nothing is released.
        as_of: the day the figures speak of.
    """
    states = Counter(report.answer(item.id).state for item in report.items)
    return {
        "format": FORMAT,
        "marking": marking(settings),
        "synthetic": settings.synthetic,
        "confirm": CONFIRM,
        "cycle": settings.cycle,
        "release": release or None,
        "as_of": _day(as_of),
        "force": {"slug": report.force.slug, "name": report.force.name},
        "contact": asdict(report.contact) if report.contact else None,
        "extract": _extract(report),
        "corrections": [each.as_json() for each in report.corrections],
        "since": _since(report),
        "kinds": [
            {"kind": kind, "title": entry["title"], "means": entry["means"], "answers": list(answers.of_kind(kind))}
            for kind, entry in kinds().items()
        ],
        "items": [_item(report, item) for item in report.items],
        "states": {state: states[state] for state in STATES},
        "undecided": report.undecided,
        "restricted": report.restricted,
        "records": list(report.records),
        "claims": [_claim(report, claim) for claim in report.claims],
        "quarantine": [
            {
                "row": row["row_number"],
                "local_id": row["local_id"] or None,
                "check": row["rule"],
                "why": row["sentence"],
            }
            for row in report.quarantine
        ],
        "quality": [asdict(line) for line in report.quality],
        "answering": {
            "answers": [
                {"code": code, "title": entry["title"], "means": entry["means"], "needs": list(entry["needs"])}
                for code, entry in answers.codes().items()
            ],
            "place_kinds": [{"code": code, "title": title} for code, title in answers.place_kinds().items()],
        },
    }


def text(report: Report, settings: Settings, *, release: str, as_of: dt.date) -> str:
    """The document as it is written: UTF-8, two-space indent, a final newline."""
    made = document(report, settings, release=release, as_of=as_of)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    return _schema("match_report.schema.json")


@cache
def answers_schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of a file of answers."""
    return _schema("answers.schema.json")


@cache
def notice_schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of a notice."""
    return _schema("notice.schema.json")


def _schema(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return found


def _item(report: Report, item: Item) -> dict[str, Any]:
    answer = report.answer(item.id)
    return {
        **item_values(item),
        "answer": {
            "state": answer.state,
            "answer": answer.answer or None,
            "on": _day(answer.on),
            "by_role": answer.by_role or None,
        },
    }


def item_values(item: Item) -> dict[str, Any]:
    """An item as JSON values, without how its answer stands."""
    kind = kinds()[item.kind]
    return {
        "id": item.id,
        "version": sheets.version(item),
        "kind": item.kind,
        "title": sheets.called(item, kind),
        "urgent": bool(kind["urgent"]),
        "risk": item.risk or None,
        "claimed": item.claimed,
        "facts": list(item.facts),
        "assessments": list(item.assessments),
        "link": item.strength or None,
        "speaks_for": list(item.speaks_for),
        "speaks_against": list(item.speaks_against),
        "remark": item.note,
        "asked": sheets.asked(item, kind),
        "due": _day(item.due),
        "contacts": [asdict(contact) for contact in item.contacts],
        "own": [_party(party) for party in item.own],
        "others": [_party(party) for party in item.others],
    }


def _party(party: Party) -> dict[str, Any]:
    return {**asdict(party), "as_of": _day(party.as_of)}


def _since(report: Report) -> dict[str, Any] | None:
    since = report.since
    if since is None:
        return None
    lists = {name: list(getattr(since, name)) for name in ("new", "changed", "gone")}
    return {"document": since.document, "on": _day(since.on), **lists, "same": since.same}


def _extract(report: Report) -> dict[str, Any] | None:
    receipt = report.receipt
    if receipt is None:
        return None
    return {
        "state": receipt.state,
        "used": report.used,
        "as_of": _day(receipt.as_of),
        "sha256": receipt.sha256 or None,
        "rows": {"in": receipt.rows_in, "accepted": receipt.accepted, "quarantined": receipt.quarantined},
        "withheld": dict(sorted(receipt.withheld.items())),
        "reasons": [_reason(each) for each in receipt.reasons],
        "warnings": [_reason(each) for each in receipt.warnings],
    }


def _reason(reason: tuple[str, int, str]) -> dict[str, Any]:
    rule, count, sentence = reason
    return {"rule": rule, "rows": count, "sentence": sentence}


def _claim(report: Report, claim: Mapping[str, Any]) -> dict[str, Any]:
    since = claim["missing_since"]
    return {
        "reference": claim["record_id"],
        "status": claim["status"],
        "own_words": claim["status_text"] or None,
        "missing_since": {"first": _day(since["lo"]), "last": _day(since["hi"]), "text": since["text"]}
        if since
        else None,
        "year_lost": claim["year_lost"],
        "length": claim["length"],
        "suspected_overseas": claim["suspected_overseas"],
        "requirement_ended": claim["record_id"] in report.ended,
        "as_of": _day(claim["as_of"]),
    }


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
