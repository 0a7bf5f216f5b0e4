"""How long items take, how many are answered, and what waits for longer than it should.

Decides which times count. Invariant: an item left open on a desk is counted apart and is no time spent; nothing here
is told of one person to another.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from reconcile.review.quality.answers import Given
from reconcile.review.quality.thresholds import numbers


@dataclass(frozen=True)
class Pace:
    """Seconds from shown to answered of ``items`` answers: ``quantiles`` as ``quality.toml`` asks for them.

    ``quantiles`` is empty where there are fewer answers than a share may be told of; ``left_open`` are not among them,
    nor ``untimed``, of which no time was noted.
    """

    items: int
    quantiles: tuple[float, ...]
    left_open: int
    untimed: int

    @property
    def median(self) -> float | None:
        return self.quantiles[len(self.quantiles) // 2] if self.quantiles else None


@dataclass(frozen=True)
class Waiting:
    """Open items of a kind: ``over`` of ``items`` wait longer than ``service`` days, the ``oldest`` so many.

    ``bands`` counts them by age, (days from, days before or None, items).
    """

    kind: str
    items: int
    over: int
    service: int
    median: float
    oldest: int
    bands: tuple[tuple[int, int | None, int], ...]


def seconds(answers: Iterable[Given], least: int | None = None) -> Pace:
    """How long the answers took."""
    every = [each.seconds for each in answers]
    timed = [each for each in every if each is not None]
    longest = numbers()["time"]["left_open"]
    counted = [each for each in timed if each <= longest]
    enough = len(counted) >= max(numbers()["least"]["answers"] if least is None else least, 1)
    quantiles = np.quantile(counted, numbers()["time"]["quantiles"]).tolist() if enough else ()
    return Pace(len(counted), tuple(quantiles), len(timed) - len(counted), len(every) - len(timed))


def by_week(answers: Iterable[Given], today: dt.date) -> list[tuple[dt.date, int]]:
    """How many answers were given in each of the last weeks, named by their Mondays, this week last."""
    counted = Counter(_monday(each.decided_at.date()) for each in answers if isinstance(each.decided_at, dt.datetime))
    this = _monday(today)
    weeks = [this - dt.timedelta(weeks=back) for back in reversed(range(int(numbers()["time"]["weeks"])))]
    return [(week, counted[week]) for week in weeks]


def waiting(queue: pa.Table, answered: Collection[str]) -> list[Waiting]:
    """What waits, kind by kind, of the items of ``queue.QUEUE`` that are not among those ``answered``."""
    rows = queue.select(["item", "kind", "age_days"]).to_pylist()
    ages: dict[str, list[int]] = {}
    for row in rows:
        if row["item"] not in answered:
            ages.setdefault(row["kind"], []).append(row["age_days"] or 0)
    return [_waiting(kind, np.array(ages[kind])) for kind in numbers()["service"] if kind in ages]


def _waiting(kind: str, ages: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Waiting:
    edges = [*numbers()["age"]["edges"], None]
    bands = tuple(
        (low, high, int(((ages >= low) & (ages < (high if high is not None else np.inf))).sum()))
        for low, high in pairwise(edges)
    )
    service = int(numbers()["service"][kind])
    over = int((ages > service).sum())
    return Waiting(kind, len(ages), over, service, float(np.median(ages)), int(ages.max()), bands)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
