"""The links among the records of one identity as a picture: records on a circle, links between them.

Decides where the records hang together least: between the two sides whose heaviest link is the lightest such.
Invariant: the picture's words say all that its lines say; the links between those sides are marked by their dashes, not
by colour alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 520.0
HEIGHT: Final = 330.0
RADIUS: Final = 118.0
NODE: Final = 17.0


@dataclass(frozen=True)
class Tie:
    """A link between the records at places ``one`` and ``other``; ``weight`` in bits, ``withheld`` from
    somebody who has still to judge it blind."""

    one: int
    other: int
    weight: float
    kind: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Node:
    x: float
    y: float
    label: str
    said: str
    said_x: float
    said_y: float
    anchor: str


@dataclass(frozen=True)
class Edge:
    x1: float
    y1: float
    x2: float
    y2: float
    label_x: float
    label_y: float
    tie: Tie
    between: bool


@dataclass(frozen=True)
class Picture:
    """``weakest``: the heaviest tie between the two sides that hang together least, None of no ties; ``apart``: the
    labels on either side; ``count``: how many ties there are between the two. An edge of those is ``between``."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    weakest: Tie | None
    apart: tuple[tuple[str, ...], ...]
    count: int


def picture(labels: Sequence[str], said: Sequence[str], ties: Sequence[Tie]) -> Picture:
    """The picture of records called ``labels``, each with a few words beside it."""
    count = len(labels)
    nodes = [_node(at, count, label, words) for at, (label, words) in enumerate(zip(labels, said, strict=True))]
    weak = weakest(count, ties)
    if weak is None:
        return Picture(tuple(nodes), (), None, (), 0)
    sides = _sides(count, [tie for tie in _strongest(count, ties) if tie != weak])
    two = sides[weak.one], sides[weak.other]
    edges = tuple(_edge(nodes, tie, {sides[tie.one], sides[tie.other]} == set(two)) for tie in ties)
    apart = tuple(tuple(label for at, label in enumerate(labels) if sides[at] == side) for side in two)
    return Picture(tuple(nodes), edges, weak, apart, sum(edge.between for edge in edges))


def weakest(count: int, ties: Sequence[Tie]) -> Tie | None:
    """The lightest tie of the strongest tree that holds ``count`` records together; None where there is none."""
    return min(_strongest(count, ties), key=lambda tie: (tie.weight, tie.one, tie.other), default=None)


def _strongest(count: int, ties: Sequence[Tie]) -> list[Tie]:
    """The heaviest ties that hold together all that any ties hold together, none of them to spare."""
    kept: list[Tie] = []
    for tie in sorted(ties, key=lambda each: (-each.weight, each.one, each.other)):
        sides = _sides(count, kept)
        if sides[tie.one] != sides[tie.other]:
            kept.append(tie)
    return kept


def _sides(count: int, ties: Sequence[Tie]) -> list[int]:
    side = list(range(count))
    for tie in ties:
        gone, stays = max(side[tie.one], side[tie.other]), min(side[tie.one], side[tie.other])
        side = [stays if each == gone else each for each in side]
    return side


def _node(at: int, count: int, label: str, said: str) -> Node:
    turn = 2 * math.pi * at / count - math.pi / 2 - (math.pi / 2 if count == 2 else 0)
    x, y = WIDTH / 2 + RADIUS * math.cos(turn), HEIGHT / 2 + RADIUS * math.sin(turn)
    side = math.cos(turn)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    out = NODE + 6
    said_x = x if anchor == "middle" else x + (out if side > 0 else -out)
    said_y = y + 4.5 if anchor != "middle" else y + (out + 10 if math.sin(turn) > 0 else -out - 1)
    return Node(round(x, 1), round(y, 1), label, said, round(said_x, 1), round(said_y, 1), anchor)


def _edge(nodes: Sequence[Node], tie: Tie, between: bool) -> Edge:
    one, other = nodes[tie.one], nodes[tie.other]
    # Off the middle, so that the labels of ties that cross there do not lie on each other.
    share = 0.5 if abs(tie.one - tie.other) in (1, len(nodes) - 1) else 0.36
    x, y = one.x + share * (other.x - one.x), one.y + share * (other.y - one.y)
    return Edge(one.x, one.y, other.x, other.y, round(x, 1), round(y, 1), tie, between)
