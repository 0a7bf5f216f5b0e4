"""Who is claimed missing by one force and said to be somewhere by a record of another (rule D14).

Invariant: only a record that verified links and decisions hold to be the person answers YES; a link nobody has
decided, and a join that is only held from the last cycle, say POSSIBLE at most; a link that fails a guard says nothing.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconcile.notification.columns import Bools, Days, Ints, Span, span
from reconcile.notification.people import People
from reconcile.notification.predicates import says_where, seen_since
from reconcile.notification.standing import rows
from reconcile.notification.verdict import CANNOT_TELL, NO, YES

GRADES = ("NO", "POSSIBLE", "CANNOT_TELL", "YES")
"""Weakest first: a certain record whose dates are open stands above an uncertain one."""


@dataclass(frozen=True)
class Sightings:
    """Records that say where a claimed person is or may be, a row each: identity, record row, index of ``GRADES``."""

    identity: Ints
    record: Ints
    grade: Ints


def latest_claim(people: People) -> Span:
    """When each identity was last lost: the latest start of its dated open claims, ``NaT`` where none is dated."""
    since = span(people.records["missing_since"])
    return Span(_latest(people, since.lo), _latest(people, since.hi))


def _latest(people: People, day: Days) -> Days:
    out = np.full(len(people.national_ids), np.datetime64("NaT", "D"))
    dated = people.claims & ~np.isnat(day)
    np.fmax.at(out, people.identity[dated], day[dated])
    return out


def sightings(people: People, proposals: pa.Table) -> Sightings:
    """Every record of another force that says where a claimed person is, by the identity or by an open proposal.

    Args:
        proposals: links nobody has decided, ``standing.open_proposals``.
    """
    claimed = people.any_of(people.claims)
    where = np.flatnonzero(says_where(people.status))
    own = where[claimed[people.identity[where]]]
    beyond, seen_there = _proposed(people, proposals, claimed)
    identity = np.concatenate([people.identity[own], beyond])
    record = np.concatenate([own, seen_there])
    contact = span(people.records["last_contact"])
    lost = latest_claim(people)
    seen = seen_since(
        Span(lost.lo[identity], lost.hi[identity]),
        Span(contact.lo[record], contact.hi[record]),
        people.status[record],
    )
    seen = np.where(_another_force(people, identity, record), seen, NO)
    firmly_claimed = np.isin(people.firm, people.firm[people.claims])
    sure = (people.identity[record] == identity) & firmly_claimed[record]
    grade = np.select(
        [seen == NO, ~sure, seen == CANNOT_TELL, seen == YES],
        [GRADES.index(name) for name in ("NO", "POSSIBLE", "CANNOT_TELL", "YES")],
    )
    return Sightings(identity, record, grade.astype(np.int64))


def _proposed(people: People, proposals: pa.Table, claimed: Bools) -> tuple[Ints, Ints]:
    """The records that say where somebody is, beyond an open proposal that touches a claimed identity."""
    ends = people.identity[rows(people.records["record_id"], proposals)]
    pairs = np.concatenate([ends, ends[:, ::-1]])
    pairs = np.unique(pairs[claimed[pairs[:, 0]] & (pairs[:, 0] != pairs[:, 1])], axis=0)
    where = np.flatnonzero(says_where(people.status))
    where = where[np.argsort(people.identity[where], kind="stable")]
    starts = np.searchsorted(people.identity[where], pairs[:, 1], side="left")
    counts = np.searchsorted(people.identity[where], pairs[:, 1], side="right") - starts
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(pairs[:, 0], counts), where[np.repeat(starts, counts) + within]


def _another_force(people: People, identity: Ints, record: Ints) -> Bools:
    """Whether a force other than the record's own holds an open claim on the identity."""
    force = people.force()
    first = people.first_by(np.where(people.claims, 0, 1).astype(np.int64))
    return np.asarray((people.forces_claiming()[identity] >= 2) | (force[first[identity]] != force[record]))
