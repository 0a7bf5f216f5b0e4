"""What people do at the queue: look, take an item, judge, take back, assign, apply.

Decides nothing itself; the pages and Airflow call these. Invariant: nothing here compiles the list but ``apply``, so
that an answer is recorded at once and what it changes comes in when somebody says so.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, database, made_from, notifying, turns
from reconcile.cycle import Progress, quiet
from reconcile.errors import BusyError, DecisionError
from reconcile.reports.answers import AnswerLog
from reconcile.reports.said import said_by_forces
from reconcile.review import assigning, judgements, judging, partings
from reconcile.review.access import Visitor
from reconcile.review.decisions import DecisionLog
from reconcile.review.force_answers import to_see_to, unjudged
from reconcile.review.judgements import Answer
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
    saw_weighing,
    show_weighing,
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
    "last_answer",
    "next_item",
    "notify",
    "open_items",
    "own_answers",
    "part",
    "pending",
    "release",
    "reserve",
    "saw_weighing",
    "show_weighing",
    "take_back",
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
    """Record the visitor's answer: same, different or cannot_tell of a link, cannot_tell of an identity, seen_to of
    what a force answered.

    Args:
        evidence_hash: of what was shown.
        reason_code: a code of ``reasons.toml`` for that answer.
        blind: whether they answered before they saw the waterfall; never so where they were shown it before.
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
    item: str = "",
    evidence_hash: str,
    reason_code: str,
    note: str = "",
    blind: bool = True,
    waterfall_seen: bool = False,
    seconds: float | None = None,
) -> Judged:
    """Assign all records of an identity item to people in one go: the records of a group are one person.

    Args:
        item: the item, where it is not "identity:<national_id>".

    Raises:
        DecisionError: as ``judge``; or a record is missing, strange or in two groups.
    """
    said = Said("assign", evidence_hash, reason_code, note, blind, waterfall_seen, seconds, groups)
    return judging.answer(settings, visitor, item or f"identity:{national_id}", said)


def last_answer(settings: Settings, visitor: Visitor) -> Answer | None:
    """The visitor's last judgement that stands, the one they can take back; None where there is none."""
    with office(settings).reading() as connection:
        return judgements.last_of(connection, visitor.name)


def part(
    settings: Settings,
    visitor: Visitor,
    national_id: str,
    groups: Sequence[Sequence[str]],
    *,
    reason_code: str,
    note: str = "",
    seconds: float | None = None,
) -> Judged:
    """Ask to part an identity the queue does not ask about; with the visitor's answer it is an item of the queue, by
    the same rules of four eyes. Only which records are two people's comes of it.

    Args:
        groups: the records of each person, two people at least.

    Raises:
        DecisionError: the visitor may not, all records are one person's, or they are not those of the identity.
    """
    if not visitor.may("sign_off"):
        raise DecisionError("your role does not part what nobody asks about: ask a coordinator")
    if len(groups) < 2:
        raise DecisionError("every record has the same letter: give those to be taken out another")
    found = partings.made(settings, national_id)
    if not len(found) or assigning.differ(groups, found["records"][0].as_py()):
        raise DecisionError("these are not the records of the identity as it is now: open the page again")
    with office(settings).writing() as connection:
        partings.record_in(connection, settings, found, visitor.name, database.milliseconds())
    shown = str(found["evidence_hash"][0].as_py())
    said = Said("assign", shown, reason_code, note, False, True, seconds, groups)
    return judging.answer(settings, visitor, partings.item_of(national_id), said)


def own_answers(settings: Settings, visitor: Visitor, *items: str) -> tuple[Answer, ...]:
    """The judgements of the visitor that stand on any of ``items``, whether or not these are still in the queue."""
    with office(settings).reading() as connection:
        found = (judging.own_of(connection, visitor, item) for item in items)
        return tuple(each for each in found if each)


def take_back(settings: Settings, visitor: Visitor, item: str, reason: str = "mistaken") -> Undone:
    """Take back the visitor's judgement of ``item``, whatever they judged since, and the decision it was part of.

    Raises:
        DecisionError: no judgement of theirs stands on it.
    """
    return judging.undo(settings, visitor, reason, item=item)


def undo(settings: Settings, visitor: Visitor, reason: str = "mistaken", *, number: int | None = None) -> Undone:
    """Take back the visitor's last judgement, and the decision it was part of.

    Where others had answered the item by then, the visitor is not asked about it again.

    Args:
        number: the line of the judgement that is meant, so that an act sent twice takes back one.

    Raises:
        DecisionError: the visitor has no judgement that stands, or the last is another than the one named.
    """
    return judging.undo(settings, visitor, reason, number)


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
    said, asked = said_by_forces(settings.database_url), cycle.said_by_forces(settings)
    new = said.filter(pc.invert(pc.is_in(said["number"], value_set=asked["number"].combine_chunks())))
    if not len(new):
        return 0
    return len(unjudged(new, decided, cycle.table(settings, "identities"))) + len(to_see_to(new))


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
