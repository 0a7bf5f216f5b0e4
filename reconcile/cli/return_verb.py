"""The verb for a survey: one force's answer from a release, as a table, JSON or CSV.

Decides how the answer is laid out; every number in it was published before.
"""

import csv
import getpass
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, say_json, say_plain
from reconcile.errors import ReconcileError

if TYPE_CHECKING:
    from reconcile.national.survey_return import Answer

COLUMNS = ("force", "as_of", "figure", "part", "value", "definition", "coverage", "release", "data_hash", "marking")


def add_to(app: typer.Typer) -> None:
    app.command("return", rich_help_panel="The cycle")(return_)


def return_(
    force: Annotated[str, typer.Option(help="The force: its slug, Home Office code or ONS code.")],
    release: Annotated[str, typer.Option(help="The release to answer from; the current one where left out.")] = "",
    recipient: Annotated[str, typer.Option(help="Who is given the answer; it is then logged as a disclosure.")] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the answer as CSV.")] = False,
) -> None:
    """Print one force's answer to a survey of forces, from a release: how many, since when, of what risk, as of when.

    A force that sent nothing that counts has no figures, which is not zero, and the answer says so.

    Example: reconcile return --force kent --csv
    """
    from reconcile import returns

    if json and as_csv:
        raise ReconcileError("--json and --csv were both given: give one of them")
    slug = by_code(force)
    found = returns.answer(
        settings.load(workspace), slug, reader=getpass.getuser(), name=release, recipient=recipient.strip()
    )
    if json:
        say_json({**asdict(found), "answered": found.answered})
    elif as_csv:
        say_plain(_csv(found).rstrip("\n"))
    else:
        _say(found)


def _say(found: "Answer") -> None:
    from reconcile.national import survey_return

    say_plain(found.marking)
    say_plain(f"{found.name}, as of {found.as_of}" if found.answered else found.name)
    say_plain(found.coverage)
    width = max((len(line.words) for line in found.lines), default=0)
    told, parted = "", {line.figure for line in found.lines if line.part}
    for line in found.lines:
        if line.figure != told and (line.part or told in parted):
            say_plain()
        told = line.figure
        say_plain(f"  {line.words:<{width}}  {'—' if line.value is None else line.value:>8}")
    if found.answered:
        say_plain("\nWhat each counts")
        headings = survey_return.headings()
        for figure, definition in {line.figure: line.definition for line in found.lines}.items():
            say_plain(f"  {headings[figure]}: {definition}")
    say_plain(f"\nrelease {found.release}, data {found.data_hash}")
    if found.sha256:
        say_plain(f"extract {found.sha256}")


def _csv(found: "Answer") -> str:
    from reconcile.national.csv_file import safe

    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(COLUMNS)
    same = {
        name: getattr(found, name) or "" for name in ("force", "as_of", "coverage", "release", "data_hash", "marking")
    }
    rows = [asdict(line) for line in found.lines] or [{"figure": "", "part": "", "value": "", "definition": ""}]
    for row in rows:
        cells = {**same, **row, "value": "" if row["value"] is None else row["value"]}
        out.writerow([safe(str(cells[name])) for name in COLUMNS])
    return text.getvalue()
