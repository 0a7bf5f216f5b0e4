"""The names of each record as rows of word codes: one entry for the current name, one for every other.

Decides which words stand for a record's names. Invariant: entries are sorted by record, the current name first;
an entry without a given name or a surname borrows the current one's, so that a maiden name is a full name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.columns import Part
from reconcile.linkage.letters import Letters, letters_of
from reconcile.linkage.values import Numbered, texts_at
from reconcile.names import parse
from reconcile.names.compare import Lexicon, lexicon

ENTRIES = 8
"""Different names of a record that are compared."""
LOOKED_AT = 64
"""Names of a record before which a repetition is looked for."""


@dataclass(frozen=True)
class Entries:
    """``record`` int64 [e]; ``given`` int32 [e, 1 + MIDDLES] into ``given_words``; ``surname`` int32 [e] and its
    ``parts`` int32 [e, 2] into ``surname_words``; ``start`` int64 [n + 1]: a record's entries, its current first.
    ``origin`` int64 [e]: the place of each entry in the flattened names, -1 where a record has none;
    ``as_surname`` int32: the surname code of each given word, -1 where no surname is spelt so."""

    record: NDArray[np.int64]
    given: NDArray[np.int32]
    surname: NDArray[np.int32]
    parts: NDArray[np.int32]
    start: NDArray[np.int64]
    given_words: Lexicon
    surname_words: Lexicon
    as_surname: NDArray[np.int32]
    origin: NDArray[np.int64]

    @cached_property
    def given_letters(self) -> Letters:
        return letters_of(self.given_words.words)

    @cached_property
    def surname_letters(self) -> Letters:
        return letters_of(self.surname_words.words)


def encode_names(parts: Sequence[Part], n: int) -> Entries:
    """Encode the names of ``n`` records: ``given`` and ``surname`` texts, or ``full`` ones whose parts are not told
    apart; of a record's names those of the first part come first."""
    given, surname = _Texts(), _Texts()
    owners: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    for part in parts:
        none = np.full(len(part.owners), -1, np.int32)
        halves = [side.coded(part.texts[name]) if name in part.texts else none.copy() for side, name in
                  ((given, "given"), (surname, "surname"))]  # fmt: skip
        if "full" in part.texts:
            _split_whole(part.texts["full"], (given, halves[0]), (surname, halves[1]))
        owners.append(part.owners)
        given.rows.append(halves[0])
        surname.rows.append(halves[1])
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return _tabulate(owner[order], (given.texts, given.joined()[order]), (surname.texts, surname.joined()[order]), n)


class _Texts:
    """Distinct texts of all parts, and the place among them of each name's; -1 where it has none."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.rows: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]

    @property
    def texts(self) -> list[str]:
        return list(self.places)

    def coded(self, found: Numbered) -> NDArray[np.int32]:
        places = [self.place(text) for text in found.texts.to_pylist()]
        return np.array([*places, -1], np.int32)[found.codes]

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places)) if text else -1

    def joined(self) -> NDArray[np.int32]:
        return np.concatenate(self.rows)


def _split_whole(
    whole: Numbered, given: tuple[_Texts, NDArray[np.int32]], surname: tuple[_Texts, NDArray[np.int32]]
) -> None:
    """Give the names whose parts are not told apart, and blank, the parts that their whole text splits into."""
    alone = np.flatnonzero((given[1] < 0) & (surname[1] < 0) & (whole.codes >= 0))
    codes = whole.codes[alone]
    used = np.flatnonzero(np.bincount(codes, minlength=len(whole.texts)))
    halves = [parse.full(text) for text in texts_at(whole.texts, used)]
    for side, (texts, rows) in enumerate((given, surname)):
        found = np.full(len(whole.texts), -1, np.int32)
        found[used] = [texts.place(split[side]) for split in halves]
        rows[alone] = found[codes]


Names = tuple[list[str], NDArray[np.int32]]
"""Distinct texts, and the place among them of each name's; -1 where it has none."""


