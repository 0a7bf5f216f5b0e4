"""What stands on or beside a line of the missing list: names, what others have seen, who it may also be.

Invariant: every cell is copied from one named record, the nearest one that holds it: the earliest open claim first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reconcile import schema
from reconcile.national.claims import cuts
from reconcile.notification.rules import rules

Row = dict[str, Any]

STRENGTH_FIRST = ("verified", "decided", "held", *schema.STRENGTHS[1:])


def names(nearest: Sequence[Row]) -> list[str]:
    """Every distinct name of the records as "Surname, Given": the nearest current one first, the others sorted."""
    shown = [_shown(name) for row in nearest for name in row["names"] or [] if name]
    first = next((name for name in shown if name), "")
    return [first, *sorted({name for name in shown if name} - {first}, key=lambda name: (name.casefold(), name))]


def _shown(name: Mapping[str, str | None]) -> str:
    parts = ", ".join(part for part in (name["surname"], name["given"]) if part)
    return parts or name["full"] or ""


def first(nearest: Sequence[Row], field: str) -> Any:
    """The value of the nearest record that gives the field; WITHHELD or UNKNOWN for text no force gives but says so."""
    for row in nearest:
        if row[field] is not None:
            return row[field]
    return None if field in ("birth_date", "sex") else absent(nearest, field)


def absent(nearest: Sequence[Row], field: str) -> str | None:
    """WITHHELD or UNKNOWN where the nearest record that speaks of the field says so; None where all are blank."""
    reasons = [each["reason"] for row in nearest for each in row["absent"] or [] if each["field"] == field]
    return reasons[0].upper() if reasons else None


def latest(nearest: Sequence[Row], field: str) -> Row | None:
    """The record whose date in ``field`` is the latest, the nearest among equals; undated only where none is dated."""
    return max(nearest, key=lambda row: _day(row[field]), default=None)


def _day(date: Mapping[str, Any] | None) -> int:
    return date["hi"].toordinal() if date and date["hi"] else 0


def sightings(
    records: Sequence[Row], claims: Sequence[Row], touching: Sequence[Row], members: Mapping[str, Sequence[Row]]
) -> list[Row]:
    """Records that say where the person is, or where the person is whom an open proposal says it may be.

    A record that nothing but a held join ties to a claim is carried by that, whatever joins it to other records.
    """
    joined = "verified" if any(row["joined_by"] == "verified" for row in claims) else "decided"
    firm = {row["firm"] for row in claims}
    own = [row["joined_by"] if row["joined_by"] in ("verified", "decided") else joined for row in records]
    carried = [(row, how if row["firm"] in firm else "held") for row, how in zip(records, own, strict=True)]
    for link in touching:
        # A verified link that joins nothing waits for a person: what lies beyond it is no more than proposed.
        strength = "proposed" if link["strength"] == "verified" else link["strength"]
        carried += [(row, strength) for row in members.get(link["beyond"], [])]
    seen: dict[str, Row] = {}
    for row, strength in carried:
        if row["status"] in rules()["located"]["statuses"]:
            seen.setdefault(row["record_id"], {**row, "strength": strength})
    ordered = sorted(
        seen.values(),
        key=lambda row: (STRENGTH_FIRST.index(row["strength"]), -_day(row["last_contact"]), row["record_id"]),
    )
    return [{field.name: row[field.name] for field in schema.SIGHTING} for row in ordered]


def possibly_same(link: Row, under_18: str) -> Row:
    """The open proposal as it stands beside the line, with what its evidence says of the two records.

    ``under_18`` is what is known of the identity beyond.
    """
    own_terms = cuts()["evidence"]["own_terms"]
    return {
        "national_id": link["beyond"],
        **{field: link[field] for field in ("left", "right", "strength", "weight", "probability")},
        "sentences": [
            evidence["sentence"] for evidence in link["evidence"] or [] if evidence["feature"] not in own_terms
        ],
        "under_18": under_18,
    }
