"""The verbs as a person meets them: help with an example each, one line and exit 2 for what they can mend."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from reconcile import publication
from reconcile.cli import app, main
from reconcile.demo import write_scenario
from tests import small_workspace

VERBS = typer.main.get_command(app).commands
README = Path(__file__).parents[2] / "README.md"


def fails(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["reconcile", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    said = capsys.readouterr().err.strip()
    assert "Traceback" not in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example_of_itself(verb: str) -> None:
    assert f"Example: reconcile {verb}" in (VERBS[verb].help or "")


def test_readme_has_a_line_for_every_verb_and_for_none_that_is_not() -> None:
    named = {line.split()[1] for line in README.read_text().splitlines() if line.startswith("reconcile ")}
    assert named - {"--help"} == set(VERBS) - {"undo"}
    assert "undo takes it back" in README.read_text()


@pytest.mark.parametrize("verb", ["run", "status", "links", "report", "audit"])
def test_a_folder_that_is_no_workspace_is_one_line_and_exit_2(verb, tmp_path, monkeypatch, capsys) -> None:
    said = fails([verb, "-w", str(tmp_path)], monkeypatch, capsys)
    assert "reconcile.toml" in said
    assert "reconcile demo" in said


def test_a_workspace_that_was_not_run_says_what_to_do(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    assert "reconcile run" in fails(["status", "-w", str(tmp_path)], monkeypatch, capsys)


def test_the_demo_never_replaces_what_is_not_a_demo(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "precious.txt").write_text("keep me")
    fails(["demo", "-w", str(tmp_path)], monkeypatch, capsys)
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    fails(["demo", "-w", str(tmp_path)], monkeypatch, capsys)
    assert (tmp_path / "precious.txt").read_text() == "keep me"


@pytest.mark.parametrize(
    "arguments",
    [
        ["purge", "--reason", "withdrawn", "--answered"],
        ["run", "--force"],
        ["profile", __file__, "--force"],
        ["review", "user", "add", "ann", "--password-stdin", "--role", "force", "--force"],
    ],
    ids=lambda each: each[0],
)
def test_a_force_mistyped_is_named_with_the_force_that_is_like_it(arguments, tmp_path, monkeypatch, capsys) -> None:
    """`purge` once said of it that nothing of it waits, and `profile` listed all 45."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    said = fails([*arguments, "kentt"], monkeypatch, capsys)
    assert said == "reconcile: no force 'kentt': did you mean kent? Write its slug or its Home Office or ONS code"
    assert "did you mean" not in fails([*arguments, "atlantis"], monkeypatch, capsys)


