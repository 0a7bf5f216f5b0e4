"""Records side by side: what each says, row by row, and where they differ.

Decides what each value is marked against: of two records each against the other, of more the others against the first
that says anything; only evidence of who somebody is is marked. Invariant: nothing here knows a weight or a probability.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from reconcile.review.pages import differences
from reconcile.review.pages.differences import Pieces
from reconcile.review.pages.rows_told import EVIDENCE, TABLE, TITLES, Given, Row, absent, identifier_rows

SAME, DIFFERENT, ONE_SIDED, ALIKE = "same", "different", "one_sided", "alike"


@dataclass(frozen=True)
class Value:
    pieces: Pieces
    note: str


@dataclass(frozen=True)
class Line:
    """``cells`` has a tuple of values for each record; ``verdict`` one of SAME, ALIKE, DIFFERENT, ONE_SIDED or "" where
    no record or only values of no comparison stand in it; ``told`` is the verdict in words."""

    label: str
    cells: tuple[tuple[Value, ...], ...]
    absent: tuple[str, ...]
    verdict: str
    told: str


@dataclass(frozen=True)
class Group:
    """Rows that speak of one kind of evidence; rows that are blank throughout are left out."""

    title: str
    lines: tuple[Line, ...]


def grouped(records: Sequence[Row], added: Sequence[Row] = ()) -> tuple[Group, ...]:
    """The rows of RECORDS ``records`` side by side; ``added`` are rows of NAMES_ADDED of any of them."""
    with_names = [
        {**record, "added": [each for each in added if each["record_id"] == record["record_id"]]} for record in records
    ]
    groups = [Group(title, tuple(_lines(with_names, title))) for title in TITLES]
    return tuple(group for group in groups if group.lines)


def _lines(records: Sequence[Row], title: str) -> Iterable[Line]:
    rows = TABLE.get(title) or identifier_rows(records)
    for label, fields, given in rows:
        cells = [given(record) for record in records]
        blank = [absent(record, fields) for record in records]
        if any(cells) or any(blank):
            yield _line(label, cells, blank, marking=title in EVIDENCE)


def _line(label: str, cells: Sequence[Sequence[Given]], blank: Sequence[str], *, marking: bool) -> Line:
    shown = tuple(
        tuple(
            Value(_pieces(value, _beside(cells, at)) if marking else differences.whole(value.text), value.note)
            for value in cell
        )
        for at, cell in enumerate(cells)
    )
    verdict, told = _verdict(cells, shown) if marking else ("", "")
    return Line(
        label, shown, tuple("" if cell else text for cell, text in zip(cells, blank, strict=True)), verdict, told
    )


def _beside(cells: Sequence[Sequence[Given]], at: int) -> Sequence[Given]:
    """What the values of the record at ``at`` are marked against."""
    if len(cells) == 2:
        return cells[1 - at]
    return next((cell for cell in cells if cell), ())


def _pieces(value: Given, beside: Sequence[Given]) -> Pieces:
    nearest = differences.closest(value.text, tuple(each.text for each in beside))
    if nearest is None:
        return differences.whole(value.text)
    other = next(each for each in beside if each.text == nearest)
    if value.parts and len(value.parts) == len(other.parts):
        return differences.marked_by_part(value.parts, other.parts)
    return differences.marked(value.text, nearest)


def _verdict(cells: Sequence[Sequence[Given]], shown: Sequence[Sequence[Value]]) -> tuple[str, str]:
    filled = [cell for cell in cells if cell]
    if not filled:
        return "", ""
    if len(filled) == 1:
        return (ONE_SIDED, "only one says") if len(cells) == 2 else (ONE_SIDED, "one says")
    blank = " where told" if len(filled) < len(cells) else ""
    if any(differences.same(one.text, other.text) for one in filled[0] for other in chain.from_iterable(filled[1:])):
        agree = all(
            any(differences.same(one.text, each.text) for one in filled[0] for each in cell) for cell in filled[1:]
        )
        return (SAME, f"same{blank}") if agree else (DIFFERENT, "some differ")
    marks = [sum(len(piece.text) for piece in value.pieces if piece.differs) for cell in shown for value in cell]
    every = [sum(len(piece.text) for piece in value.pieces) for cell in shown for value in cell]
    count = max(marks)
    if len(cells) == 2 and count <= 2 and count < min(every):
        return ALIKE, f"{count} character{'' if count == 1 else 's'} differ{'s' if count == 1 else ''}"
    return DIFFERENT, "differs"
