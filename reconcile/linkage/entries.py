"""The names of each record as rows of word codes: one entry for the current name, one for every other.

Decides which words stand for a record's names. Invariant: entries are sorted by record, the current name first;
an entry without a given name or a surname borrows the current one's, so that a maiden name is a full name.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.names import parse
from reconcile.names.compare import Lexicon, lexicon

ENTRIES = 8
"""Names of a record that are compared."""


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


def encode_names(items: tuple[NDArray[np.int64], Any], n: int) -> Entries:
    """Encode the flattened NAME structs of ``n`` records."""
    owners, structs = items
    if structs is None:
        owners, given_text, surname_text = np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0, object)
    else:
        given_text, surname_text = (
            pc.fill_null(structs.field(name), "").to_numpy(zero_copy_only=False) for name in ("given", "surname")
        )
        whole = pc.fill_null(structs.field("full"), "").to_numpy(zero_copy_only=False)
        alone = np.flatnonzero((given_text == "") & (surname_text == "") & (whole != ""))
        if len(alone):
            split = {text: parse.full(text) for text in set(whole[alone].tolist())}
            given_text, surname_text = given_text.copy(), surname_text.copy()
            given_text[alone] = [split[text][0] for text in whole[alone]]
            surname_text[alone] = [split[text][1] for text in whole[alone]]
    return _tabulate(owners, given_text, surname_text, n)


def _tabulate(owners: NDArray[np.int64], given_text: NDArray[Any], surname_text: NDArray[Any], n: int) -> Entries:
    givens = {text: parse.given(text) for text in sorted(set(given_text.tolist()))}
    surnames = {text: parse.surname(text) for text in sorted(set(surname_text.tolist()))}
    given_words = lexicon(sorted({word for words in givens.values() for word in words}), given=True)
    spelt = {word for found in surnames.values() for word in (found.whole, found.former, *found.parts)} - {""}
    surname_words = lexicon(sorted(spelt), given=False)
    given_code = {word: code for code, word in enumerate(given_words.words)} | {"": -1}
    surname_code = {word: code for code, word in enumerate(surname_words.words)} | {"": -1}

    given_rows = np.array(
        [[*(given_code[word] for word in words), *[-1] * 4][: 1 + parse.MIDDLES] for words in givens.values()], np.int32
    ).reshape(-1, 1 + parse.MIDDLES)
    surname_rows = np.array(
        [
            [
                surname_code[found.whole],
                *[*(surname_code[part] for part in found.parts), -1, -1][:2],
                surname_code[found.former],
            ]
            for found in surnames.values()
        ],
        np.int32,
    ).reshape(-1, 4)
    given_place = {text: place for place, text in enumerate(givens)}
    surname_place = {text: place for place, text in enumerate(surnames)}
    given = given_rows[[given_place[text] for text in given_text.tolist()]]
    last = surname_rows[[surname_place[text] for text in surname_text.tolist()]]

    origin = np.arange(len(owners))
    former = np.flatnonzero(last[:, 3] >= 0)
    owners = np.concatenate([owners, owners[former]])
    given = np.concatenate([given, given[former]])
    extra = np.full((len(former), 4), -1, np.int32)
    extra[:, 0] = last[former, 3]
    last = np.concatenate([last, extra])
    origin = np.concatenate([origin, origin[former]])
    order = np.argsort(owners, kind="stable")
    as_surname = np.array([surname_code.get(word, -1) for word in given_words.words], np.int32)
    lexica = _Lexica(given_words, surname_words, as_surname)
    return _arrange(owners[order], given[order], last[order], origin[order], n=n, lexica=lexica)


@dataclass(frozen=True)
class _Lexica:
    given_words: Lexicon
    surname_words: Lexicon
    as_surname: NDArray[np.int32]


def _arrange(
    owners: NDArray[np.int64],
    given: NDArray[np.int32],
    last: NDArray[np.int32],
    origin: NDArray[np.int64],
    *,
    n: int,
    lexica: _Lexica,
) -> Entries:
    present = (given[:, 0] >= 0) | (last[:, 0] >= 0)
    owners, given, last, origin = owners[present], given[present], last[present], origin[present]
    missing = np.setdiff1d(np.arange(n), owners)
    owners = np.concatenate([owners, missing])
    given = np.concatenate([given, np.full((len(missing), given.shape[1]), -1, np.int32)])
    last = np.concatenate([last, np.full((len(missing), 4), -1, np.int32)])
    origin = np.concatenate([origin, np.full(len(missing), -1)])
    order = np.argsort(owners, kind="stable")
    owners, given, last, origin = owners[order], given[order], last[order], origin[order]
    first = np.searchsorted(owners, owners)
    given = np.where((given[:, :1] < 0), given[first], given)
    last = np.where((last[:, :1] < 0), last[first], last)
    keys = np.column_stack([owners, last[:, 0], given])
    ranked = np.lexsort((np.arange(len(owners)), *keys.T[::-1]))
    repeated = np.zeros(len(owners), bool)
    repeated[ranked[1:]] = (keys[ranked[1:]] == keys[ranked[:-1]]).all(axis=1)
    kept = ~repeated & (np.arange(len(owners)) - first < ENTRIES)
    owners, given, last, origin = owners[kept], given[kept], last[kept], origin[kept]
    start = np.searchsorted(owners, np.arange(n + 1)).astype(np.int64)
    return Entries(
        record=owners,
        given=given,
        surname=last[:, 0].copy(),
        parts=last[:, 1:3].copy(),
        start=start,
        given_words=lexica.given_words,
        surname_words=lexica.surname_words,
        as_surname=lexica.as_surname,
        origin=origin,
    )
