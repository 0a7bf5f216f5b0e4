"""Values of a record that cannot be so, or that contradict each other (rule D22): each a sentence of its own.

Invariant: nothing is corrected here and nothing left out; what is not known is not implausible.
"""

from functools import reduce

import numpy as np

from reconcile.notification.cases import Cases
from reconcile.notification.columns import Bools, Coded, Span, span
from reconcile.notification.days import anniversary
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, VALUES, Answers, Codes, verdict

Check = tuple[str, Codes]


def _check(sentence: str, yes: Bools, no: Bools, asked: Bools) -> Check:
    """A check where ``asked``; elsewhere it finds nothing."""
    return sentence, np.where(asked, verdict(yes, no), 0).astype(np.int8)


def ages(of: Cases) -> list[Check]:
    """Born less than so many years before the extract, or older than anybody on a register is."""
    birth, table = of.of.birth, rules()["plausible"]
    young = Span(
        anniversary(birth.lo, 12 * table["youngest_years"]), anniversary(birth.hi, 12 * table["youngest_years"])
    )
    months = 12 * (table["oldest_years"] + 1)
    old = Span(anniversary(birth.lo, months), anniversary(birth.hi, months))
    return [
        _check(f"under {table['youngest_years']} years old", of.as_of < young.lo, of.as_of >= young.hi, birth.known),
        _check(f"over {table['oldest_years']} years old", of.as_of >= old.hi, of.as_of < old.lo, birth.known),
    ]


def missing(of: Cases, since: Span) -> list[Check]:
    """Missing before the scheme began, after the extract, or before the relevant date."""
    start, relevant = np.datetime64(rules()["plausible"]["scheme_start"], "D"), of.of.relevant
    return [
        _check("missing since before the scheme began", since.hi < start, since.lo >= start, since.known),
        _check("missing since after the extract", since.lo > of.as_of, since.hi <= of.as_of, since.known),
        _check(
            "missing since before the relevant date",
            since.hi < relevant.lo,
            since.lo >= relevant.hi,
            since.known & relevant.known,
        ),
    ]


def period(of: Cases) -> Check:
    """The force's own end of the period is neither that of the table nor of an order."""
    table, order, sent = of.period.day, of.order.end, of.sent
    by_table, by_order = (_meet(sent, end) for end in (table, order))
    same = sent.one & ((table.one & (table.lo == sent.lo)) | (order.one & (order.lo == sent.lo)))
    return _check(
        "the force's end of the period is not that of the sentence",
        table.known & ~by_table & ~by_order,
        same,
        sent.known & (table.known | of.period.partly),
    )


def _meet(one: Span, other: Span) -> Bools:
    """Whether two dates can be one day."""
    return np.asarray((one.hi >= other.lo) & (one.lo <= other.hi))


def found(of: Cases, since: Span) -> Check:
    """A notification after the person went missing, and still claimed: probably found."""
    return _check(
        "notified after going missing, still claimed",
        of.last.lo > since.hi,
        of.last.hi <= since.lo,
        of.who.claims & of.last.known & since.known,
    )


def implausible(of: Cases) -> Answers:
    """D22: YES with every reason; CANNOT_TELL where a partial date leaves one open and none is certain."""
    since = span(of.records["missing_since"])
    checks = [*ages(of), *missing(of, since), period(of), found(of, since)]
    value = reduce(np.maximum, (codes for _, codes in checks))
    # Which of the checks say what the whole does, as the bits of one number: few combinations occur.
    shown = [((codes == value) & (value > 0)).astype(np.int32) << place for place, (_, codes) in enumerate(checks)]
    bits_of_each = reduce(np.bitwise_or, shown)
    which = np.flatnonzero(np.bincount(bits_of_each))
    codes = np.searchsorted(which, bits_of_each)
    sentences = tuple(
        "; ".join(sentence for place, (sentence, _) in enumerate(checks) if bits >> place & 1)
        for bits in which.tolist()
    )
    told = tuple(sentences) + tuple(f"left open by the dates: {sentence}" for sentence in sentences)
    codes = np.where(value == CANNOT_TELL, codes + len(sentences), codes)
    reason = Coded(np.where(value == 0, -1, codes).astype(np.int32), told)
    return Answers(Coded(value.astype(np.int32), VALUES), reason)
