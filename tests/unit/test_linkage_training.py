"""Training without labels: what EM finds in data whose truth is known, and what it says of itself."""

import numpy as np
import pytest

from reconcile.linkage import table
from reconcile.linkage.model import believed, from_json, load, named, to_json, write
from reconcile.linkage.scoring import Shares, ratio
from reconcile.linkage.training import Patterns, estimate_shares


def two_features(matches: int, strangers: int) -> Patterns:
    """Pairs that agree on name and birth date, or on neither."""
    name, born = table.feature("name"), table.feature("birth_date")
    agree = [born.levels.index("exact"), name.levels.index("exact/exact")]
    differ = [born.levels.index("far"), name.levels.index("different/different")]
    nothing = np.zeros(2)
    return Patterns(
        ("birth_date", "name"),
        np.array([agree, differ], np.uint8),
        np.array([matches, strangers], np.float64),
        nothing,
        nothing,
    )


def test_em_finds_the_share_of_matches_from_far_below_and_above() -> None:
    n, total = 1000, 1000 * 999 / 2
    for start in (1.0, 5000.0):
        share = estimate_shares(two_features(300, 2000), believed(), Shares(start / total, 1e-7), total, n)
        assert share.match * total == pytest.approx(300, rel=0.05)


def test_the_share_of_matches_is_bounded() -> None:
    n, total = 1000, 1000 * 999 / 2
    share = estimate_shares(two_features(400_000, 10), believed(), Shares(0.01, 1e-7), total, n)
    assert share.match * total <= table.classes("most_matches_per_record") * n + 1


def test_distributions_add_up_to_one() -> None:
    model = load()
    for name in ("name", "birth_date", "identifier", "place", "sex", "opaque:email", "attribute:state"):
        feature = model.feature(name)
        for values in (feature.m, feature.u, feature.h):
            assert values.sum() == pytest.approx(1, abs=1e-4)
            assert (values >= 0).all()


def test_shipped_model_weighs_agreement_above_disagreement() -> None:
    model = load()
    assert model.trained["converged"]
    for name, better, worse in (
        ("name", "exact/exact", "exact/different"),
        ("name", "exact/exact", "slip/exact"),
        ("name", "exact/different", "different/different"),
        ("name", "alias", "different/different"),
        ("birth_date", "exact", "digit"),
        ("birth_date", "digit", "far"),
        ("identifier", "checked", "slip"),
        ("identifier", "slip", "clash"),
        ("sex", "exact", "different"),
    ):
        feature = model.feature(name)
        bits = ratio(feature, "m")
        assert bits[feature.levels.index(better)] > bits[feature.levels.index(worse)]


def test_artefact_is_dated_hashed_and_refused_when_altered(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from reconcile.errors import LinkInputError

    path = write(load(), tmp_path, "2018-03-01")
    assert path.stem == named(load(), "2018-03-01").name
    assert to_json(load(path)) == to_json(load())
    assert to_json(from_json(to_json(load()))) == to_json(load())
    path.write_text(path.read_text().replace('"proposed": 0.', '"proposed": 0.0', 1))
    with pytest.raises(LinkInputError, match="altered"):
        load(path)
