"""What a force was told that no longer is as it was told, from the ledger and from what holds now.

Decides what is corrected, why, and in which words. Invariant: nobody is told a correction of what they were not told,
each is told once, and a correction holds no value of another force's record but the status of one still held to be of
the same person; of who is restricted since it says that the item is withdrawn and nothing more.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reconcile import schema
from reconcile.render.look import day, word
from reconcile.reports.holding import PARTED, Holding
from reconcile.reports.item import Item
from reconcile.reports.ledger_lines import digest, others_as_told, own_as_told, owner_of
from reconcile.reports.present import Present
from reconcile.reports.told import CORRECTION, REPORT, Told

Row = Mapping[str, Any]

WITHDRAWN: Final = "withdrawn"
"""A change; and the reason of what is withdrawn because somebody is restricted since, which says no more."""
CHANGED: Final = "changed"
CHANGES: Final = (WITHDRAWN, CHANGED)


@dataclass(frozen=True)
class Correction:
    """Something a force was told that no longer is as it was told.

    ``item``, ``kind`` and ``document`` are as in the ledger, ``told_at`` is when it was told (UTC); ``change`` is
    one of ``CHANGES``, ``reason`` a code of corrections.toml. ``sentence`` says what was told, ``now`` what is true,
    ``ask`` what the force is to do. ``own`` are the ids of its own records it is about; ``others`` and ``pairs`` are
    for the ledger and told to nobody; ``shown`` are those of ``others`` whose status ``now`` tells. ``others_as_told``
    is the fingerprint of what the counterparts say now, "" of what is withdrawn. ``corrected_at`` is when a notice
    told it already, None where none has.
    """

    item: str
    kind: str
    document: str
    told_at: dt.datetime
    change: str
    reason: str
    sentence: str
    now: str
    ask: str
    own: tuple[str, ...]
    others: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    others_as_told: str = ""
    corrected_at: dt.datetime | None = None
    shown: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of the records the force is told of."""
        return (*self.own, *self.shown)

    def as_json(self) -> dict[str, Any]:
        """What the force is told of it, as JSON values; what is for the ledger alone is left out."""
        return {
            "item": self.item,
            "kind": self.kind,
            "document": self.document,
            "told_at": written(self.told_at),
            "change": self.change,
            "reason": self.reason,
            "sentence": self.sentence,
            "now": self.now,
            "ask": self.ask,
            "own": list(self.own),
            "corrected_at": written(self.corrected_at) if self.corrected_at else None,
        }

    def line(self, force: str, document: str, document_kind: str) -> Told:
        """The ledger's line of it, told to ``force`` in a document."""
        return Told(
            force=force,
            document=document,
            document_kind=document_kind,
            item=self.item,
            kind=CORRECTION,
            digest=digest(force, self.item, self.document, self.reason, self.others_as_told),
            own=self.own,
            others=self.others,
            pairs=self.pairs,
            others_as_told=self.others_as_told,
            reason=self.reason,
        )


@dataclass(frozen=True)
class Standing:
    """How an item stands with a force by the ledger: its last line, the line that told its content, and what was told
    of its counterparts by the last. ``withdrawn``: the force knows that it does not hold. ``as_one``: it was withdrawn
    by what a record said that was held to be of the same person then."""

    last: Row
    told: Row
    others_as_told: str
    withdrawn: bool

    @property
    def as_one(self) -> bool:
        return self.withdrawn and self.last["reason"] in words()["says"]["reasons"]


def standings(lines: Iterable[Row]) -> dict[str, Standing]:
    """How every item of one force stands, by its id, from the force's lines of the ledger, oldest first."""
    found: dict[str, Standing] = {}
    for row in lines:
        _follow(found, row)
    return found


def _follow(found: dict[str, Standing], row: Row) -> None:
    if row["kind"] != CORRECTION:
        found[row["item"]] = Standing(row, row, row["others_as_told"], withdrawn=False)
    elif before := found.get(row["item"]):
        found[row["item"]] = Standing(row, before.told, row["others_as_told"], withdraws(row))