@pytest.mark.parametrize("scenario", [[], ["--scenario", "survey-2018-01"]])
def test_people_of_a_survey_are_not_to_be_chosen(scenario, tmp_path, monkeypatch, capsys) -> None:
    """--people was once passed over in silence, and the survey's own people were made."""
    said = fails(["demo", "--people", "500", *scenario, "-w", str(tmp_path / "new")], monkeypatch, capsys)
    assert "--people works with --scenario national alone" in said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["demo", "--scenario", "nonsense"],
        ["release"],
        ["links", "--most", "0"],
        ["unmerge", "P0000000000", "a:1", "--reason", "two people"],
        ["unmerge", "P0000000000"],
        ["unmerge", "P0000000000", "a:1", "--undo", "--reason", "wrong"],
        ["decide", "a:1", "b:1", "same", "--file", "decisions.csv", "--reason", "both"],
        ["check", "nowhere.csv", "--force", "kent"],
        ["check", __file__, "--force", "atlantis"],
        ["purge", "--answered", "kent"],
        ["purge", "--answered", "kent", "--reason", "withdrawn"],
        ["train", "--date", "yesterday", "--people", "10"],
        ["link", "one.csv", "--columns", "map.toml", "--out", "/proc/nowhere"],
        ["run", "--force", "atlantis"],
        ["run", "--force", "kent"],
        ["accept", "kent"],
        ["accept", "kent", "--reason", "asked"],
        ["hold", "atlantis", "--reason", "asked"],
        ["demo", "-w", __file__],
        ["demo", "--scenario", "national", "--seed", "-1", "-w", "new"],
        ["train", "--date", "2026-12-01", "--people", "-5"],
        ["train", "--date", "2026-12-01", "--people", "5", "--seed", "-1"],
        ["train", "--date", "20261201", "--people", "5"],
        ["link", "one.csv", "--columns", "latin.toml", "--out", "linked"],
        ["check", "latin.toml", "--force", "kent", "--profile", "latin.toml"],
        ["review", "--host", "nowhere.invalid", "--behind-proxy"],
        ["review", "--tls-cert", "latin.toml", "--tls-key", "latin.toml"],
        ["review", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"],
    ],
)
def test_what_a_person_can_mend_is_one_line_and_exit_2(arguments, tmp_path, monkeypatch, capsys) -> None:
    """Some of these once ended in a traceback or in a box of five lines."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    (tmp_path / "latin.toml").write_bytes(b'record_id = "R\xe9f"\n')
    said = fails(arguments, monkeypatch, capsys)
    assert said.startswith("reconcile: ")
    assert "a file cannot be used" not in said


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["run", "--force", ""], "--force has an empty value"),
        (["deliver", "--force="], "--force has an empty value"),
        (["status", "-w", " "], "-w has an empty value"),
        (["unmerge", "", "kent:1", "--reason", "x"], "a value is empty"),
    ],
)
def test_a_value_that_is_empty_is_refused(arguments, what, monkeypatch, capsys) -> None:
    """A variable of a script that was never set once meant every force."""
    said = fails(arguments, monkeypatch, capsys)
    assert said == f"reconcile: {what}: give one, or leave it out; nothing was done"


def test_an_address_others_serve_at_is_said_before_the_pages_are(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = fails(["review", "--port", port, "-w", str(tmp_path)], monkeypatch, capsys)
    assert said.startswith(f"reconcile: 127.0.0.1 cannot be listened on at port {port} (")
    assert said.endswith("give another --host or --port")


def test_a_value_that_holds_an_equals_sign_is_not_empty(tmp_path, monkeypatch, capsys) -> None:
    asked = ["accept", "kent", "--reason=as asked=", "-w", str(tmp_path)]
    assert "no reconcile.toml" in fails(asked, monkeypatch, capsys)


@pytest.mark.parametrize("group", [["keys"], ["review", "user"]])
def test_a_group_of_verbs_alone_shows_its_help_and_no_line_beside_it(group, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["reconcile", *group])
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr()
    assert (stop.value.code, told.err.strip()) == (2, "")
    assert f"Usage: reconcile {' '.join(group)}" in told.out


def test_nothing_typed_where_something_is_asked_is_one_line(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')

    def nothing(*_given: object) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", nothing)
    said = fails(["review", "user", "add", "ann", "--role", "reviewer", "-w", str(tmp_path)], monkeypatch, capsys)
    assert said == "reconcile: what was asked for was not typed: nothing was changed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["release", "--reason", "x"],
        ["changes", "--next"],
        ["decide", "a:1", "b:1", "same", "--reason", "x"],
    ],
)
def test_a_cycle_that_was_never_run_is_not_said_to_have_broken_off(arguments, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    said = fails([*arguments, "-w", str(tmp_path)], monkeypatch, capsys)
    assert said.endswith(" yet: run `reconcile run` first"), said


@pytest.mark.parametrize(
    "arguments",
    [["audit", "--export"], ["keys", "new", "--force", "kent", "--out"], ["profile", "sample.csv", "--out"]],
    ids=lambda each: each[0],
)
def test_no_file_is_written_into_a_folder_that_is_not_there(arguments, tmp_path, monkeypatch, capsys) -> None:
    """A folder mistyped was once made in silence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "reconcile.toml").write_text('cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n')
    (tmp_path / "sample.csv").write_text("Ref,Surname\n1,Farrow\n")
    said = fails([*arguments, "some/missing/kent.toml"], monkeypatch, capsys)
    assert said == "reconcile: there is no folder some/missing: make it, or give another path; nothing was written"
    assert not (tmp_path / "some").exists()


@pytest.mark.parametrize(
    ("arguments", "verb"),
    [
        (["release"], "release"),
        (["links", "--most", "0"], "links"),
        (["review", "user", "add", "ann"], "review user add"),
        (["nonsense"], ""),
    ],
)
def test_what_was_typed_wrongly_leads_to_the_help_of_its_own_verb(arguments, verb, monkeypatch, capsys) -> None:
    help_of = f"reconcile {verb} --help".replace("  ", " ")
    assert fails(arguments, monkeypatch, capsys).endswith(f"see `{help_of}`")


