"""What became of each open claim since the release before: why it is gone, why it came, whether it was corrected.

Decides the kind and the reason of one claim's change; the words are in ``changes.toml``. Invariant: a claim whose force
does not count this time is never said to be found, nor one whose force had not answered the last time to be lost anew.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from reconcile.national.coverage import answered
from reconcile.national.previous import Previous

if TYPE_CHECKING:
    from reconcile.intake import Receipt

Row = Mapping[str, Any]
MOVEABLE: Final = ("absent", "perhaps_quarantined", "transferred")
"""Why a claim is gone where it may have gone to another force."""


@dataclass(frozen=True)
class Fate:
    """``why`` is the entry of ``changes.toml``, ``before`` and ``after`` what the claim said and what is said now."""

    kind: str
    reason: str
    why: str
    before: str = ""
    after: str = ""


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("changes.toml").read_text(encoding="utf-8"))


class Fates:
    """The fates of single claims, by what forces said then and say now."""

    def __init__(self, previous: Previous, receipts: "Iterable[Receipt]") -> None:
        received = tuple(receipts)
        self.previous = previous
        self.receipts = {receipt.force: receipt for receipt in received}
        self.heard = {receipt.force for receipt in answered(received)}

    def gone(self, claim: Row, record: Row | None) -> Fate:
        """The fate of a ``claim`` of the release before that is open no more.

        Args:
            record: the claim's record now, with status and episodes; None where the force has it no more.
        """
        force, before = claim["force"], claim["status"]
        if force not in self.heard:
            state = self.receipts[force].state if force in self.receipts else "NOT_RECEIVED"
            return Fate("unanswered", words()["unanswered"][state], state, before)
        after = (record["status"] or "") if record else ""
        if record and (outcome := _outcome(record, claim)):
            return _fate("outcome", outcome, before, after)
        if self._is_correction(force):
            return _fate("gone", "corrected_extract", before, after)
        if record is None:
            receipt = self.receipts[force]
            why = "nil" if receipt.state == "NIL" else "perhaps_quarantined" if receipt.quarantined else "absent"
            return _fate("gone", why, before, after)
        return _fate("status", record["status"] or "none", before, after)

    def came(self, claim: Row) -> Fate:
        """The fate of a ``claim`` that was not open in the release before."""
        force, after = claim["force"], claim["status"]
        if force not in self.previous.as_of:
            return _fate("came", "first_answer", "", after)
        if self._is_correction(force):
            return _fate("came", "corrected_extract", "", after)
        return _fate("came", self._when(claim["missing_since"], self.previous.as_of[force]), "", after)

    @staticmethod
    def kept(then: Row, now: Row) -> Fate | None:
        """The fate of a claim that stays open; None where its date stays."""
        before, after = then["missing_since"], now["missing_since"]
        if _days(before) == _days(after):
            return None
        lo = _days(after)[0]
        why = "lost_again" if lo and lo > then["as_of"] else "redated"
        return _fate("kept", why, _text(before), _text(after))

    @staticmethod
    def _when(since: Row | None, told: dt.date | None) -> str:
        lo, hi = _days(since)
        if lo is None or hi is None:
            return "undated"
        if told is None:
            return "perhaps_late"
        return "lost_since" if lo > told else "late" if hi <= told else "perhaps_late"

    def _is_correction(self, force: str) -> bool:
        """Whether the extract takes the place of the one counted then and speaks of the same day: what it says
        otherwise did not happen in between."""
        receipt = self.receipts.get(force)
        return (
            receipt is not None
            and self.previous.sent.get(force) in receipt.supersedes
            and receipt.as_of == self.previous.as_of.get(force)
        )


def line_fate(why: str, *, reason: str = "", before: str = "", after: str = "") -> Fate:
    """The fate of a line; ``reason`` takes the place of that in the table."""
    entry = words()["lines"][why]
    return Fate(entry["kind"], reason or entry["reason"], why, before, after)


def _fate(group: str, why: str, before: str, after: str) -> Fate:
    entry = words()[group][why]
    return Fate(entry["kind"], entry["reason"], why, before, after)


def _outcome(record: Row, claim: Row) -> str | None:
    """How the force says the claim's episode ended: the closed one of the same start, or that ended since."""
    closed = [
        episode
        for episode in record["episodes"] or ()
        if episode["outcome"]
        and (_overlap(episode["start"], claim["missing_since"]) or _ended_since(episode["end"], claim["as_of"]))
    ]
    last = max(closed, key=lambda episode: _days(episode["end"])[1] or dt.date.min, default=None)
    return last["outcome"] if last else None


def _overlap(one: Row | None, other: Row | None) -> bool:
    (lo, hi), (first, last) = _days(one), _days(other)
    return bool(lo and hi and first and last and lo <= last and first <= hi)


def _ended_since(end: Row | None, day: dt.date) -> bool:
    hi = _days(end)[1]
    return hi is not None and hi >= day


def _days(date: Row | None) -> tuple[dt.date | None, dt.date | None]:
    return (date["lo"], date["hi"]) if date else (None, None)


def _text(date: Row | None) -> str:
    return (date["text"] or "") if date else ""
