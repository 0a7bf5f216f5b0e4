"""Distinct words with all that comparing them needs, prepared once.

Decides what is known of a word alone: its letters, its sounds, what it is written for. Invariant: codes index the
sorted words, and equal codes of a kind mean equal values; -1 is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.names import variants
from reconcile.names.skeleton import skeletons, sound


@dataclass(frozen=True)
class Lexicon:
    """Distinct romanised words. Codes index ``words``; every array but ``equivalents`` is [len(words)].

    ``equivalents`` int64: sorted codes ``low * len(words) + high`` of words written for one another.
    ``letters`` int64: a bit for each letter and digit in the word. ``consonants`` int16: length of the skeleton.
    ``sexes`` uint8: the bits of ``variants.SEXES``, 0 for a word no table has. ``family`` int32: equal for words the
    tables bring to one head. ``masculine`` int32: the code of the word without its last letter, where that is an a.
    """

    words: tuple[str, ...]
    skeletons: NDArray[np.int32]
    sounds: NDArray[np.int32]
    equivalents: NDArray[np.int64]
    text: NDArray[np.object_]
    lengths: NDArray[np.int16]
    letters: NDArray[np.int64]
    firsts: NDArray[np.int32]
    consonants: NDArray[np.int16]
    sexes: NDArray[np.uint8]
    family: NDArray[np.int32]
    masculine: NDArray[np.int32]


def lexicon(words: Sequence[str], *, given: bool) -> Lexicon:
    """Prepare sorted distinct ``words``, given names or surnames."""
    table = variants.given_names() if given else variants.surnames()
    bones = skeletons(words)
    codes = {word: code for code, word in enumerate(words)}
    masculine = [codes.get(word[:-1], -1) if given and word.endswith("a") else -1 for word in words]
    return Lexicon(
        words=tuple(words),
        skeletons=_codes(bones),
        sounds=_codes([sound(word) for word in words]),
        equivalents=table.pairs(words),
        text=np.array([*words, ""], object)[:-1],
        lengths=np.array([len(word) for word in words], np.int16),
        letters=_letters(words),
        firsts=np.array([ord(word[0]) if word else 0 for word in words], np.int32),
        consonants=np.array([len(code) for code in bones], np.int16),
        sexes=np.array([table.sexes.get(word, 0) for word in words], np.uint8),
        family=_codes([table.root(word) for word in words]),
        masculine=np.array(masculine, np.int32),
    )


def _letters(words: Sequence[str]) -> NDArray[np.int64]:
    """The letters of each word as bits, whatever their order."""
    found = np.zeros(len(words), np.int64)
    if len(words):
        signs = np.array(words, dtype=str)
        signs = signs.view(np.uint32).reshape(len(words), -1).astype(np.int64)
        for column in signs.T:
            found |= np.where(column > 0, np.int64(1) << (column & 63), 0)
    return found


def _codes(values: list[str]) -> NDArray[np.int32]:
    places: dict[str, int] = {}
    return np.array([places.setdefault(value, len(places)) for value in values], np.int32)
