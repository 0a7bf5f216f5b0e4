"""How long a notification period lasts: the table of SOA 2003 s.82 applied to what was sent.

Invariant: every row of the table that could apply to what is known takes part, so the last day is an interval.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.notification.columns import Bools, Coded, Days, Ints, Span, coded, span
from reconcile.notification.days import FAR, LONG_AGO, anniversary, last_day
from reconcile.notification.rules import INDEFINITE, ITS_LENGTH, Period, periods, rules


@dataclass(frozen=True)
class Sentence:
    """What decides a period, a row a record; ``months`` -1 where blank."""

    jurisdiction: Coded
    disposal: Coded
    months: Ints
    relevant: Span
    birth: Span


def sentences(records: pa.Table, jurisdiction: Coded) -> Sentence:
    """Read what decides a period from ``schema.RECORDS``."""
    of_basis: dict[str, str] = rules()["requirement"]["basis_disposals"]
    disposal, basis = coded(records["disposal"]), coded(records["basis"])
    codes, words = disposal.codes.copy(), (*disposal.words, *of_basis.values())
    for said, meant in of_basis.items():
        codes[~disposal.known & basis.among(said)] = words.index(meant)
    months: Any = pc.fill_null(records["sentence_months"], pa.scalar(-1, pa.int32()))
    return Sentence(
        jurisdiction,
        Coded(codes, words),
        months.to_numpy().astype(np.int64),
        span(records["conviction_date"]),
        span(records["birth_date"]),
    )


def could_apply(row: Period, of: Sentence) -> Bools:
    """Whether a row of the table could be the one: the place, the disposal, the sentence and the date all allow it."""
    fits = of.disposal.among(row.disposal) & of.jurisdiction.among(*row.jurisdictions)
    for bound, within in ((row.sentence_from, np.greater_equal), (row.sentence_to, np.less_equal)):
        if bound is not None:
            fits &= within(of.months, bound) | (of.months < 0)
    starts, ends = np.datetime64(row.relevant_from, "D"), np.datetime64(row.relevant_to, "D")
    return np.asarray(fits & (of.relevant.hi >= starts) & (of.relevant.lo <= ends))


def could_be_minor(of: Sentence) -> Bools:
    """Whether the person may have been under 18 on the relevant date (s.82(2): the periods are halved)."""
    of_age = anniversary(of.birth.hi, 12 * rules()["requirement"]["majority_years"])
    return np.asarray((of.relevant.lo < of_age) | ~of.birth.known)


def could_be_adult(of: Sentence) -> Bools:
    """Whether the person may have been 18 or over on the relevant date."""
    of_age = anniversary(of.birth.lo, 12 * rules()["requirement"]["majority_years"])
    return np.asarray((of.relevant.hi >= of_age) | ~of.birth.known)


@dataclass(frozen=True)
class End:
    """The last day of each period, and the row of the table it comes from, blank where it is not exactly one.

    ``partly``: the table gives a period for some of the days the relevant date can mean, and none for the others.
    """

    day: Span
    rule: Coded
    partly: Bools


def period_end(of: Sentence) -> End:
    """D1: the last day of the period. N years beginning with the relevant date, that date included.

    Both ends are ``FAR`` where the period is indefinite, ``NaT`` where on some day the relevant date can mean no row
    of the table applies. A period that is the length of the discharge or order is told by the force alone, so it is
    ``NaT`` too.
    """
    lo = np.full(len(of.months), FAR)
    hi = np.full(len(of.months), LONG_AGO)
    untold = np.zeros(len(of.months), dtype=bool)
    rule = np.full(len(of.months), -1, dtype=np.int32)
    matches = np.zeros(len(of.months), dtype=np.int64)
    minor, adult = could_be_minor(of), could_be_adult(of)
    covered = Span(np.full(len(of.months), FAR), np.full(len(of.months), LONG_AGO))
    for place, row in enumerate(periods()):
        applies = could_apply(row, of)
        rule[applies] = place
        matches += applies
        covered.lo[applies] = np.minimum(covered.lo[applies], np.datetime64(row.relevant_from, "D"))
        covered.hi[applies] = np.maximum(covered.hi[applies], np.datetime64(row.relevant_to, "D"))
        for months, person in ((row.adult_months, adult), (row.minor_months, minor)):
            here = applies & person
            if months == ITS_LENGTH:
                untold |= here
                continue
            first, last = (_within(day[here], row) for day in (of.relevant.lo, of.relevant.hi))
            lo[here] = np.minimum(lo[here], _last_day(first, months))
            hi[here] = np.maximum(hi[here], _last_day(last, months))
    partly = (matches > 0) & ~((covered.lo <= of.relevant.lo) & (of.relevant.hi <= covered.hi))
    nothing = untold | partly | (hi < lo)
    rule[matches != 1] = -1
    lo[nothing] = hi[nothing] = np.datetime64("NaT", "D")
    return End(Span(lo, hi), Coded(rule, tuple(row.rule for row in periods())), np.asarray(partly))


def _within(relevant: Days, row: Period) -> Days:
    """The relevant date held to the days on which this row of the table was the rule."""
    return np.clip(relevant, np.datetime64(row.relevant_from, "D"), np.datetime64(row.relevant_to, "D"))


def _last_day(relevant: Days, months: int | str) -> Days:
    return np.full_like(relevant, FAR) if months == INDEFINITE else last_day(relevant, int(months))
