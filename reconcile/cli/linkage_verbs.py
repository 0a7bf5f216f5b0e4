"""The verbs of the linkage engine on its own: link any table of people, train a model."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, complain, progress, say, say_json
from reconcile.errors import ReconcileError

PANEL = "The linkage engine"


def add_to(app: typer.Typer) -> None:
    for verb in (link, train):
        app.command(rich_help_panel=PANEL)(verb)


def link(
    files: Annotated[list[Path], typer.Argument(help="CSV or Parquet files of people.")],
    columns: Annotated[Path, typer.Option(help="TOML: canonical name = source column.")],
    out: Annotated[Path, typer.Option(help="Folder for pairs.parquet and identities.parquet.")],
    train: Annotated[bool, typer.Option("--train", help="Fit the model to these files, without labels.")] = False,
    truth: Annotated[str | None, typer.Option(help="COLUMN or COLUMN:REGEX naming the true person.")] = None,
    between: Annotated[bool, typer.Option("--between", help="Compare only across files.")] = False,
    json: JsonOption = False,
) -> None:
    """Link any table of people, and measure the result where the truth is known.

    Example: reconcile link a.csv b.csv --columns map.toml --out linked --train --between --truth 'rec_id:rec-(\\d+)'
    """
    from reconcile.linkage.files import link_files

    out.mkdir(parents=True, exist_ok=True)
    with progress() as tell:
        summary = link_files(files, columns, out, train=train, truth=truth, between=between, progress=tell)
    say_json(summary.to_json()) if json else say(str(summary))


def train(
    date: Annotated[str, typer.Option(help="The date in the model's name, YYYY-MM-DD.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    people: Annotated[int, typer.Option(help="Train on this many synthetic people instead of the workspace.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic people.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for the model artefact.")] = Path("models"),
) -> None:
    """Train a linkage model without labels and write it as a dated, hashed artefact.

    Exits 1 where the training did not converge; the artefact is written all the same and says so.

    Example: reconcile train --date 2026-12-01 --people 90000 --out models
    """
    from reconcile import cycle, settings
    from reconcile.demo.population import register
    from reconcile.linkage import model, training

    try:
        dt.date.fromisoformat(date)
    except ValueError as error:
        raise ReconcileError("--date is no date: write it as YYYY-MM-DD, such as 2026-12-01") from error
    with progress() as tell:
        tell("read the records", 0.0)
        records = register(people, seed)[0] if people else cycle.table(settings.load(workspace), "records")
        tell("train", 0.0)
        trained = training.train(records)
        if people:
            tell("calibrate on another seed", 0.0)
            trained = training.calibrate(trained, *register(people, seed + 1))
    say(f"model: {model.write(trained, out, date)}")
    if not trained.trained["converged"]:
        complain("the training stopped before it converged: more records, or more varied ones, are needed")
        raise typer.Exit(1)
