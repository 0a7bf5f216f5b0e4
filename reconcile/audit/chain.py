"""An entry of the audit log, and the chain of hashes that makes a changed log show.

Decides what an entry must say and what its hash covers. Invariant: each line's hash covers every column of the
line and the hash of the line before it, so a changed, removed, added or reordered line breaks the chain there.
A chain cannot show that its newest lines are gone: for that its head is kept elsewhere (each release's sign-off)
and given back to ``check``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconcile.errors import AuditError

OPERATIONS: Final = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure")
"""The six operations of DPA 2018 s.62(1)."""

PURPOSES: Final = ("manage_rso", "locate_missing", "statutory_statistics")
"""The purposes records may be processed for (DPA 2018 s.36)."""

GENESIS: Final = "0" * 64
"""The previous hash of the first line."""


@dataclass(frozen=True)
class Entry:
    """What is logged of one operation.

    ``subjects`` are record or national ids, never names; or one text, the query that chose them. ``force`` is
    the slug of the force whose records they are, None for all; ``recipient`` who received them; ``count`` how many
    records; ``run`` the cycle or release. A combination says model and weight in ``justification``.

    Raises:
        AuditError: the operation or the purpose is unknown, a needed text is missing or the count is negative.
    """

    operation: str
    actor: str
    role: str
    purpose: str
    justification: str
    subjects: tuple[str, ...] | str = ()
    force: str | None = None
    recipient: str | None = None
    count: int = 0
    run: str | None = None

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise AuditError(f"an audit entry has an unknown operation: write one of {', '.join(OPERATIONS)}")
        if self.purpose not in PURPOSES:
            raise AuditError(f"an audit entry has an unknown purpose: write one of {', '.join(PURPOSES)}")
        for name in ("actor", "role", "justification"):
            if not getattr(self, name).strip():
                raise AuditError(f"an audit entry of {self.operation} has no {name}: give it")
        if self.operation == "disclosure" and not (self.recipient or "").strip():
            raise AuditError("an audit entry of disclosure has no recipient: say who received the records")
        if self.count < 0:
            raise AuditError(f"an audit entry of {self.operation} has a negative count: count the records")


@dataclass(frozen=True)
class Head:
    """The newest line of the log: kept outside the database, it shows later that nothing up to it was lost."""

    number: int
    hash: str


@dataclass(frozen=True)
class Verification:
    """The outcome of checking the chain: ``broken`` is the number of the first broken line, None if all hold."""

    lines: int
    broken: int | None
    reason: str | None

    @property
    def holds(self) -> bool:
        return self.broken is None


def line(entry: Entry, number: int, at: int, previous: str) -> dict[str, Any]:
    """The columns of one line of the log; ``at`` is in milliseconds since 1970 UTC."""
    columns: dict[str, Any] = vars(entry) | {
        "number": number,
        "at": at,
        "subjects": json.dumps(entry.subjects),
        "previous": previous,
    }
    return columns | {"hash": digest(columns)}


def digest(columns: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, ASCII) of every column but ``hash``."""
    covered = {name: value for name, value in columns.items() if name != "hash"}
    return hashlib.sha256(json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check(lines: Iterable[Mapping[str, Any]], heads: Iterable[Head] = ()) -> Verification:
    """Check the chain of ``lines`` (in order of number), and that it holds every line ``heads`` vouch for."""
    vouched = {head.number: head.hash for head in heads}
    seen, previous = 0, GENESIS
    for columns in lines:
        expected = seen + 1
        if columns["number"] != expected:
            return Verification(seen, expected, f"line {expected} is missing")
        if columns["previous"] != previous:
            return Verification(seen, expected, f"line {expected} does not follow the line before it")
        if columns["hash"] != digest(columns):
            return Verification(seen, expected, f"line {expected} was changed")
        if vouched.pop(expected, columns["hash"]) != columns["hash"]:
            return Verification(seen, expected, f"line {expected} is not the one vouched for")
        seen, previous = expected, columns["hash"]
    if missing := sorted(number for number in vouched if number > seen):
        return Verification(seen, seen + 1, f"lines {seen + 1} to {missing[-1]} are missing")
    return Verification(seen, None, None)
