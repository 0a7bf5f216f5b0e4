"""Which counts of a public document are hidden, so that no small one can be worked out from what is shown.

Decides what is hidden beside the small counts themselves. Invariant: with everything shown in this document and in the
earlier ones, each hidden count could still be any of several numbers, as far apart at least as the stated width.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reconcile.national.disclosure import SMALL, WITHHELD, Document, Key, Rule, Shown, System, ranges, row_of

TRIED: Final = 12
"""How many shown counts are tried one by one before the nearest is hidden whether it helps alone or not."""


def suppress(
    counts: Document, published: Iterable[str], open_rows: Iterable[str], earlier: Sequence[Document], rule: Rule
) -> Document:
    """``counts``, all of them numbers, as they may be published.

    Args:
        counts: every count, those inside of tables that publish their totals alone too.
        published: the tables whose inside is published.
        open_rows: rows whose small counts are shown.
        earlier: the documents published before.
        rule: what is small, and how far apart a hidden count could be.

    Returns:
        the document without the insides that are not published; one that shows nothing where there are so few that
        even the signs for what is hidden would give a count away.
    """
    inside, free = frozenset(published), frozenset(open_rows)
    hideable = {key for key in counts.shown if _hideable(key, counts, inside, free)}
    hidden = {key for key in hideable if _small(key, counts, rule)}
    hidden |= hideable.intersection(_same_before(counts, earlier, hidden=True))
    known = set(_same_before(counts, earlier, hidden=False))  # hiding these keeps nothing from anybody
    before = [each for each in earlier if set(each.rows) & set(counts.rows)]
    known |= _told_before(counts, before, hideable - known, rule)
    system = System([*before, counts], rule)
    guarded = [(system.last, key) for key in sorted(counts.shown) if _guarded(key, counts, inside, free, rule)]
    guarded += system.hidden_before()
    system.pull(
        _as_shown(counts, hidden, inside, rule), [*((system.last, key) for key in sorted(hidden - known)), *guarded]
    )
    while True:
        shown = _as_shown(counts, hidden, inside, rule)
        exposed = system.exposed(shown, [*((system.last, key) for key in sorted(hidden - known)), *guarded])
        if exposed is None:
            return shown
        near = _sacrifices(exposed[1], counts, hideable - hidden - known)
        if not near:
            return replace(counts, shown={})
        helps = (key for key in near[:TRIED] if system.kept(_as_shown(counts, {*hidden, key}, inside, rule), exposed))
        hidden.add(next(helps, near[0]))


def _small(key: Key, counts: Document, rule: Rule) -> bool:
    return int(counts.shown[key]) < rule.threshold


def _hideable(key: Key, counts: Document, inside: frozenset[str], free: frozenset[str]) -> bool:
    """Published, and not all of rows that are empty, which harms nobody, or whose forces show their small counts."""
    if key[0] == "inside" and key[1] not in inside:
        return False
    row = row_of(key)
    rows = counts.rows if row is None else (row,)
    return any(each not in free and int(counts.shown["total", each]) > 0 for each in rows)


def _guarded(key: Key, counts: Document, inside: frozenset[str], free: frozenset[str], rule: Rule) -> bool:
    """Whether a small count that is not published must not be worked out either."""
    if key[0] != "inside":
        return False
    row = key[2]
    return (
        key[1] not in inside and row not in free and int(counts.shown["total", row]) > 0 and _small(key, counts, rule)
    )


def _force(row: str) -> str:
    return row.partition("@")[0]


def _same_before(counts: Document, earlier: Sequence[Document], *, hidden: bool) -> Iterator[Key]:
    """What an earlier document hid, or showed, that is the same count here: of one extract, or of the same extracts."""
    for document in earlier:
        same_rows = set(document.rows) == set(counts.rows)
        for key, said in document.shown.items():
            if (
                (said in (SMALL, WITHHELD)) == hidden
                and key in counts.shown
                and (same_rows or row_of(key) in counts.rows)
            ):
                yield key


def _told_before(counts: Document, before: Sequence[Document], keys: Iterable[Key], rule: Rule) -> set[Key]:
    """What documents that cut the years elsewhere told already: sums of what they showed, noughts of later years."""
    rows = {row for document in before if document.shown for row in document.rows}
    told = {key for document in before for key in document.shown}
    new = [key for key in keys if key[0] == "inside" and key[2] in rows and key not in told]
    found = ranges([*before, replace(counts, shown={})], new, rule) if new else {}
    return {key for key, (least, greatest) in found.items() if greatest - least < rule.width}


def _as_shown(counts: Document, hidden: set[Key], inside: frozenset[str], rule: Rule) -> Document:
    shown: dict[Key, Shown] = {}
    for key, count in counts.shown.items():
        if key in hidden:
            shown[key] = SMALL if _small(key, counts, rule) else WITHHELD
        elif key[0] != "inside" or key[1] in inside:
            shown[key] = count
    return replace(counts, shown=shown)


def _sacrifices(exposed: Key, counts: Document, shown: set[Key]) -> list[Key]:
    """The counts of ``shown`` that could be hidden for the sake of ``exposed``, those that say least first.

    Of a count inside a table those of its row, its column's sum, its row's total, the others of its column; of a total
    the other totals, the least first; of a column the other columns.
    """
    row = row_of(exposed)
    if row is not None and row not in counts.rows:  # of an earlier document: what this one says of the same force
        now = next((other for other in counts.rows if _force(other) == _force(row)), row)
        exposed = tuple(now if part == row else part for part in exposed)
    ranked = sorted((_distance(key, exposed), int(counts.shown[key]), key) for key in shown)
    return [key for _, _, key in ranked]


def _distance(key: Key, exposed: Key) -> int:
    """How near two counts stand to each other; sums that they share come before those that they do not."""
    kind, other = key[0], exposed[0]
    if kind == "gross":
        return 8
    if kind == other:
        if kind != "inside":
            return 0 if kind == "total" or key[1] == exposed[1] else 7
        same_table, same_row, same_column = (key[at] == exposed[at] for at in (1, 2, 3))
        return 0 if same_table and same_row else 3 if same_table and same_column else 5 if same_row else 7
    if {kind, other} == {"inside", "total"}:
        return 2 if row_of(key) == row_of(exposed) else 6
    if {kind, other} == {"inside", "column"}:
        return 1 if key[1] == exposed[1] and key[-1] == exposed[-1] else 7
    return 4
