"""What is quoted of a file of answers: in one short line, and nothing a terminal would act on."""

import json
from pathlib import Path

import pytest

from reconcile.reports import answer_files, answer_intake
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
