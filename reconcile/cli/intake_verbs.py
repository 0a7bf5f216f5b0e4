"""The verbs for an extract that waits for a person: accept it, or hold one back.

Decides how a force is named and how its receipt is said in a line; what a judgement does is decided elsewhere.
"""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.notify_verb import notified
from reconcile.cli.terminal import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, note, say_json, say_plain, writing
from reconcile.errors import ProfileError

if TYPE_CHECKING:
    from reconcile.intake import Receipt

PANEL = "The cycle"
USER = getpass.getuser()
ForceArgument = Annotated[str, typer.Argument(help="The force: its slug, Home Office code or ONS code.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it is kept with the judgement and in the audit log.")]
ByOption = Annotated[str, typer.Option("--by", help="Who judges.")]


def add_to(app: typer.Typer) -> None:
    for verb in (accept, hold):
        app.command(rich_help_panel=PANEL)(verb)


def accept(
    force: ForceArgument,
    reason: ReasonOption,
    by: ByOption = USER,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Accept an extract that waits because it differs much from the last one, and compile the list with it.

    Example: reconcile accept kent --reason "two units merged, the force confirms the count"
    """
    _judge("accept", force, reason, by, workspace, json)


def hold(
    force: ForceArgument,
    reason: ReasonOption,
    by: ByOption = USER,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Hold a force's extract back, and compile the list without it; accept takes it in again.

    Example: reconcile hold kent --reason "the force says the extract is of a test system"
    """
    _judge("hold", force, reason, by, workspace, json)


def by_code(code: str) -> str:
    """The slug of the force with this slug, Home Office code or ONS code.

    Raises:
        ProfileError: no force has it.
    """
    from reconcile.forces import forces

    plain = code.strip().casefold()
    for force in forces():
        if plain and plain in (force.slug, force.ons_code.casefold(), force.home_office_code.casefold()):
            return force.slug
    near = _near(plain)
    what = f"did you mean {near}? Write its slug" if near else "write its slug, such as kent,"
    raise ProfileError(f"no force {code!r}: {what} or its Home Office or ONS code")


def _near(plain: str) -> str:
    """The slugs of the forces whose slug or name is most like what was written; "" where none is."""
    from difflib import get_close_matches

    from reconcile.forces import forces

    slugs = {text: force.slug for force in forces() for text in (force.slug, force.name.casefold())}
    found = dict.fromkeys(slugs[text] for text in get_close_matches(plain, slugs, n=4, cutoff=0.7))
    return " or ".join(list(found)[:2])


def received_as(receipt: "Receipt") -> tuple[str, ...]:
    """The state of a receipt, and the sentences that say why where it is not plain."""
    why = [sentence for _rule, _count, sentence in receipt.why]
    if not receipt.accepted:
        why += [sentence for _rule, _count, sentence in receipt.reasons[:1]]
    if receipt.supersedes:
        why.append("It takes the place of an extract sent before.")
    return (receipt.state, *why)


def _judge(act: str, code: str, reason: str, by: str, workspace: "WorkspaceOption", json: bool) -> None:
    from reconcile import publication

    slug = by_code(code)
    with writing(workspace, act) as chosen:
        receipt = publication.judge_extract(chosen, slug, act, reviewer=by, reason=reason)
        told = notified(chosen)
    say_json(receipt.to_json()) if json else say_plain(f"{slug}: {' '.join(received_as(receipt))}")
    if told:
        note(told)
