"""The verb a force runs before it sends: the same report as a cycle gives, from one file and no workspace."""

import datetime as dt
import json as jsons
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import JsonOption, note, progress, say, say_json, say_plain

if TYPE_CHECKING:
    from reconcile.forces import Profile
    from reconcile.reports.acceptance import Acceptance, Key

NAMED = 12
"""Rows named for each sentence on the terminal; the report has them all."""
LEAST_FILLED = 5


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="For a force")(check)


def check(
    file: Annotated[Path, typer.Argument(help="The extract, as it would be sent; or nil.manifest.json.")],
    force: Annotated[str, typer.Option(help="The force's slug, or its ONS or Home Office code.")],
    manifest: Annotated[
        Path | None, typer.Option(help="Its manifest; taken from FILE.manifest.json where that is there.")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="The force's profile, where it is not the one shipped for it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the report (HTML, XLSX, JSON) into this folder.")] = None,
    json: JsonOption = False,
) -> None:
    """Check an extract before it is sent: what would be accepted, what quarantined and why. Nothing is kept.

    Needs no workspace and no network. Exits 0 where all would be accepted, 1 where a row would be quarantined or the
    extract rejected. Rows are named by their number; the report written with --out has your own references too.

    Example: reconcile check register_2026-12-01.csv --force kent --out checked
    """
    from reconcile.intake.checking import check as checked
    from reconcile.reports import acceptance_files
    from reconcile.reports.acceptance import acceptance
    from reconcile.settings import Settings

    by = _profile(force, profile)
    content = file.read_bytes()
    beside = manifest or file.with_name(f"{file.name}.manifest.json")
    told = beside.read_bytes() if manifest or beside.is_file() else None
    today = dt.datetime.now(tz=dt.UTC).date()
    with progress() as tell:
        found = checked(content, told, by, name=file.name, today=today, progress=tell)
        report = acceptance(found.receipt, found.quarantine, found.findings, by.force, None)
        marks: Any = {"marking": Settings.marking, "synthetic": _synthetic(told or content)}
        paths = []
        if out is not None:
            tell("write the report", 0.0)
            paths = acceptance_files.write(report, out / acceptance_files.checked_stem(report), **marks)
    if json:
        say_json(acceptance_files.to_json(report, **marks))
    else:
        _say(report)
    for path in paths:
        note(f"written: {path}")
    if report.receipt.state not in ("RECEIVED", "NIL") or report.receipt.quarantined:
        raise typer.Exit(1)


def _profile(code: str, file: Path | None = None) -> "Profile":
    """The profile of the force with this slug or code: the one in ``file``, else the one shipped.

    Raises:
        ProfileError: no force has it, or the file is no profile of it.
    """
    from reconcile.forces import profile, profile_in

    slug = by_code(code)
    return profile(slug) if file is None else profile_in(file, slug)


def _synthetic(manifest: bytes) -> bool:
    """Whether the manifest says that the people are invented, as those of the demonstration do."""
    try:
        entry = jsons.loads(manifest)
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and entry.get("synthetic") is True


def _say(report: "Acceptance") -> None:
    from reconcile.render.look import plural

    receipt = report.receipt
    say_plain(f"{report.force.name}, if sent as it is: {report.headline}")
    if receipt.rows_in:
        taken = f"{receipt.accepted:,} accepted, {receipt.quarantined:,} quarantined"
        became = taken if receipt.accepted or receipt.quarantined else "none of them taken"
        say_plain(f"  {plural(receipt.rows_in, 'row')}, {became}, as of {receipt.as_of}")
    if report.why:
        say(f"\nwhy it would be {report.headline}:")
        for _rule, count, sentence in report.why:
            _say_rows(count, sentence, ())
    if receipt.accepted and receipt.reasons:
        say("\nquarantined, until they are corrected:")
        for rule, count, sentence in receipt.reasons:
            _say_rows(count, sentence, tuple(row.key for row in report.quarantine if rule in row.rules))
    if report.warnings:
        say("\nwarnings, for which no row is held back:")
        for each in report.warnings:
            _say_rows(each.count, each.sentence, each.rows)
    if report.columns:
        say("\ncolumns:")
        for _rule, _count, sentence in report.columns:
            say_plain(f"  {sentence}")
    if report.sent:
        least = sorted(report.sent, key=lambda field: field.share("filled"))[:LEAST_FILLED]
        say("\nfields filled least often; a check knows of no other force, so no national median stands beside them:")
        say_plain("  " + ", ".join(f"{field.label} {field.share('filled')} %" for field in least))
    say("\nwhat to do next:")
    for place, step in enumerate(report.next, 1):
        say_plain(f"  {place}. {step}" if len(report.next) > 1 else f"  {step}")


def _say_rows(count: int, sentence: str, rows: "tuple[Key, ...]") -> None:
    """A sentence behind the number of rows it is true of; what is true of the whole file has none."""
    from reconcile.render.look import capital

    say_plain(f"  {f'{count:,}' if count else '–':>6}  {capital(sentence)}")
    if rows:
        more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
        named = ", ".join(str(key.row_number) for key in rows[:NAMED])
        say_plain(f"          {'row' if len(rows) == 1 else 'rows'} {named}{more}")
