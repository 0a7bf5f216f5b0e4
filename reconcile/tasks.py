"""What each task of the national DAG does: open the workspace, run one stage, hand on counts.

Decides what may pass through Airflow. Invariant: nothing returned or raised here says anything of a person: only
counts, forces' slugs and names, and the reasons an extract was rejected, which name columns and never values.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconcile import (
    cycle,
    erasure,
    holdings,
    made_from,
    notifying,
    publication,
    release_erasure,
    reporting,
    settings,
    turns,
)
from reconcile.cycle_log import ACTOR
from reconcile.errors import DeliveryError, ExtractError, ReleaseError, SourceError
from reconcile.intake.pull import SOURCE_OPENED, nothing_new
from reconcile.intake.receipt import Receipt
from reconcile.reports import answer_intake, deliveries, delivery
from reconcile.review import acts
from reconcile.sources import Connections, SourceUnreachable, from_environment

ROLE = "national coordinator"


def intake(workspace: str, force: str, connections: Connections = from_environment) -> dict[str, Any]:
    """Take in one force's extract; returns the receipt's state and counts.

    Args:
        connections: finds the credentials of a source by the name its profile gives.

    Raises:
        ExtractError: the extract was rejected. Its receipt is written, so the national list goes on without it.
        SourceError: somebody has to mend the source, its credentials or its host key; likewise.
        SourceUnreachable: the source cannot be reached, and may be when tried again.
    """
    _opened, receipt = _taken_in(workspace, force, connections)
    return _counts(receipt)


def resubmitted(workspace: str, force: str, connections: Connections = from_environment) -> dict[str, Any]:
    """As ``intake``, of a force of which somebody said that it sent its extract anew.

    Raises:
        ExtractError: as ``intake``, and where nothing new lies at its source. Its receipt is written likewise.
    """
    opened, receipt = _taken_in(workspace, force, connections)
    if nothing := nothing_new(opened, receipt):
        raise ExtractError(f"{force}: {nothing}")
    return _counts(receipt)


def _taken_in(workspace: str, force: str, connections: Connections) -> tuple[settings.Settings, Receipt]:
    with _writing(workspace, f"intake of {force}", turns.one_force(force)) as opened:
        receipt = cycle.intake_force(replace(opened, connections=connections), force)
    # A force whose last extract is used again has what was noted of its source among the warnings.
    said = (*receipt.reasons, *receipt.warnings)
    if refused := [sentence for rule, _count, sentence in said if rule == SOURCE_OPENED]:
        raise SourceError(f"{force}: {refused[0]}")
    if receipt.state == "REJECTED":
        why = "; ".join(sentence for _rule, _count, sentence in receipt.reasons)
        raise ExtractError(f"{force}: its extract was rejected: {why}")
    return opened, receipt


def _counts(receipt: Receipt) -> dict[str, Any]:
    return {"state": receipt.state, "accepted": receipt.accepted, "quarantined": receipt.quarantined}


def gather(workspace: str) -> dict[str, int]:
    """Bring the accepted records together; returns how many forces are in each state."""
    with _writing(workspace, "gather", turns.WHOLE) as opened:
        return dict(sorted(Counter(receipt.state for receipt in cycle.gather(opened)).items()))


def acceptance(workspace: str) -> int:
    """Write every force what became of its extract; returns how many files."""
    with _writing(workspace, "acceptance", (turns.EXTRACTS,)) as opened:
        return len(cycle.acceptance(opened))


def link(workspace: str) -> int:
    """Link the records; returns the number of links."""
    with _writing(workspace, "link", (turns.LIST,)) as opened:
        return int(cycle.link(opened).num_rows)


def resolve(workspace: str) -> int:
    """Resolve identities; returns how many records they hold."""
    with _writing(workspace, "resolve", (turns.LIST,)) as opened:
        return int(cycle.resolve(opened).num_rows)


def assess(workspace: str) -> int:
    """Derive the facts; returns how many."""
    with _writing(workspace, "assess", (turns.LIST,)) as opened:
        return int(cycle.assess(opened).num_rows)


def compile_list(workspace: str) -> dict[str, Any]:
    """Compile the national list; returns what a person reads before signing it off, in reading order."""
    with _writing(workspace, "compile_list", (turns.LIST,)) as opened:
        return _shown(opened, cycle.compile_list(opened))


def take_answers(workspace: str) -> dict[str, int]:
    """Take in the files of answers that lie in the forces' inboxes; returns how many files and answers, of which kinds.

    What was refused, and which file cannot be used, `reconcile answer --inbox` tells line by line.
    """
    with _writing(workspace, "take_answers", (turns.LIST,)) as opened:
        waiting = answer_intake.waiting(opened)
        found = [answer_intake.take_file(opened, path, force, by=ACTOR) for path, force in waiting]
    outcomes = [each.outcome for each in found if each.outcome]
    return {
        "Files": len(found),
        "Files that cannot be used": len(found) - len(outcomes),
        "Answers taken": sum(len(each.taken) for each in outcomes),
        "Answers refused": sum(len(each.refused) for each in outcomes),
    }


def apply_decisions(workspace: str) -> dict[str, Any]:
    """Compile the list again with every decision recorded; returns how many pairs were decided otherwise than when it
    was compiled before, and what ``compile_list`` gives.

    Raises:
        ReconcileError: the links are not those of the records.
    """
    with _writing(workspace, "apply_decisions", (turns.LIST,)) as opened:
        made_from.need(opened, "links")
        count = acts.pending(opened)
        return {"Decisions applied": count, **_shown(opened, cycle.reconsider(opened))}


def notify(workspace: str) -> dict[str, int]:
    """Tell forces the same day what was corrected and which leads are of high risk; returns counts.

    Cleared and run again it tells nothing twice.
    """
    with _writing(workspace, "notify", (turns.LIST,)) as opened:
        return notifying.counted(notifying.notify(opened))


def _shown(opened: settings.Settings, figures: Mapping[str, Any]) -> dict[str, Any]:
    fingerprint, beside = _fingerprint(opened), _beside_the_last(opened)
    people = figures["distinct_people"]
    stale = [f"{name} (as of {day})" for name, day in figures["forces_stale"].items()]
    return {
        "Cycle": figures["cycle"],
        "Open claims": figures["gross_claims"],
        "Distinct people": f"{people['low']} to {people['high']}",
        "Forces that answered": f"{figures['forces_answered']} of {figures['forces_total']}",
        "Forces silent": ", ".join(figures["forces_silent"]) or "none",
        "Extracts rejected": ", ".join(figures["forces_rejected"]) or "none",
        "Extracts held": ", ".join(figures["forces_held"]) or "none",
        "Extracts refused": ", ".join(figures["forces_refused"]) or "none",
        "Old extracts counted": ", ".join(stale) or "none",
        "Extracts as of": f"{figures['as_of']['first']} to {figures['as_of']['last']}",
        "Model": figures["model"],
        **beside,
        "Fingerprint": fingerprint,
    }


def _beside_the_last(opened: settings.Settings) -> dict[str, str]:
    """What signing off would change on the list, in counts, and the bands the figures left."""
    found, _what = holdings.changes(opened, pending=True)
    if not found.previous:
        return {"Changes": "first release", "Outside their bands": "none"}
    counted = [f"{kind} {count['rows']}" for kind, count in found.counts().items() if count["rows"]]
    return {"Changes": ", ".join(counted) or "none", "Outside their bands": " ".join(found.broken) or "none"}


def outcome(receipt: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What became of a resubmitted extract and of the list: its receipt, and what ``compile_list`` gave."""
    return {"Extract": receipt["state"], **shown}


