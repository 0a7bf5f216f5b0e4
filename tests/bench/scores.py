"""Pairs and clusters of either engine against the truth, at every threshold worth trying.

Decides what the compared figures are. Invariant: both engines are scored by the same functions, in pairs of records;
where files are linked to one another, only pairs across them count.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from reconcile.linkage.measure import Measure

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """The record ids, sorted, and for each the label of its person; ``source`` is its file where files are linked."""

    ids: NDArray[np.str_]
    person: Labels
    source: Labels | None = None

    @property
    def pairs(self) -> int:
        return together(self.person, source=self.source)

    def places(self, column: Any) -> NDArray[np.int32]:
        """Where the record ids of an Arrow column stand among ``ids``."""
        return pc.index_in(column.cast(pa.string()), pa.array(self.ids.tolist())).to_numpy().astype(np.int32)


def truth_of(files: list[Path], record: str, person: str, between: bool = False) -> Truth:
    """The truth in column ``person``, which may end in ``:REGEX`` whose first group names them."""
    name, _, pattern = person.partition(":")
    ids, people, sources = [], [], []
    for number, path in enumerate(files):
        rows = _read(path)
        ids += [str(value).strip() for value in rows.column(record).to_pylist()]
        people += [str(value).strip() for value in rows.column(name).to_pylist()]
        sources += [number] * rows.num_rows
    if pattern:
        people = [match.group(1) for match in map(re.compile(pattern).search, people) if match]
    order = np.argsort(np.array(ids), kind="stable")
    label = np.unique(np.array(people), return_inverse=True)[1].astype(np.int64)
    return Truth(np.array(ids)[order], label[order], np.array(sources)[order] if between else None)


def _read(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    rows = pcsv.read_csv(path)
    return rows.rename_columns([name.strip() for name in rows.column_names])


def together(*labels: Labels, source: Labels | None = None) -> int:
    """Pairs of records equal in every label; with ``source`` only those across it."""
    key = np.zeros(len(labels[0]), np.int64)
    for label in labels:
        found = np.unique(label, return_inverse=True)[1].astype(np.int64)
        key = np.unique(key * (found.max() + 1) + found, return_inverse=True)[1].astype(np.int64)
    counts = np.bincount(key).astype(np.int64)
    pairs = int((counts * (counts - 1) // 2).sum())
    return pairs - together(*labels, source) if source is not None else pairs


def of_clusters(truth: Truth, group: Labels) -> Measure:
    """Score groups, int64 labels in the order of the truth's ids."""
    return Measure(
        together(group, source=truth.source), together(group, truth.person, source=truth.source), truth.pairs
    )


def of_pairs(truth: Truth, left: NDArray[np.int32], right: NDArray[np.int32]) -> Measure:
    """Score joined pairs, given as places among the truth's ids."""
    return Measure(len(left), int((truth.person[left] == truth.person[right]).sum()), truth.pairs)


def components(n: int, left: NDArray[np.int32], right: NDArray[np.int32]) -> Labels:
    """The connected components of ``n`` records under the joined pairs."""
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


@dataclass(frozen=True)
class Best:
    """The highest F1 over a sweep, and the threshold in bits it is reached at."""

    threshold: float
    measure: Measure

    def to_json(self) -> dict[str, Any]:
        return {"threshold": self.threshold, **self.measure.to_json()}


def best(measure_at: Callable[[float], Measure], thresholds: Iterable[float]) -> Best:
    return max((Best(at, measure_at(at)) for at in thresholds), key=lambda found: found.measure.f1)
