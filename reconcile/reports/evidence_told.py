"""What a force reads of one piece of evidence.

Decides in which words a piece of evidence is told, by evidence.toml. Invariant: no text another force wrote passes but
a name as far as it reads as one; a sentence with a value that is not read is never told, it is said in other words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Final

from reconcile.linkage.explain import own_words
from reconcile.names import parse
from reconcile.names.legible import legible
from reconcile.values.identifiers import is_canonical

Row = Mapping[str, Any]

COLUMNS: Final = ("record_id", "names", "birth_date", "conviction_date", "identifiers")
"""The columns of ``RECORDS`` that evidence which is told with its values is made of, beside the sex."""
_SHARED: Final = ("checked", "unchecked", "both")
"""Levels of identifiers whose sentence tells only what both records have."""
_WORD: Final = re.compile(r"\w+")


def sentence(entry: Row, ends: Sequence[Row]) -> str:
    """What a force reads of one piece of evidence (``schema.EVIDENCE``); "" where it reads nothing.

    Args:
        ends: the two records of the link, each with ``COLUMNS``.
    """
    feature, said = entry["feature"], str(entry["sentence"] or "")
    if feature in _tellable()["told"] and (not said or _READ[feature](entry, ends)):
        return said
    instead = _tellable()["in_other_words"].get(feature, {})
    return str(instead.get(entry["level"]) or instead.get("for" if entry["weight"] > 0 else "against", ""))


def told_name(name: Row) -> tuple[str, str, str]:
    """The given names, surname and undivided full name of a ``schema.NAME`` as they are told, "" where there is none;
    the full name only where there are no parts."""
    given, surname = (legible(name[part] or "") for part in ("given", "surname"))
    return given, surname, "" if given or surname else legible(name["full"] or "", whole=True)


def _names_read(entry: Row, ends: Sequence[Row]) -> bool:
    """Whether every word of a sentence about names is the sentence's own or a word of a name as it is told."""
    words = set(_words(entry["sentence"])) - own_words(entry["feature"])
    for end in ends:
        for name in end["names"] or ():
            words -= _told_words(*told_name(name))
    return not words


@lru_cache(maxsize=1 << 14)
def _told_words(given: str, surname: str, full: str) -> frozenset[str]:
    """The words of a name as it is told, and as it is compared: a part that a name lacks is told in such words."""
    first, last = parse.full(full) if full else (given, surname)
    compared = parse.surname(last)
    texts = (given, surname, full, *parse.given(first), compared.whole, compared.former)
    return frozenset(word for text in texts for word in _words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _day_read(entry: Row, ends: Sequence[Row]) -> bool:
    days = [end[entry["feature"]] for end in ends]
    return all(day is None or day["lo"] is not None for day in days)


def _numbers_read(entry: Row, ends: Sequence[Row]) -> bool:
    numbers = [{(each["scheme"], each["value"]) for each in end["identifiers"] or ()} for end in ends]
    schemes = [{scheme for scheme, _ in of} for of in numbers]
    told = {number for of in numbers for number in of if all(number[0] in each for each in schemes)}
    shared = numbers[0] & numbers[1]
    return entry["level"] in _SHARED or all(number in shared or is_canonical(*number) for number in told)


def _coded(_entry: Row, _ends: Sequence[Row]) -> bool:
    return True


_READ: Final[Mapping[str, Callable[[Row, Sequence[Row]], bool]]] = {
    "name": _names_read,
    "middle": _names_read,
    "birth_date": _day_read,
    "conviction_date": _day_read,
    "identifier": _numbers_read,
    "sex": _coded,
}
"""Of a feature that may be told with its values, whether all of them are read."""


@cache
def _tellable() -> Mapping[str, Any]:
    return loads(files(__package__).joinpath("evidence.toml").read_text(encoding="utf-8"))
