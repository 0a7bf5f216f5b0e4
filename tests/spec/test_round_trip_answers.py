"""A report goes out, a force fills it in with a program of its own, and its next report shows what it answered."""

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from reconcile import cycle, publication, reporting
from reconcile.audit import AuditLog
from reconcile.cli import app
from reconcile.national import contents
from reconcile.reports import document
from reconcile.reports.answers import AnswerLog
from reconcile.review.decisions import DecisionLog
from reconcile.settings import Settings, load
from tests import small_country, small_workspace
from tests.small_tables import links, records

pytestmark = pytest.mark.slow

SIGNED = {"signed_by": "A. Coordinator", "role": "national coordinator", "reason": "counts checked"}
_HEADING, *_ROWS = small_country.RECORDS.replace("| high ", "| low  ").strip().splitlines()
RECORDS = "\n".join([f"{_HEADING} birth_date |", *(f"{row} 1980-01-01 |" for row in _ROWS)])
"""Grown up every one, and nobody at high risk: of the others a force is told less, or may decide nothing alone."""
TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small country, released, with a report for each force."""
    root = tmp_path_factory.mktemp("released") / "workspace"
    with plain():
        made = small_workspace.compiled_of(root, records(RECORDS), links(small_country.LINKS), small_country.RECEIPTS)
        publication.release(made, **SIGNED)
        reporting.report(made)
    return root


@pytest.fixture
def settings(released: Path, tmp_path: Path) -> Iterator[Settings]:
    """A copy of it that a test may change."""
    shutil.copytree(released, tmp_path / "workspace")
    with plain():
        yield load(tmp_path / "workspace")


@contextmanager
def plain() -> Iterator[None]:
    """Without the release's page and workbook, which take long and of which nothing is asked here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents.page, "render", lambda *_given, **_named: "")
        patch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
        yield


def report(settings: Settings, force: str, suffix: str) -> Path:
    (path,) = (settings.workspace.reports / publication.current(settings).name / force).glob(f"*{suffix}")
    return path


def told(settings: Settings, force: str) -> dict[str, dict[str, Any]]:
    """The items of a force's report by kind, as its JSON has them."""
    found = json.loads(report(settings, force, ".json").read_text(encoding="utf-8"))
    return {item["kind"]: item for item in found["items"]}


def filled(settings: Settings, force: str, path: Path, given: dict[str, dict[str, Any]]) -> Path:
    """The force's workbook filled in by openpyxl: by kind of item, what is written in which column."""
    book = openpyxl.load_workbook(report(settings, force, ".xlsx"))
    sheet = book["Items"]
    at = {cell.value: cell.column for cell in sheet[1]}
    ids = {told(settings, force)[kind]["id"]: cells for kind, cells in given.items()}
    for row in range(2, sheet.max_row + 1):
        for title, value in ids.get(sheet.cell(row, at["Item"]).value, {}).items():
            sheet.cell(row, at[title]).value = value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def by(**other: object) -> dict[str, object]:
    return {"Officer role": "Public protection sergeant", "Date": TODAY, **other}


def answer(settings: Settings, *arguments: object) -> Any:
    given = ["answer", *map(str, arguments), "--workspace", str(settings.workspace.root), "--by", "ann"]
    return CliRunner().invoke(app, given)


def next_report(settings: Settings) -> None:
    cycle.reconsider(settings)
    if not publication.as_published(settings):
        publication.release(settings, **SIGNED)
    reporting.report(settings)


def test_the_workbook_comes_back_filled_in_and_the_next_report_shows_it(settings: Settings, tmp_path: Path) -> None:
    double = told(settings, "kent")["double_claim"]
    assert (double["answer"]["state"], double["link"]) == ("open", "verified")
    path = filled(settings, "kent", tmp_path / "back.xlsx", {"double_claim": by(Answer="Confirmed: the same person")})
    done = answer(settings, path, "--force", "kent")
    assert done.exit_code == 0, done.output
    assert "kent: back.xlsx: 1 taken, 0 refused" in done.output
    (decision,) = DecisionLog(settings.database_url).state().to_pylist()
    assert (decision["left"], decision["right"], decision["judgement"]) == ("essex:1", "kent:1", "same")
    assert decision["reviewer"] == "Kent Police, Public protection sergeant"
    assert double["id"] in decision["reason"]
    first = publication.current(settings)
    next_report(settings)
    assert publication.current(settings) != first
    again = told(settings, "kent")["double_claim"]
    assert (again["id"], again["link"]) == (double["id"], "decided")
    assert again["answer"] == {
        "state": "answered",
        "answer": "confirmed_same",
        "on": TODAY.isoformat(),
        "by_role": "Public protection sergeant",
    }
    sheet = openpyxl.load_workbook(report(settings, "kent", ".xlsx"))["Items"]
    heading, *rows = sheet.iter_rows(values_only=True)
    states = {row[heading.index("Item")]: row[heading.index("State")] for row in rows}
    assert states[double["id"]] == "answered"


