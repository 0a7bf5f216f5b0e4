"""A sample of an extract made into the text of a profile.

Decides what a draft says, what it marks as a guess and what it leaves to fill in. Invariant: once what is marked is
filled in, the profile reader takes it; of the cells it holds coded words alone, and of the others only counts.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import PurePath
from typing import Any, Final

from reconcile.errors import ExtractError
from reconcile.forces import Force, Profile, Source, forces
from reconcile.forces.drafting import coded, layout, mapping, text
from reconcile.forces.drafting.content import Content, look
from reconcile.forces.drafting.headings import SURE, meanings
from reconcile.forces.drafting.tables import absent_words
from reconcile.forces.lists import LIST_COLUMNS
from reconcile.forces.profile import CODED
from reconcile.intake.headings import looks_like_data, refused
from reconcile.intake.read import read
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER
from reconcile.intake.standardise import HORIZON

LISTS: Final = ("aliases", "previous_names", "previous_postcodes")
ROWS: Final = 5_000
"""Rows of a sample that are looked at."""
SEPARATORS: Final = (";", "|", "/")


@dataclass(frozen=True)
class Draft:
    """``text`` is TOML; ``columns`` the columns of each field; how many lines are to be checked and to be filled in."""

    text: str
    columns: Mapping[str, tuple[str, ...]]
    to_check: int
    to_fill_in: int


def draft(file_name: str, content: bytes, slug: str = "") -> Draft:
    """Draft a profile from a sample.

    Args:
        file_name: the sample's name; its digits become the pattern's question marks.
        slug: the force's, where it is known: then its name, codes and tile need not be said.

    Raises:
        ExtractError: the sample cannot be read, or has no headings.
    """
    found = layout.detect(content)
    rows = read(content, _for_reading(found))
    headings = [name for name in rows.column_names if name not in (ROW_NUMBER, ROW_FAULT)]
    if any(map(looks_like_data, headings)):
        raise ExtractError("the first row of the sample holds values, not headings: give one with a heading row")
    never = {heading: kind.called for heading in headings if (kind := refused(heading)) is not None}
    headings = [heading for heading in headings if heading not in never]
    cells = {heading: _filled(rows[heading]) for heading in headings}
    absent = _absent_in(cells)
    known = {word.casefold() for words in absent.values() for word in words}
    cells = {heading: [cell for cell in each if cell.casefold() not in known] for heading, each in cells.items()}
    contents = {heading: look(each) for heading, each in cells.items()}
    mapped = mapping.map_fields(contents)
    order, doubts = _date_order(mapped.columns, contents)
    notes = dict(found.notes)
    if found.format.kind == "xlsx" and order == "ymd":
        # A workbook's own dates read alike in every order; what was typed as text is more likely written so.
        order, notes["date_order"] = (
            "dmy",
            "its dates are of the workbook's own type; only those typed as text are read so",
        )
    separator = _separator(mapped.columns, cells)
    said = replace(found.format, date_order=order, list_separator=separator or ";")
    if not separator:
        notes["list_separator"] = "no list stands in the sample: ask the force"
    fields = {
        field: (columns, mapped.doubts.get(field) or doubts.get(field, "")) for field, columns in mapped.columns.items()
    }
    lines = [
        *text.opening(PurePath(file_name).name, _force(slug), slug),
        *text.source(_pattern(PurePath(file_name).name)),
        *text.format_(said, notes),
        *text.fields(fields, mapping.lacking(mapped.columns)),
        *text.unmapped([(heading, _seems(contents[heading])) for heading in _left(headings, mapped.columns)]),
        *text.never_taken(never),
        *(line for column in CODED for line in text.words(column, _words(column, mapped.columns, cells, separator))),
        *text.tokens(absent),
    ]
    whole = "\n".join(lines) + "\n"
    return Draft(whole, mapped.columns, whole.count(text.CHECK) - 1, whole.count(text.FILL_IN) - 1)


def _for_reading(found: layout.Layout) -> Profile:
    """A profile by which the readers find the heading among the lines of a report: it names what are surely headings,
    in one line or in two that stand above each other."""
    pairs = [f"{above} {below}" for one, two in pairwise(found.first) for above, below in zip(one, two, strict=False)]
    names = {name for name in (*chain.from_iterable(found.first), *pairs) if _is_surely_heading(name)}
    nobody = Force("", "", "", "", "", "", (0, 0))
    return Profile(
        nobody, Source("*", ""), found.format, {"local_id": tuple(sorted(names))}, {}, {}, frozenset(), frozenset()
    )


def _is_surely_heading(text: str) -> bool:
    return bool(found := meanings(text)) and found[0].likeness >= SURE


def _filled(column: Any) -> list[str]:
    return [cell.strip() for cell in column.slice(0, ROWS).to_pylist() if cell and cell.strip()]


def _force(slug: str) -> Force | None:
    return next((force for force in forces() if force.slug == slug), None)


def _pattern(name: str) -> str:
    return re.sub(r"[\d\[\]*]", "?", name)


def _absent_in(cells: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The words for no value that stand in the sample, as they are written there."""
    counts = Counter(cell for each in cells.values() for cell in each)
    meant = {word: kind for kind, words in absent_words().items() for word in words}
    found: dict[str, list[str]] = {"withheld": [], "unknown": []}
    for cell in sorted(counts):
        if kind := meant.get(cell.casefold()):
            found[kind].append(cell)
    return {kind: list({word.casefold(): word for word in words}.values()) for kind, words in found.items()}


