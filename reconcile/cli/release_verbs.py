"""The verbs of releases: list them, say what changed, run one again, erase what one was run from."""

import getpass
from typing import Annotated

import typer

from reconcile import settings
from reconcile.cli.terminal import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    note,
    progress,
    say,
    say_json,
    say_plain,
    writing,
)
from reconcile.errors import ReconcileError

PANEL = "Releases"


def add_to(app: typer.Typer) -> None:
    for verb in (releases, changes, verify, erase):
        app.command(rich_help_panel=PANEL)(verb)


def releases(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """List the releases, oldest first: who signed, what they count, whether they can be run again, when to review.

    Example: reconcile releases
    """
    from dataclasses import asdict

    from reconcile import holdings
    from reconcile.render.look import plural

    found = holdings.releases(settings.load(workspace))
    if json:
        say_json([asdict(each) for each in found])
        return
    for each in found:
        people = plural(each.high, "person", "people")
        people = people if each.low == each.high else f"{each.low:,} to {people}"
        claims = plural(each.claims, "claim")
        say_plain(f"{'*' if each.current else ' '} {each.name}  {claims}, {people}, cycle {each.cycle}")
        say_plain(f"    signed by {each.signed_by} on {each.signed_at[:10]}: {each.reason}")
        say_plain(f"    {each.snapshot}; {each.people}; review by {each.review_by}")
    say("nothing released yet: sign it off with `reconcile release`" if not found else "* is the current release")


def changes(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    since: Annotated[str, typer.Option("--from", help="The release to compare with; else the one before.")] = "",
    to: Annotated[str, typer.Option("--to", help="The release compared; else the current one.")] = "",
    pending: Annotated[bool, typer.Option("--next", help="What signing the compiled cycle off would change.")] = False,
    lines: Annotated[bool, typer.Option("--lines", help="Also a line for each person; it is logged.")] = False,
    json: JsonOption = False,
) -> None:
    """Say what changed since the release before: new, found, moved, merged, split, corrected, withdrawn, and why.

    Example: reconcile changes --lines
    """
    from reconcile import holdings
    from reconcile.national.claim_fates import words
    from reconcile.render.look import word

    if pending and (since or to):
        raise ReconcileError("--next compares with the current release: give it without --from and --to")
    chosen = settings.load(workspace)
    found, what = holdings.changes(chosen, since, to, pending=pending)
    rows = found.table.to_pylist()
    if lines or json:
        holdings.log_changes(chosen, found, reader=getpass.getuser())
    if json:
        say_json({"release": what, **found.counted(), "rows": rows})
        return
    if not found.previous:
        say(f"{what} is the first release: there is none before it to compare with")
        return
    counted = f"{len(rows)} change{'' if len(rows) == 1 else 's'}"
    say(f"{what} beside {found.previous}: {counted}" if rows else f"{what}: no changes since {found.previous}")
    for kind, count in found.counts().items():
        if count["rows"]:
            moved = f"people {count['people']:+d}, claims {count['claims']:+d}"
            say_plain(f"  {count['rows']:>5}  {word(kind, 'change'):<28} {moved:<26} {words()['kinds'][kind]}")
            for row in rows if lines else ():
                if row["kind"] == kind:
                    of = " ".join([row["national_id"], *row["others"]])
                    say_plain(f"         {of}  {', '.join(row['records'])}: {row['reason']}")
    for sentence in found.broken:
        say_plain(f"  outside its band: {sentence}")
    if found.accepted:
        say_plain(f"  accepted: {found.accepted}")


def verify(
    release: Annotated[str, typer.Argument(help="The release; else the current one.")] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Check a release's hashes, run it again from its snapshot and compare; exits 2 where it does not hold.

    Where the snapshot was erased it is "proof only": the hashes are checked, and it cannot be run again. Exits 1 where
    the snapshot has vanished and no erasure of it is noted or logged.

    Example: reconcile verify 2026-12-4f0c1d2e
    """
    from dataclasses import asdict

    from reconcile import verification

    with progress() as tell:
        found = verification.verify(settings.load(workspace), release, tell)
    if json:
        say_json({**asdict(found), "holds": found.holds})
    for sentence in found.altered:
        note(f"  {sentence}")
    for name in found.differs:
        note(f"  {name} came out otherwise")
    for what in found.suspects if found.differs else ():
        note(f"  since it was published {what}: differences may stem from that")
    verification.need(found)
    if found.missing:
        note(found.missing)
        raise typer.Exit(1)
    if json:
        return
    if not found.vouched:
        note("  there is no audit log here: nothing outside the release's folder vouches for its manifest")
    if found.proof_only:
        say(f"{found.release}: proof only, its hashes hold and it cannot be run again: {found.proof_only}")
    else:
        say(f"{found.release}: its hashes hold, and run again from its snapshot it comes out the same to the last byte")
        for what in found.suspects:
            note(f"  although since it was published {what}")


def erase(
    release: Annotated[str, typer.Argument(help="The release.")],
    reason: Annotated[str, typer.Option(help="Why; goes into the audit log and stays beside the release.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    people: Annotated[
        bool, typer.Option("--people", help="Also every file of the release that names anybody.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Erase what a release is run again from, before its date; its files, hashes and sign-off stay as proof.

    With --people the files that name anybody go too, and its counts, hashes, sign-off and changes in numbers stay.

    Example: reconcile erase 2026-12-4f0c1d2e --reason "review of 2028: no longer needed"
    """
    from dataclasses import asdict

    from reconcile import release_erasure
    from reconcile.render.look import plural

    with writing(workspace, "erase") as chosen:
        done = release_erasure.erase(chosen, release, reason=reason, actor=getpass.getuser(), people=people)
    if json:
        say_json(asdict(done))
    else:
        say(f"{done.release}: {plural(done.files, 'file')}, {done.bytes:,} bytes erased; its proofs stay")
