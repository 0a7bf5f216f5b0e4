"""What a force's report tells otherwise than its last one, and from when on an item waits for an answer.

Decides which report is the last: that of another release written before this one. Invariant: it reads the ledger alone;
an item that was told before keeps the day by which it was to be answered, unless it has become more pressing or was
withdrawn since, as then it is asked anew.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.reports.corrections import withdraws
from reconcile.reports.item import Item
from reconcile.reports.report import Since
from reconcile.reports.told import CORRECTION, REPORT


@dataclass(frozen=True)
class Earlier:
    """A force's last report: its name, the day it was written, and by item the digest told."""

    document: str
    on: dt.date
    digests: Mapping[str, str]


def earlier(told: pa.Table | None, force: str, release: str) -> Earlier | None:
    """The last report a force was given before that of ``release``; None where there was none.

    Args:
        told: ``told.LINES``, of any forces.
    """
    reports = _reports(told, release)
    if told is None or reports is None:
        return None
    # Reports are written for all forces at once: one that told this force of nothing was its last all the same.
    last = str(reports["document"][-1].as_py())
    written = reports.filter(_is(reports["document"], last))
    digests = {line["item"]: line["digest"] for line in _items(written.filter(_is(written["force"], force)))}
    return Earlier(last, written["told_at"][-1].as_py().date(), digests)


def days_told(told: pa.Table | None, force: str, release: str) -> dict[str, dt.date]:
    """By item the day by which a force was to answer it, as its last report before that of ``release`` and the notices
    since told it; where no report was written before, as the notices did. What was withdrawn since has none.

    Args:
        told: ``told.LINES``, of any forces.
    """
    if told is None:
        return {}
    reports = _reports(told, release)
    others = told.filter(pc.and_(pc.invert(_is(told["document"], release)), _is(told["force"], force)))
    if reports is not None:
        first = reports.filter(_is(reports["document"], str(reports["document"][-1].as_py())))["number"][0]
        since: Any = pc.greater_equal(others["number"], first)
        others = others.filter(since)
    due: dict[str, dt.date] = {}
    for line in others.select(["item", "kind", "reason", "due"]).to_pylist():
        if withdraws(line):
            due.pop(line["item"], None)
        elif line["due"]:
            due[line["item"]] = min(line["due"], due.get(line["item"], line["due"]))
    return due


def compared(items: Sequence[Item], before: Earlier | None) -> Since | None:
    """How ``items`` differ from those told before; None where nothing was."""
    if before is None:
        return None
    now = {item.id: item.digest for item in items}
    new = tuple(item for item in now if item not in before.digests)
    changed = tuple(item for item, digest in now.items() if before.digests.get(item, digest) != digest)
    gone = tuple(sorted(before.digests.keys() - now.keys()))
    return Since(before.document, before.on, new, changed, gone, len(now) - len(new) - len(changed))


def kept_due(items: Sequence[Item], known: Mapping[str, dt.date]) -> tuple[Item, ...]:
    """``items``, those told before with the day they had then (``known``, by item), where it is the earlier."""
    return tuple(
        replace(item, due=min(item.due, known[item.id])) if item.due and item.id in known else item for item in items
    )


def _reports(told: pa.Table | None, release: str) -> pa.Table | None:
    """The lines of reports of other releases; None where there are none."""
    if told is None:
        return None
    other: Any = pc.invert(_is(told["document"], release))
    reports = told.filter(pc.and_(other, _is(told["document_kind"], REPORT)))
    return reports if len(reports) else None


def _items(lines: pa.Table) -> list[dict[str, Any]]:
    columns = ["item", "digest"]
    return lines.filter(pc.invert(_is(lines["kind"], CORRECTION))).select(columns).to_pylist()


def _is(column: Any, value: str) -> Any:
    return pc.is_in(column, value_set=pa.array([value]))
