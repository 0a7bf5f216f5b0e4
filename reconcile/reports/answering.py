"""Taking in what a force answered to the items of its report, the same from a file and from the pages.

Decides what is taken, what is refused and what is there already. Invariant: an answer is recorded with its source, and
logged before it is; what is refused is told line by line, and the rest taken; the same answer is taken once; nothing is
compiled here, so that what follows comes in when somebody says so.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, schema
from reconcile.audit import AuditLog, Entry
from reconcile.errors import ReconcileError
from reconcile.forces import forces
from reconcile.reports import answer_effects, said
from reconcile.reports.answer_checks import PAGE, Checked, Raw, Refused, Row, checked, is_blank, told_by_item
from reconcile.reports.answer_effects import Effects
from reconcile.reports.answers import SOURCES, TAKEN_BACK, AnswerLog
from reconcile.review.decisions import DecisionLog
from reconcile.review.force_answers import unjudged
from reconcile.settings import Settings

__all__ = ("Outcome", "Raw", "Refused", "take")
TAKEN_IN_BY: Final = "national coordinator"
CONTENT: Final = ("digest", "answer", "officer_role", "answered_on", "located_on", "place_kind", "note")


@dataclass(frozen=True)
class Outcome:
    """What became of answers: ``taken`` are their items, ``repeated`` were taken before, ``unanswered`` are blank.

    ``older``: of those repeated the items whose answer in the file was replaced since, and stays replaced.
    ``decided``: links decided by them; ``undone``: decisions of the force taken back; ``asked``: answers a reviewer is
    asked about once the list is compiled again, which ``to_compile`` tells.
    """

    taken: tuple[str, ...] = ()
    repeated: int = 0
    older: tuple[str, ...] = ()
    unanswered: int = 0
    refused: tuple[Refused, ...] = ()
    decided: int = 0
    undone: int = 0
    asked: int = 0

    @property
    def to_compile(self) -> bool:
        return bool(self.decided or self.undone or self.asked)


def take(
    settings: Settings,
    force: str,
    raws: Iterable[Raw],
    *,
    by: str,
    source: str,
    file: str | None = None,
    release: str = "",
    dry_run: bool = False,
    today: dt.date | None = None,
) -> Outcome:
    """Check answers of the force ``force`` (its slug) against what it was told, and record those that hold.

    Args:
        by: the account that answers or takes the file in.
        source: one of ``answers.SOURCES``; ``file`` the SHA-256 of the file, None of a page.
        release: the report or notice whose items the file answers, "" where it does not say or of a page.
        dry_run: record nothing, and say what would become of them.
        today: the last day an answer may be of; else the day in Britain.

    Raises:
        ReconcileError: the source is unknown, nobody answers, or links are answered of a cycle that is not compiled.
    """
    if source not in SOURCES or not by.strip():
        raise ReconcileError("answers have no account or no known source: say who takes them in, and from what")
    given = list(raws)
    log = AnswerLog(settings.database_url)
    items = {raw.item.strip().upper() for raw in given}
    told = told_by_item(said.told_of(settings.database_url, items, force))
    lines = log.lines(force).to_pylist()
    filled = [raw for raw in given if not is_blank(raw)]
    day = today or (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).date()  # in Britain it is at most an hour later
    which: dict[str, Any] = {"force": force, "by": by, "source": source, "file": file, "today": day, "release": release}
    since = _missing_since(settings, told, filled)
    found = [checked(raw, told, since, **which) for raw in filled]
    kept, refused = _told_once(found)
    before = {line["item"]: line for line in lines}
    kept, nothing = _with_something_to_take_back(kept, before)
    older = [each for each in kept if _is_older(each, before, lines, file)]
    current = [each for each in kept if each not in older]
    new = [each for each in current if not _is_alike(before.get(each.answer.item), each)]
    follows = _effects(settings, force, current, told)
    outcome = Outcome(
        taken=tuple(each.answer.item for each in new),
        repeated=len(kept) - len(new),
        older=tuple(each.answer.item for each in older),
        unanswered=len(given) - len(filled),
        refused=(*refused, *nothing),
        decided=len(follows.decisions),
        undone=len(follows.undone),
        asked=follows.asked if new else 0,
    )
    if not dry_run:
        _record(settings, force, new, follows, by, source)
    return outcome


def _told_once(found: Sequence[Checked | Refused]) -> tuple[list[Checked], list[Refused]]:
    """The answers, each item's once; items answered in several ways at once are refused."""
    refused = [each for each in found if isinstance(each, Refused)]
    by_item: dict[str, list[Checked]] = defaultdict(list)
    for each in found:
        if isinstance(each, Checked):
            by_item[each.answer.item].append(each)
    kept = []
    for item, same in by_item.items():
        if len({one.answer for one in same}) > 1:
            refused.append(Refused(item, f"it is answered {len(same)} times, and not alike", "answer it once"))
        else:
            kept.append(same[0])
    return kept, refused


