"""What happens to each column, as a page a coordinator reads: ``python -m reconcile.intake.specification``.

Decides nothing: it says in sentences what ``standardise.SPECIFICATION`` and ``absence.signs`` do, and what the table of
placeholders holds. Invariant: the page in ``docs/`` is this one, word for word.
"""

import sys
from typing import Final

from reconcile.forces.lists import LIST_COLUMNS, LISTS
from reconcile.intake.absence import OF_EVERY_FIELD, OF_SOME
from reconcile.intake.standardise import SPECIFICATION
from reconcile.values import placeholders

_HEAD: Final = """# What happens to each column

Written by `python -m reconcile.intake.specification`; a test holds it to the code.

Every cell is first trimmed, and several source columns of one field are joined with a space. Then, in this order, a
cell that holds no value is taken out and listed in `absent` with its reason and the force's own words:
"""
_LISTS: Final = """
## Lists side by side

What a row says several times stands in columns whose cells are lists, apart at the profile's list separator. What
stands at one position of each belongs together, and a blank position is a blank. The column in bold says how many
entries there are. A cell of another length cannot be matched to it: the row is accepted, the cell is absent (not known)
with its text kept, and the force is told. Beside the entries of such a row, and of a row whose cell is withheld, a date
of that column is one without days, so that it is never taken for a blank, which says "not yet". Columns in brackets may
be left out of a profile, the others may not. Of an address where somebody stayed no
text is kept. In JSON and XML a list may also be sent as records inside the record.

| list | columns |
|---|---|"""
_WORTH: Final = {"none": "none: two equal ones say nothing", "low": "low: two equal ones say little"}


def as_page() -> str:
    """The page, in Markdown."""
    every = [f"- every field but the local id: {sign.reads};" for sign in OF_EVERY_FIELD]
    some: dict[str, list[str]] = {}
    for field, signs in OF_SOME.items():
        for sign in signs:
            some.setdefault(sign.reads, []).append(f"`{field}`")
    of_lists = [f"`{column}`" for column in LIST_COLUMNS]
    said = {
        reads: "every column of a list" if fields == of_lists else ", ".join(fields) for reads, fields in some.items()
    }
    lines = [_HEAD, *every, *(f"- {fields}: {reads};" for reads, fields in said.items()), ""]
    lines += ["## Columns of a record", "", "| column | from | steps |", "|---|---|---|"]
    for column, steps in SPECIFICATION.items():
        fields = ", ".join(dict.fromkeys(step.field for step in steps if step.field))
        numbered = "<br>".join(f"{place}. {step.reads}" for place, step in enumerate(steps, start=1))
        lines.append(f"| `{column}` | {fields} | {numbered} |")
    lines.append(_LISTS)
    for name, listed in LISTS.items():
        columns = [f"`{each.column}`" if each.needed else f"(`{each.column}`)" for each in listed.members]
        bold = [f"**{each}**" if each == f"`{listed.leads}`" else each for each in columns]
        lines.append(f"| `{name}` | {', '.join(bold)} |")
    lines += ["", "## Placeholders", "", "| field | covers | weight | reason |", "|---|---|---|---|"]
    for line in placeholders.table():
        covers = ", ".join(sorted(line.equals)) if line.equals else f"`{line.pattern.pattern if line.pattern else ''}`"
        lines.append(f"| {line.field} | {covers.replace('|', '&#124;')} | {_WORTH[line.weight]} | {line.reason} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_page())