@pytest.mark.slow
def test_links_say_how_many_of_how_many_they_are(tmp_path, monkeypatch, capsys) -> None:
    made = small_workspace.compiled(tmp_path / "workspace")
    waiting = publication.open_links(made, touching_list=False).num_rows
    assert waiting > 1
    for most, end in (("1", f"; use --most {waiting} for all"), ("20", "")):
        arguments = ["reconcile", "links", "--all", "--most", most, "-w", str(made.workspace.root)]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit):
            main()
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == f"{min(int(most), waiting)} of {waiting} links that wait for a person{end}"


@pytest.mark.slow
def test_run_says_the_headline_and_exits_1_only_where_an_extract_was_rejected(tmp_path, monkeypatch, capsys) -> None:
    """The verb once printed its result and then crashed, which no test of the stages could see."""
    write_scenario("national", tmp_path, seed=5, people=300)
    monkeypatch.setattr(sys, "argv", ["reconcile", "run", "-w", str(tmp_path), "--json"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert json.loads(capsys.readouterr().out)["forces_answered"] == 45
    (path,) = (path for path in (tmp_path / "inbox" / "kent").iterdir() if "manifest" not in path.name)
    path.write_bytes(b"\x00garbage")
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out)["forces_rejected"] == ["Kent Police"]


@pytest.mark.slow
def test_one_forces_extract_is_held_back_and_taken_in_again(tmp_path, monkeypatch, capsys) -> None:
    write_scenario("national", tmp_path, seed=5, people=300)
    for folder in (tmp_path / "inbox").iterdir():
        if folder.name not in ("durham", "kent"):
            shutil.rmtree(folder)

    def verb(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["reconcile", *arguments, "-w", str(tmp_path)])
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0), capsys.readouterr().out

    assert verb("run")[0] == 0
    assert verb("hold", "46", "--reason", "of a test system", "--by", "coordinator-1") == (
        0,
        "kent: HELD A person holds the extract back.\n",
    )
    assert "held, not counted, see `reconcile status`: Kent Police" in verb("status")[1]
    assert verb("run", "--force", "E23000032")[0] == 1
    assert verb("accept", "kent", "--reason", "it is not") == (0, "kent: RECEIVED\n")
    assert verb("run", "--force", "kent")[0] == 0


@pytest.mark.slow
def test_a_run_to_which_nothing_came_is_one_line_and_exit_2(tmp_path, monkeypatch, capsys) -> None:
    """A share that was not mounted once gave a list of nobody and exit 0."""
    write_scenario("national", tmp_path, seed=5, people=300)
    inbox = tmp_path / "inbox"
    inbox.rename(tmp_path / "elsewhere")

    def verb(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["reconcile", "run", *arguments, "-w", str(tmp_path), "--json"])
        with pytest.raises(SystemExit) as stop:
            main()
        told = capsys.readouterr()
        assert "forces_answered" in json.loads(told.out)
        return int(stop.value.code or 0), told.err.strip().splitlines()[-1]

    nobody = (2, "reconcile: no extract of any force came: check `inbox` in reconcile.toml and the forces' profiles;")
    code, said = verb()
    assert (code, said.partition(" `reconcile status`")[0]) == nobody
    there = "nothing lies at its source: put its extract there with the manifest, and say it again"
    assert verb("--force", "kent") == (2, f"reconcile: kent: {there}")
    shutil.copytree(tmp_path / "elsewhere" / "kent", inbox / "kent")
    assert verb()[0] == 0, "one force answered"
    assert verb("--force", "kent")[0] == 0
    for path in (inbox / "kent").iterdir():
        path.rename(path.with_name("misnamed" + path.name))
    code, said = verb("--force", "kent")
    assert (code, said.partition(": rename")[0]) == (
        2,
        "reconcile: kent: files came, but none has the name the force's profile expects",
    )


def test_help_does_not_wait_for_airflow_great_expectations_or_pandas() -> None:
    """Importing them takes seconds; `reconcile --help` and every quick verb must answer at once."""
    heavy = (
        "import sys, reconcile.cli; print([m for m in ('airflow', 'great_expectations', 'pandas') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_linking_imports_no_sql_and_gives_freed_memory_back() -> None:
    said = (
        "import sys, reconcile.cli, reconcile.linkage.files, pyarrow; "
        "print('sqlalchemy' in sys.modules, pyarrow.default_memory_pool().backend_name)"
    )
    bare = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, env=bare)
    assert found.stdout == "False system\n"
