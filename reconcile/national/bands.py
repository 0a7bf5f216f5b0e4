"""The figures of a release beside those of the one before: counts, coverage, shares, within bands.

Decides when a person must say why a release may differ so much; the numbers are in ``bands.toml``. Invariant: figures
alone are compared, so that a sentence holds counts and names of forces only; a first release breaks none.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Figures = Mapping[str, Any]
Counts = Mapping[str, Mapping[str, int]]
Break = tuple[str, str]
"""The key of a band, and the sentence that says how it is broken."""


@cache
def table() -> Mapping[str, Any]:
    """The bands as data: per band its limits, ``at_least`` in claims or people, its sentence and why it is watched."""
    return tomllib.loads(files(__package__).joinpath("bands.toml").read_text(encoding="utf-8"))


def broken(now: Figures, before: Figures | None, changed: Counts) -> tuple[str, ...]:
    """The bands ``now`` breaks beside ``before``, a sentence each, in the order of the table; none without a before.

    Args:
        now: the statistics to be published. before: those of the release before.
        changed: ``Changes.counts()`` between the two.
    """
    return tuple(sentence for _band, sentence in breaks(now, before, changed))


def breaks(now: Figures, before: Figures | None, changed: Counts) -> tuple[Break, ...]:
    """The same, each with the key of its band."""
    if before is None:
        return ()
    return (*_totals(now, before), *_shares(now, before), *_coverage(now, before), *_changed(before, changed))


def _totals(now: Figures, before: Figures) -> Iterator[Break]:
    for name, counts in (
        ("gross_claims", (now["gross_claims"], before["gross_claims"])),
        ("distinct_people", (now["distinct_people"]["high"], before["distinct_people"]["high"])),
    ):
        band = table()[name]
        if abs(counts[0] - counts[1]) >= band["at_least"] and _outside(*counts, band, of=counts[1]):
            yield _said(name, counts)


def _shares(now: Figures, before: Figures) -> Iterator[Break]:
    claims = (now["gross_claims"], before["gross_claims"])
    for name, counts in (
        ("overlap", (now["overlap"]["low"], before["overlap"]["low"])),
        ("undated", (now["by_year_lost"].get("UNDATED", 0), before["by_year_lost"].get("UNDATED", 0))),
    ):
        band = table()[name]
        if all(claims):
            moved = abs(counts[0] / claims[0] - counts[1] / claims[1])
            if moved > band["moves_by"] and moved * claims[0] >= band["at_least"]:
                yield _said(name, counts, claims=claims[0], claims_before=claims[1])


def _coverage(now: Figures, before: Figures) -> Iterator[Break]:
    answered = (now["forces_answered"], before["forces_answered"])
    if _outside(*answered, table()["forces_answered"]):
        yield _said("forces_answered", answered)
    band = table()["force_claims"]
    for name in sorted(now["by_force"].keys() & before["by_force"].keys()):
        counts = (now["by_force"][name]["claims"], before["by_force"][name]["claims"])
        if abs(counts[0] - counts[1]) >= band["at_least"] and abs(counts[0] - counts[1]) > band["moves_by"] * counts[1]:
            yield _said("force_claims", counts, name=name)


def _changed(before: Figures, changed: Counts) -> Iterator[Break]:
    for kind, count in (("withdrawn", -changed["withdrawn"]["claims"]), ("corrected", changed["corrected"]["rows"])):
        band, claims = table()[kind], before["gross_claims"]
        if count >= band["at_least"] and count > band["share"] * claims:
            yield _said(kind, (count, claims))


def _outside(now: int, before: int, band: Mapping[str, Any], of: int = 1) -> bool:
    return bool(now - before > band["rises_by"] * of or before - now > band["falls_by"] * of)


def _said(band: str, counts: tuple[int, int], **more: int | str) -> Break:
    return band, str(table()[band]["sentence"]).format(now=counts[0], before=counts[1], **more)
