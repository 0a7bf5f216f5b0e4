"""What the cells of a column show it to be, whatever its heading.

Decides kinds by forms that cannot come about by chance: check letters, numbers' forms, postcodes, dates, words of sex.
Invariant: only shares and counts leave here, never a cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from reconcile.forces.drafting.headings import IDENTIFIER
from reconcile.forces.drafting.tables import known_words
from reconcile.values import dates, identifiers, places

CERTAIN: Final = 0.8
"""The share of a column's cells that must have a form for it to be told by it."""
FEWEST: Final = 3
"""Cells from which anything is told."""


@dataclass(frozen=True)
class Content:
    """Of one column: the filled cells, whether no two are alike, the share of each form, and of each order of dates.

    ``year_first`` is the share of cells that begin with a year, ``month_named`` whether they write months in letters;
    ``first_year`` and ``last_year`` are the years between which nine of ten dates lie, 0 where it is no date.
    """

    filled: int
    distinct: bool
    forms: dict[str, float]
    orders: dict[str, float]
    first_year: int = 0
    last_year: int = 0
    year_first: float = 0.0
    month_named: bool = False

    @property
    def is_date(self) -> bool:
        return max(self.orders.values(), default=0.0) >= CERTAIN

    def shows(self, form: str) -> bool:
        return self.filled >= FEWEST and self.forms.get(form, 0.0) >= CERTAIN


def _valid(scheme: str) -> Callable[[str], bool]:
    return lambda text: identifiers.parse(scheme, text).check == "valid"


def _of_form(scheme: str) -> Callable[[str], bool]:
    return lambda text: identifiers.form(scheme) is not None and identifiers.parse(scheme, text).check == "none"


@cache
def _forms() -> dict[str, Callable[[str], bool]]:
    sexes = {word for said in known_words("known", "sex").values() for word in said}
    return {
        IDENTIFIER + "pnc": _valid("pnc"),
        IDENTIFIER + "cro": _valid("cro"),
        IDENTIFIER + "ni_number": _of_form("ni_number"),
        IDENTIFIER + "nomis": _of_form("nomis"),
        IDENTIFIER + "crn": _of_form("crn"),
        "postcode": places.is_postcode,
        "sex": lambda text: text.casefold() in sexes,
    }


def look(cells: Sequence[str]) -> Content:
    """Look at a column's filled cells."""
    if not cells:
        return Content(0, False, {}, {})
    forms = {form: sum(map(fits, cells)) / len(cells) for form, fits in _forms().items()}
    read = {order: [dates.parse(cell, order) for cell in cells] for order in dates.ORDERS}
    years = {
        order: sorted(found.lo.year for found in each if found and found.lo and _is_written_day(found.text))
        for order, each in read.items()
    }
    orders = {order: len(found) / len(cells) for order, found in years.items()}
    best = years[max(orders, key=lambda order: orders[order])]
    spread = len(best) // 20
    bounds = (best[spread], best[-1 - spread]) if best else (0, 0)
    year_first = sum(map(_begins_with_year, cells)) / len(cells)
    named = sum(any(sign.isalpha() for sign in cell) for cell in cells) > len(cells) / 2
    return Content(len(cells), len(set(cells)) == len(cells), forms, orders, *bounds, year_first, named)


def _begins_with_year(cell: str) -> bool:
    """Whether a date begins with its year, so that no order of day and month can give it another meaning."""
    return cell[:4].isdecimal() and (not cell[4:5].isdecimal() or (len(cell) == 8 and cell[:2] in ("19", "20")))


def _is_written_day(text: str) -> bool:
    """Whether a text is long enough for a day, so that bare numbers of four digits are no years here."""
    return len(text) >= 6
