"""Ages as of the extract: the band, and whether the person is under 18, whose record needs an extra guard (rule D23).

Invariant: an age is in whole years, a birthday of 29 February falling on 1 March in other years.
"""

from collections.abc import Mapping

import numpy as np

from reconcile.notification.columns import Coded, Days, Ints, Span
from reconcile.notification.days import anniversary
from reconcile.notification.rules import rules
from reconcile.notification.verdict import Answers, answers, reasons, verdict

NO_BIRTH_DATE = "no birth date is given"
OPEN = "the partial date leaves both answers open"


def bands_reached(birth: Days, as_of: Days, first_years: list[int]) -> Ints:
    """How many of the bands' first years of age have been reached, less one; -1 for an unknown birth date."""
    reached = [as_of >= anniversary(birth, 12 * years) for years in first_years]
    return np.asarray(np.sum(reached, axis=0), dtype=np.int64) - 1


def age_band(birth: Span, as_of: Days) -> Answers:
    """D23: the band the age on the extract's date lies in."""
    bands: Mapping[str, int] = rules()["age"]["bands"]
    youngest, oldest = (bands_reached(day, as_of, list(bands.values())) for day in (birth.hi, birth.lo))
    told = (youngest == oldest) & (youngest >= 0)
    words = (*bands, "CANNOT_TELL")
    value = Coded(np.where(told, youngest, len(bands)).astype(np.int32), words)
    why = (
        (~birth.known, NO_BIRTH_DATE),
        (~told & (birth.lo > as_of), "the birth date is after the extract's"),
        (~told, OPEN),
    )
    return Answers(value, reasons(len(as_of), *why))


def under_18(birth: Span, as_of: Days) -> Answers:
    """D23: under 18 on the extract's date; the 18th birthday itself is NO."""
    months = 12 * rules()["requirement"]["majority_years"]
    values = verdict(as_of < anniversary(birth.lo, months), as_of >= anniversary(birth.hi, months))
    return answers(values, (~birth.known, NO_BIRTH_DATE), ((values != 0) & (values != 2), OPEN))