def test_json_is_taken_likewise_and_what_it_says_of_the_other_force_reaches_it(
    settings: Settings, tmp_path: Path
) -> None:
    held = told(settings, "surrey")["held_here"]
    given = {
        "format": "match-answers-1",
        "force": "surrey",
        "release": publication.current(settings).name,
        "answers": [
            {
                "item": held["id"],
                "version": held["version"],
                "answer": "located",
                "officer_role": "Custody sergeant",
                "answered_on": TODAY.isoformat(),
                "located_on": TODAY.isoformat(),
                "place_kind": "custody",
            }
        ],
    }
    assert Draft202012Validator(document.answers_schema()).is_valid(given)
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    before = cycle.statistics_of(settings)
    done = answer(settings, path, "--force", "surrey")
    assert done.exit_code == 0, done.output
    next_report(settings)
    assert cycle.statistics_of(settings) == before, "nobody leaves the figures by an answer"
    assert told(settings, "surrey")["held_here"]["answer"]["state"] == "answered"
    of_claimant = [item for item in told_all(settings, "essex") if item["kind"] == "found_elsewhere"]
    (said,) = [line for item in of_claimant for line in item["assessments"] if "answered on" in line]
    assert said.startswith("Surrey Police answered on ")
    assert "in custody" in said


def told_all(settings: Settings, force: str) -> list[dict[str, Any]]:
    found = json.loads(report(settings, force, ".json").read_text(encoding="utf-8"))
    return found["items"]


def test_two_people_says_the_force_and_the_queue_begins_with_it(settings: Settings, tmp_path: Path) -> None:
    path = filled(settings, "kent", tmp_path / "back.xlsx", {"double_claim": by(Answer="Not the same person")})
    assert answer(settings, path, "--force", "46").exit_code == 0
    assert not len(DecisionLog(settings.database_url).state())
    first = cycle.table(settings, "queue").to_pylist()[0]
    assert first["why"].startswith("Kent Police says that these are two people;")
    next_report(settings)
    assert told(settings, "kent")["double_claim"]["answer"]["state"] == "answered"


def test_what_cannot_be_taken_is_told_line_by_line_and_the_rest_taken(settings: Settings, tmp_path: Path) -> None:
    given = {
        "double_claim": by(Answer="not_same"),
        "found_elsewhere": by(Answer="Located", Date="31/12/2999", **{"Place kind": "Abroad, location known"}),
    }
    path = filled(settings, "kent", tmp_path / "back.xlsx", given)
    item = told(settings, "kent")["found_elsewhere"]["id"]
    done = answer(settings, path, "--force", "kent")
    assert done.exit_code == 1
    assert "1 taken, 1 refused" in done.output
    assert f"refused {item}: the day of locating is empty: give it as dd/mm/yyyy" in done.output
    again = answer(settings, path, "--force", "kent")
    assert "0 taken, 1 refused, 1 taken before" in again.output
    assert len(AnswerLog(settings.database_url).lines()) == 1


def test_an_old_workbook_sent_again_is_said_to_hold_an_older_answer(settings: Settings, tmp_path: Path) -> None:
    item = told(settings, "kent")["double_claim"]["id"]
    old = by(Answer="Confirmed: the same person")
    path = filled(settings, "kent", tmp_path / "back.xlsx", {"double_claim": old})
    assert answer(settings, path, "--force", "kent").exit_code == 0
    newer = filled(settings, "kent", tmp_path / "newer.xlsx", {"double_claim": by(Answer="Not the same person")})
    assert answer(settings, newer, "--force", "kent").exit_code == 0
    more = {"double_claim": old, "found_elsewhere": by(Answer="need_more", Note="Which court?")}
    done = answer(settings, filled(settings, "kent", tmp_path / "more.xlsx", more), "--force", "kent")
    assert "1 taken, 0 refused, 1 taken before" in done.output
    assert f"{item}: an older answer, not taken again" in done.output
    assert AnswerLog(settings.database_url).standing()["kent", item]["answer"] == "not_same"


def moved(book: openpyxl.Workbook) -> None:
    """Lines above the headings, the answer columns first, a heading in capitals, an extra line without an item."""
    sheet = book["Items"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    book.remove(sheet)
    made = book.create_sheet("Back from Kent")
    made.append(["Answers of Kent"])
    answers = rows[0].index("Answer")
    for row in rows:
        made.append([*row[answers:], *row[:answers]])
    made.cell(2, 1).value = "ANSWER "
    made.append(["Done", "Sergeant", TODAY])


def formula(book: openpyxl.Workbook) -> None:
    sheet = book["Items"]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["Officer role"]).value = '=HYPERLINK("http://example.org","Sergeant")'


