"""Which pairs of records are compared at all: several keys, each with a budget, and a report of each.

Decides the candidate pairs. Invariant: a pair is a candidate when any key holds the two in one block that is not
stopped; the result is sorted, distinct, and independent of row order. What is stopped is said in the report.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.linkage.key_columns import Column
from reconcile.linkage.keys import keys
from reconcile.linkage.workers import workers

_OWNER_BITS: Final = 24
"""Records that can be told apart: 16 million."""
_KEY_BITS: Final = 63 - _OWNER_BITS
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class KeyReport:
    """``pairs`` the key alone proposes; ``new`` those no earlier key did; ``stopped_blocks`` blocks left out because
    they hold more records than the cap, or than the key's budget allows; ``stopped`` no block was left."""

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
    listed = keys(records)
    marks = len(listed).bit_length()

    def propose(place: int) -> tuple[NDArray[np.int64], int]:
        key = listed[place]
        owners, parts = key.rows()
        pairs, stopped = _pairs(owners, parts, n, cap=table.block_cap(), budget=table.block_budget(n, key.kind))
        if between:
            pairs = pairs[records.source.codes[pairs // n] != records.source.codes[pairs % n]]
        return (pairs << marks) | place, stopped

    with ThreadPoolExecutor(workers()) as pool:
        found = list(pool.map(propose, range(len(listed))))
    # each pair bears the mark of its key: the first of equal pairs is of the earliest key
    known = np.concatenate([np.zeros(0, np.int64), *(pairs for pairs, _ in found)])
    known.sort()
    pairs = known >> marks
    first = np.flatnonzero(np.r_[True, pairs[1:] != pairs[:-1]][: len(pairs)])
    new = np.bincount(known[first] & ((1 << marks) - 1), minlength=len(listed))
    report = tuple(
        KeyReport(key.name, len(own), int(fresh), stopped, bool(stopped and not len(own)))
        for key, (own, stopped), fresh in zip(listed, found, new, strict=True)
    )
    pairs = pairs[first]
    return Candidates((pairs // n).astype(np.int32), (pairs % n).astype(np.int32), report)


def _pairs(owners: Column, parts: list[Column], n: int, *, cap: int, budget: int) -> tuple[NDArray[np.int64], int]:
    """All pairs within the blocks of one key, as ``low * n + high``, and how many blocks were stopped.

    Parts below 0 are missing. Where the blocks propose more pairs than the budget, the largest are stopped: a value
    that many share tells least.
    """
    present = parts[0] >= 0
    for part in parts[1:]:
        present &= part >= 0
    rows = np.flatnonzero(present)
    if not len(rows):
        return np.zeros(0, np.int64), 0
    # values that fall on one code by chance only add candidates, about one in a million million
    key = np.zeros(len(rows), np.uint64)
    for part in parts:
        key = (key ^ part[rows].astype(np.uint64)) * _MIX
        key ^= key >> np.uint64(29)
    packed = ((key >> np.uint64(64 - _KEY_BITS)) << np.uint64(_OWNER_BITS)) | owners[rows].astype(np.uint64)
    packed.sort()
    packed = packed[np.r_[True, packed[1:] != packed[:-1]]]
    block = packed >> np.uint64(_OWNER_BITS)
    member = (packed & np.uint64((1 << _OWNER_BITS) - 1)).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
    sizes = np.diff(np.r_[starts, len(block)])
    count = np.bincount(sizes, minlength=2)
    of_size = np.arange(len(count), dtype=np.int64)
    affordable = np.cumsum(count * (of_size * (of_size - 1) // 2)) <= budget
    most = min(cap, int(np.flatnonzero(affordable)[-1])) if affordable.any() else 1
    stopped = int((sizes > most).sum())
    kept = (sizes > 1) & (sizes <= most)
    end = np.repeat(np.where(kept, starts + sizes, 0), sizes)
    place = np.flatnonzero(end > 0)
    found = []
    for step in range(1, most):
        place = place[place + step < end[place]]
        if not len(place):
            break
        found.append(member[place] * n + member[place + step])
    return np.concatenate(found) if found else np.zeros(0, np.int64), stopped
