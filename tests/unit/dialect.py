"""A force's dialect made by hand, and extracts of invented people put into a workspace's inbox."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile.forces import Format, Profile, Source, profile
from reconcile.intake.columns import map_columns
from reconcile.settings import Settings
from reconcile.workspace import Workspace

AS_OF = "2018-03-01"
COLUMNS = {
    "local_id": ("Ref",),
    "surname": ("Surname",),
    "given_names": ("Forename", "Middle"),
    "full_name": ("Whole name",),
    "aliases": ("AKA",),
    "previous_names": ("Formerly",),
    "maiden_name": ("Nee",),
    "deed_poll_name": ("Deed poll",),
    "birth_date": ("DOB",),
    "sex": ("Sex",),
    "address": ("House", "Street"),
    "town": ("Town",),
    "postcode": ("Postcode",),
    "previous_postcodes": ("Old postcodes",),
    "status": ("Status",),
    "missing_since": ("Missing from",),
    "last_contact": ("Last contact",),
    "last_notified": ("Notified",),
    "overseas_evidence": ("Abroad",),
    "conviction_date": ("Convicted",),
    "offence": ("Offence",),
    "basis": ("Basis",),
    "disposal": ("Disposal",),
    "sentence_months": ("Months",),
    "order_end": ("Order ends",),
    "period_end": ("Period ends",),
    "risk_level": ("Risk",),
    "risk_assessed_on": ("Assessed",),
}
KENT = replace(
    profile("kent"),
    source=Source("register_*.csv", ""),
    format=Format("csv", "cp1252", ";", "", "", "dmy", "|"),
    columns=COLUMNS,
    identifiers={"pnc": "PNC", "cro": "CRO", "visor": "ViSOR", "nomis": "NOMS", "ni_number": "NINO", "crn": "CRN"},
    values={
        "status": {
            "lost": "whereabouts_unknown",
            "warrant": "wanted",
            "at home": "located",
            "dead": "deceased",
            "over": "requirement_ended",
        },
        "sex": {"1": "M", "2": "F"},
        "overseas_evidence": {"exit": "border_exit", "known": "location_known"},
        "risk_level": {"vh": "very_high"},
    },
    withheld=frozenset({"refused", "s.40"}),
    unknown=frozenset({"n/k"}),
)
PERSON = {"Ref": "K1", "Surname": "Farrow", "Forename": "Iain", "DOB": "05/03/1971", "Sex": "1", "Status": "At home"}


def table(*people: dict[str, str]) -> pa.Table:
    """What a reader would give of ``people``, each PERSON but for what is said of it."""
    names = list(dict.fromkeys(name for person in [PERSON, *people] for name in person))
    columns = [pa.array([(PERSON | person).get(name) for person in people], pa.string()) for name in names]
    return pa.table([*columns, pa.array(range(1, len(people) + 1), pa.int32())], names=[*names, "row_number"])


def canonical(*people: dict[str, str], dialect: Profile = KENT) -> pa.Table:
    return map_columns(table(*people), dialect).rows


def csv_bytes(*people: dict[str, str]) -> bytes:
    rows = table(*people).drop_columns(["row_number"])
    lines = [rows.column_names, *([value or "" for value in row.values()] for row in rows.to_pylist())]
    return "\r\n".join(";".join(line) for line in lines).encode("cp1252")


def settings(root: Path, **changes: Any) -> Settings:
    return Settings(workspace=Workspace(root), cycle="2018-03", policy_document="APD-1", dpia="DPIA-1", **changes)


def send(folder: Path, content: bytes, count: int, name: str = "register_2018.csv", **manifest: Any) -> Path:
    """Put an extract and its manifest into a force's folder of the inbox."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    entry = {"force": "kent", "as_of": AS_OF, "record_count": count, "nil": False, "synthetic": True} | manifest
    (folder / f"{name}.manifest.json").write_text(json.dumps(entry))
    return folder / name
