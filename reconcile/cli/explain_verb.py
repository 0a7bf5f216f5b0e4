"""The verb that explains two records: why the machine holds them to be one person, or does not.

Invariant: what it prints of a link is the evidence a decision is bound to; a file it writes carries the marking, and
no name of a person.
"""

import dataclasses
import getpass
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reconcile import settings
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    need_folder,
    note,
    out,
    say_json,
    say_plain,
)
from reconcile.errors import ReconcileError

if TYPE_CHECKING:
    from reconcile.consultation import Shown

SvgOption = Annotated[
    Path | None, typer.Option(help="Also draw it into this SVG file, or into a file named by the ids in this folder.")
]


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Review")(explain)


def explain(
    left: Annotated[str, typer.Argument(help="A record id, such as kent:K-0012.")],
    right: Annotated[str, typer.Argument(help="The other record id.")],
    svg: SvgOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Explain any two records: every piece of evidence in bits, from the prior to the total.

    Example: reconcile explain kent:K-0012 essex:88123 --svg pair.svg
    """
    from reconcile import consultation
    from reconcile.cli.waterfall_text import plain, table
    from reconcile.national.contents import marking

    chosen = settings.load(workspace)
    if svg is not None:
        _need_place(svg)
    shown = consultation.consult(chosen, left, right, reader=getpass.getuser())
    mark = marking(chosen)
    if svg is not None:
        note(f"written: {_write(svg, shown, mark)}")
    if json:
        say_json(_as_json(shown, mark))
        return
    fall = shown.waterfall
    say_plain(mark)
    say_plain(f"{fall.left}  ~  {fall.right}")
    for line in _lines(shown):
        say_plain(line)
    out.print()
    out.print(table(fall, out.width), soft_wrap=False) if out.is_terminal else say_plain(plain(fall))
    if fall.possible is not None and fall.proposed is not None:
        out.print()
        say_plain(_bands(fall.possible, fall.proposed))
    say_plain(f"Model {shown.model}; {shown.calibration}.")


def _lines(shown: "Shown") -> list[str]:
    """What is to be known of the pair besides its evidence: strength, blocking, guard, decision."""
    from reconcile.render.look import bits

    fall = shown.waterfall
    named = fall.strength
    if not shown.linked:
        named = f"no link of this cycle; weighed now: {fall.strength or 'below every band'}"
    lines = [f"{named}, {bits(fall.weight)} bits"]
    if fall.guard:
        lines[0] += f", held by the guard {fall.guard.name}"
    if shown.blocking is not None:
        lines.append(_blocking(shown.blocking.compared, shown.blocking.keys))
    if shown.decided:
        told = shown.decided
        stands = "" if told.applies else "; the evidence has changed since, so it does not apply"
        lines.append(f"decided {told.judgement} by {told.reviewer} on {told.decided_at}: {told.reason}{stands}")
    return lines


def _blocking(compared: bool, keys: tuple[str, ...]) -> str:
    if compared:
        return f"blocking compared them, by: {'; '.join(keys)}"
    if keys:
        return f"blocking did not compare them: too many records share their {'; '.join(keys)}"
    return "blocking did not compare them: no key brings the two together"


def _bands(possible: float, proposed: float) -> str:
    from reconcile.cli.waterfall_text import BANDS
    from reconcile.render.look import bits

    return (
        f"{BANDS['possible']} possible from {bits(possible)}   {BANDS['proposed']} proposed from {bits(proposed)}"
        "   █ for   ▒ against   ▚ another of the household   ░ prior, and what is not known"
    )


def _need_place(path: Path) -> None:
    """Looked for before the records are, so that nobody is logged to have seen what was then not drawn."""
    if path.is_dir():
        return
    if path.suffix.lower() != ".svg":
        raise ReconcileError(f"there is no folder {path}: make it, or name a file ending in .svg; nothing was written")
    need_folder(path)


def _write(path: Path, shown: "Shown", mark: str) -> Path:
    from reconcile.render import look
    from reconcile.render.look import bits
    from reconcile.render.waterfall_picture import Caption, draw
    from reconcile.workspace import write_bytes

    fall = shown.waterfall
    headline = f"{fall.left} and {fall.right}: {bits(fall.weight)} bits, probability {look.chance(fall.probability)}"
    foot = (
        "A weight is the logarithm of odds: one bit more doubles them. A link is a proposal until a person decides.",
        f"Linked by {shown.model}. Probability {shown.calibration}.",
    )
    path = path / file_name(mark, fall.left, fall.right) if path.is_dir() else path
    lines = tuple(look.capital(line) + "." for line in _lines(shown))
    write_bytes(path, draw(fall, Caption(mark, headline, lines, foot)).encode())
    return path


def file_name(mark: str, left: str, right: str) -> str:
    """The marking and the two ids, every character a file name cannot carry everywhere made a dash."""
    parts = (re.sub(r"[^A-Za-z0-9.]+", "-", part).strip("-.") for part in (mark, left, right))
    return f"{'_'.join(parts)}_waterfall.svg"


def _as_json(shown: "Shown", mark: str) -> dict[str, Any]:
    told = dataclasses.asdict(shown)
    fall = told.pop("waterfall")
    return {"marking": mark, "linked": shown.linked, **fall, **told}
