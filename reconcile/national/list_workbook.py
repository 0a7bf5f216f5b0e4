"""The national missing list as a workbook: people, claims, what is undecided, who answered, the figures.

Decides which sheets there are and what stands in them. Invariant: the workbook holds what the release holds and
no more; a date known in part has its text in one column and its first day, to sort by, in another.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from reconcile.national import page
from reconcile.national.changes import FIRST, Changes
from reconcile.national.changes_sheet import changes_sheet
from reconcile.national.lines import Line, line, sentence
from reconcile.render.look import chance, partial, word
from reconcile.render.workbook import Column, Properties, Sheet, write

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

Row = Mapping[str, Any]

ANSWERS: Final = (
    "whereabouts_unknown",
    "wanted",
    "double_claimed",
    "over_a_decade",
    "requirement_ended",
    "located_elsewhere",
)


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
    changes: Changes = FIRST,
) -> None:
    """Write the release's workbook; the arguments are those of ``national.page.render``."""
    names = {force.slug: force.name for force in forces}
    rows = missing_list.to_pylist()
    write(
        path,
        [
            _people([line(row, names) for row in rows], names),
            _claims(rows, names),
            _undecided(rows),
            _coverage(statistics, receipts, names),
            _figures(statistics),
            changes_sheet(changes, names),
        ],
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
                ("Cycle", str(statistics["cycle"])),
                ("Linked by", model_name),
                ("Links", "A link is a proposal until a person decides. Sheet Undecided is no ground for any action."),
                ("Overseas", "Graded by what a force says it holds, never by nationality: an assessment, not a fact."),
            ),
        ),
    )


def _people(lines: Sequence[Line], names: Mapping[str, str]) -> Sheet:
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Other names"),
        Column("Born"),
        Column("Sex"),
        Column("Managed by"),
        Column("Missing since"),
        Column("Missing since (first day)", "date", 14),
        Column("How long"),
        Column("Marks", width=44),
        Column("Claimed by"),
        Column("Claims", "long"),
        Column("Whereabouts unknown"),
        Column("Wanted"),
        Column("Claimed twice"),
        Column("Over ten years"),
        Column("Requirement ended"),
        Column("Located elsewhere"),
        Column("Overseas"),
        Column("Risk"),
        Column("Risk tool"),
        Column("Risk assessed"),
        Column("Offence"),
        Column("Basis"),
        Column("Conviction country"),
        Column("Sightings", "long"),
        Column("Undecided links", "number"),
        Column("Records", width=40),
    )
    return Sheet("Missing list", columns, [_person(each, names) for each in lines])


def _person(each: Line, names: Mapping[str, str]) -> list[Any]:
    row = each.row
    since = row["missing_since"]
    return [
        row["national_id"],
        row["name"],
        "; ".join(row["other_names"]),
        partial(row["birth_date"]),
        word(row["sex"], "sex"),
        names.get(row["owner_force"], row["owner_force"]),
        each.since,
        since["lo"] if since else None,
        each.length,
        "; ".join(flag.text for flag in each.flags),
        "; ".join(names.get(slug, slug) for slug in each.forces),
        "\n".join(sentence(claim, names) for claim in row["claims"]),
        *(word(row[fact], "answer") for fact in ANSWERS),
        word(row["suspected_overseas"], "overseas"),
        word(row["risk_level"], "risk") or "not known",
        row["risk_tool"],
        partial(row["risk_assessed_on"]) if row["risk_assessed_on"] else None,
        row["offence"],
        word(row["basis"], "basis"),
        row["conviction_country"],
        "\n".join(_sighting(seen, names) for seen in row["sightings"]),
        len(row["possibly_same_as"]),
        ", ".join(row["records"]),
    ]


def _sighting(seen: Row, names: Mapping[str, str]) -> str:
    contact = f", last contact {partial(seen['last_contact'])}" if seen["last_contact"] else ""
    force = names.get(seen["force"], seen["force"])
    return (
        f"{force} {seen['record_id']}: {word(seen['status'], 'status')}{contact} ({word(seen['strength'], 'strength')})"
    )


def _claims(rows: Sequence[Row], names: Mapping[str, str]) -> Sheet:
    columns = (
        Column("National id", width=14),
        Column("Force"),
        Column("Reference"),
        Column("Name"),
        Column("Status"),
        Column("The force’s own words"),
        Column("Missing since"),
        Column("Missing since (first day)", "date", 14),
        Column("As of", "date", 12),
    )
    return Sheet(
        "Claims",
        columns,
        [
            [
                row["national_id"],
                names.get(claim["force"], claim["force"]),
                claim["record_id"],
                row["name"],
                word(claim["status"], "status"),
                claim["status_text"],
                partial(claim["missing_since"]),
                claim["missing_since"]["lo"] if claim["missing_since"] else None,
                claim["as_of"],
            ]
            for row in rows
            for claim in row["claims"]
        ],
    )


def _undecided(rows: Sequence[Row]) -> Sheet:
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Possibly the same as"),
        Column("Record"),
        Column("Record", width=24),
        Column("Strength"),
        Column("Weight (bits)", "decimal", 10),
        Column("Probability"),
        Column("Evidence", "long", 90),
    )
    return Sheet(
        "Undecided",
        columns,
        [
            [
                row["national_id"],
                row["name"],
                other["national_id"],
                other["left"],
                other["right"],
                word(other["strength"], "strength"),
                other["weight"],
                chance(other["probability"]),
                "\n".join(other["sentences"]),
            ]
            for row in rows
            for other in row["possibly_same_as"]
        ],
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
            Column("Figure", width=24),
            Column("Of", width=44),
            Column("Value", "number", 14),
            Column("Counts"),
            Column("Definition", "long", 70),
        ),
        [[*row, *known.get(key, ("", ""))] for key in order for row in _flat(key, statistics[key])],
    )


@cache
def definitions() -> Mapping[str, Sequence[str]]:
    """For each figure of the statistics what it counts and its definition in a line, in the order to show them."""
    return loads(files(__package__).joinpath("definitions.toml").read_text(encoding="utf-8"))


def _flat(key: str, value: Any, of: str = "") -> list[list[Any]]:
    """A figure as rows of key, what of, value; a list is one row of text."""
    if isinstance(value, Mapping):
        return [row for inner in value for row in _flat(key, value[inner], f"{of}: {inner}" if of else str(inner))]
    if isinstance(value, list | tuple):
        return [[key, of, ", ".join(map(str, value))]]
    return [[key, of, ("yes" if value else "no") if isinstance(value, bool) else value]]