def _date_order(columns: Mapping[str, Sequence[str]], contents: Mapping[str, Content]) -> tuple[str, dict[str, str]]:
    """The order most dates of the sample have, and by field what speaks against it."""
    by_field = {field: contents[columns[field][0]] for field in HORIZON if field in columns}
    dated = {field: seen for field, seen in by_field.items() if seen.is_date}
    total = {order: sum(seen.orders[order] * seen.filled for seen in dated.values()) for order in ("dmy", "mdy", "ymd")}
    year_first = sum(seen.year_first * seen.filled for seen in dated.values())
    if dated and year_first * 2 >= sum(seen.filled for seen in dated.values()):
        order = "ymd"
    else:
        order = "mdy" if total["mdy"] > total["dmy"] else "dmy"
    doubts: dict[str, str] = {}
    for field, seen in dated.items():
        other = {"dmy": "mdy", "mdy": "dmy"}.get(order, "")
        if doubt := _doubt(seen, order, other):
            doubts[field] = doubt
    return order, doubts


def _doubt(seen: Content, order: str, other: str) -> str:
    """What speaks against reading a column's dates in this order rather than in the ``other``, "" where it is none."""
    unread = 1 - seen.orders[order]
    if unread:
        share = f"{unread:.0%}" if unread >= 0.01 else "fewer than 1%"
        return f"{share} of its values do not read as {order}"
    if other and seen.orders[other] == 1 and seen.year_first < 1 and not seen.month_named:
        return f"every value also reads as {other}"
    return ""


def _left(headings: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    taken = {heading for each in columns.values() for heading in each}
    return (heading for heading in headings if heading not in taken)


def _seems(seen: Content) -> str:
    if not seen.filled:
        return "empty"
    return "dates" if seen.is_date else "no two alike" if seen.distinct else f"{seen.filled} filled"


def _separator(columns: Mapping[str, Sequence[str]], cells: Mapping[str, Sequence[str]]) -> str:
    """The sign that parts the entries of lists, "" where none stands in the sample."""
    names = [cell for field in LISTS for heading in columns.get(field, ()) for cell in cells[heading]]
    listed = [cell for field in LIST_COLUMNS for heading in columns.get(field, ()) for cell in cells[heading]]
    # Dates are written with a stroke of their own.
    return coded.commonest(SEPARATORS, [*names, *(cell.replace("/", "") for cell in listed)])


def _words(
    column: str, columns: Mapping[str, Sequence[str]], cells: Mapping[str, Sequence[str]], separator: str
) -> coded.Coded:
    said = (cell for heading in columns.get(column, ()) for cell in cells[heading])
    if column in LIST_COLUMNS and separator:
        said = (each for cell in said for each in cell.split(separator) if each.strip())
    return coded.coded(column, said)
