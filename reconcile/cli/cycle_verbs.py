"""The verbs of a cycle: run it, look at it, sign it off, send the forces their reports.

Heavy rooms are imported by the verb that uses them, so that help and mistakes answer at once.
"""

import getpass
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code, received_as
from reconcile.cli.notify_verb import notified
from reconcile.cli.summary import headline
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
from reconcile.errors import ReconcileError

PANEL = "The cycle"
NOBODY = (
    "no extract of any force came: check `inbox` in reconcile.toml and the forces' profiles; `reconcile status` says"
    " what each source answered"
)


def add_to(app: typer.Typer) -> None:
    for verb in (run, status, release, report):
        app.command(rich_help_panel=PANEL)(verb)


def run(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    force: Annotated[
        str, typer.Option(help="Take in this force's extract alone, such as a corrected one: its slug or a code.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Run the cycle up to sign-off: pull, read, validate, standardise, link, resolve, assess, compile.

    Exits 1 if a force's extract was rejected or waits for a person; the list is compiled without it and says so.
    Exits 2 if nothing new came: of the force that --force names, or without it of any force at all; who is silent
    beside others is named and changes no exit code.

    Example: reconcile run -w workspace
    """
    from reconcile import cycle, intake

    slug = by_code(force) if force else ""
    with writing(workspace, f"run --force {slug}" if slug else "run") as chosen, progress() as tell:
        received = [cycle.take_in_again(chosen, slug, tell)] if slug else []
        figures = cycle.statistics_of(chosen) if slug else cycle.run(chosen, tell)
        receipts = received or cycle.receipts(chosen)
        nothing = "".join(intake.nothing_new(chosen, receipt) for receipt in received)
        told = notified(chosen)
    if told:
        note(told)
    for receipt in received:
        note(f"{slug}: {' '.join(received_as(receipt))}")
    say_json(figures) if json else say(headline(figures))
    if nothing:
        raise ReconcileError(f"{slug}: {nothing}")
    if all(each.state == "NOT_RECEIVED" or each.taken_from for each in receipts):
        raise ReconcileError(NOBODY)
    barred = [each.state for each in receipts if each.state in ("REJECTED", "HELD")]
    if barred:
        raise typer.Exit(1)


def status(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Show the cycle at a glance: who answered, what it would publish, what is published now.

    Example: reconcile status --json
    """
    from reconcile import cycle, publication
    from reconcile.forces import forces
    from reconcile.review.waiting import WHY

    chosen = settings.load(workspace)
    figures = cycle.statistics_of(chosen)
    published = publication.current(chosen)
    if json:
        say_json(
            {
                "cycle": chosen.cycle,
                "statistics": figures,
                "superseded": [receipt.to_json() for receipt in cycle.superseded(chosen)],
                "waiting": publication.unsettled(chosen),
                "answers_to_see_to": publication.answers_to_see_to(chosen),
                "current_release": published and published.name,
            }
        )
        return
    say(headline(figures))
    names = {force.slug: force.name for force in forces()}
    say()
    for receipt in (*cycle.receipts(chosen), *cycle.superseded(chosen)):
        counts = (
            f"{receipt.accepted:>7} {'waiting ' if receipt.state == 'HELD' else 'accepted'}"
            f" {receipt.quarantined:>4} quarantined"
            if receipt.accepted
            else ""
        )
        why = "".join(f"  {said}" for said in received_as(receipt)[1:])
        say_plain(f"  {receipt.state:<13} {names[receipt.force]:<34}{counts}{why}")
    if unsettled := publication.unsettled(chosen):
        say("\nidentities that wait for a person, see `reconcile links --all`:")
        for why, count in unsettled.items():
            say(f"  {count:>5}  {WHY[why]}")
    if answers := publication.answers_to_see_to(chosen):
        wait = "answer of a force waits" if answers == 1 else "answers of forces wait"
        say(f"\n{answers} {wait} to be seen to: see the queue on the pages (`reconcile review`)")
    if parted := publication.conflicts(chosen):
        are = "pair decided different is" if len(parted) == 1 else "pairs decided different are"
        say(f"\n{len(parted)} {are} joined by other links or decisions; one of them is wrong:")
        for left, right in parted:
            say(f"  {left}  ~  {right}")
    say()
    say(f"current release: {published}" if published else "nothing released yet: sign it off with `reconcile release`")


def release(
    reason: Annotated[str, typer.Option(help="Why it may be published; goes into the sign-off.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    signed_by: Annotated[str, typer.Option(help="Who signs off.")] = getpass.getuser(),
    accept_bands: Annotated[
        str, typer.Option(help="Why figures far from those of the release before are right; goes into the sign-off.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Sign the compiled cycle off and publish it as an immutable, hashed release.

    Refused where figures differ from those of the release before by more than their bands, until somebody says why.

    Example: reconcile release --signed-by "A. Coordinator" --reason "checked against the forces' returns"
    """
    from reconcile import publication
    from reconcile.national import contents
    from reconcile.national.page import headline as published
    from reconcile.workspace import read_json

    with writing(workspace, "release") as chosen:
        before = {entry.name for entry in chosen.workspace.releases.glob("*")}
        path = publication.release(
            chosen, signed_by=signed_by, role=publication.ROLE, reason=reason, accept_bands=accept_bands
        )
        told = notified(chosen)
    if told:
        note(told)
    if path.name in before:
        note("the same data were released before and keep their first sign-off; yours is in the audit log")
    said = published(read_json(path / contents.STATISTICS))
    if json:
        say_json({"release": str(path), "headline": said})
    else:
        say(said)
        say(f"released: {path}")


def report(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Write each force its match report (HTML and XLSX) from the current release.

    Example: reconcile report -w workspace
    """
    from reconcile import reporting

    with writing(workspace, "report") as chosen:
        paths = reporting.report(chosen)
    said = (
        f"{len({path.parent for path in paths})} reports, each a page, a workbook and JSON, in {paths[0].parent.parent}"
    )
    say_json([str(path) for path in paths]) if json else say(said)
