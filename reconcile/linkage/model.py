"""The model: for every feature and level the three class distributions, and the rates that scale rare values.

Decides what a comparison is worth. Invariant: one dated, hashed artefact holds every number; its name ends in the
first eight digits of the sha256 of its content, and a loaded model equals the written one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import LinkInputError
from reconcile.linkage import table
from reconcile.linkage.calibration import Curve
from reconcile.linkage.table import Feature

FEWEST = 10_000
"""Records below which nothing is known of how calibration goes on."""


@dataclass(frozen=True)
class Model:
    """Trained numbers. ``rates``: how often two strangers share an exact value, by value kind; ``proposed`` and
    ``possible``: probabilities from which a link has that strength; ``trained``: what training says of itself."""

    name: str
    features: Mapping[str, Feature]
    rates: Mapping[str, float]
    matches_per_record: float
    households_per_record: float
    proposed: float
    possible: float
    calibration: Curve = ()
    trained: Mapping[str, Any] = field(default_factory=dict)

    def feature(self, name: str) -> Feature:
        """The trained feature, or what is believed of it where it was not trained."""
        return self.features[name] if name in self.features else table.feature(name)


def believed() -> Model:
    """The model before any training: the numbers of ``levels.toml``."""
    bands = table.bands()
    return Model(
        name="believed",
        features={},
        rates={},
        matches_per_record=table.classes("matches_per_record"),
        households_per_record=table.classes("households_per_record"),
        proposed=bands["proposed"],
        possible=bands["possible"],
    )


def _numbers(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def sized(model: Model, records: int) -> Model:
    """``model`` with its calibration as it holds for so many records, or for ``FEWEST`` where they are fewer.

    Coincidences grow with the square of the records, and values that correlate make more of them than independence
    says: the same weight means less among more records, by ``bits_per_doubling``.
    """
    fitted, records = model.trained.get("calibrated_on_records"), max(records, FEWEST)
    if not fitted:
        return model
    bits = model.trained.get("bits_per_doubling", 0.0) * np.log2(fitted / records)
    curve = tuple((weight, odds + float(bits)) for weight, odds in model.calibration)
    return replace(model, calibration=curve, trained={**model.trained, "calibrated_on_records": records})


def to_json(model: Model) -> dict[str, Any]:
    """The artefact's content, numbers to six digits, without the name."""
    return {
        "calibration": [list(knot) for knot in model.calibration],
        "bands": {"proposed": model.proposed, "possible": model.possible},
        "features": {
            name: {
                "levels": {
                    level: dict(zip(("m", "u", "h"), numbers, strict=True))
                    for level, *numbers in zip(
                        row.levels, _numbers(row.m), _numbers(row.u), _numbers(row.h), strict=True
                    )
                }
            }
            for name, row in sorted(model.features.items())
        },
        "households_per_record": float(f"{model.households_per_record:.6g}"),
        "matches_per_record": float(f"{model.matches_per_record:.6g}"),
        "rates": {name: float(f"{rate:.6g}") for name, rate in sorted(model.rates.items())},
        "trained": dict(model.trained),
    }


def named(model: Model, date: str) -> Model:
    """``model`` rounded as written and named ``<date>-<hash8>``."""
    content = to_json(model)
    digest = hashlib.sha256(_bytes(content)).hexdigest()
    return replace(from_json(content), name=f"{date}-{digest[:8]}")


def _bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def write(model: Model, folder: Path, date: str) -> Path:
    """Write the artefact ``<date>-<hash8>.json`` into ``folder`` and return its path."""
    path = folder / f"{named(model, date).name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_bytes(to_json(model)))
    return path


def from_json(content: Mapping[str, Any], name: str = "") -> Model:
    features = {}
    for label, row in content["features"].items():
        base = table.feature(label)
        try:
            m, u, h = (np.array([row["levels"][level][which] for level in base.levels]) for which in table.CLASSES)
        except KeyError as error:
            raise LinkInputError(f"the model lacks level {error} of {label}: train it anew") from error
        features[label] = replace(base, m=m, u=u, h=h)
    return Model(
        name=name,
        features=features,
        rates=dict(content["rates"]),
        matches_per_record=content["matches_per_record"],
        households_per_record=content["households_per_record"],
        proposed=content["bands"]["proposed"],
        possible=content["bands"]["possible"],
        calibration=tuple((float(weight), float(bits)) for weight, bits in content["calibration"]),
        trained=dict(content["trained"]),
    )


def shipped(name: str) -> Model:
    """The shipped model called ``name``, which need not be the latest.

    Raises:
        LinkInputError: no such model is shipped.
    """
    with resources.as_file(resources.files(__package__).joinpath("models")) as folder:
        path = folder / f"{name}.json"
        if not path.is_file():
            raise LinkInputError(f"the model {name} is not shipped any more: link anew with `reconcile run`")
        return load(path)


def load(path: Path | None = None) -> Model:
    """Read a model artefact; without a path the shipped one, the latest by name.

    Raises:
        LinkInputError: the file is no model, or its content is not what its name says.
    """
    if path is None:
        folder = resources.files(__package__).joinpath("models")
        shipped = sorted((item for item in folder.iterdir() if item.name.endswith(".json")), key=lambda item: item.name)
        if not shipped:
            return believed()
        text, name = shipped[-1].read_text(encoding="utf-8"), shipped[-1].name.removesuffix(".json")
    else:
        try:
            text, name = path.read_text(encoding="utf-8"), path.stem
        except (OSError, UnicodeDecodeError) as error:
            raise LinkInputError(f"the model {path} cannot be read: name one written by `reconcile train`") from error
    try:
        content = json.loads(text)
        digest = hashlib.sha256(_bytes(content)).hexdigest()[:8]
        model = from_json(content, name)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise LinkInputError(f"{name}.json is no linkage model: name one written by `reconcile train`") from error
    if not name.endswith(digest):
        raise LinkInputError(f"{name}.json was altered after it was written: restore it or train anew")
    return model
