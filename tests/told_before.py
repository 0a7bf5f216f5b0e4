"""What forces were told, as text, and what becomes of it: for tests of corrections and notices."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from reconcile.reports import ledger_lines
from reconcile.reports.corrections import Correction, corrections
from reconcile.reports.holding import Holding, holding
from reconcile.reports.item import Item, Party
from reconcile.reports.told import LINES, NOTICE, REPORT, Told
from reconcile.review import decisions as decision_log
from reconcile.review.restricted import NOBODY, Restricted
from tests import small_tables as small

MORNING = dt.datetime(2018, 3, 10, 9, tzinfo=dt.UTC)
FORCES = ("essex", "kent", "surrey", "sussex")


def item(text: Mapping[str, str], *, risk: str = "", digest: str = "") -> Item:
    """An item from a row of item, kind, own, others, and where given pairs: "kent:1~essex:1 kent:1~essex:2"; without
    them every own record is linked with every other."""
    own, others = text["own"].split(), text["others"].split()
    pairs = [pair.split("~") for pair in text["pairs"].split()] if "pairs" in text else []
    pairs = pairs or [[one, other] for one in own for other in others]
    return Item(
        id=text["item"],
        kind=text["kind"],
        own=tuple(_party(each) for each in own),
        others=tuple(_party(each) for each in others),
        strength="decided" if pairs else "",
        speaks_for=(),
        speaks_against=(),
        note="",
        words={"other": "another", "status": "seen", "count": "2", "scheme": "PNC ID", "counts": "", "ask": ""},
        pairs=tuple(sorted((min(pair), max(pair)) for pair in pairs)),
        risk=text.get("risk") or risk,
        digest=text.get("digest") or digest or f"content of {text['item']}",
    )


def _party(record: str) -> Party:
    return Party(record.split(":", maxsplit=1)[0], record, f"NAME({record})", "1 May 1970", "says so")


def ledger(*told: Told, first: int = 1, day: int = 0) -> pa.Table:
    """``told.LINES`` in the order given, numbered from ``first``, all of the same morning, ``day`` days later."""
    at = MORNING + dt.timedelta(days=day)
    rows = [
        {**{name: getattr(each, name) for name in LINES.names[1:-1]}, "number": number, "told_at": at, "due": None}
        for number, each in enumerate(told, start=first)
    ]
    for row in rows:
        row["pairs"] = [list(pair) for pair in row["pairs"]]
    return pa.Table.from_pylist(rows, LINES)


def then(*tables: pa.Table) -> pa.Table:
    """Ledgers one after another."""
    joined = pa.concat_tables(tables)
    return joined.set_column(0, "number", pa.array(range(1, len(joined) + 1), pa.int64()))


def reported(items: str, records: pa.Table, document: str = "2018-03-aaaa", kind: str = REPORT) -> list[Told]:
    """The lines of the items of a text table with a column force."""
    by_id = {row["record_id"]: row for row in records.to_pylist()}
    return [
        line
        for row in small.rows(items)
        for line in ledger_lines.lines_of([item(row)], by_id, force=row["force"], document=document, document_kind=kind)
    ]


def noticed(found: Mapping[str, Sequence[Correction]], document: str = "2018-03-notice-bbbb") -> list[Told]:
    """The lines of a notice to each force that holds its corrections."""
    return [each.line(force, document, NOTICE) for force, every in found.items() for each in every]


def holds(
    told: pa.Table,
    records: pa.Table,
    people: Sequence[str],
    *,
    links: str = "",
    decided: str = "",
    log: pa.Table | None = None,
    restricted: Sequence[str] = (),
    silent: Sequence[str] = (),
) -> Holding:
    """What holds now; ``people`` are groups of record ids, ``restricted`` records, ``silent`` forces not counted."""
    guarded = Restricted(frozenset(), frozenset(restricted)) if restricted else NOBODY
    return holding(
        told,
        records=records,
        identities=small.identities(*people),
        links=small.links(links),
        decisions=small.decisions(decided),
        decision_lines=log if log is not None else decision_log.LINES.empty_table(),
        restricted=guarded,
        counted=set(FORCES) - set(silent),
    )


def taken_back(left: str, right: str) -> pa.Table:
    """A decision log in which somebody held two records to be one person and then took it back."""
    line: dict[str, Any] = {"left": left, "right": right, "reviewer": "coordinator", "reason": "compared the files"}
    lines = [{**line, "number": 1, "judgement": "same"}, {**line, "number": 2, "judgement": "undo", "undoes": 1}]
    return pa.Table.from_pylist(lines, decision_log.LINES)


def corrected(
    told: pa.Table, now: Holding, items: Sequence[Item] = (), answers: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, tuple[Correction, ...]]:
    """What each force has to be told as corrected, forces without anything left out."""
    found = {
        force: corrections(force, told.to_pylist(), _own(items, force), now, (answers or {}).get(force, {}))
        for force in FORCES
    }
    return {force: every for force, every in found.items() if every}


def _own(items: Sequence[Item], force: str) -> list[Item]:
    return [each for each in items if any(party.force == force for party in each.own)]


def said(found: Mapping[str, Sequence[Correction]]) -> dict[str, list[str]]:
    """Each force's corrections as "item reason"."""
    return {force: [f"{each.item} {each.reason}" for each in every] for force, every in found.items()}
