"""The verbs of review: see which links wait for a person, record what a person decided."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.summary import headline
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, say, say_json
from reconcile.errors import DecisionError

PANEL = "Review"


def add_to(app: typer.Typer) -> None:
    for verb in (links, decide):
        app.command(rich_help_panel=PANEL)(verb)


def links(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    most: Annotated[int, typer.Option(help="How many to show.", min=1)] = 20,
    all_links: Annotated[bool, typer.Option("--all", help="Also links that touch nobody on the missing list.")] = False,
    json: JsonOption = False,
) -> None:
    """List the links that wait for a person, those that touch the missing list first by weight.

    Example: reconcile links --most 5
    """
    from reconcile import publication

    chosen = settings.load(workspace)
    waiting = publication.open_links(chosen, touching_list=not all_links)
    chosen_links = waiting.slice(0, most)
    publication.log_consultation(chosen, chosen_links, reader=getpass.getuser())
    shown = chosen_links.to_pylist()
    if json:
        say_json({"waiting": waiting.num_rows, "links": shown})
        return
    if not shown:
        say("no link waits for a person")
    for link in shown:
        guard = f", guard: {link['guard']}" if link["guard"] else ""
        say(f"\n{link['left']}  ~  {link['right']}   {link['strength']}, {link['weight']:+.1f} bits{guard}")
        for evidence in link["evidence"]:
            say(f"  {evidence['weight']:+6.1f}  {evidence['sentence']}")
    if waiting.num_rows > most:
        say(f"\n{waiting.num_rows - most} more: use --most {waiting.num_rows}")


def decide(
    left: Annotated[str, typer.Argument(help="A record id, such as metropolitan:MET0000001.")] = "",
    right: Annotated[str, typer.Argument(help="The other record id.")] = "",
    judgement: Annotated[str, typer.Argument(help="same, different or cannot_tell; undo takes back the last.")] = "",
    reason: Annotated[str, typer.Option(help="Why; every decision has a reason.")] = "",
    reviewer: Annotated[str, typer.Option(help="Who decided.")] = getpass.getuser(),
    file: Annotated[Path | None, typer.Option(help="A CSV of left,right,judgement,reason instead.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Record a person's decision on two records, and compile the list again with it.

    Example: reconcile decide kent:K-0012 essex:88123 same --reason "fingerprints confirmed by both forces"
    """
    from reconcile import cycle, publication
    from reconcile.review.decisions import Decision, read_csv

    chosen = settings.load(workspace)
    if file is not None and (left or right or judgement):
        raise DecisionError("a pair and a file were both given: give one of them")
    if file is not None:
        given = read_csv(file, reviewer=reviewer)
    elif left and right and judgement == "undo":
        publication.undo(chosen, left, right, reviewer=reviewer, reason=reason)
        say("decision taken back")
        say(headline(cycle.statistics_of(chosen)))
        return
    elif left and right and judgement:
        given = (Decision(left, right, judgement, None, reviewer, reason),)
    else:
        raise DecisionError("nothing to record: give LEFT RIGHT JUDGEMENT, or --file DECISIONS.csv")
    count = publication.decide(chosen, given)
    say(f"{count} decision{'' if count == 1 else 's'} recorded")
    say(headline(cycle.statistics_of(chosen)))
