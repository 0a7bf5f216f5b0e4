"""The verb by which the files come in that forces answered their match reports with.

Decides how what became of them is told; what is taken is decided by ``reports.answering``.
"""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code
from reconcile.cli.notify_verb import notified
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    note,
    say,
    say_json,
    say_plain,
    writing,
)
from reconcile.errors import ReconcileError

if TYPE_CHECKING:
    from reconcile.reports.answer_intake import Taken


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Review")(answer)


def answer(
    files: Annotated[list[Path] | None, typer.Argument(help="The workbooks or JSON files, filled in.")] = None,
    force: Annotated[str, typer.Option(help="Whose they are: slug, Home Office code or ONS code.")] = "",
    inbox: Annotated[
        bool, typer.Option("--inbox", help="Those in every force's inbox instead, in its answers/.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who takes them in.")] = getpass.getuser(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken, and record nothing.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Take in what forces answered to their match reports: the workbook filled in, or JSON.

    Each answer is checked against what the force was told; those refused are listed with the reason, the rest taken.
    Exits 0 where all were taken, 1 where any was refused, 2 where a file could not be used.

    Example: reconcile answer kent-answers.xlsx --force kent
    """
    from reconcile import cycle
    from reconcile.reports import answer_intake

    if inbox == bool(files) or inbox == bool(force):
        raise ReconcileError("give FILES and --force, or --inbox alone: see `reconcile answer --help`")
    if dry_run:
        taken = _take(answer_intake, settings.load(workspace), files or [], force, by, dry_run=True)
    else:
        with writing(workspace, "answer") as chosen:
            taken = _take(answer_intake, chosen, files or [], force, by, dry_run=False)
            _say(taken, json=json, dry_run=False)
            if any(each.outcome and each.outcome.to_compile for each in taken):
                note("the list and the queue are compiled again with them")
                cycle.reconsider(chosen)
                if told := notified(chosen):
                    note(told)
    if dry_run:
        _say(taken, json=json, dry_run=True)
    if unusable := [each for each in taken if each.outcome is None]:
        raise ReconcileError(unusable[0].why)
    if any(each.outcome and each.outcome.refused for each in taken):
        raise typer.Exit(1)


def _take(
    intake: Any, chosen: settings.Settings, files: Sequence[Path], force: str, by: str, *, dry_run: bool
) -> "list[Taken]":
    slug = by_code(force) if force else ""
    given = [(path, slug) for path in files] if slug else intake.waiting(chosen)
    return [intake.take_file(chosen, path, of, by=by, dry_run=dry_run) for path, of in given]


def _say(taken: "Sequence[Taken]", *, json: bool, dry_run: bool) -> None:
    if json:
        say_json([asdict(each) for each in taken])
        return
    if not taken:
        say("no file of answers waits in any inbox")
    for each in taken:
        if each.outcome is None:
            say_plain(f"{each.force}: {each.file}: nothing taken")
            if len(taken) > 1:  # of one file alone it is the line the verb ends with
                note(f"  {each.why}")
            continue
        done = each.outcome
        would = "would be " if dry_run else ""
        counts = [f"{len(done.taken)} {would}taken", f"{len(done.refused)} {would}refused"]
        counts += [f"{done.repeated} taken before"] if done.repeated else []
        counts += [f"{done.unanswered} not answered"] if done.unanswered else []
        say_plain(f"{each.force}: {each.file}: {', '.join(counts)}")
        for said, count in (
            ("links decided by it", done.decided),
            ("decisions of the force taken back", done.undone),
            ("answers to be put to a reviewer", done.asked),
        ):
            if count:
                say_plain(f"  {count} {said}")
        for sentence in each.notes:
            note(f"  {sentence}")
        for item in done.older:
            say_plain(f"  {item}: an older answer, not taken again: another was given since")
        for refused in done.refused:
            say_plain(f"  refused {refused.line}")
