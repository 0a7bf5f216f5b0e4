"""National ids: how one is made, told right from mistyped, and carried from cycle to cycle.

Decides the id of each identity. Invariant: an id is derived from a founding record's id alone, two identities
never share one, an identity keeps the id it held whatever records come and go, and an id once used is only ever given
to records that held it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS: Final = _LETTERS + "ILOU"
_PLACES: Final = 8
_WEIGHTS: Final = (1, 3, 5, 7, 9, 11, 13, 15)
_MODULUS: Final = 37

Ints = NDArray[np.int64]


def national_id(record_id: str) -> str:
    """The national id founded on a record: "P", eight letters and digits, and a check character."""
    return founded([record_id])[0]


def check_character(body: str) -> str:
    """Catches any one wrong character and any two neighbours swapped: weights 1, 3, 5 ... modulo 37.

    Empty where the sum has no letter: such a body is not used.
    """
    total = sum(weight * (_LETTERS.index(letter) + 1) for weight, letter in zip(_WEIGHTS, body, strict=True))
    return _CHECKS[total % _MODULUS : total % _MODULUS + 1]


def of_records(record_ids: Sequence[str]) -> list[str]:
    """The id each record founds, whatever the others found: two records may, rarely, found the same."""
    digest = hashlib.sha256
    first = b"".join([digest(record.encode()).digest()[:8] for record in record_ids])
    # 40 of the 64 bits make the id; the next number is tried where its sum has no letter
    number = np.frombuffer(first, ">u8").astype(np.int64) & (32**_PLACES - 1)
    digits, check = _spelt(number)
    while len(bad := np.flatnonzero(check == len(_CHECKS))):
        number[bad] = (number[bad] + 1) & (32**_PLACES - 1)
        digits[bad], check[bad] = _spelt(number[bad])
    letters = np.frombuffer(_CHECKS.encode(), np.uint8)
    spelt = np.full((len(number), _PLACES + 2), ord("P"), np.uint8)
    spelt[:, 1:-1] = letters[digits]
    spelt[:, -1] = letters[check]
    text, width = spelt.tobytes().decode(), _PLACES + 2
    return [text[at : at + width] for at in range(0, len(text), width)]


def _spelt(number: Ints) -> tuple[NDArray[np.uint8], Ints]:
    """The digits of numbers to the base of 32, uint8 [n, 8], and the places of their check characters."""
    digits = np.empty((len(number), _PLACES), np.uint8)
    total = np.zeros(len(number), np.int64)
    for place, weight in enumerate(_WEIGHTS):
        digits[:, place] = digit = (number >> (5 * (_PLACES - 1 - place))) & 31
        total += weight * (digit + 1)
    return digits, total % _MODULUS


def founded(record_ids: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """A new id for each identity founded on one of ``record_ids``, no two the same and none of them ``taken``."""
    return _distinct(of_records(record_ids), set(taken), lambda place: (record_ids[place],))


def _distinct(names: list[str], taken: set[str], members: Callable[[int], Sequence[str]]) -> list[str]:
    """``names``, each the id of an identity's first record, but another where it is taken: the first come keeps it."""
    if len(set(names)) == len(names) and taken.isdisjoint(names):
        return names
    seen, result = set(taken), []
    for place, name in enumerate(names):
        free = name if name not in seen else _another(members(place), seen)
        seen.add(free)
        result.append(free)
    return result


def _another(records: Sequence[str], taken: set[str]) -> str:
    """The id of the first of ``records`` whose id is free, else one founded on the first record and a number."""
    for name in of_records(records):
        if name not in taken:
            return name
    attempt = 1
    while (name := national_id(f"{records[0]}#{attempt}")) in taken:
        attempt += 1
    return name


HELD: Final = 0
"""Its identity of the last cycle has the id."""
RETURNED: Final = 1
"""The id ended because its records were gone; they are back."""
PARTED: Final = 2
"""The id was merged into another; only the record it was founded on brings it back."""


@dataclass(frozen=True)
class Claims:
    """By which records groups may go on under an id, a row each [c]: ``record`` int64, ``name`` int64 as a row of
    ``names``, ``kind`` HELD, RETURNED or PARTED. ``used``: string array of every id that ever was."""

    record: Ints
    name: Ints
    kind: Ints
    names: Sequence[str]
    used: Any


