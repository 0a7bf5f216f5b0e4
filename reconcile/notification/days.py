"""Calendar arithmetic of the law, on whole columns of days.

Decides how years and months are counted. Invariant: an unknown day stays unknown.
"""

import numpy as np
import numpy.typing as npt

from reconcile.notification.columns import Days

FAR = np.datetime64("9999-12-31", "D")
"""The end of what has no end."""

LONG_AGO = np.datetime64("0001-01-01", "D")
EVERY_DAY = int((FAR - LONG_AGO).astype(np.int64)) + 1
"""How many days the calendar has here: with it a day and what goes with it are one number."""

_SEVERAL = 1000


def _each_once(start: Days) -> tuple[Days, npt.NDArray[np.int64]] | None:
    """Every day from the first to the last of ``start``, and ``NaT``, with the place of each of its days among them.

    Calendars are slow and registers hold few days: so each is reckoned once. None where the days lie too far apart.
    """
    number = start.astype(np.int64)
    known = ~np.isnat(start)
    if not known.any():
        return None
    first = int(number.min(where=known, initial=np.iinfo(np.int64).max))
    last = int(number.max(where=known, initial=np.iinfo(np.int64).min))
    if last - first > start.size // 4:
        return None
    days = np.append(np.arange(first, last + 1).astype("datetime64[D]"), np.datetime64("NaT", "D"))
    return days, np.where(known, number - first, len(days) - 1)


def _shift(start: Days, months: int) -> tuple[Days, npt.NDArray[np.bool_]]:
    """``start`` moved by ``months``, held at the month's last day, and where it had to be held."""
    if start.size > _SEVERAL and (table := _each_once(start)) is not None:
        days, place = table
        to, was_held = _shift(days, months)
        return to[place], was_held[place]
    month = start.astype("datetime64[M]")
    into = start - month.astype("datetime64[D]")
    moved = month + np.timedelta64(months, "M")
    length = (moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")
    held = np.asarray(into >= length)
    return moved.astype("datetime64[D]") + np.minimum(into, length - np.timedelta64(1, "D")), held


def corresponding(start: Days, months: int) -> Days:
    """The day of the same number ``months`` later; where there is none, the last day of that month."""
    return _shift(start, months)[0]


def anniversary(start: Days, months: int) -> Days:
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
