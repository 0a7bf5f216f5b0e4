# ruff: noqa: E501
"""A country of four forces in which every kind of item of a match report occurs, compiled as a cycle compiles it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reconcile import notification, schema
from reconcile.forces import Force, forces
from reconcile.intake.receipt import Receipt
from reconcile.linkage import identities, model, weighing
from reconcile.linkage.comparison import compare
from reconcile.linkage.display import values
from reconcile.linkage.explain import explain
from reconcile.linkage.features import prepare
from reconcile.national import missing_list
from reconcile.reports import compiling, document, force_report, notices, sheets
from reconcile.reports.item import Contact, Item
from reconcile.reports.kinds import kinds
from reconcile.reports.report import Report
from reconcile.review.restricted import restricted
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.small_duties import name, record
from tests.told_before import MORNING

SLUGS = ("essex", "kent", "police-scotland", "surrey")
ON = dt.date(2018, 3, 12)
"""The day of the release."""
FORCES: tuple[Force, ...] = tuple(force for force in forces() if force.slug in SLUGS)
CONTACTS = {slug: Contact(slug, "Unit", f"unit@{slug}.police.example", "01632 960001") for slug in SLUGS}

RECORDS = (
    # found in custody, at a high risk; found dead, at a low one; found active, the risk not given
    record("kent:1", names=[name("John Adams")], status="whereabouts_unknown", missing_since="2016-05-01", risk_level="low"),
    record("essex:1", names=[name("Johnny Adams")], status="deceased", last_contact="2017-01-01"),
    record("kent:2", names=[name("Peter Brown")], status="wanted", missing_since="2017-01-01", risk_level="high"),
    record("surrey:2", names=[name("Pete Brown")], status="in_custody", last_contact="2018-01-01"),
    record("kent:3", names=[name("Carl Dean")], status="whereabouts_unknown", missing_since=""),
    record("surrey:3", names=[name("Carl Deane")], status="located", last_contact="2018-01-01"),
    # claimed by two, Essex notified last
    record("kent:4", names=[name("Ivor Ewart")], status="whereabouts_unknown", missing_since="2016-01-01", last_notified="2015-01-01"),
    record("essex:4", names=[name("Ivor Ewart")], status="whereabouts_unknown", missing_since="2016-02-01", last_notified="2015-06-01"),
    # handed over and held by nobody; living in Aberdeen
    record("kent:5", names=[name("Frank Fenwick")], status="transferred", transferred_to="surrey", last_notified="2018-01-01"),
    record("essex:5", names=[name("Glyn Garside")], status="located", addresses=[{"kind": "current", "address": "SECRET Street", "town": "Aberdeen", "postcode": "AB10 1AB"}], last_notified="2018-01-01"),
    # known to Essex by another name since 2017
    record("kent:6", names=[name("Hugh Hollis")], last_notified="2018-01-01"),
    record("essex:6", names=[name("Hugh Hollis"), name("Boris Quist", "alias"), name("Igor Later", "intended")], events=[("name", "2017-05-01", "2017-05-02")], last_notified="2018-01-01"),
    # one number on two people
    record("kent:7", names=[name("Jack Ingleby")], sex="M", identifiers=[{"scheme": "pnc", "value": "2001/0000001X", "check": "valid"}], last_notified="2018-01-01"),
    record("surrey:7", names=[name("Joan Stranger")], sex="F", identifiers=[{"scheme": "pnc", "value": "2001/0000001X", "check": "valid"}], last_notified="2018-01-01"),
    # overdue, and reviewed long ago
    record("kent:8", names=[name("Karl Late")], first_notified="2017-01-11", last_notified="2017-02-01", risk_level="very_high"),
    record("kent:9", names=[name("Liam Lost")], status="whereabouts_unknown", missing_since="2017-06-01", last_reviewed="2017-11-01", risk_level="medium", last_notified="2017-02-01"),
    # twice in one force
    record("surrey:10", names=[name("Mark Twice")], last_notified="2018-01-01"),
    record("surrey:11", names=[name("Mark Twice")], last_notified="2018-01-01"),
    # linked by what nobody has decided, and by nothing at all
    record("essex:12", names=[name("Nils Open")], status="in_custody", last_contact="2018-02-01", last_notified="2018-01-01"),
    record("kent:12", names=[name("Niels Open")], status="whereabouts_unknown", missing_since="2017-01-01", last_notified="2017-12-01"),
    record("surrey:13", names=[name("Otto Alone")], last_notified="2018-01-01"),
)  # fmt: skip
VERIFIED = (
    ("essex:1", "kent:1"),
    ("kent:2", "surrey:2"),
    ("kent:3", "surrey:3"),
    ("essex:4", "kent:4"),
    ("essex:6", "kent:6"),
    ("surrey:10", "surrey:11"),
)
PROPOSED = (("essex:12", "kent:12"),)


def link(left: str, right: str, strength: str, evidence: Sequence[tuple[str, float, str]] = ()) -> dict[str, Any]:
    """A row of LINKS; ``evidence`` is feature, weight and sentence."""
    weight = {"verified": 40.0, "proposed": 20.0, "possible": 8.0}[strength]
    told = evidence or [("identifier", weight, "The same PNC ID, its check letter valid.")]
    left, right = sorted((left, right))
    return {
        "left": left,
        "right": right,
        "weight": weight,
        "probability": round(1 - 2**-weight, 6),
        "strength": strength,
        "guard": None,
        "evidence": [
            {"feature": feature, "level": "", "weight": bits, "sentence": text} for feature, bits, text in told
        ],
        "evidence_hash": f"{left}|{right}",
    }


def evidence(rows: Sequence[dict[str, Any]], pairs: Sequence[tuple[str, str]]) -> list[list[dict[str, Any]]]:
    """What linking the records finds between each of some pairs: the EVIDENCE of each, in their order."""
    table = pa.Table.from_pylist(list(rows), schema.RECORDS)
    features = prepare(table)
    ids = features.ids.to_pylist()
    ends = (np.array([ids.index(pair[end]) for pair in pairs], np.int32) for end in (0, 1))
    compared = compare(features, *ends)
    scores = weighing.scores(features, compared, model.load())
    found, _hashes = explain(values(table, features), compared, scores, np.arange(len(pairs)))
    return found.to_pylist()


def decision(left: str, right: str, judgement: str) -> dict[str, Any]:
    """A row of DECISIONS on the evidence of ``link``."""
    left, right = sorted((left, right))
    return {
        "left": left,
        "right": right,
        "judgement": judgement,
        "evidence_hash": f"{left}|{right}",
        "reviewer": "ann, bob",
        "reason": "fingerprints",
        "decided_at": dt.datetime(2018, 3, 10, tzinfo=dt.UTC),
    }


def given(
    rows: Sequence[dict[str, Any]] = RECORDS,
    links: Sequence[dict[str, Any]] | None = None,
    decisions: Sequence[dict[str, Any]] = (),
    protected: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """What reports are compiled from, made of records, links and decisions as a cycle makes it."""
    if links is None:
        links = [link(*pair, "verified") for pair in VERIFIED] + [link(*pair, "proposed") for pair in PROPOSED]
    records = pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["record_id"])), schema.RECORDS)
    between = pa.Table.from_pylist(list(links), schema.LINKS)
    decided = pa.Table.from_pylist(list(decisions), schema.DECISIONS)
    people = identities.resolve(records["record_id"], between, decided)
    facts = notification.assess(records, people, between, decided)
    guarded = pa.table({"record_id": pa.array(protected, pa.string())})
    return {
        "receipts": [_receipt(slug, records) for slug in SLUGS],
        "records": records,
        "identities": people,
        "links": between,
        "decisions": decided,
        "missing_list": missing_list.compile_list(records, people, between, decided, facts),
        "facts": facts,
        "quarantine": schema.QUARANTINE.empty_table(),
        "forces": FORCES,
        "restricted": restricted(people, facts, guarded),
        "release": "2018-03-aaaa",
        "on": ON,
        "contacts": CONTACTS,
        **more,
    }


def reports(
    rows: Sequence[dict[str, Any]] = RECORDS,
    links: Sequence[dict[str, Any]] | None = None,
    decisions: Sequence[dict[str, Any]] = (),
    protected: Sequence[str] = (),
    **more: Any,
) -> dict[str, Report]:
    """The reports of the four forces, by slug."""
    found = compiling.reports(**given(rows, links, decisions, protected, **more))
    return {report.force.slug: report for report in found}


def _receipt(slug: str, records: pa.Table) -> Receipt:
    count = records["force"].to_pylist().count(slug)
    return Receipt(slug, "RECEIVED", f"{slug}.csv", "ab" * 32, dt.date(2018, 3, 1), count, count)


def of_kind(report: Report, kind: str) -> list[Item]:
    return [item for item in report.items if item.kind == kind]


def in_every_form(report: Report) -> str:
    """All text of a report's page, its JSON and its workbook, and of a notice of its items as page and JSON."""
    to = Settings(Workspace(Path()), "2018-03", "APD-1", "DPIA-1", synthetic=True)
    every = tuple(item.id for item in report.items)
    told = notices.Notice(report.force, "2018-03-notice-aaaa", (), report.items, every, 0)
    return "\n".join(
        [
            force_report.render(report, to, release="2018-03-aaaa", as_of=ON),
            document.text(report, to, release="2018-03-aaaa", as_of=ON),
            *(repr([list(row) for row in sheet.rows]) for sheet in sheets.sheets(report, kinds())),
            *(text.decode() for text in notices.files(told, to, at=MORNING).values()),
        ]
    )
