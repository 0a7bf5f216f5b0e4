"""The keys of blocking: what two records must share to be compared at all.

Decides which agreements are enough to look closer. Invariant: at least one key needs no name, one no birth date,
one no address, so that no single change hides a person; a value below 0 is missing and blocks nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.names import variants

Column = NDArray[np.int64]
Key = tuple[str, Column, list[Column]]
"""A name, the owners of the rows, and the columns that make the key up."""


def _prefix(words: Iterable[str], length: int) -> Column:
    return _table([word[:length] for word in words])


def _table(values: list[str]) -> Column:
    """Codes of strings, with one more place at the end so that -1 stays -1."""
    codes = np.unique(np.array(values, dtype=str), return_inverse=True)[1] if values else np.zeros(0)
    return np.asarray(np.r_[codes, -1].astype(np.int64))


def keys(records: Features) -> Iterator[Key]:
    """Every key, the most telling first."""
    yield from _identifier_keys(records)
    names = _names(records)
    birth = _births(records)
    yield from _birth_keys(records, names, birth)
    yield from _name_keys(records, names, birth)
    yield from _other_keys(records, names, birth)
    if table.deep(records.n):
        yield from _loose_keys(records, names, birth)


@dataclass(frozen=True)
class _Names:
    """Columns over name entries; ``halves`` and ``thrice`` over the surname and its two parts."""

    owner: Column
    root: Column
    initial: Column
    start: Column
    skeleton: Column
    surname: Column
    last_initial: Column
    last_start: Column
    last_skeleton: Column

    @property
    def initials(self) -> list[Column]:
        """Both initials, in one order whichever is the given name's."""
        return [np.minimum(self.initial, self.last_initial), np.maximum(self.initial, self.last_initial)]


def _names(records: Features) -> _Names:
    names = records.names
    given, words, surnames = names.given[:, 0], names.given_words, names.surname_words
    return _Names(
        owner=names.record,
        root=_table([variants.root(word) for word in words.words])[given],
        initial=_prefix(words.words, 1)[given],
        start=_prefix(words.words, 2)[given],
        skeleton=np.r_[words.skeletons, -1].astype(np.int64)[given],
        surname=names.surname.astype(np.int64),
        last_initial=_prefix(surnames.words, 1)[names.surname],
        last_start=_prefix(surnames.words, 3)[names.surname],
        last_skeleton=np.r_[surnames.skeletons, -1].astype(np.int64)[names.surname],
    )


@dataclass(frozen=True)
class _Births:
    """Columns over records; ``day`` is day and month, ``digits`` the date's digits in any order."""

    date: Column
    year: Column
    day: Column
    digits: Column


def _births(records: Features) -> _Births:
    codes = records.birth_date.codes
    parts = np.vstack([records.birth_date.parts, [[-1, -1, -1]]]).astype(np.int64)[codes]
    day = np.where(parts[:, 1] > 0, parts[:, 1] * 32 + parts[:, 2], -1)
    return _Births(codes.astype(np.int64), parts[:, 0], day, _sorted_digits(records)[codes])


def _identifier_keys(records: Features) -> Iterator[Key]:
    everyone = np.arange(records.n)
    for scheme, known in sorted(records.typed.items()):
        yield scheme, np.repeat(everyone, known.codes.shape[1]), [known.codes.ravel().astype(np.int64)]
    for scheme, codes in sorted(records.opaque.items()):
        yield scheme, everyone, [codes.codes.astype(np.int64)]
        if any("@" in value for value in codes.values):
            yield f"{scheme} stem", everyone, [_table([value.split("@")[0] for value in codes.values])[codes.codes]]


def _birth_keys(records: Features, names: _Names, birth: _Births) -> Iterator[Key]:
    everyone, owner = np.arange(records.n), names.owner
    parts = records.names.parts.astype(np.int64)
    thrice = np.r_[owner, owner, owner]
    wide = records.postcodes.shape[1]
    yield "birth date, surname", thrice, [birth.date[thrice], np.r_[names.surname, parts[:, 0], parts[:, 1]]]
    yield "birth date, given name", owner, [birth.date[owner], names.root]
    yield "birth date, conviction date", everyone, [birth.date, records.conviction_date.codes.astype(np.int64)]
    yield "birth date, address", everyone, [birth.date, records.address.codes.astype(np.int64)]
    postcode = records.postcodes.ravel().astype(np.int64)
    yield "birth date, postcode", np.repeat(everyone, wide), [np.repeat(birth.date, wide), postcode]
    yield "birth date, initial", owner, [birth.date[owner], names.initial]
    yield "birth date, surname initial", owner, [birth.date[owner], names.last_initial]
    yield "birth digits, given name", owner, [birth.digits[owner], names.root]
    yield "birth digits, surname", owner, [birth.digits[owner], names.surname]
    yield "birth digits, initials", owner, [birth.digits[owner], *names.initials]
    yield "birth date, town", everyone, [birth.date, records.town.codes.astype(np.int64)]
    yield "birth date", everyone, [birth.date]


