"""An extract beside the last one the force had accepted: counts, missing values, statuses, within bands.

Decides which changes a person must look at before they count; the numbers are in ``expectations/bands.toml``.
Invariant: two receipts are compared and nothing else, so that a sentence holds counts and names of fields only.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from reconcile.intake.expect import SUITES
from reconcile.intake.receipt import Reason, Receipt
from reconcile.render.look import day

TABLE: Final = "bands.toml"
PREFIX: Final = "band."


@cache
def table() -> Mapping[str, Any]:
    """The bands as data: per band its limits as shares, ``at_least`` in rows and its sentence."""
    return tomllib.loads((SUITES / TABLE).read_text(encoding="utf-8"))


def broken(now: Receipt, before: Receipt) -> tuple[Reason, ...]:
    """The bands ``now`` breaks beside ``before``, each with how many rows it concerns, in the order of the table.

    Both are receipts of extracts whose rows were counted, or of NIL returns. Shares of an extract without records are
    not compared.
    """
    found = [*_records(now, before)]
    if now.accepted and before.accepted:
        found += [*_quarantined(now, before), *_missing(now, before), *_status(now, before)]
    return tuple(found)


def _records(now: Receipt, before: Receipt) -> Iterator[Reason]:
    band = table()["records"]
    change = now.accepted - before.accepted
    limit = band["falls_by"] if change < 0 else band["rises_by"]
    if abs(change) >= band["at_least"] and abs(change) > limit * before.accepted:
        yield _said("records", "", abs(change), before, now=now.accepted, before=before.accepted)


def _quarantined(now: Receipt, before: Receipt) -> Iterator[Reason]:
    band = table()["quarantined"]
    counts = (now.quarantined, before.quarantined)
    if _moved(counts, (now.rows_in, before.rows_in), band["rises_by"], band["at_least"]):
        yield _counted("quarantined", "", counts, before, (now.rows_in, before.rows_in))


def _missing(now: Receipt, before: Receipt) -> Iterator[Reason]:
    rows = (now.accepted, before.accepted)
    for field in sorted(now.completeness.keys() & before.completeness.keys()):
        filled = (now.completeness[field]["filled"], before.completeness[field]["filled"])
        gone, band = table()["gone"], _band("missing", field)
        if not filled[0] and filled[1] >= gone["at_least"] and filled[1] > gone["before"] * rows[1]:
            yield _counted("gone", field, (rows[0], filled[1]), before, rows)
        elif _moved(missing := (rows[0] - filled[0], rows[1] - filled[1]), rows, band["rises_by"], band["at_least"]):
            yield _counted("missing", field, missing, before, rows)


def _status(now: Receipt, before: Receipt) -> Iterator[Reason]:
    rows = (now.accepted, before.accepted)
    for status in sorted(now.statuses.keys() | before.statuses.keys()):
        counts, band = (now.statuses.get(status, 0), before.statuses.get(status, 0)), _band("status", status)
        if any(
            _moved(one, of, band["moves_by"], band["at_least"])
            for one, of in ((counts, rows), (counts[::-1], rows[::-1]))
        ):
            yield _counted("status", status, counts, before, rows)


def _band(kind: str, name: str) -> Mapping[str, Any]:
    band = table()[kind]
    return {**band, **band["of"].get(name, {})}


def _moved(counts: tuple[int, int], rows: tuple[int, int], limit: float, at_least: int) -> bool:
    """Whether the first share is above the second by more than ``limit``, and by at least so many of its rows."""
    rise = counts[0] / rows[0] - counts[1] / rows[1]
    return rise > limit and rise * rows[0] >= at_least


def _counted(kind: str, name: str, counts: tuple[int, int], before: Receipt, rows: tuple[int, int]) -> Reason:
    now, then = counts
    return _said(kind, name, now, before, now=now, before=then, rows=rows[0], rows_before=rows[1])


def _said(kind: str, name: str, count: int, last: Receipt, **numbers: int) -> Reason:
    sentence = table()[kind]["sentence"].format(name=name, date=day(last.as_of), **numbers)
    return f"{PREFIX}{kind}" + (f".{name}" if name else ""), count, sentence
