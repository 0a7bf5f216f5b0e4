"""What a force is told: all that is its to act on, and of anyone else the least that lets it."""

import dataclasses
import re
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.intake import Receipt
from reconcile.notification.standing import judged
from reconcile.reports import force_report
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests import told_country
from tests.canaries import bearer, bearers, filled, strangers
from tests.pages.showing import write_reports
from tests.pages.survey import Survey

pytestmark = pytest.mark.slow

needs_chromium = pytest.mark.needs("chromium")


def texts(folder: Path) -> dict[str, str]:
    """All text of each force's page, JSON and workbook, by force."""
    found = {}
    for force in sorted(path for path in folder.iterdir() if path.is_dir()):
        parts = [path.read_text(encoding="utf-8") for path in sorted(force.glob("*.[hj]*"))]
        for path in sorted(force.glob("*.xlsx")):
            with zipfile.ZipFile(path) as book:
                parts += [book.read(name).decode() for name in book.namelist()]
        found[force.name] = "\n".join(parts)
    return found


@pytest.fixture(scope="module")
def canaries(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> tuple[Survey, dict[str, str]]:
    """Reports of the survey with names that say whose they are, and every other free text a canary; the links have the
    evidence that linking these records finds."""
    rows = survey.records.to_pylist()
    for place, row in enumerate(rows):
        names = [{"kind": "current", "given": "G", "surname": bearer("name", row["record_id"]), "full": None}]
        rows[place] = filled(row | {"names": names, "identifiers": []})
    pairs = [(link["left"], link["right"]) for link in survey.links.to_pylist()]
    links = [
        link | {"evidence": said}
        for link, said in zip(survey.links.to_pylist(), told_country.evidence(rows, pairs), strict=True)
    ]
    changed = dataclasses.replace(
        survey,
        records=pa.Table.from_pylist(rows, schema.RECORDS),
        links=pa.Table.from_pylist(links, schema.LINKS),
    )
    return changed, texts(write_reports(changed, tmp_path_factory.mktemp("canaries")))


def told_with(survey: Survey, force: str) -> set[str]:
    """The force's own records, and those joined to them by verified or decided links, however far."""
    links = judged(survey.links, survey.decisions).to_pylist()
    pairs = [
        (link["left"], link["right"])
        for link in links
        if link["judgement"] == "same" or (link["strength"] == "verified" and link["judgement"] != "different")
    ]
    reach = {record for record in survey.records["record_id"].to_pylist() if record.startswith(f"{force}:")}
    while more := {end for pair in pairs for end in pair if reach & set(pair)} - reach:
        reach |= more
    return reach


def test_nobody_but_own_people_and_their_decided_counterparts_is_named(canaries) -> None:
    survey, reports = canaries
    ids = survey.records["record_id"].to_pylist()
    named = {force: bearers(text, "name", ids) for force, text in reports.items()}
    for force, records in named.items():
        assert records <= told_with(survey, force), force
    assert any(record.startswith("metropolitan:") for record in named["kent"])


def test_no_value_beyond_the_minimum_reaches_any_report(canaries) -> None:
    _, reports = canaries
    assert {force: found for force, text in reports.items() if (found := strangers(text, force))} == {}


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Reports in which every kind of item occurs, with names that say whose they are and every other free text a
    canary; the links have the evidence that linking these records finds."""
    out = tmp_path_factory.mktemp("every-kind")
    settings = Settings(Workspace(out), "2018-03", policy_document="APD-1", dpia="DPIA-1", synthetic=True)
    rows = [hidden(row) for row in told_country.RECORDS]
    given = told_country.given(rows)
    links = given["links"].to_pylist()
    found = told_country.evidence(rows, [(link["left"], link["right"]) for link in links])
    links = [link | {"evidence": said} for link, said in zip(links, found, strict=True)]
    force_report.write(settings, out, **given | {"links": pa.Table.from_pylist(links, schema.LINKS)})
    return texts(out)


def hidden(row: dict[str, Any]) -> dict[str, Any]:
    names = [
        {"kind": name["kind"], "given": "G", "surname": bearer(kind, row["record_id"]), "full": None}
        for kind, name in zip(("name", "other", "intended"), row["names"], strict=False)
    ]
    return filled(row) | {"names": names}  # names without notes, which would make other names alike


def test_with_every_kind_of_item_only_linked_and_handed_over_people_are_named(every_kind: dict[str, str]) -> None:
    told = told_country
    ids = [row["record_id"] for row in told.RECORDS]
    linked = {end: {*pair} for pair in told.VERIFIED for end in pair}
    for force, text in every_kind.items():
        own = {row["record_id"] for row in told.RECORDS if row["force"] == force}
        may = own.union(*(linked.get(record, ()) for record in own))
        if force == "surrey":
            may |= {"kent:5"}  # handed over to it by name
        assert bearers(text, "name", ids) <= may, force
        assert set(re.findall(r"\b(?:essex|kent|surrey):\d+\b", text)) <= may, force
        assert bearers(text, "other", ids) == ({"essex:6"} if force == "kent" else set()), force
    assert "kent:5" in bearers(every_kind["surrey"], "name", ids)


def test_with_every_kind_of_item_no_value_beyond_the_minimum_is_told(every_kind: dict[str, str]) -> None:
    assert {force: found for force, text in every_kind.items() if (found := strangers(text, force))} == {}
    ids = [row["record_id"] for row in told_country.RECORDS]
    assert not any(bearers(text, "intended", ids) for text in every_kind.values())


def test_every_item_says_what_is_asked_by_when_and_where_links_are_told_whom_to_ask(every_kind: dict[str, str]) -> None:
    for text in every_kind.values():
        for article in re.findall(r'<article class="item.*?</article>', text, re.DOTALL):
            assert "<dt>Asked of you</dt>" in article
            assert re.search(r'by <strong class="nowrap">\d+ \w+ 2018', article)
            assert ("police.example" in article) == ("The same PNC ID on records" not in article)


def test_an_undecided_link_is_told_as_a_count_only(survey: Survey, reports: Path) -> None:
    links = judged(survey.links, survey.decisions).to_pylist()
    undecided = [link for link in links if link["strength"] != "verified" and link["judgement"] is None]
    assert undecided
    every = texts(reports)
    for link in undecided:
        for own, other in ((link["left"], link["right"]), (link["right"], link["left"])):
            assert not re.search(rf"\b{re.escape(other)}\b", every[own.split(":")[0]])
    assert "further proposals touching your records" in every["metropolitan"]


def test_a_decision_opens_the_lead_to_both_forces(survey: Survey, reports: Path) -> None:
    decided = survey.decisions.to_pylist()[0]
    every = texts(reports)
    for own, other in ((decided["left"], decided["right"]), (decided["right"], decided["left"])):
        assert re.search(rf"\b{re.escape(other)}\b", every[own.split(":")[0]])
    assert "Link decided by a person." in every["metropolitan"]


def test_a_decision_on_other_evidence_tells_nobody(survey: Survey, tmp_path: Path) -> None:
    stale = [row | {"evidence_hash": "of evidence since changed"} for row in survey.decisions.to_pylist()]
    changed = dataclasses.replace(survey, decisions=pa.Table.from_pylist(stale, schema.DECISIONS))
    every = texts(write_reports(changed, tmp_path))
    left, right = stale[0]["left"], stale[0]["right"]
    assert not re.search(rf"\b{re.escape(right)}\b", every[left.split(":")[0]])


def test_every_lead_is_headed_by_the_warning(reports: Path) -> None:
    html = next((reports / "metropolitan").glob("*.html")).read_text(encoding="utf-8")
    leads = html.count('<article class="item urgent"')
    assert leads > 0
    headed = (
        r'<article class="item urgent".*?</h3>\s*<p class="confirm">Confirm identity, by fingerprint where possible'
    )
    assert len(re.findall(headed, html, re.DOTALL)) == leads


def test_one_number_on_two_contradicting_people_is_told_without_a_name(survey: Survey, tmp_path: Path) -> None:
    rows = {row["record_id"]: row for row in survey.records.to_pylist()}
    one, other = rows["kent:1003"], rows["humberside:1003"]
    one["sex"], other["sex"] = "M", "F"
    other["identifiers"] = one["identifiers"]
    other["names"] = [{"kind": "current", "given": "G", "surname": "STRANGER", "full": None}]
    changed = dataclasses.replace(survey, records=pa.Table.from_pylist(list(rows.values()), schema.RECORDS))
    kent = texts(write_reports(changed, tmp_path))["kent"]
    assert "The same PNC ID on records that contradict each other" in kent
    assert "which the national coordinators know" in kent
    assert "humberside:1003" not in kent
    assert "STRANGER" not in kent


def a_counterpart(survey: Survey) -> tuple[str, str, str]:
    """A record of another force that Kent's or London's report tells of: who is told, the own record, and it."""
    link = next(link for link in judged(survey.links, survey.decisions).to_pylist() if link["strength"] == "verified")
    return link["left"].split(":")[0], link["left"], link["right"]


def test_a_protected_person_is_told_to_no_other_force(survey: Survey, reports: Path, tmp_path: Path) -> None:
    force, own, other = a_counterpart(survey)
    rows = survey.records.to_pylist()
    for row in rows:
        if row["record_id"] in {own, other}:
            row["names"] = [{"kind": "current", "given": "G", "surname": "PROTECTED", "full": None}]
    named = dataclasses.replace(survey, records=pa.Table.from_pylist(rows, schema.RECORDS))
    assert other in texts(reports)[force]
    for protected in (own, other):
        every = texts(write_reports(named, tmp_path / protected.replace(":", "-"), protected))
        assert not re.search(rf"\b{re.escape(other)}\b", every[force])
        assert "PROTECTED" not in every[force], "of a restricted person the force's own record is in no item either"
        # What is left out are the double claim, and the notification of its own that is overdue.
        assert "2 further items concern people who are restricted" in every[force]
        assert not re.search(rf"\b{re.escape(own)}\b", every[other.split(":")[0]])
        assert re.search(rf"\b{re.escape(own)}\b", every[force]), "a force's own claim stands in its own report"


def test_a_child_and_one_who_may_be_one_are_told_to_no_other_force(survey: Survey, tmp_path: Path) -> None:
    force, own, other = a_counterpart(survey)
    for age in ("YES", "CANNOT_TELL"):
        rows = [
            row | {"value": age} if (row["record_id"], row["fact"]) == (other, "under_18") else row
            for row in survey.facts.to_pylist()
        ]
        young = dataclasses.replace(survey, facts=pa.Table.from_pylist(rows, schema.FACTS))
        every = texts(write_reports(young, tmp_path / age))
        assert not re.search(rf"\b{re.escape(other)}\b", every[force])
        assert not re.search(rf"\b{re.escape(own)}\b", every[other.split(":")[0]])
        assert "restricted: protected" in every[force]


def test_a_number_shared_with_a_restricted_record_is_only_counted(survey: Survey, tmp_path: Path) -> None:
    rows = {row["record_id"]: row for row in survey.records.to_pylist()}
    one, other = rows["kent:1003"], rows["humberside:1003"]
    one["sex"], other["sex"] = "M", "F"
    other["identifiers"] = one["identifiers"]
    changed = dataclasses.replace(survey, records=pa.Table.from_pylist(list(rows.values()), schema.RECORDS))
    kent = texts(write_reports(changed, tmp_path, "humberside:1003"))["kent"]
    assert "which the national coordinators know" not in kent
    assert "restricted: protected" in kent


def test_a_silent_force_is_told_what_to_send_and_nothing_else(survey: Survey, reports: Path) -> None:
    silent = next(force for force in survey.forces if force.name in survey.statistics["forces_silent"])
    html = next((reports / silent.slug).glob("*.html")).read_text(encoding="utf-8")
    assert "Nothing was received from you" in html
    assert "What to send" in html
    assert 'class="item' not in html


def test_a_force_whose_extract_was_rejected_is_told_why_and_gets_no_item(survey: Survey, tmp_path: Path) -> None:
    why = ("columns", 0, "The column of birth dates is not there.")
    rejected = Receipt("kent", "REJECTED", "kent.csv", "ab" * 32, rows_in=9, reasons=(why,))
    receipts = tuple(rejected if receipt.force == "kent" else receipt for receipt in survey.receipts)
    html = texts(write_reports(dataclasses.replace(survey, receipts=receipts), tmp_path))["kent"]
    assert "Your extract could not be used for this cycle" in html
    assert why[2] in html
    assert 'class="item' not in html


def test_rows_set_aside_are_told_with_their_sentence(reports: Path) -> None:
    html = next((reports / "kent").glob("*.html")).read_text(encoding="utf-8")
    assert "The birth date is after the date of the extract." in html
    assert "K-17" in html
    assert "K-17" not in next((reports / "metropolitan").glob("*.html")).read_text(encoding="utf-8")


def test_file_names_hold_the_marking_and_the_force_and_no_person(survey: Survey, reports: Path) -> None:
    names = sorted(path.name for path in reports.rglob("*.*") if path.is_file())
    expected = [f"OFFICIAL-SENSITIVE-SYNTHETIC_survey-2018_{force.slug}_match-report" for force in survey.forces]
    assert names == sorted(f"{stem}.{kind}" for stem in expected for kind in ("html", "json", "xlsx"))


def test_the_same_inputs_in_any_order_give_the_same_bytes(survey: Survey, reports: Path, tmp_path: Path) -> None:
    order = list(range(len(survey.records)))[::-1]
    turned = dataclasses.replace(
        survey,
        records=survey.records.take(order),
        links=survey.links.take(list(range(len(survey.links)))[::-1]),
        receipts=survey.receipts[::-1],
        forces=survey.forces[::-1],
    )
    again = write_reports(turned, tmp_path)
    for path in reports.rglob("*.*"):
        if path.is_file():
            assert (again / path.relative_to(reports)).read_bytes() == path.read_bytes(), path.name


@needs_chromium
@pytest.mark.parametrize("force", ["metropolitan", "kent", "surrey"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_report_opens_without_a_network_a_complaint_or_sideways_scrolling(opened, reports, force, width) -> None:
    tab = opened(next((reports / force).glob("*.html")), width=width)
    assert tab.locator("h1").inner_text().startswith("Match report for")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
