"""The page that stands beside a model artefact: what it was trained on, what its levels are worth, how far to trust it.

Decides what of a training is told. Invariant: every figure is the model's or the training's, what is not known is said
to be not known, and no value of a record is on the page.
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from reconcile.linkage import table, training_from_decisions
from reconcile.linkage.calibration import weight_at
from reconcile.linkage.model import Model
from reconcile.linkage.scoring import ratio
from reconcile.linkage.training_report import Said, Seen
from reconcile.render import look, model_charts

PARTS: Final = {"name": ("given name", "surname"), "place": ("postcode", "town", "address")}
"""What the parts of the joint features are called."""
NOTHING_TOLD: Final = dict.fromkeys(
    (
        "source",
        "rounds",
        "converged",
        "bounded",
        "candidate_pairs",
        "sampled_pairs",
        "calibrated_on_records",
        "decisions",
    )
)
"""What a training may have left unsaid."""
SERIES: Final = ("one person", "one household")
STEPS: Final = (1.0, 4.0, 8.0, 14.0)
"""Bits from which a cell is a step stronger in colour."""


@dataclass(frozen=True)
class Evidence:
    """What the page rests on besides the model: its artefact's ``sha256``, the pairs ``seen``, and what came true.

    ``against`` says in words what ``came_true`` was held against; empty where no truth is known. ``decisions`` is how
    many links people have decided same or different, None where that has no bearing.
    """

    sha256: str
    seen: Seen
    came_true: tuple[Said, ...] = ()
    against: str = ""
    decisions: int | None = None


@dataclass(frozen=True)
class Level:
    """One level of a feature: m, u and h, and what it is worth in bits to one person and to one household."""

    name: str
    meaning: str
    m: float
    u: float
    h: float
    person: float
    household: float


@dataclass(frozen=True)
class Single:
    """A feature whose levels are one list."""

    code: str
    name: str
    levels: tuple[Level, ...]
    chart: Markup


@dataclass(frozen=True)
class Band:
    """A strength a link can have, from a ``probability`` and so from a ``weight`` in bits."""

    name: str
    probability: float
    weight: float


@dataclass(frozen=True)
class Cell:
    bits: float
    step: str


@dataclass(frozen=True)
class Matrix:
    """A joint feature: a row for each combination but of its last part, a column for each level of the last.

    ``worth`` holds such rows for each of ``SERIES``.
    """

    code: str
    name: str
    rows_are: str
    columns_are: str
    columns: tuple[str, ...]
    worth: tuple[tuple[tuple[str, tuple[Cell, ...]], ...], ...]
    extra: tuple[Level, ...]


def render(model: Model, evidence: Evidence, *, marking: str, synthetic: bool) -> str:
    """The page as one self-contained HTML document; ``model`` bears the name it was written under."""
    singles, matrices = [], []
    for name in sorted(model.features):
        if name in PARTS:
            matrices.append(_matrix(model, name))
        else:
            singles.append(_single(model, name))
    seen, bands = evidence.seen, _bands(model)
    match, household = (_share(rate, seen) for rate in (model.matches_per_record, model.households_per_record))
    return look.page(
        "linkage/model_page.html",
        marking=marking,
        synthetic=synthetic,
        model=model,
        told={**NOTHING_TOLD, **model.trained},
        lede=lede(model.trained),
        source=source(model.trained),
        ending=ending(model.trained),
        calibrated=training_from_decisions.note(model, evidence.decisions),
        evidence=evidence,
        seen=seen,
        prior_pairs=training_from_decisions.prior_pairs(),
        match_share=match,
        household_share=household,
        prior=math.log2(match / (1 - match - household)),
        bands=bands,
        series=SERIES,
        singles=singles,
        matrices=matrices,
        weights=model_charts.weights(
            "weights", "Candidate pairs by weight", seen.histogram, [(band.name, band.weight) for band in bands]
        ),
        reliability=model_charts.reliability("said", "What was said and what came true", evidence.came_true)
        if evidence.came_true
        else None,
        most_pairs=max((key.pairs for key in seen.blocking), default=0) or 1,
    )


def lede(trained: Mapping[str, Any]) -> str:
    """The page's first sentences: what made the model, and whether it ended well."""
    decided = trained.get("decisions")
    if decided:
        count = look.plural(decided["same"] + decided["different"], "decision")
        return f"Moved by {count} on links from {decided['began_from']}, which was trained on {source(trained)}."
    return f"Trained on {source(trained)}. {ending(trained)}"


