"""The columns of a report's workbook in which a force answers, and how it is told to.

Decides what the columns are called, written and read alike. Invariant: an item and the version of it that is answered
are found again by their own columns, wherever those stand.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconcile.render.workbook import Column, Sheet
from reconcile.reports import answers
from reconcile.reports.item import Item

SHEET: Final = "Items"
ITEM: Final = "Item"
VERSION: Final = "Version"
TITLES: Final[Mapping[str, str]] = {
    "answer": "Answer",
    "officer_role": "Officer role",
    "answered_on": "Date",
    "located_on": "Located on",
    "place_kind": "Place kind",
    "note": "Note",
}
"""The fields of an answer, and what their columns are called."""
HOW: Final = "How to answer"
ABOUT: Final = "About"
RELEASE: Final = "Release"
FOR: Final = "For"
"""The sheet that says which report it is, and the labels of its lines for the release and the force."""


def columns(items: Sequence[Item]) -> tuple[Column, ...]:
    """The columns to be filled in, for these rows in their order."""
    titles = {code: entry["title"] for code, entry in answers.codes().items()}
    possible = [tuple(titles[code] for code in answers.of_kind(item.kind)) for item in items]
    limits = answers.limits()
    return (
        Column(
            TITLES["answer"],
            width=28,
            fill=True,
            choices=possible,
            prompt=f"Choose one from the list. What each means stands on the sheet “{HOW}”.",
        ),
        Column(
            TITLES["officer_role"],
            width=24,
            fill=True,
            longest=limits["officer_role"],
            prompt="The role of the officer who answers, such as “Public protection sergeant”. No name.",
        ),
        Column(TITLES["answered_on"], "date", 12, fill=True, prompt="The day of the answer, as dd/mm/yyyy."),
        Column(
            TITLES["located_on"],
            "date",
            12,
            fill=True,
            prompt="Only with the answer “Located”: the day the person was located, as dd/mm/yyyy.",
        ),
        Column(
            TITLES["place_kind"],
            width=22,
            fill=True,
            choices=tuple(answers.place_kinds().values()),
            prompt="Only with the answer “Located”: the kind of place. The place itself is not asked for.",
        ),
        Column(
            TITLES["note"],
            "long",
            44,
            fill=True,
            longest=limits["note"],
            prompt=f"At most {limits['note']:,} characters. Nothing about children or victims.",
        ),
    )


def how_to_answer() -> Sheet:
    """The sheet that says how to answer, and what each answer means and needs."""
    needs = {"located_on": TITLES["located_on"], "place_kind": TITLES["place_kind"], "note": TITLES["note"]}
    rows: list[list[Any]] = [["Steps", place, "", step] for place, step in enumerate(_STEPS, start=1)]
    for place, entry in enumerate(answers.codes().values(), start=1):
        asked = ", ".join(needs[each] for each in entry["needs"])
        rows.append(["Answer", place, entry["title"], entry["means"] + (f" Fill in also: {asked}." if asked else "")])
    kinds = answers.place_kinds().values()
    rows += [["Place kind", place, title, "For the answer “Located”."] for place, title in enumerate(kinds, start=1)]
    told = (
        Column("What", width=14),
        Column("No.", "number", 6),
        Column("Called", width=34),
        Column("How", "long", 100),
    )
    return Sheet(HOW, told, rows)


_STEPS: Final = (
    f"On the sheet “{SHEET}” fill in the yellow columns at the right of each item you answer; leave the others empty.",
    "Every answer needs the officer’s role and the day. Give the role, never a name.",
    "An answer speaks of the item as this report tells it. Leave the columns “Item” and “Version” as they are.",
    "Confirm identity, by fingerprint where possible, before you answer that two records are of one person or of two.",
    "Save the workbook as XLSX and send it back the way it came to you. You may send it as often as you like:"
    " what was taken is not taken twice.",
    "To change an answer send it anew: the last one stands. To take it back answer “My answer is taken back”.",
    "Each answer that cannot be taken is told to you with the reason; the others are taken all the same.",
)
