"""The keys of blocking: what two records must share to be compared at all.

Decides which agreements are enough to look closer. Invariant: at least one key needs no name, one no birth date,
one no address, so that no single change hides a person; a value below 0 is missing and blocks nothing. Keys that
hold a word but one letter find every surname one slip away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.linkage.key_columns import OVER_RECORDS, Column, KeyColumns, Rows, coded


@dataclass(frozen=True)
class Key:
    """``rows`` makes the key's rows when they are needed; ``kind`` is telling, rare or loose, and says its budget."""

    name: str
    rows: Callable[[], Rows]
    kind: str = "telling"


def keys(records: Features) -> list[Key]:
    """Every key, the most telling first."""
    found = [*_identifier_keys(records)]
    columns = KeyColumns.of(records)
    found += [Key(name, partial(make, columns)) for name, make in _TELLING.items()]
    found += [Key(name, partial(make, columns), "rare") for name, make in _RARE.items()]
    if not table.deep(records.n):
        return found
    found += [Key(name, partial(make, columns), "loose") for name, make in _LOOSE.items()]
    for scheme, codes in sorted(records.opaque.items()):
        start = coded(value[:5] for value in codes.values)
        found.append(Key(f"{scheme} start", partial(_record_rows, start[codes.codes]), "loose"))
    return found


def _record_rows(*parts: Column) -> Rows:
    return np.arange(len(parts[0]), dtype=np.int32), list(parts)


def _identifier_keys(records: Features) -> Iterator[Key]:
    for scheme, known in sorted(records.typed.items()):
        everyone = np.repeat(np.arange(records.n, dtype=np.int32), known.codes.shape[1])
        yield Key(scheme, partial(lambda owners, codes: (owners, [codes]), everyone, known.codes.ravel()))
    for scheme, codes in sorted(records.opaque.items()):
        yield Key(scheme, partial(_record_rows, codes.codes))
        if any("@" in value for value in codes.values):
            stems = coded(value.split("@")[0] for value in codes.values)
            yield Key(f"{scheme} stem", partial(_record_rows, stems[codes.codes]))


def _of_records(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of columns over records."""
    return lambda columns: _record_rows(*(getattr(columns, name) for name in names))


def _of_names(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of columns over name entries, and over records where a name needs none."""

    def make(columns: KeyColumns) -> Rows:
        parts: list[Column] = []
        for name in names:
            found = getattr(columns, name)
            if isinstance(found, list):
                parts += found
            else:
                parts.append(found[columns.owner] if name in OVER_RECORDS else found)
        return columns.owner, parts

    return make


def _but_a_letter(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of the surname but a letter, and other columns."""

    def make(columns: KeyColumns) -> Rows:
        place, deleted = columns.deleted
        owners, parts = _of_names(*names)(columns)
        return owners[place], [*deleted, *(part[place] for part in parts)]

    return make


def _born_surname(columns: KeyColumns) -> Rows:
    owner = np.r_[columns.owner, columns.owner, columns.owner]
    return owner, [columns.born[owner], np.r_[columns.surname, columns.halves[:, 0], columns.halves[:, 1]]]


def _born_postcode(columns: KeyColumns) -> Rows:
    wide = columns.postcodes.shape[1]
    owner = np.repeat(np.arange(len(columns.born), dtype=np.int32), wide)
    return owner, [columns.born[owner], columns.postcodes.ravel()]


def _postcode_and(*names: str) -> Callable[[KeyColumns], Rows]:
    """A key of any postcode of the record, and other columns."""

    def make(columns: KeyColumns) -> Rows:
        owners, parts = _of_names(*names)(columns)
        wide = columns.postcodes.shape[1]
        return np.repeat(owners, wide), [columns.postcodes[owners].ravel(), *(np.repeat(part, wide) for part in parts)]

    return make


_TELLING: dict[str, Callable[[KeyColumns], Rows]] = {
    "birth date, surname but a letter, initial": _but_a_letter("born", "given_initial"),
    "birth date, surname": _born_surname,
    "birth date, conviction date": _of_records("born", "convicted"),
    "birth date, names by sound": _of_names("born", "sounds"),
    "birth date, given name, surname initial": _of_names("born", "given", "surname_initial"),
    "birth date, postcode": _born_postcode,
    "birth date, address": _of_records("born", "address"),
    "conviction date, names by sound": _of_names("convicted", "sounds"),
    "conviction date, surname but a letter, initial": _but_a_letter("convicted", "given_initial"),
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
    "surname but a letter, given name, year": _but_a_letter("given", "year"),
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