def release(workspace: str, answer: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Publish the cycle as the person signed it off in Airflow, having been ``shown`` what ``compile_list`` gave.

    Returns:
        The release's name.

    Raises:
        ReleaseError: the person gave no reason, the list is no longer the one shown, or it cannot be published.
    """
    who, why = answer["responded_by_user"]["name"], answer["params_input"].get("reason", "").strip()
    if not why:
        raise ReleaseError("the sign-off gives no reason: clear the task sign_off and answer it again with one")
    accept = answer["params_input"].get("accept_bands", "")
    with _writing(workspace, "release", (turns.LIST,)) as opened:
        if shown["Fingerprint"] != _fingerprint(opened):
            raise ReleaseError("the list was compiled anew since it was shown: clear compile_list and sign off again")
        return publication.release(opened, signed_by=who, role=ROLE, reason=why, accept_bands=accept).name


def report(workspace: str) -> int:
    """Write the forces' match reports from the current release; returns how many files."""
    with _writing(workspace, "report", (turns.LIST,)) as opened:
        return len(reporting.report(opened))


def deliver(workspace: str, force: str, connections: Connections = from_environment) -> dict[str, Any]:
    """Seal one force's report of the current release and put it into its outbox; returns its state and size in bytes.

    Args:
        connections: finds the credentials of an outbox by the name the force's profile gives.

    Raises:
        DeliveryError: the force has no key, or its report or its outbox has to be mended; the ledger says so too.
        SourceUnreachable: the outbox cannot be reached, and may be when tried again.
    """
    with _writing(workspace, f"delivery to {force}", (turns.LIST_AS_IT_IS,)) as opened:
        (receipt,) = delivery.deliver_reports(replace(opened, connections=connections), [force])
    if receipt.state == deliveries.FAILED:
        raise (SourceUnreachable if receipt.heals else DeliveryError)(f"{force}: {receipt.reason}")
    return {"state": receipt.state, "bytes": receipt.size}


def purge(workspace: str) -> dict[str, int]:
    """Erase what was sent and nothing waits for; returns how many extracts were erased and how many stay."""
    with _writing(workspace, "purge", turns.WHOLE) as opened:
        done = erasure.purge(opened)
        snapshots = release_erasure.due(opened)
    return {"erased": len(done.erased), "kept": len(done.kept), "snapshots": len(snapshots)}


def _fingerprint(opened: settings.Settings) -> str:
    """Twelve hex digits of the SHA-256 of the list and the statistics a release would publish."""
    stages = (opened.workspace.stage(opened.cycle, name) for name in ("missing_list.parquet", "statistics.json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in stages)).hexdigest()[:12]


@contextmanager
def _writing(workspace: str, task: str, parts: Sequence[turns.Part]) -> Iterator[settings.Settings]:
    opened = settings.load(Path(workspace))
    with turns.turn(opened.workspace.root, f"the task {task}", parts, turns.PATIENCE_OF_A_TASK):
        yield opened
