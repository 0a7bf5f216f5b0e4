"""What links and decisions say of the records of a cycle, as numbers.

Decides which links can join and which pairs a person told apart. Invariant: a decision bound to evidence that has
changed no longer joins; that two people differ holds until undone, whatever a link says; a link with a record that
is not there says nothing; a guarded link speaks against, whatever its weight.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.linkage.average_linkage import LEAST, MOST, Bits, Ints, Mask

ENDS = ("left", "right")


@dataclass(frozen=True)
class Joins:
    """``ids``: the record ids, sorted [n]; all else is in rows of it.

    A row each link nobody decided different [p]: ``left`` < ``right``; ``bits``, the log-odds of its probability,
    or what its guard says; ``verified``; ``guarded``. A link without a probability is verified or left out.
    ``same`` and ``different``: the pairs a person decided, int64 [s, 2] and [d, 2].
    """

    ids: Any
    left: Ints
    right: Ints
    bits: Bits
    verified: Mask
    guarded: Mask
    same: Ints
    different: Ints


def judged(record_ids: Iterable[str], links: pa.Table, decisions: pa.Table) -> Joins:
    """Read LINKS and DECISIONS against the records of the cycle."""
    ids = sorted_ids(record_ids)
    left, right, one, other = rows_of(ids, *(table[end] for table in (links, decisions) for end in ENDS))
    link, pair = _codes(left, right, len(ids)), _codes(one, other, len(ids))
    judgement, bound = decisions["judgement"], decisions["evidence_hash"]
    shown = links["evidence_hash"].take(_places(link, pair))
    unchanged: Any = pc.equal(bound, shown)
    holds = pc.or_(pc.is_null(bound), pc.fill_null(unchanged, False))
    known = pair >= 0
    same = np.sort(pair[known & _is(judgement, "same") & _mask(holds)])
    different = np.sort(pair[known & _is(judgement, "different")])
    verified = _is(links["strength"], "verified")
    guarded = _mask(pc.is_valid(links["guard"]))
    bits = np.where(guarded, LEAST, log_odds(np.asarray(links["probability"].cast(pa.float64()).to_numpy())))
    bits = np.where(np.isnan(bits) & verified, MOST, bits)
    kept = np.flatnonzero((link >= 0) & ~np.isin(link, different) & ~np.isnan(bits))
    return Joins(
        ids,
        np.minimum(left, right)[kept],
        np.maximum(left, right)[kept],
        bits[kept],
        (verified & ~guarded)[kept],
        guarded[kept],
        np.stack(np.divmod(same, max(len(ids), 1)), axis=1),
        np.stack(np.divmod(different, max(len(ids), 1)), axis=1),
    )


def sorted_ids(record_ids: Iterable[str]) -> Any:
    """The distinct ids as a sorted string array."""
    ids: Any = (
        record_ids if isinstance(record_ids, pa.Array | pa.ChunkedArray) else pa.array(list(record_ids), pa.string())
    )
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks()
    if len(ids) > 1 and not pc.all(pc.less(ids[:-1], ids[1:])).as_py():
        ids = pc.unique(ids)
        ids = ids.take(pc.sort_indices(ids))
    return ids


def rows_of(ids: Any, *columns: Any) -> list[Ints]:
    """The row of ``ids`` each value of each column stands on, int64; -1 where it stands on none."""
    chunks = [chunk for column in columns for chunk in _chunks(column)]
    place: Any = pc.index_in(pa.chunked_array(chunks, pa.string()), value_set=ids)
    found: Any = pc.fill_null(place, -1)
    bounds = np.cumsum([len(column) for column in columns])[:-1]
    return np.split(found.to_numpy().astype(np.int64), bounds)


def log_odds(probability: Bits) -> Bits:
    """Bits, within ``LEAST`` and ``MOST``; not a number where the probability is none."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(np.log2(probability) - np.log2(1.0 - probability), LEAST, MOST))


@cache
def balance() -> Mapping[str, float]:
    """``join`` and ``hold`` of ``identities.toml``, in bits."""
    text = resources.files(__package__).joinpath("identities.toml").read_text(encoding="utf-8")
    return {name: float(log_odds(np.array(chance))) for name, chance in tomllib.loads(text)["balance"].items()}


def _chunks(column: Any) -> list[Any]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _codes(left: Ints, right: Ints, n: int) -> Ints:
    """One number a pair, -1 where an end is not there."""
    return np.where((left < 0) | (right < 0), -1, np.minimum(left, right) * n + np.maximum(left, right))


def _places(codes: Ints, wanted: Ints) -> Any:
    """Where each wanted code stands among ``codes``, null where it does not."""
    order = np.argsort(codes, kind="stable")
    place = np.searchsorted(codes, wanted, sorter=order)
    found = order[np.minimum(place, max(len(order) - 1, 0))] if len(order) else np.zeros(len(wanted), np.int64)
    absent = (codes[found] != wanted) if len(order) else np.ones(len(wanted), bool)
    return pa.array(found, mask=absent)


def _is(column: Any, value: str) -> Mask:
    return _mask(pc.equal(column, pa.scalar(value, pa.string())))


def _mask(column: Any) -> Mask:
    return np.asarray(pc.fill_null(column, False), dtype=bool)
