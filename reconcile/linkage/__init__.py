"""Which records are the same person: candidate pairs, compared, weighed, guarded and explained.

Decides LINKS. Invariant: the links depend on the set of records and the model alone, never on row order; every
weight is the sum of its evidence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile import schema
from reconcile.linkage import table, training
from reconcile.linkage.blocking import KeyReport, candidates
from reconcile.linkage.comparison import Compared, compare
from reconcile.linkage.display import values
from reconcile.linkage.explain import explain
from reconcile.linkage.features import Features, prepare
from reconcile.linkage.frequencies import rarity
from reconcile.linkage.guards import guarded
from reconcile.linkage.model import Model, load, sized
from reconcile.linkage.scoring import Scores, score, shares
from reconcile.linkage.strengths import strengths

Progress = Callable[[str, float], None]

__all__ = ["Linkage", "Model", "Scored", "link", "load", "scored"]


@dataclass(frozen=True)
class Scored:
    """Every candidate pair compared and weighed: ``features`` of the records sorted by id, ``pairs`` with their
    levels, ``scores``; ``model``: the one used, its shares fitted to the records; ``blocking``: what each key did."""

    features: Features
    pairs: Compared
    scores: Scores
    model: Model
    blocking: tuple[KeyReport, ...]


@dataclass(frozen=True)
class Linkage:
    """``links``: LINKS sorted by left, right. ``pairs``: left, right, weight, probability and a column of level
    names per feature, for every pair above the floor. ``model``: the one used, its shares fitted to the records.
    ``blocking``: what each key did."""

    links: pa.Table
    pairs: pa.Table
    model: Model
    blocking: tuple[KeyReport, ...] = ()


def link(
    records: pa.Table,
    model: Model,
    *,
    train: bool = False,
    between: str | None = None,
    progress: Progress | None = None,
) -> Linkage:
    """Link records, and explain every link.

    Args:
        records: RECORDS or a subset of its columns, with ``record_id``; ``attributes`` list<ATTRIBUTE> besides.
        model: the trained numbers; with ``train`` they are fitted to these records instead.
        between: a column (``force``) across whose values alone records are compared.
        progress: told the stage and the part done, in [0, 1].
    Raises:
        LinkInputError: the records have no usable ``record_id``.
    """
    tell = progress or (lambda _stage, _done: None)
    tell("preparing", 0.0)
    features = prepare(records, between or "force")
    found = scored(features, model, train=train, between=between is not None, progress=progress)
    tell("explaining", 0.85)
    result = Linkage(_links(records, found), pairs_table(found), found.model, found.blocking)
    tell("linked", 1.0)
    return result


def scored(
    features: Features,
    model: Model,
    *,
    train: bool = False,
    between: bool = False,
    progress: Progress | None = None,
) -> Scored:
    """Compare and weigh the candidate pairs of prepared records; ``between`` compares across their sources alone."""
    tell = progress or (lambda _stage, _done: None)
    tell("blocking", 0.25)
    found = candidates(features, between=between)
    pa.default_memory_pool().release_unused()
    tell("comparing", 0.4)
    pairs = compare(features, found.left, found.right)
    pa.default_memory_pool().release_unused()
    tell("weighing", 0.7)
    model, scores = weigh(features, pairs, model, train=train, between=between)
    return Scored(features, pairs, scores, model, found.report)


def weigh(
    features: Features, pairs: Compared, model: Model, *, train: bool = False, between: bool = False
) -> tuple[Model, Scores]:
    """Fit what is to be fitted (everything with ``train``, else the class shares alone) and weigh the pairs."""
    total = training.all_pairs(features, between)
    if train:
        # how the shipped probabilities were calibrated says nothing of other records: the posterior stands as it is
        fitted = training.fit(features, pairs, between=between)
        model = replace(fitted, proposed=model.proposed, possible=model.possible)
    else:
        model = sized(model, features.n)
    offsets = rarity(features, pairs, model.rates, model.matches_per_record)
    share = shares(model, features.n, total)
    if not train and len(pairs.left):
        share = training.estimate_shares(training.patterns(pairs, offsets), model, share, total, features.n)
        model = replace(
            model,
            matches_per_record=share.match * total / features.n,
            households_per_record=share.household * total / features.n,
        )
    return model, score(pairs, offsets, model, share)


def _links(records: pa.Table, found: Scored) -> pa.Table:
    features, pairs, scores = found.features, found.pairs, found.scores
    guard = guarded(pairs)
    strength = strengths(pairs, guard, scores.probability, found.model)
    rows = np.flatnonzero(strength)
    evidence, hashes = explain(values(records, features), pairs, scores, rows)
    return pa.table(
        [
            features.ids.take(pa.array(pairs.left[rows])),
            features.ids.take(pa.array(pairs.right[rows])),
            pa.array(scores.weight[rows], pa.float64()),
            pa.array(scores.probability[rows], pa.float64()),
            pa.array(strength[rows], pa.string()),
            pa.array([name or None for name in guard[rows]], pa.string()),
            evidence,
            pa.array(hashes, pa.string()),
        ],
        schema=schema.LINKS,
    )


def above_floor(found: Scored) -> NDArray[np.int64]:
    """The places of the pairs whose weight is worth keeping, in order."""
    return np.flatnonzero(found.scores.weight >= table.limit("floor"))


def pairs_table(found: Scored) -> pa.Table:
    """left, right, weight, probability and the name of the level of each feature, of every pair above the floor."""
    return pa.concat_tables(pairs_tables(found)).combine_chunks()


_WRITTEN: Final = 1 << 16
"""Pairs whose ids and levels are spelt out at once."""


def pairs_tables(found: Scored) -> Iterator[pa.Table]:
    """``pairs_table`` in parts, at least one, so that the whole need not be held."""
    kept = above_floor(found)
    for begin in range(0, max(len(kept), 1), _WRITTEN):
        yield _spelt(found, kept[begin : begin + _WRITTEN])


def _spelt(found: Scored, kept: NDArray[np.int64]) -> pa.Table:
    ids = found.features.ids
    columns: dict[str, Any] = {
        "left": ids.take(pa.array(found.pairs.left[kept])),
        "right": ids.take(pa.array(found.pairs.right[kept])),
        "weight": pa.array(found.scores.weight[kept]),
        "probability": pa.array(found.scores.probability[kept]),
    }
    for name, levels in found.pairs.levels.items():
        names: Any = pa.array(table.feature(name).levels, pa.string())
        columns[name] = names.take(pa.array(levels[kept]))
    return pa.table(columns)
