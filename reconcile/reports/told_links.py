"""The links that may be told, and what a force reads of the evidence for each.

Decides that a link is told only if it is verified or a person decided it, and its ends are one identity. Invariant: a
link nobody has decided never passes here; what evidence is told, and in which words, stands in evidence.toml.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS, judged

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


def told_links(identities: pa.Table, links: pa.Table, decisions: pa.Table) -> dict[str, tuple[Told, ...]]:
    """By identity, the links inside it that are verified or decided; what was decided different is in none."""
    known = judged(links, decisions)
    same, different = _is(known["judgement"], "same"), _is(known["judgement"], "different")
    verified = pc.and_(_is(known["strength"], "verified"), pc.is_null(known["guard"]))
    known = known.filter(pc.or_(same, pc.and_(verified, pc.invert(different))))
    said = decisions.filter(pc.and_(_is(decisions["judgement"], "same"), pc.is_null(decisions["evidence_hash"])))
    free = said.select(ENDS).join(links.select(ENDS), ENDS, join_type="left anti")
    found: dict[str, list[Told]] = defaultdict(list)
    for national, link in _within(identities, known.select([*ENDS, "judgement", "evidence"])):
        found[national].append(_link(link))
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


def _link(link: Row) -> Told:
    evidence = [(entry["weight"], _sentence(entry)) for entry in link["evidence"] or ()]
    return Told(
        link["left"],
        link["right"],
        "decided" if link["judgement"] == "same" else "verified",
        tuple(sentence for weight, sentence in evidence if sentence and weight > 0),
        tuple(sentence for weight, sentence in evidence if sentence and weight < 0),
    )


def _sentence(entry: Row) -> str:
    """What a force reads of one piece of evidence, by evidence.toml; empty where it reads nothing."""
    if entry["feature"] in _tellable()["told"]:
        return str(entry["sentence"] or "")
    instead = _tellable()["in_other_words"].get(entry["feature"], {})
    return str(instead.get("for" if entry["weight"] > 0 else "against", ""))


@cache
def _tellable() -> Mapping[str, Any]:
    return loads(files(__package__).joinpath("evidence.toml").read_text(encoding="utf-8"))
