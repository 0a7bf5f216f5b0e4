"""What forces answered to what they were told, as far as a person is to look at it.

Decides which answers are asked about: of links, that records of one identity are two people, and that they are one
where a second person has to say so too; and those that a person has to see to. Invariant: an answer about links is
asked about until a person judges them after it came, and only while one identity holds them; a force's word alone takes
nothing apart.
"""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS

TOLD_APART: Final = "told_apart"
TOLD_SAME: Final = "told_same"
MEANS: Final[Mapping[str, str]] = {"not_same": TOLD_APART, "confirmed_same": TOLD_SAME}
"""What each answer that is about links says of them, by its code in answers.toml."""
SEEN_TO: Final = ("not_same", "not_accepted", "located", "need_more")
"""The answers somebody has to see to, the most pressing first; one about links is judged by its links instead."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),  # of its line in the log of answers
    ("force", pa.string()),
    ("name", pa.string()),  # of the force
    ("item", pa.string()),
    ("answer", pa.string()),  # its code
    ("says", pa.string()),  # told_apart or told_same; null where it is about no link
    ("records", pa.list_(pa.string())),  # of whom the item told, the force's own first
    ("pairs", pa.list_(pa.list_(pa.string(), 2))),  # the links the item told
    ("received_at", pa.timestamp("ms", tz="UTC")),
]
SAID: Final = pa.schema(_COLUMNS)
"""The answers that stand and that somebody may have to look at, a row each, in the order in which they came."""


@dataclass(frozen=True)
class Said:
    """An answer that is asked about: ``pairs`` are those of its links that nobody has judged since it came."""

    number: int
    force: str
    name: str
    says: str
    pairs: tuple[tuple[str, str], ...]


def unjudged(said: pa.Table, decisions: pa.Table, identities: pa.Table) -> tuple[Said, ...]:
    """The answers that are asked about, in the order in which they came.

    Args:
        said: ``SAID``. decisions: DECISIONS. identities: IDENTITIES.
    """
    rows = [row for row in said.sort_by("number").to_pylist() if row["says"]] if len(said) else []
    if not rows:
        return ()
    national = _national(identities, {end for row in rows for pair in row["pairs"] for end in pair})
    columns = (decisions[name].to_pylist() for name in (*ENDS, "decided_at"))
    judged = {(left, right): at for left, right, at in zip(*columns, strict=True)}
    found = []
    for row in rows:
        pairs = tuple(
            (left, right)
            for left, right in row["pairs"]
            if left in national
            and national.get(left) == national.get(right)
            and not ((left, right) in judged and judged[left, right] >= row["received_at"])
        )
        if pairs:
            found.append(Said(row["number"], row["force"], row["name"], row["says"], pairs))
    return tuple(found)


def to_see_to(said: pa.Table) -> list[dict[str, Any]]:
    """The rows of ``SAID`` that somebody has to see to, and that no link is judged by."""
    return [row for row in said.to_pylist() if is_seen_to(row["answer"], row["pairs"])]


def is_seen_to(answer: str, pairs: Sized) -> bool:
    """Whether somebody has to see to an answer, given the links its item told."""
    return answer in SEEN_TO and not (answer in MEANS and len(pairs) > 0)


def says(said: Iterable[Said]) -> dict[tuple[str, str], str]:
    """What is said of each link; that it joins two people goes before that it joins one."""
    found: dict[tuple[str, str], str] = {}
    for each in said:
        for pair in each.pairs:
            if found.get(pair) != TOLD_APART:
                found[pair] = each.says
    return found


def _national(identities: pa.Table, records: Iterable[str]) -> dict[str, str]:
    wanted = pa.array(sorted(records), pa.string())
    rows = identities.select(["record_id", "national_id"]).filter(pc.is_in(identities["record_id"], value_set=wanted))
    return {row["record_id"]: row["national_id"] for row in rows.to_pylist()}