def withdraws(row: Row) -> bool:
    """Whether a line of the ledger withdraws its item."""
    return bool(row["kind"] == CORRECTION and _reasons()[row["reason"]]["change"] == WITHDRAWN)


def corrections(
    force: str, lines: Sequence[Row], items: Sequence[Item], holding: Holding, answers: Mapping[str, str]
) -> tuple[Correction, ...]:
    """What has to be corrected of what ``force`` was told and has not been told as corrected, in order of telling.

    Args:
        lines: the force's lines of the ledger, oldest first; those of other forces are passed over.
        items: its items as they are now.
        holding: what holds now of all that was told.
        answers: the force's standing answers, a code of answers.toml by item.
    """
    now, found = Present.of(items), []
    for item, standing in standings(row for row in lines if row["force"] == force).items():
        if standing.withdrawn and not (standing.as_one and _parted(standing.told, now, holding)):
            continue
        reason = _reason(standing, now, holding, answers.get(item, ""))
        if reason and _reasons()[reason]["counts"]:
            stands = now.same(standing.told)
            found.append(_correction(standing, reason, holding, owner_of(stands) if stands else ""))
    return tuple(found)


def since_the_report(
    force: str,
    lines: Sequence[Row],
    items: Sequence[Item],
    holding: Holding,
    answers: Mapping[str, str],
    *,
    document: str,
) -> tuple[Correction, ...]:
    """What the report named ``document`` begins with: all that was corrected since the report before it.

    What a notice told already stands with the day it did, then comes what no document has told yet.
    """
    own = [row for row in lines if row["force"] == force]
    other = [row["number"] for row in own if row["document_kind"] == REPORT and row["document"] != document]
    # What this very report has told stands in it again when it is written anew.
    told = _told_since(own, max(other, default=0), {item.id for item in items}, holding)
    every = (*told, *corrections(force, own, items, holding, answers))
    last = {each.item: each for each in every}
    return tuple(each for each in every if each is last[each.item] or not holding.restricted.holds(*each.others))


def _told_since(own: Sequence[Row], number: int, present: set[str], holding: Holding) -> Iterator[Correction]:
    seen: set[str] = set()
    before: dict[str, Standing] = {}
    for row in own:
        standing = before.get(row["item"]) if row["kind"] == CORRECTION and row["number"] > number else None
        _follow(before, row)
        if standing is None or row["digest"] in seen:
            continue
        seen.add(row["digest"])
        when = row["told_at"] if row["document_kind"] != REPORT else None
        found = replace(_correction(standing, row["reason"], holding), corrected_at=when)
        again = found.change == WITHDRAWN and row["item"] in present
        yield replace(found, now=f"{found.now} {words()['again']['now']}", ask="") if again else found


def _correction(standing: Standing, reason: str, holding: Holding, owner: str = "") -> Correction:
    told, last, given = standing.told, standing.last, _reasons()[reason]
    others, pairs = tuple(told["others"]), tuple((left, right) for left, right in told["pairs"])
    restricted = holding.restricted.holds(*others)
    rows = [holding.records[each] for each in others if each in holding.records]
    # A correction of an earlier day is told by what holds now: no status of who may be somebody else.
    one = bool(pairs) and not restricted and _one_person(told, holding)
    shown = rows if one and reason in words()["says"]["reasons"] else []
    # What was told before somebody was restricted is not told again in its own words.
    said = _reasons()[WITHDRAWN] if restricted else given
    return Correction(
        item=told["item"],
        kind=told["kind"],
        document=last["document"],
        told_at=last["told_at"],
        change=given["change"],
        reason=reason,
        sentence=words()["told"][told["kind"]],
        now=" ".join([said["now"], *(_says(row) for row in shown)]),
        ask=said["ask"],
        own=tuple(told["own"]),
        others=others,
        pairs=pairs,
        others_as_told=others_as_told(rows, told["kind"], owner) if given["change"] == CHANGED else "",
        shown=tuple(row["record_id"] for row in shown),
    )


