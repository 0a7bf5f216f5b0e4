"""What is right of what the machine says, by what people decided.

Decides which decisions may speak for others. Invariant: a share of a kind of link rests on items drawn at random alone,
each counting for as many as it was drawn from; who could not tell is in no share, and both bounds are told beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.linkage.training_report import Said, held_against
from reconcile.notification.standing import ENDS
from reconcile.review.quality.answers import Decided
from reconcile.review.quality.rates import Rate, rate, weighted

FRAMES = ("verified", "proposed", "possible", "guarded")
ALL = "all"


@dataclass(frozen=True)
class Share:
    """Of the random audit items of a frame how many are one person, by what people decided.

    ``rate`` is of those decided same or different; ``could_not_tell`` counts the rest, and ``least`` to ``most`` is the
    share if they were all two people or all one, None where no rate is told. ``waiting``: drawn, not decided yet.
    """

    frame: str
    rate: Rate
    could_not_tell: int
    waiting: int
    least: float | None
    most: float | None


def precision(decisions: Iterable[Decided], waiting: Mapping[str, int], least: int | None = None) -> list[Share]:
    """The share of one person of each frame, and of all of them, every link counting alike.

    Args:
        decisions: all of them; those of items not drawn at random are passed over.
        waiting: by frame, how many of the items drawn nobody has decided yet.
    """
    drawn = [each for each in decisions if each.last.audit_frame and each.last.audit_probability]
    named = [frame for frame in FRAMES if waiting.get(frame) or any(each.last.audit_frame == frame for each in drawn)]
    found = [
        _share(frame, [each for each in drawn if each.last.audit_frame == frame], waiting.get(frame, 0), least)
        for frame in named
    ]
    if len(found) > 1:
        found.append(_share(ALL, drawn, sum(waiting.values()), least))
    return found


def _share(frame: str, drawn: Sequence[Decided], waiting: int, least: int | None) -> Share:
    told = [each for each in drawn if each.judgement in ("same", "different")]
    share = weighted([each.judgement == "same" for each in told], _weights(told), least)
    bounds: list[float | None] = [None, None]
    if share.value is not None:
        every = _weights(drawn)
        bounds = [
            weighted([each.judgement in counted for each in drawn], every, 1).value
            for counted in (("same",), ("same", "cannot_tell"))
        ]
    return Share(frame, share, len(drawn) - len(told), waiting, *bounds)


def _weights(drawn: Iterable[Decided]) -> list[float]:
    return [1 / (each.last.audit_probability or 1.0) for each in drawn]


def false_joins(
    decisions: Iterable[Decided],
    groups: Callable[[Decided], Iterable[str]],
    frame: str = "verified",
    least: int | None = None,
) -> dict[str, Rate]:
    """By group, the share of links of ``frame`` that join two people, by the random audit items people could decide.

    Args:
        groups: the groups a decided link counts in, such as the forces of its two records.
    """
    wrong: dict[str, list[bool]] = {}
    weights: dict[str, list[float]] = {}
    for each in decisions:
        if each.last.audit_frame != frame or each.judgement not in ("same", "different"):
            continue
        for group in sorted(set(groups(each))):
            wrong.setdefault(group, []).append(each.judgement == "different")
            weights.setdefault(group, []).extend(_weights([each]))
    return {group: weighted(wrong[group], weights[group], least) for group in sorted(wrong)}


def calibration(decisions: Iterable[Decided], links: pa.Table, least: int | None = None) -> list[tuple[Said, Rate]]:
    """What the model says of links against what people decided, by bands of probability.

    Args:
        links: LINKS with the probability now; a decision on other evidence than a link's is passed over.
    Returns:
        The bands that hold a decision; the rate of a band is None where it holds too few.
    """
    columns = (links[name].to_pylist() for name in (*ENDS, "evidence_hash", "probability"))
    said = {(left, right, shown): probability for left, right, shown, probability in zip(*columns, strict=True)}
    pairs = [
        (said[key], each.judgement == "same")
        for each in decisions
        if each.judgement in ("same", "different")
        and (key := (each.last.left, each.last.right, each.last.evidence_hash)) in said
    ]
    probability, same = (np.array([pair[place] for pair in pairs]) for place in (0, 1))
    bands = held_against(probability.astype(float), same.astype(bool))
    return [(band, rate(round(band.observed * band.pairs), band.pairs, least)) for band in bands]
