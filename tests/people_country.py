# ruff: noqa: E501
"""A compiled cycle of a few people for the pages of search, people, the list and the sign-off.

Two records of one man in two forces, his namesake, a woman whose name is written in another script, a child, and a force
whose extract is held.
"""

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from starlette.testclient import TestClient

from reconcile import cycle, made_from, schema
from reconcile.audit import AuditLog
from reconcile.intake.receipt import Receipt
from reconcile.review.access import Visitor
from reconcile.review.airflow_approval import AnswerApproval
from reconcile.review.pages import create_app
from reconcile.settings import Settings
from reconcile.values.identifiers import check_letter
from reconcile.workspace import Workspace, write_json, write_table
from tests import small_country
from tests.small_tables import links, records

RECORDS = """
| record   | name             | aliases      | sex | birth_date | status              | missing_since | last_contact | risk_level |
| essex:1  | Smith, William   | Smyth, Billy | M   | 1971-05-12 | whereabouts_unknown | 2016-05-01    |              | high       |
| kent:1   | Smith, Bill      |              | M   | 1971-05-12 | in_custody          |               | 2017-01-01   |            |
| kent:2   | Smith, William   |              | M   | 1960-01-02 | wanted              | 2014          |              | low        |
| surrey:1 | Ivanova, Maria   |              | F   | 1985-07    | whereabouts_unknown |               |              |            |
| kent:3   | Brown, Peter     |              | M   | 2008-03-04 | whereabouts_unknown | 2017-06-01    |              |            |
| essex:4  | Green, Ada       |              | F   | 1955-11-30 | located             |               | 2017-12-01   |            |
"""
LINKS = """
| left    | right    | strength | guard |
| essex:1 | kent:1   | verified |       |
| essex:1 | kent:2   | possible |       |
| kent:3  | essex:4  | possible |       |
"""
PNC = f"1998/0123456{check_letter('980123456')}"
CHILD = "kent:3"
HELD = Receipt(
    "wiltshire",
    "HELD",
    "wiltshire.csv",
    "5" * 64,
    small_country.RECEIPTS[2].as_of,
    9,
    9,
    bands=(("rows", 0, "There are 9 rows, in the last accepted extract there were 90."),),
    why=(("rows", 0, "There are 9 rows, in the last accepted extract there were 90."),),
)


def written(root: Path) -> Settings:
    """The workspace of the cycle, compiled."""
    made = Settings(
        Workspace(root), "2018-03", "APD-1", "DPIA-1", synthetic=True, database_url=f"sqlite:///{root}/d.sqlite"
    )
    root.mkdir(exist_ok=True)
    found = records(RECORDS).to_pylist()
    for row in found:
        if row["record_id"] == "essex:1":
            row["identifiers"] = [{"scheme": "pnc", "value": PNC, "check": "valid"}]
    for name, table in (
        ("records", pa.Table.from_pylist(found, schema.RECORDS)),
        ("links", links(LINKS)),
        ("provenance", schema.PROVENANCE.empty_table()),
        ("quarantine", schema.QUARANTINE.empty_table()),
        ("names_added", schema.NAMES_ADDED.empty_table()),
    ):
        write_table(made.workspace.stage(made.cycle, f"{name}.parquet"), table)
    receipts = [HELD if each.force == "wiltshire" else each for each in small_country.RECEIPTS]
    told = [replace(each, rows_in=3, accepted=3) if each.force == "kent" else each for each in receipts]
    write_json(made.workspace.stage(made.cycle, "receipts.json"), [each.to_json() for each in told])
    write_json(made.workspace.stage(made.cycle, "model.json"), {"name": "2018-03-01-abcdef12"})
    made_from.note(made, "links")
    cycle.reconsider(made)
    return made


def copied(compiled: Settings, root: Path) -> Settings:
    """A copy of a compiled workspace, to act on."""
    shutil.copytree(compiled.workspace.root, root)
    return replace(compiled, workspace=Workspace(root), database_url=f"sqlite:///{root}/d.sqlite")


def client(settings: Settings, *roles: str, answer: AnswerApproval | None = None) -> TestClient:
    """The pages as A. Visitor with these roles, coordinator where none is named, sees them."""
    visitor = Visitor("A. Visitor", frozenset(roles or ("coordinator",)))
    app = create_app(settings, lambda _request: visitor, secret="of a test", answer_approval=answer)
    return TestClient(app, follow_redirects=False)


def token(of: TestClient, place: str) -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', of.get(place).text)
    assert found, place
    return found[1]


def send(of: TestClient, place: str, page: str, **said: str) -> Any:
    """The answer to a form of ``page`` sent to ``place``."""
    return of.post(place, data={"token": token(of, page), **said})


def person_of(settings: Settings, record: str) -> str:
    """The national id of a record."""
    resolved = cycle.table(settings, "identities").to_pylist()
    return str(next(row["national_id"] for row in resolved if row["record_id"] == record))


def logged(settings: Settings, operation: str) -> list[dict[str, Any]]:
    """The lines of the audit log of an operation, oldest first."""
    return [row for row in AuditLog(settings.database_url).export().to_pylist() if row["operation"] == operation]


def said_anywhere(lines: Iterable[dict[str, Any]], *words: str) -> bool:
    """Whether a word stands in any of the lines."""
    text = json.dumps(list(lines), default=str).casefold()
    return any(word.casefold() in text for word in words)
