"""The figures beside a model: every candidate pair is counted once, and what was said stands beside what came true."""

import numpy as np
import pytest

from reconcile.demo.population import register
from reconcile.linkage import model as models
from reconcile.linkage import training, training_report
from reconcile.linkage.training_report import BINS, EDGES, held_against, histogram


def test_every_pair_is_in_one_bin_whatever_its_weight() -> None:
    weight = np.array([-300.0, -12.0, -11.9, 0.0, 1.99, 2.0, 40.0, 999.0])
    bins = histogram(weight, np.linspace(0, 1, len(weight)))
    counted = {(bin_.low, bin_.high): bin_.matches + bin_.others for bin_ in bins if bin_.matches + bin_.others}
    expected = {(-np.inf, -12): 1, (-12, -10): 2, (0, 2): 2, (2, 4): 1, (40, np.inf): 2}
    assert counted == pytest.approx(expected)
    assert sum(bin_.matches for bin_ in bins) == pytest.approx(len(weight) / 2)
    assert len(bins) == (BINS[1] - BINS[0]) / BINS[2] + 2


def test_what_was_said_stands_beside_what_came_true_with_its_interval() -> None:
    probability = np.r_[np.full(10, 0.7), np.full(4, 1.0)]
    same = np.r_[np.arange(10) < 9, np.ones(4, bool)]
    middle, top = held_against(probability, same)
    assert (middle.low, middle.high, middle.pairs, middle.observed) == (0.6, 0.8, 10, 0.9)
    assert middle.said == pytest.approx(0.7)
    assert middle.least < 0.9 < middle.most
    assert (top.pairs, top.observed, top.high) == (4, 1.0, EDGES[-1])


def test_fitting_the_compared_pairs_is_what_training_does() -> None:
    records, _ = register(400, 3)
    fitted = training_report.fit(training_report.compared(records))
    assert models.to_json(fitted) == models.to_json(training.train(records))


def test_the_shipped_model_holds_on_people_it_never_saw() -> None:
    records, truth = register(2000, 77)
    bands = training_report.foretold(models.load(), records, truth)
    assert (
        sum(band.pairs for band in bands)
        == training_report.seen(training_report.compared(records), models.load()).pairs
    )
    assert bands[0].observed < 0.02
    assert bands[-1].observed > 0.98
