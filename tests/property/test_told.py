"""Whatever links and decisions there are, no value of a person who is not linked reaches a force's report.

Every record has a name and another name that say whose they are, which links that may be told can bring to another
force, and a canary in every free text, in the names beside them too, which nothing can; the links have the evidence
that linking the records finds. What a force may be told is worked out here anew, from the links and decisions alone.
"""

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.reports import force_report, sheets
from reconcile.reports.kinds import kinds
from reconcile.reports.report import Report
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.canaries import NOTES, bearer, bearers, canary, filled, strangers
from tests.small_duties import record
from tests.told_country import SLUGS, evidence, link, reports

pytestmark = pytest.mark.slow

IDS = tuple(f"{slug}:{place}" for slug in ("essex", "kent", "surrey") for place in range(3))
PAIRS = tuple((left, right) for left in IDS for right in IDS if left < right)
STATUSES = ("whereabouts_unknown", "wanted", "located", "in_custody", "deceased", "transferred")
SETTINGS = Settings(Workspace(Path()), "2018-03", "APD-1", "DPIA-1", synthetic=True)

people = st.fixed_dictionaries(
    {
        "status": st.sampled_from(STATUSES),
        "sex": st.sampled_from(["M", "F"]),
        "birth_date": st.sampled_from(["1970-01-01", "1970-01-01", "1970-01-01", "1980-01-01", "2003-01-01", ""]),
        "missing_since": st.sampled_from(["2016-01-01", ""]),
        "last_contact": st.sampled_from(["2018-01-01", ""]),
        "last_notified": st.sampled_from(["2015-01-01", "2018-01-01", None]),
        "last_reviewed": st.sampled_from(["2017-01-01", None]),
        "transferred_to": st.sampled_from([None, None, None, *SLUGS]),
        "events": st.sampled_from([(), (("name", "2017-05-01", "2017-05-02"),)]),
        "risk_level": st.sampled_from(["high", "low", None]),
        "number": st.sampled_from(["2001/0000001X", "2001/0000002Y", ""]),
        "postcode": st.sampled_from(["", "AB10 1AB"]),
        "protected": st.sampled_from([False, False, False, False, True]),
        "dates_read": st.booleans(),
        "whole_names": st.booleans(),
        "note": st.sampled_from(NOTES),
    }
)
joins = st.fixed_dictionaries(
    {
        "pair": st.sampled_from(PAIRS),
        "strength": st.sampled_from(["verified", "verified", "proposed", "possible"]),
        "guard": st.sampled_from([None, None, None, "possible_twins"]),
        "decision": st.sampled_from([None, None, "same", "different", "cannot_tell"]),
        "stale": st.sampled_from([False, False, False, True]),
    }
)
countries = st.tuples(
    st.lists(people, min_size=len(IDS), max_size=len(IDS)),
    st.lists(joins, max_size=7, unique_by=lambda join: join["pair"]),
)


def noted(record_id: str, drawn: dict[str, Any]) -> dict[str, Any]:
    """A record with two names that say whose they are, and a canary in every free text."""
    form = {key: drawn[key] for key in ("dates_read", "whole_names", "note")}
    columns = {key: value for key, value in drawn.items() if key not in {"number", "postcode", "protected", *form}}
    row = record(record_id, **columns)
    row["names"] = [
        {"kind": "current", "given": "G", "surname": bearer("name", record_id), "full": None},
        {"kind": "alias", "given": "G", "surname": bearer("other", record_id), "full": None},
    ]
    number = drawn["number"]
    row["identifiers"] = [{"scheme": "pnc", "value": number, "check": "valid"}] if number else []
    made = filled(row, **form)
    current = {"kind": "current", "address": canary("addresses.address", record_id), "postcode": drawn["postcode"]}
    return made | {"addresses": [current, *made["addresses"]]}


def told_to(force: str, rows: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]) -> set[str]:
    """The force's own records, those joined to them by links that may be told, and those handed over to it by name."""
    pairs = []
    for join in found:
        judged = None if join["stale"] else join["decision"]
        verified = join["strength"] == "verified" and not join["guard"]
        if judged == "same" or (verified and judged != "different"):
            pairs.append(join["pair"])
    reach = {row["record_id"] for row in rows if row["force"] == force}
    while more := {end for pair in pairs for end in pair if reach & set(pair)} - reach:
        reach |= more
    return reach | {row["record_id"] for row in rows if row["transferred_to"] == force}


def whole(report: Report) -> str:
    """Everything a report can be written from, as text: its fields, its page, its sheets."""
    content = json.dumps(dataclasses.asdict(report), default=str, ensure_ascii=False)
    page = force_report.render(report, SETTINGS, release="2018-03-aaaa", as_of=report.receipt.as_of)
    return "\n".join((content, page, str(sheets.sheets(report, kinds()))))


@given(countries)
@settings(max_examples=60, deadline=None)
def test_no_value_of_anybody_not_linked_reaches_a_report(country: tuple[list[Any], list[Any]]) -> None:
    drawn, found = country
    rows = [noted(record_id, one) for record_id, one in zip(IDS, drawn, strict=True)]
    said = evidence(rows, [join["pair"] for join in found]) if found else []
    links = [
        link(*join["pair"], join["strength"]) | {"guard": join["guard"], "evidence": each}
        for join, each in zip(found, said, strict=True)
    ]
    decisions = [
        {
            **dict(zip(("left", "right"), join["pair"], strict=True)),
            "judgement": join["decision"],
            "evidence_hash": "another" if join["stale"] else "|".join(join["pair"]),
            "reviewer": "ann, bob",
            "reason": "fingerprints",
            "decided_at": None,
        }
        for join in found
        if join["decision"]
    ]
    guarded = [record_id for record_id, one in zip(IDS, drawn, strict=True) if one["protected"]]
    young = {row["record_id"] for row, one in zip(rows, drawn, strict=True) if one["birth_date"] in {"2003-01-01", ""}}
    for force, report in reports(rows, links, decisions, guarded).items():
        told = whole(report)
        allowed = told_to(force, rows, found)
        named = bearers(told, "name", IDS) | bearers(told, "other", IDS)
        assert named <= allowed
        assert not named & ({*guarded} | young)
        mentioned = set(re.findall(r"\b(?:essex|kent|surrey):\d\b", told))
        assert mentioned <= allowed
        assert {each for each in mentioned if not each.startswith(f"{force}:")}.isdisjoint({*guarded} | young)
        assert not strangers(told, force), "a force's own words stand beside its own claims, no other record's anywhere"
