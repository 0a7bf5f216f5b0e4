"""What the forces of the survey scenario say of the people they have lost.

Decides the fields of each claim's row. Invariant: nobody is lost before being convicted, heard of after being lost, or
claimed after the notification period has ended, unless a truth is planted to that effect.
"""

import numpy as np

from reconcile.demo import convictions
from reconcile.demo.convictions import NO_DAY, Convictions
from reconcile.demo.people import Days, People
from reconcile.demo.recording import Rows
from reconcile.demo.survey import UNDATED, Plan
from reconcile.demo.tables import Ints, Texts, caseload, texts

YEAR = 365.25


def years(count: float) -> int:
    """Days of so many years."""
    return int(count * YEAR)


def cleared(rows: Rows, people: People, where: Ints) -> None:
    """Take what went wrong with dates and numbers out of these rows, in place; row and person have one index."""
    rows["birth"][where] = people.birth[where]
    rows["birth_text"][where] = ""
    rows["birth_last"][where] = NO_DAY
    rows["pnc"][where] = people.pnc[where]
    owned = set(people.pnc[where].tolist()) - {""}
    among = np.zeros(len(rows["person"]), dtype=bool)
    among[where] = True
    strangers = [place for place, pnc in enumerate(rows["pnc"]) if pnc in owned and not among[place]]
    rows["pnc"][strangers] = ""


def convict(rows: Rows, where: Ints, anchor: Days, as_of: np.datetime64, rng: np.random.Generator) -> None:
    """Convict the people of these rows before they were lost (``anchor``), with periods that still run
    ``as_of``, in place."""
    latest = anchor - 60
    young = rows["birth"][where] > latest - years(20)
    back = np.where(young, (rows["birth"][where] - (latest - years(20))).astype(np.int64) + 40, 0)
    rows["birth"][where] = rows["birth"][where] - back
    adult = rows["birth"][where] + years(18.1)
    long = (anchor < np.datetime64("2011-06-01")) | (rng.random(len(where)) < 0.45)
    floor = np.where(long, latest - years(8), as_of - years(9.3))
    first = np.maximum(np.maximum(adult, floor), convictions.SCHEME_START + 100)
    first = np.minimum(first, latest)
    date = first + (rng.random(len(where)) * ((latest - first).astype(np.int64) + 1)).astype(np.int64)
    months = np.where(long, rng.integers(30, 97, len(where)), rng.integers(7, 30, len(where)))
    put(rows, where, date, texts(["imprisonment"] * len(where)), months, as_of, rng=rng)


def put(  # noqa: PLR0917 - what is put where
    rows: Rows,
    where: Ints,
    date: Days,
    disposal: Texts,
    months: Ints,
    as_of: np.datetime64,
    *,
    rng: np.random.Generator,
) -> None:
    """Give these rows convictions of these days, disposals and months, in place."""
    count = len(where)
    order_end, order_text = convictions.orders(date, as_of, rng)
    until = np.where(np.isnat(rows["missing"][where]), as_of, rows["missing"][where])
    level, tool, assessed = convictions.risks(count, date, until, rng)
    period = np.where(months >= 30, 0, np.where(months > 6, 10, np.where(months > 0, 7, 5)))
    given = Convictions(
        date=date,
        court=convictions.courts(rows["force"][where], disposal, rng),
        country=texts(["United Kingdom"] * count),
        offence=rows["offence"][where],
        basis=texts(["conviction"] * count),
        disposal=disposal,
        months=months,
        order_end=order_end,
        order_text=order_text,
        period_end=convictions.ends(date, period),
        risk_level=level,
        risk_tool=tool,
        risk_assessed_on=assessed,
    )
    for name, values in vars(given).items():
        rows[name][where] = values


def claim(rows: Rows, where: Ints, plan: Plan, missing: Days, anchor: Days, *, rng: np.random.Generator) -> None:
    """Make these rows the plan's claims: status, day lost, last contact and notification, in place."""
    count = len(where)
    rows["force"][where] = plan.force
    rows["status"][where] = _statuses(plan, rng)
    rows["missing"][where] = missing
    rows["missing_text"][where] = ""
    rows["missing_last"][where] = NO_DAY
    contact = anchor - rng.integers(0, 12, count)
    notified = np.maximum(contact - rng.integers(1, 200, count), rows["date"][where] + 2)
    rows["contact"][where] = np.where(np.isnat(missing) & (rng.random(count) < 0.4), NO_DAY, contact)
    rows["notified"][where] = np.where(rng.random(count) < 0.1, NO_DAY, notified)
    rows["evidence"][where] = ""


def _statuses(plan: Plan, rng: np.random.Generator) -> Texts:
    found = texts(["whereabouts_unknown"] * len(plan))
    for slug, force in plan.table["forces"].items():
        here = np.flatnonzero(caseload().values[plan.force] == slug)
        found[rng.permutation(here)[: force["wanted"]]] = "wanted"
    return found


def partial(rows: Rows, row: int, form: str) -> None:
    """Leave of the day lost its year or month only, in place."""
    unit = "Y" if form == "year" else "M"
    day = rows["missing"][row]
    first = day.astype(f"datetime64[{unit}]")
    rows["missing"][row] = first.astype("datetime64[D]")
    rows["missing_last"][row] = (first + 1).astype("datetime64[D]") - 1
    written = day.astype(object)
    rows["missing_text"][row] = f"{written:%Y}" if form == "year" else f"{written:%b %Y}"


def anchors(plan: Plan, missing: Days, rng: np.random.Generator) -> Days:
    """The day each was lost, and for the undated a day they might have been, which no row will say."""
    guess = np.datetime64("2011-01-01") + rng.integers(0, years(6.5), len(plan))
    undated = np.array([year == UNDATED for year in plan.year])
    return np.where(undated, guess, missing)
