"""A force checks what it is about to send: the cycle's own judgement, nothing kept, an exit code to script by."""

import json
import sys
from pathlib import Path

import pytest

from reconcile import intake
from reconcile.cli import main
from reconcile.demo import write_scenario
from reconcile.forces.drafting import draft
from reconcile.settings import load
from tests.unit.dialect import KENT, csv_bytes, send, settings

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def kent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconcile.cli.check_verb._profile", lambda *_given: KENT)
    monkeypatch.setattr("reconcile.intake.force.profile_of", lambda *_given: KENT)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Runs `reconcile check` in an empty folder; gives the exit code and what was said."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["reconcile", "check", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        assert list(here.iterdir()) == [], "nothing is kept"
        return stop.value.code, capsys.readouterr().out

    return run


GOOD = csv_bytes({"Ref": "K1"}, {"Ref": "K2"})
BAD = csv_bytes({"Ref": "K1", "Surname": "Quillfeather"}, {"Ref": "K2", "DOB": "31/02/1970"})


@pytest.mark.parametrize(
    ("content", "count", "code", "said"),
    [
        (GOOD, 2, 0, "if sent as it is: accepted\n"),
        (BAD, 2, 1, "2 rows, 1 accepted, 1 quarantined"),
        (csv_bytes({"Ref": "K1"}), 1, 0, "\n  1 row, 1 accepted, 0 quarantined, as of"),
        (GOOD, 3, 1, "2 rows, none of them taken, as of"),
        (GOOD, 3, 1, "as many records as its manifest says"),
        (b"Ref;Status\nK1;Lost\n", 1, 1, "no column Surname"),
        (b"Status;DOB\nLost;01/02/1970\n", 1, 1, "no columns Ref, Surname: send them"),
        (b"", 0, 1, "\n       –  The extract is empty"),
    ],
)
def test_the_exit_code_says_whether_all_would_be_accepted(checked, tmp_path, content, count, code, said) -> None:
    sent = send(tmp_path / "out", content, count)
    found, told = checked(str(sent), "--force", "kent")
    assert (found, said in told) == (code, True), told


def test_a_quarantined_row_is_named_by_its_number_with_the_sentence_and_no_cell(checked, tmp_path) -> None:
    _, told = checked(str(send(tmp_path / "out", BAD, 2)), "--force", "kent")
    assert "The birth date is no date" in told
    assert "          row 2\n" in told
    assert "1. Correct the quarantined row in your own system" in told
    assert not [cell for cell in ("K2", "31/02", "Quillfeather", "Farrow") if cell in told]
    assert "no national median" in told


def test_the_counts_are_those_of_a_cycle(checked, tmp_path) -> None:
    run = settings(tmp_path)
    sent = send(tmp_path / "inbox" / "kent", BAD, 2)
    receipt = intake.intake_force(run, "kent")
    _, told = checked(str(sent), "--force", "kent", "--json")
    found = json.loads(told)
    assert found["rows"] == {"in": receipt.rows_in, "accepted": receipt.accepted, "quarantined": receipt.quarantined}
    assert found["reasons"] == [{"rule": r, "rows": n, "sentence": s} for r, n, s in receipt.reasons]
    assert found["sha256"] == receipt.sha256
    assert found["cycle"] is None
    assert found["completeness"]["national_forces"] is None


def test_without_a_manifest_it_says_that_one_is_needed(checked, tmp_path) -> None:
    sent = send(tmp_path / "out", GOOD, 2)
    sent.with_name(sent.name + ".manifest.json").unlink()
    code, told = checked(str(sent), "--force", "kent")
    assert code == 0
    assert "No manifest was checked" in told
    assert "1. Send the extract with its manifest: without one it is rejected.\n" in told


def test_a_name_a_cycle_would_pass_over_is_told(checked, tmp_path) -> None:
    _, told = checked(str(send(tmp_path / "out", GOOD, 2, name="Secretname.csv")), "--force", "kent")
    assert "register_*.csv" in told
    assert "1. Rename the file as the warning says" in told
    assert "Secretname" not in told


def test_a_nil_return_is_checked_too(checked, tmp_path) -> None:
    nil = tmp_path / "nil.manifest.json"
    nil.write_text(json.dumps({"force": "kent", "as_of": "2018-03-01", "record_count": 0, "nil": True}))
    code, told = checked(str(nil), "--force", "kent")
    assert (code, told.partition(", if sent as it is: ")[2]) == (
        0,
        "NIL return accepted\n\nwhat to do next:\n  Nothing is asked of you.\n",
    )
    nil.write_text(json.dumps({"force": "essex", "as_of": "2018-03-01", "record_count": 0, "nil": True}))
    assert checked(str(nil), "--force", "kent")[0] == 1


def test_a_manifest_is_no_extract(checked, tmp_path) -> None:
    sent = send(tmp_path / "out", GOOD, 2)
    code, told = checked(f"{sent}.manifest.json", "--force", "kent")
    assert (code, "This is a manifest and no extract: check the file it lies beside" in told) == (1, True), told


def test_the_report_goes_where_it_is_asked_for(checked, tmp_path) -> None:
    sent = send(tmp_path / "out", BAD, 2)
    checked(str(sent), "--force", "kent", "--out", str(tmp_path / "report"))
    names = sorted(path.name for path in (tmp_path / "report").iterdir())
    assert [name.partition(".")[2] for name in names] == ["html", "json", "xlsx"]
    assert all(name.startswith("kent-") for name in names)
    page = (tmp_path / "report" / names[0]).read_text(encoding="utf-8")
    assert "Check before sending" in page
    assert "so no national median stands beside it" in page
    assert "SYNTHETIC" in page


@pytest.mark.parametrize("code", ["kent", "E23000032", "46", " Kent "])
def test_a_force_goes_by_its_slug_or_a_code(code: str, monkeypatch) -> None:
    monkeypatch.undo()
    from reconcile.cli.check_verb import _profile

    assert _profile(code).force.slug == "kent"


def test_a_profile_of_ones_own_takes_the_place_of_the_shipped_one(checked, tmp_path, monkeypatch) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path / "here")
    sent = send(tmp_path / "out", GOOD, 2)
    assert checked(str(sent), "--force", "kent")[0] == 1
    drafted = draft(sent.name, GOOD, "kent").text.replace('"At home" = ""', '"At home" = "located"')
    own = tmp_path / "drafts" / "new.toml"
    own.parent.mkdir()
    own.write_text(drafted.replace('missing_since = ""', 'missing_since = "Missing"'), encoding="utf-8")
    code, told = checked(str(sent), "--force", "46", "--profile", str(own))
    assert (code, "2 rows, 2 accepted" in told) == (0, True), told


@pytest.mark.slow
def test_every_extract_of_the_demonstration_can_be_checked(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.undo()
    write_scenario("national", tmp_path, seed=5, people=300)
    assert load(tmp_path).synthetic
    extracts = sorted(path for path in (tmp_path / "inbox").glob("*/*") if "manifest" not in path.name)
    assert len(extracts) > 20
    for sent in extracts[:6]:
        monkeypatch.setattr(sys, "argv", ["reconcile", "check", str(sent), "--force", sent.parent.name])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code in (0, 1)
        told = capsys.readouterr().out
        assert " quarantined, as of 2018-" in told
        assert "  1 rows" not in told
