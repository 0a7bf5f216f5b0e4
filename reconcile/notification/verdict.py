"""The three answers a predicate gives, and the reason it gives with them.

Invariant: nothing is YES or NO unless it is so whatever the open dates turn out to be; the rest is CANNOT_TELL.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.notification.columns import Bools, Coded, Days, Ints, Strings

NO, CANNOT_TELL, YES = np.int8(0), np.int8(1), np.int8(2)
VALUES = ("NO", "CANNOT_TELL", "YES")
"""The answer of each code, weakest first: the maximum of several records' codes is "YES if any says so"."""

Codes = npt.NDArray[np.int8]

NO_NUMBER = np.iinfo(np.int32).min
"""Stands in ``Answers.days`` for no number."""


def verdict(yes: Bools, no: Bools) -> Codes:
    """YES, NO, or CANNOT_TELL where neither is certain."""
    return np.where(yes, YES, np.where(no, NO, CANNOT_TELL)).astype(np.int8)


def whether(yes: Bools) -> Codes:
    """YES or NO for what is always known."""
    return np.where(yes, YES, NO).astype(np.int8)


@dataclass(frozen=True)
class Finding:
    """A column of answers: ``values`` int8 codes of ``VALUES``; ``reasons`` the sentences, blank where none is."""

    values: Codes
    reasons: Coded


def reasons(count: int, *said: tuple[Bools, str]) -> Coded:
    """For each row the first sentence whose condition holds."""
    codes = np.full(count, -1, dtype=np.int32)
    for place, (condition, _) in reversed(list(enumerate(said))):
        codes[condition] = place
    return Coded(codes, tuple(sentence for _, sentence in said))


def finding(values: Codes, *said: tuple[Bools, str]) -> Finding:
    """Give each answer the first of the reasons whose condition holds."""
    return Finding(values, reasons(len(values), *said))


@dataclass(frozen=True)
class Answers:
    """The answers to one question, a row for each it is asked of.

    ``value`` and ``reason`` are words; ``day`` is ``NaT`` and ``days`` is ``NO_NUMBER`` where there is none;
    ``rule_set`` is a row of the table of rule sets, -1 for none. The last three are None where none has any.
    """

    value: Coded
    reason: Coded
    day: Days | None = None
    days: Ints | None = None
    rule_set: Ints | None = None


def answers(
    values: Codes,
    *said: tuple[Bools, str],
    day: Days | None = None,
    days: Ints | None = None,
    rule_set: Ints | None = None,
) -> Answers:
    """``Answers`` from codes of ``VALUES``."""
    return Answers(Coded(values.astype(np.int32), VALUES), reasons(len(values), *said), day, days, rule_set)


def words(texts: Strings) -> Coded:
    """A column of texts as ``Coded``, "" as blank."""
    found, codes = np.unique(texts.astype(str), return_inverse=True)
    blank = np.array([word == "" for word in found] or [False])
    return Coded(np.where(blank[codes], -1, codes).astype(np.int32), tuple(str(word) for word in found))


def number(difference: npt.NDArray[np.timedelta64], only: Bools) -> Ints:
    """Whole days as numbers where ``only`` holds and both days are known."""
    known = only & ~np.isnat(difference)
    return np.where(known, np.where(known, difference, 0).astype(np.int64), NO_NUMBER)
