"""The verbs. Decides what a person types and reads; every decision about data is made in the other rooms.

Invariant: exit 0 done, 1 the data failed a stated bar, 2 something an operator can mend, said in one line.
"""

import sys

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


def main() -> None:
    """Entry point of the ``reconcile`` command."""
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], standalone_mode=False, prog_name=app.info.name) or 0)
    except TyperException as error:
        complain(f"{error.format_message().rstrip('.')}: see `{_verb(error)} --help`")
    except ReconcileError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename or 'a file'} cannot be used ({error.strerror}): check its path and your rights")
    sys.exit(2)
