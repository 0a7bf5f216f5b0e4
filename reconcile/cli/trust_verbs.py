"""The verbs of trust: verify or export the audit log, and erase what was sent once nothing waits for it."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    need_folder,
    note,
    say,
    say_json,
    say_plain,
    writing,
)
from reconcile.errors import ReconcileError


def add_to(app: typer.Typer) -> None:
    for verb in (audit, purge):
        app.command(rich_help_panel="Trust")(verb)


def audit(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    export: Annotated[Path | None, typer.Option(help="Also write the log as CSV to this path.")] = None,
    json: JsonOption = False,
) -> None:
    """Verify the hash chain of the audit log; exits 1 where it is broken.

    Example: reconcile audit --export audit.csv
    """
    from reconcile import publication
    from reconcile.render.look import plural

    chosen = settings.load(workspace)
    if export is not None:
        need_folder(export)
    result = publication.verify_audit(chosen)
    if export is not None:
        publication.export_audit(chosen, export, recipient=getpass.getuser())
        note(f"written: {export}")
    if json:
        say_json({"holds": result.holds, "lines": result.lines, "broken": result.broken, "reason": result.reason})
    else:
        say(
            f"{plural(result.lines, 'line')}, the chain holds"
            if result.holds
            else f"the chain is broken: {result.reason}"
        )
    if not result.holds:
        raise typer.Exit(1)


def purge(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased; touch nothing.")] = False,
    answered: Annotated[
        str, typer.Option(help="A force whose quarantined rows or rejection are answered: slug or code.")
    ] = "",
    reason: Annotated[str, typer.Option(help="How they were answered; goes into the audit log.")] = "",
    json: JsonOption = False,
) -> None:
    """Erase extracts as they were sent, and quarantined rows, once nothing waits for them; records and releases stay.

    An accepted extract is kept for the days that reconcile.toml says (keep_raw_days); one that is held, rejected or has
    quarantined rows until the force has answered: by a later extract that is accepted, or as you say with --answered.
    What a release is run again from is erased once its review date has passed (keep_snapshot_months).

    Example: reconcile purge --dry-run
    """
    from dataclasses import asdict

    from reconcile import erasure, release_erasure
    from reconcile.render.look import plural

    if bool(answered) != bool(reason.strip()):
        raise ReconcileError("--answered and --reason go together: give both, or neither")
    slug = by_code(answered) if answered else ""
    with writing(workspace, "purge") as chosen:
        done = erasure.purge(chosen, dry_run=dry_run, answered=slug, reason=reason.strip(), actor=_actor(slug))
        snapshots = () if answered else release_erasure.due(chosen, dry_run=dry_run)
    if json:
        say_json({"dry_run": dry_run, **asdict(done), "releases": [asdict(each) for each in snapshots]})
        return
    for each in done.erased:
        rows = f", quarantined rows {each.quarantined_rows}" if each.quarantined_rows else ""
        size = f"{plural(each.files, 'file')}, {each.bytes:,} bytes"
        say_plain(f"  {each.cycle}  {each.force:<22} {each.sha256[:12]}  {size}{rows}")
        say_plain(f"      {each.why}")
    say(f"{plural(len(done.erased), 'extract')} {'would be erased' if dry_run else 'erased'}, {len(done.kept)} kept")
    for release in snapshots:
        say_plain(
            f"  snapshot of {release.release}  {plural(release.files, 'file')}, {release.bytes:,} bytes: {release.why}"
        )
    for kept in done.kept:
        say_plain(f"  {kept.cycle}  {kept.force:<22} {kept.sha256[:12]}  {kept.why}")


def _actor(answered: str) -> str:
    from reconcile import erasure

    return getpass.getuser() if answered else erasure.ACTOR
