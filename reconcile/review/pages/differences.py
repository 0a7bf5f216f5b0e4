"""Where two values differ, character by character.

Decides what is marked. Invariant: the pieces of a value put together are the value; what differs in case alone is not
marked; values that have little in common are marked whole, for scattered marks would feign a likeness.
"""

from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Indel

ALIKE: Final = 0.5
"""Share of characters two words must have in common to be marked character by character."""
FEW: Final = 2
"""Characters that may differ in their places, as where one is mis-keyed or two are swapped."""


@dataclass(frozen=True)
class Piece:
    """A run of characters; ``differs`` where the other value has others in its place, or none. An empty one that
    differs stands where the other value has characters and this one has none."""

    text: str
    differs: bool


Pieces = tuple[Piece, ...]


def whole(text: str, *, differs: bool = False) -> Pieces:
    return (Piece(text, differs),) if text else ()


def marked(one: str, other: str) -> Pieces:
    """The pieces of ``one`` beside ``other``."""
    folded, beside = _folded(one), _folded(other)
    if folded == beside:
        return whole(one)
    if len(folded) == len(beside) > FEW and sum(a != b for a, b in zip(folded, beside, strict=True)) <= FEW:
        return _gathered([Piece(char, a != b) for char, a, b in zip(one, folded, beside, strict=True)])
    if Indel.normalized_similarity(folded, beside) < ALIKE:
        return whole(one, differs=True)
    pieces = [Piece(one[at.src_start : at.src_end], at.tag != "equal") for at in Indel.opcodes(folded, beside)]
    return _gathered(pieces)


def marked_by_part(one: tuple[str, ...], other: tuple[str, ...]) -> Pieces:
    """The pieces of a value of parts, such as day, month and year, each beside the same part of the other; parts with
    letters are marked whole, since one month's name is not nearly another's, nor a length of time."""
    pieces: list[Piece] = []
    for number, (part, beside) in enumerate(zip(one, other, strict=True)):
        pieces += [Piece(" ", False)] if number else []
        pieces += whole(part, differs=part != beside) if any(map(str.isalpha, part)) else _by_place(part, beside)
    return _gathered(pieces)


def _by_place(part: str, beside: str) -> Pieces:
    """Figures beside figures of the same worth: of 6 and 16 the ones are the same."""
    width = max(len(part), len(beside))
    places = zip(part.rjust(width), beside.rjust(width), strict=True)
    return tuple(Piece(char.strip(), char != other) for char, other in places)


def apart(one: str, other: str) -> int:
    """How many characters of the longer value are marked at least, on either side."""
    return max(sum(len(p.text) for p in marked(*pair) if p.differs) for pair in ((one, other), (other, one)))


def closest(value: str, others: tuple[str, ...]) -> str | None:
    """The one of ``others`` most like ``value``, the first of equals; None where there is none."""
    return max(others, key=lambda other: Indel.normalized_similarity(_folded(value), _folded(other)), default=None)


def same(one: str, other: str) -> bool:
    """Whether two values differ in case alone, or not at all."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    """Lower case, a character for each character."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _gathered(pieces: list[Piece]) -> Pieces:
    """Neighbours of one kind as one piece."""
    out: list[Piece] = []
    for at, piece in enumerate(pieces):
        if not piece.text and any(
            pieces[beside].text and pieces[beside].differs for beside in (at - 1, at + 1) if 0 <= beside < len(pieces)
        ):
            continue
        if out and out[-1].differs == piece.differs:
            out[-1] = Piece(out[-1].text + piece.text, piece.differs)
        else:
            out.append(piece)
    return tuple(out)
