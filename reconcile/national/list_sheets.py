"""The sheets of the list's workbook that speak of people: the list, the claims, the links, the facts, what is open.

Decides what stands in each. Invariant: one line a person on the first sheet, one row a claim, a link or a fact on the
others, each with the national id to join them by; a date known in part has its text in one column and its first day,
to sort by, in another; nobody is named whom ``lines`` does not name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconcile.national.facts_told import table
from reconcile.national.lines import Line, sentence
from reconcile.render.look import chance, partial, word
from reconcile.render.workbook import Column, Sheet

Row = Mapping[str, Any]
Names = Mapping[str, str]

ANSWERS: Final = (
    "whereabouts_unknown",
    "wanted",
    "double_claimed",
    "over_a_decade",
    "requirement_ended",
    "located_elsewhere",
)
DUE: Final = ("periodic_overdue", "periodic_due")
"""The facts whose day is the day the next notification is or was due, the one that settles more first."""


def people(lines: Sequence[Line], names: Names) -> Sheet:
    """One row a person."""
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Other names"),
        Column("Born"),
        Column("Born (first day)", "date", 14),
        Column("Sex"),
        Column("Age band"),
        Column("Under 18"),
        Column("Managed by"),
        Column("National status"),
        Column("Why this status", "long", 40),
        Column("Missing since"),
        Column("Missing since (first day)", "date", 14),
        Column("Year lost"),
        Column("Missing for"),
        Column("Days missing", "number", 10),
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
        Column("Risk assessed (first day)", "date", 14),
        Column("Offence"),
        Column("Basis"),
        Column("Conviction country"),
        Column("Notification due", "date", 14),
        Column("Days over", "number", 10),
        Column("Notification period ends", "date", 14),
        Column("Facts", "long"),
        Column("Cannot be told", "long", 40),
        Column("Sightings", "long"),
        Column("Links that carry it", "number"),
        Column("Undecided links", "number"),
        Column("Records", width=40),
    )
    return Sheet("Missing list", columns, [_person(each, names) for each in lines])


def _person(each: Line, names: Names) -> list[Any]:
    row = each.row
    due, over = _due(row)
    return [
        row["national_id"],
        row["name"],
        "; ".join(row["other_names"]),
        partial(row["birth_date"]),
        _first(row["birth_date"]),
        word(row["sex"], "sex"),
        word(row["age_band"], "age_band"),
        word(row["under_18"], "answer"),
        word(each.keys["owner"], "answer") if each.keys["owner"] not in names else names[each.keys["owner"]],
        word(row["national_status"] or "CANNOT_TELL", "national_status"),
        each.reasons.get("national_status"),
        each.since,
        _first(row["missing_since"]),
        word(each.keys["year"], "length"),
        word(row["length"], "length"),
        row["missing_days"],
        "; ".join(flag.text for flag in each.flags),
        "; ".join(names.get(slug, slug) for slug in each.forces),
        "\n".join(sentence(claim, names) for claim in row["claims"]),
        *(word(row[fact], "answer") for fact in ANSWERS),
        word(row["suspected_overseas"], "overseas"),
        word(row["risk_level"] or "unknown", "risk"),
        row["risk_tool"],
        partial(row["risk_assessed_on"]) if row["risk_assessed_on"] else None,
        _first(row["risk_assessed_on"]),
        word(row["offence"], "given"),
        word(row["basis"], "basis"),
        word(row["conviction_country"], "given"),
        due,
        over,
        _day_of(row, "period_end"),
        "\n".join(each.facts),
        "\n".join(each.open_facts),
        "\n".join(_sighting(seen, names) for seen in row["sightings"]),
        len(row["carried_by"]),
        len(row["possibly_same_as"]),
        ", ".join(row["records"]),
    ]


def _first(date: Row | None) -> Any:
    return date["lo"] if date else None


def _due(row: Row) -> tuple[Any, int | None]:
    """The earliest day a notification is due by a record that claims the person, and the days over."""
    claims = {claim["record_id"] for claim in row["claims"]}
    for name in DUE:
        found = [fact for fact in _yes(row, name) if fact["day"] and fact["record_id"] in claims]
        if found:
            first = min(found, key=lambda fact: (fact["day"], fact["record_id"]))
            return first["day"], first["days"]
    return None, None


def _day_of(row: Row, name: str) -> Any:
    """The latest day of a fact over the person's records; blank where one of them has none."""
    days = [fact["day"] for fact in row["facts"] if fact["fact"] == name]
    return max(days) if days and all(days) else None


