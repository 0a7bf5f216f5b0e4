"""What the keys of blocking are made of, as columns of codes.

Decides how a name, a date or a place is cut for a key. Invariant: codes say what is equal and no more; -1 is
missing; a column is over records or over name entries, as it says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.entries import Entries
from reconcile.linkage.features import Features
from reconcile.names import variants
from reconcile.names.skeleton import deletions, skeletons

Column = NDArray[np.integer]


@dataclass(frozen=True)
class Rows:
    """The rows of a key: whose they are, int32, and the key of each as a hash, uint64; 0 is missing.

    Different values fall on one hash about once in a million million pairs: a candidate more, and no harm.
    """

    owners: NDArray[np.int32]
    hashes: NDArray[np.uint64]


_STEP: Final = 1 << 16
"""Rows mixed at once, so that what is mixed stays in the cache."""
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


def hashed(*parts: Column) -> NDArray[np.uint64]:
    """One hash of the codes in each row, 0 where one is below 0."""
    result = np.full(len(parts[0]), _MIX, np.uint64)
    missing = np.zeros(len(result), bool)
    for part in parts:
        missing |= part < 0
        mixed(result, part)
    result[missing] = 0
    return result


def mixed(hashes: NDArray[np.uint64], part: Column) -> None:
    """Mix another column into hashes, in place."""
    for begin in range(0, len(hashes), _STEP):
        some = hashes[begin : begin + _STEP]
        some ^= part[begin : begin + _STEP].astype(np.uint64)
        some *= _MIX
        some ^= some >> np.uint64(29)


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
    """int32 columns. Over name entries: ``owner``, ``given`` (one code for all forms of a name), ``surname``, its
    ``halves``, their initials, starts and ends. Over records: ``born``, its parts, ``digits`` in any order,
    ``convicted``, ``postcodes``, ``address``, ``town``. What takes long is made by the first key that asks for it."""

    owner: NDArray[np.int32]
    given: Column
    surname: Column
    halves: Column
    given_initial: Column
    surname_initial: Column
    given_start: Column
    surname_start: Column
    surname_end: Column
    names: Entries
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

    @cached_property
    def shortened(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The codes of every surname word but a letter, and where each word's begin."""
        return _shortened(self.names.surname_words.words)

    @cached_property
    def sounds(self) -> list[Column]:
        """The sounds of both names, in one order whichever is the given name's."""
        return _either_order(
            skeletons(self.names.given_words.words), skeletons(self.names.surname_words.words), self.names
        )

    @cached_property
    def spellings(self) -> list[Column]:
        """Both names as they are spelt, in one order whichever is the given name's."""
        return _either_order(self.names.given_words.words, self.names.surname_words.words, self.names)

    @cached_property
    def initials(self) -> list[Column]:
        """Both initials, in one order whichever is the given name's."""
        given, surname = self.names.given_words.words, self.names.surname_words.words
        return _either_order([word[:1] for word in given], [word[:1] for word in surname], self.names)

    def but_a_letter(self, entries: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """A row for each surname of the entries but a letter: the entry, and the code of what is left."""
        codes, start = self.shortened
        word = self.surname[entries]
        many = start[word + 1] - start[word]
        row = np.arange(many.sum(), dtype=np.int32)
        row += np.repeat(start[word] + many - np.cumsum(many, dtype=np.int32), many)
        return np.repeat(entries, many), codes[row]

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
            given_initial=coded(word[:1] for word in words)[given],
            surname_initial=coded(word[:1] for word in last_words)[names.surname],
            given_start=coded(word[:2] for word in words)[given],
            surname_start=coded(word[:3] for word in last_words)[names.surname],
            surname_end=coded(word[-2:] for word in last_words)[names.surname],
            names=names,
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


def _shortened(words: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The codes of every word but a letter, and where each word's begin."""
    owners, codes = deletions(words)
    return codes.astype(np.int32), np.searchsorted(owners, np.arange(len(words) + 1)).astype(np.int32)


def _sorted_digits(records: Features) -> Column:
    dates = records.birth_date
    known = np.r_[dates.digits[:, 0] != 255 if len(dates.digits) else np.zeros(0, bool), False]
    ordered = np.sort(np.vstack([dates.digits, np.zeros((1, 8), np.uint8)]), axis=1).astype(np.int64)
    packed = (ordered * 10 ** np.arange(8)).sum(axis=1)
    return np.where(known, np.unique(packed, return_inverse=True)[1].reshape(-1), -1).astype(np.int32)
