"""The verbs of releases as a person meets them: what they say and how they end."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile import holdings, publication, verification
from reconcile.audit import AuditLog
from reconcile.cli import main
from reconcile.national import release
from reconcile.settings import Settings
from tests import two_cycles
from tests.two_cycles import SIGNED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = two_cycles.second(two_cycles.first(tmp_path_factory.mktemp("verbs") / "workspace"))
    publication.release(made, **SIGNED)
    return made


@pytest.fixture
def say(made: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a verb: its exit code, what it printed, and what it said on the way."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["reconcile", *arguments, "-w", str(made.workspace.root)])
        with pytest.raises(SystemExit) as stop:
            main()
        told = capsys.readouterr()
        return int(stop.value.code or 0), told.out, told.err

    return run


def names(made: Settings) -> list[str]:
    return [folder.name for folder in release.every(made)]


def test_releases_are_listed_with_sign_off_counts_proof_and_review_date(made: Settings, say) -> None:
    code, out, _err = say("releases")
    first, second = names(made)
    assert code == 0
    assert f"  {first}  6 claims, " in out
    assert f"* {second}  4 claims, " in out
    assert out.count("signed by A. Coordinator on ") == 2
    assert out.count("can be run again; people kept; review by ") == 2
    listed = json.loads(say("releases", "--json")[1])
    assert [(each["name"], each["current"]) for each in listed] == [(first, False), (second, True)]


def test_a_release_says_its_claims_forces_and_people_and_where_it_is(made: Settings, say) -> None:
    code, out, _err = say("release", "--reason", "the same again")
    assert code == 0
    headline, path = out.splitlines()
    assert headline == "3 of 45 forces reported 4 open claims: 3 distinct people"
    assert path == f"released: {made.workspace.releases / names(made)[-1]}"
    assert json.loads(say("release", "--reason", "again", "--json")[1])["headline"] == headline


def test_changes_are_counts_until_lines_are_asked_for_which_is_logged(made: Settings, say) -> None:
    log = AuditLog(made.database_url)
    before = log.head()
    code, out, _err = say("changes")
    assert code == 0
    assert "4 changes" in out
    assert "kent:K1" not in out
    assert log.head() == before
    _code, out, _err = say("changes", "--lines")
    assert "kent:K1: located" in out
    last = log.export().to_pylist()[-1]
    assert (last["operation"], last["count"]) == ("consultation", 4)


def test_one_change_is_one_change(made: Settings, say, monkeypatch) -> None:
    told = holdings.changes(made)[0]
    one = replace(told, table=told.table.slice(0, 1))
    monkeypatch.setattr(holdings, "changes", lambda *_given, **_named: (one, "2018-06-0"))
    assert f"2018-06-0 beside {one.previous}: 1 change\n" in say("changes")[1]


def test_a_first_release_has_nothing_to_compare_with(made: Settings, say) -> None:
    _code, out, _err = say("changes", "--to", names(made)[0])
    assert "is the first release: there is none before it to compare with" in out


def test_verify_says_that_it_comes_out_the_same(made: Settings, say) -> None:
    for name in names(made):
        code, out, _err = say("verify", name)
        assert (code, "comes out the same to the last byte" in out) == (0, True)


def test_verify_ends_with_2_and_names_the_file_that_was_altered(made: Settings, say) -> None:
    path = made.workspace.releases / names(made)[0] / "claims.csv"
    whole = path.read_bytes()
    path.write_bytes(b"altered")
    code, _out, err = say("verify", names(made)[0])
    path.write_bytes(whole)
    assert code == 2
    assert "claims.csv is not what was published" in err
    assert "restore it from a copy" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verify", "2018-01-00000000"], "no release 2018-01-00000000"),
        (["changes", "--from", "2018-01-00000000"], "no release 2018-01-00000000"),
        (["changes", "--next", "--to", "x"], "--next"),
        (["erase", "2018-01-00000000", "--reason", "old"], "no release"),
        (["erase", "2018-01-00000000"], "reason"),
    ],
)
def test_what_a_person_can_mend_is_one_line(say, arguments: list[str], says: str) -> None:
    code, _out, err = say(*arguments)
    assert code == 2
    assert says in err
    assert "Traceback" not in err


def test_verify_ends_with_1_where_a_snapshot_vanished_and_nobody_erased_it(made: Settings, say) -> None:
    name = names(made)[0]
    kept = made.workspace.snapshots / name
    aside = kept.with_name("aside")
    kept.rename(aside)
    try:
        code, out, err = say("verify", name)
        told = json.loads(say("verify", name, "--json")[1])
    finally:
        aside.rename(kept)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == verification.VANISHED.format(name=name)
    assert (told["holds"], told["proof_only"], told["missing"]) == (False, "", verification.VANISHED.format(name=name))
    assert say("verify", name)[0] == 0


def test_erase_leaves_proof_only(made: Settings, say) -> None:
    first = names(made)[0]
    code, out, _err = say("erase", first, "--reason", "review of 2020")
    assert (code, "its proofs stay" in out) == (0, True)
    code, out, _err = say("verify", first)
    assert code == 0
    assert f"{first}: proof only" in out
    assert "review of 2020" in out
    assert "proof only, snapshot erased on" in say("releases")[1]
    # Where the note beside it is gone too, the log still says that it was erased.
    shutil.rmtree(made.workspace.snapshots / first)
    code, out, _err = say("verify", first)
    assert (code, "erased, as the audit log says" in out) == (0, True)


def test_nothing_released_is_said_so(tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    for verb, code, says in (("releases", 0, "nothing released yet"), ("verify", 2, "nothing is released yet")):
        monkeypatch.setattr(sys, "argv", ["reconcile", verb, "-w", str(tmp_path)])
        with pytest.raises(SystemExit) as stop:
            main()
        told = capsys.readouterr()
        assert (int(stop.value.code or 0), says in told.out + told.err) == (code, True)