def _with_something_to_take_back(
    kept: Sequence[Checked], before: Mapping[str, Row]
) -> tuple[list[Checked], list[Refused]]:
    """Without those that take back what was never answered."""
    nothing = [each for each in kept if each.answer.answer == TAKEN_BACK and each.answer.item not in before]
    refused = [
        Refused(each.answer.item, "there is no answer of the force to take back", "leave it unanswered")
        for each in nothing
    ]
    return [each for each in kept if each not in nothing], refused


def _is_alike(line: Row | None, each: Checked) -> bool:
    return line is not None and all(line[name] == getattr(each.answer, name) for name in CONTENT)


def _is_older(each: Checked, before: Mapping[str, Row], lines: Sequence[Row], file: str | None) -> bool:
    """Whether the answer was taken once and replaced since: from this very file, or in a file that holds it yet and
    says no later day than the answer that stands. On a page it is said anew."""
    item = each.answer.item
    stands = before.get(item)
    if stands is None or each.answer.source == PAGE or _is_alike(stands, each):
        return False
    later = each.answer.answered_on > stands["answered_on"]
    earlier = [line for line in lines if line["item"] == item and _is_alike(line, each)]
    return any(not later or (file and line["file"] == file) for line in earlier)


def _missing_since(settings: Settings, told: Mapping[str, Sequence[Row]], raws: Sequence[Raw]) -> Mapping[str, dt.date]:
    """Of the records of the items in which somebody is said to be located, the first day each claim can be of."""
    items = {raw.item.strip().upper() for raw in raws if raw.located_on.strip()}
    wanted = {record for item in items for line in told.get(item, ()) for record in (*line["own"], *line["others"])}
    if not wanted:
        return {}
    records = cycle.table(settings, "records").select(["record_id", "status", "missing_since"])
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(wanted), pa.string())))
    return {
        row["record_id"]: row["missing_since"]["lo"]
        for row in held.to_pylist()
        if row["status"] in schema.OPEN_CLAIMS and row["missing_since"] and row["missing_since"]["lo"]
    }


def _effects(
    settings: Settings,
    force: str,
    kept: Sequence[Checked],
    told: Mapping[str, Sequence[Row]],
) -> Effects:
    if not any(each.told["pairs"] for each in kept):
        return Effects(asked=answer_effects.to_see_to(kept))
    every = said.said_by_forces(settings.database_url)
    others = unjudged(every, cycle.decisions(settings), cycle.table(settings, "identities"))
    return answer_effects.effects(settings, _name(force), kept, told, [each for each in others if each.force != force])


def _record(settings: Settings, force: str, new: Sequence[Checked], follows: Effects, by: str, source: str) -> None:  # noqa: PLR0917
    """Log and record; the answers before what follows from them, which is done again where this broke off."""
    audit, log = AuditLog(settings.database_url), DecisionLog(settings.database_url)
    if new:
        documents = sorted({each.answer.document for each in new})
        why = f"answers to {', '.join(documents)}"
        role = answer_effects.ROLE if source == PAGE else TAKEN_IN_BY
        items = tuple(each.answer.item for each in new)
        audit.append_many([_entry(settings, "collection", force, (by, role), why, items)])
        AnswerLog(settings.database_url).record(each.answer for each in new)
    for decision in follows.decisions:
        pair = (decision.left, decision.right)
        audit.append_many(
            [_entry(settings, "alteration", force, (decision.reviewer, answer_effects.ROLE), decision.reason, pair)]
        )
    log.record(follows.decisions)
    for reviewer, pair in follows.undone:
        reason = "the force gives another answer now"
        by_whom, why = (reviewer, answer_effects.ROLE), f"taking a decision back: {reason}"
        audit.append_many([_entry(settings, "alteration", force, by_whom, why, pair)])
        log.undo(*pair, reviewer, reason)


def _entry(  # noqa: PLR0917 - the parts of an entry
    settings: Settings, operation: str, force: str, by: tuple[str, str], why: str, subjects: tuple[str, ...]
) -> Entry:
    return Entry(
        operation,
        actor=by[0],
        role=by[1],
        force=force,
        purpose=settings.purpose,
        justification=why,
        subjects=subjects,
        count=len(subjects),
        run=settings.cycle,
    )


def _name(force: str) -> str:
    return next((each.name for each in forces() if each.slug == force), force)
