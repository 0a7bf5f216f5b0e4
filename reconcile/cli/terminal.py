"""How the command line speaks: progress on a terminal, plain lines elsewhere, JSON where a program reads.

Invariant: results go to standard output, everything said on the way to standard error; no person's data is said.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from reconcile import settings
from reconcile.errors import ReconcileError
from reconcile.turns import turn

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", envvar="RECONCILE_WORKSPACE", help="The folder of cycles, decisions and releases."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for a program to read.")]
DEFAULT_WORKSPACE = Path("workspace")


def complain(line: str) -> None:
    err.print(f"reconcile: {line}", style="red", markup=False)


def note(line: str) -> None:
    """Say on standard error what is not the result."""
    err.print(line, markup=False)


def say(line: str = "") -> None:
    out.print(line)


def say_plain(line: str = "") -> None:
    """Say a line in which square brackets are square brackets."""
    out.print(line, markup=False)


def say_json(value: Any) -> None:
    out.print_json(json.dumps(value, sort_keys=True, default=str, ensure_ascii=False))


def need_folder(file: Path) -> None:
    """Refuse a file to write whose folder is not there, before anything is done: one mistyped is never made.

    Raises:
        ReconcileError: there is no such folder, or the file is a folder itself.
    """
    if file.is_dir():
        raise ReconcileError(f"{file} is a folder: name a file in it; nothing was written")
    if not file.parent.is_dir():
        raise ReconcileError(f"there is no folder {file.parent}: make it, or give another path; nothing was written")


@contextmanager
def writing(workspace: Path, verb: str) -> Iterator[settings.Settings]:
    """Yield the settings of the workspace while nobody else writes it.

    Raises:
        BusyError: somebody else does, and has not ended after a while.
        SettingsError: it is no workspace.
    """
    chosen = settings.load(workspace)
    with turn(workspace, f"`reconcile {verb}`"):
        yield chosen


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """Yield a function told what is under way and the share of it done; bars only on a terminal."""
    columns = (TextColumn("{task.description:<36}"), BarColumn(bar_width=32), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def tell(what: str, share: float) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bars.update(task, completed=1.0)
                if not err.is_terminal:
                    err.print(f"… {what}", markup=False)
                tasks[what] = bars.add_task(what, total=1.0)
            bars.update(tasks[what], completed=share)

        yield tell
        for task in tasks.values():
            bars.update(task, completed=1.0)
