"""The lists of what has happened to a person: exemptions, events, stays, travels, episodes.

Decides what each position of their columns means. Invariant: a date that was sent and not understood, withheld or not
matched is a date without days and never a blank one, as a blank says "not yet"; of a stay's address nothing is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.forces.lists import DATE, LISTS, WORD, Member
from reconcile.intake.absence import KEPT, Separated
from reconcile.intake.positions import Matched
from reconcile.intake.words import recognised
from reconcile.nested import Part, struct
from reconcile.values import dates

KINDS: Final[Mapping[str, Any]] = {name: schema.RECORDS.field(name).type.value_type for name in LISTS}
"""The struct of an entry of each list."""
_compute: Any = pc


def entries(name: str, found: Separated, profile: Profile, latest_year: int) -> Part:
    """The entries of one of ``LISTS``; ``latest_year`` is the extract's own."""
    matched = found.lists.get(name)
    if matched is None:
        return Part(np.zeros(0, np.int64), pa.array([], KINDS[name]))
    members = {member.field: _member(member, matched, found, profile, latest_year) for member in LISTS[name].members}
    return Part(matched.owners, struct(KINDS[name], len(matched.owners), **members))


def _member(member: Member, matched: Matched, found: Separated, profile: Profile, latest_year: int) -> Any:
    texts = matched.texts.get(member.column)
    if member.holds == DATE:
        nothing = pa.nulls(len(matched.owners), schema.PARTIAL_DATE)
        latest = latest_year + member.years_ahead
        read = nothing if texts is None else dates.parse_column(texts, profile.format.date_order, latest)
        return _unless_absent(member.column, read, matched, found)
    if texts is None:
        return None
    return recognised(member.column, texts, profile) if member.holds == WORD else _numbered(texts, matched.owners)


def _unless_absent(column: str, read: Any, matched: Matched, found: Separated) -> Any:
    """The dates of a column, without days where the cell of the row is absent."""
    if column not in found.absent:
        return read
    absent: Any = pa.array(found.absent[column][matched.owners] != KEPT)
    said = found.texts[column].take(pa.array(matched.owners))
    return _compute.if_else(absent, struct(schema.PARTIAL_DATE, len(matched.owners), text=said), read)


def _numbered(texts: Any, owners: Any) -> Any:
    """A running number for each address of a record, in the order they are first named; null where none is."""
    plain = _compute.utf8_lower(_compute.replace_substring_regex(texts, "[^\\pL\\pN]+", " "))
    codes = _compute.utf8_trim_whitespace(plain).dictionary_encode().indices
    kept = np.flatnonzero(np.asarray(_compute.is_valid(codes)))
    whose = owners[kept]
    _keys, first, place = np.unique(
        np.stack([whose, np.asarray(codes.drop_null())]), axis=1, return_index=True, return_inverse=True
    )
    order = np.argsort(first)
    ranked = whose[first[order]]
    rank = np.empty(len(first), np.int64)
    rank[order] = np.arange(len(first)) - np.searchsorted(ranked, ranked) + 1
    numbers = np.zeros(len(owners), np.int64)
    numbers[kept] = rank[np.asarray(place).reshape(-1)]
    return pa.array(numbers, mask=numbers == 0).cast(pa.string())


def words_as_sent(found: Separated, made: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Of each column of coded words in a list: its name, and the owner, text and meaning of each entry."""
    for name, listed in LISTS.items():
        matched = found.lists.get(name)
        for member in listed.members if matched else ():
            if matched and member.holds == WORD and member.column in matched.texts:
                values = _compute.list_flatten(made[name]).field(member.field)
                yield member.column, matched.owners, matched.texts[member.column], values
