"""What forces answered to their reports, as the coordinators look at it.

Decides which answers somebody should look at: those that say another person until the link is decided anew, and those
that the queue asks somebody to see to until somebody did. Invariant: counts are of items as told now; an answer taken
back or to what was told before counts as none.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

import pyarrow as pa

from reconcile.forces import forces
from reconcile.national import release as releases
from reconcile.reports.answers import TAKEN_BACK, AnswerLog
from reconcile.reports.said import still
from reconcile.reports.told import ToldLog
from reconcile.review.decisions import DecisionLog
from reconcile.review.force_answers import SEEN_TO, is_seen_to
from reconcile.review.force_items import ANSWERED, OPEN, OVERDUE, state
from reconcile.review.judgements import JudgementLog
from reconcile.review.queue_items import ANSWER
from reconcile.review.told_documents import documents, newest_report, now_told, stands
from reconcile.settings import Settings

Row = Mapping[str, Any]
DAY: Final = dt.timedelta(days=1)
CHUNK: Final = 400
"""Items asked for of the ledger at once."""


@dataclass(frozen=True)
class Line:
    """One answer as the log has it, ``told`` the line of the ledger it answers.

    ``standing``: it is the force's last word on the item as told now; ``look``: somebody should look at it, and where
    ``to_see_to`` by its item of the queue; ``days`` from when the item was first told to when the answer came.
    """

    answer: Row
    told: Row
    standing: bool
    look: bool
    days: float
    to_see_to: bool = False

    @property
    def item(self) -> str:
        """The item of the queue that asks somebody to see to it, where one does."""
        return f"{ANSWER}{self.answer['number']}"

    @property
    def records(self) -> tuple[str, ...]:
        return (*self.told["own"], *self.told["others"])


@dataclass(frozen=True)
class OfForce:
    """How many items a force was told and how they stand; ``median`` days to its first answers, None of none."""

    force: str
    told: int = 0
    answered: int = 0
    open: int = 0
    overdue: int = 0
    median: float | None = None


@dataclass(frozen=True)
class Overview:
    """``lines``: every answer, newest first; ``forces``: those a report was written for, by name."""

    lines: tuple[Line, ...] = ()
    forces: tuple[OfForce, ...] = ()

    @property
    def look(self) -> tuple[Line, ...]:
        """Those somebody should look at, the most pressing answer first and then the newest."""
        return tuple(
            sorted((each for each in self.lines if each.look), key=lambda each: SEEN_TO.index(each.answer["answer"]))
        )

    def without(self, seen_to: Collection[str]) -> "Overview":
        """The same with nobody to look at the answers whose items of the queue are ``seen_to``."""
        lines = (replace(each, look=False) if each.item in seen_to else each for each in self.lines)
        return replace(self, lines=tuple(lines)) if seen_to else self

    def total(self, what: str) -> int:
        """The sum of told, answered, open or overdue over all forces."""
        return sum(int(getattr(each, what)) for each in self.forces)


def stamp(settings: Settings) -> tuple[Any, ...]:
    """What an overview rests on, beside the day; it changes with any of it."""
    url = settings.database_url
    # A force's folder comes after its lines of the ledger.
    written = sorted((path.name, path.stat().st_mtime_ns) for path in settings.workspace.reports.glob("*"))
    return ToldLog(url).newest(), AnswerLog(url).newest(), DecisionLog(url).newest(), tuple(written)


def still_open(settings: Settings, found: Overview) -> Overview:
    """An overview without what somebody saw to by now.

    Raises:
        SettingsError: the database cannot be opened.
    """
    items = [each.item for each in found.lines if each.look and each.to_see_to]
    return found.without(JudgementLog(settings.database_url).judged(items))


def overview(settings: Settings, today: dt.date) -> Overview:
    """What all forces were told and answered, whether or not somebody saw to it.

    Raises:
        SettingsError: the database cannot be opened.
    """
    every = releases.every(settings)
    reports = {force.slug: newest_report(settings, force.slug, every) for force in forces()}
    said = _by_force(AnswerLog(settings.database_url).lines())
    answered = {str(answer["item"]) for of in said.values() for answer in of}
    told = _told(settings, [each.signed_at for each in reports.values() if each], sorted(answered))
    decided = {(row["left"], row["right"]): row["decided_at"] for row in _decisions(settings)}
    lines, counted = [], []
    for force in sorted(forces(), key=lambda each: each.name):
        slug = force.slug
        given = documents(settings, slug, told[slug], reports[slug])
        now = now_told(given)
        found = _lines(told[slug], said[slug], now, decided)
        lines += found
        if given or found:
            counted.append(_counted(slug, now, found, today))
    lines.sort(key=lambda each: -int(each.answer["number"]))
    return Overview(tuple(lines), tuple(counted))


def _told(settings: Settings, signed: Sequence[dt.datetime], answered: Sequence[str]) -> dict[str, list[Row]]:
    """By force, the lines of the ledger since the oldest of the reports that are the newest, and all about what was
    answered: of a ledger of many years, what is looked at."""
    log = ToldLog(settings.database_url)
    found = {row["number"]: row for row in log.lines(since=min(signed, default=None)).to_pylist()}
    for start in range(0, len(answered), CHUNK):
        found |= {row["number"]: row for row in log.lines(items=answered[start : start + CHUNK]).to_pylist()}
    by_force: dict[str, list[Row]] = defaultdict(list)
    for _number, row in sorted(found.items()):
        by_force[row["force"]].append(row)
    return by_force


def _lines(
    told: Sequence[Row], said: Sequence[Row], now: Mapping[str, Row], decided: Mapping[tuple[str, str], dt.datetime]
) -> list[Line]:
    first: dict[str, dt.datetime] = {}
    content: dict[tuple[str, str], Row] = {}
    newest: dict[str, Row] = {}
    for line in told:
        first.setdefault(line["item"], line["told_at"])
        content[line["item"], line["digest"]] = newest[line["item"]] = line
    last = {answer["item"]: answer["number"] for answer in said}
    found = []
    for answer in said:
        item = answer["item"]
        if (item, answer["digest"]) not in content:  # what it answers was in a notice that counts as never gone
            continue
        line = content[item, answer["digest"]]
        standing = item in now and last[item] == answer["number"] and stands(answer, line, now[item])
        days = (answer["received_at"] - first[item]) / DAY
        to_see_to = is_seen_to(answer["answer"], line["pairs"])
        if to_see_to:
            look = last[item] == answer["number"] and still(answer, line, newest[item])
        else:
            judged = (decided[pair] for pair in map(tuple, line["pairs"]) if pair in decided)
            look = standing and answer["answer"] == "not_same" and all(at < answer["received_at"] for at in judged)
        found.append(Line(answer, line, standing, look, days, to_see_to))
    return found


def _counted(force: str, now: Mapping[str, Row], lines: Sequence[Line], today: dt.date) -> OfForce:
    standing = {each.answer["item"] for each in lines if each.standing}
    states = [state(item in standing, line["due"], today) for item, line in now.items()]
    took: dict[str, float] = {}
    for each in lines:
        if each.answer["answer"] != TAKEN_BACK:
            took.setdefault(each.answer["item"], each.days)
    return OfForce(
        force,
        told=len(now),
        answered=states.count(ANSWERED),
        open=states.count(OPEN),
        overdue=states.count(OVERDUE),
        median=round(median(took.values()), 1) if took else None,
    )


def _by_force(lines: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for line in lines.to_pylist():
        found[line["force"]].append(line)
    return found


def _decisions(settings: Settings) -> Sequence[Row]:
    rows: Sequence[Row] = DecisionLog(settings.database_url).state().to_pylist()
    return rows