def source(trained: Mapping[str, Any]) -> str:
    """What the model was trained on, in words."""
    kept = trained.get("source", {})
    records = look.plural(int(trained.get("records", 0)), "record")
    if kept.get("kind") == "synthetic":
        return (
            f"{records} of {look.plural(kept['people'], 'synthetic person', 'synthetic people')}, seed {kept['seed']}"
        )
    if kept.get("kind") == "workspace":
        invented = ", all of synthetic people" if kept["synthetic"] else ""
        return f"{records} of cycle {kept['cycle']}{invented}"
    return records


def ending(trained: Mapping[str, Any]) -> str:
    """How the training ended, in words."""
    if "rounds" not in trained:
        return "There was nothing to learn from: the model holds what was believed before."
    rounds = look.plural(trained["rounds"], "round")
    if trained["converged"]:
        return f"It converged: in the second of two passes the last of {rounds} moved nothing that matters."
    return f"It did not converge: it was stopped after {rounds} of the second pass and may not have found the best fit."


def _bands(model: Model) -> list[Band]:
    chances = {"possible": model.possible, "proposed": model.proposed}
    bands = [Band(name, chance, weight_at(chance, model.calibration)) for name, chance in chances.items()]
    return [band for band in bands if math.isfinite(band.weight)]


def _share(per_record: float, seen: Seen) -> float:
    return min(0.3, max(per_record * seen.records / seen.all_pairs, 1e-15))


def _levels(model: Model, name: str, chosen: Sequence[int]) -> tuple[Level, ...]:
    feature = model.feature(name)
    person, household = ratio(feature, "m"), ratio(feature, "h")
    return tuple(
        Level(
            _words(feature.levels[at]),
            meaning(name, feature.levels[at]),
            float(feature.m[at]),
            float(feature.u[at]),
            float(feature.h[at]),
            float(person[at]),
            float(household[at]),
        )
        for at in chosen
    )


def _single(model: Model, name: str) -> Single:
    levels = _levels(model, name, range(len(model.feature(name).levels)))
    title = look.word(name, "feature")
    rows = [(level.name, level.person, level.household) for level in levels]
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
    chart = model_charts.levels(f"level-{slug}", f"{title}: what each level is worth, in bits", rows, SERIES)
    return Single(slug, _titled(name, title), levels, chart)


def _titled(name: str, title: str) -> str:
    """A feature a file brought with it is called by its column."""
    return look.capital(name.split(":", 1)[1].replace("_", " ")) if ":" in name else title


def _matrix(model: Model, name: str) -> Matrix:
    feature, parts = model.feature(name), table.parts(name)
    across = len(parts[-1])
    cells = int(np.prod([len(part) for part in parts]))
    starts = range(0, cells, across)
    labels = [" / ".join(_words(part) for part in feature.levels[start].split("/")[:-1]) for start in starts]
    worth = []
    for which in ("m", "h"):
        bits = ratio(feature, which)
        rows = [tuple(Cell(float(at), step(float(at))) for at in bits[start : start + across]) for start in starts]
        worth.append(tuple(zip(labels, rows, strict=True)))
    *down, last = PARTS[name]
    return Matrix(
        name,
        look.word(name, "feature"),
        " / ".join(down),
        last,
        tuple(_words(part) for part in parts[-1]),
        tuple(worth),
        _levels(model, name, range(cells, len(feature.levels))),
    )


def step(bits: float) -> str:
    """The colour class of a cell: step-1 to step-4 for what speaks for one person, less-1 to less-4 against."""
    strength = sum(abs(bits) >= least for least in STEPS)
    return f"{'step' if bits > 0 else 'less'}-{strength}" if strength else ""


def meaning(feature: str, level: str) -> str:
    """What a level means, from the sentence a coordinator reads of it; empty where nothing is said."""
    texts = _sentences().get(feature.split(":", maxsplit=1)[0], {})
    text = texts.get(level, "")
    if not isinstance(text, str):
        return ""
    text = text.format_map({"left": "\0", "right": "\0", "shared": "identifier", "what": "value"})
    return look.capital(re.sub(r"[,:]? *\0(?: and \0)?", "", text).strip(" .,:"))


@cache
def _sentences() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8"))


def _words(code: str) -> str:
    return code.replace("_", " ")
