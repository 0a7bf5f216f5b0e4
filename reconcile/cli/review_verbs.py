"""The verbs of review: see which links wait for a person, record what a person decided, take an identity apart."""

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.notify_verb import notified
from reconcile.cli.summary import headline
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, say, say_json, say_plain, writing
from reconcile.errors import DecisionError

PANEL = "Review"


def add_to(app: typer.Typer) -> None:
    for verb in (links, decide, unmerge, protect):
        app.command(rich_help_panel=PANEL)(verb)


def links(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    most: Annotated[int, typer.Option(help="How many to show.", min=1)] = 20,
    all_links: Annotated[bool, typer.Option("--all", help="Also links that touch nobody on the missing list.")] = False,
    json: JsonOption = False,
) -> None:
    """List the links on the missing list that wait for a person: what speaks against an identity, then by weight.

    Example: reconcile links --most 5
    """
    from reconcile import publication
    from reconcile.review.waiting import WHY

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
        say_plain(f"\n{link['left']}  ~  {link['right']}   {link['strength']}, {link['weight']:+.1f} bits{guard}")
        if link["why"]:
            say_plain(f"  {WHY[link['why']]}")
        for evidence in link["evidence"]:
            say_plain(f"  {evidence['weight']:+6.1f}  {evidence['sentence']}")
    if shown:
        more = f"; use --most {waiting.num_rows} for all" if waiting.num_rows > most else ""
        say(f"\n{len(shown)} of {waiting.num_rows} links that wait for a person{more}")


