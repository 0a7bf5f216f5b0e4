"""What a person's act sets off: a decision, a sign-off, the forces' reports.

Invariant: nothing here happens without a named person and a reason, and each act is one line of the audit log
or of the decision log before its result is seen.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle
from reconcile.audit import AuditLog
from reconcile.errors import ReleaseError
from reconcile.forces import forces
from reconcile.national import release as releases
from reconcile.reports import force_report
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.settings import Settings

PAGE = "page.html"


def decide(settings: Settings, decisions: Sequence[Decision]) -> int:
    """Record decisions, log them as alterations, and compile the list again; returns how many were recorded."""
    DecisionLog(settings.database_url).record(decisions)
    cycle.reconsider(settings)
    return len(decisions)


def open_links(settings: Settings, *, touching_list: bool = True) -> pa.Table:
    """The links no decision applies to and no check verifies, heaviest first.

    ``touching_list`` keeps those with an end on the missing list: the ones that move a published number.
    """
    links, decided = cycle.table(settings, "links"), cycle.decisions(settings)
    answered = {(row["left"], row["right"], row["evidence_hash"]) for row in decided.to_pylist()}
    listed = set(pc.list_flatten(cycle.table(settings, "missing_list")["records"]).to_pylist())
    ends = zip(*(links[name].to_pylist() for name in ("left", "right", "evidence_hash", "strength")), strict=True)
    waiting = [
        strength != "verified"
        and not {(left, right, shown), (left, right, None)} & answered
        and (not touching_list or left in listed or right in listed)
        for left, right, shown, strength in ends
    ]
    return links.filter(pa.array(waiting, pa.bool_())).sort_by(
        [("weight", "descending"), ("left", "ascending"), ("right", "ascending")]
    )
