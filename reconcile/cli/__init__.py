"""The verbs. Decides what a person types and reads; every decision about data is made in the other rooms.

Invariant: exit 0 done, 1 the data failed a stated bar, 2 something an operator can mend, said in one line.
"""

import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from reconcile.cli import (
    answer_verb,
    check_verb,
    cycle_verbs,
    delivery_verbs,
    demo_verb,
    explain_verb,
    intake_verbs,
    linkage_verbs,
    notify_verb,
    pages_verb,
    profile_verb,
    release_verbs,
    return_verb,
    review_verbs,
    trust_verbs,
)
from reconcile.cli.terminal import complain
from reconcile.errors import ReconcileError

app = typer.Typer(
    name="reconcile",
    help=(
        "One national list of registered offenders whose whereabouts are unknown, across 45 police forces.\n\n"
        "The machine proposes with evidence; people decide. Start with: reconcile demo"
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (
    demo_verb,
    check_verb,
    profile_verb,
    cycle_verbs,
    notify_verb,
    delivery_verbs,
    return_verb,
    intake_verbs,
    review_verbs,
    pages_verb,
    explain_verb,
    answer_verb,
    linkage_verbs,
    release_verbs,
    trust_verbs,
):
    room.add_to(app)


def _verb(error: TyperException) -> str:
    """The verb that was typed wrongly as far as it was understood, since its own help says what it takes."""
    context = getattr(error, "ctx", None)
    return str(context.command_path if context else app.info.name)


def _need_values(arguments: Sequence[str]) -> None:
    """Refuse a value that is empty, such as a variable of a script that was never set: left out, an option may mean
    every force or the folder one happens to be in.

    Raises:
        ReconcileError: one is.
    """
    for place, each in enumerate(arguments):
        option, equals, value = each.partition("=")
        if not each.strip():
            option = arguments[place - 1] if place else ""
        elif not (each.startswith("--") and equals and not value.strip()):
            continue
        what = f"{option} has an empty value" if option.startswith("-") else "a value is empty"
        raise ReconcileError(f"{what}: give one, or leave it out; nothing was done")


def main() -> None:
    """Entry point of the ``reconcile`` command."""
    arguments = sys.argv[1:]
    try:
        _need_values(arguments)
        sys.exit(app(arguments or ["--help"], standalone_mode=False, prog_name=app.info.name) or 0)
    except TyperException as error:
        # A group of verbs without one has shown its help and says no more.
        if said := error.format_message().rstrip("."):
            complain(f"{said}: see `{_verb(error)} --help`")
    except typer.Abort:
        complain("what was asked for was not typed: nothing was changed")
    except ReconcileError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename or 'a file'} cannot be used ({error.strerror}): check its path and your rights")
    sys.exit(2)
