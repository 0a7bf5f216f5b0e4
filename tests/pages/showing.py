"""The hand-made cycle shown: its release page, and its forces' reports in a folder."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile.national import page
from reconcile.reports import force_report
from reconcile.reports.contacts import contacts
from reconcile.review.restricted import restricted
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.pages.survey import Survey

MARKS = {"marking": "OFFICIAL-SENSITIVE", "synthetic": True, "model_name": "2026-01-01-00000000"}

ANSWERS: dict[str, Any] = {
    "as_of": "2018-06-02",
    "by_force": {
        name: dict(zip(("told", "answered", "open", "overdue", "lapsed", "median_days"), counts, strict=True))
        for name, counts in {
            "Essex Police": (1_200, 1_200, 0, 0, 0, 2.5),
            "Kent Police": (9, 2, 3, 3, 1, 11.0),
            "Metropolitan Police Service": (214, 111, 33, 66, 4, 6.1),
            "Police Service of Northern Ireland": (3, 0, 2, 1, 0, None),
        }.items()
    },
}
"""How four forces had answered, as ``answers.json`` has it."""

RELEASED = dt.date(2018, 3, 12)
"""The day from which the days to answer are counted."""


def render(survey: Survey, **named: Any) -> str:
    return page.render(survey.statistics, survey.missing_list, survey.receipts, survey.forces, **MARKS, **named)


def write_reports(survey: Survey, out: Path, *protected: str) -> Path:
    settings = Settings(Workspace(out), "survey-2018", policy_document="APD-1", dpia="DPIA-1", synthetic=True)
    guarded = pa.table({"record_id": pa.array(protected, pa.string())})
    force_report.write(
        settings,
        out,
        receipts=survey.receipts,
        records=survey.records,
        identities=survey.identities,
        links=survey.links,
        decisions=survey.decisions,
        missing_list=survey.missing_list,
        facts=survey.facts,
        quarantine=survey.quarantine,
        forces=survey.forces,
        restricted=restricted(survey.identities, survey.facts, guarded),
        release="survey-2018-00000000",
        on=RELEASED,
        contacts=contacts(),
    )
    return out
