"""How two words of names relate: exact, equivalent, one slip of the pen apart, of one sound, an initial, or not at all.

Decides the relation of two given names and of two surnames; knowledge first, edit distance on the residue. Invariant:
symmetric, and one set of rules serves the linkage (arrays of distinct pairs) and a person asking about two names.
"""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.names import variants
from reconcile.names.lexicon import Lexicon, lexicon
from reconcile.names.skeleton import skeleton, sound

__all__ = ["GIVEN", "SURNAME", "Lexicon", "given_relations", "lexicon", "relation", "surname_relations"]

GIVEN: Final = ("missing", "exact", "equivalent", "shared", "slip", "sound", "initial", "near", "different")
"""Relations of two first given names; ``shared``: the one's first name is a later name of the other."""
SURNAME: Final = ("missing", "exact", "compound", "slip", "sound", "near", "different")
"""Relations of two surnames; ``compound``: they share a half of a double-barrelled one."""
_MANY: Final = 9
"""Edits of a pair whose edits were not counted."""
_RELATIONS: Final = tomllib.loads(resources.files(__package__).joinpath("relations.toml").read_text(encoding="utf-8"))
_SLIP, _SOUND, _NEAR, _COMPARED = (_RELATIONS[name] for name in ("slip", "sound", "near", "compared"))


class Closeness(NamedTuple):
    """What is known of two different words, each field one value or an array of pairs."""

    winkler: Any
    edits: Any
    shorter: Any
    same_sound: Any
    consonants: Any
    equivalent: Any
    same_first: Any
    apart: Any
    """Both are names in their own right, or the one is the other's feminine: no slip makes the one of the other."""
    one_known: Any
    """The one is a name the tables have, and the other is none."""


def _rules(pair: Closeness, *, given: bool) -> tuple[tuple[str, Any], ...]:
    """The relations two different words can have and whether each holds, the strongest first."""
    one_name = pair.apart == 0
    short = pair.shorter <= _SLIP["short"]
    one = (pair.edits <= 1) & (pair.shorter >= _SLIP["shortest"])
    mistyped = pair.one_known & (pair.shorter == _SLIP["short"])
    one = one & ((short == 0) | (pair.winkler >= _SLIP["short_winkler"]) | mistyped)
    two = (pair.edits <= 2) & (pair.shorter >= _SLIP["long"]) & (pair.winkler >= _SLIP["long_winkler"])
    slip = one_name & (one | two)
    full = (pair.consonants >= _SOUND["consonants"]) | (pair.winkler >= _SOUND["winkler"])
    alike = one_name & pair.same_sound & full & (pair.shorter >= _SOUND["shortest"])
    near = pair.winkler >= _NEAR["winkler"]
    if given:
        initial = (pair.shorter == 1) & pair.same_first
        return ("equivalent", pair.equivalent), ("slip", slip), ("sound", alike), ("initial", initial), ("near", near)
    return ("slip", slip), ("sound", alike | pair.equivalent), ("near", near)


