"""Cells that say there is no value, told apart: kept back by the force, not known to it, or blank.

Decides what a word such as "refused" or "N/K" means, by the force's profile, and which names and birth dates are
placeholders: what stands for no value is not known, nor is a list that cannot be matched to those it belongs with.
Invariant: an absent cell is null, stands in exactly one of the two
masks and keeps its text; a blank one is null and stands in neither.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.forces import Profile
from reconcile.forces.lists import LIST_COLUMNS, LISTS, PLACE
from reconcile.intake.columns import IDENTIFIER, NOT_SENT
from reconcile.intake.distinct import each, spread, whole
from reconcile.intake.positions import Matched, match
from reconcile.intake.read.rows import ROW_FAULT, ROW_NUMBER
from reconcile.values import dates, placeholders, text_bytes

KEPT, WITHHELD, UNKNOWN = 0, 1, 2
REASONS: Final = {WITHHELD: "withheld", UNKNOWN: "unknown"}
NAME_FIELDS: Final = ("given_names", "surname", "full_name", "maiden_name", "deed_poll_name")
NEVER: Final = ("local_id", ROW_NUMBER, ROW_FAULT)
PLACES: Final = tuple(each.column for listed in LISTS.values() for each in listed.members if each.holds == PLACE)


@dataclass(frozen=True)
class Separated:
    """``rows`` with absent cells null; ``absent``: per field an int8 a row, KEPT, WITHHELD or UNKNOWN; ``texts``: what
    stood in the absent cells of each such field, a string a row, null in the others. ``lists``: the entries of each
    list that any row has."""

    rows: pa.Table
    absent: dict[str, NDArray[np.int8]]
    texts: dict[str, Any]
    lists: dict[str, Matched]


@dataclass(frozen=True)
class Sign:
    """A sign that a cell is absent: ``reads`` says it in words, ``finds`` gives a mask of a string column."""

    reads: str
    finds: Callable[[Any, Profile], Any]
    reason: int


def _words(words: frozenset[str], column: Any) -> Any:
    """Cells that are one of ``words``, which are casefolded, or None where none is; the cells are trimmed."""
    if not all(word.isascii() for word in words):
        return each(column, lambda text: text.casefold().strip() in words, pa.bool_())
    # Few cells have the length of a word and its first letter: the others are not looked at.
    spelt, lengths, first_letters = _shapes(words)
    starts, octets = text_bytes.spread(column)
    width = starts[1:] - starts[:-1]
    fits = np.zeros(len(column), bool)
    for length in lengths:
        fits |= width == length
    likely = np.flatnonzero(fits)
    likely = likely[first_letters[octets[starts[likely]]]]
    if not len(likely):
        return None
    said: Any = pc.ascii_lower(column.take(pa.array(likely)))
    likely = likely[np.asarray(pc.is_in(said, value_set=spelt))]
    if not len(likely):
        return None
    found = np.zeros(len(column), bool)
    found[likely] = True
    return pa.array(found)


@cache
def _shapes(words: frozenset[str]) -> tuple[Any, tuple[int, ...], NDArray[np.bool_]]:
    """ASCII words as an Arrow array, their lengths, and which bytes, of 256, they begin with in either case."""
    filled = sorted(words - {""})
    letters = [ord(letter) for word in filled for letter in (word[0].lower(), word[0].upper())]
    return pa.array(filled, pa.string()), tuple({len(word) for word in filled}), np.isin(np.arange(256), letters)


def _any(found: Any) -> bool:
    return found is not None and bool(pc.any(found).as_py())


def _default_dates(column: Any, profile: Profile) -> Any:
    """Cells that are a whole day the table of placeholders has as a birth date."""
    read = dates.parse_column(column, profile.format.date_order)
    lo, hi = pc.struct_field(read, "lo"), pc.struct_field(read, "hi")
    found = pc.is_in(lo, value_set=_default_days())
    return pc.and_(found, pc.fill_null(pc.equal(lo, hi), False)) if _any(found) else None


@cache
def _default_days() -> Any:
    """The days the table of placeholders has as a birth date that stands for none."""
    lines = [line for line in placeholders.table() if line.field == "birth_date" and line.weight == "none"]
    if any(line.pattern for line in lines):
        raise ValueError("a birth date that stands for none is listed by its day: write no pattern for it")
    return pa.array(sorted({dt.date.fromisoformat(day) for line in lines for day in line.equals}), pa.date32())


WITHHELD_WORD: Final = Sign(
    "a word the profile lists as withheld: absent, withheld by the force",
    lambda column, profile: _words(profile.withheld, column),
    WITHHELD,
)
UNKNOWN_WORD: Final = Sign(
    "a word the profile lists as unknown: absent, not known to the force",
    lambda column, profile: _words(profile.unknown, column),
    UNKNOWN,
)
NO_NAME: Final = Sign(
    "a word that stands for no name, by the table of placeholders: absent, not known",
    lambda column, _profile: spread(column, lambda texts: placeholders.worthless("name", texts)),
    UNKNOWN,
)
DEFAULT_DATE: Final = Sign(
    "a day that is a system's default, by the table of placeholders: absent, not known",
    _default_dates,
    UNKNOWN,
)
NOT_THERE: Final = Sign(
    "the column of a list is not in the table though others of the list are: absent, not known",
    lambda column, _profile: pc.equal(column, pa.scalar(NOT_SENT)),
    UNKNOWN,
)
OF_EVERY_FIELD: Final = (WITHHELD_WORD, UNKNOWN_WORD)
OF_SOME: Final = {
    **dict.fromkeys(NAME_FIELDS, (NO_NAME,)),
    "birth_date": (DEFAULT_DATE,),
    **dict.fromkeys(LIST_COLUMNS, (NOT_THERE,)),
}


def signs(field: str) -> tuple[Sign, ...]:
    """What makes a cell of ``field`` absent; the first that finds it gives the reason."""
    return () if field in NEVER else (*OF_EVERY_FIELD, *OF_SOME.get(field, ()))


def separate(rows: Any, profile: Profile) -> Separated:
    """Take absent cells out of canonical ``rows`` and say why they are absent."""
    columns: dict[str, Any] = {}
    absent: dict[str, NDArray[np.int8]] = {}
    texts: dict[str, Any] = {}
    nothing = pa.nulls(rows.num_rows, pa.string())
    for field in rows.column_names:
        # One blank column for all that are not sent: copying each would cost as much as some that are.
        not_sent = rows[field].type == nothing.type and rows[field].null_count == rows.num_rows
        column = nothing if not_sent else whole(rows[field])
        if column.null_count < len(column) and (reasons := _reasons(column, signs(field), profile)) is not None:
            name = field.removeprefix(IDENTIFIER)
            absent[name] = reasons
            kept = pa.array(reasons == KEPT)
            blank = pa.scalar(None, pa.string())
            column, texts[name] = pc.if_else(kept, column, blank), pc.if_else(kept, blank, column)
        columns[field] = column
    lists = {name: found for name in LISTS if (found := _matched(name, columns, absent, texts, profile)) is not None}
    return Separated(pa.table(columns), absent, texts, lists)


def _matched(
    name: str,
    columns: dict[str, Any],
    absent: dict[str, NDArray[np.int8]],
    texts: dict[str, Any],
    profile: Profile,
) -> Matched | None:
    """The entries of one list; cells that cannot be matched are taken out of the others, in place."""
    own = pa.table({column: columns[column] for column in LISTS[name].columns})
    found = match(own, LISTS[name], profile.format.list_separator)
    blank = pa.scalar(None, pa.string())
    for column, rows in found.unmatched.items() if found else ():
        reasons = absent.setdefault(column, np.full(own.num_rows, KEPT, np.int8))
        reasons[rows] = UNKNOWN
        here: Any = np.zeros(own.num_rows, bool)
        here[rows] = True
        # An address where somebody stayed is told from the others and not kept (DPA 2018 s.37).
        said = blank if column in PLACES else columns[column]
        texts[column] = pc.if_else(pa.array(here), said, texts.get(column, blank))
        columns[column] = pc.if_else(pa.array(here), blank, columns[column])
    return found


def _reasons(column: Any, asked: tuple[Sign, ...], profile: Profile) -> NDArray[np.int8] | None:
    """The reason of each cell; None where none is absent."""
    reasons = None
    if asked and not _any(_words(profile.withheld | profile.unknown, column)):
        # Most columns hold neither: one look instead of two.
        asked = asked[len(OF_EVERY_FIELD) :]
    for sign in asked:
        found = sign.finds(column, profile)
        if not _any(found):
            continue
        if reasons is None:
            reasons = np.full(len(column), KEPT, np.int8)
        reasons[np.asarray(pc.fill_null(found, False)) & (reasons == KEPT)] = sign.reason
    return reasons
