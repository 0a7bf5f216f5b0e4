"""Notices that are told by the ledger and lie in no outbox yet.

Decides which of them certainly never reached their force, and when those that wait have to be made anew: where one
would be refused, or a later word overtakes part of it. Invariant: what may have arrived stays told; what certainly did
not is taken back as a whole, so that nobody is told a correction of what they never got. Whether it did not is asked
again in the transaction that takes it back: a force's pages wait for no run.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from reconcile import database
from reconcile.audit import AuditLog
from reconcile.audit import log as audit_log
from reconcile.reports import answers
from reconcile.reports.answers import AnswerLog
from reconcile.reports.compiled import CompiledLog
from reconcile.reports.deliveries import DeliveryLog
from reconcile.reports.told import NOTICE, Told, ToldLog
from reconcile.review.restricted import Restricted

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Waiting:
    """One notice that reached no outbox: its lines of the ledger, oldest first, and the ids of the records it tells of.

    ``never_went``: nothing says that its force may have it all the same.
    """

    name: str
    lines: Sequence[Row]
    records: tuple[str, ...]
    never_went: bool

    @property
    def items(self) -> frozenset[str]:
        return frozenset(line["item"] for line in self.lines)

    def refused(self, force: str, restricted: Restricted) -> bool:
        """Whether it is not delivered because somebody of another force is restricted since."""
        others = [each for each in self.records if not each.startswith(f"{force}:")]
        return bool(others) and restricted.holds(*others)


def waiting(url: str) -> dict[str, tuple[Waiting, ...]]:
    """The notices that wait, by force, in the order in which they were compiled.

    Raises:
        SettingsError: the database cannot be opened.
    """
    compiled, told, reached = CompiledLog(url), ToldLog(url), DeliveryLog(url).reached()
    tells = told.notices() - reached
    names = [key for key, kind in compiled.known().items() if kind == NOTICE and key in tells]
    lines = {(force, name): told.lines(force, document=name).to_pylist() for force, name in names}
    arrived = Arrivals(url).of(lines)
    found: dict[str, list[Waiting]] = defaultdict(list)
    for (force, name), rows in lines.items():
        records = tuple(compiled.latest(name, force)[force]["told"])
        found[force].append(Waiting(name, rows, records, never_went=(force, name) not in arrived))
    return {force: tuple(every) for force, every in found.items()}


class Arrivals:
    """What says that a notice may have arrived, open so that it can be asked again within a transaction.

    Raises:
        SettingsError: the database at ``url`` cannot be opened.
    """

    TABLES: Final = (audit_log.LOG, answers.LOG)
    """What whoever takes a notice back holds writers off while it asks."""

    def __init__(self, url: str) -> None:
        self._told, self._answers, self._audit = ToldLog(url), AnswerLog(url), AuditLog(url)

    def of(self, lines: Mapping[tuple[str, str], Sequence[Row]]) -> frozenset[tuple[str, str]]:
        """Those that may have arrived of notices, by force and name their lines of the ledger."""
        if not lines:
            return frozenset()
        answered = {(row["force"], row["document"]) for row in self._answers.lines().to_pylist()}
        logged = self._audit.since(min(_at(rows) for rows in lines.values()))
        return frozenset(
            (force, name)
            for (force, name), rows in lines.items()
            if (force, name) in answered or _may_have_arrived(force, name, _at(rows), logged)
        )

    def any_of(self, force: str, names: Iterable[str]) -> bool:
        """Whether one of a force's notices may have arrived by now."""
        lines = {(force, name): self._told.lines(force, document=name).to_pylist() for name in names}
        return bool(self.of({key: rows for key, rows in lines.items() if rows}))


def take_back(
    url: str,
    force: str,
    names: Sequence[str],
    *,
    telling: Iterable[Told] = (),
    clock: Callable[[], int] = database.milliseconds,
) -> bool:
    """Take back a force's notices that never went and note what is told in their place, both or neither.

    Returns:
        False where one of them may have arrived since that was decided, as where somebody of the force was shown it
        meanwhile: then nothing is noted, and what has to be told is to be asked anew.
    """
    arrived = Arrivals(url)  # opened before the transaction: opening writes
    return (
        ToldLog(url, clock).take_back(
            force, *names, telling=telling, unless=lambda: arrived.any_of(force, names), beside=Arrivals.TABLES
        )
        > 0
    )


def _at(lines: Sequence[Row]) -> int:
    """When a notice was told, in milliseconds since 1970 UTC."""
    return int(lines[0]["told_at"].timestamp() * 1000)


def _may_have_arrived(force: str, name: str, at: int, logged: Iterable[Row]) -> bool:
    """Whether a delivery of it was begun, or somebody of the force was shown or given it on its pages.

    A delivery is logged before anything is put, and a page before it is shown; the line that a notice is made ends
    with its name.
    """
    given = (f"delivery of notice {name},", f"notice {name},")
    return any(
        line["justification"].startswith(given)
        or (line["force"] == force and line["at"] >= at and line["justification"].endswith("of its match report"))
        for line in logged
    )


@dataclass(frozen=True)
class Anew:
    """How a force's notices are made anew: ``lines`` is what it counts as told then, ``taken_back`` what never went,
    ``corrected`` the items whose correction is among that."""

    lines: tuple[Row, ...]
    taken_back: tuple[str, ...]
    corrected: frozenset[str]


def anew(
    force: str, lines: Sequence[Row], waits: Iterable[Waiting], tells: Set[str], restricted: Restricted
) -> Anew | None:
    """How what waits for ``force`` is made anew; None where all of it still goes as it is.

    Args:
        lines: the force's lines of the ledger, oldest first: all about the items of ``waits`` at least.
        tells: the items of which there is something to tell now.
    """
    every = tuple(waits)
    last = {line["item"]: line["document"] for line in lines}
    if not any(_has_to_be_made_anew(each, last, tells, force, restricted) for each in every):
        return None
    back = {each.name for each in every if each.never_went}
    # Of what may have arrived only the rest is told again: what is overtaken is corrected.
    rest = {(each.name, item) for each in every if not each.never_went for item in each.items - tells}
    return Anew(
        lines=tuple(
            line
            for line in lines
            if line["document"] not in back
            and not ((line["document"], line["item"]) in rest and last[line["item"]] == line["document"])
        ),
        taken_back=tuple(each.name for each in every if each.never_went),
        corrected=frozenset(line["item"] for each in every for line in each.lines if line["reason"]),
    )


def _has_to_be_made_anew(
    one: Waiting, last: Mapping[str, str], tells: Set[str], force: str, restricted: Restricted
) -> bool:
    """Whether of what it alone tells something is refused, or not all and a later word on the rest is there or is to be
    told now. One that is overtaken as a whole is not sent anyway."""
    left = {item for item in one.items if last[item] == one.name}
    return bool(left) and (len(left) < len(one.items) or bool(left & tells) or one.refused(force, restricted))
