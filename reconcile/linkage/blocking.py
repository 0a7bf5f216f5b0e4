"""Which pairs of records are compared at all: several keys, each with a budget, and a report of each.

Decides the candidate pairs. Invariant: a pair is a candidate when any key holds the two in one block that is not
stopped; the result is sorted, distinct, and independent of row order. What is stopped is said in the report.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import LinkInputError
from reconcile.linkage import table
from reconcile.linkage.features import Features
from reconcile.linkage.key_columns import Rows
from reconcile.linkage.keys import keys
from reconcile.linkage.workers import workers

_OWNER_BITS: Final = 24
"""Records that can be told apart: 16 million."""
_OWNER: Final = np.uint64((1 << _OWNER_BITS) - 1)


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
    """The candidate pairs, ``left`` < ``right``, sorted; with ``between`` only across different ``source``.

    Raises:
        LinkInputError: there are more records than can be told apart.
    """
    n = records.n
    if n >> _OWNER_BITS:
        raise LinkInputError(f"{n:,} records are more than are linked in one run ({1 << _OWNER_BITS:,}): split them")
    listed = keys(records)
    marks = len(listed).bit_length()

    def propose(place: int) -> tuple[NDArray[np.int64], int]:
        key = listed[place]
        made = key.rows()
        parts = [made] if isinstance(made, Rows) else made
        budget = table.block_budget(n, key.kind) // key.parts
        done = [_pairs(rows, n, cap=table.block_cap(), budget=budget) for rows in parts]
        pairs = _distinct(np.concatenate([found for found, _ in done]))
        stopped = sum(stopped for _, stopped in done)
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


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    values.sort()
    return np.asarray(values[np.r_[True, values[1:] != values[:-1]][: len(values)]])


def _pairs(rows: Rows, n: int, *, cap: int, budget: int) -> tuple[NDArray[np.int64], int]:
    """All pairs within the blocks of one key, as ``low * n + high``, and how many blocks were stopped.

    Where the blocks propose more pairs than the budget, the largest are stopped: a value that many share tells least.
    """
    there = rows.hashes != 0
    packed = rows.hashes[there] & ~_OWNER
    packed |= rows.owners[there].astype(np.uint64)
    if not len(packed):
        return np.zeros(0, np.int64), 0
    packed.sort()
    packed = packed[np.r_[True, packed[1:] != packed[:-1]]]
    member = (packed & _OWNER).astype(np.int32)
    packed &= ~_OWNER
    starts = np.flatnonzero(np.r_[True, packed[1:] != packed[:-1]])
    sizes = np.diff(np.r_[starts, len(packed)])
    del packed
    count = np.bincount(sizes, minlength=2)
    of_size = np.arange(len(count), dtype=np.int64)
    affordable = np.cumsum(count * (of_size * (of_size - 1) // 2)) <= budget
    most = min(cap, int(np.flatnonzero(affordable)[-1])) if affordable.any() else 1
    stopped = int((sizes > most).sum())
    kept = (sizes > 1) & (sizes <= most)
    starts, sizes = starts[kept], sizes[kept]
    # every member but a block's last, with how many come after it
    place = np.repeat(starts, sizes - 1)
    after = np.repeat(sizes - 1, sizes - 1) - (
        np.arange(len(place)) - np.repeat(np.cumsum(sizes - 1) - sizes + 1, sizes - 1)
    )
    place += np.repeat(sizes - 1, sizes - 1) - after
    found = []
    step = 1
    while len(place):
        found.append(member[place].astype(np.int64) * n + member[place + step])
        step += 1
        going = after >= step
        place, after = place[going], after[going]
    return np.concatenate(found) if found else np.zeros(0, np.int64), stopped
