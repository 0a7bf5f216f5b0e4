"""A force's items as they are now, found again by what it was told.

Decides when an item still is the one that was told: it is of all the records it was told of. Invariant: an id alone
does not make it so, as another record may have come into its place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.reports.item import Item

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Present:
    """A force's items as they are now, by id and by kind and record."""

    by_id: Mapping[str, Item]
    about: Mapping[tuple[str, str], Sequence[Item]]

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Present":
        by_id = {item.id: item for item in items}
        about: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in by_id.values():
            for party in (*item.own, *item.others):
                about[item.kind, party.reference].append(item)
        return cls(by_id, about)

    def same(self, told: Row) -> Item | None:
        """The item that was told, if it is of all the records it was told of."""
        item = self.by_id.get(told["item"])
        return item if item and _holds(item, told) else None

    def wider(self, told: Row) -> bool:
        """Whether another item says of more records what was told of fewer."""
        first = next(iter((*told["own"], *told["others"])), "")
        return any(_holds(item, told) for item in self.about.get((told["kind"], first), ()))


def _holds(item: Item, told: Row) -> bool:
    sides = ((item.own, told["own"]), (item.others, told["others"]))
    return item.kind == told["kind"] and all({each.reference for each in has} >= set(had) for has, had in sides)
