"""What reports may be made of: the records and links that a person has decided or that are verified.

Decides what may be told at all. Invariant: a link nobody has decided never passes here but as a count; evidence is
told only between records of one identity; everything is gathered once for all forces.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.notification.standing import ENDS, judged, open_proposals
from reconcile.reports.shared import Shared, shared_identifiers
from reconcile.review.restricted import Restricted

Row = Mapping[str, Any]

ABOUT: Final = ("record_id", "force", "names", "birth_date", "sex", "status", "missing_since", "last_contact", "as_of")
"""The columns of ``RECORDS`` a report draws on; no other value of a record can reach one."""


@dataclass(frozen=True)
class Told:
    """A link that may be told: its ends, how it is known, and what speaks for and against it."""

    left: str
    right: str
    strength: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """All that reports draw on. ``undecided`` counts open proposals by force; ``lines`` are the missing list's."""

    records: Mapping[str, Row]
    told: Mapping[str, tuple[Told, ...]]  # by national id
    lines: tuple[Row, ...]
    leads: Mapping[str, tuple[str, ...]]  # national id -> records that say where the person is
    shared: tuple[Shared, ...]
    ended: Mapping[str, frozenset[str]]  # force -> its records of people whose requirement ended by those alone
    undecided: Mapping[str, int]
    restricted: Restricted


def gather(
    *,
    records: pa.Table,
    identities: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    missing_list: pa.Table,
    facts: pa.Table,
    restricted: Restricted,
) -> Material:
    """Gather what may be told, from the tables of one cycle in their schemas."""
    told = _told(identities, links, decisions)
    lines = tuple(missing_list.to_pylist())
    shared = shared_identifiers(records, identities, links, decisions)
    wanted = {link_end for links_of in told.values() for link in links_of for link_end in (link.left, link.right)}
    wanted |= {record for line in lines for record in line["records"]}
    wanted |= {record for each in shared for record in each.records}
    held = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(wanted), pa.string())))
    return Material(
        records={row["record_id"]: row for row in held.select(list(ABOUT)).to_pylist()},
        told=told,
        lines=lines,
        leads=_leads(facts, lines),
        shared=shared,
        ended=_ended(facts),
        undecided=_undecided(identities, links, decisions, lines),
        restricted=restricted,
    )


def _told(identities: pa.Table, links: pa.Table, decisions: pa.Table) -> dict[str, tuple[Told, ...]]:
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
    return {national: tuple(sorted(links_of, key=_ends)) for national, links_of in sorted(found.items())}


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


def _ends(link: Told) -> tuple[str, str]:
    return link.left, link.right


def _leads(facts: pa.Table, lines: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """For each listed identity located elsewhere for certain, its own records that say where."""
    own = {line["national_id"]: set(line["records"]) for line in lines}
    claims = {claim["record_id"] for line in lines for claim in line["claims"]}
    found = facts.filter(
        pc.and_(
            _is(facts["fact"], "located_elsewhere"),
            pc.is_in(facts["value"], value_set=pa.array(["YES", "CANNOT_TELL"])),
        )
    )
    return {
        row["national_id"]: tuple(sorted((set(row["inputs"]) & own[row["national_id"]]) - claims))
        for row in found.select(["national_id", "inputs"]).to_pylist()
        if row["national_id"] in own
    }


def _ended(facts: pa.Table) -> dict[str, frozenset[str]]:
    """Where the fact rests on one force's records alone; another force's dates are not told."""
    asked = pc.and_(_is(facts["fact"], "requirement_ended"), _is(facts["value"], "YES"))
    found: dict[str, set[str]] = defaultdict(set)
    rests_on: list[Any] = facts.filter(asked)["inputs"].to_pylist()
    for inputs in rests_on:
        forces = {record.split(":", 1)[0] for record in inputs}
        if len(forces) == 1:
            found[forces.pop()].update(inputs)
    return {force: frozenset(records) for force, records in found.items()}


def _undecided(identities: pa.Table, links: pa.Table, decisions: pa.Table, lines: Sequence[Row]) -> dict[str, int]:
    """Open proposals between two identities that touch the missing list, by each force one of their ends belongs to."""
    listed = {record for line in lines for record in line["records"]}
    national = dict(zip(identities["record_id"].to_pylist(), identities["national_id"].to_pylist(), strict=True))
    counted: Counter[str] = Counter()
    for link in open_proposals(links, decisions).select(ENDS).to_pylist():
        left, right = link["left"], link["right"]
        if listed & {left, right} and national[left] != national[right]:
            counted.update({left.split(":", 1)[0], right.split(":", 1)[0]})
    return dict(counted)


def is_claim(row: Row) -> bool:
    return row["status"] in schema.OPEN_CLAIMS
