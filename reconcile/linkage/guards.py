"""Named reasons why a pair that looks alike is not joined by the machine: one predicate each.

Decides LINKS.guard. Invariant: a guard reads levels only, never a weight, so retraining cannot silence it; a
guarded link is never verified and never proposed.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import names_compared as nc
from reconcile.linkage import table
from reconcile.linkage.comparison import ADDRESS, POSTCODE, TOWN, Compared
from reconcile.linkage.dates import COMPATIBLE
from reconcile.linkage.dates import LEVELS as DATE
from reconcile.linkage.identifiers_compared import IDENTIFIER, OPAQUE
from reconcile.names.compare import GIVEN, SURNAME

Mask = NDArray[np.bool_]


def _is(levels: NDArray[np.uint8], names: tuple[str, ...], chosen: tuple[str, ...]) -> Mask:
    return np.asarray(np.isin(levels, [names.index(name) for name in chosen]))


def birth_date_clash(pairs: Compared) -> Mask:
    """The birth dates cannot be one date, not even mistyped."""
    return ~_is(pairs.levels["birth_date"], DATE, COMPATIBLE)


def sex_clash(pairs: Compared) -> Mask:
    return np.asarray(pairs.levels["sex"] == 2)


def same_identifier(pairs: Compared) -> Mask:
    return _is(pairs.levels["identifier"], IDENTIFIER, ("checked", "unchecked", "both"))


def _told_apart(pairs: Compared) -> Mask:
    """No identifier of any kind is the same on both, nor a slip away."""
    result: Mask = ~same_identifier(pairs) & (pairs.levels["identifier"] != IDENTIFIER.index("slip"))
    for name, levels in pairs.levels.items():
        if name.startswith("opaque:"):
            result &= ~_is(levels, OPAQUE, ("exact", "slip", "stem"))
    return result


def _same_place(pairs: Compared) -> Mask:
    level = pairs.levels["place"].astype(np.int64)
    postcode = level // (len(ADDRESS) * len(TOWN))
    address = level % len(ADDRESS)
    by_postcode = np.isin(postcode, [POSTCODE.index("exact"), POSTCODE.index("previous")])
    return np.asarray(by_postcode | (address == ADDRESS.index("exact")))


def _same_surname(pairs: Compared) -> Mask:
    return _is(pairs.names.surname, SURNAME, ("exact", "slip", "compound"))


def _other_given_name(pairs: Compared) -> Mask:
    return _is(pairs.names.given, GIVEN, ("different", "near")) & (pairs.levels["name"] < nc.CELLS)


def _names_agree(pairs: Compared) -> Mask:
    """Both parts of the name agree or are a slip apart, in either order or through another name."""
    close = _is(pairs.names.given, GIVEN, ("exact", "equivalent", "shared", "slip", "sound", "initial"))
    return (close & _is(pairs.names.surname, SURNAME, ("exact", "slip", "sound", "compound"))) | (
        pairs.levels["name"] >= nc.CELLS
    )


def _generation_apart(pairs: Compared) -> Mask:
    return np.asarray(pairs.levels["birth_date"] == DATE.index("far"))


def possible_twins(pairs: Compared) -> Mask:
    """Same surname, same birth date, same home or conviction date; other given names, no identifier in common."""
    together = _same_place(pairs) | (pairs.levels["conviction_date"] == DATE.index("exact"))
    born: Mask = np.asarray(pairs.levels["birth_date"] == DATE.index("exact"))
    apart: Mask = _other_given_name(pairs) & _told_apart(pairs) & _same_surname(pairs)
    return np.asarray(apart & together & born)


def same_household(pairs: Compared) -> Mask:
    """Same surname and home, no identifier in common: a generation apart, or other given names and birth dates."""
    family = _same_surname(pairs) & _same_place(pairs) & _told_apart(pairs)
    return family & (_generation_apart(pairs) | (birth_date_clash(pairs) & _other_given_name(pairs)))


def mis_keyed_identifier(pairs: Compared) -> Mask:
    """The same identifier on two people whose birth date or sex clashes, unless one name and no generation apart."""
    clash = birth_date_clash(pairs) | sex_clash(pairs)
    return same_identifier(pairs) & clash & (~_names_agree(pairs) | _generation_apart(pairs))


GUARDS: Final[Mapping[str, Callable[[Compared], Mask]]] = {
    "mis_keyed_identifier": mis_keyed_identifier,
    "possible_twins": possible_twins,
    "same_household": same_household,
}
"""In the order in which a pair that fails several is named."""


def guarded(pairs: Compared) -> NDArray[np.object_]:
    """The first guard each pair fails, "" where it passes all."""
    result = np.full(len(pairs.left), "", object)
    for name, fails in reversed(list(GUARDS.items())):
        result[fails(pairs)] = name
    return result


def joining(pairs: Compared, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights by which records are grouped: what looks like relatives of one household must weigh more.

    Twins need not: where two records agree on all but the given name, more are one person's than two people's.
    """
    return np.asarray(weight - table.limit("household") * same_household(pairs))
