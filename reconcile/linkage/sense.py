"""What no training may teach: that agreeing tells against, or that one record rules another out.

Decides the last word on m and h. Invariant: no relation of two given names, birth dates or identifiers weighs more than
that they are the same, against strangers or against relatives; no level of a feature weighs below the limit.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.model import Model
from reconcile.linkage.table import Feature
from reconcile.names.compare import GIVEN, SURNAME

_CELLS: Final = len(GIVEN) * len(SURNAME)


def sensible(model: Model) -> Model:
    """``model`` with exact agreement never below another relation, and evidence against bounded."""
    return replace(model, features={name: _sensible(feature) for name, feature in model.features.items()})


def _sensible(feature: Feature) -> Feature:
    m = np.maximum(feature.m, feature.u * 2.0 ** -table.limit("against"))
    h = feature.h.copy()
    for exact, others in _compared(feature):
        m[others] = np.minimum(m[others], feature.u[others] * (m[exact] / feature.u[exact]))
        h[others] = np.maximum(h[others], m[others] * (h[exact] / m[exact]))
    return replace(feature, m=table.normal(m), h=table.normal(h))


def _compared(feature: Feature) -> list[tuple[int, NDArray[np.int64]]]:
    """The places of exact agreement, each with those of the levels it must not fall below."""
    if feature.name == "name":
        cells = np.arange(_CELLS).reshape(len(GIVEN), len(SURNAME))
        exact = GIVEN.index("exact")
        columns = [(int(cells[exact, last]), np.delete(cells[:, last], exact)) for last in range(len(SURNAME))]
        through_others = np.arange(_CELLS, len(feature.levels))  # swapped, or by another name
        return [*columns, (int(cells[exact, SURNAME.index("exact")]), through_others)]
    if feature.name == "identifier":
        checked, unchecked, both, slip, near = (
            feature.levels.index(level) for level in ("checked", "unchecked", "both", "slip", "near")
        )
        return [(unchecked, np.array([slip, near])), (checked, np.array([unchecked, both, slip, near]))]
    if feature.name != "birth_date":
        return []
    exact = feature.levels.index("exact")
    return [(exact, np.delete(np.arange(len(feature.levels)), exact))]
