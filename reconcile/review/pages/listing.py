"""The national list as it is browsed: which lines pass the filters, in which order, a page at a time.

Decides what a filter and an order mean. Invariant: the filters are those of the release's own page, so a line passes
here where it passes there; who is restricted is left out before anything is counted, and how many is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import pyarrow as pa

from reconcile.names.romanise import romanise
from reconcile.national import list_filters
from reconcile.national.lines import Line, line
from reconcile.review.restricted import Restricted

SIZE: Final = 50
KEYS: Final = ("force", "owner", "year", "length", "risk", "status")
ORDERS: Final[Mapping[str, tuple[str, Callable[[Line], Any]]]] = {
    "place": ("Leads first", lambda _each: 0),
    "name": ("Name", lambda each: (each.row["name"] or "\uffff").casefold()),
    "born": ("Born", lambda each: each.born),
    "since": ("Missing since", lambda each: each.order),
    "force": ("Claimed by", lambda each: each.forces),
    "owner": ("Managed by", lambda each: each.keys["owner"]),
    "risk": ("Risk", lambda each: each.keys["risk"]),
    "status": ("Status", lambda each: each.keys["status"]),
}
"""What the list can be ordered by; risk and status in the order of their filters."""


@dataclass(frozen=True)
class Chosen:
    """What a visitor chose to see of the list: ``release`` "" for the compiled cycle, ``picked`` a code a filter."""

    release: str = ""
    picked: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    order: str = "place"
    down: bool = False
    page: int = 1
    words: str = ""

    @classmethod
    def read(cls, sent: Any) -> "Chosen":
        """What a query or a form says; what it does not know it leaves out."""
        order = str(sent.get("order", ""))
        page = str(sent.get("page", ""))
        return cls(
            release=str(sent.get("release", "")),
            picked=tuple((key, str(sent[key])) for key in KEYS if sent.get(key)),
            flags=tuple(dict.fromkeys(str(each) for each in sent.getlist("flag"))),
            order=order if order in ORDERS else "place",
            down=sent.get("down") == "1",
            page=max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1,
            words=" ".join(str(sent.get("words", "")).split())[:100],
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The choice as the fields of a form or of an address, without the words, which no address may hold."""
        found = [("release", self.release), *self.picked, *(("flag", flag) for flag in self.flags)]
        if self.order != "place":
            found.append(("order", self.order))
        found += [("down", "1")] * self.down + [("page", str(self.page))] * (self.page > 1)
        return [(name, value) for name, value in found if value]

    @property
    def query(self) -> str:
        """The choice as the query of an address."""
        return urlencode(self.pairs())

    def ordered(self, order: str) -> "Chosen":
        """The same in another order, or the other way round where it is this one already."""
        return replace(self, order=order, down=self.order == order and not self.down, page=1)

    def at(self, page: int) -> "Chosen":
        return replace(self, page=page)

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.picked or self.flags or self.words)


@dataclass(frozen=True)
class Leaf:
    """A page of the list: ``lines`` of the ``total`` that pass, out of ``every``."""

    lines: Sequence[Line]
    total: int
    every: int
    page: int
    pages: int


class Listing:
    """The lines of one list a visitor may see; ``withheld`` is how many more there are."""

    def __init__(self, missing_list: pa.Table, shorts: Mapping[str, str], withheld: int) -> None:
        self.table = missing_list
        self.lines = [line(row, shorts, name_under_18=True) for row in missing_list.to_pylist()]
        self.withheld = withheld
        self._shorts = shorts

    @cached_property
    def filters(self) -> tuple[list_filters.Filter, ...]:
        return list_filters.filters(self.lines, self._shorts)

    @cached_property
    def flags(self) -> tuple[list_filters.Option, ...]:
        return list_filters.flags(self.lines)

    @cached_property
    def _words(self) -> list[str]:
        return [_said(each, self._shorts) for each in self.lines]

    @cached_property
    def _ranks(self) -> Mapping[str, Mapping[str, int]]:
        return {
            each.key: {
                option.code: place for place, option in enumerate(o for _, options in each.groups for o in options)
            }
            for each in self.filters
        }

    def leaf(self, chosen: Chosen) -> Leaf:
        """The page chosen; the last one where there are fewer."""
        found = [self.lines[place] for place in self._passing(chosen)]
        key = ORDERS[chosen.order][1]
        ranks = self._ranks.get(chosen.order)
        if chosen.order != "place":
            found.sort(key=(lambda each: _rank(ranks, key(each))) if ranks else key)
        if chosen.down:
            found.reverse()
        pages = max(-(-len(found) // SIZE), 1)
        page = min(chosen.page, pages)
        return Leaf(found[(page - 1) * SIZE : page * SIZE], len(found), len(self.lines), page, pages)

    def _passing(self, chosen: Chosen) -> list[int]:
        asked = romanise(chosen.words).split()
        return [
            place
            for place, each in enumerate(self.lines)
            if all(code in each.keys[key].split() for key, code in chosen.picked)
            and set(chosen.flags) <= {flag.code for flag in each.flags}
            and (not asked or all(word in self._words[place] for word in asked))
        ]


def _rank(ranks: Mapping[str, int], codes: Any) -> int:
    """Where the first code stands among its filter's options."""
    first = (codes if isinstance(codes, tuple) else str(codes).split() or [""])[0]
    return ranks.get(first, len(ranks))


def _said(each: Line, shorts: Mapping[str, str]) -> str:
    """The words of a line that can be looked for."""
    row = each.row
    told = [row["name"] or "", *row["other_names"], row["national_id"], *row["records"]]
    told += [shorts.get(force, force) for force in each.forces]
    return romanise(" ".join(told))


def seen(missing_list: pa.Table, held: Restricted, *, may_see: bool) -> tuple[pa.Table, int]:
    """The lines a visitor may see and how many they may not.

    ``held`` is who is restricted now; who was or may have been under 18 by the list itself
    stays restricted in it.
    """
    if may_see:
        return missing_list, 0
    rows = missing_list.to_pylist()
    kept = [
        guarded(row, held)
        for row in rows
        if row["under_18"] == "NO" and not held.holds(row["national_id"], *row["records"])
    ]
    return pa.Table.from_pylist(kept, missing_list.schema), len(rows) - len(kept)


def guarded(row: dict[str, Any], held: Restricted) -> dict[str, Any]:
    """A line of the list without what it says of other people who are restricted."""
    others = [
        each
        for each in row["possibly_same_as"]
        if each["under_18"] == "NO" and not held.holds(each["national_id"], each["left"], each["right"])
    ]
    sightings = [each for each in row["sightings"] if not held.holds(each["record_id"])]
    return {**row, "possibly_same_as": others, "sightings": sightings}
