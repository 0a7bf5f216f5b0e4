"""What a person's act sets off: a decision, a sign-off, the forces' reports.

Invariant: nothing here happens without a named person and a reason, and each disclosure is a line of the audit
log before it is made.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle
from reconcile.audit import AuditLog, Entry, Verification
from reconcile.errors import DecisionError, ReleaseError
from reconcile.forces import forces
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.reports import force_report
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.settings import Settings
from reconcile.workspace import read_table

PAGE = contents.PAGE
ROLE = "national coordinator"
TABLES = ("records", "identities", "links", "facts", "missing_list", "provenance")
current = releases.current


def decide(settings: Settings, decisions: Sequence[Decision]) -> int:
    """Record decisions, log them as alterations, and compile the list again; returns how many were recorded.

    Raises:
        DecisionError: a decision names a record that is not in the cycle.
    """
    known = pc.is_in(
        pa.array([end for decision in decisions for end in (decision.left, decision.right)], pa.string()),
        value_set=cycle.table(settings, "records")["record_id"].combine_chunks(),
    )
    if unknown := known.false_count:
        raise DecisionError(
            f"{unknown} record ids are not in cycle {settings.cycle}: nothing was recorded; mend the ids"
        )
    AuditLog(settings.database_url).append_many(
        _entry(
            settings, "alteration", decision.reviewer, f"decided {decision.judgement}", (decision.left, decision.right)
        )
        for decision in decisions
    )
    count = DecisionLog(settings.database_url).record(decisions)
    cycle.reconsider(settings)
    return count


def undo(settings: Settings, left: str, right: str, *, reviewer: str, reason: str) -> None:
    """Take the standing decision on a pair back, and compile the list again."""
    DecisionLog(settings.database_url).undo(left, right, reviewer, reason)
    AuditLog(settings.database_url).append_many(
        [_entry(settings, "alteration", reviewer, "decision taken back", (left, right))]
    )
    cycle.reconsider(settings)


def open_links(settings: Settings, *, touching_list: bool = True) -> pa.Table:
    """The links no decision applies to and no check verifies, heaviest first.

    ``touching_list`` keeps those with an end on the missing list: the ones that move a published number.
    """
    links, decided = cycle.table(settings, "links"), cycle.decisions(settings)
    answered = {(row["left"], row["right"], row["evidence_hash"]) for row in decided.to_pylist()}
    listed = set(pc.list_flatten(cycle.table(settings, "missing_list")["records"]).to_pylist())
    ends = zip(*(links[name].to_pylist() for name in ("left", "right", "evidence_hash", "strength")), strict=True)
    waiting = [
        strength != "verified"
        and not {(left, right, shown), (left, right, None)} & answered
        and (not touching_list or left in listed or right in listed)
        for left, right, shown, strength in ends
    ]
    return links.filter(pa.array(waiting, pa.bool_())).sort_by(
        [("weight", "descending"), ("left", "ascending"), ("right", "ascending")]
    )


def release(settings: Settings, *, signed_by: str, role: str, reason: str) -> Path:
    """Publish the cycle as last compiled under a person's sign-off; returns the release's folder.

    Raises:
        ReleaseError: nobody signs, no reason is given, or the release cannot be published.
    """
    listed = [str(one) for one in cycle.table(settings, "missing_list")["national_id"].to_pylist()]
    compiled = contents.Compiled(
        **{name: cycle.table(settings, name) for name in TABLES},
        decisions=cycle.decisions(settings),
        statistics=cycle.statistics_of(settings),
        receipts=cycle.receipts(settings),
        forces=forces(),
    )
    log = AuditLog(settings.database_url)
    published = releases.publish(
        settings, compiled, signed_by=signed_by, role=role, reason=reason, audit_head=log.head()
    )
    log.append_many(
        [
            _entry(
                settings,
                "disclosure",
                signed_by,
                reason,
                tuple(listed),
                recipient="national coordinators",
                run=published.name,
            )
        ]
    )
    return published


def verify_audit(settings: Settings) -> Verification:
    """Check the audit log's chain, and that every line a release's sign-off vouches for is still there."""
    return AuditLog(settings.database_url).verify(releases.audit_heads(settings))


def report(settings: Settings) -> list[Path]:
    """Write every force's match report from the current release; returns the paths.

    Raises:
        ReleaseError: nothing is released, or the cycle was compiled anew since.
    """
    published = current(settings)
    if published is None:
        raise ReleaseError("nothing is released yet: sign the cycle off with `reconcile release`")
    tables = {name: cycle.table(settings, name) for name in TABLES if name != "provenance"}
    if not read_table(published / contents.MISSING_LIST).equals(tables["missing_list"]):
        raise ReleaseError(f"the list has changed since {published.name}: sign it off with `reconcile release` first")
    every = forces()
    AuditLog(settings.database_url).append_many(
        _entry(
            settings,
            "disclosure",
            cycle.ACTOR,
            "match report",
            f"{force.slug} in {published.name}",
            recipient=force.slug,
        )
        for force in every
    )
    return force_report.write(
        settings,
        settings.workspace.reports / published.name,
        **tables,
        decisions=cycle.decisions(settings),
        quarantine=cycle.table(settings, "quarantine"),
        receipts=cycle.receipts(settings),
        forces=every,
        release=published.name,
    )


def _entry(
    settings: Settings,
    operation: str,
    actor: str,
    why: str,
    subjects: tuple[str, ...] | str,
    *,
    recipient: str | None = None,
    run: str | None = None,
) -> Entry:
    return Entry(
        operation,
        actor=actor,
        role="system" if actor == cycle.ACTOR else ROLE,
        purpose=settings.purpose,
        justification=why,
        subjects=subjects,
        recipient=recipient,
        count=len(subjects) if isinstance(subjects, tuple) else 0,
        run=run or settings.cycle,
    )
