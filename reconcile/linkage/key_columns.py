"""What the keys of blocking are made of, as columns of codes.

Decides how a name, a date or a place is cut for a key. Invariant: codes say what is equal and no more; -1 is
missing; a column is over records or over name entries, as it says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.entries import Entries
from reconcile.linkage.features import Features
from reconcile.names import variants
from reconcile.names.skeleton import deletions, skeleton

Column = NDArray[np.integer]
Rows = tuple[Column, list[Column]]
"""The owners of the rows, and the columns that make the key up."""
OVER_RECORDS: Final = frozenset(
    ("born", "year", "month_day", "year_month", "year_day", "digits", "convicted", "address", "town")
)


def coded(values: Iterable[str]) -> NDArray[np.int32]:
    """Codes of strings, with one more place at the end so that -1 stays -1."""
    texts = np.array(list(values), dtype=str)
    codes = np.unique(texts, return_inverse=True)[1] if len(texts) else np.zeros(0)
    codes = np.where(texts == "", -1, codes) if len(texts) else codes
    return np.asarray(np.r_[codes, -1], np.int32)


@dataclass(frozen=True)
class KeyColumns:
    """int32 columns. Over name entries: ``owner``, ``given`` (one code for all forms of a name), ``surname``, their
    initials, starts and sounds, the surname's ``halves`` and ``deleted`` (rows of place and code). Over records:
    ``born``, its parts, ``digits`` in any order, ``convicted``, ``postcodes``, ``address``, ``town``."""

    owner: Column
    given: Column
    surname: Column
    halves: Column
    deleted: Rows
    given_initial: Column
    surname_initial: Column
    given_start: Column
    surname_start: Column
    sounds: list[Column]
    spellings: list[Column]
    born: Column
    year: Column
    month_day: Column
    year_month: Column
    year_day: Column
    digits: Column
    convicted: Column
    postcodes: Column
    address: Column
    town: Column

    @property
    def initials(self) -> list[Column]:
        """Both initials, in one order whichever is the given name's."""
        return [
            np.minimum(self.given_initial, self.surname_initial),
            np.maximum(self.given_initial, self.surname_initial),
        ]

    @classmethod
    def of(cls, records: Features) -> "KeyColumns":
        names, born = records.names, records.birth_date
        given, words, last_words = names.given[:, 0], names.given_words.words, names.surname_words.words
        parts = np.vstack([born.parts, [[-1, -1, -1]]])[born.codes]
        year, month, day = parts[:, 0], parts[:, 1], parts[:, 2]
        known = year > 0
        return cls(
            owner=names.record.astype(np.int32),
            given=coded(variants.root(word) for word in words)[given],
            surname=names.surname,
            halves=names.parts,
            deleted=_deleted(last_words, names.surname),
            given_initial=coded(word[:1] for word in words)[given],
            surname_initial=coded(word[:1] for word in last_words)[names.surname],
            given_start=coded(word[:2] for word in words)[given],
            surname_start=coded(word[:3] for word in last_words)[names.surname],
            sounds=_either_order([skeleton(w) for w in words], [skeleton(w) for w in last_words], names),
            spellings=_either_order(words, last_words, names),
            born=born.codes,
            year=year,
            month_day=np.where(known, month * 32 + day, -1),
            year_month=np.where(known, year * 16 + month, -1),
            year_day=np.where(known, year * 32 + day, -1),
            digits=_sorted_digits(records)[born.codes],
            convicted=records.conviction_date.codes,
            postcodes=records.postcodes,
            address=records.address.codes,
            town=records.town.codes,
        )


def _either_order(givens: Sequence[str], surnames: Sequence[str], names: Entries) -> list[Column]:
    """The two codes of each entry's given name and surname, the lesser first; -1 where one is missing."""
    codes = coded([*givens, *surnames])
    one = np.r_[codes[: len(givens)], -1][names.given[:, 0]]
    other = np.r_[codes[len(givens) : -1], -1][names.surname]
    missing = (one < 0) | (other < 0)
    return [np.where(missing, -1, np.minimum(one, other)), np.maximum(one, other)]


def _deleted(words: tuple[str, ...], surnames: Column) -> Rows:
    """For each entry every code of its surname but a letter: the entries' places, and the codes."""
    owners, codes = deletions(words)
    start = np.searchsorted(owners, np.arange(len(words) + 1))
    entries = np.flatnonzero(surnames >= 0)
    many = np.diff(start)[surnames[entries]]
    place = np.repeat(entries, many)
    step = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
    return place.astype(np.int32), [codes[start[surnames[place]] + step].astype(np.int32)]


def _sorted_digits(records: Features) -> Column:
    dates = records.birth_date
    known = np.r_[dates.digits[:, 0] != 255 if len(dates.digits) else np.zeros(0, bool), False]
    ordered = np.sort(np.vstack([dates.digits, np.zeros((1, 8), np.uint8)]), axis=1).astype(np.int64)
    packed = (ordered * 10 ** np.arange(8)).sum(axis=1)
    return np.where(known, np.unique(packed, return_inverse=True)[1].reshape(-1), -1).astype(np.int32)
