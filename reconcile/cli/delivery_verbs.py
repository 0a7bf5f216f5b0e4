"""The verbs of delivery: bring the forces their reports, look after keys, open a sealed file, say who received what."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile import settings
from reconcile.cli.intake_verbs import by_code
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    need_folder,
    progress,
    say,
    say_json,
    say_plain,
)
from reconcile.errors import DeliveryError, ReconcileError
from reconcile.turns import LIST_AS_IT_IS, turn

if TYPE_CHECKING:
    from reconcile.reports.delivery import Receipt

PANEL = "Delivery"

keys = typer.Typer(no_args_is_help=True, help="The forces' public keys.\n\nExample: reconcile keys check")


def add_to(app: typer.Typer) -> None:
    for verb in (deliver, recipients):
        app.command(rich_help_panel=PANEL)(verb)
    app.command("open", rich_help_panel=PANEL)(open_sealed)
    keys.command()(check)
    keys.command()(new)
    app.add_typer(keys, name="keys", rich_help_panel=PANEL)


def deliver(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    force: Annotated[str, typer.Option(help="This force alone: its slug or a code.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Also what lies in the outbox already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be delivered; touch nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Seal each force's report of the current release for its own key and put it into its outbox.

    So are notices between releases that did not reach their force, in the order in which they were made; one of which
    later documents tell anything is not sent. What was delivered before and is the same is not
    delivered again. Exits 1 where a force could not be delivered to, with a line for each; the others are, and saying
    it again tries those once more.

    Example: reconcile deliver --dry-run
    """
    from dataclasses import asdict

    from reconcile.render.look import plural
    from reconcile.reports import delivery
    from reconcile.reports.deliveries import FAILED

    only = [by_code(force)] if force else []
    chosen = settings.load(workspace)
    with turn(workspace, "`reconcile deliver`", (LIST_AS_IT_IS,)), progress() as tell:
        receipts = delivery.deliver_reports(
            chosen, only, again=again, dry_run=dry_run, by=getpass.getuser(), progress=tell
        )
        receipts += delivery.deliver_waiting(chosen, only, dry_run=dry_run, by=getpass.getuser())
    failed = [each for each in receipts if each.state == FAILED]
    if json:
        say_json([asdict(each) for each in receipts])
    else:
        for each in receipts:
            say_plain(f"  {each.force:<22} {_became(each)}")
        counts = {state: sum(each.state == state for each in receipts) for state in delivery.STATES}
        said = [f"{counts[state]} {words}" for state, words in delivery.STATES.items() if counts[state]]
        say(f"{plural(len(receipts), 'document')}: {', '.join(said)}")
    if failed:
        raise typer.Exit(1)


def _became(receipt: "Receipt") -> str:
    from reconcile.reports.deliveries import FAILED, WITHHELD
    from reconcile.reports.delivery import ALREADY

    if receipt.state == FAILED:
        return f"failed: {receipt.reason}"
    if receipt.state == WITHHELD:
        return f"not sent, {receipt.document}: {receipt.reason}"
    if receipt.state == ALREADY:
        return f"lies there since {receipt.reason}"
    return f"{receipt.state}  {receipt.file}  {receipt.size:,} bytes, key {', '.join(receipt.recipients)}"


