"""The verb that tells forces the same day what cannot wait, and what other verbs say of notices they set off."""

from typing import TYPE_CHECKING, Annotated

import typer

from reconcile import settings
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    note,
    progress,
    say,
    say_json,
    say_plain,
    writing,
)

if TYPE_CHECKING:
    from reconcile.notifying import Sent


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="The cycle")(notify)


def notify(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would be told what; write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Tell forces what cannot wait for their next report: corrections of what they were told, and leads of high risk.

    Leads go once decided; what new extracts changed, once signed off. Each is told once, in a notice, to exactly the
    forces concerned. `decide`, `unmerge`, `protect`, `accept`, `hold`, `run`, `release` and the pages do so by
    themselves; say it where one of them broke off, or to see first who would be told.

    Example: reconcile notify --dry-run
    """
    from reconcile import notifying

    with writing(workspace, "notify") as chosen, progress() as tell:
        sent = notifying.notify(chosen, tell, dry_run=dry_run)
    if json:
        say_json({"dry_run": dry_run, "notices": [vars(each) for each in sent], **notifying.counted(sent)})
        return
    if not sent:
        say("no force has to be told anything: nothing it was told has changed, and every lead of high risk is told")
        return
    for each in sent:
        where = "would be written" if dry_run else each.how if each.delivered else f"not delivered: {each.how}"
        say_plain(f"  {each.force:<22} {_what(each)}  {each.document}: {where}")
    say(f"{_count(len(sent), 'notice')} {'would be written' if dry_run else 'written'}")
    if kept := sum(not each.delivered for each in sent) if not dry_run else 0:
        note(f"not delivered: {kept}; they lie in the workspace's folder notices, and `reconcile deliver` tries again")


def notified(chosen: settings.Settings) -> str:
    """Tell forces what an act has changed, and give the line to say of it; "" where nobody had to be told."""
    from reconcile import notifying

    sent, why_not = notifying.notify_after(chosen)
    if not sent:
        return why_not
    kept = sum(not each.delivered for each in sent)
    left = f"; {kept} not delivered: `reconcile deliver` tries again" if kept else ""
    return f"{_count(len(sent), 'notice')} to forces: {', '.join(each.force for each in sent)}{left}"


def _what(each: "Sent") -> str:
    return f"{_count(each.corrections, 'correction')}, {_count(each.leads, 'lead')} of high risk"


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
