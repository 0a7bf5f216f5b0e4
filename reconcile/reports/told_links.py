"""The links that may be told, and what a force reads of the evidence for each.

Decides that a link is told only if it is verified or a person decided it, and its ends are one identity. Invariant: a
link nobody has decided never passes here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS, judged
from reconcile.reports.evidence_told import COLUMNS, sentence

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A link that may be told: its ends, how it is known, and what speaks for and against it."""

    left: str
    right: str
    strength: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, str]:
        return self.left, self.right


def told_links(
    identities: pa.Table, links: pa.Table, decisions: pa.Table, records: pa.Table
) -> dict[str, tuple[Told, ...]]:
    """By identity, the links inside it that are verified or decided; what was decided different is in none.

    Args:
        records: ``evidence_told.COLUMNS`` of RECORDS, with the names they were linked by.
    """
    known = judged(links, decisions)
    same, different = _is(known["judgement"], "same"), _is(known["judgement"], "different")
    verified = pc.and_(_is(known["strength"], "verified"), pc.is_null(known["guard"]))
    known = known.filter(pc.or_(same, pc.and_(verified, pc.invert(different))))
    said = decisions.filter(pc.and_(_is(decisions["judgement"], "same"), pc.is_null(decisions["evidence_hash"])))
    free = said.select(ENDS).join(links.select(ENDS), ENDS, join_type="left anti")
    found: dict[str, list[Told]] = defaultdict(list)
    within = list(_within(identities, known.select([*ENDS, "judgement", "evidence"])))
    ends = _ends(records, {link[end] for _, link in within for end in ENDS})
    for national, link in within:
        found[national].append(_link(link, [ends[link[end]] for end in ENDS]))
    for national, link in _within(identities, free):
        found[national].append(Told(link["left"], link["right"], "decided", (), ()))
    return {national: tuple(sorted(of, key=lambda link: link.ends)) for national, of in sorted(found.items())}


def _within(identities: pa.Table, links: pa.Table) -> Iterable[tuple[str, Row]]:
    """The links whose ends are one identity, with its national id."""
    ends: list[Any] = [
        identities["national_id"].take(pc.index_in(links[end], value_set=identities["record_id"])) for end in ENDS
    ]
    for left, right, link in zip(*(end.to_pylist() for end in ends), links.to_pylist(), strict=True):
        if left is not None and left == right:
            yield left, link


def _is(column: Any, value: str) -> Any:
    """Which values of ``column`` are ``value``; a null is not."""
    return pc.is_in(column, value_set=pa.array([value]))


def _ends(records: pa.Table, wanted: set[str]) -> dict[str, Row]:
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(wanted), pa.string())))
    return {row["record_id"]: row for row in held.select(list(COLUMNS)).to_pylist()}


def _link(link: Row, ends: Sequence[Row]) -> Told:
    evidence = [(entry["weight"], sentence(entry, ends)) for entry in link["evidence"] or ()]
    return Told(
        link["left"],
        link["right"],
        "decided" if link["judgement"] == "same" else "verified",
        tuple(said for weight, said in evidence if said and weight > 0),
        tuple(said for weight, said in evidence if said and weight < 0),
    )
