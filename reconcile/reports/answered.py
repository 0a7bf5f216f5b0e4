"""How the answers to a report's items stand, and what another force's answer adds to an item.

Decides when an item is answered: by an answer to its content as told now, or as told before the force's own word made a
verified link a decided one. Invariant: an answer to other content leaves the item open and is told beside it; what a
force answered reaches another force only in an item that tells both records already.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconcile.forces import forces
from reconcile.render.look import day, word
from reconcile.reports import answers
from reconcile.reports.answers import CONFIRMED, TAKEN_BACK, AnswerLog
from reconcile.reports.item import Item
from reconcile.reports.kinds import kinds
from reconcile.reports.report import Answered, Report
from reconcile.reports.since import compared, earlier
from reconcile.reports.told import ToldLog

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Located:
    """A force's answer that somebody was located, and other forces' records in the item it answered."""

    force: str
    others: frozenset[str]
    sentence: str


def completing(url: str, release: str, on: dt.date) -> Callable[[Report], Report]:
    """What brings answers into a report of ``release``, by the logs in the database at ``url``.

    ``on`` is the day the release was signed off, by which an item is overdue: the present day would make other bytes of
    the same report, and they would be delivered again.
    """
    standing, told = AnswerLog(url).standing(), ToldLog(url).lines()
    located = _located(standing, told.to_pylist()) if standing else {}

    def complete(report: Report) -> Report:
        force = report.force.slug
        found = tuple(with_located(item, force, located) for item in report.items)
        own = {item: answer for (of, item), answer in standing.items() if of == force}
        states = {item.id: state(item, own.get(item.id), on) for item in found}
        order = list(kinds())
        found = tuple(sorted(found, key=lambda item: (order.index(item.kind), states[item.id].state == "answered")))
        since = compared(found, earlier(told, force, release)) if report.since else None
        return replace(report, items=found, since=since, answers=states)

    return complete


def state(item: Item, answer: Row | None, on: dt.date) -> Answered:
    """How the answer to an item stands on a day; ``answer`` is the force's last to it, None where it gave none."""
    said = {}
    if answer is not None and answer["answer"] != TAKEN_BACK:
        said = {"answer": answer["answer"], "on": answer["answered_on"], "by_role": answer["officer_role"]}
        if answers_it(item, answer):
            return Answered("answered", **said)
    return Answered("overdue" if item.due and item.due < on else "open", **said)


def answers_it(item: Item, answer: Row) -> bool:
    """Whether ``answer`` is one to the item's content."""
    known = {item.digest, _undecided(item).digest} if answer["answer"] == CONFIRMED else {item.digest}
    return answer["digest"] in known


def _undecided(item: Item) -> Item:
    """The item as it was told while its link was verified and nobody had decided it."""
    decided, verified = (f"Link {word(each, 'strength')}." for each in ("decided", "verified"))
    judged = tuple(verified if sentence == decided else sentence for sentence in item.assessments)
    return replace(item, strength="verified", assessments=judged).digested()


def with_located(item: Item, force: str, located: Mapping[str, Sequence[Located]]) -> Item:
    """The item with what other forces it tells of answered on where its person was located; ``located`` by record of
    the force that answered."""
    own = {party.reference for party in item.own}
    found = [each for party in item.others for each in located.get(party.reference, ())]
    said = dict.fromkeys(each.sentence for each in found if each.force != force and each.others & own)
    return replace(item, assessments=(*item.assessments, *said)).digested() if said else item


def _located(standing: Mapping[tuple[str, str], Row], told: Iterable[Row]) -> Mapping[str, Sequence[Located]]:
    names = {force.slug: force.name for force in forces()}
    lines = {(line["force"], line["item"], line["digest"]): line for line in told}
    found: dict[str, list[Located]] = {}
    for (force, item), answer in sorted(standing.items()):
        line = lines.get((force, item, answer["digest"]))
        if line is not None and answer["answer"] == "located":
            where = answers.place_kinds()[answer["place_kind"]]
            sentence = (
                f"{names.get(force, force)} answered on {day(answer['answered_on'])} that the person was located on"
                f" {day(answer['located_on'])}: {where[:1].lower()}{where[1:]}. It is that force’s word, and no record"
                " says so yet."
            )
            for record in line["own"]:
                found.setdefault(record, []).append(Located(force, frozenset(line["others"]), sentence))
    return found
