"""How two names relate: exact, equivalent, one slip of the pen apart, of one sound, an initial, or not at all.

Decides the relation of two given names and of two surnames; knowledge first, edit distance on the residue.
Invariant: symmetric, and one function serves the linkage (arrays of distinct pairs) and a person asking about
two names (arrays of one).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from reconcile.names import parse, variants
from reconcile.names.skeleton import skeleton, sound

GIVEN: Final = ("missing", "exact", "equivalent", "shared", "slip", "sound", "initial", "near", "different")
"""Relations of two first given names; ``shared``: the one's first name is a later name of the other."""
SURNAME: Final = ("missing", "exact", "compound", "slip", "sound", "near", "different")
"""Relations of two surnames; ``compound``: they share a half of a double-barrelled one."""
_WORTH: Final = {
    "exact": 1.0,
    "equivalent": 0.94,
    "compound": 0.88,
    "shared": 0.85,
    "slip": 0.9,
    "sound": 0.85,
    "initial": 0.75,
    "near": 0.7,
    "missing": 0.5,
    "different": 0.0,
}


@dataclass(frozen=True)
class Lexicon:
    """Distinct romanised words with what comparing them needs, prepared once. Codes index ``words``."""

    words: tuple[str, ...]
    skeletons: NDArray[np.int32]
    sounds: NDArray[np.int32]
    equivalents: NDArray[np.int64]


def lexicon(words: Sequence[str], *, given: bool) -> Lexicon:
    """Prepare sorted distinct ``words``; only given names have equivalents."""
    return Lexicon(
        tuple(words),
        _codes([skeleton(word) for word in words]),
        _codes([sound(word) for word in words]),
        variants.pairs(words) if given else np.zeros(0, np.int64),
    )


def _codes(values: list[str]) -> NDArray[np.int32]:
    if not values:
        return np.zeros(0, np.int32)
    codes: NDArray[np.int32] = np.unique(np.array(values, dtype=str), return_inverse=True)[1].astype(np.int32)
    return codes


def _closeness(words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.bool_], ...]:
    a = np.array(words.words, dtype=object)[left].tolist()
    b = np.array(words.words, dtype=object)[right].tolist()
    winkler = np.asarray(process.cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float32))
    edits = np.asarray(process.cpdist(a, b, scorer=OSA.distance, score_cutoff=1, dtype=np.int32))
    lengths = np.array([len(word) for word in words.words], np.int32)
    shorter = np.minimum(lengths[left], lengths[right])
    slip = ((edits <= 1) & (shorter >= 3)) | ((winkler >= 0.94) & (shorter >= 5))
    same_sound = (words.skeletons[left] == words.skeletons[right]) | (words.sounds[left] == words.sounds[right])
    return slip, same_sound & (shorter >= 3), winkler >= 0.82


def given_relations(words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The relation of each pair of word codes, as an index into ``GIVEN``; -1 is missing. shared is not decided."""
    result = np.full(len(left), GIVEN.index("different"), np.uint8)
    missing = (left < 0) | (right < 0)
    result[missing] = GIVEN.index("missing")
    result[~missing & (left == right)] = GIVEN.index("exact")
    rest = np.flatnonzero(~missing & (left != right))
    if not len(rest):
        return result
    low, high = np.minimum(left, right)[rest], np.maximum(left, right)[rest]
    slip, same_sound, near = _closeness(words, low, high)
    lengths = np.array([len(word) for word in words.words], np.int32)
    first = np.array([word[:1] for word in words.words], dtype="U1")
    initial = (np.minimum(lengths[low], lengths[high]) == 1) & (first[low] == first[high])
    equivalent = np.isin(low * len(words.words) + high, words.equivalents)
    for holds, name in (
        (near, "near"),
        (initial, "initial"),
        (same_sound, "sound"),
        (slip, "slip"),
        (equivalent, "equivalent"),
    ):
        result[rest[holds]] = GIVEN.index(name)
    return result


def surname_relations(words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The relation of each pair of word codes, as an index into ``SURNAME``. compound is not decided here."""
    result = np.full(len(left), SURNAME.index("different"), np.uint8)
    missing = (left < 0) | (right < 0)
    result[missing] = SURNAME.index("missing")
    result[~missing & (left == right)] = SURNAME.index("exact")
    rest = np.flatnonzero(~missing & (left != right))
    if not len(rest):
        return result
    low, high = np.minimum(left, right)[rest], np.maximum(left, right)[rest]
    slip, same_sound, near = _closeness(words, low, high)
    for holds, name in ((near, "near"), (same_sound, "sound"), (slip, "slip")):
        result[rest[holds]] = SURNAME.index(name)
    return result


def relation(left: str, right: str, *, given: bool) -> str:
    """The relation of two romanised words, one of ``GIVEN`` or ``SURNAME``."""
    vocabulary = sorted({left, right} - {""})
    words = lexicon(vocabulary, given=given)
    codes = [np.array([vocabulary.index(word) if word else -1], np.int64) for word in (left, right)]
    if given:
        return GIVEN[int(given_relations(words, codes[0], codes[1])[0])]
    return SURNAME[int(surname_relations(words, codes[0], codes[1])[0])]


def _score(left: tuple[tuple[str, ...], str], right: tuple[tuple[str, ...], str]) -> tuple[float, str, str]:
    a, b = (parse.Surname("") if not name[1] else parse.surname(name[1]) for name in (left, right))
    first = relation(left[0][0] if left[0] else "", right[0][0] if right[0] else "", given=True)
    if first in ("different", "near") and left[0] and right[0] and {left[0][0], right[0][0]} <= {*left[0], *right[0]}:
        first = "shared" if left[0][0] in right[0] or right[0][0] in left[0] else first
    last = relation(a.whole, b.whole, given=False)
    if last in ("different", "near") and {a.whole, *a.parts} & {b.whole, *b.parts}:
        last = "compound"
    return _WORTH[first] * 0.45 + _WORTH[last] * 0.55, first, last


def compare(left: str, right: str) -> tuple[float, str]:
    """How alike two full names are, in [0, 1], and the sentence that says why. 1.0 only for literally equal names.

    Any script, and either order of the parts; the better order counts, a changed order slightly less.
    """
    if left == right:
        return 1.0, "The names are written the same."
    names = [parse.full(text) for text in (left, right)]
    (given_a, surname_a), (given_b, surname_b) = names
    a = (parse.given(given_a), surname_a)
    straight = _score(a, (parse.given(given_b), surname_b))
    turned = max(
        _score(a, (parse.given(surname_b), given_b)),
        _score((parse.given(surname_a), given_a), (parse.given(given_b), surname_b)),
        key=lambda found: found[0],
    )
    swapped = turned[0] * 0.97 > straight[0]
    score, first, last = turned if swapped else straight
    spelling = float(JaroWinkler.similarity(*sorted(" ".join(parse.tokens(text)) for text in (left, right))))
    order = "Taken in the other order, the" if swapped else "The"
    sentence = f"{order} given names are {_SAYS[first]} and the surnames are {_SAYS[last]}."
    return min(0.995, score * (0.97 if swapped else 1.0) * 0.95 + spelling * 0.05), sentence


_SAYS: Final = {
    "missing": "not both given",
    "exact": "the same",
    "equivalent": "forms of one name",
    "shared": "shared in another place",
    "compound": "alike in one half",
    "slip": "one slip of the pen apart",
    "sound": "alike in sound",
    "initial": "alike in the initial",
    "near": "somewhat alike",
    "different": "different",
}


def similarity(left: str, right: str) -> float:
    """How alike two full names are, in [0, 1]."""
    return compare(left, right)[0]
