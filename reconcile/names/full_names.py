"""How alike two full names are, as a number and in a sentence.

Decides the score of two names for a person who asks; the relations of their words are those of the linkage. Invariant:
symmetric, pure, in [0, 1], and 1.0 for literally equal names only.
"""

import math
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import JaroWinkler

from reconcile.names import variants
from reconcile.names.compare import judged
from reconcile.names.parse import Surname
from reconcile.names.readings import WEIGHTS, Reading, others, reading
from reconcile.names.skeleton import skeleton
from reconcile.names.tokens import words

_G: Final = WEIGHTS["given"]
_S: Final = WEIGHTS["surname"]
_M: Final = WEIGHTS["middle"]
_WITHIN: Final = WEIGHTS["within"]
_READ: Final = WEIGHTS["reading"]
_SCORE: Final = WEIGHTS["score"]
_WHOLE: Final = _G["exact"] + _S["exact"]
_KNOWN: Final = frozenset({"exact", "equivalent", "slip", "sound", "initial"})
_SAME: Final = frozenset({"exact", "equivalent", "slip", "sound"})


class _Found(NamedTuple):
    bits: float
    given: str
    surname: str
    turned: bool


def similarity(left: str, right: str) -> float:
    """How alike two full names are, in [0, 1]; 1.0 only for literally equal names.

    Any script, and any order of the parts; the best reading of both counts, a changed order slightly less.
    """
    return _compared(left, right)[0]


def compare(left: str, right: str) -> tuple[float, str]:
    """``similarity`` of two full names and the sentence that says why."""
    score, found = _compared(left, right)
    if left == right:
        return score, "The names are written the same."
    if found is None:
        return score, "One of the names is not known."
    if score >= _SCORE["same"]:
        return score, "The names are the same, written otherwise."
    if found.given == found.surname == "some":
        return score, "All words of the one name are words of the other."
    order = "Taken in the other order, the" if found.turned else "The"
    return score, f"{order} given names are {_SAYS[found.given]} and the surnames are {_SAYS[found.surname]}."


def _compared(left: str, right: str) -> tuple[float, _Found | None]:
    if left == right:
        return 1.0, None
    left, right = min(left, right), max(left, right)
    mine, theirs = reading(left), reading(right)
    if mine is None or theirs is None:
        return 0.0, None
    spelling = JaroWinkler.similarity(left.casefold(), right.casefold())
    if mine.run_together == theirs.run_together:
        return _SCORE["same"] + _SCORE["spelling"] * spelling, _Found(_WHOLE, "exact", "exact", turned=False)
    best = _alike(mine, theirs)
    if best.bits < _READ["settled"] and _related(mine, theirs):
        best = _otherwise(best, (mine, *others(left)), (theirs, *others(right)))
    score = _SCORE["most"] / (1 + math.exp((_SCORE["centre"] - best.bits) / _SCORE["scale"]))
    return score * (1 - _SCORE["spelling"] * (1 - spelling)), best


def _related(mine: Reading, theirs: Reading) -> bool:
    """Whether another reading can bring like words together: any two, or of two-word names the one's given name and
    the other's surname."""
    if mine.open or theirs.open:
        return not mine.bones.isdisjoint(theirs.bones) or _any_close(mine.words, theirs.words)
    crossed = ((mine.words[:1], theirs.words[1:]), (mine.words[1:], theirs.words[:1]))
    return any(_any_close(few, many) or {skeleton(few[0])} & {skeleton(many[0])} for few, many in crossed)


