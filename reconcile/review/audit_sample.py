"""Which links are drawn at random, so that what is right of a kind of link can be estimated without bias.

Decides by a permanent random number of each link, made from its records and its evidence. Invariant: the draw depends
on no priority, weight or answer; each link of a frame is drawn with the probability said beside it; the same links give
the same draw, and a link once drawn stays drawn while its frame grows no faster than it is emptied.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_DIGITS = 8
"""Bytes of the hash that make the number: finer than any probability asked for."""


@dataclass(frozen=True)
class Sample:
    """For each link: ``drawn`` bool [p]; ``frame``, the kind it was drawn from; ``probability`` of being drawn;
    ``number`` in [0, 1), in the order of which those drawn are looked at."""

    drawn: NDArray[np.bool_]
    frame: Any
    probability: NDArray[np.float64]
    number: NDArray[np.float64]


def sample(links: pa.Table, wanted: Mapping[str, int], salt: str) -> Sample:
    """Draw from LINKS.

    A link's frame is its strength, or ``guarded`` where a guard holds it, whatever anybody decided of it.

    Args:
        wanted: about how many links to draw of each frame; none of a frame that is not named.
    """
    guarded = pc.is_valid(links["guard"])
    frame = pc.if_else(guarded, pa.scalar("guarded"), links["strength"])
    found: Any = pc.value_counts(frame)
    counts = {row["values"]: row["counts"] for row in found.to_pylist()}
    chance = {name: min(1.0, wanted.get(name, 0) / count) for name, count in counts.items()}
    names = pa.array(list(chance), pa.string())
    place = np.asarray(pc.index_in(frame, value_set=names), dtype=np.int64)
    probability = np.array(list(chance.values()), float)[place] if len(links) else np.zeros(0)
    number = _numbers(links, salt)
    return Sample(number < probability, frame, probability, number)


def _numbers(links: pa.Table, salt: str) -> NDArray[np.float64]:
    start = hashlib.sha256(salt.encode())
    digits = bytearray()
    columns = (links[name].to_pylist() for name in ("left", "right", "evidence_hash"))
    for left, right, evidence in zip(*columns, strict=True):
        each = start.copy()
        each.update(f"|{left}|{right}|{evidence}".encode())
        digits += each.digest()[:_DIGITS]
    return np.frombuffer(bytes(digits), ">u8").astype(float) / 2.0 ** (8 * _DIGITS)
