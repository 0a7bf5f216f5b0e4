"""What synthetic people were convicted of, and what follows from it.

Decides offence, court, disposal, dates, order and risk. Invariant: everybody was 18 when convicted and nobody's
notification period has ended by the date given, so that a lapsed one is there only where a scenario plants it.
"""

from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reconcile.demo import homes
from reconcile.demo.people import Days
from reconcile.demo.tables import Choice, Ints, Texts, caseload, choice, number, read_toml, texts

FIRST_AS_OF = np.datetime64("2018-02-26")
SCHEME_START = np.datetime64("1997-09-01")
NO_DAY = np.datetime64("NaT", "D")
OPEN_ENDED = "until further order"
Self = TypeVar("Self", bound="Convictions")


@dataclass(frozen=True)
class Convictions:
    """Arrays of one place each: text "" where none, days NaT where none, ``months`` -1 where no sentence."""

    date: Days
    court: Texts
    country: Texts
    offence: Texts
    basis: Texts
    disposal: Texts
    months: Ints
    order_end: Days
    order_text: Texts
    period_end: Days
    risk_level: Texts
    risk_tool: Texts
    risk_assessed_on: Days

    def take(self: Self, index: Ints) -> Self:
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    def put(self, index: Ints, other: "Convictions") -> None:
        for field in fields(self):
            getattr(self, field.name)[index] = getattr(other, field.name)


def _table(kind: str) -> Choice:
    rows: list[Any] = read_toml("offences.toml")[kind]
    return choice(rows, np.array([row["share"] for row in rows]))


def draw(force: Ints, birth: Days, as_of: np.datetime64, rng: np.random.Generator) -> Convictions:
    """A conviction of each person before ``as_of``, still in force then."""
    count = len(force)
    how = _table("disposal").at(rng.random(count))
    disposal = texts([row["code"] for row in how])
    scottish = force == int(np.flatnonzero(caseload().values == "police-scotland")[0])
    disposal[scottish & (disposal == "caution")] = "community_order"
    low = np.array([row["months"][0] if row["months"] else -1 for row in how], dtype=np.int64)
    high = np.array([row["months"][1] if row["months"] else -1 for row in how], dtype=np.int64)
    months = np.where(low > 0, low + (rng.random(count) ** 2 * (high - low + 1)).astype(np.int64), -1)
    years = np.array([row["years"] for row in how], dtype=np.int64)
    first = np.maximum(birth + 18 * 366, SCHEME_START)
    first = np.maximum(first, np.where(years > 0, as_of - (years * 365 - 40), first))
    span = (as_of - 30 - first).astype(np.int64)
    date = first + (rng.random(count) ** 0.8 * np.maximum(span, 0)).astype(np.int64)
    date -= np.where((date.astype(np.int64) + 3) % 7 >= 5, 2, 0)  # courts do not sit at weekends
    late = span <= 0
    date[late] = (as_of - 20) - rng.integers(0, 8, late.sum())
    order_end, order_text = orders(date, as_of, rng)
    level, tool, assessed = risks(count, date, as_of, rng)
    return Convictions(
        date=date,
        court=courts(force, disposal, rng),
        country=texts(["United Kingdom"] * count),
        offence=texts([row["name"] for row in _table("offence").at(rng.random(count))]),
        basis=texts(["caution" if code == "caution" else "conviction" for code in disposal]),
        disposal=disposal,
        months=months,
        order_end=order_end,
        order_text=order_text,
        period_end=ends(date, years),
        risk_level=level,
        risk_tool=tool,
        risk_assessed_on=assessed,
    )


def ends(date: Days, years: Ints) -> Days:
    """Last day of a period of ``years`` beginning with each date; NaT where 0, which is indefinite."""
    start = (date - 1).astype("datetime64[M]")
    day = (date - 1) - start.astype("datetime64[D]")
    month = start + 12 * years
    last = (month + 1).astype("datetime64[D]") - 1
    return np.where(years > 0, np.minimum(month.astype("datetime64[D]") + day, last), NO_DAY)


def orders(date: Days, as_of: np.datetime64, rng: np.random.Generator) -> tuple[Days, Texts]:
    count = len(date)
    end = date + rng.choice([5, 7, 10], count) * 365
    has = rng.random(count) < number("convictions", "order")
    open_ended = has & (rng.random(count) < 0.15)
    end[~has | open_ended | (end <= as_of)] = NO_DAY
    return end, texts([OPEN_ENDED if each else "" for each in open_ended])


def risks(
    count: int, since: Days, as_of: Days | np.datetime64, rng: np.random.Generator
) -> tuple[Texts, Texts, NDArray[np.datetime64]]:
    """Risk level, tool and day of assessment, about a twentieth of them missing."""
    level = texts(["very_high", "high", "medium", "low"])[np.searchsorted([0.04, 0.26, 0.7], rng.random(count))]
    tool = texts(["ARMS", "RM2000", "OASys"])[np.searchsorted([0.6, 0.9], rng.random(count))]
    assessed = np.maximum(as_of - rng.integers(5, 420, count), since)
    none = rng.random(count) < number("missing", "risk")
    level[none] = tool[none] = ""
    assessed[none] = NO_DAY
    return level, tool, assessed


def courts(force: Ints, disposal: Texts, rng: np.random.Generator) -> Texts:
    town = homes.towns(force, rng)
    slugs = caseload().values[force]
    crown = rng.random(len(force)) < 0.7
    found = []
    for (name, *_), slug, high, code in zip(town, slugs, crown, disposal, strict=True):
        if code == "caution":
            found.append("")
        elif slug == "police-scotland":
            found.append(f"High Court at {name}" if code == "life" else f"{name} Sheriff Court")
        else:
            found.append(f"{name} {'Crown' if high or code in ('life', 'imprisonment') else 'Magistrates'} Court")
    return texts(found)
