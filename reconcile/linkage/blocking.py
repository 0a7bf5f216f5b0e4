"""Which pairs of records are compared at all: several keys, each with a budget, and a report of each.

Decides the candidate pairs. Invariant: a pair is a candidate when any key holds the two in one block that is not
stopped; the result is sorted, distinct, and independent of row order. What is stopped is said in the report.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.linkage.keys import Column, keys


@dataclass(frozen=True)
class KeyReport:
    """``pairs`` the key alone proposes; ``new`` those no earlier key did; ``stopped_blocks`` blocks over the cap;
    ``stopped`` the key was left out because its pairs exceeded the budget."""

    key: str
    pairs: int
    new: int
    stopped_blocks: int
    stopped: bool


@dataclass(frozen=True)
class Candidates:
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    report: tuple[KeyReport, ...]


def candidates(records: Features, *, between: bool = False) -> Candidates:
    """The candidate pairs, ``left`` < ``right``, sorted; with ``between`` only across different ``source``."""
    n = records.n
    reports = []
    known = np.zeros(0, np.int64)
    budget = table.block_budget(n)
    for name, owners, parts in keys(records):
        pairs, stopped_blocks, stopped = _pairs(owners, parts, n, cap=table.block_cap(name), budget=budget)
        if between:
            pairs = pairs[records.source.codes[pairs // n] != records.source.codes[pairs % n]]
        merged = _distinct(np.concatenate([known, pairs]))
        reports.append(KeyReport(name, len(pairs), len(merged) - len(known), stopped_blocks, stopped))
        known = merged
    return Candidates((known // n).astype(np.int32), (known % n).astype(np.int32), tuple(reports))


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    ordered: NDArray[np.int64] = np.sort(values)
    return np.asarray(ordered[np.r_[True, ordered[1:] != ordered[:-1]]]) if len(ordered) else ordered


def _pairs(
    owners: Column, parts: list[Column], n: int, *, cap: int, budget: int
) -> tuple[NDArray[np.int64], int, bool]:
    """All pairs within the blocks of one key, as ``low * n + high``; parts below 0 are missing."""
    present = np.ones(len(owners), bool)
    for part in parts:
        present &= part >= 0
    owners, parts = owners[present], [part[present] for part in parts]
    if not len(owners):
        return np.zeros(0, np.int64), 0, False
    key = parts[0].astype(np.int64)
    for part in parts[1:]:
        size = int(part.max()) + 1
        if int(key.max()) > 2**62 // size:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        key = key * size + part
    order = np.lexsort((owners, key))
    key, owners = key[order], owners[order]
    once = np.r_[True, (key[1:] != key[:-1]) | (owners[1:] != owners[:-1])]
    key, owners = key[once], owners[once]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    sizes = np.diff(np.r_[starts, len(key)])
    stopped_blocks = int((sizes > cap).sum())
    kept = (sizes > 1) & (sizes <= cap)
    if int((sizes[kept] * (sizes[kept] - 1) // 2).sum()) > budget:
        return np.zeros(0, np.int64), stopped_blocks, True
    end = np.repeat(np.where(kept, starts + sizes, 0), sizes)
    place = np.flatnonzero(end > 0)
    found = []
    for step in range(1, cap):
        place = place[place + step < end[place]]
        if not len(place):
            break
        found.append(owners[place] * n + owners[place + step])
    return _distinct(np.concatenate(found)) if found else np.zeros(0, np.int64), stopped_blocks, False