def _tabulate(owners: NDArray[np.int64], given: Names, surname: Names, n: int) -> Entries:
    givens = [parse.given(text) for text in given[0]]
    surnames = [parse.surname(text) for text in surname[0]]
    given_words = lexicon(sorted({word for words in givens for word in words}), given=True)
    spelt = {word for found in surnames for word in (found.whole, found.former, *found.parts)} - {""}
    surname_words = lexicon(sorted(spelt), given=False)
    given_code = {word: code for code, word in enumerate(given_words.words)}
    surname_code = {word: code for code, word in enumerate(surname_words.words)} | {"": -1}
    given_rows = _rows([[given_code[word] for word in found] for found in givens], 1 + parse.MIDDLES)
    surname_rows = _rows(
        [
            (
                surname_code[found.whole],
                *(surname_code[part] for part in (*found.parts, "", "")[:2]),
                surname_code[found.former],
            )
            for found in surnames
        ],
        4,
    )
    first, last = given_rows[given[1]], surname_rows[surname[1]]
    origin = np.arange(len(owners))
    if len(former := np.flatnonzero(last[:, 3] >= 0)):
        extra = np.full((len(former), 4), -1, np.int32)
        extra[:, 0] = last[former, 3]
        order = np.argsort(np.r_[owners, owners[former]], kind="stable")
        owners, origin = np.r_[owners, owners[former]][order], np.r_[origin, origin[former]][order]
        first, last = np.r_[first, first[former]][order], np.r_[last, extra][order]
    as_surname = np.array([surname_code.get(word, -1) for word in given_words.words], np.int32)
    owners, first, last, origin = _borrowed(*_present(owners, first, last, origin, n=n))
    kept = _distinct(owners, first, last[:, 0])
    if not kept.all():
        owners, first, last, origin = owners[kept], first[kept], last[kept], origin[kept]
    return Entries(
        record=owners,
        given=first,
        surname=last[:, 0].copy(),
        parts=last[:, 1:3].copy(),
        start=_starts(owners, n),
        given_words=given_words,
        surname_words=surname_words,
        as_surname=as_surname,
        origin=origin,
    )


def _rows(codes: Sequence[Sequence[int]], width: int) -> NDArray[np.int32]:
    """Codes as rows of one width, -1 where there is none and in one row more at the end."""
    empty = [-1] * width
    return np.array([(*found, *empty[len(found) :]) for found in codes] + [tuple(empty)], np.int32)


_Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]
"""Of each entry: owner, given codes, surname codes (whole, two parts, former), origin."""


def _present(
    owners: NDArray[np.int64], given: NDArray[np.int32], last: NDArray[np.int32], origin: NDArray[np.int64], *, n: int
) -> _Rows:
    """The entries that name somebody, and an empty one for each record that has none."""
    named = (given[:, 0] >= 0) | (last[:, 0] >= 0)
    if not named.all():
        owners, given, last, origin = owners[named], given[named], last[named], origin[named]
    missing = np.flatnonzero(np.bincount(owners, minlength=n) == 0)
    if not len(missing):
        return owners, given, last, origin
    before = np.searchsorted(owners, missing)
    return (
        np.insert(owners, before, missing),
        np.insert(given, before, -1, axis=0),
        np.insert(last, before, -1, axis=0),
        np.insert(origin, before, -1),
    )


def _starts(owners: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Where the entries of each record begin, with one place more at the end."""
    return np.asarray(np.r_[0, np.cumsum(np.bincount(owners, minlength=n))], np.int64)


def _borrowed(
    owners: NDArray[np.int64], given: NDArray[np.int32], last: NDArray[np.int32], origin: NDArray[np.int64]
) -> _Rows:
    """Entries without a given name or a surname have that of their record's first."""
    for part in (given, last):
        lacking = np.flatnonzero(part[:, 0] < 0)
        part[lacking] = part[np.searchsorted(owners, owners[lacking])]
    return owners, given, last, origin


def _distinct(owners: NDArray[np.int64], given: NDArray[np.int32], surname: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which entries are no repetition of an earlier one of their record, ``ENTRIES`` of a record at most."""
    start = _starts(owners, int(owners[-1]) + 1 if len(owners) else 0)[owners]
    place = np.arange(len(owners)) - start
    kept = np.ones(len(owners), bool)
    for back in range(1, min(int(place.max(initial=0)) + 1, LOOKED_AT)):
        later = np.flatnonzero(place >= back)
        same = (surname[later] == surname[later - back]) & (given[later] == given[later - back]).all(axis=1)
        kept[later[same]] = False
    before = np.cumsum(kept) - kept
    return np.asarray(kept & (before - before[start] < ENTRIES))
