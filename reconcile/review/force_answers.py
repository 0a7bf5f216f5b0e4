"""What forces answered of links they were told, as far as a reviewer is to look at it.

Decides which answers are asked about: that records of one identity are two people, and that they are one where a second
person has to say so too. Invariant: an answer is asked about until a person judges its links after it came, and only
while one identity holds them; a force's word alone takes nothing apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.standing import ENDS

TOLD_APART: Final = "told_apart"
TOLD_SAME: Final = "told_same"
MEANS: Final[Mapping[str, str]] = {"not_same": TOLD_APART, "confirmed_same": TOLD_SAME}
"""What each answer that is about links says of them, by its code in answers.toml."""

_COLUMNS: Final[list[tuple[str, Any]]] = [
    ("number", pa.int64()),  # of its line in the log of answers
    ("force", pa.string()),
    ("name", pa.string()),  # of the force
    ("item", pa.string()),
    ("says", pa.string()),  # told_apart or told_same
    ("pairs", pa.list_(pa.list_(pa.string(), 2))),  # the links the item told
    ("received_at", pa.timestamp("ms", tz="UTC")),
]
SAID: Final = pa.schema(_COLUMNS)
"""The answers that stand and say whether links hold, a row each, in the order in which they came."""


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
    if not len(said):
        return ()
    rows = said.sort_by("number").to_pylist()
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
