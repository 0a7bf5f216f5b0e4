"""Any two records weighed as the cycle would weigh them, whether or not blocking ever brought them together.

Decides nothing of its own: what is compared, what it is worth and what guards it is decided where links are. Invariant:
a pair that is a link gets the weight and the evidence of its link, and the order the two are named in is no matter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.errors import LinkInputError
from reconcile.linkage import weighing
from reconcile.linkage.blocking import candidates
from reconcile.linkage.comparison import compare
from reconcile.linkage.display import values
from reconcile.linkage.explain import explain
from reconcile.linkage.features import Features, prepare
from reconcile.linkage.guards import guarded
from reconcile.linkage.model import Model, sized
from reconcile.linkage.strengths import strengths
from reconcile.linkage.weighing import PerRecord


@dataclass(frozen=True)
class Blocking:
    """Whether blocking brought two records together, and the ``keys`` in which both stand in one block.

    Keys and yet not ``compared``: every such block held too many records, or its key too many pairs.
    """

    compared: bool
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """``link`` in the shape of a row of ``schema.LINKS``, its strength empty below every band."""

    link: dict[str, Any]
    blocking: Blocking


def weigh(records: pa.Table, model: Model, left: str, right: str, fitted: PerRecord | None = None) -> Weighed:
    """Weigh one pair of ``records`` (``schema.RECORDS``) under ``model``.

    ``fitted`` is what the linking of these records found; without it the model's own shares of the classes hold.

    Raises:
        LinkInputError: one of the two is not among the records, or both are one.
    """
    left, right = min(left, right), max(left, right)
    if left == right:
        raise LinkInputError("both record ids are the same: name two records")
    features = prepare(records)
    model = sized(model, features.n)
    ends = _place(features, left), _place(features, right)
    pairs = compare(features, *(np.array([end], np.int32) for end in ends))
    scores = weighing.scores(features, pairs, model, fitted)
    guard = guarded(pairs)
    evidence, hashes = explain(values(records, features), pairs, scores, np.zeros(1, np.int64))
    link = {
        "left": left,
        "right": right,
        "weight": float(scores.weight[0]),
        "probability": float(scores.probability[0]),
        "strength": str(strengths(pairs, guard, scores.probability, model)[0]),
        "guard": str(guard[0]) or None,
        "evidence": evidence.to_pylist()[0],
        "evidence_hash": hashes[0],
    }
    return Weighed(link, _blocking(records, features, ends))


def _place(features: Features, record: str) -> int:
    place = int(features.ids.index(record).as_py())
    if place < 0:
        raise LinkInputError(f"no such record: {record}: mend the id")
    return place


def _blocking(records: pa.Table, features: Features, ends: tuple[int, int]) -> Blocking:
    found = candidates(features)
    compared = bool(((found.left == ends[0]) & (found.right == ends[1])).any())
    # Two records alone fill no block: the keys that pair them are all those in which they stand together.
    both = features.ids.take(pa.array(ends))
    alone = candidates(prepare(records.filter(pc.is_in(records["record_id"], value_set=both))))
    used = {report.key for report in found.report}  # small sets get loose keys which these records may not have had
    return Blocking(compared, tuple(report.key for report in alone.report if report.pairs and report.key in used))
