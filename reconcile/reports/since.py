"""What a force's report tells otherwise than its last one, and from when on an item waits for an answer.

Decides which report is the last: that of another release written before this one. Invariant: it reads the ledger alone;
an item that was told before keeps the day by which it was to be answered, unless it has become more pressing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.reports.item import Item
from reconcile.reports.report import Since
from reconcile.reports.told import CORRECTION, REPORT


@dataclass(frozen=True)
class Earlier:
    """A force's last report: its name, the day it was written, by item the digest told; and, of this report and the
    notices since, by item the day by which it was to be answered."""

    document: str
    on: dt.date
    digests: Mapping[str, str]
    due: Mapping[str, dt.date] = field(default_factory=dict)


def earlier(told: pa.Table | None, force: str, release: str) -> Earlier | None:
    """The last report a force was given before that of ``release``; None where there was none.

    Args:
        told: ``told.LINES``, of any forces.
    """
    if told is None or not len(told):
        return None
    others = told.filter(pc.invert(_is(told["document"], release)))
    reports = others.filter(_is(others["document_kind"], REPORT))
    if not len(reports):
        return None
    # Reports are written for all forces at once: one that told this force of nothing was its last all the same.
    last = str(reports["document"][-1].as_py())
    written = reports.filter(_is(reports["document"], last))
    digests = {line["item"]: line["digest"] for line in _items(written.filter(_is(written["force"], force)))}
    after: Any = pc.greater_equal(others["number"], written["number"][0])
    due: dict[str, dt.date] = {}
    for line in _items(others.filter(pc.and_(after, _is(others["force"], force)))):
        if line["due"]:
            due[line["item"]] = min(line["due"], due.get(line["item"], line["due"]))
    return Earlier(last, written["told_at"][-1].as_py().date(), digests, due)


def compared(items: Sequence[Item], before: Earlier | None) -> Since | None:
    """How ``items`` differ from those told before; None where nothing was."""
    if before is None:
        return None
    now = {item.id: item.digest for item in items}
    new = tuple(item for item in now if item not in before.digests)
    changed = tuple(item for item, digest in now.items() if before.digests.get(item, digest) != digest)
    gone = tuple(sorted(before.digests.keys() - now.keys()))
    return Since(before.document, before.on, new, changed, gone, len(now) - len(new) - len(changed))


def kept_due(items: Sequence[Item], before: Earlier | None) -> tuple[Item, ...]:
    """``items``, those told before with the day they had then, where it is the earlier."""
    known = before.due if before else {}
    return tuple(
        replace(item, due=min(item.due, known[item.id])) if item.due and item.id in known else item for item in items
    )


def _items(lines: pa.Table) -> list[dict[str, Any]]:
    columns = ["item", "digest", "due"]
    return lines.filter(pc.invert(_is(lines["kind"], CORRECTION))).select(columns).to_pylist()


def _is(column: Any, value: str) -> Any:
    return pc.is_in(column, value_set=pa.array([value]))