def _yes(row: Row, name: str) -> list[Row]:
    return [fact for fact in row["facts"] if fact["fact"] == name and fact["value"] == "YES"]


def _sighting(seen: Row, names: Names) -> str:
    contact = f", last contact {partial(seen['last_contact'])}" if seen["last_contact"] else ""
    force = names.get(seen["force"], seen["force"])
    return (
        f"{force} {seen['record_id']}: {word(seen['status'], 'status')}{contact} ({word(seen['strength'], 'strength')})"
    )


def claims(lines: Sequence[Line], names: Names) -> Sheet:
    """One row an open claim: every force's own date and words."""
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
        Column("National status"),
    )
    rows = [
        [
            each.row["national_id"],
            names.get(claim["force"], claim["force"]),
            claim["record_id"],
            each.row["name"],
            word(claim["status"], "status"),
            claim["status_text"],
            partial(claim["missing_since"]),
            _first(claim["missing_since"]),
            claim["as_of"],
            word(each.row["national_status"] or "CANNOT_TELL", "national_status"),
        ]
        for each in lines
        for claim in each.row["claims"]
    ]
    return Sheet("Claims", columns, rows)


def links(lines: Sequence[Line]) -> Sheet:
    """One row a link inside an identity."""
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Record"),
        Column("Other record"),
        Column("Strength"),
        Column("Joins them"),
        Column("Weight (bits)", "decimal", 10),
        Column("Probability"),
        Column("Judgement"),
        Column("Decided by"),
        Column("Decided on", "date", 12),
    )
    rows = [
        [
            each.row["national_id"],
            each.row["name"],
            link["left"],
            link["right"],
            word(link["strength"], "strength") or "no link found",
            "yes" if link["joins"] else "no",
            link["weight"],
            None if link["probability"] is None else chance(link["probability"]),
            word(link["judgement"], "judgement"),
            link["reviewer"],
            link["decided_at"] and link["decided_at"].date(),
        ]
        for each in lines
        for link in each.row["carried_by"]
    ]
    return Sheet("Links", columns, rows)


def facts(lines: Sequence[Line], names: Names) -> Sheet:
    """One row a fact that stands on a line."""
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Force"),
        Column("Record"),
        Column("Fact", width=40),
        Column("Answer"),
        Column("Day", "date", 12),
        Column("Days", "number", 10),
        Column("Why", "long", 60),
        Column("Rule"),
    )
    known = table()["facts"]
    rows = [
        [
            each.row["national_id"],
            each.row["name"],
            names.get((fact["record_id"] or "").partition(":")[0], ""),
            fact["record_id"],
            known.get(fact["fact"], {}).get("text") or fact["fact"].replace("_", " "),
            _answer(fact, names),
            fact["day"],
            fact["days"],
            fact["reason"],
            fact["rule"],
        ]
        for each in lines
        for fact in each.row["facts"]
    ]
    return Sheet("Facts", columns, rows)


def _answer(fact: Row, names: Names) -> str:
    """What a fact answers in words: a force by its name, a status and an answer by theirs."""
    group = "national_status" if fact["fact"] == "national_status" else "answer"
    return names.get(fact["value"]) or word(fact["value"], group)


def undecided(lines: Sequence[Line]) -> Sheet:
    """One row an open proposal, with its evidence."""
    columns = (
        Column("National id", width=14),
        Column("Name"),
        Column("Possibly the same as"),
        Column("Record"),
        Column("Other record", width=24),
        Column("Strength"),
        Column("Weight (bits)", "decimal", 10),
        Column("Probability"),
        Column("Evidence", "long", 90),
    )
    rows = [
        [
            each.row["national_id"],
            each.row["name"],
            other["national_id"],
            other["left"],
            other["right"],
            word(other["strength"], "strength"),
            other["weight"],
            chance(other["probability"]),
            "\n".join(other["sentences"]),
        ]
        for each in lines
        for other in each.row["possibly_same_as"]
    ]
    return Sheet("Undecided", columns, rows)
