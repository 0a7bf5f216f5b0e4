"""What a force does to find a person: reviews of the enquiries, and circulation on PNC (rules D19, D20).

Invariant: what the force does not say is not held against it: a blank is CANNOT_TELL.
"""

import numpy as np

from reconcile.notification.cases import Cases
from reconcile.notification.columns import Bools, Ints, coded, span
from reconcile.notification.rules import rules
from reconcile.notification.verdict import CANNOT_TELL, Answers, answers, number, verdict


def allowed_days(of: Cases) -> tuple[Ints, Ints]:
    """The fewest and the most days between reviews at the record's risk; over all levels where it is not known."""
    table: dict[str, int] = rules()["review"]["days"]
    risk = coded(of.records["risk_level"])
    least, most = (np.full(of.count, pick(table.values()), dtype=np.int64) for pick in (min, max))
    for level, days in table.items():
        least[risk.among(level)] = most[risk.among(level)] = days
    return least, most


def stale_missing_review(of: Cases) -> tuple[Answers, Bools]:
    """D19: of a claimed record, more days since the last review of the enquiries than its risk allows."""
    reviewed = span(of.records["last_reviewed"])
    least, most = (days.astype("timedelta64[D]") for days in allowed_days(of))
    values = verdict(of.as_of - reviewed.hi > most, of.as_of - reviewed.lo <= least)
    said = (
        (~reviewed.known, "no date of a review is given"),
        ((values == CANNOT_TELL) & (least != most), "the risk is not given, or is no level of the table"),
        (values == CANNOT_TELL, "the partial date leaves both answers open"),
    )
    since = number(of.as_of - reviewed.day, np.ones(of.count, dtype=bool))
    return answers(values, *said, days=since), of.who.claims


def no_circulation(of: Cases) -> tuple[Answers, Bools]:
    """D20: the whereabouts are unknown and no wanted or locate marker is on PNC."""
    circulated = coded(of.records["circulated"])
    values = verdict(circulated.among("no"), circulated.among("yes"))
    said = (values == CANNOT_TELL, "whether the person is circulated is not given")
    return answers(values, said), of.status.among("whereabouts_unknown")