def written(at: dt.datetime) -> str:
    """A moment as JSON has it: RFC 3339 in UTC, to the second."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _says(row: Row) -> str:
    return f"{row['record_id']} says: {word(row['status'], 'status')} (as of {day(row['as_of'])})."


def _reason(standing: Standing, items: Present, holding: Holding, answer: str) -> str | None:
    """Why an item is not as it was told, the first of corrections.toml that applies; None where it is, or where the
    force has said so itself."""
    applying = set(_applying(standing, items, holding))
    found = next(((code, given) for code, given in _reasons().items() if code in applying), None)
    return found[0] if found and answer not in found[1].get("answers", ()) else None


def _applying(standing: Standing, items: Present, holding: Holding) -> Iterator[str]:
    told, item = standing.told, items.same(standing.told)
    others = [row for each in told["others"] if (row := holding.records.get(each)) is not None]
    before, owner_before = standing.others_as_told.partition(" ")[::2]
    differs = bool(before) and others_as_told(others, told["kind"]) != before
    if holding.restricted.holds(*told["others"]):
        yield WITHDRAWN
    elif item:
        if differs:
            yield CHANGED
        elif before and owner_before != (digest(owner_of(item)) if owner_of(item) else ""):
            yield "owner_changed"
    elif items.wider(told):
        yield "says_otherwise" if differs else "replaced"
    else:
        yield from _unlinked(told, holding)
        yield from _own_reasons(told, holding)
        yield from _lacking(told["others"], holding, gone="not_in_register", not_sent="not_sent")
        if differs:
            yield "says_otherwise"
        yield "no_longer_shown" if told["pairs"] and others else "settled"


def _one_person(told: Row, holding: Holding) -> bool:
    """Whether all its records are held to be one person now: no link told is broken, and each has the one identity."""
    people = {holding.identity.get(each) for each in (*told["own"], *told["others"])}
    return not any(_unlinked(told, holding)) and len(people) == 1 and None not in people


def _parted(told: Row, items: Present, holding: Holding) -> bool:
    """Whether its records are not held to be one person any more, and no item tells of them."""
    return any(_unlinked(told, holding)) and not items.same(told) and not items.wider(told)


def _unlinked(told: Row, holding: Holding) -> Iterator[str]:
    """Why its records are not held to be one person any more."""
    pairs = [(left, right) for left, right in told["pairs"]]
    yield from (holding.broken[pair] for pair in pairs if pair in holding.broken)
    people = {holding.identity[each] for each in (*told["own"], *told["others"]) if each in holding.identity}
    if pairs and len(people) > 1:
        yield PARTED


def _own_reasons(told: Row, holding: Holding) -> Iterator[str]:
    """What the force itself has done about it."""
    yield from _lacking(told["own"], holding, gone="own_gone", not_sent="own_not_sent")
    own = [holding.records[each] for each in told["own"] if each in holding.records]
    wanted = words()["own"].get(told["kind"])
    claims = any(row["status"] in schema.OPEN_CLAIMS for row in own)
    if (wanted == "claim" and not claims) or (wanted == "no claim" and claims):
        yield "own_closed"
    if told["own_as_told"] and own_as_told(own) != told["own_as_told"]:
        yield "own_changed"


def _lacking(records: Sequence[str], holding: Holding, *, gone: str, not_sent: str) -> Iterator[str]:
    for each in records:
        if each not in holding.records:
            yield gone if each.split(":", 1)[0] in holding.counted else not_sent


@cache
def _reasons() -> Mapping[str, Mapping[str, Any]]:
    """The reasons by code, in the order in which they are asked."""
    return {each["code"]: each for each in words()["reasons"]}


@cache
def words() -> Mapping[str, Any]:
    """The sentences and reasons of corrections.toml."""
    return tomllib.loads(files(__package__).joinpath("corrections.toml").read_text(encoding="utf-8"))
