"""A report as sheets: the items to work through, their records, the force's own claims, the quarantined rows.

Invariant: the sheets hold what the page holds; an item is found again by its id.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reconcile.render.look import partial, word
from reconcile.render.workbook import Column, Sheet
from reconcile.reports.items import Item, Party

if TYPE_CHECKING:
    from reconcile.reports.force_report import Report


def sheets(report: "Report", kinds: Mapping[str, Mapping[str, Any]]) -> list[Sheet]:
    """The sheets of one force's report, in reading order."""
    return [_items(report, kinds), _records(report), _claims(report), _set_aside(report)]


def _items(report: "Report", kinds: Mapping[str, Mapping[str, Any]]) -> Sheet:
    columns = (
        Column("Item", width=13),
        Column("Kind", "long", 34),
        Column("Urgent"),
        Column("Your record"),
        Column("Name"),
        Column("Born"),
        Column("Your record says", "long", 36),
        Column("Other force"),
        Column("Their record"),
        Column("Name there"),
        Column("Born there"),
        Column("Their record says", "long", 36),
        Column("Link"),
        Column("Speaks for", "long", 50),
        Column("Speaks against", "long", 40),
        Column("Note", "long", 40),
        Column("What is asked", "long", 50),
    )
    return Sheet("Items", columns, [_item(item, kinds[item.kind]) for item in report.items])


def _item(item: Item, kind: Mapping[str, Any]) -> list[Any]:
    return [
        item.id,
        kind["one"].format(**item.words),
        "yes" if kind["urgent"] else "no",
        *(_lines(item.own, field) for field in ("reference", "name", "born", "said")),
        *(_lines(item.others, field) for field in ("force", "reference", "name", "born", "said")),
        word(item.strength, "strength"),
        "\n".join(item.speaks_for),
        "\n".join(item.speaks_against),
        item.note,
        kind["ask"].format(**item.words),
    ]


def _lines(parties: tuple[Party, ...], field: str) -> str:
    return "\n".join(getattr(party, field) for party in parties)


def _records(report: "Report") -> Sheet:
    columns = (
        Column("Item", width=13),
        Column("Whose"),
        Column("Force"),
        Column("Reference"),
        Column("Name"),
        Column("Born"),
        Column("Says", "long", 50),
    )
    return Sheet(
        "Records",
        columns,
        [
            [item.id, whose, party.force, party.reference, party.name, party.born, party.said]
            for item in report.items
            for whose, parties in (("yours", item.own), ("theirs", item.others))
            for party in parties
        ],
    )


def _claims(report: "Report") -> Sheet:
    columns = (
        Column("Reference", width=26),
        Column("Status"),
        Column("Your own words", "long", 40),
        Column("Missing since"),
        Column("Missing since (first day)", "date", 14),
        Column("Year lost"),
        Column("How long"),
        Column("Over ten years"),
        Column("Overseas"),
        Column("Requirement ended (by your dates)"),
        Column("As of", "date", 12),
    )
    return Sheet(
        "Your open claims",
        columns,
        [
            [
                claim["record_id"],
                word(claim["status"], "status"),
                claim["status_text"],
                partial(claim["missing_since"]),
                claim["missing_since"]["lo"] if claim["missing_since"] else None,
                claim["year_lost"].lower(),
                word(claim["length"], "length"),
                claim["over_a_decade"],
                word(claim["suspected_overseas"], "overseas"),
                "yes" if claim["record_id"] in report.ended else "",
                claim["as_of"],
            ]
            for claim in report.claims
        ],
    )


def _set_aside(report: "Report") -> Sheet:
    columns = (Column("Row", "number", 8), Column("Your reference"), Column("Check"), Column("Why", "long", 80))
    return Sheet(
        "Quarantined rows",
        columns,
        [[row["row_number"], row["local_id"], row["rule"], row["sentence"]] for row in report.quarantine],
    )