def _any_close(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    least = _WITHIN["least_near"]
    return any(JaroWinkler.similarity(one, other) >= least for one in mine for other in theirs)


def _otherwise(best: _Found, mine: tuple[Reading, ...], theirs: tuple[Reading, ...]) -> _Found:
    """The best of all couples of readings, the first couple's being ``best``."""
    best = max(best, _some(mine[0], theirs[0]), key=lambda found: found.bits)
    for one in mine:
        for other in theirs:
            if one.kind == "shown" or one.kind != other.kind:
                best = max(best, _alike(one, other), key=lambda found: found.bits)
    return best


def _alike(one: Reading, other: Reading) -> _Found:
    given, given_bits = _given(one.given, other.given)
    surname, surname_bits = _surname(one.surname, other.surname)
    if not one.given and not other.given:
        given_bits = surname_bits * _G["exact"] / _S["exact"]
    bits = given_bits + surname_bits + one.cost + other.cost
    if given == surname == "missing":
        bits = -math.inf
    return _Found(bits, given, surname, (one.kind == "turned") != (other.kind == "turned"))


@lru_cache(maxsize=1 << 16)
def _bits(left: str, right: str, given: bool) -> tuple[str, float]:
    """The relation of two words and its worth, finer than the relation alone."""
    weights = _G if given else _S
    if not left or not right:
        return "missing", weights["missing"]
    if left == right:
        return "exact", weights["initial" if given and len(left) == 1 else "exact"]
    name, pair = judged(left, right, given=given)
    within = weights[name]
    if name == "different":
        within += _WITHIN["different"] * max(0.0, pair.winkler - _WITHIN["strangers"])
    elif name == "equivalent" or (name == "sound" and pair.equivalent):
        within = weights["equivalent"] + _WITHIN["equivalent"] * pair.winkler
    elif name == "slip":
        within += _WITHIN["edits"] * pair.edits / max(len(left), len(right))
    elif name == "sound":
        within += pair.winkler - 1
    elif name == "near" and (pair.apart or pair.shorter <= 3):
        within = weights["apart"] + pair.winkler - _WITHIN["strangers"]
    elif name == "near":
        within += _WITHIN["near"] * (pair.winkler - _WITHIN["least_near"])
    return name, within


def _given(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, float]:
    if not mine or not theirs:
        return "missing", _G["missing"]
    name, bits = _bits(mine[0], theirs[0], True)
    if name in _SAME and len(mine) > 1 and len(theirs) > 1 and _before(mine[0]):
        second, more = _given(mine[1:], theirs[1:])
        share = _M["before"]
        return (name if second in _SAME else second), share * bits + (1 - share) * more
    if name in _KNOWN or (len(mine) == 1 and len(theirs) == 1 and len(mine[0]) + len(theirs[0]) > 5):
        return name, bits + _middle(mine[1:], theirs[1:])
    if "".join(mine) == "".join(theirs) or mine[0] == "".join(theirs[:2]) or theirs[0] == "".join(mine[:2]):
        return "exact", _G["exact"] + _M["missing"]
    if _initials(mine, theirs) or _initials(theirs, mine):
        return "initial", _G["initial"]
    best = name, bits + _middle(mine[1:], theirs[1:])
    for one, other in ((mine, theirs), (theirs, mine)):
        for place, word in enumerate(other[1:], 1):
            relates, worth = _bits(one[0], word, True)
            if relates in _SAME:
                rest = (*other[:place], *other[place + 1 :])
                known = _G["exact"] + _M["missing"] if _before(other[0]) and place == 1 else _G["shared"]
                found = known + worth - _G["exact"] + _middle(one[1:], rest)
                best = max(best, ("shared", found), key=lambda found: found[1])
    return best


def _before(word: str) -> bool:
    """Whether many bear the name before the one they go by."""
    return bool({word, variants.root(word)} & words().before)


def _initials(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the one word of ``short`` is the initials of ``long``: JP and John Paul."""
    return len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)[: len(short[0])]


@lru_cache(maxsize=1 << 16)
def _middle(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    few, many = sorted((mine, theirs), key=lambda names: (len(names), names))
    left = list(many)
    bits = 0.0
    for word in few:
        worth, best = max((_M[_relation(word, other)], other) for other in left)
        bits += worth
        left.remove(best)
    return bits / max(len(few), 1) + _M["missing"] * len(left)


def _relation(left: str, right: str) -> str:
    """The relation of two later given names, of which two that are names in their own right differ."""
    if left == right:
        return "exact"
    name, pair = judged(left, right, given=True)
    return "different" if name == "near" and pair.apart else name


@lru_cache(maxsize=1 << 17)
def _surname(mine: Surname, theirs: Surname) -> tuple[str, float]:
    if not mine.whole or not theirs.whole:
        return "missing", _S["missing"]
    name, bits = _bits(mine.whole, theirs.whole, False)
    if name == "exact":
        return name, bits
    if (mine.whole in words().religious) != (theirs.whole in words().religious):
        return "different", _S["unnamed"]
    best = name, bits
    if mine.parts or theirs.parts:
        halves = [_bits(one, other, False) for one in mine.parts or (mine.whole,) for other in _halves(theirs)]
        relates, worth = max(halves, key=lambda found: found[1])
        if relates in _SAME:
            turned = sorted(mine.parts) == sorted(theirs.parts)
            compound = (_S["exact"] - 1 if turned else _S["compound"]) + worth - _S["exact"]
            best = max(best, ("compound", compound), key=lambda found: found[1])
    if {mine.whole, mine.former} & {theirs.whole, theirs.former} - {""}:
        best = max(best, ("compound", _S["compound"]), key=lambda found: found[1])
    return best


def _halves(name: Surname) -> tuple[str, ...]:
    return name.parts or (name.whole,)


def _some(mine: Reading, theirs: Reading) -> _Found:
    """All words of the shorter name found among those of the longer, of three words or more."""
    few, many = sorted((mine.words, theirs.words), key=lambda names: (len(names), names))
    none = _Found(-math.inf, "some", "some", turned=False)
    if len(few) < 2 or len(many) < 3:
        return none
    left = list(many)
    bits = _WHOLE - _READ["some"] + _READ["word"] * (len(many) - len(few))
    for word in few:
        best = max(left, key=lambda other: _bits(word, other, True)[1])
        name, worth = _bits(word, best, True)
        if name not in _SAME:
            return none
        bits += worth - _G["exact"]
        left.remove(best)
    return _Found(bits, "some", "some", turned=False)


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
