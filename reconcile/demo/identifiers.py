"""Identifiers of synthetic people, in ranges that were never issued.

Decides the numbers: PNC serials from 9,000,000, CRO serials from 900,000, prison numbers beginning with Z. Invariant:
every PNC and CRO number drawn is another one and carries its right check letter.
"""

import numpy as np
from numpy.typing import NDArray

from reconcile.demo.tables import Ints, Texts, texts

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
YEARS = np.arange(1989, 2017)
_STRIDE = 9973


def _codes(count: int, size: int, rng: np.random.Generator) -> Ints:
    """``count`` different numbers below ``size``, spread evenly; ``size`` has no factor 9973."""
    if count > size:
        raise ValueError(f"{count} numbers do not fit a range of {size}")
    return (int(rng.integers(size)) + np.arange(count, dtype=np.int64) * _STRIDE) % size


def pnc(birth: NDArray[np.datetime64], rng: np.random.Generator) -> Texts:
    """A PNC number ``YYYY/9NNNNNNL`` for each, all different, of a year from about the 15th on."""
    place = np.arange(len(birth))
    serial = (int(rng.integers(1_000_000)) + place * _STRIDE) % 1_000_000
    lap, laps = place // 1_000_000, len(birth) // 1_000_000 + 1
    latest = YEARS[-1] + 1 - laps
    first = np.clip(birth.astype("datetime64[Y]").astype(np.int64) + 1985, YEARS[0], latest)
    year = first + (rng.random(len(birth)) * (latest + 1 - first)).astype(np.int64)
    year += (lap - year) % laps  # two with one serial are of different laps, and so of different years
    serial += 9_000_000
    letter = (year % 100 * 10_000_000 + serial) % 23
    return texts(
        [f"{y}/{s}{LETTERS[k]}" for y, s, k in zip(year.tolist(), serial.tolist(), letter.tolist(), strict=True)]
    )


def cro(count: int, rng: np.random.Generator) -> Texts:
    """``count`` different CRO numbers ``9NNNNN/YYL``."""
    year, serial = np.divmod(_codes(count, len(YEARS) * 100_000, rng), 100_000)
    year, serial = YEARS[year] % 100, serial + 900_000
    letter = (year * 1_000_000 + serial) % 23
    return texts(
        [f"{s}/{y:02d}{LETTERS[k]}" for y, s, k in zip(year.tolist(), serial.tolist(), letter.tolist(), strict=True)]
    )


def nomis(count: int, rng: np.random.Generator) -> Texts:
    """``count`` different prison numbers ``ZNNNNLL``."""
    code = _codes(count, 10_000 * 676, rng)
    number, pair = np.divmod(code, 676)
    return texts(
        [f"Z{n:04d}{chr(65 + p // 26)}{chr(65 + p % 26)}" for n, p in zip(number.tolist(), pair.tolist(), strict=True)]
    )


def mistyped(values: Texts, rng: np.random.Generator) -> Texts:
    """The numbers with one digit wrong, two neighbours exchanged, or another letter at the end."""
    return texts([_mistype(str(value), rng) for value in values])


def _mistype(value: str, rng: np.random.Generator) -> str:
    letters = list(value)
    digits = [place for place, letter in enumerate(value) if letter.isdigit()][4:]
    place = digits[int(rng.integers(len(digits)))]
    kind = rng.random()
    if kind < 0.55:
        letters[place] = str((int(letters[place]) + int(rng.integers(1, 10))) % 10)
    elif kind < 0.85 and letters[place] != letters[digits[0]]:
        letters[place], letters[digits[0]] = letters[digits[0]], letters[place]
    else:
        letters[-1] = LETTERS[(LETTERS.find(letters[-1]) + int(rng.integers(1, 23))) % 23]
    return "".join(letters)


def check(value: str) -> str:
    """The check of a canonical PNC or CRO number, one of ``schema.CHECKS``."""
    head, tail = value.split("/")
    if head == "000000":
        return "placeholder"
    digits = head[2:] + tail[:-1] if len(head) == 4 else tail[:-1] + head
    return "valid" if digits.isdecimal() and LETTERS[int(digits) % 23] == tail[-1] else "invalid"
