"""The shipped model against the bars the product states, on synthetic registers nobody built with.

Decides what is measured of it, and how. Invariant: the truth is read after the linkage is done; name origin is known in
the synthetic truth alone.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile import linkage
from reconcile.demo.population import register
from reconcile.linkage import measure
from reconcile.linkage.calibration import weight_at
from reconcile.linkage.clusters import cluster
from reconcile.linkage.features import prepare
from reconcile.linkage.guards import guarded, joining
from reconcile.linkage.strengths import strengths
from tests.bench.data_sets import ROOT
from tests.bench.report import put

SEED = 424243
SURNAME = ("marriage", "deed_poll")
WHOLE = ("total_change",)
JOINED = ("proposed", "verified")


@dataclass(frozen=True)
class Linked:
    """A register linked with the shipped model, and its truth: int64 ``person`` and text columns by record."""

    scored: linkage.Scored
    strength: NDArray[np.object_]
    groups: NDArray[np.int64]
    person: NDArray[np.int64]
    truth: pa.Table

    @property
    def same(self) -> NDArray[np.bool_]:
        return np.asarray(self.person[self.scored.pairs.left] == self.person[self.scored.pairs.right])

    def column(self, name: str) -> NDArray[np.str_]:
        return np.asarray(self.truth[name].to_numpy(zero_copy_only=False).astype(str))


def linked(people: int, seed: int) -> Linked:
    records, truth = register(people, seed)
    found = linkage.scored(prepare(records), linkage.load())
    pairs, scores, model = found.pairs, found.scores, found.model
    kept = linkage.above_floor(found)
    groups = cluster(
        found.features.n,
        pairs.left[kept],
        pairs.right[kept],
        joining(pairs, scores.weight)[kept],
        threshold=weight_at(model.proposed, model.calibration),
    )
    person = np.unique(truth["person"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)[1]
    return Linked(found, strengths(pairs, guarded(pairs), scores.probability, model), groups, person, truth)


def true_pairs(person: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every pair of records of one person, int64 [pairs, 2], the lesser first."""
    order = np.argsort(person, kind="stable")
    start = np.flatnonzero(np.r_[True, person[order][1:] != person[order][:-1]])
    size = np.diff(np.r_[start, len(order)])
    found = []
    for step in range(1, int(size.max())):
        place = np.flatnonzero(np.arange(len(order)) + step < np.repeat(start + size, size))
        found.append(np.sort(np.stack([order[place], order[place + step]], axis=1), axis=1))
    return np.concatenate(found)


def rows(found: Linked) -> Iterator[tuple[str, str, float]]:
    """What, its bar, and the figure."""
    pairs, same, strength = found.scored.pairs, found.same, found.strength
    true = true_pairs(found.person)
    n = found.scored.features.n
    where = np.searchsorted(pairs.left.astype(np.int64) * n + pairs.right, true[:, 0] * n + true[:, 1])
    where = np.minimum(where, len(pairs.left) - 1)
    compared = (pairs.left[where] == true[:, 0]) & (pairs.right[where] == true[:, 1])
    reached = np.where(compared, strength[where], "")
    clusters = measure.of_groups(found.groups, found.person)
    yield "verified links: precision", "0.999", float(same[strength == "verified"].mean())
    yield "joins at the shipped threshold: cluster precision", "0.97", clusters.precision
    yield "joins at the shipped threshold: cluster recall", "0.985", clusters.recall
    yield "blocking: recall", "0.99", float(compared.mean())
    yield (
        "verified, proposed and possible links: recall of what blocking reaches",
        "0.99",
        float((reached[compared] != "").mean()),
    )
    kind = found.column("kind")
    for label, kinds, bar in (
        ("surname changed: proposed or verified", SURNAME, "0.90"),
        ("whole name changed: proposed or verified", WHOLE, "0.60"),
    ):
        changed = np.isin(kind[true[:, 0]], kinds) ^ np.isin(kind[true[:, 1]], kinds)
        yield label, bar, float(np.isin(reached[changed], JOINED).mean())


def calibration(found: Linked) -> Iterator[tuple[str, int, float, float]]:
    """Each tenth of probability: pairs, what was said and what is."""
    said, same = found.scored.scores.probability, found.same
    tenth = np.minimum((said * 10).astype(int), 9)
    for place in range(10):
        chosen = tenth == place
        if chosen.any():
            yield (
                f"{place / 10:.1f} to {place / 10 + 0.1:.1f}",
                int(chosen.sum()),
                float(said[chosen].mean()),
                float(same[chosen].mean()),
            )


def false_joins(found: Linked, by: str) -> Iterator[tuple[str, int, float, float, float]]:
    """Records joined with somebody else's per 10,000, by a column of the truth, with 95 % intervals.

    One false join makes two records or more wrong at once, so that they are no independent draws: the interval is
    Wilson's for as many records as they are worth (Kish's design effect, each wrong identity one cluster).
    """
    order = np.lexsort((found.person, found.groups))
    group, person = found.groups[order], found.person[order]
    start = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    mixed = np.minimum.reduceat(person, start) != np.maximum.reduceat(person, start)
    wrong = np.empty(len(group), bool)
    wrong[order] = np.repeat(mixed, np.diff(np.r_[start, len(group)]))
    values = found.column(by)
    for value in ("all", *sorted(set(values.tolist()))):
        chosen = np.ones(len(values), bool) if value == "all" else values == value
        together = np.unique(found.groups[chosen & wrong], return_counts=True)[1]
        effect = float((together**2).sum() / together.sum()) if len(together) else 1.0
        n, hits = int(chosen.sum()), int(together.sum())
        yield value, n, *(1e4 * rate for rate in _wilson(hits / effect, n / effect))


def _wilson(hits: float, n: float, z: float = 1.96) -> tuple[float, float, float]:
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return share, max(0.0, centre - half), centre + half


def report(people: list[int]) -> str:
    """The Markdown of all registers; calibration and groups of the largest alone, where they say most."""
    lines: list[str] = []
    for count in sorted(people):
        found = linked(count, SEED + count)
        lines += [f"{found.scored.features.n:,} records (seed {SEED + count}), model {found.scored.model.name}:", ""]
        lines += ["| what | bar | figure |", "|---|---|---|"]
        lines += [f"| {what} | {bar} | {figure:.5f} |" for what, bar, figure in rows(found)]
        lines.append("")
    lines += ["| said probability | pairs | said | came true |", "|---|---|---|---|"]
    lines += [f"| {tenth} | {n:,} | {said:.3f} | {true:.3f} |" for tenth, n, said, true in calibration(found)]
    for by in ("sex", "name_origin"):
        lines += [
            "",
            f"| records joined with somebody else's, by {by} | records | per 10,000 | 95 % interval |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {value} | {n:,} | {rate:.1f} | {low:.1f} to {high:.1f} |"
            for value, n, rate, low, high in false_joins(found, by)
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Hold the shipped model against its bars and write the report.")
    parser.add_argument("people", nargs="*", type=int, default=[90_000, 743_000])
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    given = parser.parse_args()
    put(given.report, "bars", report(given.people))


if __name__ == "__main__":
    main()
