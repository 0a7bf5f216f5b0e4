"""A report as sheets: what was corrected, the items to work through and answer, their records, the force's own claims,
its extract, and what changed since its last report.

Invariant: the sheets hold what the page holds; an item is found again by its id.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from reconcile.render.look import capital, day, moment, partial, word
from reconcile.render.workbook import Column, Sheet
from reconcile.reports import answer_columns, answers
from reconcile.reports.item import Contact, Item, Party

if TYPE_CHECKING:
    from reconcile.reports.report import Answered, Report


def sheets(report: "Report", kinds: Mapping[str, Mapping[str, Any]]) -> list[Sheet]:
    """The sheets of one force's report, in reading order; those without a row are left out but for items and claims."""
    first = [_corrections(report), _items(report, kinds), answer_columns.how_to_answer(), _records(report)]
    rest = [_claims(report), _set_aside(report), _quality(report), _since(report)]
    always = (answer_columns.SHEET, answer_columns.HOW, "Records", "Your open claims", "Quarantined rows")
    return [sheet for sheet in (*first, *rest) if sheet.rows or sheet.name in always]


def asked(item: Item, kind: Mapping[str, Any]) -> str:
    """What is asked of the force, in words."""
    return str(kind["ask"]).format(**item.words)


def called(item: Item, kind: Mapping[str, Any]) -> str:
    """What the item is headed by."""
    return capital(str(kind["one"]).format(**item.words))


def version(item: Item) -> str:
    """The first digits of the item's digest, by which an answer says what was read."""
    return item.digest[: answers.limits()["shown"]]


def _items(report: "Report", kinds: Mapping[str, Mapping[str, Any]]) -> Sheet:
    told = (
        Column(answer_columns.ITEM, width=13),
        Column("Kind", "long", 34),
        Column("Urgent"),
        Column("Risk", width=12),
        Column("Answer by", "date", 12),
        Column("State", width=12),
        Column("What is claimed", "long", 40),
        Column("Your record"),
        Column("Name"),
        Column("Born"),
        Column("Your record says", "long", 36),
        Column("Other force"),
        Column("Their record"),
        Column("Name there"),
        Column("Born there"),
        Column("Their record says", "long", 36),
        Column("Facts: what records say", "long", 50),
        Column("Assessments: what is judged", "long", 50),
        Column("Link"),
        Column("Speaks for", "long", 50),
        Column("Speaks against", "long", 40),
        Column("Remark", "long", 40),
        Column("What is asked", "long", 50),
        Column("Whom to ask", "long", 40),
        Column("Answered so far", "long", 34),
        Column(answer_columns.VERSION, width=16),
    )
    rows = [_item(item, kinds[item.kind], report.answer(item.id)) for item in report.items]
    return Sheet(answer_columns.SHEET, (*told, *answer_columns.columns(report.items)), rows)


def _item(item: Item, kind: Mapping[str, Any], answer: "Answered") -> list[Any]:
    return [
        item.id,
        called(item, kind),
        "yes" if kind["urgent"] else "no",
        word(item.risk, "risk") if item.risk else "",
        item.due,
        answer.state,
        item.claimed,
        *(_lines(item.own, field) for field in ("reference", "name", "born", "said")),
        *(_lines(item.others, field) for field in ("force", "reference", "name", "born", "said")),
        "\n".join(item.facts),
        "\n".join(item.assessments),
        word(item.strength, "strength"),
        "\n".join(item.speaks_for),
        "\n".join(item.speaks_against),
        item.note,
        asked(item, kind),
        "\n".join(map(_contact, item.contacts)),
        answered_so_far(answer),
        version(item),
        *[None] * len(answer_columns.TITLES),
    ]


def answered_so_far(answer: "Answered") -> str:
    """How an item was answered, in words; "" where it was not."""
    if not answer.answer:
        return ""
    title = answers.codes()[answer.answer]["title"]
    return f"{title.rstrip('.')}, on {day(answer.on)} by {answer.by_role}"


def _contact(contact: Contact) -> str:
    told = ", ".join(part for part in (contact.unit, contact.email, contact.phone) if part)
    return f"{contact.force}: {told}" if told else contact.force


def _lines(parties: Iterable[Party], field: str) -> str:
    return "\n".join(getattr(party, field) for party in parties)


def _corrections(report: "Report") -> Sheet:
    columns = (
        Column("Item", width=13),
        Column("Told on", width=26),
        Column("In", width=26),
        Column("Change", width=12),
        Column("What you were told", "long", 50),
        Column("What is true now", "long", 60),
        Column("What is asked", "long", 60),
        Column("Your record", width=26),
    )
    rows = [
        [
            each.item,
            moment(each.told_at),
            each.document,
            each.change,
            each.sentence,
            each.now,
            each.ask,
            "\n".join(each.own),
        ]
        for each in report.corrections
    ]
    return Sheet("Corrections", columns, rows)


def _quality(report: "Report") -> Sheet:
    columns = (
        Column("Field", width=28),
        Column("You send it", width=12),
        Column("Filled %", "decimal", 10),
        Column("National median %", "decimal", 12),
        Column("Filled less than elsewhere", width=14),
    )
    rows = [
        [line.label, "no" if line.filled is None else "yes", line.filled, line.median, "yes" if line.low else ""]
        for line in report.quality
    ]
    return Sheet("Extract and median", columns, rows)


def _since(report: "Report") -> Sheet:
    columns = (Column("Item", width=13), Column("Since your last report", width=24), Column("Of", "date", 12))
    rows: list[list[Any]] = []
    if report.since:
        for what in ("new", "changed", "gone"):
            rows += [[item, what, report.since.on] for item in getattr(report.since, what)]
    return Sheet("Since the last report", columns, rows)


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
                word(claim["over_a_decade"], "answer"),
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
