"""The items of the queue, a row each before it is known how old they are and who judges them.

Decides what an item's row says: whom it concerns, how much hangs on it, how uncertain it is, and why it is here.
Invariant: a sentence names no person and no value of a record.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.intake import Receipt
from reconcile.notification.standing import ENDS, judged
from reconcile.render.look import listed
from reconcile.review.audit_sample import sample
from reconcile.review.concerned import RISKS, TOUCHES, Ints, Mask, People
from reconcile.review.force_answers import TOLD_APART, TOLD_SAME
from reconcile.review.identity_items import Group

KINDS: Final = ("link", "identity", "answer", "extract")

ANSWER: Final = "answer:"
"""What the item of an answer begins with; its number in the log of answers follows."""

LINK: Final = pa.struct(
    [("left", pa.string()), ("right", pa.string()), ("evidence_hash", pa.string()), ("waits", pa.string())]
)
"""A link among the records of an identity item; ``waits``: why it waits (``waiting.WHY``), null where it does not."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    (
        "item",
        pa.string(),
    ),  # "link:<left>~<right>", "identity:<national id>", "parting:<national id>", "answer:<number>", "extract:<force>"
    ("kind", pa.string()),  # one of KINDS
    ("left", pa.string()),  # record ids of a link, else null
    ("right", pa.string()),
    ("national_id", pa.string()),  # of an identity item, and of a link inside one identity
    ("national_ids", pa.list_(pa.string())),  # of everybody concerned, those on the missing list first
    ("records", pa.list_(pa.string())),  # the records to be judged
    ("links", pa.list_(LINK)),  # among them, of an identity item
    ("forces", pa.list_(pa.string())),
    ("strength", pa.string()),  # of a link
    ("guard", pa.string()),  # of a link
    ("weight", pa.float64()),  # bits; of an identity item that of the weakest link it asks about
    ("probability", pa.float64()),  # likewise
    ("touches", pa.string()),  # one of TOUCHES
    ("risk_level", pa.string()),  # the highest of the people concerned, null where nobody says
    ("effect", pa.float64()),  # 0 to 1, as the next two
    ("uncertainty", pa.float64()),
    ("risk", pa.float64()),
    ("age_days", pa.int32()),  # from opened_on to the newest extract's day
    ("priority", pa.float64()),
    ("why", pa.string()),  # why it is here, one sentence
    ("said", pa.string()),  # told_apart or told_same: what a force says of it; of an answer its code; else null
    # Of the link; of an identity's records and links; of an answer's line of the log; the SHA-256 of an extract.
    ("evidence_hash", pa.string()),
    ("rule", pa.string()),  # the four-eyes rule that asks for two people, or null
    ("judges", pa.int8()),  # how many people it needs: 1 or 2
    ("audit", pa.bool_()),  # a random audit item
    ("audit_frame", pa.string()),  # what it was drawn from, null where it was not drawn
    ("audit_probability", pa.float64()),  # with which each link of that frame was drawn
    ("restricted", pa.bool_()),  # somebody concerned is, or may be, under 18
    ("opened_on", pa.date32()),
]
QUEUE: Final = pa.schema(_COLUMNS)
"""One row an item, in the order to be looked at."""

Floats = NDArray[np.float64]


@cache
def numbers() -> Mapping[str, Any]:
    """The numbers and sentences of ``queue.toml``."""
    return tomllib.loads(files(__package__).joinpath("queue.toml").read_text(encoding="utf-8"))


def of_links(links: pa.Table, decisions: pa.Table, waits: pa.Table, who: People) -> pa.Table:
    """The items of links: those that wait, and those drawn that nobody has answered."""
    drawn = sample(links, numbers()["audit"]["frames"], numbers()["audit"]["salt"])
    names = ["left", "right", "strength", "guard", "weight", "probability", "evidence_hash"]
    code, waiting_code = _pair(who, links), _pair(who, waits)
    place = pc.index_in(pa.array(code), value_set=pa.array(waiting_code))
    answered = _mask(pc.is_valid(judged(links, decisions)["judgement"]))
    listed = _mask(pc.is_valid(place))
    kept = np.flatnonzero(listed | (drawn.drawn & ~answered))
    rows: Any = pa.array(kept)
    found = links.select(names).take(rows).append_column("why", waits["why"].take(place.take(rows)))
    return _link_items(found, who, drawn.drawn[kept], drawn.frame.take(rows), drawn.probability[kept], listed[kept])


