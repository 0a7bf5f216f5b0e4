"""What follows from a force's answers.

Decides which links an answer decides by itself, and how many answers a reviewer is asked about. Invariant: a force
confirms only what holds already: a verified link inside one identity that nobody has decided, on the evidence as it
stands, where four eyes ask for no second person and no other force says otherwise; everything else waits for a
reviewer, and no answer takes anything apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconcile import cycle, protecting
from reconcile.notification.standing import ENDS
from reconcile.reports.answer_checks import Checked, Row
from reconcile.reports.answers import CONFIRMED
from reconcile.review import four_eyes
from reconcile.review.concerned import RISKS
from reconcile.review.decisions import Decision
from reconcile.review.force_answers import TOLD_APART, Said, is_seen_to
from reconcile.settings import Settings

Pair = tuple[str, str]
ROLE: Final = "force officer"


@dataclass(frozen=True)
class Effects:
    """``decisions`` to be recorded; ``undone``: pairs whose decision by the same force is taken back, with by whom;
    ``asked``: how many answers a reviewer is asked about."""

    decisions: tuple[Decision, ...] = ()
    undone: tuple[tuple[str, Pair], ...] = ()
    asked: int = 0

    @property
    def to_compile(self) -> bool:
        """Whether the list or the queue is another once it is compiled again."""
        return bool(self.decisions or self.undone or self.asked)


def effects(
    settings: Settings,
    name: str,
    given: Sequence[Checked],
    told: Mapping[str, Sequence[Row]],
    others: Iterable[Said],
) -> Effects:
    """What follows from the answers ``given``.

    Args:
        name: of the force.
        told: the ledger's lines of the force by item.
        others: what other forces say of links and nobody has judged.
    """
    confirming = [each for each in given if each.answer.answer == CONFIRMED and each.told["pairs"]]
    asked = sum(each.answer.answer == "not_same" and bool(each.told["pairs"]) for each in given) + to_see_to(given)
    otherwise = [each for each in given if each.answer.answer != CONFIRMED]
    decided = _decided(settings)
    undone = [
        (reviewer(name, each.answer.officer_role), pair)
        for each in otherwise
        for pair in sorted({pair for line in told[each.answer.item] for pair in _pairs(line)})
        if decided.get(pair, {}).get("reason", "").startswith(f"{_reason(name, each.answer.item)} ")
    ]
    against = {pair for each in others if each.says == TOLD_APART for pair in each.pairs}
    wanted = {pair for each in confirming for pair in _pairs(each.told)}
    links = _verified(settings, wanted)
    alone = _one_person_is_enough(settings, sorted(links))
    decisions: dict[Pair, Decision] = {}
    for each in confirming:
        open_links = [pair for pair in _pairs(each.told) if pair in links and not _applies(decided, pair, links)]
        waits = [pair for pair in open_links if pair in against or pair not in alone]
        asked += bool(waits)
        for pair in open_links:
            if pair not in waits and pair not in decisions:
                by, document = reviewer(name, each.answer.officer_role), each.answer.document
                why = f"{_reason(name, each.answer.item)} of {document}"
                decisions[pair] = Decision(*pair, "same", links[pair], by, why)
    return Effects(tuple(decisions.values()), tuple(undone), asked)


def to_see_to(given: Iterable[Checked]) -> int:
    """How many of the answers a person has to see to, no link being judged by them."""
    return sum(is_seen_to(each.answer.answer, each.told["pairs"]) for each in given)


def reviewer(name: str, officer_role: str) -> str:
    """Who decided, where a force's answer did: no person is named."""
    return f"{name}, {officer_role}"


def _reason(name: str, item: str) -> str:
    return f"confirmed by {name} in its answer to item {item}"


def _pairs(line: Row) -> list[Pair]:
    return [(left, right) for left, right in line["pairs"]]


def _decided(settings: Settings) -> dict[Pair, Row]:
    rows = cycle.decisions(settings).to_pylist()
    return {(row["left"], row["right"]): row for row in rows}


def _applies(decided: Mapping[Pair, Row], pair: Pair, links: Mapping[Pair, str]) -> bool:
    """Whether a decision stands on the pair, made on this evidence or on none."""
    return pair in decided and decided[pair]["evidence_hash"] in (None, links[pair])


def _verified(settings: Settings, pairs: Iterable[Pair]) -> dict[Pair, str]:
    """The evidence hashes of those of ``pairs`` that are verified links no guard speaks against, in one identity."""
    wanted = set(pairs)
    if not wanted:
        return {}
    path = settings.workspace.stage(settings.cycle, "links.parquet")
    columns = [*ENDS, "strength", "guard", "evidence_hash"]
    rows = pq.read_table(path, columns=columns, filters=[("left", "in", sorted({left for left, _ in wanted}))])
    national = _national(settings, {end for pair in wanted for end in pair})
    return {
        (row["left"], row["right"]): row["evidence_hash"]
        for row in rows.to_pylist()
        if (row["left"], row["right"]) in wanted
        and row["strength"] == "verified"
        and row["guard"] is None
        and row["left"] in national
        and national[row["left"]] == national.get(row["right"])
    }


def _one_person_is_enough(settings: Settings, pairs: Sequence[Pair]) -> set[Pair]:
    """Of verified links, each in one identity, those that need no second person where one says they are right.

    That changes nothing that is published, the records being one person's already: so ``touches`` is none. Whoever may
    be under 18 or is protected needs two people all the same, and so do records of two forces at high risk.
    """
    if not pairs:
        return set()
    national = _national(settings, {end for pair in pairs for end in pair})
    identities: Any = cycle.table(settings, "identities")
    members = identities.filter(pc.is_in(identities["national_id"], value_set=pa.array(sorted(set(national.values())))))
    of = dict(zip(members["record_id"].to_pylist(), members["national_id"].to_pylist(), strict=True))
    records = cycle.table(settings, "records").select(["record_id", "risk_level"])
    records = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(of), pa.string())))
    risk: dict[str, str] = {}
    for row in records.to_pylist():
        risk[of[row["record_id"]]] = _higher(risk.get(of[row["record_id"]]), row["risk_level"])
    held = protecting.restricted_in(settings)
    items = pa.table(
        {
            "kind": ["link"] * len(pairs),
            "touches": ["none"] * len(pairs),
            "national_id": [national[left] for left, _ in pairs],
            "guard": pa.nulls(len(pairs), pa.string()),
            "forces": [sorted({end.split(":", 1)[0] for end in pair}) for pair in pairs],
            "risk_level": pa.array([risk.get(national[left]) or None for left, _ in pairs], pa.string()),
            "restricted": [held.holds(*pair, national[pair[0]]) for pair in pairs],
        }
    )
    _rules, judges = four_eyes.needed(items)
    return {pair for pair, needed in zip(pairs, judges.to_pylist(), strict=True) if needed == 1}


def _higher(one: str | None, other: str | None) -> str:
    order = ["", *RISKS]
    return max(one or "", other if other in RISKS else "", key=order.index)


def _national(settings: Settings, records: Iterable[str]) -> dict[str, str]:
    identities = cycle.table(settings, "identities").select(["record_id", "national_id"])
    rows = identities.filter(pc.is_in(identities["record_id"], value_set=pa.array(sorted(records), pa.string())))
    return {row["record_id"]: row["national_id"] for row in rows.to_pylist()}
