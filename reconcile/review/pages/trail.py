"""The way a reviewer takes through the queue: their filters, what they skipped, and what their last act came to.

Decides what an address carries from one item to the next. Invariant: it carries codes and ids alone; a code that is
not known is passed over, so that no address can put words on a page.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.datastructures import FormData, QueryParams

from reconcile.review.acts import Filters
from reconcile.review.judgements import Answer
from reconcile.review.judging import SENTENCES

SKIPS: Final = 20
"""How many skipped items are carried; those skipped before come round again."""
SAID: Final[Mapping[str, str]] = {
    **SENTENCES,
    "undone": "Taken back. What you had answered stays in the log, and counts no more.",
    "undone_before": "That answer was taken back already. Nothing was taken back now.",
    "skipped": "Skipped. It stays in the queue.",
    "empty": "Nothing is left here that waits for you.",
}
RECORDED: Final = ("decided", "second", "third")
"""What can be undone."""
FLAGS: Final = ("audit", "mine")
COUNTS: Final = ("judges", "waited")


@dataclass(frozen=True)
class Trail:
    """``said`` is a key of SAID about the item ``was``, "" for nothing."""

    filters: Filters = field(default_factory=Filters)
    skip: tuple[str, ...] = ()
    said: str = ""
    was: str = ""

    @property
    def sentence(self) -> str:
        return SAID.get(self.said, "")

    def undoable(self, last: Answer | None) -> bool:
        """Whether what was said is of ``last``, the visitor's last answer that stands."""
        return self.said in RECORDED and last is not None and last.item == self.was

    def pairs(self) -> list[tuple[str, str]]:
        """What forms carry on: filters and skips, and not what was said."""
        given = [(name, "1" if value is True else str(value)) for name, value in asdict(self.filters).items() if value]
        return [*given, *(("skip", each) for each in self.skip)]

    def query(self, **more: str) -> str:
        """The same as the query of an address, with its question mark, and "" where there is nothing."""
        text = urlencode([*self.pairs(), *((name, value) for name, value in more.items() if value)])
        return f"?{text}" if text else ""

    def skipping(self, item: str) -> "Trail":
        return replace(self, skip=(*(each for each in self.skip if each != item), item)[-SKIPS:])


def read(given: QueryParams | FormData) -> Trail:
    """The trail an address or a form carries."""
    values: dict[str, Any] = {}
    for each in fields(Filters):
        value = given.get(each.name)
        if isinstance(value, str) and value.strip():
            values[each.name] = _value(each.name, value.strip())
    skip = tuple(str(each) for each in given.getlist("skip"))[-SKIPS:]
    return Trail(Filters(**values), skip, str(given.get("said") or ""), str(given.get("was") or ""))


def _value(name: str, text: str) -> bool | int | str:
    if name in FLAGS:
        return text == "1"
    if name in COUNTS:
        return int(text) if text.isdecimal() and len(text) < 6 else 0
    return text


async def carried(request: Request) -> Trail:
    """A dependency that gives the trail a form carries."""
    return read(await request.form())


def place_of(item: str) -> tuple[str, dict[str, str]]:
    """The route of an item's page and its parts, ready for an address."""
    kind, _, key = item.partition(":")
    if kind == "link":
        return "link", {"pair": quote(key, safe=":~/")}
    if kind in ("identity", "parting"):
        return "identity", {"national_id": quote(key, safe="")}
    if kind == "answer":
        return "answered", {"number": quote(key, safe="")}
    return "extracts", {}
