"""The shipped model on a synthetic register it has never seen, against the bars the product states."""

from typing import Any

import numpy as np
import pytest

from reconcile.demo.population import register
from reconcile.linkage import link, load
from reconcile.linkage.calibration import weight_at
from reconcile.linkage.clusters import cluster
from reconcile.linkage.measure import of_groups


@pytest.fixture(scope="module")
def register_linked() -> tuple[Any, Any, dict[str, str]]:
    records, truth = register(8000, 4711)
    person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
    return records, link(records, load()), person


def test_joins_at_the_shipped_threshold(register_linked: tuple[Any, Any, dict[str, str]]) -> None:
    records, found, person = register_linked
    ids = sorted(records["record_id"].to_pylist())
    place = {record: index for index, record in enumerate(ids)}
    left, right = (np.array([place[i] for i in found.pairs[side].to_pylist()], np.int32) for side in ("left", "right"))
    threshold = weight_at(found.model.proposed, found.model.calibration)
    groups = cluster(len(ids), left, right, found.pairs["weight"].to_numpy(), threshold=threshold)
    truth = np.unique(np.array([person[record] for record in ids]), return_inverse=True)[1]
    measured = of_groups(groups, truth)
    assert measured.precision >= 0.97
    assert measured.recall >= 0.985


def test_verified_links_are_right_and_all_links_find_nearly_everyone(
    register_linked: tuple[Any, Any, dict[str, str]],
) -> None:
    _, found, person = register_linked
    rows = found.links.select(["left", "right", "strength", "guard"]).to_pylist()
    right = [row for row in rows if person[row["left"]] == person[row["right"]]]
    verified = [row for row in rows if row["strength"] == "verified"]
    assert len([row for row in right if row["strength"] == "verified"]) >= 0.999 * len(verified)
    sizes = np.unique(list(person.values()), return_counts=True)[1]
    true = int((sizes * (sizes - 1) // 2).sum())
    assert len(right) >= 0.985 * true
    guarded = [row for row in rows if row["guard"]]
    assert all(row["strength"] == "possible" for row in guarded)


def test_probabilities_mean_what_they_say(register_linked: tuple[Any, Any, dict[str, str]]) -> None:
    _, found, person = register_linked
    pairs = found.pairs.select(["left", "right", "probability"]).to_pydict()
    same = np.array([person[a] == person[b] for a, b in zip(pairs["left"], pairs["right"], strict=True)])
    said = np.array(pairs["probability"])
    for low, high in ((0.0, 0.1), (0.1, 0.9), (0.9, 1.01)):
        chosen = (said >= low) & (said < high)
        # three standard errors of a share, besides what the curve may be off by
        slack = 0.03 + 3 * (0.25 / chosen.sum()) ** 0.5 * (1 if low else 0.3)
        assert abs(same[chosen].mean() - said[chosen].mean()) <= slack
