"""The national missing list as a workbook: people, claims, links, facts, who answered, the figures, changes, answers.

Decides which sheets there are and in which order. Invariant: the workbook holds what the release holds and no more,
and says of every column what it is.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from reconcile.national import list_sheets, page
from reconcile.national.answers_sheet import answers_sheet
from reconcile.national.changes import FIRST, Changes
from reconcile.national.changes_sheet import changes_sheet
from reconcile.national.how_answered import how_answered
from reconcile.national.lines import line
from reconcile.national.method import definitions
from reconcile.render.look import plural, word
from reconcile.render.workbook import Column, Properties, Sheet, write

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

Row = Mapping[str, Any]


def write_workbook(
    path: Path,
    statistics: Row,
    missing_list: pa.Table,
    receipts: Sequence["Receipt"],
    forces: Sequence["Force"],
    *,
    marking: str,
    synthetic: bool,
    model_name: str,
    name_under_18: bool = False,
    protected: Collection[str] = (),
    changes: Changes = FIRST,
    withheld: int = 0,
    answers: Row = MappingProxyType({}),
) -> None:
    """Write the release's workbook; the arguments are those of ``national.page.render``."""
    names = {force.slug: force.name for force in forces}
    lines = [line(row, names, name_under_18=name_under_18, protected=protected) for row in missing_list.to_pylist()]
    restricted = sum(each.restricted for each in lines)
    how = how_answered(answers, forces)
    sheets = [
        list_sheets.people(lines, names),
        list_sheets.claims(lines, names),
        list_sheets.links(lines),
        list_sheets.facts(lines, names),
        list_sheets.undecided(lines),
        _coverage(statistics, receipts, names),
        _figures(statistics),
        changes_sheet(changes, names),
        answers_sheet(how),
    ]
    write(
        path,
        [*sheets, _columns(sheets)],
        Properties(
            title="National list of registered offenders whose whereabouts are unknown",
            marking=marking,
            synthetic=synthetic,
            created=dt.date.fromisoformat(statistics["as_of"]["last"] or "2000-01-01"),
            about=(
                ("Headline", page.headline(statistics)),
                ("Extracts as of", f"{statistics['as_of']['first']} to {statistics['as_of']['last']}"),
                ("Silent forces", ", ".join(statistics["forces_silent"]) or "none"),
                ("", "A silent force is not a zero. No figure is stretched to stand for it."),
                ("Answers to reports", how.sentence),
                ("Cycle", str(statistics["cycle"])),
                ("Linked by", model_name),
                ("Links", "A link is a proposal until a person decides. Sheet Undecided is no ground for any action."),
                (
                    "Restricted",
                    f"{plural(restricted, 'person is', 'people are')} not named: under 18, may be, or protected.",
                ),
                *((("Left out", f"{plural(withheld, 'line')} of restricted people."),) if withheld else ()),
                ("Overseas", "Graded by what a force says it holds, never by nationality: an assessment, not a fact."),
            ),
        ),
    )


def _coverage(statistics: Row, receipts: Sequence["Receipt"], names: Mapping[str, str]) -> Sheet:
    columns = (
        Column("Force"),
        Column("Extract"),
        Column("As of", "date", 12),
        Column("Rows", "number"),
        Column("Accepted", "number"),
        Column("Quarantined", "number"),
        Column("Open claims", "number"),
        Column("Reasons rows were quarantined", "long"),
        Column("Why late, old, held or refused", "long"),
    )
    rows = []
    for receipt in sorted(receipts, key=lambda receipt: names.get(receipt.force, receipt.force)):
        name = names.get(receipt.force, receipt.force)
        silent = receipt.state in ("NOT_RECEIVED", "REFUSED")
        waits = receipt.state == "HELD"
        counts = (receipt.rows_in, None if waits else receipt.accepted, None if waits else receipt.quarantined)
        rows.append(
            [
                name,
                word(receipt.state, "state"),
                receipt.as_of,
                *((None,) * 3 if silent else counts),
                statistics["by_force"].get(name, {}).get("claims"),
                "\n".join(f"{count}: {said}" for _, count, said in receipt.reasons),
                "\n".join(said for _, _count, said in receipt.why),
            ]
        )
    return Sheet("Coverage", columns, rows)


def _figures(statistics: Row) -> Sheet:
    known = definitions()
    order = [key for key in known if key in statistics] + sorted(statistics.keys() - known.keys())
    return Sheet(
        "Statistics",
        (
            Column("Figure", width=20),
            Column("Of", width=76),
            Column("Value", "number", 14),
            Column("Counts"),
            Column("Definition", "long", 56),
        ),
        [[*row, *known.get(key, ("", ""))] for key in order for row in _flat(key, statistics[key])],
    )


def _columns(sheets: Sequence[Sheet]) -> Sheet:
    """What each column of each sheet says."""
    said = loads(files(__package__).joinpath("list_columns.toml").read_text(encoding="utf-8"))
    rows = [
        [sheet.name, column.title, said[sheet.name].get(column.title) or said["every sheet"][column.title]]
        for sheet in sheets
        for column in sheet.columns
    ]
    return Sheet("Columns", (Column("Sheet"), Column("Column", width=28), Column("What it says", "long", 110)), rows)


def _flat(key: str, value: Any, of: str = "") -> list[list[Any]]:
    """A figure as rows of key, what of, value; a list is one row of text."""
    if isinstance(value, Mapping):
        return [row for inner in value for row in _flat(key, value[inner], f"{of}: {inner}" if of else str(inner))]
    if isinstance(value, list | tuple):
        return [[key, of, ", ".join(map(str, value))]]
    return [[key, of, ("yes" if value else "no") if isinstance(value, bool) else value]]
