"""An acceptance report as a page, a workbook and JSON, each holding the same.

Decides what the files are called: by the force's slug, and where a force checks before it sends also by the first
digits of the extract's SHA-256. Invariant: no name of a file the force sent stands in one; the bytes depend on the
report alone.
"""

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from reconcile.render import look, workbook
from reconcile.render.workbook import Column, Sheet
from reconcile.reports.acceptance import Acceptance, Key
from reconcile.workspace import write_bytes

SCHEMA: Final = "acceptance-report-1"
"""The name and version of docs/acceptance_report.schema.json."""
SHOWN_ROWS: Final = 500
"""Quarantined rows on the page; the workbook has them all."""
SHOWN_KEYS: Final = 40
"""Rows named on the page for each warning."""
UNDATED: Final = dt.date(2000, 1, 1)
SHORT: Final = 12


def write(report: Acceptance, stem: Path, *, marking: str, synthetic: bool) -> list[Path]:
    """Write ``stem`` .html, .xlsx and .json; returns the paths in this order."""
    page, book, data = (stem.with_name(f"{stem.name}.{kind}") for kind in ("html", "xlsx", "json"))
    write_bytes(page, render(report, marking=marking, synthetic=synthetic).encode())
    workbook.write(book, sheets(report), _properties(report, marking, synthetic))
    text = json.dumps(to_json(report, marking=marking, synthetic=synthetic), indent=2, ensure_ascii=False)
    write_bytes(data, f"{text}\n".encode())
    return [page, book, data]


def checked_stem(report: Acceptance) -> str:
    """The name of a check's files: slug and the first digits of the SHA-256."""
    return f"{report.force.slug}-{report.receipt.sha256[:SHORT]}"


def render(report: Acceptance, *, marking: str, synthetic: bool) -> str:
    """The report as one self-contained page."""
    return look.page(
        "reports/acceptance.html",
        marking=marking,
        synthetic=synthetic,
        report=report,
        tone=_tone(report),
        shown_rows=SHOWN_ROWS,
        shown_keys=SHOWN_KEYS,
    )


def to_json(report: Acceptance, *, marking: str, synthetic: bool) -> dict[str, Any]:
    """The report as JSON values, in the shape of docs/acceptance_report.schema.json."""
    receipt = report.receipt
    return {
        "schema": SCHEMA,
        "marking": marking,
        "synthetic": synthetic,
        "force": {"slug": report.force.slug, "name": report.force.name},
        "cycle": report.cycle or None,
        "state": receipt.state,
        "headline": report.headline,
        "as_of": receipt.as_of.isoformat() if receipt.as_of else None,
        "file": report.sent_as or None,
        "sha256": receipt.sha256 or None,
        "rows": {"in": receipt.rows_in, "accepted": receipt.accepted, "quarantined": receipt.quarantined},
        "why": [{"rule": rule, "rows": count, "sentence": told} for rule, count, told in report.why],
        "reasons": [{"rule": rule, "rows": count, "sentence": told} for rule, count, told in receipt.reasons],
        "quarantine": [
            {
                **_key(row.key),
                "faults": [
                    {"rule": rule, "sentence": told} for rule, told in zip(row.rules, row.sentences, strict=True)
                ],
            }
            for row in report.quarantine
        ],
        "quarantine_purged_on": report.purged_on.isoformat() if report.purged and report.purged_on else None,
        "warnings": [
            {
                "rule": each.rule,
                "rows": each.count,
                "sentence": each.sentence,
                "keys": [_key(key) for key in each.rows],
            }
            for each in report.warnings
        ],
        "columns": [{"rule": rule, "sentence": told} for rule, _count, told in report.columns],
        "completeness": {
            "national_forces": report.national_forces if report.cycle else None,
            "fields": [
                {
                    "field": field.name,
                    "sent": field.sent,
                    "filled": field.filled,
                    "blank": field.blank,
                    "unknown": field.unknown,
                    "withheld": field.withheld,
                    "median_filled_percent": field.median,
                    "median_forces": field.forces,
                }
                for field in report.fields
            ],
        },
        "next": list(report.next),
    }


def sheets(report: Acceptance) -> list[Sheet]:
    """The workbook's sheets in reading order."""
    whole = [[None, "", rule, told] for rule, count, told in report.why if not count]
    whole += [[None, "", "purged", report.purged]] if report.purged else []
    rows = [
        [row.key.row_number, row.key.local_id, rule, told]
        for row in report.quarantine
        for rule, told in zip(row.rules, row.sentences, strict=True)
    ]
    return [
        Sheet("Quarantined rows", (*_KEY, Column("Check"), Column("Why", "long", 80)), [*whole, *rows]),
        Sheet(
            "Warnings",
            (Column("Check", width=34), Column("Rows", "number", 9), Column("What", "long", 90)),
            [[each.rule, each.count or None, each.sentence] for each in report.warnings],
        ),
        Sheet(
            "Rows to look at",
            (*_KEY, Column("Check"), Column("What", "long", 80)),
            [[key.row_number, key.local_id, each.rule, each.sentence] for each in report.warnings for key in each.rows],
        ),
        Sheet(
            "Columns",
            (Column("Check", width=24), Column("What", "long", 110)),
            [[rule, told] for rule, _count, told in report.columns],
        ),
        Sheet("Completeness", _COMPLETENESS, list(_completeness(report))),
    ]


_KEY: Final = (Column("Row", "number", 9), Column("Your reference", width=24))
_COMPLETENESS: Final = (
    Column("Field", width=24),
    Column("You send it", width=10),
    Column("Filled %", "decimal", 10),
    Column("National median %", "decimal", 12),
    Column("Forces in the median", "number", 12),
    Column("Filled", "number", 10),
    Column("Blank", "number", 10),
    Column("Unknown", "number", 10),
    Column("Withheld", "number", 10),
)


def _completeness(report: Acceptance) -> Iterable[list[Any]]:
    for field in (*report.sent, *report.not_sent):
        counts = [field.filled, field.blank, field.unknown, field.withheld] if field.sent else [None] * 4
        filled = field.share("filled") if field.sent else None
        yield [field.label, "yes" if field.sent else "no", filled, field.median, field.forces or None, *counts]


def _key(key: Key) -> dict[str, Any]:
    return {"row": key.row_number, "local_id": key.local_id or None}


def _tone(report: Acceptance) -> str:
    if report.receipt.state not in ("RECEIVED", "NIL", "LATE"):
        return "alert"
    return "note" if report.receipt.quarantined else "good"


def _properties(report: Acceptance, marking: str, synthetic: bool) -> workbook.Properties:
    receipt = report.receipt
    return workbook.Properties(
        title=f"{'Acceptance report' if report.cycle else 'Check before sending'} for {report.force.name}",
        marking=marking,
        synthetic=synthetic,
        created=receipt.as_of or UNDATED,
        about=(
            ("Your extract", report.headline),
            ("What that means", report.meaning),
            ("Cycle", report.cycle or "none: checked before sending, nothing was kept"),
            ("As of", look.day(receipt.as_of)),
            *((("File", report.sent_as),) if report.sent_as else ()),
            ("SHA-256", receipt.sha256 or "—"),
            ("Rows sent", look.number(receipt.rows_in)),
            ("Accepted", look.number(receipt.accepted)),
            ("Quarantined", look.number(receipt.quarantined)),
            *((f"What to do next, {place}", step) for place, step in enumerate(report.next, 1)),
            ("For", f"{report.force.name} only. Rows are named by their number and your own reference."),
        ),
    )
