"""Two acts never write one workspace at once: shown with real processes, one of which holds it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest

from reconcile import tasks, turns
from reconcile.cli import main
from reconcile.errors import BusyError

HOLD = """
import sys
from pathlib import Path
from reconcile import turns
parts = [turns.Part(name.removesuffix("~"), name.endswith("~")) for name in sys.argv[3:]]
with turns.turn(Path(sys.argv[1]), sys.argv[2], parts, 0):
    print("held", flush=True)
    sys.stdin.readline()
print("let go", flush=True)
"""
"""Holds parts of a workspace until a line comes in; a part's name ends in ~ where it is shared."""
Holder = Callable[..., "subprocess.Popen[str]"]
WRITING = (
    ["run"],
    ["run", "--force", "kent"],
    ["accept", "kent", "--reason", "asked"],
    ["hold", "kent", "--reason", "asked"],
    ["decide", "a:1", "b:1", "same", "--reason", "asked"],
    ["decide", "a:1", "b:1", "undo", "--reason", "asked"],
    ["unmerge", "P0000000000", "a:1", "--reason", "asked"],
    ["unmerge", "P0000000000", "a:1", "--undo", "--reason", "asked"],
    ["release", "--reason", "asked"],
    ["report"],
    ["purge"],
    ["demo"],
)
TASKS = ("gather", "acceptance", "link", "resolve", "assess", "compile_list", "report", "purge")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    settings = 'cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\nsynthetic = true\n'
    (tmp_path / "reconcile.toml").write_text(settings)
    return tmp_path


