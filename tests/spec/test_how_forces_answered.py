"""How forces answered, as a release says it: by force and together, most overdue first, and only what was counted."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from reconcile import publication, verification
from reconcile.forces import forces
from reconcile.national import contents, public_files, release
from reconcile.national.answers_sheet import answers_sheet
from reconcile.national.how_answered import STATES, HowAnswered, how_answered
from reconcile.reports.answer_times import COUNTS, NOTHING, answer_times
from reconcile.reports.answers import Answer, AnswerLog
from reconcile.reports.told import REPORT, Told, ToldLog
from reconcile.settings import Settings
from tests import two_cycles
from tests.small_tables import rows
from tests.two_cycles import SIGNED

TOLD = """
| force        | told | answered | open | overdue | lapsed | median_days |
| Essex Police | 4    | 4        | 0    | 0       | 0      | 2.5         |
| Kent Police  | 9    | 2        | 3    | 3       | 1      | 11.0        |
| Gwent Police | 3    | 0        | 2    | 1       | 0      |             |
| Police Scotland | 2 | 0        | 1    | 1       | 0      |             |
| Dorset Police | 1   | 0        | 0    | 0       | 1      |             |
"""


def counted(text: str = TOLD, as_of: str = "2018-06-02") -> dict[str, Any]:
    """``answers.json`` of a table with a line a force."""
    by_force = {
        row["force"]: {key: int(row[key]) for key in COUNTS}
        | {"median_days": float(row["median_days"]) if row["median_days"] else None}
        for row in rows(text)
    }
    return {"as_of": as_of, "by_force": by_force}


def told(answers: Mapping[str, Any]) -> HowAnswered:
    return how_answered(answers, forces())


def test_most_overdue_comes_first_then_most_open_then_by_name() -> None:
    assert [(row.name, row.overdue, row.open) for row in told(counted()).rows] == [
        ("Kent Police", 3, 3),
        ("Gwent Police", 1, 2),
        ("Police Scotland", 1, 1),
        ("Dorset Police", 0, 0),
        ("Essex Police", 0, 0),
    ]


def test_every_item_told_is_in_one_state_by_force_and_together() -> None:
    found = told(counted())
    assert COUNTS[1:] == STATES
    for row in (*found.rows, found.together):
        assert sum(count for _, count in row.parts) == row.told
        assert all(count for _, count in row.parts)
    assert found.sentence == (
        "As of 2 June 2018: of 19 items told to 5 forces, 6 are answered, 6 open, 5 overdue, 2 lapsed."
    )


def test_one_of_each_reads_as_one() -> None:
    one = "| force | told | answered | open | overdue | lapsed | median_days |\n| Kent Police | 1 | 1 | 0 | 0 | 0 | 1 |"
    assert told(counted(one)).sentence == (
        "As of 2 June 2018: of 1 item told to 1 force, 1 is answered, 0 open, 0 overdue."
    )


def test_the_days_of_forces_are_never_added_up() -> None:
    found = told(counted())
    assert {row.name: row.median_days for row in found.rows}["Kent Police"] == 11.0
    assert found.together.median_days is None


def test_forces_told_nothing_are_named_and_have_true_noughts_on_the_sheet() -> None:
    found = told(counted())
    assert len(found.untold) == 45 - 5
    sheet = answers_sheet(found)
    assert [row[0] for row in sheet.rows] == [*(row.name for row in found.rows), *found.untold]
    assert list(sheet.rows[0]) == ["Kent Police", 9, 2, 3, 3, 1, 11.0, dt.date(2018, 6, 2)]
    assert list(sheet.rows[-1]) == ["Wiltshire Police", 0, 0, 0, 0, 0, None, dt.date(2018, 6, 2)]


@pytest.mark.parametrize(
    ("answers", "said"), [(NOTHING, "No report had gone to any force"), ({}, "was not counted when this list was")]
)
def test_without_reports_or_a_count_there_is_a_sentence_and_no_number(answers: Mapping[str, Any], said: str) -> None:
    found = told(answers)
    assert said in found.sentence
    assert not re.search(r"\d", found.sentence)
    (row,) = answers_sheet(found).rows
    assert row[0] == found.sentence
    assert set(row[1:]) == {None}


def test_counts_read_back_from_a_file_and_forces_in_any_order_say_the_same() -> None:
    kept = json.loads(json.dumps(counted(), sort_keys=True)) | {"marking": "OFFICIAL-SENSITIVE", "synthetic": True}
    turned = dict(reversed(counted()["by_force"].items()))
    assert told(kept) == told(counted())
    assert how_answered({**counted(), "by_force": turned}, forces()[::-1]) == told(counted())


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two releases; Kent was told of three items after the first and answered one before the second was compiled."""
    made = two_cycles.first(tmp_path_factory.mktemp("answered") / "workspace")
    first = publication.current(made)
    assert first is not None
    asked: Any = {
        "kind": "found_elsewhere",
        "digest": DIGEST,
        "own": (),
        "others": (),
        "pairs": (),
        "due": "2018-04-10",
    }
    items = [Told("kent", first.name, REPORT, item=item, **asked) for item in ("A", "B", "C")]
    ToldLog(made.database_url).record(items)
    reply(made, "A")
    made = two_cycles.second(made)
    publication.release(made, **SIGNED)
    return made


