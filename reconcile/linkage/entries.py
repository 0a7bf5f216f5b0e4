"""The names of each record as rows of word codes: one entry for the current name, one for every other.

Decides which words stand for a record's names. Invariant: entries are sorted by record, the current name first;
an entry without a given name or a surname borrows the current one's, so that a maiden name is a full name.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile import schema
from reconcile.linkage.letters import Letters, letters_of
from reconcile.linkage.values import numbered
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


def encode_names(items: tuple[NDArray[np.int64], Any], n: int) -> Entries:
    """Encode the flattened NAME structs of ``n`` records; their owners rise."""
    owners, structs = items
    if structs is None:
        structs = pa.array([], schema.NAME)
    given_texts, given = numbered(structs.field("given"))
    surname_texts, surname = numbered(structs.field("surname"))
    given_words, surname_words = given_texts.to_pylist(), surname_texts.to_pylist()
    given, surname = _split_whole(structs, (given_words, given), (surname_words, surname))
    return _tabulate(owners, (given_words, given), (surname_words, surname), n)


Texts = tuple[list[str], NDArray[np.int32]]
"""Distinct texts, and the place among them of each name's; -1 where it has none."""


def _split_whole(structs: Any, given: Texts, surname: Texts) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The codes with those of the names whose parts are not told apart; their texts are added to the lists."""
    compute: Any = pc
    blank = [compute.equal(compute.fill_null(structs.field(part), ""), "") for part in ("given", "surname")]
    alone = compute.and_(compute.and_(*blank), compute.not_equal(compute.fill_null(structs.field("full"), ""), ""))
    rows = np.flatnonzero(alone.to_numpy(zero_copy_only=False))
    if not len(rows):
        return given[1], surname[1]
    texts, codes = numbered(structs.field("full").take(pa.array(rows)))
    split = [parse.full(text) for text in texts.to_pylist()]
    changed = []
    for part, (words, known) in enumerate((given, surname)):
        place = {word: code for code, word in enumerate(words)}
        found = np.array([place.setdefault(halves[part], len(place)) for halves in split], np.int32)
        words.extend(list(place)[len(words) :])
        changed.append(known.copy())
        changed[-1][rows] = found[codes]
    return changed[0], changed[1]


def _tabulate(owners: NDArray[np.int64], given: Texts, surname: Texts, n: int) -> Entries:
    givens = [parse.given(text) for text in given[0]]
    surnames = [parse.surname(text) for text in surname[0]]
    given_words = lexicon(sorted({word for words in givens for word in words}), given=True)
    spelt = {word for found in surnames for word in (found.whole, found.former, *found.parts)} - {""}
    surname_words = lexicon(sorted(spelt), given=False)
    given_code = {word: code for code, word in enumerate(given_words.words)}
    surname_code = {word: code for code, word in enumerate(surname_words.words)} | {"": -1}
    given_rows = np.full((len(givens) + 1, 1 + parse.MIDDLES), -1, np.int32)
    for row, words in enumerate(givens):
        for place, word in enumerate(words):
            given_rows[row, place] = given_code[word]
    surname_rows = np.full((len(surnames) + 1, 4), -1, np.int32)
    for row, found in enumerate(surnames):
        surname_rows[row, 0] = surname_code[found.whole]
        for place, part in enumerate(found.parts[:2]):
            surname_rows[row, 1 + place] = surname_code[part]
        surname_rows[row, 3] = surname_code[found.former]
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
    owners, first, last, origin = owners[kept], first[kept], last[kept], origin[kept]
    return Entries(
        record=owners,
        given=first,
        surname=last[:, 0].copy(),
        parts=last[:, 1:3].copy(),
        start=np.searchsorted(owners, np.arange(n + 1)).astype(np.int64),
        given_words=given_words,
        surname_words=surname_words,
        as_surname=as_surname,
        origin=origin,
    )


_Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]
"""Of each entry: owner, given codes, surname codes (whole, two parts, former), origin."""


def _present(
    owners: NDArray[np.int64], given: NDArray[np.int32], last: NDArray[np.int32], origin: NDArray[np.int64], *, n: int
) -> _Rows:
    """The entries that name somebody, and an empty one for each record that has none."""
    named = (given[:, 0] >= 0) | (last[:, 0] >= 0)
    owners, given, last, origin = owners[named], given[named], last[named], origin[named]
    missing = np.flatnonzero(np.bincount(owners, minlength=n) == 0)
    if not len(missing):
        return owners, given, last, origin
    order = np.argsort(np.r_[owners, missing], kind="stable")
    given = np.r_[given, np.full((len(missing), given.shape[1]), -1, np.int32)][order]
    last = np.r_[last, np.full((len(missing), 4), -1, np.int32)][order]
    return np.r_[owners, missing][order], given, last, np.r_[origin, np.full(len(missing), -1)][order]


def _borrowed(
    owners: NDArray[np.int64], given: NDArray[np.int32], last: NDArray[np.int32], origin: NDArray[np.int64]
) -> _Rows:
    """Entries without a given name or a surname have that of their record's first."""
    first = np.searchsorted(owners, owners)
    for part in (given, last):
        lacking = np.flatnonzero(part[:, 0] < 0)
        part[lacking] = part[first[lacking]]
    return owners, given, last, origin


def _distinct(owners: NDArray[np.int64], given: NDArray[np.int32], surname: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which entries are no repetition of an earlier one of their record, ``ENTRIES`` of a record at most."""
    start = np.searchsorted(owners, owners)
    place = np.arange(len(owners)) - start
    kept = np.ones(len(owners), bool)
    for back in range(1, min(int(place.max(initial=0)) + 1, LOOKED_AT)):
        later = np.flatnonzero(place >= back)
        same = (surname[later] == surname[later - back]) & (given[later] == given[later - back]).all(axis=1)
        kept[later[same]] = False
    before = np.cumsum(kept) - kept
    return np.asarray(kept & (before - before[start] < ENTRIES))
