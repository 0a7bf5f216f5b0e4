"""The hand-made cycle shown: its release page, and its forces' reports in a folder."""

import datetime as dt
from pathlib import Path

import pyarrow as pa

from reconcile.national import page
from reconcile.reports import force_report
from reconcile.reports.contacts import contacts
from reconcile.review.restricted import restricted
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.pages.survey import Survey

MARKS = {"marking": "OFFICIAL-SENSITIVE", "synthetic": True, "model_name": "2026-01-01-00000000"}


RELEASED = dt.date(2018, 3, 12)
"""The day from which the days to answer are counted."""


def render(survey: Survey, **named: bool) -> str:
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
