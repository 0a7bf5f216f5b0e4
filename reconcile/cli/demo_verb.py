"""The verb that shows the whole product: a synthetic national scenario through the whole cycle to a release."""

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.summary import headline
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, progress, say, say_json
from reconcile.errors import SettingsError
from reconcile.forces import forces
from reconcile.turns import FOLDER as LOCKS
from reconcile.turns import turn

COORDINATOR = "demo coordinator"


class Scenario(StrEnum):
    SURVEY_2018 = "survey-2018"
    SURVEY_JANUARY_2018 = "survey-2018-01"
    NATIONAL = "national"


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Start here")(demo)


def demo(
    scenario: Annotated[
        Scenario,
        typer.Option(help="A survey of 2018, that of March or of January, or a register of the whole country."),
    ] = (Scenario.SURVEY_2018),
    people: Annotated[
        int | None,
        typer.Option(help="How many people the register holds, with --scenario national alone; else 90,000.", min=1),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic people.", min=0)] = 2018,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    decide_from_truth: Annotated[
        bool,
        typer.Option("--decide-from-truth", help="Then enter the scenario's truth as decisions and release again."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write the extracts of 45 synthetic forces, run the cycle on them, sign it off, release, report, deliver.

    Starts from an empty workspace each time; only a workspace marked synthetic is ever replaced.

    Example: reconcile demo --scenario survey-2018 --decide-from-truth
    """
    from reconcile import cycle, publication, reporting
    from reconcile.demo import write_scenario
    from reconcile.reports import delivery, identities

    if people is not None and scenario is not Scenario.NATIONAL:
        raise SettingsError(
            f"--people works with --scenario national alone: how many people {scenario.value} has, the survey says;"
            " nothing was touched"
        )
    _need_demo(workspace)
    with turn(workspace, "`reconcile demo`"), progress() as tell:
        _clear(workspace)
        tell("write the forces' extracts", 0.0)
        write_scenario(scenario.value, workspace, seed=seed, people=people, progress=tell)
        chosen = settings.load(workspace)
        for force in forces():
            identities.make_for_demo(chosen, force.slug)
        cycle.run(chosen, tell)
        path = _publish(chosen, "demonstration on synthetic people")
        if decide_from_truth:
            _enter_truth(chosen)
            path = _publish(chosen, "demonstration, the scenario's truth entered as decisions")
        tell("release, report", 0.5)
        reporting.report(chosen)
        delivery.deliver_reports(chosen, progress=tell)
    figures = cycle.statistics_of(chosen)
    if json:
        say_json({"release": str(path), "statistics": figures})
        return
    say(headline(figures))
    say(f"\nrelease  {path}")
    say(f"page     {path / publication.PAGE}")
    say(f"reports  {chosen.workspace.reports / path.name}")
    say(f"sealed   {chosen.workspace.outboxes}, each for the key of its force in {identities.FOLDER}")


def _need_demo(workspace: Path) -> None:
    if not workspace.exists() or not any(entry.name != LOCKS for entry in workspace.iterdir()):
        return
    if not (workspace / settings.FILE).is_file() or not settings.load(workspace).synthetic:
        raise SettingsError(
            f"{workspace} holds something that is not a demo: give another --workspace, nothing was touched"
        )


def _clear(workspace: Path) -> None:
    for entry in workspace.iterdir():
        if entry.name == LOCKS:
            continue  # one of them is held
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _publish(chosen: settings.Settings, reason: str) -> Path:
    from reconcile import publication

    return publication.release(chosen, signed_by=COORDINATOR, role="national coordinator", reason=reason)


def _enter_truth(chosen: settings.Settings) -> None:
    from reconcile import cycle, publication
    from reconcile.demo import truth_decisions
    from reconcile.review.decisions import from_table

    publication.decide(
        chosen, from_table(truth_decisions(chosen.workspace.root, cycle.table(chosen, "links")), COORDINATOR)
    )
