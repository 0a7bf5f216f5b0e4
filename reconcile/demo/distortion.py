"""How names, dates and postcodes go wrong between a person and a record.

Decides one change at a time, on the places it is asked for. Invariant: it knows no table but those of
``reconcile.demo.tables``, and changes its arrays in place only at the places given.
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from reconcile.demo.homes import NEVER_ISSUED
from reconcile.demo.people import Days
from reconcile.demo.tables import Ints, Texts, alternatives, number, texts

_NEIGHBOURS = {
    **{a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)},
}
_UNDECOMPOSED = str.maketrans("łŁøØđĐ", "lLoOdD")
PLACEHOLDERS = np.array(["1970-01-01", "1900-01-01"], dtype="datetime64[D]")


def chosen(count: int, share: float | NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which of ``count`` places a rate befalls."""
    hit: NDArray[np.bool_] = rng.random(count) < share
    return hit


def rewritten(values: Texts, where: NDArray[np.bool_], table: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Write names another way by one of ``alternatives``; returns where it did, as few names have one."""
    others, done = alternatives(table), np.zeros(len(values), dtype=bool)
    places = np.flatnonzero(where)
    for place, uniform in zip(places.tolist(), rng.random(len(places)).tolist(), strict=True):
        if found := others.get(values[place]):
            values[place] = found[int(uniform * len(found))]
            done[place] = True
    return done


def mistyped(values: Texts, where: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Drop, double, exchange or mis-key one letter; returns where it changed the text."""
    places = np.flatnonzero(where)
    uniform = rng.random((len(places), 2))
    done = np.zeros(len(values), dtype=bool)
    for place, (kind, at) in zip(places.tolist(), uniform.tolist(), strict=True):
        before = values[place]
        values[place] = _mistype(before, kind, at)
        done[place] = values[place] != before
    return done


def _mistype(text: str, kind: float, at: float) -> str:
    if len(text) < 3:
        return text
    place = 1 + int(at * (len(text) - 1))
    letter = text[place]
    if kind < 0.28:
        return text[:place] + text[place + 1 :]
    if kind < 0.45:
        return text[:place] + letter + text[place:]
    if kind < 0.7 and place + 1 < len(text):
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    return text[:place] + _NEIGHBOURS.get(letter.lower(), "e") + text[place + 1 :]


def unaccented(text: str) -> str:
    """Text without accents, as systems of a single byte keep it."""
    if text.isascii():
        return text
    spread = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def shifted(days: Days, where: NDArray[np.bool_], rng: np.random.Generator) -> Days:
    """Days with day and month exchanged, the year one off, or one digit wrong; every one of them a real day."""
    places = np.flatnonzero(where)
    found = days.copy()
    for place in places.tolist():
        found[place] = _shift(str(days[place]), rng)
    return found


def _shift(text: str, rng: np.random.Generator) -> np.datetime64:
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    kind = rng.random()
    if kind < 0.3 and day <= 12 and day != month:
        return np.datetime64(f"{year:04d}-{day:02d}-{month:02d}")
    if kind < 0.45:
        return np.datetime64(f"{year + int(rng.choice([-1, 1])):04d}-{month:02d}-{min(day, 28):02d}")
    while True:
        digits = list(f"{year:04d}{month:02d}{day:02d}")
        place = int(rng.integers(2, 8))
        digits[place] = str((int(digits[place]) + int(rng.integers(1, 10))) % 10)
        changed = "".join(digits)
        try:
            other = np.datetime64(f"{changed[:4]}-{changed[4:6]}-{changed[6:]}")
        except ValueError:
            continue
        if int(changed[:4]) >= 1915 and changed <= max("20021231", text.replace("-", "")):
            return other


def postcodes_mistyped(values: Texts, where: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Another digit in the sector or another of the never issued letters in the unit, in place."""
    for place in np.flatnonzero(where).tolist():
        value = values[place]
        if " " not in value or not value[-3].isdigit():
            continue
        if rng.random() < 0.5:
            values[place] = f"{value[:-3]}{(int(value[-3]) + int(rng.integers(1, 10))) % 10}{value[-2:]}"
        else:
            last = value[-1] if value[-2] in NEVER_ISSUED else value[-2]
            values[place] = value[:-2] + NEVER_ISSUED[int(rng.integers(len(NEVER_ISSUED)))] + last


def abbreviated(address: Texts, where: NDArray[np.bool_]) -> None:
    """Shorten the kind of street, in place."""
    short = {
        " Road": " Rd",
        " Street": " St",
        " Avenue": " Ave",
        " Close": " Cl",
        " Crescent": " Cres",
        "Flat ": "FLAT ",
    }
    for place in np.flatnonzero(where).tolist():
        for full, brief in short.items():
            address[place] = address[place].replace(full, brief)


def halved(values: Texts, where: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """One half of a double surname, in place."""
    for place in np.flatnonzero(where).tolist():
        if "-" in values[place] and not values[place].lower().startswith(("al-", "el-", "ud-")):
            halves = values[place].split("-")
            values[place] = halves[int(rng.integers(len(halves)))]


def middle_kept(middle: Texts, rng: np.random.Generator) -> None:
    """Drop some middle names and shorten others to their initial, in place."""
    kind = rng.random(len(middle))
    middle[kind < number("names", "no_middle")] = ""
    initial = np.flatnonzero(kind > 1 - number("names", "initial_middle"))
    middle[initial] = texts([name[:1] for name in middle[initial]])


def joined(given: Texts, middle: Texts) -> Texts:
    """Given names of each: first and middle."""
    return texts([f"{first} {second}" if second else first for first, second in zip(given, middle, strict=True)])


def indices(where: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(where).astype(np.int64)
