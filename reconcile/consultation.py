"""What a coordinator is shown of two records: their evidence, what was decided of them, whether they were compared.

Decides which evidence counts: a link's own, since that is what a decision is bound to; only a pair that is no link is
weighed anew. Invariant: whoever is shown two records stands in the audit log before they are shown.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import cycle, publication
from reconcile.errors import DecisionError, LinkInputError
from reconcile.linkage import model as models
from reconcile.linkage import one_pair, training_from_decisions
from reconcile.linkage.model import Model
from reconcile.linkage.one_pair import Blocking
from reconcile.linkage.waterfall import Waterfall, waterfall
from reconcile.notification.standing import judged
from reconcile.settings import Settings


@dataclass(frozen=True)
class Decided:
    """The decision that stands on the pair; ``applies`` is false where the evidence has changed since."""

    judgement: str
    reviewer: str
    reason: str
    decided_at: str
    applies: bool


@dataclass(frozen=True)
class Shown:
    """``blocking`` is None for a link, whose records were compared; ``calibration`` says what probabilities rest on."""

    waterfall: Waterfall
    blocking: Blocking | None
    decided: Decided | None
    model: str
    calibration: str

    @property
    def linked(self) -> bool:
        return self.blocking is None


def consult(settings: Settings, left: str, right: str, *, reader: str) -> Shown:
    """Explain two records of the current cycle by their ids, in either order, and log that ``reader`` saw them.

    Raises:
        DecisionError: one of the two is not in the cycle, or both are one.
    """
    left, right = min(left, right), max(left, right)
    records, links = cycle.linkable(settings), cycle.table(settings, "links")
    _need(settings, records, left, right)
    name = cycle.model_name(settings)
    model = _at_hand(name, records.num_rows)
    found = _pair(links, left, right)
    decisions = cycle.decisions(settings)
    if found.num_rows:
        (link,), blocking = found.to_pylist(), None
        picture = waterfall(link, model)
    else:
        model = model or models.shipped(name)  # says what to do where it is not
        weighed = one_pair.weigh(records, model, left, right, cycle.fitted_shares(settings))
        picture, blocking = waterfall(weighed.link, model), weighed.blocking
    shown = Shown(
        picture,
        blocking,
        _decided(found, _pair(decisions, left, right)),
        name,
        _calibration(model, judged(links, decisions)),
    )
    ends = pa.table({"left": [left], "right": [right]})
    publication.log_consultation(settings, ends, reader=reader, why="two records set against each other")
    return shown


def _need(settings: Settings, records: pa.Table, left: str, right: str) -> None:
    if left == right:
        raise DecisionError("both record ids are the same: name two records")
    known = pc.is_in(pa.array([left, right]), value_set=records["record_id"]).to_pylist()
    if unknown := [end for end, held in zip((left, right), known, strict=True) if not held]:
        raise DecisionError(f"no such record in cycle {settings.cycle}: {', '.join(unknown)}: mend the ids")


def _pair(table: pa.Table, left: str, right: str) -> pa.Table:
    return table.filter(pc.and_(pc.equal(table["left"], pa.scalar(left)), pc.equal(table["right"], pa.scalar(right))))


def _at_hand(name: str, records: int) -> Model | None:
    """The model the cycle's ``records`` were linked with, None where it is not shipped any more.

    A link's evidence stands without it.
    """
    try:
        return models.sized(models.shipped(name), records)
    except LinkInputError:
        return None


def _calibration(model: Model | None, judged_links: pa.Table) -> str:
    if model is None:
        return "calibrated with a model no longer shipped"
    return training_from_decisions.note(model, training_from_decisions.answered(judged_links).num_rows)


def _decided(link: pa.Table, decision: pa.Table) -> Decided | None:
    if not decision.num_rows:
        return None
    (row,) = decision.to_pylist()
    if link.num_rows:
        applies = judged(link, decision)["judgement"][0].as_py() is not None
    else:
        applies = row["evidence_hash"] is None
    return Decided(row["judgement"], row["reviewer"], row["reason"], f"{row['decided_at']:%Y-%m-%d}", applies)
