"""A name that a linked record of another force carries and this record does not (rule D18).

Invariant: only records that verified links and decisions hold to be one person are looked at; which spellings are one
name is what ``reconcile.names`` says; only a change of name, or the other extract's day, shows since when.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.names import similarity
from reconcile.names.compare import relation
from reconcile.notification.cases import DEAD, OPEN_END, OVER, Cases
from reconcile.notification.columns import (
    NAT,
    Bools,
    Coded,
    Elements,
    Ints,
    Span,
    coded,
    distinct,
    elements,
    mask,
    whole,
)
from reconcile.notification.days import LONG_AGO
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Answers, Codes, answers, verdict

UNLIKE = frozenset({"different", "missing"})


@dataclass(frozen=True)
class Seen:
    """Pairs of records of one person and two forces: ``mine`` is asked, ``theirs`` carries another ``name`` or not."""

    mine: Ints
    theirs: Ints
    other_name: Bools


def linked(of: Cases) -> tuple[Ints, Ints]:
    """Every record with each record of another force that is firmly the same person, both ways."""
    force = of.who.force()
    order = np.lexsort((force, of.who.firm))
    firm = of.who.firm[order]
    first = np.searchsorted(firm, firm, side="left")
    last = np.searchsorted(firm, firm, side="right")
    several = last - first > 1
    count = (last - first)[several]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    mine, theirs = order[np.repeat(np.flatnonzero(several), count)], order[np.repeat(first[several], count) + within]
    apart = force[mine] != force[theirs]
    return mine[apart], theirs[apart]


def names_of(of: Cases, records: Ints) -> tuple[Elements, Coded]:
    """The names of some records, owned by their place in ``records``, each as one text; an intended one is none yet."""
    sent = elements(whole(of.records["names"]).take(pa.array(records)))
    parts = [pc.struct_field(sent.values, part) for part in ("given", "surname")]
    joined = pc.binary_join_element_wise(*(pc.fill_null(part, "") for part in parts), " ")
    full = pc.struct_field(sent.values, "full")
    shown = pc.utf8_trim_whitespace(pc.if_else(pc.equal(joined, pa.scalar(" ")), full, joined))
    kept = ~sent.coded("kind").among(*rules()["name_elsewhere"]["names_left_out"])
    kept &= mask(pc.not_equal(shown, pa.scalar("")))
    text = coded(pc.utf8_lower(shown).filter(pa.array(kept)))
    return Elements(sent.owner[kept], sent.values.filter(pa.array(kept))), text


@lru_cache(maxsize=1 << 16)
def one_name(left: str, right: str) -> bool:
    """Whether two spellings are one name, by the linkage's own comparison of names.

    Two that share no word, in either place or order, are not read any further: nothing could make them alike.
    """
    if left == right:
        return True
    mine, theirs = left.split(), right.split()
    if set(mine).isdisjoint(theirs):
        firsts = relation(mine[0], theirs[0], given=True), relation(mine[0], theirs[-1], given=True)
        lasts = relation(mine[-1], theirs[-1], given=False), relation(mine[-1], theirs[0], given=False)
        if UNLIKE.issuperset(firsts + lasts):
            return False
    return bool(similarity(left, right) >= rules()["name_elsewhere"]["least_similarity"])


def strange_names(sent: Elements, text: Coded, mine: Ints, theirs: Ints) -> tuple[Ints, Ints]:
    """Pairs of records and the names of the one that are not letter for letter among the other's: places in the pairs,
    codes of the names. ``mine`` and ``theirs`` are owners of ``sent``, whose names are ``text``."""
    first, last = (np.searchsorted(sent.owner, theirs, side=side) for side in ("left", "right"))
    count = last - first
    pair = np.repeat(np.arange(len(mine)), count)
    name = text.codes[np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())]
    own = distinct(sent.owner * len(text.words) + text.codes)
    strange = ~np.isin(mine[pair] * len(text.words) + name, own)
    return pair[strange], name[strange].astype(np.int64)


def other_names(of: Cases) -> Seen:
    """Whether of each pair of records the other carries a name that is none of this one's."""
    mine, theirs = linked(of)
    records, place = np.unique(np.concatenate([mine, theirs]), return_inverse=True)
    sent, text = names_of(of, records)
    asked = place[: len(mine)]
    pairs, names = strange_names(sent, text, asked, place[len(mine) :])
    first, last = (np.searchsorted(sent.owner, asked[pairs], side=side) for side in ("left", "right"))
    found = np.zeros(len(mine), dtype=bool)
    own, words = text.codes.tolist(), text.words
    for pair, name, begin, end in zip(pairs.tolist(), names.tolist(), first.tolist(), last.tolist(), strict=True):
        # A record without a name is not asked: what is not sent is not found wanting.
        known = (sorted((words[name], words[code])) for code in own[begin:end])
        found[pair] |= begin < end and not any(one_name(*both) for both in known)
    return Seen(mine, theirs, found)


def first_seen(of: Cases) -> Span:
    """From when on each record shows its names: since one of the changes of name it notes, whichever, and by its
    extract's day at the latest. Without a dated change any day up to that: a notification shows that there were names,
    not which."""
    events = elements(of.records["events"])
    kind, happened = events.coded("kind"), events.span("happened")
    may_be = kind.among("name") | ~kind.known
    some_day = Span(np.full(len(may_be), LONG_AGO), of.as_of[events.owner])
    changed = happened.where(happened.known & kind.known, some_day)
    lo, hi = np.full(of.count, NAT), np.full(of.count, NAT)
    np.fmin.at(lo, events.owner[may_be], changed.lo[may_be])
    np.fmax.at(hi, events.owner[may_be], changed.hi[may_be])
    return Span(np.where(np.isnat(lo), LONG_AGO, lo), np.fmin(hi, of.as_of))


def since(of: Cases, seen: Seen) -> Codes:
    """More than two days before the extract: YES; every change noted later than that: NO; else it is not shown."""
    day = first_seen(of)[seen.theirs]
    least = of.as_of[seen.mine] - np.timedelta64(rules()["name_elsewhere"]["since_days"], "D")
    shown = verdict(day.hi < least, day.lo >= least)
    return np.where(seen.other_name, shown, NO).astype(np.int8)


def unnotified_name_suspected(of: Cases) -> tuple[Answers, Bools, tuple[Ints, Ints]]:
    """D18: another force knows the person by a name that is not among those notified here, for more than two days.

    Asked of records with a linked record of another force, the second part; the third: what else the answers rest on.
    """
    seen = other_names(of)
    each = since(of, seen)
    values = np.zeros(of.count, dtype=np.int8)
    np.maximum.at(values, seen.mine, each)
    asked = np.bincount(seen.mine, minlength=of.count) > 0
    gone = of.status.among("deceased"), of.over
    left_open = of.open & (values == YES)
    values = np.where(gone[0] | gone[1], NO, np.where(left_open, CANNOT_TELL, values)).astype(np.int8)
    shows = (each == values[seen.mine]) | (values[seen.mine] == NO) | left_open[seen.mine]
    found = answers(
        values,
        (gone[0], DEAD),
        (gone[1], OVER),
        (values == YES, "a name of another force's record is not among those of this one"),
        (left_open, OPEN_END),
        (values == CANNOT_TELL, "the other force's record does not show since when the name is used"),
    )
    return found, asked, (seen.mine[shows], seen.theirs[shows])