def recipients(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    record: Annotated[str, typer.Option(help="A record's id, or a national id.")] = "",
    item: Annotated[str, typer.Option(help="An item's id.")] = "",
    document: Annotated[str, typer.Option(help="A document: of a report the release's name.")] = "",
    force: Annotated[str, typer.Option(help="A force: its slug or a code.")] = "",
    json: JsonOption = False,
) -> None:
    """Say which forces were told of a record, a person or an item, in which documents, and when these reached them.

    Example: reconcile recipients --record kent:1003
    """
    from reconcile.render.look import plural
    from reconcile.reports.recipients import need_known, received

    if not (record or item or document or force):
        raise ReconcileError("say of what: give --record, --item, --document or --force")
    chosen = settings.load(workspace)
    slug = by_code(force) if force else ""
    found = received(chosen, record=record, item=item, document=document, force=slug).to_pylist()
    if json:
        say_json(found)
        return
    for row in found:
        at = row["delivered_at"].strftime("%Y-%m-%d %H:%M UTC") if row["delivered_at"] else ""
        how = f"{at}  sha256 {row['sha256'][:12]}  key {', '.join(row['recipients'])}" if at else row["state"]
        say_plain(f"  {row['force']:<22} {row['document_kind']:<7} {row['document']:<22} {how}")
        if row["items"] and (record or item):
            say_plain(f"      items {', '.join(row['items'])}")
    if not found:
        need_known(chosen, record=record, item=item, document=document)
    many = plural(len({row["force"] for row in found}), "force")
    say(f"{plural(len(found), 'document')} to {many}" if found else "nobody was told: no document speaks of it")


def open_sealed(
    file: Annotated[Path, typer.Argument(help="The sealed file, ending in .age.")],
    identity: Annotated[Path, typer.Option(help="The file with the force's secret key.")],
    out: Annotated[Path, typer.Option(help="The folder to write what it holds into.")],
    json: JsonOption = False,
) -> None:
    """Open a sealed report with the force's own key, on this machine alone; needs no workspace and no network.

    Example: reconcile open report.age --identity kent.txt --out report
    """
    from reconcile.reports import identities, notification, sealing

    if file.stat().st_size > sealing.LARGEST:
        raise DeliveryError(f"{file} is larger than any report: give the file ending in .age")
    content = file.read_bytes()
    if not content.startswith(sealing.BEGINS):
        raise DeliveryError(_not_sealed(file, notification.sealed_file(content)))
    envelope, files = sealing.opened(content, identities.read(identity))
    if there := sorted(name for name in files if (out / name).exists()):
        raise DeliveryError(f"{there[0]} is there already: give an empty folder, nothing was written")
    paths = sealing.write_opened(out, files)
    if json:
        say_json({**envelope, "paths": [str(path) for path in paths]})
        return
    say(f"{envelope['kind']} {envelope['document']} for {envelope['force']}, {envelope['marking']}:")
    for path in paths:
        say_plain(f"  {path}")


def _not_sealed(file: Path, beside: str) -> str:
    if beside:
        return f"{file} is the notification, which is not sealed: open {beside}, the file it speaks of"
    return f"{file} is no sealed file, or is damaged: give the file ending in .age as it came"


def check(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Say which forces have a key and whose is missing or shared; exits 1 unless each has one of its own.

    Example: reconcile keys check
    """
    from reconcile.reports import key_check

    found = key_check.checked(settings.load(workspace))
    if json:
        say_json([vars(each) for each in found])
    else:
        for each in found:
            held = ", ".join(each.fingerprints) or "no key"
            say_plain(f"  {each.force:<22} {held:<18}{f'  {each.wrong}' if each.wrong else ''}")
        right = sum(not each.wrong for each in found)
        say(f"{right} of {len(found)} forces have a key of their own")
    if any(each.wrong for each in found):
        raise typer.Exit(1)


def new(
    force: Annotated[str, typer.Option(help="The force: its slug or a code.")],
    out: Annotated[Path, typer.Option(help="The file to write the secret key into; it must not be there.")],
) -> None:
    """Make a key pair for a demonstration or a test: a force makes its own and tells the public key alone.

    The file can be read by its owner alone; the public key and the lines for the force's profile are printed.

    Example: reconcile keys new --force kent --out kent.txt
    """
    from reconcile.reports import identities

    slug = by_code(force)
    if not out.exists():
        need_folder(out)
    public = identities.make(out, slug)
    say(f"secret key in {out}: only the force may hold it")
    say(f"public key {public}\n\nfor profiles/{slug}.toml of the workspace:\n")
    say_plain(identities.profile_lines(slug, public).rstrip())
