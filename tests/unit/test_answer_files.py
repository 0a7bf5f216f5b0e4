"""A file of answers: what is quoted of it, in one short line that no terminal acts on, and how much it may take."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest
import xlsxwriter

from reconcile.intake.read import limits
from reconcile.reports import answer_columns, answer_files, answer_intake
from reconcile.reports.answer_files import AnswerFileError
from tests import small_workspace

HOSTILE = "\ud800\x1b[31mX\n\u202e" + "y" * 90


def document(path: Path, **other: object) -> Path:
    path.write_text(json.dumps({"format": "match-answers-1", "force": "kent", "answers": [], **other}))
    return path


def harmless(text: str) -> bool:
    return text.isprintable() and "y" * 50 not in text


def test_a_release_that_was_never_given_is_quoted_without_control_characters(tmp_path: Path) -> None:
    path = document(tmp_path / "a.json", release=HOSTILE)
    assert answer_files.read(path, "kent").release.isprintable()
    taken = answer_intake.take_file(small_workspace.uncompiled(tmp_path / "w"), path, "kent", by="ann")
    assert taken.outcome is None
    assert "answers the report of [31mX" in taken.why
    assert harmless(taken.why)


def test_an_unknown_field_is_quoted_without_control_characters(tmp_path: Path) -> None:
    path = document(tmp_path / "a.json", answers=[{HOSTILE: "x"}])
    with pytest.raises(AnswerFileError, match="which is none") as refused:
        answer_files.read(path, "kent")
    assert harmless(str(refused.value))


def workbook(path: Path, answers: list[list[str]], note: str = "") -> Path:
    """The sheet of a report's workbook with its answers; ``note`` stands in ten thousand cells of another sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, beside = book.add_worksheet(answer_columns.SHEET), book.add_worksheet("Notes")
        for place, line in enumerate([[answer_columns.ITEM, answer_columns.TITLES["answer"]], *answers]):
            sheet.write_row(place, 0, line)
        for place in range(10_000 if note else 0):
            beside.write(place, 0, note)
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.json"])
def test_a_file_of_400_mb_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    """It was once read whole, and took a gigabyte before it was refused."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(400_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(AnswerFileError, match=f"{name} is too large to be a file of answers"):
            answer_files.read(tmp_path / name, "kent")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
        assert len(answer_intake._sha256(tmp_path / name)) == 64
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_small_workbook_that_would_fill_the_machine_is_refused(tmp_path: Path) -> None:
    """One text of 30,000 letters in 10,000 cells is 40 kB in the file and 300 MB once laid out."""
    path = workbook(tmp_path / "a.xlsx", [["ITEM000001", "Located"]], note="a" * 30_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(AnswerFileError, match="takes more than a report does"):
        answer_files.read(path, "kent")
    assert len(answer_files.read(workbook(path, [["ITEM000001", "Located"]], note="a"), "kent").raws) == 1


def test_json_of_more_values_than_any_report_has_is_refused_before_it_is_built(tmp_path: Path) -> None:
    most = limits.limit("answers_cells")
    path = tmp_path / "a.json"
    path.write_text("[" + "[]," * (most // 2) + "0]")
    with pytest.raises(AnswerFileError, match="is too large to be a file of answers"):
        answer_files.read(path, "kent")


def test_a_file_holds_so_many_answers_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits._table(), "answers_lines", 3)
    for count in (3, 4):
        answers = [[f"ITEM{place:06}", "Located"] for place in range(count)]
        filled = workbook(tmp_path / f"{count}.xlsx", answers)
        entries = document(
            tmp_path / f"{count}.json", answers=[{"item": item, "answer": "located"} for item, _ in answers]
        )
        for path in (filled, entries):
            if count == 3:
                assert len(answer_files.read(path, "kent").raws) == 3
            else:
                with pytest.raises(AnswerFileError, match="is too large to be a file of answers"):
                    answer_files.read(path, "kent")


def test_a_text_longer_than_a_cell_holds_is_refused(tmp_path: Path) -> None:
    most = limits.limit("answers_characters")
    for length in (most, most + 1):
        path = document(tmp_path / "a.json", answers=[{"item": "ITEM000001", "note": "é" * length}])
        if length == most:
            assert answer_files.read(path, "kent").raws[0].note == "é" * most
        else:
            with pytest.raises(AnswerFileError, match="a text of more than 32,767 characters: shorten it"):
                answer_files.read(path, "kent")
