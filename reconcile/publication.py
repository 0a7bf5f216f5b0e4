"""What a person's act sets off: a decision, a sign-off.

Invariant: nothing here happens without a named person and a reason, and each disclosure is a line of the audit
log before it is made.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, made_from, protecting
from reconcile.audit import AuditLog, Entry, Verification
from reconcile.cycle_log import ACTOR
from reconcile.errors import DecisionError, ReleaseError
from reconcile.forces import forces
from reconcile.intake import Receipt, judgements
from reconcile.linkage import identities
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.national.coverage import answered
from reconcile.notification.standing import ENDS
from reconcile.review import force_answers, waiting
from reconcile.review import unmerge as unmerging
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.holds import HoldLog
from reconcile.review.judgements import JudgementLog
from reconcile.review.queue_items import ANSWER
from reconcile.review.unmerge import Unmerge
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table

PAGE = contents.PAGE
ROLE = "national coordinator"
TABLES = (
    "records",
    "identities",
    "links",
    "decisions",
    "facts",
    "missing_list",
    "provenance",
    "lineage",
    "names_added",
)
current = releases.current


def need_known(settings: Settings, decisions: Sequence[Decision]) -> None:
    """Refuse decisions on records that are not in the cycle.

    Raises:
        DecisionError: one names such a record.
        ReconcileError: the links are not those of the records.
    """
    made_from.need(settings, "links")
    known = set(cycle.table(settings, "records")["record_id"].to_pylist())
    if unknown := sorted({end for each in decisions for end in (each.left, each.right)} - known):
        shown = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise DecisionError(f"no such record in cycle {settings.cycle}: {shown}: nothing was recorded; mend the ids")


def decide(settings: Settings, decisions: Sequence[Decision]) -> int:
    """Record decisions, log them as alterations, and compile the list again; returns how many were recorded.

    A decision that names no evidence is bound to that of the link between its records, where there is one.

    Raises:
        DecisionError: a decision names a record that is not in the cycle, or evidence that is not its link's.
        ReconcileError: the links are not those of the records; nothing is recorded.
    """
    need_known(settings, decisions)
    decisions = _bound(settings, decisions)
    AuditLog(settings.database_url).append_many(
        entry(
            settings, "alteration", decision.reviewer, f"decided {decision.judgement}", (decision.left, decision.right)
        )
        for decision in decisions
    )
    count = DecisionLog(settings.database_url).record(decisions)
    cycle.reconsider(settings)
    return count


def _bound(settings: Settings, decisions: Sequence[Decision]) -> list[Decision]:
    links = cycle.table(settings, "links")
    columns = (links[name].to_pylist() for name in (*ENDS, "evidence_hash"))
    shown = {(left, right): evidence for left, right, evidence in zip(*columns, strict=True)}
    bound = [
        each if each.evidence_hash else replace(each, evidence_hash=shown.get((each.left, each.right)))
        for each in decisions
    ]
    if changed := sum(each.evidence_hash != shown.get((each.left, each.right)) for each in bound):
        raise DecisionError(
            f"{changed} decisions name evidence that is not the link's: nothing was recorded; look at `reconcile links`"
        )
    return bound


def judge_extract(settings: Settings, force: str, act: str, *, reviewer: str, reason: str) -> Receipt:
    """Accept a force's extract that waits, or hold one back, and compile the list again; returns the new receipt.

    ``act`` is accept or hold.

    Raises:
        DecisionError: there is nothing to accept or to hold, nobody is named, or no reason given.
    """
    found = next((each for each in cycle.receipts(settings) if each.force == force), None)
    if found is None or not found.sha256 or found.state in ("REJECTED", "REFUSED"):
        raise DecisionError(f"{force} has no extract that can be judged: see `reconcile status`")
    if (found.state == "HELD") == (act == judgements.HOLD):
        raise DecisionError(f"the extract of {force} is {found.state} already: there is nothing to {act}")
    # Before it is logged, which would tell of what was then refused.
    judgements.need(reviewer, reason)
    AuditLog(settings.database_url).append_many(
        [entry(settings, "alteration", reviewer, f"{act} extract: {reason}", f"extract {found.sha256}")]
    )
    judgements.record(settings, found, act, by=reviewer, reason=reason)
    return cycle.settle_again(settings, force)


def undo(settings: Settings, left: str, right: str, *, reviewer: str, reason: str) -> None:
    """Take the standing decision on a pair back, and compile the list again."""
    _undo_all(settings, [(left, right)], reviewer=reviewer, reason=reason)


def _undo_all(settings: Settings, pairs: Sequence[tuple[str, str]], *, reviewer: str, reason: str) -> int:
    made_from.need(settings, "links")
    AuditLog(settings.database_url).append_many(
        entry(settings, "alteration", reviewer, f"taking a decision back: {reason}", pair) for pair in pairs
    )
    count = DecisionLog(settings.database_url).undo_all(pairs, reviewer, reason)
    cycle.reconsider(settings)
    return count


def plan_unmerge(settings: Settings, national_id: str, records: Sequence[str]) -> Unmerge:
    """What taking ``records`` out of an identity would decide.

    Raises:
        DecisionError: there is no such identity, a record is not of it, or none or all of its records are named.
    """
    return unmerging.planned(cycle.table(settings, "identities"), national_id, records)


def would_be(settings: Settings, plan: Unmerge) -> dict[str, tuple[str, ...]]:
    """The identities, with their records, that the records of ``plan`` would come to be in; nothing is recorded."""
    expected = unmerging.with_decisions(cycle.decisions(settings), plan.decisions(ACTOR, "preview"))
    return _identities_of(cycle.resolved_with(settings, expected), plan)


def unmerge(settings: Settings, plan: Unmerge, *, reviewer: str, reason: str) -> dict[str, tuple[str, ...]]:
    """Take records out of an identity for good, and compile the list again; returns the identities they are in now.

    Raises:
        DecisionError: the reviewer or the reason is missing.
    """
    decide(settings, plan.decisions(reviewer, reason))
    return _identities_of(cycle.table(settings, "identities"), plan)


def undo_unmerge(settings: Settings, national_id: str, records: Sequence[str], *, reviewer: str, reason: str) -> int:
    """Take an unmerge back, as far as nobody judged its pairs anew; returns how many decisions.

    Raises:
        DecisionError: no decision of such an unmerge stands, or the reviewer or the reason is missing.
    """
    lines = DecisionLog(settings.database_url).lines()
    pairs = unmerging.standing_pairs(lines, national_id, records)
    if not pairs:
        raise DecisionError(f"no unmerge of these records from {national_id} stands: there is nothing to undo")
    return _undo_all(settings, pairs, reviewer=reviewer, reason=reason)


def _identities_of(resolved: pa.Table, plan: Unmerge) -> dict[str, tuple[str, ...]]:
    of = pc.is_in(resolved["record_id"], value_set=pa.array([*plan.out, *plan.stay]))
    concerned = resolved.filter(pc.is_in(resolved["national_id"], value_set=resolved["national_id"].filter(of)))
    found: dict[str, tuple[str, ...]] = {}
    for row in concerned.sort_by([("national_id", "ascending"), ("record_id", "ascending")]).to_pylist():
        found[row["national_id"]] = (*found.get(row["national_id"], ()), row["record_id"])
    return found


def open_links(settings: Settings, *, touching_list: bool = True) -> pa.Table:
    """The links that wait for a person, LINKS with ``why`` (``waiting.WHY`` or null).

    Those that have a ``why``, because they speak against an identity or were cut, come first, each part heaviest first.
    ``touching_list`` keeps those with an end on the missing list: the ones that move a published number.
    """
    links, decided, resolved = (cycle.table(settings, name) for name in ("links", "decisions", "identities"))
    said = force_answers.unjudged(cycle.said_by_forces(settings), decided, resolved)
    found = waiting.waiting(links, decided, resolved, said)
    if touching_list:
        listed = pc.list_flatten(cycle.table(settings, "missing_list")["records"])
        found = found.filter(pc.or_(*(pc.is_in(found[end], value_set=listed) for end in ENDS)))
    order: Any = [("_later", "ascending"), ("weight", "descending"), *((end, "ascending") for end in ENDS)]
    found = found.append_column("_later", pc.is_null(found["why"]))
    return found.sort_by(order).drop_columns(["_later"])


def unsettled(settings: Settings) -> dict[str, int]:
    """How many of the links that wait for a person are none that was merely proposed, by ``why``."""
    counted = Counter(open_links(settings, touching_list=False)["why"].to_pylist())
    return {why: counted[why] for why in waiting.WHY if why in counted}


def answers_to_see_to(settings: Settings) -> int:
    """How many answers of forces wait in the queue until a person has seen to them."""
    items = [f"{ANSWER}{row['number']}" for row in force_answers.to_see_to(cycle.said_by_forces(settings))]
    return len(items) - len(JudgementLog(settings.database_url).judged(items))


def conflicts(settings: Settings) -> list[tuple[str, str]]:
    """Pairs a person decided different which verified links or other decisions would bring together."""
    links, decided = cycle.table(settings, "links"), cycle.table(settings, "decisions")
    record_ids = map(str, cycle.table(settings, "records")["record_id"].to_pylist())
    return identities.conflicts(record_ids, links, decided)


def log_consultation(
    settings: Settings, links: pa.Table, *, reader: str, why: str = "links that wait for a person"
) -> None:
    """Log that a person is shown ``links`` and what their evidence says of the records (DPA 2018 s.62(1)(c)).

    Of ``links`` only the columns left and right are read.
    """
    shown = sorted({str(record) for end in ENDS for record in links[end].to_pylist()})
    if shown:
        AuditLog(settings.database_url).append_many([entry(settings, "consultation", reader, why, tuple(shown))])


def compiled_of(settings: Settings, protected: frozenset[str] | None = None) -> contents.Compiled:
    """The cycle as last compiled; ``protected``: its protected records, else those that stand so now."""
    tables = {name: cycle.table(settings, name) for name in TABLES}
    return contents.Compiled(
        **tables,
        protected=protecting.protected_in(settings, tables["records"]) if protected is None else protected,
        statistics=cycle.statistics_of(settings),
        receipts=cycle.receipts(settings),
        forces=forces(),
        answers=cycle.answers_of(settings),
    )


def release(settings: Settings, *, signed_by: str, role: str, reason: str, accept_bands: str = "") -> Path:
    """Publish the cycle as last compiled under a person's sign-off; returns the release's folder.

    ``accept_bands``: why figures that left their bands may be published.

    Raises:
        ReconcileError: the list is not made from the records that are there, as where a run broke off.
        ReleaseError: nobody signs, no reason is given, figures left their bands, decisions were recorded, an extract
            held back or another release published since the list was compiled, the sign-off is held, or the release
            cannot be published.
    """
    releases.need_sign_off(signed_by, role, reason)
    HoldLog(settings.database_url).need_none(settings.cycle)
    made_from.need(settings, "missing_list")
    if not cycle.table(settings, "decisions").equals(cycle.decisions(settings)):
        raise ReleaseError("decisions were recorded since the list was compiled: compile it again with `reconcile run`")
    _need_judged(settings)
    _need_latest(settings)
    compiled = compiled_of(settings)
    listed = [str(one) for one in compiled.missing_list["national_id"].to_pylist()]
    changed = releases.changes_since(settings, compiled, accept_bands)
    # Logged first: a release nobody was told of harms less than one that no line accounts for.
    head = AuditLog(settings.database_url).append_many(
        [
            entry(
                settings,
                "disclosure",
                signed_by,
                reason,
                tuple(listed),
                role=role,
                recipient="national coordinators",
            )
        ]
    )
    signed: Any = {"signed_by": signed_by, "role": role, "reason": reason}
    return releases.publish(
        settings, compiled, **signed, audit_head=head, changed=changed, seal=partial(_seal, settings, signed_by, role)
    )


def _seal(settings: Settings, signed_by: str, role: str, seal: str) -> None:
    """Log what a release is, so that one rewritten together with its manifest shows."""
    why = "its hashes, from which `reconcile verify` tells whether it was rewritten"
    AuditLog(settings.database_url).append_many([entry(settings, "combination", signed_by, why, seal, role=role)])


def _need_judged(settings: Settings) -> None:
    """Refuse a list that counts an extract a person held back since, as where compiling it again broke off."""
    for receipt in answered(cycle.receipts(settings)):
        judged = judgements.standing(settings, receipt.force, receipt.key)
        if judged and judged.act == judgements.HOLD:
            raise ReleaseError(
                f"the extract of {receipt.force} was held back since the list was compiled: say `reconcile run` again"
            )


def _need_latest(settings: Settings) -> None:
    """Refuse a list whose identities go on from another release than the current one: what that one joined, parted and
    named would be forgotten."""
    published = current(settings)
    known = read_json(settings.workspace.stage(settings.cycle, "resolved.json"))["previous"]
    if published and known != published.name:
        tables = {name: cycle.table(settings, name) for name in ("missing_list", "identities")}
        if not same_list(settings, published, tables):
            raise ReleaseError(
                f"the list was compiled before {published.name} was published: run `reconcile run` again"
            )


def verify_audit(settings: Settings) -> Verification:
    """Check the audit log's chain, and that every line a release's sign-off vouches for is still there."""
    return AuditLog(settings.database_url).verify(releases.audit_heads(settings))


def export_audit(settings: Settings, path: Path, *, recipient: str) -> int:
    """Write the audit log as CSV, itself a disclosure; returns how many lines."""
    log = AuditLog(settings.database_url)
    log.append_many([entry(settings, "disclosure", recipient, "export of the audit log", "all", recipient=recipient)])
    return log.export_csv(path)


def as_published(settings: Settings) -> bool:
    """Whether what a release would publish now is what the current one holds, and names whom that one names."""
    published = current(settings)
    if published is None:
        return False
    compiled, kept = compiled_of(settings), published / contents.WITHHELD
    tables = {"missing_list": compiled.missing_list, "identities": compiled.identities}
    unnamed = read_json(kept)["national_ids"] if kept.is_file() else []
    return same_list(settings, published, tables) and bool(unnamed == compiled.withheld(settings))


def same_list(settings: Settings, published: Path, tables: Mapping[str, pa.Table]) -> bool:
    """Whether the cycle's list, identities and figures are still those of the release."""
    figures = {**cycle.statistics_of(settings), "marking": contents.marking(settings)}
    same = [
        read_table(published / name).equals(table)
        for name, table in (
            (contents.MISSING_LIST, tables["missing_list"]),
            (contents.IDENTITIES, tables["identities"]),
        )
    ]
    return all(same) and bool(read_json(published / contents.STATISTICS) == figures)


def entry(
    settings: Settings,
    operation: str,
    actor: str,
    why: str,
    subjects: tuple[str, ...] | str,
    *,
    role: str = ROLE,
    recipient: str | None = None,
) -> Entry:
    return Entry(
        operation,
        actor=actor,
        role="system" if actor == ACTOR else role,
        purpose=settings.purpose,
        justification=why,
        subjects=subjects,
        recipient=recipient,
        count=len(subjects) if isinstance(subjects, tuple) else 0,
        run=settings.cycle,
    )
