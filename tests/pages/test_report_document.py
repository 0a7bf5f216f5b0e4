"""A report as JSON keeps to its published schema, and says what the workbook says."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from reconcile.reports import document
from reconcile.reports.answers import codes, place_kinds
from reconcile.reports.kinds import kinds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    made = document.schema()
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def documents(reports: Path) -> dict[str, dict[str, Any]]:
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in reports.rglob("*.json")}


def test_every_report_of_the_survey_keeps_to_the_schema(documents, schema: Draft202012Validator) -> None:
    assert len(documents) == 45
    for force, found in documents.items():
        assert not [error.message for error in schema.iter_errors(found)], force
    assert any(found["items"] for found in documents.values())
    assert {found["extract"] is None for found in documents.values()} == {True, False}


def changed(found: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    broken = copy.deepcopy(found)
    change(broken)
    return broken


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("marking"),
        lambda found: found.update(format="match-report-1"),
        lambda found: found.update(children=[]),
        lambda found: found["items"][0].update(kind="gossip"),
        lambda found: found["items"][0].update(due="01/02/2018"),
        lambda found: found["items"][0]["own"][0].update(address="1 High Street"),
        lambda found: found["items"][0]["answer"].update(state="done"),
        lambda found: found["items"][0].update(id="kent-1"),
        lambda found: found.update(undecided=-1),
    ],
)
def test_a_broken_report_does_not(documents, schema: Draft202012Validator, change) -> None:
    assert not schema.is_valid(changed(documents["metropolitan"], change))


def test_every_word_of_the_tables_is_one_of_the_schema() -> None:
    defs, props = document.schema()["$defs"], document.schema()["properties"]
    assert defs["kind"]["enum"] == list(kinds())
    assert defs["answer_code"]["enum"] == list(codes())
    asked = props["answering"]["properties"]["place_kinds"]["items"]["properties"]
    assert asked["code"]["enum"] == list(place_kinds())
    answer = document.answers_schema()["$defs"]["answer"]["properties"]
    assert (answer["answer"]["enum"], answer["place_kind"]["enum"]) == (list(codes()), list(place_kinds()))


def test_document_and_workbook_tell_the_same_items(documents, reports: Path) -> None:
    book = openpyxl.load_workbook(next((reports / "metropolitan").glob("*.xlsx")))
    heading, *rows = book["Items"].iter_rows(values_only=True)
    found = documents["metropolitan"]["items"]
    assert [row[heading.index("Item")] for row in rows] == [item["id"] for item in found]
    assert [row[heading.index("Version")] for row in rows] == [item["version"] for item in found]
    assert [row[heading.index("What is asked")] for row in rows] == [item["asked"] for item in found]
    records = {party["reference"] for item in found for party in (*item["own"], *item["others"])}
    assert records <= set(documents["metropolitan"]["records"])
