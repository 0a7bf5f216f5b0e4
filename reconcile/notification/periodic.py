"""The periodic notification (SOA 2003 s.85): whether it goes by the week, when it is due, whether it is overdue.

Invariant: the clock runs from the last notification under s.83(1), 84(1) or 85(1); a change told under s.83(5)(h)
does not set it back; in custody, in hospital and abroad it stands still.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from reconcile.notification.cases import OPEN_END, Cases
from reconcile.notification.columns import Bools, Elements, Ints, Span, coded, elements, mask
from reconcile.notification.days import FAR
from reconcile.notification.exemptions import exempt, not_put_off
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, NO, YES, Answers, Codes, answers, number, verdict

EXEMPT = "exempt: in custody, in hospital or abroad"


@dataclass(frozen=True)
class Periodic:
    """``cycle`` and ``due``: the end of the period before and after times exempt, by the row ``rule_set``."""

    found: Codes
    due: Span
    rule_set: Ints


def regularly_found(of: Cases) -> Codes:
    """D5, its part: the last home address is a place where the person can regularly be found (s.83(7)(b)).

    So the force says, or so the address reads ("NFA"); an address that reads otherwise is a home.
    """
    residence = coded(of.records["residence"])
    addresses, absent = elements(of.records["addresses"]), elements(of.records["absent"])
    here = addresses.coded("kind").among("current")
    nfa = _any(of.count, addresses, here & (_reads_nfa(addresses, "address") | _reads_nfa(addresses, "postcode")))
    nfa |= _any(of.count, absent, absent.coded("field").among("address", "postcode") & _reads_nfa(absent, "text"))
    home = _any(of.count, addresses, here) | residence.among("sole_or_main")
    return verdict(residence.among("regularly_found") | nfa, home)


def _any(count: int, of: Elements, rows: Bools) -> Bools:
    return np.bincount(of.owner[rows], minlength=count) > 0


def _reads_nfa(of: Elements, field: str) -> Bools:
    """Whether a text reads as no fixed abode, by the table of such words; Arrow's expressions know no look-around."""
    pattern = rules()["regularly_found"][field if field == "postcode" else "text"]
    found = pc.match_substring_regex(pc.struct_field(of.values, field), pattern, ignore_case=True)
    return mask(found)


def periodic(of: Cases) -> Periodic:
    """D3: when the period ends that began with the last notification: a week or a year, by the rule of that day.

    A year ends on the corresponding day, on the last of the month where there is none.
    """
    found = regularly_found(of)
    yearly = of.sets.due("periodic", of.jurisdiction, of.last, from_commencement=True)
    weekly = of.sets.due("regularly_found", of.jurisdiction, of.last, from_commencement=True)
    cycle = weekly.day.where(found == YES, yearly.day)
    return Periodic(found, of.exempt.postpone(cycle), np.where(found == YES, weekly.rule_set, yearly.rule_set))


def nfa_weekly(of: Cases, clock: Periodic) -> Answers:
    """D5: the weekly cycle applies: the home is a place where the person is found, and such a rule is in force."""
    row = of.sets.on("regularly_found", of.jurisdiction, of.as_of)
    prescribed = of.sets.numbers("days", row) > 0
    stopped, untold = of.stopped(), of.untold()
    values = np.where(prescribed, clock.found, NO)
    values = np.where(untold[0][0] | (of.open & (values == YES)), CANNOT_TELL, values)
    for over, _ in stopped:
        values = np.where(over, NO, values)
    return answers(
        values.astype(np.int8),
        *stopped,
        untold[0],
        (of.open & (values == CANNOT_TELL), OPEN_END),
        (~prescribed, "no weekly cycle is in force in this place at that date"),
        (clock.found == YES, "the home is a place where the person can regularly be found"),
        (clock.found == CANNOT_TELL, "neither a home address nor its kind is given"),
        rule_set=row,
    )


def periodic_due(of: Cases, clock: Periodic) -> Answers:
    """D3: a periodic notification is due, and on which day; NO while exempt, dead or no longer required."""
    off, told = exempt(clock.due), clock.due.known
    gone, known = of.stopped(), of.untold()
    left_open = told & ~off & (clock.due.hi >= FAR)
    values = np.where(told & ~left_open, np.where(off, NO, YES), CANNOT_TELL)
    values = overruled(of, values, gone, known)
    return answers(
        values,
        *gone,
        *known,
        (off, EXEMPT),
        (of.open & (values == CANNOT_TELL), OPEN_END),
        (~of.last.known, "no date of a notification is given"),
        (~told, "no rule set was in force"),
        (left_open, "whether the day fell into a time exempt, and whether that goes on, is left open"),
        (clock.found == CANNOT_TELL, "by the year: the kind of home is not given"),
        (~clock.due.one, "the dates as sent leave the day open"),
        day=np.where(values == YES, not_put_off(clock.due).day, np.datetime64("NaT", "D")),
        rule_set=clock.rule_set,
    )


def periodic_overdue(of: Cases, clock: Periodic) -> Answers:
    """D4: as of the extract the due day, put off by times exempt, is past; how many days."""
    off = exempt(clock.due)
    gone, known = of.stopped(), of.untold()
    values = overruled(of, verdict(of.as_of > clock.due.hi, (of.as_of <= clock.due.lo) | off), gone, known)
    due = not_put_off(clock.due)
    runs = ~off & ~gone[0][0] & ~gone[1][0] & (values != CANNOT_TELL)
    over = np.maximum(of.as_of - due.day, np.timedelta64(0, "D"))
    return answers(
        values,
        *gone,
        *known,
        (off, EXEMPT),
        (of.open & (values == CANNOT_TELL), OPEN_END),
        (~of.last.known, "no date of a notification is given"),
        (~due.known, "no rule set was in force"),
        (values == CANNOT_TELL, "the dates as sent leave both answers open"),
        (clock.found == CANNOT_TELL, "by the year: the kind of home is not given"),
        day=np.where(runs, due.day, np.datetime64("NaT", "D")),
        days=number(over, runs),
        rule_set=clock.rule_set,
    )


Reasons = tuple[tuple[Bools, str], ...]


def overruled(of: Cases, values: Codes, gone: Reasons, untold: Reasons) -> Codes:
    """NO where no duty runs, CANNOT_TELL where nothing can be told of it or a YES where it may run no more."""
    over, open_ = (np.logical_or.reduce([rows for rows, _ in said]) for said in (gone, untold))
    open_ = open_ | (of.open & (values == YES))
    return np.where(over, NO, np.where(open_, CANNOT_TELL, values)).astype(np.int8)