@pytest.fixture
def holder(workspace: Path) -> Iterator[Holder]:
    """Starts a process that holds the workspace, or parts of it, once it is returned."""
    started: list[subprocess.Popen[str]] = []

    def start(act: str = "`reconcile run`", parts: Sequence[str] = ("extracts", "list")) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(workspace), act, *parts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    monkeypatch.setattr(turns, "PATIENCE_OF_A_TASK", 0.0)


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_verb_that_finds_the_workspace_held_says_by_whom_in_one_line_and_does_nothing(
    arguments: list[str],
    workspace: Path,
    holder: Holder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    process = holder("`reconcile run`")
    before = files(workspace)
    monkeypatch.setattr(sys, "argv", ["reconcile", *arguments, "-w", str(workspace)])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err.strip()
    assert stop.value.code == 2
    assert said.startswith("reconcile: the workspace is written by `reconcile run` since 20")
    assert f"(process {process.pid} on " in said
    assert said.endswith("wait until that has ended, then say it again; nothing was done")
    assert "\n" not in said
    assert files(workspace) == before


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("task", TASKS)
def test_a_task_that_finds_the_workspace_held_says_by_whom(task: str, workspace: Path, holder: Holder) -> None:
    holder("`reconcile decide`")
    with pytest.raises(BusyError, match="written by `reconcile decide` since"):
        getattr(tasks, task)(str(workspace))


@pytest.mark.usefixtures("impatient")
def test_a_sign_off_and_an_intake_wait_too(workspace: Path, holder: Holder) -> None:
    holder("`reconcile decide`")
    answer = {"responded_by_user": {"name": "coordinator-1"}, "params_input": {"reason": "checked"}}
    with pytest.raises(BusyError):
        tasks.release(str(workspace), answer, {"Fingerprint": "0"})
    with pytest.raises(BusyError):
        tasks.intake(str(workspace), "kent")


def test_who_waits_goes_on_as_soon_as_the_other_has_ended(workspace: Path, holder: Holder) -> None:
    first = holder()
    waiting = "import sys; from pathlib import Path; from reconcile import turns\n" + (
        "print('asks', flush=True)\n"
        "with turns.turn(Path(sys.argv[1]), 'second', patience=60): print('has it', flush=True)"
    )
    second = subprocess.Popen([sys.executable, "-c", waiting, str(workspace)], stdout=subprocess.PIPE, text=True)
    assert second.stdout is not None
    assert second.stdout.readline() == "asks\n"
    said, _ = first.communicate("go\n")
    assert said == "let go\n"
    assert second.communicate()[0] == "has it\n"


def test_a_holder_that_is_killed_holds_nothing(workspace: Path, holder: Holder) -> None:
    process = holder("`reconcile run`")
    with pytest.raises(BusyError, match=f"process {process.pid} "), turns.turn(workspace, "second", patience=0):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (workspace / turns.FOLDER / "list.lock").read_text(), "its name still stands there, and counts for nothing"
    with turns.turn(workspace, "second", patience=0):
        pass


BESIDE = """
| held                   | wanted            | goes |
| intake of kent         | intake of essex   | yes  |
| intake of kent         | intake of kent    | no   |
| intake of kent         | link              | yes  |
| intake of kent         | gather            | no   |
| intake of kent         | acceptance        | no   |
| intake of kent         | a verb            | no   |
| gather                 | intake of kent    | no   |
| gather                 | link              | no   |
| link                   | acceptance        | yes  |
| link                   | link              | no   |
| link                   | a verb            | no   |
| acceptance             | intake of kent    | no   |
| acceptance             | a verb            | no   |
| a verb                 | intake of kent    | no   |
| a verb                 | acceptance        | no   |
"""
PARTS = {
    "intake of kent": turns.one_force("kent"),
    "intake of essex": turns.one_force("essex"),
    "gather": turns.WHOLE,
    "acceptance": (turns.EXTRACTS,),
    "link": (turns.LIST,),
    "a verb": turns.WHOLE,
}


def test_what_may_go_on_beside_what(workspace: Path, holder: Holder) -> None:
    from tests.small_tables import rows

    found, said = [], []
    for row in rows(BESIDE):
        process = holder(row["held"], [part.name + ("~" if part.shared else "") for part in PARTS[row["held"]]])
        try:
            with turns.turn(workspace, row["wanted"], PARTS[row["wanted"]], 0):
                found.append({**row, "goes": "yes"})
        except BusyError as error:
            said.append(str(error).partition(" since ")[0])
            found.append({**row, "goes": "no"})
        process.communicate("go\n")
    assert found == rows(BESIDE)
    assert said == [f"the workspace is written by {row['held']}" for row in found if row["goes"] == "no"]


def test_each_task_holds_the_parts_the_table_says(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the table above speaks of the tasks and not of itself."""
    held = {}

    class AskedError(Exception):
        pass

    def ask(_root: Path, act: str, parts: Sequence[turns.Part], _patience: float) -> None:
        held[act.removeprefix("the task ")] = parts
        raise AskedError

    monkeypatch.setattr(turns, "turn", ask)
    for name in TASKS:
        with pytest.raises(AskedError):
            getattr(tasks, name)(str(workspace))
    for slug in ("kent", "essex"):
        with pytest.raises(AskedError):
            tasks.intake(str(workspace), slug)
    of_the_list = dict.fromkeys(("resolve", "assess", "compile_list", "report"), PARTS["link"])
    assert held == {**{name: PARTS[name] for name in PARTS if name != "a verb"}, **of_the_list, "purge": turns.WHOLE}


def test_a_lock_file_removed_between_opening_and_locking_lets_no_second_one_in(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise this one would hold a file that is nowhere, and the next a file of the same name."""
    tried, really = [], turns._try

    def after_it_went(file: IO[str], kind: int) -> bool:
        if not tried:
            Path(file.name).unlink()
        tried.append(file.name)
        return really(file, kind)

    monkeypatch.setattr(turns, "_try", after_it_went)
    monkeypatch.setattr(turns, "LOOK_AGAIN", 0.0)
    with turns.turn(workspace, "first", patience=60):
        second = subprocess.run(
            [sys.executable, "-c", HOLD, str(workspace), "second", "extracts"],
            check=False,
            capture_output=True,
            text=True,
        )
    assert "BusyError: the workspace is written by first since" in second.stderr
