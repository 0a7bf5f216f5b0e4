"""Whose person it is: who owns them, and whether a handover left them with nobody (rules D16, D17).

Invariant: one force or none; where days spent in an area would decide, which nobody sends, it cannot be told.
"""

from collections.abc import Collection

import numpy as np

from reconcile.notification.areas import force_of_address
from reconcile.notification.columns import NAT, Bools, Coded, Ints, Span, coded
from reconcile.notification.people import People
from reconcile.notification.rules import rules
from reconcile.notification.verdict import Answers, Codes, reasons, verdict

NOBODY = "handed over, and no other force holds a record"
AWAY = "the last address lies in the area of another force, which holds no record"
SILENT = "handed over to a force that has sent no records or living in its area, or may have been"


def handed_over(who: People) -> Bools:
    """Records of forces that say they have handed the person over."""
    to = coded(who.records["transferred_to"])
    return np.asarray(to.known | coded(who.records["status"]).among("transferred"))


def unclaimed(who: People, silent: Collection[str]) -> tuple[Codes, Bools, Bools]:
    """D16: a force has handed the person over and no other force holds them; or the last address lies in the area of a
    force that holds no record. And the records it rests on: those handed over, those of such an address.

    A record of the force itself that is not handed over is a holding, too. Whoever may have been handed over to one of
    the forces that are ``silent``, or lives in its area, may be held there.
    """
    over, (away, area) = handed_over(who), lives_away(who)
    nobody = who.any_of(over) & ~who.any_of(~over)
    to = coded(who.records["transferred_to"])
    may_be_held = who.any_of(over & (to.among(*silent) | (~to.known & bool(silent))))
    unheld = who.any_of(away & ~area.among(*silent))
    return verdict((nobody & ~may_be_held) | unheld, ~nobody & ~who.any_of(away)), over, away


def lives_away(who: People) -> tuple[Bools, Coded]:
    """Records not handed over of people at liberty, or lost, whose last address lies in the area of another force that
    holds no record of them; and the force of each address."""
    area, own = force_of_address(who), coded(who.records["force"])
    numbers = np.array([*(own.words.index(slug) if slug in own.words else -2 for slug in area.words), -1])
    there, own_there = numbers[area.codes], own.codes.astype(np.int64)
    asked = area.known & (there != own_there) & ~handed_over(who)
    asked &= coded(who.records["status"]).among(*rules()["unclaimed"]["statuses"])
    each = len(own.words)
    held = np.isin(who.identity * each + there, who.identity * each + own_there) & (there >= 0)
    return asked & ~held, area


def by_notification(who: People, last: Span) -> tuple[Ints, Bools]:
    """s.91A(4): the force of the most recent notification, as a number, -1 where none is given; and whether two
    forces tie, or partial dates leave open which was the last."""
    force, count = who.force(), len(who.national_ids)
    known = last.known
    floor = np.full(count, NAT)
    np.fmax.at(floor, who.identity[known], last.lo[known])
    could_be = known & (last.hi >= floor[who.identity])
    least, most = np.full(count, np.iinfo(np.int64).max), np.full(count, -1, dtype=np.int64)
    np.minimum.at(least, who.identity[could_be], force[could_be])
    np.maximum.at(most, who.identity[could_be], force[could_be])
    return most, least < most


def _only(who: People, rows: Bools) -> Ints:
    """The one force of an identity's ``rows``, -1 where there is none or several."""
    force, count = who.force(), len(who.national_ids)
    least, most = np.full(count, np.iinfo(np.int64).max), np.full(count, -1, dtype=np.int64)
    np.minimum.at(least, who.identity[rows], force[rows])
    np.maximum.at(most, who.identity[rows], force[rows])
    return np.where(least == most, most, -1)


def owner_force(who: People, last: Span) -> tuple[Answers, Bools]:
    """D17: the force of the most recent notification; of a tie, the one that has not handed the person over; without
    any notification the only force there is, the only one that has not handed over, or the only one that claims.

    ``last``: the last notification of each record. The second part: the records the answer rests on.
    """
    notified, tie = by_notification(who, last)
    alone, holds = _only(who, np.ones(len(who.identity), dtype=bool)), _only(who, ~handed_over(who))
    claims = _only(who, who.claims)
    undated = notified < 0
    steps = (
        (alone >= 0, alone, "the only force that holds a record"),
        (~undated & ~tie, notified, "the most recent notification"),
        (tie & (holds >= 0), holds, "of forces notified last, the one that has not handed over"),
        (undated & (claims >= 0), claims, "no notification is dated: the only force that claims, the last owner"),
        (undated & (holds >= 0), holds, "no notification is dated: the only force that has not handed over"),
    )
    owner = np.select([rows for rows, _, _ in steps], [force for _, force, _ in steps], -1)
    why = reasons(
        len(owner),
        *((rows, sentence) for rows, _, sentence in steps),
        (tie, "several forces may have been notified last; the days spent in each area are not sent"),
        (undated, "several forces, and no date of a notification"),
    )
    slugs = coded(who.records["force"]).words
    value = Coded(np.where(owner < 0, len(slugs), owner).astype(np.int32), (*slugs, "CANNOT_TELL"))
    rests = who.force() == owner[who.identity]
    return Answers(value, why), rests | ~who.any_of(rests)[who.identity]
