"""The keys of blocking: what two records must share to be compared at all.

Decides which agreements are enough to look closer. Invariant: at least one key needs no name, one no birth date,
one no address, so that no single change hides a person; a value below 0 is missing and blocks nothing. Keys that
hold a word but one letter find every surname one slip away; where records are too many for them, sounds, starts and
ends of the surname find most.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.linkage.key_columns import OVER_RECORDS, Column, KeyColumns, Rows, coded, hashed, mixed


@dataclass(frozen=True)
class Key:
    """``rows`` makes the key's rows when they are needed, all at once or in ``parts`` that share no block; ``kind`` is
    telling, rare or loose, and says the budget of all parts together."""

    name: str
    rows: Callable[[], Rows | Iterator[Rows]]
    kind: str = "telling"
    parts: int = 1


_PART = 250_000
"""Names whose rows are made at once."""


def keys(records: Features) -> list[Key]:
    """Every key, the most telling first."""
    found = [*_identifier_keys(records)]
    columns = KeyColumns.of(records)
    found += [Key(name, partial(make, columns)) for name, make in _TELLING.items()]
    found += [Key(name, partial(make, columns), "rare") for name, make in _RARE.items()]
    if not table.deep(records.n):
        return found
    parts = _parts_of(columns)
    found += [Key(name, partial(make, columns), "loose", parts) for name, make in _LOOSE_IN_PARTS.items()]
    found += [Key(name, partial(make, columns), "loose") for name, make in _LOOSE.items()]
    for scheme, codes in sorted(records.opaque.items()):
        start = coded(text[:5] for text in codes.values.to_pylist())
        found.append(Key(f"{scheme} start", partial(_record_rows, start[codes.codes]), "loose"))
    return found


def _rows(owners: Column, *parts: Column) -> Rows:
    return Rows(owners.astype(np.int32, copy=False), hashed(*parts))


def _record_rows(*parts: Column) -> Rows:
    return Rows(np.arange(len(parts[0]), dtype=np.int32), hashed(*parts))


def _identifier_keys(records: Features) -> Iterator[Key]:
    for scheme, known in sorted(records.typed.items()):
        everyone = np.repeat(np.arange(records.n, dtype=np.int32), known.codes.shape[1])
        yield Key(scheme, partial(_rows, everyone, known.codes.ravel()))
    for scheme, codes in sorted(records.opaque.items()):
        yield Key(scheme, partial(_record_rows, codes.codes))
        texts = codes.values.to_pylist()
        if any("@" in text for text in texts):
            stems = coded(text.split("@")[0] for text in texts)
            yield Key(f"{scheme} stem", partial(_record_rows, stems[codes.codes]))


def _of_records(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of columns over records."""
    return lambda columns: _record_rows(*(getattr(columns, name) for name in names))


