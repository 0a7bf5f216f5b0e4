"""Which records a reviewer holds to be which people: letters on columns, and what they would come to.

Decides what a letter means. Invariant: every record has exactly one letter; records of one letter are one person and
records of two are two people, so an assignment says something of each pair.
"""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle
from reconcile.errors import DecisionError
from reconcile.review import assigning
from reconcile.review.assigning import Groups
from reconcile.review.decisions import Decision
from reconcile.review.pages.desk import Desk
from reconcile.review.unmerge import with_decisions

PEOPLE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def groups(letters: Mapping[str, str]) -> Groups:
    """The records of each person, from the letter of each record.

    Raises:
        DecisionError: a record has no letter.
    """
    people: dict[str, list[str]] = {}
    for record, letter in letters.items():
        if letter not in PEOPLE or len(letter) != 1:
            raise DecisionError("a record has no person: give every column a letter")
        people.setdefault(letter, []).append(record)
    return tuple(tuple(sorted(people[letter])) for letter in sorted(people))


def decisions(desk: Desk, people: Groups, reviewer: str, reason: str) -> list[Decision]:
    """What an assignment decides of records whether or not they wait, each decision bound to the link shown."""
    records = [record for person in people for record in person]
    links = [link for link in desk.rows("links", "left", *records) if link["right"] in records]
    return assigning.decisions({"links": links}, people, reviewer, reason, None)


def would_be(desk: Desk, people: Groups) -> dict[str, tuple[str, ...]]:
    """The identities, with all their records, that the records would come to be in; nothing is recorded."""
    settings = desk.settings
    expected = with_decisions(cycle.decisions(settings), decisions(desk, people, "preview", "preview"))
    resolved = cycle.resolved_with(settings, expected)
    concerned = pc.is_in(resolved["record_id"], value_set=pa.array([one for person in people for one in person]))
    ids = resolved["national_id"].filter(concerned)
    found: dict[str, tuple[str, ...]] = {}
    rows = resolved.filter(pc.is_in(resolved["national_id"], value_set=ids)).sort_by("national_id")
    for row in rows.to_pylist():
        found[row["national_id"]] = tuple(sorted((*found.get(row["national_id"], ()), row["record_id"])))
    return found
