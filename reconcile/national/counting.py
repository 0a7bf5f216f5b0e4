"""How rows become counts.

Decides nothing of what is counted. Invariant: a count of every row is made by value, and no value is dropped for being
one nobody foresaw.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.predicates import UNDATED

Counts = dict[str, int]


def count(table: pa.Table, column: str, blank: str = UNDATED) -> Counts:
    """How many rows hold each value of a column, by value; null counts under ``blank``."""
    return dict(sorted(Counter(value or blank for value in table[column].to_pylist()).items()))


def ordered(counts: Counts, names: Iterable[str]) -> Counts:
    """``counts`` with every one of ``names``, those nobody falls under at 0, and then whatever else was counted."""
    return {**dict.fromkeys(names, 0), **counts}


def crossed(table: pa.Table, down: str, across: str) -> dict[str, Counts]:
    """How many rows hold each value of ``across``, by the value of ``down``; a row with a null in either is none."""
    rows = table.select([down, across]).drop_null().group_by([down, across]).aggregate([([], "count_all")])
    found: dict[str, Counts] = {}
    for row in rows.sort_by([(down, "ascending"), (across, "ascending")]).to_pylist():
        found.setdefault(row[down], {})[row[across]] = row["count_all"]
    return found


def looked_up(keys: Any, table: pa.Table, key: str, column: str) -> Any:
    """For each of ``keys`` the value of ``column`` in the first row of ``table`` with that ``key``; null for none."""
    return table[column].take(pc.index_in(keys, value_set=table[key]))


def said(facts: pa.Table, name: str, *, of_records: bool) -> pa.Table:
    """The rows of one fact, those of records or those of identities."""
    known = pc.equal(facts["fact"], pa.scalar(name))
    level: Any = pc.is_valid(facts["record_id"])
    return facts.filter(pc.and_(known, level if of_records else pc.invert(level)))


def rate(part: int, whole: int | None, per: int = 100) -> float | None:
    """``part`` per so many of ``whole`` to two places; None where there is no whole."""
    return round(per * part / whole, 2) if whole else None


def summed(counts: Sequence[Counts]) -> Counts:
    """The counts of several added up by name."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
