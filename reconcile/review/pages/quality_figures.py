"""The figures of the quality page, from the log, the queue and the cycle's tables.

Decides which figures the page has and who counts in which. Invariant: what is the same for every visitor holds no
reviewer's name; what is of one reviewer is made for that one alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.linkage.training_from_decisions import answered
from reconcile.linkage.training_report import Said
from reconcile.notification.standing import judged
from reconcile.review import quality
from reconcile.review.quality import Agreement, Decided, Given, Others, Pace, Rate, Share, Waiting

LINK = "link"


@dataclass(frozen=True)
class Looked:
    """Answers given blind, or after the evidence was seen: how often each answer, how often the other person agreed."""

    blind: bool
    answers: int
    same: Rate
    different: Rate
    cannot_tell: Rate
    agreed: Rate
    pace: Pace


@dataclass(frozen=True)
class Figures:
    """What every visitor is told. ``decisions``: of links, same or different, that the model could learn from."""

    answers: int
    decided: int
    decisions: int
    agreement: Agreement
    blind_agreement: Agreement
    identities: Agreement
    precision: tuple[Share, ...]
    calibration: tuple[tuple[Said, Rate], ...]
    by_sex: Mapping[str, Rate]
    by_force: Mapping[str, Rate]
    paces: Mapping[str, Pace]
    weeks: tuple[tuple[dt.date, int], ...]
    waiting: tuple[Waiting, ...]
    looked: tuple[Looked, ...]


@dataclass(frozen=True)
class People:
    """What the figures of single reviewers are taken from: by their names, so of this nothing is shown as it is."""

    answers: Mapping[str, int]
    of_links: Mapping[str, Sequence[Given]]
    pairs: Sequence[tuple[Given, Given]]
    kappas: Mapping[tuple[str, str], Agreement]
    cannot_tell: Mapping[str, Rate]


@dataclass(frozen=True)
class Own:
    """What one visitor is told beside it: their own figures, and the others' without names."""

    answers: int
    agreement: Agreement
    pairs: tuple[float, ...]  # kappa of every two others, empty where they are too few
    cannot_tell: Others
    pace: Pace


def figures(answers: Sequence[Given], tables: Mapping[str, pa.Table], today: dt.date) -> Figures:
    """The figures; that answers of forces are seen to counts in what waits no more, and in nothing else.

    Args:
        answers: those of the judgement log that stand.
        tables: of the cycle: links, decisions, queue, and records with record_id and sex.
    """
    over = {each.last.item for each in quality.decided(answers)}
    answers = quality.of_judging(answers)
    links = [each for each in answers if each.kind == LINK]
    decisions = quality.decided(answers)
    pairs = quality.first_two(links)
    sex = dict(zip(*(tables["records"][name].to_pylist() for name in ("record_id", "sex")), strict=True))
    people = len({each.reviewer for each in answers})
    return Figures(
        answers=len(answers),
        decided=len(decisions),
        decisions=len(answered(judged(tables["links"], tables["decisions"]))),
        agreement=_alpha(pairs, people),
        blind_agreement=_alpha([pair for pair in pairs if all(each.blind for each in pair)], people),
        identities=_plain(quality.first_two(each for each in answers if each.kind == "identity")),
        precision=tuple(quality.precision(decisions, _drawn_waiting(tables["queue"], decisions))),
        calibration=tuple(quality.calibration(decisions, tables["links"])),
        by_sex=quality.false_joins(decisions, lambda each: [_sex(each, sex)]),
        by_force=quality.false_joins(decisions, _forces),
        paces={kind: quality.seconds(of) for kind, of in _grouped(answers, lambda each: each.kind).items()},
        weeks=tuple(quality.by_week(answers, today)),
        waiting=tuple(quality.waiting(tables["queue"], over)),
        looked=tuple(_looked(links, pairs, blind=blind) for blind in (True, False)),
    )


def people(answers: Sequence[Given]) -> People:
    """The same answers, person by person."""
    answers = quality.of_judging(answers)
    links = [each for each in answers if each.kind == LINK]
    pairs = quality.first_two(links)
    return People(
        answers=Counter(each.reviewer for each in answers),
        of_links=_grouped(links, lambda each: each.reviewer),
        pairs=pairs,
        kappas=quality.of_pairs(pairs),
        cannot_tell=quality.by_reviewer(links, _could_not_tell),
    )


def own(of: People, name: str) -> Own:
    """What the visitor of that name is told beside what all are."""
    others = [each.value for names, each in of.kappas.items() if name not in names]
    told = tuple(sorted(value for value in others if value is not None))
    return Own(
        answers=of.answers.get(name, 0),
        agreement=quality.with_others(of.pairs, name),
        pairs=told if len(told) >= quality.numbers()["least"]["others"] else (),
        cannot_tell=quality.among(of.cannot_tell, name),
        pace=quality.seconds(of.of_links.get(name, ())),
    )


def _alpha(pairs: Sequence[tuple[Given, Given]], people: int) -> Agreement:
    return quality.alpha([[one.answer, other.answer] for one, other in pairs], people)


def _plain(pairs: Sequence[tuple[Given, Given]]) -> Agreement:
    """How often two people said the same; of answers each item has its own of, chance says nothing."""
    return Agreement(len(pairs), sum(one.answer == other.answer for one, other in pairs), 2)


def _drawn_waiting(queue: pa.Table, decisions: Iterable[Decided]) -> Mapping[str, int]:
    answered_items = pa.array([each.last.item for each in decisions], pa.string())
    open_now = pc.and_(queue["audit"], pc.invert(pc.is_in(queue["item"], value_set=answered_items)))
    frames: Any = queue.filter(open_now)["audit_frame"].to_pylist()
    return Counter(str(frame) for frame in frames if frame)


def _grouped(answers: Iterable[Given], by: Callable[[Given], str]) -> Mapping[str, list[Given]]:
    found: dict[str, list[Given]] = {}
    for each in answers:
        found.setdefault(by(each), []).append(each)
    return found


def _sex(each: Decided, sex: Mapping[str, str | None]) -> str:
    one, other = (sex.get(end or "") for end in (each.last.left, each.last.right))
    return one if one and one == other else "other"


def _forces(each: Decided) -> Iterable[str]:
    return [end.split(":", 1)[0] for end in (each.last.left, each.last.right) if end]


def _could_not_tell(each: Given) -> bool:
    return each.judgement == "cannot_tell"


def _looked(links: Iterable[Given], pairs: Iterable[tuple[Given, Given]], *, blind: bool) -> Looked:
    here = [each for each in links if bool(each.blind) is blind]
    said = [
        one.answer == other.answer for pair in pairs for one, other in (pair, pair[::-1]) if bool(one.blind) is blind
    ]

    def share(counts: Callable[[Given], bool]) -> Rate:
        return quality.rate(sum(map(counts, here)), len(here))

    return Looked(
        blind,
        len(here),
        share(lambda each: each.judgement == "same"),
        share(lambda each: each.judgement == "different"),
        share(_could_not_tell),
        quality.rate(sum(said), len(said)),
        quality.seconds(here),
    )
