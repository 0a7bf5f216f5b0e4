"""What is known of one person, put together from the cycle's tables, the decision log and the releases.

Decides what stands together on a person's page. Invariant: whatever touches a person the visitor may not see is counted
and left out; what is shown of a release is what that release says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import holdings
from reconcile.national import contents
from reconcile.national.facts_told import table as list_words
from reconcile.national.lines import Line, line
from reconcile.notification.standing import ENDS, judged
from reconcile.render.look import capital, word
from reconcile.review.access import Visitor
from reconcile.review.decisions import DecisionLog
from reconcile.review.pages import rows_told
from reconcile.review.pages.blinds import blind, of_two, undecided_by
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.listing import guarded
from reconcile.review.pages.shelf import Shelf
from reconcile.review.restricted import hidden, may_see

Row = dict[str, Any]
GROUPS = {"national_status": "national_status", "suspected_overseas": "overseas", "age_band": "age_band"}
"""The group of words of a fact whose values are not answers."""


@dataclass(frozen=True)
class FactLine:
    """A fact in words; ``whose`` is the record it is of, "" for the person's; ``said`` sorts the open answers first."""

    what: str
    whose: str
    answer: str
    row: Row


@dataclass(frozen=True)
class Other:
    """A link with a record of another person: which, whether it is a record of the same force, and what was decided."""

    national_id: str
    link: Row


@dataclass(frozen=True)
class Appearance:
    """What a release says of the person; ``known`` is false where its people were erased."""

    release: holdings.Held
    known: bool
    line: Row | None
    changes: Sequence[Row]


@dataclass(frozen=True)
class Dossier:
    """``joined``: the rows of IDENTITIES by record id. ``withheld``: links to people the visitor may not see.

    A link and an item of the queue have ``blind``: whether the visitor has yet to judge it; of such a link neither what
    the machine holds nor what others answered is told.
    """

    national_id: str
    records: Sequence[Row]
    added: Sequence[Row]
    joined: Mapping[str, Row]
    line: Line | None
    facts: Sequence[FactLine]
    inside: Sequence[Row]
    others: Sequence[Other]
    withheld: int
    decisions: Sequence[Row]
    queue: Sequence[Row]
    lineage: Sequence[Row]
    appearances: Sequence[Appearance]

    @property
    def name(self) -> str:
        """The current name of the record that is told first."""
        for record in self.records:
            if record["names"]:
                return rows_told.name_of(record["names"][0])
        return "No name recorded"

    @property
    def said(self) -> Sequence[FactLine]:
        """The facts that are not simply NO."""
        return [each for each in self.facts if each.row["value"] != "NO"]

    @property
    def denied(self) -> Sequence[FactLine]:
        return [each for each in self.facts if each.row["value"] == "NO"]


def dossier(shelf: Shelf, visitor: Visitor, national_id: str) -> Dossier | None:
    """The dossier of an identity; None where there is none or the visitor may not see it."""
    desk = shelf.desk
    resolved = desk.rows("identities", "national_id", national_id)
    ids = [row["record_id"] for row in resolved]
    if not ids or hidden(visitor, desk.restricted(), national_id, *ids):
        return None
    listed = desk.row("missing_list", "national_id", national_id)
    claimed = [claim["record_id"] for claim in listed["claims"]] if listed else []
    records = desk.rows("records", "record_id", *ids)
    records.sort(
        key=lambda row: (claimed.index(row["record_id"]) if row["record_id"] in claimed else 99, row["record_id"])
    )
    links = _links(desk, ids)
    links = [{**row, "blind": blind(desk, visitor, row["left"], row["right"])} for row in links]
    inside = [row for row in links if row["left"] in ids and row["right"] in ids]
    others, withheld = _others(desk, visitor, ids, [row for row in links if row not in inside])
    return Dossier(
        national_id=national_id,
        records=records,
        added=desk.rows("names_added", "record_id", *ids),
        joined={row["record_id"]: row for row in resolved},
        line=line(_seen(desk, visitor, listed), shelf.shorts, name_under_18=True) if listed else None,
        facts=_facts(shelf, desk.rows("facts", "national_id", national_id)),
        inside=inside,
        others=others,
        withheld=withheld,
        decisions=_decisions(desk, visitor, ids),
        queue=_queue(desk, visitor, ids),
        lineage=_lineage(desk, national_id),
        appearances=appearances(shelf, national_id, ids),
    )


def _seen(desk: Desk, visitor: Visitor, listed: Row) -> Row:
    return listed if may_see(visitor) else guarded(listed, desk.restricted())


def became(desk: Desk, national_id: str) -> Sequence[Row]:
    """What became of a national id that no identity bears now, newest last."""
    return _lineage(desk, national_id)


