"""The figures of a release beside their bands, for the person who signs it off.

Decides how a figure, the one before it and what it may be read. Invariant: a figure is marked where ``bands`` says so
and nowhere else; of single forces only those outside are told.
"""

from dataclasses import dataclass

from reconcile.national.bands import Counts, Figures, breaks, table


@dataclass(frozen=True)
class Beside:
    """A figure, what it was in the release before ("" where that is no question) and what it may be, in words.

    ``broken`` is the sentence that says how it is outside its band, "" where it is not.
    """

    band: str
    figure: str
    before: str
    now: str
    within: str
    broken: str = ""


def beside(now: Figures, before: Figures, changed: Counts) -> tuple[Beside, ...]:
    """Every figure that has a band, in the order of the table, then each force that is outside its own.

    Args:
        now: the statistics to be published. before: those of the release before.
        changed: ``Changes.counts()`` between the two.
    """
    outside = breaks(now, before, changed)
    said = dict(outside)
    claims = (now["gross_claims"], before["gross_claims"])
    people = (now["distinct_people"]["high"], before["distinct_people"]["high"])
    answered = (now["forces_answered"], before["forces_answered"])
    overlap = (now["overlap"]["low"], before["overlap"]["low"])
    undated = (now["by_year_lost"].get("UNDATED", 0), before["by_year_lost"].get("UNDATED", 0))
    rows = [
        _count("gross_claims", "Open claims", claims, claims[1]),
        _count("distinct_people", "Distinct people, at most", people, people[1]),
        _share("overlap", "Certain second claims", overlap, claims),
        _count("forces_answered", "Forces that answered", answered, 1),
        _share("undated", "Undated claims", undated, claims),
        _most("withdrawn", "Claims gone, nobody found", -changed["withdrawn"]["claims"], claims[1]),
        _most("corrected", "Claims their forces corrected", changed["corrected"]["rows"], claims[1]),
    ]
    known = [Beside(*row, broken=said.get(row[0], "")) for row in rows]
    return (*known, *(Beside(band, "One force", "", "", "", told) for band, told in outside if band == "force_claims"))


Row = tuple[str, str, str, str, str]


def _count(band: str, figure: str, counts: tuple[int, int], of: int) -> Row:
    """A count between a least and a greatest; differences of fewer than ``at_least`` never break it."""
    limits, (now, before) = table()[band], counts
    free = limits.get("at_least", 1) - 1
    low = before - max(int(limits["falls_by"] * of), free)
    high = before + max(int(limits["rises_by"] * of), free)
    return band, figure, f"{before:,}", f"{now:,}", f"{max(low, 0):,} to {high:,}"


def _share(band: str, figure: str, parts: tuple[int, int], of: tuple[int, int]) -> Row:
    now, before = (
        f"{part:,} of {whole:,} ({100 * part / whole:.0f} %)" if whole else f"{part:,}"
        for part, whole in zip(parts, of, strict=True)
    )
    points = round(100 * table()[band]["moves_by"])
    return band, figure, before, now, f"share moves {points} points at most"


def _most(band: str, figure: str, count: int, claims: int) -> Row:
    most = max(int(table()[band]["share"] * claims), table()[band]["at_least"] - 1)
    return band, figure, "", f"{count:,}", f"{most:,} at most"
