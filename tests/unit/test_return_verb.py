"""One force's answer to a survey: the published figures and no others, and nothing where nothing came."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from reconcile import returns, settings
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.errors import ReleaseError
from reconcile.national import contents, release
from reconcile.workspace import read_json, write_json
from tests.unit.test_release import SIGNED, compiled

TOML = 'cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\nsynthetic = true\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one release of the small country."""
    monkeypatch.setattr(contents.page, "render", lambda *_given, **_named: "")
    monkeypatch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
    (tmp_path / "reconcile.toml").write_text(TOML)
    release.publish(settings.load(tmp_path), compiled(), **SIGNED)
    return tmp_path


def said(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["reconcile", "return", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr()
    return int(stop.value.code or 0), told.err if stop.value.code else told.out


def test_the_answer_is_what_the_release_published_of_the_force(root: Path) -> None:
    published = release.current(settings.load(root))
    figures = read_json(published / contents.STATISTICS)["by_force"]["Kent Police"]
    found = returns.answer(settings.load(root), "kent", reader="tester")
    assert (found.as_of, found.release) == ("2018-03-01", published.name)
    assert published.name.endswith(found.data_hash[:8])
    for line in found.lines:
        assert line.value == (figures[line.figure][line.part] if line.part else figures[line.figure])
    told = {(line.figure, line.part): line.value for line in found.lines}
    assert (told["claims", ""], told["whereabouts_unknown", ""], told["wanted", ""]) == (3, 2, 1)
    assert (told["by_year_lost", "2005"], told["by_year_lost", "UNDATED"], told["over_a_decade", ""]) == (1, 1, 1)
    assert told["registered", ""] is None


def test_a_silent_force_has_no_number_and_a_nil_one_has_noughts(root: Path, monkeypatch, capsys) -> None:
    code, text = said(["--force", "wiltshire", "-w", str(root)], monkeypatch, capsys)
    assert code == 0
    assert "not known, which is not zero" in text
    assert not [line for line in text.splitlines() if line.startswith("  ")]
    _, text = said(["--force", "wiltshire", "--json", "-w", str(root)], monkeypatch, capsys)
    assert (json.loads(text)["answered"], json.loads(text)["lines"]) == (False, [])
    nobody = returns.answer(settings.load(root), "sussex", reader="tester")
    assert {line.value for line in nobody.lines} == {0, None}
    assert "its own answer" in nobody.coverage


def test_csv_has_a_row_a_figure_with_definition_coverage_and_hash(root: Path, monkeypatch, capsys) -> None:
    _, text = said(["--force", "46", "--csv", "-w", str(root)], monkeypatch, capsys)
    rows = list(csv.DictReader(io.StringIO(text)))
    found = returns.answer(settings.load(root), "kent", reader="tester")
    assert [(row["figure"], row["part"]) for row in rows] == [(line.figure, line.part) for line in found.lines]
    assert all(row["definition"] and row["coverage"] and row["data_hash"] == found.data_hash for row in rows)
    assert {row["marking"] for row in rows} == {"OFFICIAL-SENSITIVE SYNTHETIC"}


def test_an_answer_of_before_is_given_from_the_release_it_came_from(root: Path, monkeypatch, capsys) -> None:
    first = release.current(settings.load(root))
    decided = "| left | right | judgement |\n| essex:1 | kent:1 | different |"
    release.publish(settings.load(root), compiled(decided), **SIGNED)
    _, text = said(["--force", "kent", "--release", first.name, "-w", str(root)], monkeypatch, capsys)
    assert f"release {first.name}" in text


def test_what_cannot_be_answered_is_one_line_and_exit_2(root: Path, monkeypatch, capsys) -> None:
    for arguments, told in (
        (["--force", "narnia"], "no force 'narnia'"),
        (["--force", "kent", "--release", "../.."], "no release ../..: see `reconcile releases`"),
        (["--force", "kent", "--json", "--csv"], "give one of them"),
    ):
        code, text = said([*arguments, "-w", str(root)], monkeypatch, capsys)
        assert code == 2
        assert told in text
        assert text.strip().count("\n") == 0


def test_a_release_that_was_altered_answers_nothing(root: Path) -> None:
    path = release.current(settings.load(root)) / contents.STATISTICS
    figures = read_json(path)
    figures["by_force"]["Kent Police"]["claims"] = 1
    write_json(path, figures)
    with pytest.raises(ReleaseError, match="was altered"):
        returns.answer(settings.load(root), "kent", reader="tester")


def test_nothing_released_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "reconcile.toml").write_text(TOML)
    with pytest.raises(ReleaseError, match="reconcile release"):
        returns.answer(settings.load(tmp_path), "kent", reader="tester")


def test_who_asked_and_for_whom_stands_in_the_audit_log(root: Path, tmp_path: Path) -> None:
    chosen = settings.load(root)
    returns.answer(chosen, "kent", reader="A. Reader")
    returns.answer(chosen, "kent", reader="A. Reader", recipient="the inspectorate")
    AuditLog(chosen.database_url).export_csv(tmp_path / "audit.csv")
    lines = list(csv.DictReader((tmp_path / "audit.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(line["operation"], line["actor"], line["force"], line["recipient"]) for line in lines] == [
        ("consultation", "A. Reader", "kent", ""),
        ("disclosure", "A. Reader", "kent", "the inspectorate"),
    ]