def _of_names(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of columns over name entries, and over records where a name needs none."""

    return lambda columns: Rows(columns.owner, hashed(*_parts(columns, names)))


def _parts(columns: KeyColumns, names: tuple[str, ...]) -> list[Column]:
    """The named columns over name entries."""
    parts: list[Column] = []
    for name in names:
        found = getattr(columns, name)
        if isinstance(found, list):
            parts += found
        else:
            parts.append(found[columns.owner] if name in OVER_RECORDS else found)
    return parts


def _parts_of(columns: KeyColumns) -> int:
    """In how many parts the rows of a surname but a letter are made."""
    return 1 + len(columns.owner) // _PART


def _but_a_letter(*names: str) -> Callable[[KeyColumns], Iterator[Rows]]:
    """A key of the surname but a letter, and other columns: many rows a name, so they are made a part at a time."""

    def make(columns: KeyColumns) -> Iterator[Rows]:
        others = hashed(*_parts(columns, names))
        others[columns.surname < 0] = 0
        parts = np.uint64(_parts_of(columns))
        part = others % parts
        for chosen in range(int(parts)):
            entries = np.flatnonzero((part == chosen) & (others != 0)).astype(np.int32)
            place, deleted = columns.but_a_letter(entries)
            hashes = others[place]
            mixed(hashes, deleted)
            yield Rows(columns.owner[place], hashes)

    return make


def _born_surname(columns: KeyColumns) -> Rows:
    owner = np.r_[columns.owner, columns.owner, columns.owner]
    return _rows(owner, columns.born[owner], np.r_[columns.surname, columns.halves[:, 0], columns.halves[:, 1]])


def _born_postcode(columns: KeyColumns) -> Rows:
    wide = columns.postcodes.shape[1]
    owner = np.repeat(np.arange(len(columns.born), dtype=np.int32), wide)
    return _rows(owner, columns.born[owner], columns.postcodes.ravel())


def _postcode_and(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of any postcode of the record, and other columns."""

    def make(columns: KeyColumns) -> Rows:
        wide = columns.postcodes.shape[1]
        others = (np.repeat(part, wide) for part in _parts(columns, names))
        return _rows(np.repeat(columns.owner, wide), columns.postcodes[columns.owner].ravel(), *others)

    return make


_LOOSE_IN_PARTS: dict[str, Callable[[KeyColumns], Iterator[Rows]]] = {
    "surname but a letter, given name, year": _but_a_letter("given", "year"),
    "birth date, surname but a letter, initial": _but_a_letter("born", "given_initial"),
    "conviction date, surname but a letter, initial": _but_a_letter("convicted", "given_initial"),
}

_TELLING: dict[str, Callable[[KeyColumns], Rows]] = {
    "birth date, surname": _born_surname,
    "birth date, conviction date": _of_records("born", "convicted"),
    "birth date, names by sound": _of_names("born", "sounds"),
    "birth date, given name, surname initial": _of_names("born", "given", "surname_initial"),
    "birth date, initial, surname end": _of_names("born", "given_initial", "surname_end"),
    "birth date, postcode": _born_postcode,
    "birth date, address": _of_records("born", "address"),
    "conviction date, names by sound": _of_names("convicted", "sounds"),
    "conviction date, initial, surname start": _of_names("convicted", "given_initial", "surname_start"),
    "birth digits, names by sound": _of_names("digits", "sounds"),
    "postcode, given name": _postcode_and("given"),
    "postcode, surname": _postcode_and("surname"),
    "postcode, year": _postcode_and("year"),
    "address, surname": _of_names("address", "surname"),
    "names by sound, day and month": _of_names("sounds", "month_day"),
    "names by sound, year and month": _of_names("sounds", "year_month"),
    "names by sound, year and day": _of_names("sounds", "year_day"),
}
"""Keys that few strangers share, however many the records."""

_RARE: dict[str, Callable[[KeyColumns], Rows]] = {
    "full name": _of_names("given", "surname"),
    "names by sound": _of_names("sounds"),
}
"""Keys that tell much where few share them and nothing where many do: their large blocks are always stopped."""

_LOOSE: dict[str, Callable[[KeyColumns], Rows]] = {
    "names in either order": _of_names("spellings"),
    "birth date, given name": _of_names("born", "given"),
    "conviction date, given name, surname initial": _of_names("convicted", "given", "surname_initial"),
    "conviction date, surname": _of_names("convicted", "surname"),
    "conviction date, day and month": _of_records("convicted", "month_day"),
    "conviction date, year and month": _of_records("convicted", "year_month"),
    "birth digits, initials": _of_names("digits", "initials"),
    "birth digits, surname": _of_names("digits", "surname"),
    "birth digits, given name": _of_names("digits", "given"),
    "birth date, initial": _of_names("born", "given_initial"),
    "birth date, surname initial": _of_names("born", "surname_initial"),
    "birth date, town": _of_records("born", "town"),
    "birth date": _of_records("born"),
    "name starts, day and month": _of_names("given_start", "surname_start", "month_day"),
    "name starts, year": _of_names("given_start", "surname_start", "year"),
    "surname, initial, year": _of_names("surname", "given_initial", "year"),
    "surname, day and month": _of_names("surname", "month_day"),
    "given name, surname initial, year": _of_names("given", "surname_initial", "year"),
    "address, given name": _of_names("address", "given"),
    "address, year": _of_records("address", "year"),
    "town, surname, initial": _of_names("town", "surname", "given_initial"),
    "town, given name, surname initial": _of_names("town", "given", "surname_initial"),
    "given name, town": _of_names("given", "town"),
    "surname, town": _of_names("surname", "town"),
    "initials, year": _of_names("initials", "year"),
    "initials, town": _of_names("initials", "town"),
    "day and month": _of_records("month_day"),
    "town, year": _of_records("town", "year"),
}
"""Keys that many strangers share: left out where records are many, as their pairs grow with the square."""
