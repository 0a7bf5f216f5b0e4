"""The short summary a person reads on the terminal after a run.

Invariant: every number in it comes from the compiled statistics; a bound is never shown without its other bound,
nor a total without its coverage.
"""

from collections.abc import Mapping
from typing import Any


def headline(figures: Mapping[str, Any]) -> str:
    """Say the compiled ``figures`` (``statistics.json``) in a few lines."""
    from reconcile.render.look import plural

    people, overlap, as_of = figures["distinct_people"], figures["overlap"], figures["as_of"]
    answered, total = figures["forces_answered"], figures["forces_total"]
    lines = ["[b]SYNTHETIC: no real person appears[/b]"] if figures["synthetic"] else []
    lines += [
        f"[b]{plural(figures['gross_claims'], 'open claim')}[/b] by {answered} of {total} forces"
        f" (as at {as_of['first']} to {as_of['last']})",
        f"[b]{_range(people)} distinct people[/b]: {_range(overlap)} are second claims on a person already claimed",
        f"at least {plural(figures['over_a_decade'], 'claim')} over a decade old;"
        f" the oldest dated from {figures['oldest_year']}",
    ]
    lines.append(f"of whom {_of_whom(figures['of_whom'])}")
    if stale := figures["forces_stale"]:
        lines.append(f"counted by an old extract: {', '.join(f'{name} (as at {day})' for name, day in stale.items())}")
    if late := figures["forces_late"]:
        lines.append(f"late, and counted: {', '.join(late)}")
    named = {word: figures[f"forces_{word}"] for word in ("rejected", "held", "refused")}
    for word, forces in named.items():
        if forces:
            lines.append(f"{word}, not counted, see `reconcile status`: {', '.join(forces)}")
    told = {force for forces in named.values() for force in forces}
    if silent := [force for force in figures["forces_silent"] if force not in told]:
        lines.append(f"silent, which is not zero: {', '.join(silent)}")
    return "\n".join(lines)


def _of_whom(counts: Mapping[str, int]) -> str:
    """The lines that are not nought, those that say how somebody is located elsewhere inside their sum."""
    counts = dict(sorted(counts.items()))
    how = [name for name in counts if name.endswith("_elsewhere") and "located" not in name]
    inside = ", ".join(
        f"{counts[name]} {name.removesuffix('_elsewhere').replace('_', ' ')}" for name in how if counts[name]
    )
    said = {name: f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count and name not in how}
    if inside and "located_elsewhere" in said:
        said["located_elsewhere"] += f" ({inside})"
    return ", ".join(said.values()) or "nothing more is known of anybody"


def _range(bounds: Mapping[str, int]) -> str:
    low, high = bounds["low"], bounds["high"]
    return str(low) if low == high else f"{low} to {high}"