def _link_items(  # noqa: PLR0917 - columns side by side
    found: pa.Table, who: People, drawn: Any, frame: Any, probability: Floats, waits: Any
) -> pa.Table:
    ends = [who.rows(found[end]) for end in ENDS]
    one, other = (who.person[end] for end in ends)
    touches, risk = who.touches(one, other), np.maximum(who.risk[one], who.risk[other])
    first = np.where(who.listed[other] & ~who.listed[one], other, one)
    people_of = who.names.take(_rows(first)), who.names.take(_rows(np.where(first == one, other, one)))
    force = who.force[ends[0]], who.force[ends[1]]
    forces = who.forces.take(_rows(np.minimum(*force))), who.forces.take(_rows(np.maximum(*force)))
    chosen = pa.array(drawn)
    columns = {
        "item": pc.binary_join_element_wise("link:", pc.binary_join_element_wise(*_flat(found, *ENDS), "~"), ""),
        "kind": pa.array(["link"] * len(found)),
        **{name: found[name] for name in found.column_names if name != "why"},
        "national_id": pc.if_else(pa.array(one == other), people_of[0], pa.scalar(None, pa.string())),
        "national_ids": _one_or_two(*people_of),
        "records": _one_or_two(*_flat(found, *ENDS)),
        "forces": _one_or_two(*forces),
        **_factors(touches, risk),
        "uncertainty": pa.array(_uncertainty(found)),
        "why": _why(found, touches, waits),
        "audit": chosen,
        "audit_frame": pc.if_else(chosen, frame, pa.scalar(None, pa.string())),
        "audit_probability": pc.if_else(chosen, pa.array(probability), pa.scalar(None, pa.float64())),
        "restricted": pa.array(who.restricted[one] | who.restricted[other]),
    }
    return _table(columns, len(found))


def of_identity(group: Group, who: People) -> Mapping[str, Any]:
    rows = np.array(group.people)
    names = [str(name) for name in who.names.take(_rows(rows)).to_pylist()]
    named = max(names, key=lambda name: (int((who.person == rows[names.index(name)]).sum()), name))
    weakest = group.weakest or {}
    waits = {each["waits"] for each in group.links if each["waits"]} | {each.says for each in group.said}
    said = next((each for each in (TOLD_APART, TOLD_SAME) if each in waits), None)
    reason = numbers()["says"]["why"][said or weakest["waits"]]
    if said:
        by = list(dict.fromkeys(each.name for each in group.said if each.says == said))
        reason = reason.format(force=listed(by), s="s" if len(by) == 1 else "")
    return {
        **_of_group(group, who, names, named, reason),
        "item": f"identity:{named}",
        "weight": weakest.get("weight"),
        "probability": weakest.get("probability"),
        "uncertainty": max(numbers()["uncertainty"][each] for each in waits),
        "said": said,
    }


def of_parting(group: Group, who: People) -> Mapping[str, Any]:
    """The item of one identity that somebody asks to part; none of its links waits."""
    (named,) = (str(name) for name in who.names.take(_rows(np.array(group.people))).to_pylist())
    weakest = min(group.links, key=lambda each: (each["weight"], each["left"]), default={})
    return {
        **_of_group(group, who, [named], named, numbers()["says"]["item"]["parting"]),
        "item": f"parting:{named}",
        "weight": weakest.get("weight"),
        "probability": weakest.get("probability"),
        "uncertainty": numbers()["parting"]["uncertainty"],
    }


def _of_group(group: Group, who: People, names: list[str], named: str, why: str) -> Mapping[str, Any]:
    rows = np.array(group.people)
    touch = int(max(who.touches(each, other) for each in rows[:, None] for other in rows[:, None]).max())
    return {
        "kind": "identity",
        "national_id": named,
        "national_ids": names,
        "records": list(group.records),
        "links": [{field.name: each[field.name] for field in LINK} for each in group.links],
        "forces": sorted({record.split(":", 1)[0] for record in group.records}),
        **{
            name: column[0].as_py()
            for name, column in _factors(np.array([touch]), np.array([who.risk[rows].max()])).items()
        },
        "why": _sentence(why, TOUCHES[touch]),
        "evidence_hash": group.evidence_hash,
        "audit": False,
        "restricted": bool(who.restricted[rows].any()),
    }


def of_answer(said: Mapping[str, Any], who: People) -> Mapping[str, Any]:
    """The item of an answer (a row of ``force_answers.SAID``) that somebody has to see to. It changes nothing that is
    published by itself: what comes of it comes with the next extracts, or with a decision of its own."""
    rows = who.rows(pa.array(said["records"], pa.string()))
    known = np.unique(who.person[rows[rows >= 0]])
    touch = TOUCHES.index("line" if who.listed[known].any() else "none")
    names = sorted(known.tolist(), key=lambda row: (not who.listed[row], row))
    line = f"{said['number']} {said['force']} {said['item']} {said['answer']} {said['received_at'].isoformat()}"
    return {
        "item": f"{ANSWER}{said['number']}",
        "kind": "answer",
        "national_ids": who.names.take(_rows(np.array(names, np.int64))).to_pylist(),
        "records": sorted(said["records"]),
        "forces": sorted({said["force"], *(record.split(":", 1)[0] for record in said["records"])}),
        **{
            name: column[0].as_py()
            for name, column in _factors(np.array([touch]), np.array([max(who.risk[known], default=-1)])).items()
        },
        "uncertainty": numbers()["answer"]["uncertainty"],
        "why": _sentence(numbers()["says"]["answer"][said["answer"]].format(force=said["name"]), TOUCHES[touch]),
        "said": said["answer"],
        "evidence_hash": hashlib.sha256(line.encode()).hexdigest(),
        "audit": False,
        "restricted": bool(who.restricted[known].any()) or not len(known),
    }