@pytest.mark.parametrize(
    ("change", "said"),
    [(moved, ["1 taken, 1 refused", "stands beside no item"]), (formula, ["0 taken, 1 refused", "role is empty"])],
)
def test_a_workbook_changed_about_is_read_for_what_it_says(
    settings: Settings, tmp_path: Path, change: Callable[[openpyxl.Workbook], None], said: list[str]
) -> None:
    kind = next(iter(told(settings, "kent")))
    path = filled(settings, "kent", tmp_path / "back.xlsx", {kind: by(Answer="More is needed", Note="which court?")})
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    done = answer(settings, path, "--force", "kent")
    assert done.exit_code == 1, done.output
    assert not [words for words in said if words not in done.output], done.output


def other_workbook(settings: Settings, path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Rank"])
    book.save(path)


def of_essex(settings: Settings, path: Path) -> None:
    path.write_bytes(report(settings, "essex", ".xlsx").read_bytes())


def of_another_release(settings: Settings, path: Path) -> None:
    book = openpyxl.load_workbook(report(settings, "kent", ".xlsx"))
    for row in book["About"].iter_rows():
        if row[0].value == "Release":
            row[1].value = "2017-01-00000000"
    book.save(path)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (other_workbook, "has no sheet with the columns Item and Answer"),
        (of_essex, "says it is of another force than kent"),
        (of_another_release, "which kent was not given"),
        (lambda _settings, path: path.write_bytes(b"PK no workbook"), "is no whole XLSX workbook"),
    ],
)
def test_a_file_that_is_no_answer_of_the_force_is_not_used(
    settings: Settings, tmp_path: Path, make: Callable[[Settings, Path], object], why: str
) -> None:
    path = tmp_path / "back.xlsx"
    make(settings, path)
    done = answer(settings, path, "--force", "kent")
    assert (done.exit_code, type(done.exception).__name__) == (1, "ReconcileError")
    assert why in str(done.exception)
    assert not len(AnswerLog(settings.database_url).lines())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no JSON"),
        ("[]", "is no file of answers"),
        ('{"format": "match-answers-1", "force": "essex", "answers": []}', "another force than kent"),
        ('{"format": "match-answers-1", "force": "kent", "answers": [{"item": 1}]}', "no object of texts"),
        ('{"format": "match-answers-1", "force": "kent", "answers": [{"who": "x"}]}', "field who, which is none"),
    ],
)
def test_json_that_is_no_answer_of_the_force_is_not_used(
    settings: Settings, tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    done = answer(settings, path, "--force", "kent")
    assert why in str(done.exception)


def test_an_item_that_changed_since_the_workbook_went_out_is_to_be_answered_anew(
    settings: Settings, tmp_path: Path
) -> None:
    path = filled(settings, "kent", tmp_path / "back.xlsx", {"found_elsewhere": by(Answer="Not the same person")})
    held = told(settings, "surrey")["held_here"]
    entry = {"item": held["id"], "answer": "located", "officer_role": "Sergeant", "answered_on": TODAY.isoformat()}
    entry |= {"located_on": TODAY.isoformat(), "place_kind": "custody"}
    other = tmp_path / "surrey.json"
    other.write_text(json.dumps({"format": "match-answers-1", "force": "surrey", "answers": [entry]}))
    assert answer(settings, other, "--force", "surrey").exit_code == 0
    next_report(settings)
    done = answer(settings, path, "--force", "kent")
    assert done.exit_code == 1
    assert "the item has changed since" in done.output
    assert "answer the newer report" in done.output


def test_answers_in_the_inboxes_are_taken_once_and_stay_where_they_are(settings: Settings, tmp_path: Path) -> None:
    folder = settings.workspace.root / "inbox" / "kent" / "answers"
    path = filled(settings, "kent", folder / "back.xlsx", {"double_claim": by(Answer="Not the same person")})
    trial = answer(settings, "--inbox", "--dry-run")
    assert "1 would be taken" in trial.output
    assert not len(AnswerLog(settings.database_url).lines())
    assert "kent: back.xlsx: 1 taken, 0 refused" in answer(settings, "--inbox").output
    assert "no file of answers waits in any inbox" in answer(settings, "--inbox").output
    assert path.is_file()
    (line,) = AnswerLog(settings.database_url).lines().to_pylist()
    assert (line["source"], line["by"]) == ("xlsx", "ann")


def test_the_audit_log_tells_of_each_file_by_ids_alone(settings: Settings, tmp_path: Path) -> None:
    path = filled(settings, "kent", tmp_path / "back.xlsx", {"double_claim": by(Answer="need_more", Note="SECRET")})
    answer(settings, path, "--force", "kent")
    kept = tmp_path / "audit.csv"
    AuditLog(settings.database_url).export_csv(kept)
    text = kept.read_text(encoding="utf-8")
    (line,) = [row for row in csv.DictReader(text.splitlines()) if row["justification"].startswith("answers to ")]
    assert (line["operation"], line["force"], line["count"]) == ("collection", "kent", "1")
    assert "SECRET" not in text


def test_nothing_to_take_is_said_in_a_line(settings: Settings) -> None:
    assert "give FILES and --force, or --inbox alone" in str(answer(settings).exception)
    found: Any = answer(settings, "--inbox", "--json")
    assert json.loads(found.output) == []