def decide(
    left: Annotated[str, typer.Argument(help="A record id, such as metropolitan:MET0000001.")] = "",
    right: Annotated[str, typer.Argument(help="The other record id.")] = "",
    judgement: Annotated[str, typer.Argument(help="same, different or cannot_tell; undo takes back the last.")] = "",
    reason: Annotated[str, typer.Option(help="Why; every decision has a reason.")] = "",
    reviewer: Annotated[str, typer.Option(help="Who decided.")] = getpass.getuser(),
    second: Annotated[str, typer.Option(help="Who agreed, where four eyes ask for two people.")] = "",
    file: Annotated[Path | None, typer.Option(help="A CSV of left,right,judgement,reason instead.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Record a person's decision on two records, and compile the list again with it.

    Where the four-eyes table asks for two people, as for most of what touches the list, it takes --second; so it does
    to change or take back what two people decided.

    Example: reconcile decide kent:K-0012 essex:88123 same --reason "fingerprints confirmed by both forces"
    """
    from reconcile import cycle, publication
    from reconcile.review import persons
    from reconcile.review.decisions import Decision, read_csv
    from reconcile.review.seconding import by_two, seconded, taking_back

    if file is not None and (left or right or judgement):
        raise DecisionError("a pair and a file were both given: give one of them")
    if file is None and not (left and right and judgement):
        raise DecisionError("nothing to record: give LEFT RIGHT JUDGEMENT, or --file DECISIONS.csv")
    with writing(workspace, "decide") as chosen:
        known = persons.known(chosen.database_url)
        if file is None and judgement == "undo":
            by = taking_back(cycle.decisions(chosen), [(left, right)], reviewer, second, known)
            publication.undo(chosen, left, right, reviewer=by, reason=reason)
            said = "decision taken back"
        else:
            given = (
                read_csv(file, reviewer=reviewer)
                if file is not None
                else (Decision(left, right, judgement, None, reviewer, reason),)
            )
            publication.need_known(chosen, given)
            held = by_two(chosen, given)
            count = publication.decide(chosen, seconded(given, cycle.table(chosen, "queue"), second, held, known))
            said = f"{count} decision{'' if count == 1 else 's'} recorded"
        figures = cycle.statistics_of(chosen)
        told = notified(chosen)
    say(said)
    say(headline(figures))
    _say_told(told)


def unmerge(
    national_id: Annotated[str, typer.Argument(help="The identity to take apart, such as P4K7M2QX9C.")],
    records: Annotated[list[str], typer.Argument(help="The record ids to take out of it.")],
    reason: Annotated[str, typer.Option(help="Why; it stands with every decision this records.")] = "",
    reviewer: Annotated[str, typer.Option(help="Who decided.")] = getpass.getuser(),
    second: Annotated[str, typer.Option(help="Who agreed, where four eyes ask for two people.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take such an unmerge back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and stop.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Take records out of an identity for good: they are decided different from all that stay in it.

    No link found later brings them together again until somebody takes it back with --undo. Of somebody on the missing
    list it takes two people, and so does taking back what two decided: --second names the other.

    Example: reconcile unmerge P4K7M2QX9C kent:K-0012 --reason "fingerprints of two people"
    """
    with writing(workspace, "unmerge") as chosen:
        _unmerge(chosen, national_id, records, reason, reviewer, second, undo=undo, dry_run=dry_run, json=json)
        told = "" if dry_run else notified(chosen)
    if not json:
        _say_told(told)


def protect(
    record: Annotated[str, typer.Argument(help="A record id, such as kent:K-0012.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the log of protections and nowhere else.")] = "",
    reviewer: Annotated[str, typer.Option(help="Who says so.")] = getpass.getuser(),
    lift: Annotated[bool, typer.Option("--lift", help="Lift the protection instead.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Protect a record: other forces are told nothing of its person, and pages show them to few.

    It holds at once, in every cycle, until somebody lifts it. A force that was told of its person is told the same day
    that this is withdrawn. Match reports made before are made anew by `report`.

    Example: reconcile protect kent:K-0012 --reason "witness, letter of 3 November"
    """
    from reconcile import protecting

    with writing(workspace, "protect") as chosen:
        if lift:
            protecting.lift(chosen, record, by=reviewer, reason=reason)
        else:
            protecting.protect(chosen, record, by=reviewer, reason=reason)
        count = len(protecting.restricted_in(chosen).national_ids)
        told = notified(chosen)
    people = "person" if count == 1 else "people"
    say("protection lifted" if lift else "protected")
    say(f"restricted in this cycle: {count} {people}, those who are or may be under 18 among them")
    _say_told(told)


def _unmerge(
    chosen: settings.Settings,
    national_id: str,
    records: Sequence[str],
    reason: str,
    reviewer: str,
    second: str,
    *,
    undo: bool,
    dry_run: bool,
    json: bool,
) -> None:
    from reconcile import cycle, publication
    from reconcile.review import persons
    from reconcile.review.decisions import DecisionLog
    from reconcile.review.seconding import by_two, seconded, taking_back
    from reconcile.review.unmerge import standing_pairs

    known = persons.known(chosen.database_url)
    if undo:
        pairs = standing_pairs(DecisionLog(chosen.database_url).lines(), national_id, records)
        reviewer = taking_back(cycle.decisions(chosen), pairs, reviewer, second, known)
        count = publication.undo_unmerge(chosen, national_id, records, reviewer=reviewer, reason=reason)
        if json:
            say_json({"taken_back": count})
        else:
            say(f"{count} decision{'' if count == 1 else 's'} taken back")
            say(headline(cycle.statistics_of(chosen)))
        return
    plan = publication.plan_unmerge(chosen, national_id, records)
    if not dry_run:
        # So that a missing reason or a missing second person is said before anything is shown.
        given = plan.decisions(reviewer, reason)
        made = seconded(given, cycle.table(chosen, "queue"), second, by_two(chosen, given), known)
        # One act, and so of everybody any part of it rests on.
        reviewer = next((each.reviewer for each in made if each.reviewer != reviewer), reviewer)
    found = publication.would_be(chosen, plan)
    told = {"out": plan.out, "stay": plan.stay, "decisions": len(plan.out) * len(plan.stay), "recorded": not dry_run}
    if not json:
        say(
            f"{national_id}: {_count(plan.out, 'record')} taken out, {_count(plan.stay, 'record')} stay; to come of it:"
        )
        _say_identities(found)
    if not dry_run:
        found = publication.unmerge(chosen, plan, reviewer=reviewer, reason=reason)
    if json:
        say_json({**told, "identities": found})
    elif dry_run:
        say("nothing recorded: leave --dry-run out to record it")
    else:
        say(f"{_count(plan.decisions(reviewer, reason), 'pair')} decided different; now:")
        _say_identities(found)
        say(headline(cycle.statistics_of(chosen)))


def _say_told(told: str) -> None:
    if told:
        say(told)


def _say_identities(found: Mapping[str, Sequence[str]]) -> None:
    for national_id, records in found.items():
        say(f"  {national_id}  {_count(records, 'record')}: {', '.join(records)}")


def _count(things: Sequence[object], what: str) -> str:
    return f"{len(things)} {what}{'' if len(things) == 1 else 's'}"
