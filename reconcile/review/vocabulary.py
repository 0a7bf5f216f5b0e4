"""The words of all names, and which names have words related to those of a question.

Decides which names are worth comparing in full. Invariant: a word's relations are those of ``reconcile.names.compare``;
a name all of whose words are related to the question's comes before one of which only some are.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from reconcile.names import parse, variants
from reconcile.names.compare import relation
from reconcile.names.skeleton import skeleton, sound
from reconcile.names.tokens import plain


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads(files(__package__).joinpath("finding.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Vocabulary:
    """``words`` sorted; ``begin`` int64 [words + 1] and ``names`` int32: the names that have each word.

    ``alike`` gives the codes of the words of one root or sound; ``count`` is how many names there are.
    """

    words: tuple[str, ...]
    begin: Any
    names: Any
    alike: Mapping[str, tuple[int, ...]]
    count: int

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> "Vocabulary":
        """The words of names, each a given name and a surname, or "" and a whole name."""
        places: dict[str, list[int]] = defaultdict(list)
        count = 0
        for given, surname in names:
            for word in _words(given, surname):
                places[word].append(count)
            count += 1
        words = tuple(sorted(places))
        lengths = np.array([len(places[word]) for word in words], np.int64)
        flat = np.array([place for word in words for place in places[word]], np.int32)
        alike: dict[str, list[int]] = defaultdict(list)
        for code, word in enumerate(words):
            for key in _keys(word):
                alike[key].append(code)
        kept = {key: tuple(codes) for key, codes in alike.items()}
        return cls(words, np.r_[0, np.cumsum(lengths)], flat, kept, count)

    def promising(self, asked: str) -> list[int]:
        """The places of the names with words related to those of ``asked``, the most promising first, no more than the
        table says."""
        looked_at = _table()["names"]
        total = np.zeros(self.count, np.float32)
        for word in _asked(asked):
            best = np.zeros(self.count, np.float32)
            for code, worth in self._related(word):
                of = self.names[self.begin[code] : self.begin[code + 1]]
                # Rare words tell more of names that share only one.
                best[of] = np.maximum(best[of], worth + 0.02 * np.log2(self.count / len(of)))
            total += best
        most = int(looked_at["candidates"])
        found = np.flatnonzero(total > looked_at["share"] * total.max(initial=0))
        if len(found) > most:
            found = found[np.argpartition(-total[found], most)[:most]]
        return [int(place) for place in found[np.lexsort((found, -total[found]))]]

    def _related(self, word: str) -> Iterable[tuple[int, float]]:
        worth = _table()["words"]
        codes = {code for key in _keys(word) for code in self.alike.get(key, ())}
        spelt: Any = cdist([word], self.words, scorer=JaroWinkler.similarity, score_cutoff=worth["least_winkler"])[0]
        codes |= set(np.flatnonzero(spelt).tolist())
        for code in codes:
            other = self.words[code]
            found = [worth.get(relation(word, other, given=given), 0.0) for given in (True, False)]
            if max(found) > 0:
                yield code, max(found)


def _words(given: str, surname: str) -> set[str]:
    if not given:
        given, surname = parse.full(surname)
    last = parse.surname(surname)
    return {*parse.given(given), last.whole, *last.parts, last.former} - {""}


def _asked(text: str) -> list[str]:
    """The words of a question: each as it stands, and its surname with its particles joined."""
    given, surname = parse.full(text)
    last = parse.surname(surname)
    found = [*parse.given(given), *([last.whole] if last.whole else [])]
    return list(dict.fromkeys(found)) or list(dict.fromkeys(plain(text)))


def _keys(word: str) -> set[str]:
    bones, tone = skeleton(word), sound(word)
    found = {f"= {word}", f"root {variants.root(word)}"} | {
        f"root {variants.root(other)}" for other in variants.given_names().others.get(word, ())
    }
    found |= {f"= {other}" for other in variants.surnames().others.get(word, ())}
    return found | ({f"bones {bones}"} if len(bones) > 1 else set()) | ({f"sound {tone}"} if len(tone) > 1 else set())