def of_extract(receipt: Receipt) -> Mapping[str, Any]:
    """A held extract: the list lacks a whole force until somebody decides."""
    why = next((sentence for _rule, _count, sentence in (*receipt.bands, *receipt.why)), "")
    return {
        "item": f"extract:{receipt.force}",
        "kind": "extract",
        "forces": [receipt.force],
        **{name: column[0].as_py() for name, column in _factors(np.array([2]), np.array([-1])).items()},
        "uncertainty": 1.0,
        "why": f"{numbers()['says']['item']['extract']}: {why}" if why else numbers()["says"]["item"]["extract"] + ".",
        "evidence_hash": receipt.sha256,
        "audit": False,
        "restricted": False,
    }


def _factors(touches: Ints, risk: Ints) -> Mapping[str, Any]:
    by_touch = np.array([numbers()["effect"][name] for name in TOUCHES])
    by_risk = np.array([*(numbers()["risk"][name] for name in RISKS), numbers()["risk"]["unknown"]])
    return {
        "touches": pa.array(TOUCHES).take(_rows(touches)),
        "risk_level": pa.array([*RISKS, None]).take(_rows(risk % (len(RISKS) + 1))),
        "effect": pa.array(by_touch[touches]),
        "risk": pa.array(by_risk[risk]),
    }


def _uncertainty(found: pa.Table) -> Floats:
    table = numbers()["uncertainty"]
    probability = np.nan_to_num(np.asarray(found["probability"].cast(pa.float64()), float), nan=0.5)
    least = np.full(len(found), table["least"])
    for name in ("held", "contradicted", "parted", "weak_bridge"):
        least[_mask(pc.equal(found["why"], pa.scalar(name)))] = table[name]
    least = np.where(_mask(pc.is_valid(found["guard"])), np.maximum(least, table["guard"]), least)
    result: Floats = np.maximum(4.0 * probability * (1.0 - probability), least).round(6)
    return result


def _why(found: pa.Table, touches: Ints, waits: Any) -> Any:
    """The sentence of each link: there are few different ones, so each is put together once."""
    says = numbers()["says"]
    said = [
        *(pc.if_else(pa.array(waits), found[name], pa.scalar(None, pa.string())) for name in ("why", "guard")),
        pc.if_else(pa.array(waits), found["strength"], pa.scalar(None, pa.string())),
    ]
    reason = pc.coalesce(
        *(
            _worded(column.combine_chunks(), says[name])
            for column, name in zip(said, ("why", "guard", "strength"), strict=True)
        ),
        pa.scalar(says["item"]["audit"]),
    )
    ends = pa.array([_sentence("", name) for name in TOUCHES]).take(_rows(touches))
    return pc.binary_join_element_wise(reason, ends, "")


def _sentence(reason: str, touch: str) -> str:
    return f"{reason}; {numbers()['says']['touches'][touch]}."


def _worded(column: Any, words: Mapping[str, str]) -> Any:
    return pa.array(list(words.values())).take(pc.index_in(column, value_set=pa.array(list(words))))


def _pair(who: People, links: pa.Table) -> Ints:
    """Each link's ends as one number."""
    left, right = (who.rows(links[end]) for end in ENDS)
    return left * max(len(who.ids), 1) + right


def _mask(values: Any) -> Mask:
    return np.asarray(pc.fill_null(values, False), bool)


def _rows(rows: Any) -> Any:
    return pa.array(rows)


def _flat(table: pa.Table, *names: str) -> list[Any]:
    return [table[name].combine_chunks() for name in names]


def _one_or_two(one: Any, other: Any) -> Any:
    """A list column of the two values, of one where they are the same."""
    second = _mask(pc.not_equal(one, other))
    places = np.stack([np.arange(len(one)), np.arange(len(one)) + len(one)], axis=1)
    kept = np.stack([np.ones(len(one), bool), second], axis=1)
    offsets = np.concatenate([[0], np.cumsum(1 + second)]).astype(np.int32)
    values = pa.concat_arrays([one, other]).take(_rows(places[kept]))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _table(columns: Mapping[str, Any], count: int) -> pa.Table:
    return pa.table(
        [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in QUEUE],
        schema=QUEUE,
    )
