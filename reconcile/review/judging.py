"""Recording what a person answered of an item, and what becomes of it.

Decides when an answer is heard and when it completes a decision. Invariant: a judgement, the decision it completes and
the lines of the audit log that tell of it are one transaction; nobody answers twice, or what others decided meanwhile,
unknowingly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection

from reconcile import database
from reconcile.audit import Entry
from reconcile.audit import log as audit_log
from reconcile.errors import DecisionError
from reconcile.review import assigning, decisions, judgements, leases, partings, persons, weighings
from reconcile.review.access import Visitor
from reconcile.review.decisions import Decision
from reconcile.review.four_eyes import Standing, outcome
from reconcile.review.in_memory import Now
from reconcile.review.judgements import Answer, Judgement
from reconcile.review.looking import visible
from reconcile.review.office import office
from reconcile.settings import Settings

Became = Literal["decided", "second", "third", "taken", "yours", "changed", "gone"]
SENTENCES: Final[Mapping[str, str]] = {
    "decided": "Decided.",
    "second": "Recorded. A second person is asked before it counts.",
    "third": "Recorded. Two people answered differently: a third is asked.",
    "taken": "Others decided this meanwhile. Your answer was not recorded.",
    "yours": "You have answered this already. Nothing was recorded again.",
    "changed": "What is known has changed since you were shown it. Nothing was recorded: look again.",
    "gone": "This no longer waits for anybody. Nothing was recorded.",
}


@dataclass(frozen=True)
class Judged:
    """What became of a judgement.

    ``became``: ``decided``: it completed a decision; ``second``, ``third``: recorded, and waits for another person;
    and with nothing recorded ``taken``: others decided it meanwhile; ``yours``: the visitor answered it before;
    ``changed``: it now shows other evidence; ``gone``: it is no longer in the queue, or not for the visitor.
    ``number``: of the judgement's line, None where nothing was recorded. ``sentence``: the same for the person.
    """

    became: Became
    standing: Standing
    number: int | None = None

    @property
    def recorded(self) -> bool:
        return self.number is not None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.became]


@dataclass(frozen=True)
class Undone:
    """``item`` whose ``judgement`` was taken back; ``decisions``: how many decisions went with it; ``others``: whose
    judgements of the item wait for another person again, so that they can be told. ``before``: it had been taken back
    already, and nothing was taken back now."""

    item: str
    judgement: str
    decisions: int
    others: tuple[str, ...]
    before: bool = False


@dataclass(frozen=True)
class Said:
    """What a person says of an item, on what they were shown.

    ``judgement``: same, different or cannot_tell of a link, assign or cannot_tell of an identity, seen_to of a force's
    answer; ``groups``: of an assign, the records of each person; ``seconds``: from shown to answered.
    """

    judgement: str
    evidence_hash: str
    reason_code: str
    note: str = ""
    blind: bool = True
    waterfall_seen: bool = False
    seconds: float | None = None
    groups: Sequence[Sequence[str]] = ()


def answer(settings: Settings, visitor: Visitor, item: str, said: Said) -> Judged:
    """Record what a visitor says of an item, where it still waits for them.

    Raises:
        DecisionError: they may not judge, or what they say is no answer to the item.
    """
    if not visitor.may("judge"):
        raise DecisionError("your role does not judge what waits: ask a reviewer")
    with office(settings).writing() as connection:
        now = office(settings).desk.now(settings, connection, visitor.name)
        place = visible(now.queue, visitor, item)
        if place is None:
            return Judged("gone", Standing("settled"))
        row = now.queue.row(place)
        seen = now.person in map(now.persons.of, weighings.shown_in(connection, item))
        judgement = _judgement(row, visitor, said, seen=seen)
        if refused := _refused(connection, now, row, visitor, said):
            return refused
        return _record(connection, settings, visitor, row, judgement, now)


def _judgement(row: Mapping[str, Any], visitor: Visitor, said: Said, *, seen: bool) -> Judgement:
    """What is said as a line of the log; ``seen``: the visitor was shown what the evidence weighs, whatever they say.

    Raises:
        DecisionError: what is said is no answer to the item.
    """
    known = {
        "link": ("same", "different", "cannot_tell"),
        "identity": ("assign", "cannot_tell"),
        "answer": (judgements.SEEN_TO,),
    }
    if said.judgement not in known.get(row["kind"], ()):
        raise DecisionError(f"{said.judgement} is no answer to an item of kind {row['kind']}")
    groups = assigning.checked(said.groups, row["records"]) if said.judgement == "assign" else ()
    return Judgement(
        item=row["item"],
        judgement=said.judgement,
        reason_code=said.reason_code,
        reviewer=visitor.name,
        evidence_hash=row["evidence_hash"],
        assignment=groups,
        note=said.note,
        blind=said.blind and not seen,
        waterfall_seen=said.waterfall_seen or seen,
        seconds=said.seconds,
        **{name: row[name] for name in ("left", "right", "judges", "rule", "audit_frame", "audit_probability")},
    )


def _refused(connection: Connection, now: Now, row: Mapping[str, Any], visitor: Visitor, said: Said) -> Judged | None:
    """Why the answer is not heard; None where it is."""
    if said.evidence_hash != row["evidence_hash"]:
        return Judged("changed", now.standing(row["item"]))
    standing = now.standing(row["item"])
    if now.answered(row["item"]):
        return Judged("yours", standing)
    if standing.state == "decided":
        return Judged("taken", standing)
    if row["kind"] == "link":
        # Decided at a terminal or in Airflow since the queue was compiled.
        decided = decisions.applying_in(connection, row["left"], row["right"], row["evidence_hash"])
        if decided:
            return Judged("taken", Standing("decided", decided.judgement, None, (decided.reviewer,)))
    return None


def _record(  # noqa: PLR0917 - of one transaction
    connection: Connection,
    settings: Settings,
    visitor: Visitor,
    row: Mapping[str, Any],
    judgement: Judgement,
    now: Now,
) -> Judged:
    before = now.answers(row["item"])
    at = database.milliseconds()
    assignment = judgements.canonical(judgement.assignment) if judgement.assignment else None
    newest = max((each.number for each in before), default=0) + 1
    given = (visitor.name, judgement.judgement, judgement.evidence_hash, assignment)
    answers = [*before, Answer(newest, row["item"], *given)]
    needed: Any = {"judges": row["judges"], "evidence_hash": row["evidence_hash"]}
    standing = outcome(answers, **needed, persons=now.persons)
    told = [_entry(settings, visitor.name, visitor, f"judged {judgement.judgement}", row["records"])]
    numbers = None
    if standing.state == "decided":
        by = together(standing.by)
        made = _decisions(row, standing, judgement, by)
        numbers = decisions.record_in(connection, made, at) if made else None
        told.append(_entry(settings, by, visitor, f"decided {standing.judgement}", row["records"]))
    number = judgements.record_in(connection, judgement, at, numbers)
    audit_log.append_in(connection, told, at)
    leases.give_back(connection, row["item"], now.person)
    became: Any = standing.state
    return Judged(became, standing, number)


def _decisions(row: Mapping[str, Any], standing: Standing, last: Judgement, by: str) -> list[Decision]:
    if standing.judgement == last.judgement:
        reason = judgements.reasons()[last.judgement][last.reason_code]
    else:
        reason = "Three people answered three ways"
    if row["kind"] == "answer":
        return []
    if row["kind"] == "link":
        pair = (row["left"], row["right"], str(standing.judgement), row["evidence_hash"])
        return [Decision(*pair, by, reason, last.note)]
    if standing.judgement == "cannot_tell":
        return assigning.left_open(row, by, reason, last.note)
    said = assigning.decisions(row, last.assignment, by, reason, last.note)
    if row["item"].startswith(partings.PREFIX):
        # Nobody asked whether its links hold; of those drawn by chance that would be the answer.
        return [each for each in said if each.judgement == "different"]
    return said


def undo(settings: Settings, visitor: Visitor, reason: str, number: int | None = None, item: str = "") -> Undone:
    """Take back a visitor's last judgement, and with it the decision it was part of.

    Args:
        number: the line of the judgement the visitor means to take back; None for whatever was last.
        item: the item on whose own page they take it back: their last judgement of it, whatever they judged since.

    Raises:
        DecisionError: the visitor has no judgement that stands, gives no reason, or their last is another.
    """
    at = database.milliseconds()
    with office(settings).writing() as connection:
        taken = own_of(connection, visitor, item) if item else judgements.last_of(connection, visitor.name)
        if number is not None and (taken is None or taken.number != number):
            return _taken_back_before(connection, visitor, number)
        if taken is None:
            raise DecisionError("no judgement of yours stands: there is nothing to take back")
        judgements.undo_in(connection, taken, visitor.name, reason, at)
        left = [
            each for each in judgements.alive_in(connection, taken.item) if each.evidence_hash == taken.evidence_hash
        ]
        count = _take_back(connection, taken, left, visitor.name, reason, at)
        subjects = [end for end in (taken.left, taken.right) if end] or [taken.item]
        told = _entry(settings, visitor.name, visitor, f"taking a judgement back: {reason}", subjects)
        audit_log.append_in(connection, [told], at)
    return Undone(taken.item, taken.judgement, count, tuple(each.reviewer for each in left) if count else ())


def own_of(connection: Connection, visitor: Visitor, item: str) -> Answer | None:
    """The last judgement of an item by the visitor, under whichever of their names, that nobody took back."""
    known = persons.known_in(connection)
    alive = reversed(judgements.alive_in(connection, item))
    return next((each for each in alive if known.of(each.reviewer) == known.of(visitor.name)), None)


def _taken_back_before(connection: Connection, visitor: Visitor, number: int) -> Undone:
    """What a form sent again comes to.

    Raises:
        DecisionError: the judgement stands and is not the visitor's last, or is none of theirs.
    """
    taken = judgements.taken_back_in(connection, number)
    if taken is None or taken.reviewer != visitor.name:
        raise DecisionError("that answer is not your last: nothing was taken back; open the page again")
    return Undone(taken.item, taken.judgement, 0, (), before=True)


def _take_back(  # noqa: PLR0917 - of one transaction
    connection: Connection, taken: Answer, left: Sequence[Answer], reviewer: str, reason: str, at: int
) -> int:
    """Take back the decisions that no longer have the judgements they needed; returns how many."""
    needed: Any = {"judges": taken.judges, "evidence_hash": taken.evidence_hash}
    known = persons.known_in(connection)
    before, after = (outcome(each, **needed, persons=known) for each in ([*left, taken], left))
    if (after.state, after.judgement, after.assignment) == (before.state, before.judgement, before.assignment):
        return 0
    lines = [
        line for each in (taken, *left) if each.decisions for line in decisions.standing_in(connection, *each.decisions)
    ]
    return decisions.undo_in(connection, lines, reviewer, reason, at)


def together(people: Sequence[str]) -> str:
    """Names as one: "a", "a and b", "a, b and c"."""
    *others, last = people
    return f"{', '.join(others)} and {last}" if others else last


def _entry(settings: Settings, actor: str, visitor: Visitor, why: str, records: Sequence[str]) -> Entry:
    return Entry(
        "alteration",
        actor=actor,
        role=", ".join(sorted(visitor.roles)),
        purpose=settings.purpose,
        justification=why,
        subjects=tuple(records),
        count=len(records),
        run=settings.cycle,
    )
