"""What people decided moves the model: towards the truth where decisions are true, and not at all without any."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from reconcile import linkage
from reconcile.demo.population import register
from reconcile.linkage import calibration, table, training_report
from reconcile.linkage import model as models
from reconcile.linkage import training_from_decisions as decided
from reconcile.linkage.comparison import compare
from reconcile.linkage.weighing import scores

SHIPPED = models.load()


class Register:
    """Records whose persons are known, their candidate pairs, and which of these are of one person."""

    def __init__(self, people: int, seed: int) -> None:
        self.records, truth = register(people, seed)
        self.pairs = training_report.compared(self.records)
        person = dict(zip(truth["record_id"].to_pylist(), truth["person"].to_pylist(), strict=True))
        known = np.array([person[record] for record in self.pairs.features.ids.to_pylist()])
        self.same = known[self.pairs.found.left] == known[self.pairs.found.right]

    def decide(self, base: models.Model, most: int) -> models.Model:
        """``base`` moved by the truth about at most so many of the links it proposes."""
        weighed = scores(self.pairs.features, self.pairs.compared, base)
        links = np.flatnonzero(weighed.probability >= base.possible)
        chosen = np.sort(np.random.default_rng(1).permutation(links)[:most])
        shown = compare(self.pairs.features, self.pairs.found.left[chosen], self.pairs.found.right[chosen])
        return decided.train(self.pairs.features, shown, self.same[chosen], base)

    def true_m(self, name: str) -> np.ndarray:
        levels = self.pairs.compared.levels[name][self.same]
        return table.normal(np.bincount(levels, minlength=len(table.feature(name).levels)).astype(float))


@pytest.fixture(scope="module")
def known() -> Register:
    return Register(3000, 7)


def test_without_a_decision_the_model_is_the_very_one_given(known: Register) -> None:
    assert known.decide(SHIPPED, 0) is SHIPPED


def test_decisions_move_m_towards_the_truth_and_more_of_them_further(known: Register) -> None:
    base = replace(models.believed(), calibration=SHIPPED.calibration)
    few, many = known.decide(base, 100), known.decide(base, 900)
    for name in known.pairs.compared.levels:
        away = [float(np.abs(each.feature(name).m - known.true_m(name)).sum()) for each in (base, few, many)]
        assert away[2] < away[1] < away[0], name
        assert many.feature(name).m.sum() == pytest.approx(1)


def test_decisions_move_neither_u_nor_h_nor_the_shares_nor_the_bands(known: Register) -> None:
    moved = known.decide(SHIPPED, 300)
    for name, feature in moved.features.items():
        assert np.array_equal(feature.u, SHIPPED.feature(name).u)
        assert np.array_equal(feature.h, SHIPPED.feature(name).h)
    kept = ("matches_per_record", "households_per_record", "proposed", "possible", "rates")
    assert all(getattr(moved, name) == getattr(SHIPPED, name) for name in kept)


def test_the_calibration_stays_until_there_are_enough_decisions_and_says_how_many_there_are(known: Register) -> None:
    few, enough = known.decide(SHIPPED, decided.needed() - 1), known.decide(SHIPPED, decided.needed())
    assert few.calibration == SHIPPED.calibration
    assert enough.calibration != SHIPPED.calibration
    assert decided.note(few) == "calibrated on synthetic records; 199 of 200 decisions"
    assert decided.note(enough) == "calibrated on synthetic records and 200 decisions"
    assert decided.note(SHIPPED, 17) == "calibrated on synthetic records; 17 of 200 decisions"
    assert decided.note(SHIPPED, 2000) == "calibrated on synthetic records; 2,000 decisions have not moved it yet"
    assert decided.note(models.believed()) == "not calibrated"


def test_a_curve_that_says_too_much_is_drawn_back_where_decisions_tell_of_it(known: Register) -> None:
    """Held against records the decisions were not made on."""
    boastful = replace(SHIPPED, calibration=tuple((weight, bits + 4) for weight, bits in SHIPPED.calibration))
    moved = known.decide(boastful, 2000)
    registers = [Register(3000, seed) for seed in (8, 9)]

    def surprise(model: models.Model) -> float:
        """In bits, over two registers: of one alone the few pairs that surprise move it by a tenth."""
        total = 0.0
        for others in registers:
            chance = np.clip(scores(others.pairs.features, others.pairs.compared, model).probability, 1e-9, 1 - 1e-9)
            total += float(-np.log2(np.where(others.same, chance, 1 - chance)).sum())
        return total

    assert surprise(moved) < 0.95 * surprise(boastful)


def test_the_curve_never_falls(known: Register) -> None:
    curve = known.decide(SHIPPED, 2000).calibration
    grid = np.arange(-2000, 2001) / 50
    assert [weight for weight, _ in curve] == [weight for weight, _ in SHIPPED.calibration]
    assert (np.diff(calibration.calibrated(grid, curve)) >= -1e-9).all()


def test_labels_are_the_links_decided_same_or_different_and_no_other(known: Register) -> None:
    links = linkage.link(known.records, SHIPPED).links.slice(0, 5)
    said = pa.array(["same", "different", "cannot_tell", None, "same"], pa.string())
    labels = decided.labels(known.pairs.features, links.append_column("judgement", said))
    ids = known.pairs.features.ids.to_pylist()
    expected = [(row["left"], row["right"]) for row in links.take([0, 1, 4]).to_pylist()]
    assert [(ids[left], ids[right]) for left, right in zip(labels.left, labels.right, strict=True)] == expected
    assert labels.same.tolist() == [True, False, True]
    assert labels.left.dtype == labels.right.dtype == np.int32


def test_a_moved_model_is_written_and_read_like_any_other(known: Register, tmp_path) -> None:
    moved = known.decide(SHIPPED, 300)
    read = models.load(models.write(moved, tmp_path, "2026-12-01"))
    assert read.trained["decisions"]["began_from"] == SHIPPED.name
    assert models.to_json(read) == models.to_json(moved)
