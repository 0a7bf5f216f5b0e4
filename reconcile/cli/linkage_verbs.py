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
    people: Annotated[
        int | None, typer.Option(help="Train on this many synthetic people instead of the workspace.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic people.", min=0)] = 1,
    from_decisions: Annotated[
        bool, typer.Option("--from-decisions", help="Move the shipped model by what people decided of links instead.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for the model artefact and its page.")] = Path("models"),
    json: JsonOption = False,
) -> None:
    """Train a linkage model, write it as a dated, hashed artefact, and a page of charts beside it.

    Exits 1 where the training did not converge; the artefact is written all the same and says so.

    Example: reconcile train --date 2026-12-01 --people 90000 --out models
    """
    from reconcile import model_training, settings
    from reconcile.demo.population import register

    if not _is_day(date):
        raise ReconcileError("--date is no date: write it as YYYY-MM-DD, such as 2026-12-01")
    if people and from_decisions:
        raise ReconcileError("--people and --from-decisions were both given: give one of them")
    with progress() as tell:
        if people:
            marking, synthetic = settings.Settings.marking, True
            trained = model_training.on_people(register, people, seed, tell)
        else:
            chosen = settings.load(workspace)
            marking, synthetic = chosen.marking, chosen.synthetic
            learn = model_training.from_decisions if from_decisions else model_training.on_workspace
            trained = learn(chosen, tell)
        tell("write", 0.0)
        path, page = model_training.write(trained, out, date, marking=marking, synthetic=synthetic)
    told = trained.model.trained
    say_json({"model": str(path), "page": str(page), "trained": told}) if json else say(f"model  {path}\npage   {page}")
    if not told["converged"]:
        complain("the training stopped before it converged: more records, or more varied ones, are needed")
        raise typer.Exit(1)


def _is_day(text: str) -> bool:
    """Whether it is a day written YYYY-MM-DD, and in no other form of ISO 8601: it stands in names."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
