"""What the list on the page can be filtered and ordered by.

Decides which filters there are and in which order their values stand. Invariant: a value is offered only where a line
has it, with the number of such lines; the order of the values is the order the list is sorted in by that filter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.national.claims import cuts
from reconcile.national.facts_told import table
from reconcile.national.lines import Line, flag_filters
from reconcile.render.look import capital, word

CLAIMED = {"whereabouts_unknown": "whereabouts unknown", "wanted": "wanted", "both": "both, by different records"}


@dataclass(frozen=True)
class Option:
    code: str
    text: str
    count: int


@dataclass(frozen=True)
class Filter:
    """One filter: its key among ``Line.keys``, its label, what stands for no choice, groups of options by heading."""

    key: str
    label: str
    any: str
    groups: tuple[tuple[str, tuple[Option, ...]], ...]


def filters(lines: Sequence[Line], names: Mapping[str, str]) -> tuple[Filter, ...]:
    """The filters of these lines; ``names`` are the forces' short names by slug."""
    counts = {key: _counted(lines, key) for key in ("force", "owner", "year", "length", "risk", "status")}

    def options(key: str, order: Iterable[str], words: Mapping[str, str]) -> tuple[Option, ...]:
        return tuple(Option(code, words[code], counts[key][code]) for code in order if counts[key][code])

    def one(key: str, label: str, any_: str, order: Iterable[str], words: Mapping[str, str]) -> Filter:
        return Filter(key, label, any_, (("", options(key, order, words)),))

    forces = {slug: names.get(slug, slug) for key in ("force", "owner") for slug in counts[key]}
    forces["CANNOT_TELL"] = "Cannot tell"
    by_name = sorted(forces, key=lambda slug: (slug == "CANNOT_TELL", forces[slug]))
    years = sorted(counts["year"])
    bands = [*(band["name"] for band in cuts()["length"]["bands"]), "CANNOT_TELL", "UNDATED"]
    levels, statuses = cuts()["risk"]["levels"], _statuses(counts["status"])
    return (
        one("force", "Claimed by", "Any force", by_name, forces),
        one("owner", "Managed by", "Any force", by_name, forces),
        one("year", "Year lost", "Any year", years, {year: capital(word(year, "length")) for year in years}),
        one("length", "Missing for", "Any time", bands, {band: capital(word(band, "length")) for band in bands}),
        one("risk", "Risk", "Any risk", levels, {level: capital(word(level, "risk")) for level in levels}),
        Filter(
            "status",
            "Status",
            "Any status",
            (
                (
                    "National status",
                    options("status", statuses, {one: capital(word(one, "national_status")) for one in statuses}),
                ),
                ("Claimed by forces as", options("status", CLAIMED, {key: capital(CLAIMED[key]) for key in CLAIMED})),
            ),
        ),
    )


def flags(lines: Sequence[Line]) -> tuple[Option, ...]:
    """The flags that stand on any of these lines."""
    counts = Counter(code for line in lines for code in {flag.code for flag in line.flags})
    return tuple(Option(code, text, counts[code]) for code, text in flag_filters().items() if counts[code])


def _statuses(counts: Mapping[str, int]) -> list[str]:
    """The national statuses as the table orders them; one it does not name comes last."""
    known = list(table()["order"]["status"])
    return known + sorted(counts.keys() - set(known) - CLAIMED.keys())


def _counted(lines: Sequence[Line], key: str) -> Counter[str]:
    return Counter(code for line in lines for code in line.keys[key].split())
