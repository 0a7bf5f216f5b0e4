"""The data dictionary names exactly what a release holds."""

import json
import re
import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.linkage.lineage import REASONS
from reconcile.national import contents, public_files, release
from reconcile.national.claims import CLAIMS
from reconcile.notification.rules import rules
from reconcile.reports import answer_times, deliveries
from reconcile.reports.told import DOCUMENTS
from reconcile.review import judgements, queue
from tests.unit.test_release import SIGNED, compiled, workspace

DICTIONARY = Path(__file__).parents[2] / "docs" / "data_dictionary.md"
OPEN_KEYED = (
    "by_year_lost",
    "by_force",
    "growth",
    "suspected_overseas",
    "by_status",
    "by_length",
    "by_risk",
    "by_review",
    "by_age",
    "by_national_status",
    "by_owner",
    "undated",
    "duties",
    "rests_on",
    "links",
)
"""Figures whose inner keys are years, forces, grades or bands; their definition names them where they are fixed."""


def section(title: str) -> dict[str, str]:
    """The first cell of each row of a section's table, with the rest of the row."""
    text = DICTIONARY.read_text(encoding="utf-8").split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \|(.*)\|$", text, re.MULTILINE))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents.page, "render", lambda *_given, **_named: "")
        patch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
        return release.publish(workspace(tmp_path_factory.mktemp("release")), compiled(), **SIGNED)


def test_every_figure_is_defined_and_every_definition_has_its_figure(published: Path) -> None:
    figures = json.loads((published / contents.STATISTICS).read_text())
    keys = set(figures)
    for key, value in figures.items():
        if isinstance(value, dict) and key not in OPEN_KEYED:
            keys |= {f"{key}.{inner}" for inner in value}
    assert set(section("Statistics")) == keys


FIXED = (
    "suspected_overseas",
    "by_status",
    "by_length",
    "by_risk",
    "by_review",
    "undated",
    "by_national_status",
    "links",
)


@pytest.mark.parametrize("key", [*FIXED, "duties"])
def test_a_figure_with_fixed_parts_names_them_all(published: Path, key: str) -> None:
    parts = json.loads((published / contents.STATISTICS).read_text())[key]
    assert not [part for part in parts if part not in section("Statistics")[key]]


def test_every_figure_of_a_force_is_defined(published: Path) -> None:
    figures = json.loads((published / contents.STATISTICS).read_text())
    for parts in figures["by_force"].values():
        assert not [part for part in parts if f"`{part}`" not in section("Statistics")["by_force"]]


def test_every_part_of_the_flow_and_of_what_a_figure_rests_on_is_defined(published: Path) -> None:
    figures = json.loads((published / contents.STATISTICS).read_text())
    parts = {part for period in figures["flow"].values() for part in period}
    assert not [part for part in parts if f"`{part}`" not in section("Statistics")["flow"]]
    parts = {part for entry in figures["rests_on"].values() for part in entry}
    assert not [part for part in parts if f"`{part}`" not in section("Statistics")["rests_on"]]


def test_the_workbook_has_a_line_for_every_figure(published: Path) -> None:
    figures = json.loads((published / contents.STATISTICS).read_text())
    assert set(contents.list_workbook.definitions()) == set(figures)


def test_every_key_of_the_public_aggregate_is_defined(published: Path) -> None:
    public = json.loads((published / public_files.JSON).read_text())
    defined = section("Public aggregate")
    assert set(defined) == set(public)
    assert not [part for part in public["by_force"][0] if part != "force" and f"`{part}`" not in defined["by_force"]]
    assert not [name for name in public["all_forces"] if f"`{name}`" not in defined["all_forces"]]
    assert not [part for part in public["rule"] if f"`{part}`" not in defined["rule"]]


def test_every_column_of_the_list_is_defined_in_order() -> None:
    assert list(section("Missing list")) == schema.MISSING_LIST.names


