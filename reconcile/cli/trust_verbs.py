"""The verb of trust: verify the audit log's chain, or export it for the Commissioner."""

from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.audit import AuditLog
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, say, say_json


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
    log = AuditLog(settings.load(workspace).database_url)
    result = log.verify()
    if export is not None:
        log.write_csv(export)
    if json:
        say_json({"intact": result.intact, "lines": result.lines, "first_broken": result.first_broken})
    else:
        say(f"{result.lines} lines, chain intact" if result.intact else f"chain broken at line {result.first_broken}")
    if not result.intact:
        raise typer.Exit(1)
