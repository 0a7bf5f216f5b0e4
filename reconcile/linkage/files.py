"""``reconcile link``: any table of people in, scored pairs and identities out.

Decides how a column map makes records of a file's rows. Invariant: the files are read, never changed; unmapped
columns are ignored; the outputs depend on the rows and the map, not on the order of either.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reconcile import linkage, workspace
from reconcile.errors import LinkInputError
from reconcile.linkage import measure
from reconcile.linkage.calibration import weight_at
from reconcile.linkage.clusters import cluster
from reconcile.linkage.column_map import read_map
from reconcile.linkage.features import prepare
from reconcile.linkage.guards import joining
from reconcile.linkage.measure import Measure
from reconcile.linkage.model import load
from reconcile.linkage.people_columns import columns_of
from reconcile.linkage.people_files import in_order, read_files, truth_of


@dataclass(frozen=True)
class LinkSummary:
    """What ``link_files`` did. ``pair_measure`` and ``cluster_measure`` are None where no truth was named."""

    records: int
    files: int
    candidate_pairs: int
    joined_pairs: int
    identities: int
    model: str
    converged: bool
    pairs_path: Path
    identities_path: Path
    pair_measure: Measure | None = None
    cluster_measure: Measure | None = None

    def to_json(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "records": self.records,
            "files": self.files,
            "candidate_pairs": self.candidate_pairs,
            "joined_pairs": self.joined_pairs,
            "identities": self.identities,
            "model": self.model,
            "converged": self.converged,
            "pairs": str(self.pairs_path),
            "identities_file": str(self.identities_path),
        }
        for name, found in (("pair_measure", self.pair_measure), ("cluster_measure", self.cluster_measure)):
            if found is not None:
                result[name] = found.to_json()
        return result

    def __str__(self) -> str:
        lines = [
            f"{self.records:,} records of {self.files} {'file' if self.files == 1 else 'files'},"
            f" {self.candidate_pairs:,} pairs compared, {self.joined_pairs:,} joined into {self.identities:,}"
            f" identities (model {self.model})",
        ]
        if not self.converged:
            lines.append("training stopped before it converged: the figures may be better with more records")
        for name, found in (("pairs", self.pair_measure), ("clusters", self.cluster_measure)):
            if found is not None:
                lines.append(f"{name:8}  precision {found.precision:.4f}  recall {found.recall:.4f}  F1 {found.f1:.4f}")
        lines.append(f"written: {self.pairs_path} and {self.identities_path}")
        return "\n".join(lines)


def link_files(  # noqa: PLR0917 - the verb's own order
    files: Sequence[Path],
    columns: Path,
    out: Path,
    train: bool = False,
    truth: str | None = None,
    between: bool = False,
    *,
    model: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> LinkSummary:
    """Link the people in ``files`` and write ``pairs.parquet`` and ``identities.parquet`` into ``out``.

    Args:
        files: CSV or Parquet. columns: the TOML column map. train: fit the model to these records.
        truth: a column, or ``COLUMN:REGEX`` whose first group names the true person.
        between: compare only across files. model: a model artefact instead of the shipped one.
    Raises:
        LinkInputError: a file, the map or the truth column does not fit.
    """
    mapped = read_map(columns)
    if between and len(files) < 2:
        raise LinkInputError("--between compares across files and one was given: give two or more")
    tell = progress or (lambda _stage, _done: None)
    tell("reading", 0.0)
    rows = in_order(read_files(files, mapped, also=[truth.partition(":")[0]] if truth else []), mapped)
    person = truth_of(rows, truth) if truth is not None else None
    pa.default_memory_pool().release_unused()
    people = columns_of(rows, mapped, between=between)
    del rows
    pa.default_memory_pool().release_unused()
    tell("preparing", 0.1)
    features = prepare(people)
    del people
    pa.default_memory_pool().release_unused()
    found = linkage.scored(features, load(model), train=train, between=between, progress=progress)
    pa.default_memory_pool().release_unused()
    tell("writing", 0.95)
    joined, groups = _join(found)
    pairs_path, identities_path = out / "pairs.parquet", out / "identities.parquet"
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(lambda: workspace.write_tables(pairs_path, linkage.pairs_tables(found)))
        workspace.write_table(identities_path, _identities(found.features.ids, groups))
        written.result()
    pair_measure = cluster_measure = None
    if person is not None:
        source = found.features.source.codes.astype(np.int64) if between else None
        pair_measure = measure.of_pairs(found.pairs.left[joined], found.pairs.right[joined], person, source)
        cluster_measure = measure.of_groups(groups, person, source)
    return LinkSummary(
        records=found.features.n,
        files=len(files),
        candidate_pairs=len(found.pairs.left),
        joined_pairs=len(joined),
        identities=int((groups == np.arange(len(groups))).sum()),
        model=found.model.name,
        converged=bool(found.model.trained.get("converged", True)),
        pairs_path=pairs_path,
        identities_path=identities_path,
        pair_measure=pair_measure,
        cluster_measure=cluster_measure,
    )


def _join(found: linkage.Scored) -> tuple[Any, Any]:
    """The places of the pairs at the shipped threshold, and the group of each record."""
    kept = linkage.above_floor(found)
    weight = joining(found.pairs, found.scores.weight)[kept]
    threshold = weight_at(found.model.proposed, found.model.calibration)
    groups = cluster(found.features.n, found.pairs.left[kept], found.pairs.right[kept], weight, threshold=threshold)
    return kept[weight >= threshold], groups


def _identities(ids: Any, groups: Any) -> pa.Table:
    """Each record and its identity, which bears the least of its record ids."""
    return pa.table({"record_id": ids, "identity": ids.take(pa.array(groups))})


__all__ = ["LinkInputError", "LinkSummary", "link_files"]
