"""The short summary a person reads on the terminal after a run.

Invariant: every number in it comes from the compiled statistics; a bound is never shown without its other bound,
nor a total without its coverage.
"""

from collections.abc import Mapping
from typing import Any


def headline(figures: Mapping[str, Any]) -> str:
    """Say the compiled ``figures`` (``statistics.json``) in a few lines."""
    people, as_of = figures["distinct_people"], figures["as_of"]
    lines = [
        *(["[b]SYNTHETIC: no real person appears[/b]"] if figures["synthetic"] else []),
        f"[b]{figures['gross_claims']} open claims[/b] by {figures['forces_answered']} of {figures['forces_total']} forces"
        f" (as at {as_of['first']} to {as_of['last']})",
        f"[b]{_range(people['low'], people['high'])} distinct people[/b]; {_range(*_ends(figures['overlap']))} claims are"
        " second claims on a person already claimed",
        f"{figures['over_a_decade']} missing over a decade; the oldest since {figures['oldest_year'] or 'an unknown year'}",
        "of whom " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(_counts(figures["of_whom"]))),
    ]
    if silent := figures["forces_silent"]:
        lines.append(f"silent, which is not zero: {', '.join(silent)}")
    return "\n".join(lines)


def _counts(of_whom: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in of_whom.items() if isinstance(count, int)]


def _ends(overlap: Any) -> tuple[int, int]:
    return (overlap["low"], overlap["high"]) if isinstance(overlap, Mapping) else (overlap, overlap)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
