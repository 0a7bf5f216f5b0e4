"""The people and claims on the list by what is known of them, made ready to draw and to read.

Decides what is drawn, in which order, and in which words a figure says what it rests on. Invariant: no figure is made
here but sums of the statistics' own; what is not known has a bar or a row of its own and never stands as nought.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.national.claims import cuts
from reconcile.national.flow import CANNOT_TELL
from reconcile.render.charts import Bar, Bars, captions
from reconcile.render.look import ordered, word

Figures = Mapping[str, Any]

BRIDGE: Final = ("whereabouts unknown", "wanted", "abroad at a known place: not missing")
HALF: Final = 300
"""Pixels of the longest bar of a chart that stands beside another."""


def bridge(statistics: Figures, of: str) -> Bars:
    """From whereabouts unknown over wanted to either, with those abroad at a known place beside; ``of`` "claims" or
    "people". Who is both stands where the first two bars overlap.
    """
    by = {name: entry[of] for name, entry in statistics["by_status"].items()}
    before = by["whereabouts_unknown"] - by["both"]
    bars = (
        Bar("A unknown", (by["whereabouts_unknown"], 0, 0)),
        Bar("B wanted", (0, by["wanted"], 0), start=before),
        Bar("C either", (by["whereabouts_unknown"], by["either"] - by["whereabouts_unknown"], 0)),
        Bar(" ", (0, 0, 0)),
        Bar("abroad", (0, 0, abroad(statistics)[of])),
    )
    counted = {"claims": "Open claims", "people": "People on the list"}[of]
    both = f" Both: {by['both']}." if by["both"] else ""
    return Bars(
        name=f"bridge-{of}",
        title=f"{counted} by definition",
        description=f"{counted} whose whereabouts are unknown, who are wanted, and either. {captions(bars)}.{both}",
        series=BRIDGE,
        bars=bars,
        upright=False,
        broad=HALF,
    )


def abroad(statistics: Figures) -> dict[str, int]:
    """Who is abroad at a known place and not missing: the records that say so, and the people no claim is held on."""
    known = statistics["by_national_status"].get("ABROAD_LOCATION_KNOWN", {"people": 0, "claimed": 0})
    return {"claims": statistics["abroad_known"], "people": known["people"] - known["claimed"]}


def by_risk(statistics: Figures) -> Bars:
    """Open claims by the claiming force's risk level, in the order of the statistics: not known stands above low."""
    counts = {**dict.fromkeys(cuts()["risk"]["levels"], 0), **statistics["by_risk"]}
    return _lying("risk", "Open claims by risk level", counts, "risk")


def by_age(statistics: Figures) -> Bars:
    """Open claims by the person's age as of the extract."""
    return _lying("age", "Open claims by the person’s age", ordered(statistics["by_age"], "age_band"), "age_band")


def by_review(statistics: Figures) -> Bars:
    """Open claims by the days since the force last reviewed its enquiries."""
    return _lying(
        "review",
        "Open claims by the last review of the enquiries",
        ordered(statistics["by_review"], "review"),
        "review",
    )


def _lying(name: str, title: str, counts: Mapping[str, int], group: str) -> Bars:
    bars = tuple(Bar(word(code, group), (count,)) for code, count in counts.items())
    return Bars(
        name=name,
        title=title,
        description=f"{title}. {captions(bars)}.",
        series=("open claims",),
        bars=bars,
        upright=False,
        broad=HALF,
    )


def rests_on(statistics: Figures) -> dict[str, str]:
    """For each figure that needs a field, a sentence saying on how many claims and forces it rests."""
    return {
        figure: (
            f"Rests on {_of(entry['given'], entry['of'])} claims with {word(figure, 'rests_on')},"
            f" sent by {_of(entry['forces'], entry['of_forces'])} forces with claims."
        )
        for figure, entry in statistics["rests_on"].items()
    }


def _of(part: int, whole: int) -> str:
    return f"all {whole:,}" if part == whole and whole else f"{part:,} of {whole:,}"


def statuses(statistics: Figures) -> list[tuple[str, int, int]]:
    """National status in words, the people on the list and all people; without those nobody falls under."""
    every = ordered(statistics["by_national_status"], "national_status")
    return [
        (word(code, "national_status"), entry["claimed"], entry["people"])
        for code, entry in every.items()
        if entry["people"]
    ]


@dataclass(frozen=True)
class Flow:
    """What began and ended in a period, in words: "4", "4 to 9"; ``forces`` that can tell, None of ``rows`` if none."""

    period: str
    forces: int
    new: str
    found: str
    otherwise: str


def flows(statistics: Figures) -> list[Flow]:
    """The periods of which any force can tell; [] where none can."""
    return [
        Flow(
            word(period, "flow"),
            entry["forces"],
            *(bounds(entry[name]) for name in ("new", "found", "ended_otherwise")),
        )
        for period, entry in ordered(statistics["flow"], "flow").items()
        if entry["forces"]
    ]


def bounds(count: Mapping[str, int] | str) -> str:
    """A count at least and at most as text: one number where they meet, "" where it cannot be told."""
    if isinstance(count, str):
        return "" if count == CANNOT_TELL else count
    low, high = count["low"], count["high"]
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def undated(statistics: Figures) -> Sequence[str]:
    """Why claims are undated, each as "60 withheld by the force"; those no claim falls under are left out."""
    return [f"{count:,} {word(why, 'undated')}" for why, count in statistics["undated"].items() if count]