def test_every_column_of_the_claims_is_defined_in_order() -> None:
    assert list(section("Claims")) == CLAIMS.names


def test_every_fact_is_defined_with_its_rule() -> None:
    defined = {fact: rest.split("|")[0].strip() for fact, rest in section("What each fact says").items()}
    assert defined == {fact: rule["id"] for fact, rule in rules()["rules"].items()}


@pytest.mark.parametrize(
    ("title", "columns"),
    [("Facts", schema.FACTS), ("Name changes", schema.NAME_CHANGES), ("Names added", schema.NAMES_ADDED)],
)
def test_every_column_of_the_name_changes_is_defined_in_order(title: str, columns: pa.Schema) -> None:
    assert list(section(title)) == columns.names


@pytest.mark.parametrize(("title", "columns"), [("Queue", queue.QUEUE), ("Judgements", judgements.LINES)])
def test_every_column_of_the_queue_and_of_its_answers_is_defined_in_order(title: str, columns: pa.Schema) -> None:
    assert list(section(title)) == columns.names


def test_every_column_and_state_of_the_deliveries_is_defined_in_order() -> None:
    assert list(section("Deliveries")) == deliveries.LINES.names
    assert not [
        state
        for state in (deliveries.DELIVERED, deliveries.FAILED)
        if f"`{state}`" not in section("Deliveries")["state"]
    ]
    assert not [kind for kind in DOCUMENTS if f"`{kind}`" not in section("Deliveries")["document_kind"]]


def test_every_word_of_the_queue_and_of_its_answers_is_defined() -> None:
    assert not [word for word in queue.KINDS if f"`{word}`" not in section("Queue")["kind"]]
    assert not [word for word in queue.TOUCHES if f"`{word}`" not in section("Queue")["touches"]]
    assert not [word for word in judgements.ANSWERS if f"`{word}`" not in section("Judgements")["judgement"]]


def test_every_source_and_rule_of_a_name_change_is_named() -> None:
    known = tomllib.loads((Path(schema.__file__).parent / "intake" / "name_changes.toml").read_text(encoding="utf-8"))
    changes = section("Name changes")
    assert not [word for word in (*known["sources"], "other") if word not in changes["source"]]
    assert not [rule for rule in known["rules"] if rule not in changes["rule"]]


@pytest.mark.parametrize(("title", "columns"), [("Identities", schema.IDENTITIES), ("Lineage", schema.LINEAGE)])
def test_every_column_of_identities_and_their_lineage_is_defined_in_order(title: str, columns: pa.Schema) -> None:
    assert list(section(title)) == columns.names


def test_every_column_and_kind_of_the_changes_is_defined_in_order() -> None:
    assert list(section("Changes")) == schema.CHANGES.names
    assert not [kind for kind in schema.CHANGE_KINDS if f"`{kind}`" not in section("Changes")["kind"]]


def test_every_count_of_the_answers_is_defined() -> None:
    assert list(section("Answers")) == [*answer_times.COUNTS, answer_times.MEDIAN]


def test_every_file_of_a_snapshot_is_named(published: Path) -> None:
    snapshot = published.parents[1] / "snapshots" / published.name
    files = set(section("Files of a snapshot"))
    assert {path.name for path in snapshot.iterdir()} == files - {"model/<name>.json", "previous/"}


def test_every_word_of_identities_and_their_lineage_is_defined() -> None:
    assert not [word for word in schema.JOINED_BY if f"`{word}`" not in section("Identities")["joined_by"]]
    assert not [word for word in schema.LINEAGE_EVENTS if f"`{word}`" not in section("Lineage")["event"]]
    assert not [reason for reason in REASONS if reason not in section("Lineage")["reason"]]


def test_every_file_is_named_and_says_whether_it_makes_the_hash(published: Path) -> None:
    files = section("Files of a release")
    assert set(files) == {path.name for path in published.iterdir()}
    assert {name for name, row in files.items() if row.strip().startswith("yes")} == set(contents.DATA)
