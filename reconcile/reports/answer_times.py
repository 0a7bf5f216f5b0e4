"""How many items each force was told, how many it answered, and how long that took.

Decides what counts as answered. Invariant: every item told is counted once a force, as answered, open, overdue or
lapsed; days are counted by the clocks of the ledger and of the log of answers, never by the day an officer gives.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from reconcile.forces import forces
from reconcile.reports.answers import CONFIRMED, TAKEN_BACK, AnswerLog
from reconcile.reports.told import REPORT, ToldLog

Row = Mapping[str, Any]
COUNTS: Final = ("told", "answered", "open", "overdue", "lapsed")
MEDIAN: Final = "median_days"
DAY: Final = dt.timedelta(days=1)
NOTHING: Final[Mapping[str, Any]] = {"as_of": None, "by_force": {}}
"""Before any force was told anything."""


def answer_times(url: str, on: dt.date | None = None) -> dict[str, Any]:
    """By the logs in the database at ``url``, as of the day ``on``, the present one (UTC) where not given.

    Returns:
        JSON values: ``as_of`` and, by force's name, ``COUNTS`` and ``MEDIAN`` (days to a tenth, null where nothing was
        answered); ``NOTHING`` where no force was told anything.
    """
    told: list[Row] = list(ToldLog(url).lines().to_pylist())
    if not told:
        return dict(NOTHING)
    day = on or dt.datetime.now(dt.UTC).date()
    names = {force.slug: force.name for force in forces()}
    answers = AnswerLog(url).lines().to_pylist()
    of_force: dict[str, list[Row]] = defaultdict(list)
    for line in told:
        of_force[line["force"]].append(line)
    since = _last_report(told)
    counted = {
        names.get(force, force): _counted(lines, [each for each in answers if each["force"] == force], since, day)
        for force, lines in of_force.items()
    }
    return {"as_of": day.isoformat(), "by_force": dict(sorted(counted.items()))}


def _last_report(told: Sequence[Row]) -> int:
    """The number of the first line of the last reports, which are written for all forces at once; 0 before any."""
    reports = [line for line in told if line["document_kind"] == REPORT]
    return min((line["number"] for line in reports if line["document"] == reports[-1]["document"]), default=0)


def _counted(told: Sequence[Row], answers: Iterable[Row], since: int, on: dt.date) -> dict[str, Any]:
    """One force's line; ``told`` and ``answers`` oldest first, ``since``: the line the last reports begin with."""
    lines: dict[str, list[Row]] = defaultdict(list)
    for line in told:
        lines[line["item"]].append(line)
    given: dict[str, list[Row]] = defaultdict(list)
    for answer in answers:
        given[answer["item"]].append(answer)
    counts = dict.fromkeys(COUNTS, 0)
    days = []
    for item, of_item in lines.items():
        newest = of_item[-1]
        counts["told"] += 1
        if _answered(newest, given.get(item, ())):
            counts["answered"] += 1
            first = next(each for each in given[item] if each["answer"] != TAKEN_BACK)
            days.append((first["received_at"] - of_item[0]["told_at"]) / DAY)
        elif newest["number"] < since or newest["due"] is None:
            counts["lapsed"] += 1
        else:
            counts["overdue" if newest["due"] < on else "open"] += 1
    return {**counts, MEDIAN: round(median(days), 1) if days else None}


def _answered(told: Row, answers: Iterable[Row]) -> bool:
    """Whether the last answer is one to the item as last told; a confirmation of the same links is one still."""
    last = next(reversed(list(answers)), None)
    if last is None or last["answer"] == TAKEN_BACK:
        return False
    return bool(last["digest"] == told["digest"] or last["answer"] == CONFIRMED)