DIGEST = "a" * 64


def reply(made: Settings, item: str) -> None:
    on = dt.datetime.now(dt.UTC).date()
    given = (item, "R1", DIGEST, "need_more", "Sergeant", on, None, None, "", "page", "ann")
    AnswerLog(made.database_url).record([Answer("kent", *given)])


@pytest.mark.slow
def test_page_and_workbook_of_a_release_say_what_its_answers_json_counts(answered: Settings) -> None:
    folder = publication.current(answered)
    assert folder is not None
    kept = json.loads((folder / contents.ANSWERS).read_text())["by_force"]["Kent Police"]
    assert [kept[key] for key in COUNTS] == [3, 1, 0, 2, 0]
    page = (folder / contents.PAGE).read_text(encoding="utf-8")
    (row,) = re.findall(r'<table class="fit answers".*?<th scope="row">Kent Police<(.*?)</tr>', page, re.DOTALL)
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<td class="n">(.*?)</td>', row)]
    assert cells == [*(str(kept[key]) for key in COUNTS), "0.0"]
    heading, *lines = openpyxl.load_workbook(folder / contents.WORKBOOK)["Answers"].iter_rows(values_only=True)
    assert heading[:3] == ("Force", "Told", "Answered")
    assert [line[1:6] for line in lines if line[0] == "Kent Police"] == [tuple(kept[key] for key in COUNTS)]


@pytest.mark.slow
def test_the_first_release_says_that_no_report_has_gone_out(answered: Settings) -> None:
    first, _second = release.every(answered)
    assert "No report had gone to any force when this list was compiled" in (first / contents.PAGE).read_text()


@pytest.mark.slow
def test_answers_that_come_in_later_change_no_byte_of_a_release_run_again(answered: Settings) -> None:
    folder = publication.current(answered)
    assert folder is not None
    before = answer_times(answered.database_url)["by_force"]["Kent Police"]
    reply(answered, "B")
    assert answer_times(answered.database_url)["by_force"]["Kent Police"]["answered"] == before["answered"] + 1
    found = verification.verify(answered, folder.name)
    assert (found.altered, found.differs, found.missing, found.proof_only) == ((), (), "", "")


@pytest.mark.slow
def test_no_public_file_tells_of_answers(answered: Settings) -> None:
    folder = publication.current(answered)
    assert folder is not None
    public = {name: (folder / name).read_text(encoding="utf-8") for name in public_files.FILES}
    told = {name: text.rpartition("</style>")[2] for name, text in public.items()}
    assert all("Kent" in text for text in told.values())
    assert not [name for name, text in told.items() if re.search("overdue|lapsed|median|told to", text)]