def _links(desk: Desk, ids: Sequence[str]) -> list[Row]:
    """The links of these records with the decision that applies, the strongest first."""
    links, values = desk.table("links"), pa.array(ids, pa.string())
    touching = links.filter(pc.or_(*(pc.is_in(links[end], value_set=values) for end in ENDS)))
    decisions = desk.table("decisions")
    said = judged(touching, decisions)
    by = {
        (row["left"], row["right"]): row
        for row in decisions.filter(pc.or_(*(pc.is_in(decisions[end], value_set=values) for end in ENDS))).to_pylist()
    }
    order: Any = [("weight", "descending"), *((end, "ascending") for end in ENDS)]
    nobody = {"reviewer": None, "decided_at": None}
    return [
        {**row, **(_by_whom(by[row["left"], row["right"]]) if row["judgement"] else nobody)}
        for row in said.sort_by(order).to_pylist()
    ]


def _by_whom(decision: Row) -> Row:
    return {name: decision[name] for name in ("reviewer", "decided_at")}


def _others(desk: Desk, visitor: Visitor, ids: Sequence[str], links: Iterable[Row]) -> tuple[list[Other], int]:
    found, withheld = [], 0
    held = desk.restricted()
    for link in links:
        beyond = link["right"] if link["left"] in ids else link["left"]
        row = desk.row("identities", "record_id", beyond)
        if hidden(visitor, held, beyond, row["national_id"] if row else None):
            withheld += 1
        elif row:
            found.append(Other(row["national_id"], link))
    return found, withheld


def _decisions(desk: Desk, visitor: Visitor, ids: Sequence[str]) -> list[Row]:
    """The lines of the decision log that touch these records, oldest first; ``stands`` says which still do.

    Those of an item the visitor has yet to judge are left out: taken back, they would tell the first answer.
    """
    lines = DecisionLog(desk.settings.database_url).lines_of(ids).to_pylist()
    undone = {row["undoes"] for row in lines}
    held = desk.restricted()
    latest: dict[tuple[str, str], int] = {}
    for row in lines:
        if row["judgement"] != "undo" and row["number"] not in undone:
            latest[row["left"], row["right"]] = row["number"]
    shown = [
        row
        for row in lines
        if not hidden(visitor, held, row["left"], row["right"])
        and not undecided_by(desk, visitor, row["left"], row["right"])
    ]
    return [{**row, "stands": latest.get((row["left"], row["right"])) == row["number"]} for row in shown]


def _queue(desk: Desk, visitor: Visitor, ids: Sequence[str]) -> list[Row]:
    """The items of the queue that concern these records."""
    if not desk.settings.workspace.stage(desk.settings.cycle, "queue.parquet").is_file():
        return []
    found = _with(desk.table("queue"), "records", pa.array(ids, pa.string())).to_pylist()
    held = desk.restricted()
    seen = (row for row in found if not hidden(visitor, held, *row["records"], *(row["national_ids"] or ())))
    return [{**row, "blind": of_two(row) and blind(desk, visitor, *row["records"])} for row in seen]


def _lineage(desk: Desk, national_id: str) -> list[Row]:
    rows = desk.table("lineage")
    named = pc.list_flatten(rows["others"])
    parents = pc.list_parent_indices(rows["others"].combine_chunks())
    also = (
        pc.take(parents, pc.indices_nonzero(pc.equal(named, pa.scalar(national_id)))).to_pylist() if len(named) else []
    )
    own = pc.indices_nonzero(pc.equal(rows["national_id"], pa.scalar(national_id))).to_pylist()
    places: list[Any] = [*own, *also]
    return rows.take(pa.array(sorted(set(places)), pa.int64())).to_pylist()


def _facts(shelf: Shelf, facts: Iterable[Row]) -> list[FactLine]:
    known = list_words()["facts"]
    told = [
        FactLine(
            what=capital(known.get(row["fact"], {}).get("text") or row["fact"].replace("_", " ")),
            whose=row["record_id"] or "",
            answer=shelf.shorts.get(row["value"]) or capital(word(row["value"], GROUPS.get(row["fact"], "answer"))),
            row=row,
        )
        for row in facts
    ]
    order = list(known)
    return sorted(
        told,
        key=lambda each: (
            bool(each.whose),
            order.index(each.row["fact"]) if each.row["fact"] in order else len(order),
            each.row["fact"],
            each.whose,
        ),
    )


def appearances(shelf: Shelf, national_id: str, ids: Sequence[str]) -> list[Appearance]:
    """What each release says of these records, under whatever id it knew them, the newest release first."""
    values = pa.array(ids, pa.string())
    found = []
    for held in reversed(holdings.releases(shelf.desk.settings)):
        listed = shelf.released(held.name, contents.MISSING_LIST)
        if listed is None:
            found.append(Appearance(held, False, None, ()))
            continue
        lines = _with(listed, "records", values).to_pylist()
        changed = shelf.released(held.name, contents.CHANGES)
        rows: list[Row] = []
        if changed is not None:
            mine = pc.equal(changed["national_id"], pa.scalar(national_id))
            rows = [*changed.filter(mine).to_pylist()]
            rows += [row for row in _with(changed, "records", values).to_pylist() if row not in rows]
        found.append(Appearance(held, True, lines[0] if lines else None, rows))
    return found


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    """The rows whose list ``column`` holds one of ``values``."""
    lists = table[column].combine_chunks()
    inside = pc.is_in(pc.list_flatten(lists), value_set=values)
    rows = pc.unique(pc.list_parent_indices(lists).filter(inside))
    return table.take(rows)