def given_relations(words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The relation of each pair of word codes, as an index into ``GIVEN``; -1 is missing. shared is not decided."""
    return _relations(words, left, right, GIVEN)


def surname_relations(words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The relation of each pair of word codes, as an index into ``SURNAME``. compound is not decided here."""
    return _relations(words, left, right, SURNAME)


def _relations(
    words: Lexicon, left: NDArray[np.int64], right: NDArray[np.int64], names: tuple[str, ...]
) -> NDArray[np.uint8]:
    result = np.full(len(left), names.index("different"), np.uint8)
    missing = (left < 0) | (right < 0)
    result[missing] = names.index("missing")
    result[~missing & (left == right)] = names.index("exact")
    rest = np.flatnonzero(~missing & (left != right))
    if len(rest):
        low, high = np.minimum(left[rest], right[rest]), np.maximum(left[rest], right[rest])
        for name, holds in reversed(_rules(_closeness(words, low, high), given=names is GIVEN)):
            result[rest[holds]] = names.index(name)
    return result


def _closeness(words: Lexicon, low: NDArray[np.int64], high: NDArray[np.int64]) -> Closeness:
    lengths = words.lengths[low], words.lengths[high]
    same_sound = (words.skeletons[low] == words.skeletons[high]) | (words.sounds[low] == words.sounds[high])
    winkler = np.zeros(len(low), np.float32)
    close = np.flatnonzero(same_sound | _can_be_close(words, low, high))
    winkler[close] = _scored(words, low[close], high[close], JaroWinkler.similarity, np.float32)
    edits = np.full(len(low), _MANY, np.int32)
    counted = close[winkler[close] >= _COMPARED["edits_winkler"]]
    edits[counted] = _scored(words, low[counted], high[counted], OSA.distance, np.int32, score_cutoff=2)
    key = low * len(words.words) + high
    place = np.minimum(np.searchsorted(words.equivalents, key), max(len(words.equivalents) - 1, 0))
    equivalent = words.equivalents[place] == key if len(words.equivalents) else np.zeros(len(low), bool)
    sexes = words.sexes[low], words.sexes[high]
    known = (sexes[0] > 0) & (sexes[1] > 0)
    apart = known & ((words.family[low] != words.family[high]) | ((sexes[0] & sexes[1]) == 0))
    apart |= (words.masculine[high] == low) | (words.masculine[low] == high)
    return Closeness(
        winkler=winkler,
        edits=edits,
        shorter=np.minimum(*lengths),
        same_sound=same_sound,
        consonants=np.minimum(words.consonants[low], words.consonants[high]),
        equivalent=equivalent,
        same_first=words.firsts[low] == words.firsts[high],
        apart=apart & ~equivalent,
        one_known=(sexes[0] > 0) != (sexes[1] > 0),
    )


def _can_be_close(words: Lexicon, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the letters two words share let their Jaro similarity reach the least that is looked at."""
    mine, theirs = words.letters[low], words.letters[high]
    a, b = words.lengths[low].astype(np.float32), words.lengths[high].astype(np.float32)
    most = np.minimum(a - np.bitwise_count(mine & ~theirs), b - np.bitwise_count(theirs & ~mine))
    return np.asarray(most / np.maximum(a, 1) + most / np.maximum(b, 1) + 1 >= 3 * _COMPARED["jaro"])


def _scored(
    words: Lexicon, low: NDArray[np.int64], high: NDArray[np.int64], scorer: Any, kind: Any, **options: Any
) -> NDArray[Any]:
    if not len(low):
        return np.zeros(0, kind)
    one, other = words.text[low].tolist(), words.text[high].tolist()
    return np.asarray(cpdist(one, other, scorer=scorer, dtype=kind, workers=1, **options))


@lru_cache(maxsize=1 << 16)
def _word(word: str, given: bool) -> tuple[str, str, int, str]:
    table = _table(given)
    return skeleton(word), sound(word), table.sexes.get(word, 0), table.root(word)


def _table(given: bool) -> variants.Variants:
    return variants.given_names() if given else variants.surnames()


def closeness(left: str, right: str, *, given: bool) -> Closeness:
    """What is known of two different romanised words; both must have letters."""
    low, high = (left, right) if left < right else (right, left)
    (bones, tone, sex, root), (bones_, tone_, sex_, root_) = _word(low, given), _word(high, given)
    winkler = JaroWinkler.similarity(low, high)
    equivalent = high in _table(given).others.get(low, ())
    apart = bool(sex and sex_ and (root != root_ or not sex & sex_)) or (given and high == low + "a")
    return Closeness(
        winkler=winkler,
        edits=OSA.distance(low, high, score_cutoff=2) if winkler >= _COMPARED["edits_winkler"] else _MANY,
        shorter=min(len(low), len(high)),
        same_sound=bones == bones_ or tone == tone_,
        consonants=min(len(bones), len(bones_)),
        equivalent=equivalent,
        same_first=low[0] == high[0],
        apart=apart and not equivalent,
        one_known=(sex > 0) != (sex_ > 0),
    )


def judged(left: str, right: str, *, given: bool) -> tuple[str, Closeness]:
    """The relation of two different romanised words that have letters, and what it was told by."""
    pair = closeness(left, right, given=given)
    return next((name for name, holds in _rules(pair, given=given) if holds), "different"), pair


def relation(left: str, right: str, *, given: bool) -> str:
    """The relation of two romanised words, one of ``GIVEN`` or ``SURNAME``."""
    if not left or not right:
        return "missing"
    return "exact" if left == right else judged(left, right, given=given)[0]
