"""What people do at the queue: look, take an item, judge, take back, assign, apply.

Decides nothing itself; the pages and Airflow call these. Invariant: nothing here compiles the list but ``apply``, so
that an answer is recorded at once and what it changes comes in when somebody says so.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, made_from, notifying, turns
from reconcile.cycle import Progress, quiet
from reconcile.errors import BusyError
from reconcile.reports.answers import AnswerLog
from reconcile.reports.said import said_of_links
from reconcile.review import judging
from reconcile.review.access import Visitor
from reconcile.review.decisions import DecisionLog
from reconcile.review.force_answers import unjudged
from reconcile.review.judging import Judged, Said, Undone
from reconcile.review.looking import (
    Filters,
    Page,
    Reservation,
    Row,
    item_of,
    next_item,
    open_items,
    release,
    reserve,
)
from reconcile.review.office import office
from reconcile.settings import Settings

__all__ = (
    "Filters",
    "Judged",
    "Page",
    "Reservation",
    "Row",
    "Undone",
    "apply",
    "item_of",
    "judge",
    "judge_identity",
    "next_item",
    "notify",
    "open_items",
    "pending",
    "release",
    "reserve",
    "undo",
)


def judge(
    settings: Settings,
    visitor: Visitor,
    item: str,
    judgement: str,
    *,
    evidence_hash: str,
    reason_code: str,
    note: str = "",
    blind: bool = True,
    waterfall_seen: bool = False,
    seconds: float | None = None,
) -> Judged:
    """Record the visitor's answer: same, different or cannot_tell of a link, cannot_tell of an identity.

    Args:
        evidence_hash: of what was shown.
        reason_code: a code of ``reasons.toml`` for that answer.
        blind: whether they answered before they saw the waterfall.
        seconds: from shown to answered.

    Raises:
        DecisionError: the visitor may not judge it, or answer or reason code are unknown.
    """
    said = Said(judgement, evidence_hash, reason_code, note, blind, waterfall_seen, seconds)
    return judging.answer(settings, visitor, item, said)


def judge_identity(
    settings: Settings,
    visitor: Visitor,
    national_id: str,
    groups: Sequence[Sequence[str]],
    *,
    evidence_hash: str,
    reason_code: str,
    note: str = "",
    blind: bool = True,
    waterfall_seen: bool = False,
    seconds: float | None = None,
) -> Judged:
    """Assign all records of an identity item to people in one go: the records of a group are one person.

    Raises:
        DecisionError: as ``judge``; or a record is missing, strange or in two groups.
    """
    said = Said("assign", evidence_hash, reason_code, note, blind, waterfall_seen, seconds, groups)
    return judging.answer(settings, visitor, f"identity:{national_id}", said)


def undo(settings: Settings, visitor: Visitor, reason: str = "mistaken", *, item: str = "") -> Undone:
    """Take back the visitor's last judgement, of ``item`` where one is named, and the decision it was part of.

    Where others had answered the item by then, the visitor is not asked about it again.

    Raises:
        DecisionError: the visitor has no judgement that stands, or the last is of another item.
    """
    return judging.undo(settings, visitor, reason, item)


def pending(settings: Settings) -> int:
    """How many pairs are decided otherwise now than when the list was compiled, and how many answers of forces that
    came since are to be asked about."""
    log = DecisionLog(settings.database_url)
    path = settings.workspace.stage(settings.cycle, "decisions.parquet")
    stamp = (path.stat().st_mtime_ns if path.is_file() else 0, log.newest(), AnswerLog(settings.database_url).newest())
    counted = office(settings).counted
    if stamp not in counted:
        counted.clear()
        decided = log.state()
        counted[stamp] = _otherwise(cycle.table(settings, "decisions"), decided) + _to_ask(settings, decided)
    return counted[stamp]


def _to_ask(settings: Settings, decided: pa.Table) -> int:
    """How many answers of forces no queue has asked about yet."""
    said, asked = said_of_links(settings.database_url), cycle.said_by_forces(settings)
    new = said.filter(pc.invert(pc.is_in(said["number"], value_set=asked["number"].combine_chunks())))
    return len(unjudged(new, decided, cycle.table(settings, "identities"))) if len(new) else 0


def _otherwise(compiled: pa.Table, now: pa.Table) -> int:
    columns = ["left", "right", "judgement", "evidence_hash"]
    before, after = ({tuple(row.values()) for row in each.select(columns).to_pylist()} for each in (compiled, now))
    return len({pair[:2] for pair in before ^ after})


def apply(settings: Settings, progress: Progress = quiet) -> dict[str, Any]:
    """Compile the list again with all decisions; returns the statistics a release would publish.

    Raises:
        BusyError: somebody else writes the workspace.
        ReconcileError: the links are not those of the records.
    """
    with turns.turn(settings.workspace.root, "apply decisions", (turns.LIST,)):
        made_from.need(settings, "links")
        return cycle.reconsider(settings, progress)


def notify(settings: Settings, progress: Progress = quiet) -> tuple[int, str]:
    """Tell forces what the list as it was compiled has changed; returns how many notices, and why none, "" else."""
    try:
        with turns.turn(settings.workspace.root, "notify", (turns.LIST,)):
            sent, why_not = notifying.notify_after(settings, progress)
    except BusyError as error:
        return 0, notifying.why_not(error)
    return len(sent), why_not
