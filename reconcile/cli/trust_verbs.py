"""The verb of trust: verify the audit log's chain, or export it for the Commissioner."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, note, say, say_json


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Trust")(audit)


def audit(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    export: Annotated[Path | None, typer.Option(help="Also write the log as CSV to this path.")] = None,
    json: JsonOption = False,
) -> None:
    """Verify the hash chain of the audit log; exits 1 where it is broken.

    Example: reconcile audit --export audit.csv
    """
    from reconcile import publication

    chosen = settings.load(workspace)
    result = publication.verify_audit(chosen)
    if export is not None:
        publication.export_audit(chosen, export, recipient=getpass.getuser())
        note(f"written: {export}")
    if json:
        say_json({"holds": result.holds, "lines": result.lines, "broken": result.broken, "reason": result.reason})
    else:
        say(f"{result.lines} lines, the chain holds" if result.holds else f"the chain is broken: {result.reason}")
    if not result.holds:
        raise typer.Exit(1)
