"""The verb that drafts a force's profile from a sample of its extract."""

from pathlib import Path
from typing import Annotated

import typer

from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import JsonOption, need_folder, note, say_json, say_plain
from reconcile.errors import ProfileError
from reconcile.workspace import Workspace


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="The cycle")(profile)


def profile(
    file: Annotated[Path, typer.Argument(help="A sample of its extract: CSV, workbook, XML or JSON, packed or not.")],
    out: Annotated[Path | None, typer.Option(help="The draft, <slug>.toml; the terminal if not given.")] = None,
    force: Annotated[str, typer.Option(help="The force's slug or a code, if the draft's name does not say it.")] = "",
    json: JsonOption = False,
) -> None:
    """Draft a profile from a sample: format, columns, date order and coded words, with every guess marked.

    A draft in the workspace's profiles/ folder is used in place of the shipped profile once its gaps are filled in.

    Example: reconcile profile sample.csv --out workspace/profiles/kent.toml
    """
    from reconcile.forces import forces
    from reconcile.forces.drafting import draft
    from reconcile.render.look import plural

    known = {each.slug for each in forces()}
    slug = by_code(force) if force else out.stem if out is not None and out.stem in known else ""
    if out is not None and out.exists():
        raise ProfileError(f"{out} is there already: give another --out, nothing was written over")
    if out is not None:
        # A workspace has no folder of profiles before its first.
        first = out.parent == Workspace(out.parent.parent).profiles and not out.parent.exists()
        need_folder(out.parent if first else out)
    drafted = draft(file.name, file.read_bytes(), slug)
    if out is not None:
        out.parent.mkdir(exist_ok=True)
        out.write_text(drafted.text, encoding="utf-8")
    if json:
        counts = {"columns": len(drafted.columns), "to_check": drafted.to_check, "to_fill_in": drafted.to_fill_in}
        say_json({**counts, "profile": str(out) if out is not None else drafted.text})
        return
    if out is None:
        say_plain(drafted.text.rstrip())
    note(
        f"{plural(len(drafted.columns), 'column')} mapped; {plural(drafted.to_check, 'line')} to check,"
        f" {drafted.to_fill_in} to fill in" + (f": {out}" if out is not None else "")
    )