def carried(record_ids: Any, group: Ints, claims: Claims) -> list[str]:
    """A national id for each group: one its records held, else one founded on its first record whose id is free.

    Where two groups held one id, only the one with the record it was founded on can keep it; without that record,
    the larger part. Where one group held two ids, it keeps one it was founded on, else that of the larger part.

    Args:
        record_ids: string array [n], sorted.
        group: int64 [n], numbered 0, 1, 2 ... in the order of their first records.
    """
    count = int(group.max(initial=-1)) + 1
    names = np.array(claims.names, object)
    result = np.full(count, None, object)
    of_group = group[claims.record]
    held = claims.kind == HELD
    place, name = _sole(of_group[held], claims.name[held], count, len(names))
    result[place] = names[name]
    undecided = np.isin(of_group, place, invert=True)
    for one, settled in _settled(record_ids, of_group, claims, np.flatnonzero(undecided)).items():
        result[one] = settled
    new = np.flatnonzero(result == None)  # noqa: E711 - element by element
    if not len(new):
        return [str(each) for each in result]
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], np.arange(count + 1))

    def members(place: int) -> Sequence[str]:
        return _texts(record_ids, order[start[new[place]] : start[new[place] + 1]])

    made = of_records(_texts(record_ids, order[start[new]]))
    free = len(set(made)) == len(made) and not pc.any(pc.is_in(pa.array(made), value_set=claims.used)).as_py()
    result[new] = made if free else _distinct(made, set(claims.used.to_pylist()), members)
    return [str(each) for each in result]


def _sole(group: Ints, name: Ints, groups: int, names: int) -> tuple[Ints, Ints]:
    """The groups that held one id which no other group held, and those ids."""
    code = np.sort(group * max(names, 1) + name)
    place, held = np.divmod(code[np.r_[True, code[1:] != code[:-1]][: len(code)]], max(names, 1))
    sole = (np.bincount(place, minlength=groups)[place] == 1) & (np.bincount(held, minlength=names)[held] == 1)
    return place[sole], held[sole]


def _settled(record_ids: Any, of_group: Ints, claims: Claims, rows: Ints) -> dict[int, str]:
    """Which groups get which ids where several claim one or one claims several, by ``rows`` of the claims."""
    texts = _texts(record_ids, claims.record[rows])
    bearers: dict[tuple[int, str, int], int] = defaultdict(int)
    founding = set()
    for row, own in zip(rows.tolist(), of_records(texts), strict=True):
        key = int(claims.kind[row]), claims.names[claims.name[row]], int(of_group[row])
        bearers[key] += 1
        if own == key[1]:
            founding.add(key)
    with_founder = {name for _kind, name, _place in founding}
    ranked = sorted(
        (kind, (kind, name, place) not in founding, -count, name, place)
        for (kind, name, place), count in bearers.items()
        if (kind, name, place) in founding or (kind != PARTED and name not in with_founder)
    )
    found: dict[int, str] = {}
    taken: set[str] = set()
    for *_, name, place in ranked:
        if place not in found and name not in taken:
            found[place] = name
            taken.add(name)
    return found


def _texts(ids: Any, rows: Ints) -> list[str]:
    found: list[str] = ids.take(pa.array(rows)).to_pylist()
    return found


def name_groups(groups: Sequence[Sequence[str]], before: Mapping[str, str]) -> list[str]:
    """The same for groups of record ids, ``before`` being the national id each record held."""
    if not before:
        return _distinct(of_records([group[0] for group in groups]), set(), lambda place: groups[place])
    records = [record for group in groups for record in group]
    group = np.repeat(np.arange(len(groups)), [len(each) for each in groups])
    names = sorted(set(before.values()))
    number = {name: place for place, name in enumerate(names)}
    rows = [row for row, record in enumerate(records) if record in before]
    name = np.array([number[before[records[row]]] for row in rows], np.int64)
    held = Claims(np.array(rows, np.int64), name, np.full(len(rows), HELD), names, pa.array(names, pa.string()))
    return carried(pa.array(records, pa.string()), group, held)
