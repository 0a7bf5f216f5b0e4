"""One status a person, from what all forces say (rule S3); each force's own claim stands beside it.

Invariant: a claim is never overruled: where certain records of forces disagree the status is CONFLICT, and a
requirement that has ended takes nobody off the list whom a force claims missing.
"""

import numpy as np

from reconcile.notification.cases import Cases
from reconcile.notification.columns import Bools, Coded, Ints
from reconcile.notification.people import People
from reconcile.notification.rules import rules
from reconcile.notification.verdict import Answers, reasons

NO_WORD = -1


def words() -> tuple[str, ...]:
    """The statuses in the order of the table, then CONFLICT and CANNOT_TELL."""
    return (*rules()["national_status"]["words"], "CONFLICT", "CANNOT_TELL")


def of_record(of: Cases, breach: Bools, overseas: Ints) -> Ints:
    """What each record says, as a place in ``words``; ``NO_WORD`` of one that says nothing of where the person is.

    ``breach``: a duty was failed (D4, D6, D7, D8); ``overseas``: the grade of D13.
    """
    table, known = rules()["national_status"], words()
    place = np.full(of.count, NO_WORD, dtype=np.int64)
    for status, word in table["by_status"].items():
        place[of.status.among(status)] = known.index(word)
    claimed, grades = of.who.claims, rules()["overseas"]["grades"]
    place[claimed & (overseas > 0)] = known.index(table["claimed_overseas"])
    place[claimed & (overseas == grades.index(rules()["overseas"]["known_grade"]))] = known.index(
        table["known_overseas"]
    )
    located = of.status.among("located")
    place[located & breach] = known.index(table["breach"])
    place[located & of.over] = known.index("REQUIREMENT_ENDED")
    return place


def certain(who: People, speaks: Bools) -> Bools:
    """Of each identity the records that verified links and decisions hold to be one with its first claim, or where
    nobody claims with its first record that says something."""
    order = np.where(who.claims, 0, np.where(speaks, 1, 2)).astype(np.int64)
    return np.asarray(who.firm == who.firm[who.first_by(order)][who.identity])


def national_status(of: Cases, breach: Bools, overseas: Ints) -> tuple[Answers, Bools]:
    """S3: the word all certain records agree on, the more telling of two that do not exclude each other, or CONFLICT.

    The second part: the records it rests on.
    """
    who, known = of.who, words()
    place = of_record(of, breach, overseas)
    asked = (place != NO_WORD) & certain(who, place != NO_WORD)
    value = who.greatest(place + 1, asked) - 1
    conflict = np.zeros(len(value), dtype=bool)
    for word in known[:-2]:
        goes_with = {word, *rules()["national_status"]["goes_with"].get(word, ())}
        against = asked & (value == known.index(word))[who.identity]
        conflict |= who.any_of(against & ~np.isin(place, [known.index(one) for one in goes_with]))
    value = np.where(conflict, known.index("CONFLICT"), np.where(value == NO_WORD, known.index("CANNOT_TELL"), value))
    ended = who.any_of(of.over) & who.any_of(who.claims)
    why = reasons(
        len(value),
        (conflict, "the forces' certain records disagree"),
        (value == known.index("CANNOT_TELL"), "no record says where the person is"),
        (ended, "claimed missing after the requirement has ended"),
    )
    return Answers(Coded(value.astype(np.int32), known), why), asked | ~who.any_of(asked)[who.identity]


def breached(*found: tuple[Answers, Bools]) -> Bools:
    """Whether any of these answers is YES, each where it is asked."""
    out = np.zeros(len(found[0][1]), dtype=bool)
    for one, asked in found:
        out |= asked & one.value.among("YES")
    return out
