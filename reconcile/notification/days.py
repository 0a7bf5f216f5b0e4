"""Calendar arithmetic of the law, on whole columns of days.

Decides how years and months are counted. Invariant: an unknown day stays unknown.
"""

import numpy as np
import numpy.typing as npt

from reconcile.notification.columns import Days

FAR = np.datetime64("9999-12-31", "D")
"""The end of what has no end."""


def _shift(start: Days, months: npt.ArrayLike) -> tuple[Days, npt.NDArray[np.bool_]]:
    """``start`` moved by ``months``, held at the month's last day, and where it had to be held."""
    month = start.astype("datetime64[M]")
    into = start - month.astype("datetime64[D]")
    moved = month + np.asarray(months).astype("timedelta64[M]")
    length = (moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")
    held = np.asarray(into >= length)
    return moved.astype("datetime64[D]") + np.minimum(into, length - np.timedelta64(1, "D")), held


def corresponding(start: Days, months: npt.ArrayLike) -> Days:
    """The day of the same number ``months`` later; where there is none, the last day of that month."""
    return _shift(start, months)[0]


def anniversary(start: Days, months: npt.ArrayLike) -> Days:
    """The day on which ``months`` have run; where the number is missing, the first of the next month."""
    moved, held = _shift(start, months)
    return np.asarray(moved + held.astype("timedelta64[D]"))


def last_day(start: Days, months: int) -> Days:
    """The last day of a period of ``months`` beginning with ``start``, that day included (SOA 2003 s.82).

    Of whole years, the day is taken off first and the years added after, 29 February held to the 28th (rule D1).
    A half period of odd months ends the day before its corresponding day, since months differ in length.
    """
    if months % 12 == 0:
        return corresponding(start - np.timedelta64(1, "D"), months)
    return np.asarray(anniversary(start, months) - np.timedelta64(1, "D"))