def _name_keys(records: Features, names: _Names, birth: _Births) -> Iterator[Key]:
    owner, year, day = names.owner, birth.year[names.owner], birth.day[names.owner]
    yield "full name", owner, [names.root, names.surname]
    either = _either_order(records)
    yield "swapped name", owner, either
    yield "swapped name, year", owner, [*either, year]
    yield "name starts, year", owner, [names.start, names.last_start, year]
    yield "name starts, day and month", owner, [names.start, names.last_start, day]
    yield "skeletons, year", owner, [names.skeleton, names.last_skeleton, year]
    yield "skeletons", owner, [names.skeleton, names.last_skeleton]
    yield "surname skeleton, initial, day and month", owner, [names.last_skeleton, names.initial, day]
    yield "given skeleton, surname initial, day and month", owner, [names.skeleton, names.last_initial, day]
    yield "surname, day and month", owner, [names.surname, day]
    yield "given name, surname initial, year", owner, [names.root, names.last_initial, year]
    yield "surname, initial, year", owner, [names.surname, names.initial, year]


def _other_keys(records: Features, names: _Names, birth: _Births) -> Iterator[Key]:
    owner = names.owner
    for slot in range(records.postcodes.shape[1]):
        postcode = records.postcodes[owner, slot].astype(np.int64)
        yield f"postcode {slot + 1}, given name", owner, [postcode, names.root]
        yield f"postcode {slot + 1}, surname", owner, [postcode, names.surname]
    address = records.address.codes.astype(np.int64)[owner]
    town = records.town.codes.astype(np.int64)[owner]
    convicted = records.conviction_date.codes.astype(np.int64)[owner]
    yield "address, given name", owner, [address, names.root]
    yield "address, surname", owner, [address, names.surname]
    yield "address, year", owner, [address, birth.year[owner]]
    yield "town, surname, initial", owner, [town, names.surname, names.initial]
    yield "town, given name, surname initial", owner, [town, names.root, names.last_initial]
    yield "conviction date, surname", owner, [convicted, names.surname]
    yield "conviction date, given name", owner, [convicted, names.root]


def _loose_keys(records: Features, names: _Names, birth: _Births) -> Iterator[Key]:
    owner, year, day = names.owner, birth.year[names.owner], birth.day[names.owner]
    town = records.town.codes.astype(np.int64)[owner]
    yield "given name, town", owner, [names.root, town]
    yield "surname, town", owner, [names.surname, town]
    yield "given skeleton, year", owner, [names.skeleton, year]
    yield "surname skeleton, year", owner, [names.last_skeleton, year]
    yield "given skeleton, day and month", owner, [names.skeleton, day]
    yield "initials, year", owner, [*names.initials, year]
    yield "initials, town", owner, [*names.initials, town]
    yield "surname skeleton", owner, [names.last_skeleton]
    yield "day and month", owner, [day]
    yield "town, year", owner, [town, year]
    for scheme, codes in sorted(records.opaque.items()):
        yield f"{scheme} start", np.arange(records.n), [_prefix(codes.values, 5)[codes.codes]]


def _sorted_digits(records: Features) -> Column:
    dates = records.birth_date
    known = np.r_[dates.digits[:, 0] != 255 if len(dates.digits) else np.zeros(0, bool), False]
    ordered = np.sort(np.vstack([dates.digits, np.zeros((1, 8), np.uint8)]), axis=1).astype(np.int64)
    packed = (ordered * 10 ** np.arange(8)).sum(axis=1)
    return np.where(known, np.unique(packed, return_inverse=True)[1].reshape(-1), -1)


def _either_order(records: Features) -> list[Column]:
    names = records.names
    spelt = np.r_[names.as_surname, -1].astype(np.int64)[names.given[:, 0]]
    surname = names.surname.astype(np.int64)
    return [np.where(surname < 0, -1, np.minimum(spelt, surname)), np.maximum(spelt, surname)]
