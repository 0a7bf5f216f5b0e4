"""The facts as named predicates over columns, each with its rule in its docstring.

Invariant: a predicate sees values, never names or nationality, and decides one thing. Sources: ``rules.toml``.
"""

import numpy as np
import numpy.typing as npt

from reconcile.notification.columns import Bools, Days, Span, Strings
from reconcile.notification.days import corresponding
from reconcile.notification.rules import rules
from reconcile.notification.verdict import Codes, verdict, whether

UNDATED = "UNDATED"


def whereabouts_unknown(status: Strings) -> Codes:
    """S1: the force's own claim says the whereabouts are unknown."""
    return whether(np.asarray(status == "whereabouts_unknown"))


def wanted(status: Strings) -> Codes:
    """S2: the force's own claim says wanted: subject to notification and a live warrant in force."""
    return whether(np.asarray(status == "wanted"))


def double_claimed(forces_claiming: npt.NDArray[np.int64]) -> Codes:
    """D15: two or more forces hold an open claim on one person, who counts once."""
    return whether(np.asarray(forces_claiming >= 2))


def over_a_decade(missing_since: Span, as_of: Days) -> Codes:
    """D9: as of the extract, more than ten years since the person went missing; the tenth anniversary itself is NO.

    A partial date is YES if even its last day is that long ago, NO if even its first is not.
    """
    months = 12 * rules()["decade"]["years"]
    return verdict(
        np.asarray(as_of > corresponding(missing_since.hi, months)),
        np.asarray(as_of <= corresponding(missing_since.lo, months)),
    )


def cohort_year(missing_since: Span) -> Strings:
    """D10: the year the open episode began; a partial date counts where all of it lies in one year, else UNDATED."""
    first, last = missing_since.lo.astype("datetime64[Y]"), missing_since.hi.astype("datetime64[Y]")
    return np.where(first == last, first.astype(str), UNDATED).astype(object)


def says_where(status: Strings) -> Bools:
    """Whether a record's status says where the person is: located, custody, hospital, dead, abroad and known."""
    return np.isin(status, rules()["located"]["statuses"])


def seen_since(missing_since: Span, last_contact: Span, status: Strings) -> Codes:
    """D14: a record that says where the person is, with a last contact after the person went missing.

    Death needs no later contact. Where either date is missing or they overlap, it cannot be told which came first.
    """
    final = np.isin(status, rules()["located"]["final_statuses"])
    return verdict(
        np.asarray(final | (last_contact.lo > missing_since.hi)),
        np.asarray(last_contact.hi <= missing_since.lo),
    )
