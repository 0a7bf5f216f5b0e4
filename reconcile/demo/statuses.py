"""What the forces of the national register say of people: where they are and since when.

Decides the claim of each record. Invariant: a record is missing since a day after its conviction and before its
extract, and was last heard of before it went missing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile.demo.convictions import NO_DAY
from reconcile.demo.people import Days
from reconcile.demo.tables import number, rate, texts
from reconcile.schema import OPEN_CLAIMS, OVERSEAS_EVIDENCE, STATUSES


def draw(
    convicted: Days, superseded: NDArray[np.bool_], as_of: np.datetime64, rng: np.random.Generator
) -> dict[str, Any]:
    """Columns status, evidence, and the days missing (with text and last day of partial ones), contact, notified.

    ``superseded`` are records of people who have a later one."""
    count = len(convicted)
    shares = np.array([rate("status", status) for status in STATUSES])
    status = texts(list(STATUSES))[
        np.searchsorted(np.cumsum(shares / shares.sum())[:-1], rng.random(count), side="right")
    ]
    status[superseded & (rng.random(count) < number("changes", "handed_over"))] = "transferred"
    gone = np.isin(status, OPEN_CLAIMS)
    span = np.maximum((as_of - convicted).astype(np.int64) - 20, 3)
    away = np.minimum((rng.exponential(900, count) + 4).astype(np.int64), span - 1)
    missing = np.where(gone, as_of - away, NO_DAY)
    contact = np.where(gone, missing - rng.integers(0, 15, count), as_of - rng.integers(1, 110, count))
    past = convicted + (rng.random(count) * span).astype(np.int64)
    contact = np.where(status == "transferred", past, contact)
    notified = np.where(gone, missing - rng.integers(1, 250, count), as_of - rng.integers(5, 360, count))
    notified = np.where(status == "transferred", contact - rng.integers(0, 200, count), notified)
    notified = np.where(notified <= convicted, NO_DAY, notified)
    notified[rng.random(count) < number("missing", "last_notified")] = NO_DAY
    missing[gone & (rng.random(count) < 0.2)] = NO_DAY
    abroad = status == "abroad_known"
    evidence = texts([""] * count)
    believed = gone & (rng.random(count) < 0.35)
    evidence[believed] = texts(list(OVERSEAS_EVIDENCE[1:]))[rng.integers(5, size=believed.sum())]
    evidence[abroad] = OVERSEAS_EVIDENCE[0]
    return {
        "status": status,
        "missing": missing,
        "missing_text": texts([""] * count),
        "missing_last": np.full(count, NO_DAY),
        "contact": contact,
        "notified": notified,
        "evidence": evidence,
    }
