"""National ids: how one is made, told right from mistyped, and carried from cycle to cycle.

Decides the id of each identity. Invariant: an id is derived from a founding record's id alone, two identities
never share one, and an identity keeps the id it held whatever records come and go.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def national_id(record_id: str) -> str:
    """The national id founded on a record: "P", eight letters and digits, and a check character."""
    number = int.from_bytes(hashlib.sha256(record_id.encode()).digest()[:8], "big")
    while True:
        body = "".join(_LETTERS[number // 32**place % 32] for place in reversed(range(8)))
        if check := check_character(body):
            return f"P{body}{check}"
        number += 1


def check_character(body: str) -> str:
    """Catches any one wrong character and any two neighbours swapped: weights 1, 3, 5 ... modulo 37.

    Empty where the sum has no letter: such a body is not used.
    """
    total = sum((2 * place + 1) * (_LETTERS.index(letter) + 1) for place, letter in enumerate(body))
    return (_LETTERS + "ILOU")[total % 37 : total % 37 + 1]


def founder_of(group: Sequence[str], name: str) -> str:
    """The record an id was founded on, the first of the group where that one is gone."""
    return next((record for record in group if national_id(record) == name), group[0])


def name_groups(groups: Sequence[Sequence[str]], before: Mapping[str, str]) -> list[str]:
    """A national id for each group: one it held before, else one founded on its first record whose id is free.

    ``before`` is the national id each record held. Where two groups held one id, the group with the record it was
    founded on keeps it, else the larger part.
    """
    claims = []
    for place, group in enumerate(groups):
        held: dict[str, list[str]] = defaultdict(list)
        for record in group:
            if record in before:
                held[before[record]].append(record)
        for name, bearers in held.items():
            founds = any(national_id(record) == name for record in bearers)
            claims.append((not founds, -len(bearers), name, place))
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, name, place in sorted(claims):
        if place not in names and name not in taken:
            names[place] = name
            taken.add(name)
    taken |= set(before.values())
    for place, group in enumerate(groups):
        if place not in names:
            names[place] = _founded(group, taken)
            taken.add(names[place])
    return [names[place] for place in range(len(groups))]


def _founded(group: Sequence[str], taken: set[str]) -> str:
    for record in group:
        if (name := national_id(record)) not in taken:
            return name
    attempt = 1
    while (name := national_id(f"{group[0]}#{attempt}")) in taken:
        attempt += 1
    return name
