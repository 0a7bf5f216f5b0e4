"""What `reconcile train` sets off: the records a model learns from, the artefact, and the page beside it.

Decides which records train, calibrate and test. Invariant: the three are never the same records, and what a model was
trained on stands in its artefact.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle
from reconcile.errors import DecisionError
from reconcile.linkage import model as models
from reconcile.linkage import model_page, training, training_from_decisions, training_report
from reconcile.linkage.comparison import compare
from reconcile.linkage.model import Model
from reconcile.linkage.model_page import Evidence
from reconcile.linkage.training_report import Said, Seen
from reconcile.linkage.weighing import scores
from reconcile.notification.standing import judged
from reconcile.settings import Settings
from reconcile.workspace import write_bytes

Progress = Callable[[str, float], None]
Register = Callable[[int, int], tuple[pa.Table, pa.Table]]
"""Gives records and who is who for so many synthetic people and a seed; the demonstration alone knows such."""


@dataclass(frozen=True)
class Trained:
    """A model and what is to be told of it, as ``model_page.Evidence`` has it."""

    model: Model
    seen: Seen
    came_true: tuple[Said, ...] = ()
    against: str = ""
    decisions: int | None = None


def on_people(register: Register, people: int, seed: int, tell: Progress) -> Trained:
    """Train on so many synthetic people, calibrate on those of the next seed, and test on those of the one after."""
    tell("train", 0.0)
    records, _ = register(people, seed)
    pairs = training_report.compared(records)
    source = {"kind": "synthetic", "people": people, "seed": seed, "as_of": _as_of(records)}
    fitted = _from(training_report.fit(pairs), source)
    tell("calibrate on another seed", 0.0)
    calibrated = training.calibrate(fitted, *register(people, seed + 1))
    tell("test on a third", 0.0)
    came_true = training_report.foretold(calibrated, *register(people, seed + 2))
    against = (
        f"a register of {people:,} further synthetic people (seed {seed + 2}), "
        "on which the model was neither trained nor calibrated"
    )
    return Trained(calibrated, training_report.seen(pairs, calibrated), came_true, against)


def on_workspace(settings: Settings, tell: Progress) -> Trained:
    """Train on the records of the workspace's cycle; the calibration stays the shipped model's."""
    tell("train", 0.0)
    records = cycle.linkable(settings)
    pairs = training_report.compared(records)
    model = _from(training_report.fit(pairs), _cycle(settings, records))
    answered = training_from_decisions.answered(_judged(settings))
    return Trained(model, training_report.seen(pairs, model), decisions=answered.num_rows)


def from_decisions(settings: Settings, tell: Progress) -> Trained:
    """Move the shipped model by what people decided of the links of the workspace's cycle.

    Raises:
        DecisionError: no link is decided same or different.
    """
    tell("train", 0.0)
    shipped = models.load()
    pairs = training_report.compared(cycle.linkable(settings))
    labels = training_from_decisions.labels(pairs.features, _judged(settings))
    if not len(labels.same):
        raise DecisionError("no link is decided same or different yet: decide some with `reconcile decide` first")
    decided = compare(pairs.features, labels.left, labels.right)
    fitted = cycle.fitted_shares(settings)
    before = scores(pairs.features, decided, shipped, fitted).probability
    moved = training_from_decisions.train(pairs.features, decided, labels.same, shipped, fitted)
    against = f"the same decisions, by what {shipped.name} said before they moved it"
    came_true = training_report.held_against(before, labels.same)
    return Trained(moved, training_report.seen(pairs, moved), came_true, against)


def write(trained: Trained, folder: Path, date: str, *, marking: str, synthetic: bool) -> tuple[Path, Path]:
    """Write the artefact and its page, of one stem, into ``folder``; returns both paths."""
    path = models.write(trained.model, folder, date)
    evidence = Evidence(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        seen=trained.seen,
        came_true=trained.came_true,
        against=trained.against,
        decisions=trained.decisions,
    )
    page = path.with_suffix(".html")
    written = models.load(path)
    write_bytes(page, model_page.render(written, evidence, marking=marking, synthetic=synthetic).encode())
    return path, page


def _judged(settings: Settings) -> pa.Table:
    return judged(cycle.table(settings, "links"), cycle.decisions(settings))


def _from(model: Model, source: dict[str, Any]) -> Model:
    return replace(model, trained={**model.trained, "source": source})


def _cycle(settings: Settings, records: pa.Table) -> dict[str, Any]:
    return {
        "kind": "workspace",
        "cycle": settings.cycle,
        "synthetic": settings.synthetic,
        "as_of": _as_of(records),
    }


def _as_of(records: pa.Table) -> list[str]:
    """The first and the last date the extracts speak of; empty where no record has one."""
    ends: Any = pc.min_max(records["as_of"]).as_py()
    return [str(ends["min"]), str(ends["max"])] if ends["min"] else []
